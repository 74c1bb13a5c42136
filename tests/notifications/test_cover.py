"""While an owner is away, whoever stands in …"""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commitments.models import Absence
from commitments.services.absences import end_absence, note_absence
from commitments.services.handoff import accept_handoff, offer_handoff
from commitments.services.sweeping import sweep
from notifications.models import Notification
from notifications.selectors import material
from notifications.services.planning import plan
from tests.factories import NOW, agent, promise, team
from tests.notifications.living import live, notice, one, send

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

HOUR = timedelta(hours=1)
DUE = NOW + timedelta(hours=6)


@pytest.fixture
def ana() -> Any:
    return agent(team=team())


@pytest.fixture
def ben(ana: Any) -> Any:
    return agent(team=ana.teams.get(), first_name="Ben", last_name="Okafor")


def away(ana: Any, ben: Any, *, hours: int = 7) -> None:
    note_absence(actor=ana, user=ana, cover=ben, from_at=NOW, until_at=NOW + hours * HOUR, now=NOW)


def test_is_reminded(ana: Any, ben: Any) -> None:
    promise(owner=ana, due_at=DUE, notify_customer=False)
    away(ana, ben)
    notice(DUE - 4 * HOUR)
    assert one("reminder").recipient == ben


def test_gets_the_reminder_by_mail(ana: Any, ben: Any) -> None:
    promise(owner=ana, due_at=DUE, notify_customer=False)
    away(ana, ben)
    live(DUE - 4 * HOUR)
    (sent,) = mail.outbox
    assert ben.email in sent.to[0]


def test_is_not_reminded_of_what_is_the_owners_again(ana: Any, ben: Any) -> None:
    promise(owner=ana, due_at=DUE, notify_customer=False)
    away(ana, ben, hours=2)
    notice(DUE - 4 * HOUR)
    assert one("reminder").recipient == ana


def test_is_named_to_the_customer(ana: Any, ben: Any) -> None:
    promise(owner=ana, due_at=DUE)
    away(ana, ben)
    live(NOW)
    receipt = mail.outbox[0]
    assert "Ben Okafor" in receipt.body
    assert "Ana Ruiz looks after" not in receipt.body


def test_costs_no_query_a_mail(ana: Any, ben: Any) -> None:
    away(ana, ben)
    counts = set()
    for number in (1, 6):
        Notification.objects.all().delete()
        for _ in range(number):
            promise(owner=ana, due_at=DUE)
        plan(now=NOW)
        ids = list(Notification.objects.values_list("id", flat=True))
        with CaptureQueriesContext(connection) as queries:
            material.read(ids, now=NOW)
        counts.add(len(queries))
    assert len(counts) == 1


def test_is_asked_whether_it_is_on_track(ana: Any, ben: Any) -> None:
    made = promise(owner=ana, kind="answer", due_at=NOW + timedelta(days=5), notify_customer=False)
    away(ana, ben)
    made.refresh_from_db()
    asked_at = made.next_word_due_at - timedelta(minutes=30)
    sweep(now=asked_at)
    plan(now=asked_at)
    assert one("still_on_it").recipient == ben


def test_is_introduced_to_the_customer_where_it_lasts_longer_than_a_day(ana: Any, ben: Any) -> None:
    promise(owner=ana, due_at=NOW + timedelta(days=8), notify_customer=False)
    away(ana, ben, hours=5 * 24)
    live(NOW)
    (sent,) = mail.outbox
    assert "Ben Okafor stands in for Ana Ruiz" in sent.subject + sent.body
    assert one("handed_over").state == "sent"


def test_is_not_introduced_once_the_owner_is_back(ana: Any, ben: Any) -> None:
    promise(owner=ana, due_at=NOW + timedelta(days=8), notify_customer=False)
    away(ana, ben, hours=5 * 24)
    plan(now=NOW)
    end_absence(actor=ana, absence=Absence.objects.get(), now=NOW + HOUR)
    send(NOW + HOUR)
    assert one("handed_over").state == "superseded"


def test_who_takes_a_promise_over_is_introduced_as_well(ana: Any, ben: Any) -> None:
    made = promise(owner=ana, due_at=NOW + timedelta(days=8), notify_customer=False)
    offer_handoff(actor=ana, reference=made.reference, to=ben, now=NOW)
    accept_handoff(actor=ben, reference=made.reference, now=NOW)
    live(NOW)
    to_customer = [sent for sent in mail.outbox if made.customer.email in sent.to[0]]
    assert ["Ben Okafor" in sent.subject + sent.body for sent in to_customer] == [True]
    made.refresh_from_db()
    assert made.unconfirmed_meets is None

"""Calls to make …"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commitments.domain.timeline import EventKind
from commitments.models import Commitment, Escalation
from commitments.selectors.calls import CallReason, calls_to_make
from commitments.services.letters import take_down_letter
from commitments.services.promising import keep, withdraw
from commitments.services.word import MailEntry, record_mail
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

DUE_AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def calls(now: datetime = NOW) -> list[tuple[Commitment, CallReason]]:
    found = calls_to_make(promises=Commitment.objects.all(), now=now)
    return [(call.commitment, call.reason) for call in found]


def unreached(promise: Commitment) -> Commitment:
    Escalation.objects.create(commitment=promise, trigger="undeliverable", opened_at=NOW)
    return promise


@pytest.mark.parametrize(
    ("fields", "route", "reason"),
    [
        ({}, "phone", CallReason.BY_PHONE),
        ({"email": ""}, "mail", CallReason.CANNOT_BE_MAILED),
        ({"do_not_mail": "asked"}, "mail", CallReason.CANNOT_BE_MAILED),
    ],
)
def test_come_up_when_a_clock_is_near(fields: dict[str, str], route: str, reason: CallReason) -> None:
    promise = factories.promise(customer=factories.customer(**fields), contact_route=route, due_at=DUE_AT)
    assert calls() == []
    assert calls(promise.next_word_due_at - MINUTE) == [(promise, reason)]
    assert calls(promise.next_word_due_at + MINUTE) == [(promise, reason)]


def test_are_none_where_mail_does_the_work() -> None:
    promise = factories.promise(due_at=DUE_AT)
    assert calls(promise.next_word_due_at - MINUTE) == []


def test_come_up_at_once_where_mail_does_not_arrive() -> None:
    promise = unreached(factories.promise(due_at=DUE_AT))
    assert calls() == [(promise, CallReason.UNDELIVERABLE)]


def test_come_up_where_nobody_told_of_the_end() -> None:
    promise = factories.promise(due_at=DUE_AT)
    withdraw(actor=promise.owner, reference=promise.reference, reason="Sold out.", by_mail=True, now=NOW)
    assert calls() == []
    unreached(promise)
    assert calls() == [(promise, CallReason.NOT_TOLD_OF_THE_END)]


def test_come_up_for_a_strained_customer_where_a_holding_mail_would_have_gone() -> None:
    customer = factories.customer()
    for words in ("Late!", "Again!"):
        take_down_letter(actor=factories.user(), customer=customer, sort="complaint", words=words, now=NOW)
    promise = factories.promise(customer=customer, due_at=DUE_AT)
    assert calls(promise.next_word_due_at - MINUTE) == [(promise, CallReason.STRAINED)]


def test_come_up_where_too_many_mails_had_gone() -> None:
    promise = factories.promise(due_at=DUE_AT)
    facts: dict[str, Any] = {"mail": "holding", "to": "customer", "reason": "daily_limit"}
    record_mail(entries=[MailEntry(promise.pk, EventKind.MAIL_NOT_SENT, NOW, facts)], now=NOW)
    assert calls(NOW + MINUTE) == [(promise, CallReason.DAILY_LIMIT)]
    factories.told(promise, now=NOW + 2 * MINUTE)
    assert calls(NOW + 3 * MINUTE) == []


def test_end_with_the_promise() -> None:
    promise = factories.promise(customer=factories.customer(email=""), due_at=DUE_AT)
    keep(actor=promise.owner, reference=promise.reference, now=NOW)
    assert calls(DUE_AT) == []


def test_come_in_the_order_of_their_clocks() -> None:
    by_phone = factories.promise(contact_route="phone", due_at=NOW + timedelta(hours=1))
    bounced = unreached(factories.promise(due_at=NOW + timedelta(minutes=30)))
    assert [promise for promise, _ in calls(NOW + timedelta(minutes=50))] == [bounced, by_phone]


def test_take_as_many_queries_for_many_as_for_few() -> None:
    owner = factories.agent(team=factories.team())

    def queries_for(promises: int) -> int:
        for _ in range(promises):
            factories.promise(owner=owner, contact_route="phone", due_at=DUE_AT)
        with CaptureQueriesContext(connection) as queries:
            calls(DUE_AT)
        return len(queries)

    assert queries_for(2) == queries_for(8)

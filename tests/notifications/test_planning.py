"""Planning turns events into mails, and …"""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from commitments.domain.clocks import WordMeaning
from commitments.models import Commitment, PendingEvent
from commitments.services.promising import keep
from commitments.services.sweeping import sweep
from commitments.services.word import give_word
from notifications.models import Notification
from notifications.services import planning
from notifications.services.planning import plan
from tests.factories import NOW, agent, customer, promise, supervisor, team
from tests.notifications.living import one

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

DUE = NOW + timedelta(hours=5)


def test_plans_the_receipt_of_a_promise() -> None:
    made = promise(customer=customer(email="maria@example.org"))
    counts = plan(now=NOW)
    mail = one("promised")
    assert (mail.commitment, mail.address, mail.state) == (made, "maria@example.org", "planned")
    assert mail.to_customer
    assert not mail.is_automatic
    assert counts.events == 1


def test_plans_no_receipt_when_the_agent_has_said_it_all() -> None:
    promise(notify_customer=False)
    assert plan(now=NOW).events == 0
    assert not Notification.objects.exists()


def test_calls_the_receipt_of_an_import_automatic() -> None:
    promise(channel=Commitment.Channel.IMPORT)
    plan(now=NOW)
    assert one("promised").is_automatic


def test_forgets_the_events_it_has_planned() -> None:
    promise()
    plan(now=NOW)
    assert not PendingEvent.objects.exists()
    assert plan(now=NOW).events == 0


def test_plans_an_occurrence_once_however_often_it_is_noted() -> None:
    made = promise()
    plan(now=NOW)
    PendingEvent.objects.create(event=made.events.get(kind="made"), noted_at=NOW)
    plan(now=NOW)
    assert Notification.objects.count() == 1
    assert not PendingEvent.objects.exists()


def test_cannot_store_an_occurrence_twice() -> None:
    promise()
    plan(now=NOW)
    twin = one("promised")
    twin.pk = planning.time_ordered_id(now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)


def test_plans_what_a_person_writes_and_the_end() -> None:
    made = promise()
    give_word(
        actor=made.owner,
        reference=made.reference,
        now=NOW,
        meaning=WordMeaning.NEWS,
        message="It is here.",
        by_mail=True,
    )
    keep(actor=made.owner, reference=made.reference, now=NOW)
    plan(now=NOW)
    assert not one("update").is_automatic
    assert not one("kept").is_automatic


def test_plans_the_owners_reminders_for_the_owner() -> None:
    made = promise(due_at=DUE)
    sweep(now=DUE - timedelta(minutes=30))
    plan(now=NOW)
    reminders = Notification.objects.filter(kind="reminder")
    assert {(mail.recipient, mail.address) for mail in reminders} == {(made.owner, made.owner.email)}


def test_plans_the_question_before_the_word_clock_for_the_owner() -> None:
    made = promise()
    sweep(now=made.next_word_due_at - timedelta(minutes=20))
    plan(now=NOW)
    assert one("still_on_it").recipient == made.owner


def test_plans_a_row_for_each_person_that_a_ladder_names() -> None:
    its_team = team()
    owner = agent(team=its_team)
    chiefs = {supervisor(team=its_team), supervisor(team=its_team)}
    promise(owner=owner, due_at=DUE)
    sweep(now=DUE)
    sweep(now=DUE + timedelta(hours=3))
    plan(now=DUE)
    overdue = Notification.objects.filter(kind="overdue")
    assert {mail.recipient for mail in overdue} == {owner, *chiefs}
    assert len({mail.key for mail in overdue}) == overdue.count()


def test_holds_a_holding_mail_until_the_customer_wakes() -> None:
    far_away = customer(time_zone="Pacific/Auckland")
    made = promise(customer=far_away, due_at=NOW + timedelta(days=5))
    sweep(now=made.next_word_due_at)
    night = NOW.replace(hour=12)  # 01:00 in Auckland
    plan(now=night)
    mail = one("holding")
    assert (mail.state, mail.hold) == ("planned", "waking_hours")
    assert mail.allowed_from == NOW.replace(hour=19, minute=0)


def test_names_mails_so_that_a_second_copy_is_seen_as_one() -> None:
    promise()
    promise()
    plan(now=NOW)
    ids = set(Notification.objects.values_list("message_id", flat=True))
    assert len(ids) == 2
    assert all(id_.startswith("<") and id_.endswith("@example.com>") for id_ in ids)


def test_takes_as_many_statements_for_many_events_as_for_one(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    its_team = team()
    owner = agent(team=its_team)
    for _ in range(20):
        promise(owner=owner)
    with django_assert_max_num_queries(8):
        counts = plan(now=NOW)
    assert counts.mails.total() == 20


def test_takes_the_oldest_events_first() -> None:
    first, second = promise(), promise()
    plan(now=NOW, batch=1)
    assert one("promised").commitment == first
    plan(now=NOW, batch=1)
    assert one("promised", commitment=second)

"""Withdrawing a promise …"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from commitments.models import Commitment, Escalation, PendingEvent, Word
from commitments.services.promising import keep, reopen, withdraw
from commitments.services.refusals import Conflict, Ended, Refused
from commitments.services.sweeping import sweep
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

DUE_AT = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)
WHY = "The maker has stopped making it."


def withdrawn(promise: Commitment, *, now: datetime = NOW, by_mail: bool = True, **options: Any) -> Commitment:
    options = {"actor": promise.owner, "reason": WHY} | options
    return withdraw(reference=promise.reference, now=now, by_mail=by_mail, **options)


def test_records_the_reason_and_lets_the_customer_be_mailed() -> None:
    promise = factories.promise(notify_customer=False)
    ended = withdrawn(promise)
    assert (ended.status, ended.outcome, ended.ended_at) == ("withdrawn", "withdrawn", NOW)
    event = promise.events.get(kind="withdrawn")
    assert event.texts.get(field="message").words == WHY
    assert PendingEvent.objects.get().event == event
    assert ended.version == 2


def test_in_a_conversation_mails_nobody() -> None:
    promise = factories.promise(notify_customer=False)
    withdrawn(promise, by_mail=False)
    assert not PendingEvent.objects.exists()
    assert promise.events.get(kind="withdrawn").facts["told"] is True


def test_takes_the_place_of_a_mail_that_waits() -> None:
    promise = factories.promise()
    at = promise.next_word_due_at - timedelta(minutes=5)
    sweep(now=at)
    withdrawn(promise, now=at)
    assert Word.objects.get(sort="holding").state == "cancelled"


def test_ends_the_ladders() -> None:
    promise = factories.promise(due_at=DUE_AT)
    sweep(now=DUE_AT)
    assert Escalation.objects.filter(ended_at=None).exists()
    ended = withdrawn(promise, now=DUE_AT + timedelta(minutes=5))
    assert not Escalation.objects.filter(ended_at=None).exists()
    assert ended.times_broken == 1


def test_told_before_the_date_takes_the_break_back() -> None:
    promise = factories.promise(due_at=DUE_AT)
    sweep(now=DUE_AT)
    now = DUE_AT + timedelta(hours=1)
    ended = withdrawn(promise, now=now, by_mail=False, happened_at=DUE_AT - timedelta(minutes=10))
    assert ended.times_broken == 0
    assert promise.events.filter(kind="break_taken_back").exists()


def test_by_mail_counts_from_now_whatever_time_is_typed() -> None:
    promise = factories.promise(due_at=DUE_AT)
    now = DUE_AT + timedelta(hours=1)
    ended = withdrawn(promise, now=now, happened_at=DUE_AT - timedelta(minutes=10))
    assert (ended.ended_at, ended.times_broken) == (now, 1)


def test_without_a_reason_is_refused() -> None:
    promise = factories.promise()
    with pytest.raises(Refused, match="Write why") as refused:
        withdrawn(promise, reason=" \n")
    assert refused.value.field == "reason"
    promise.refresh_from_db()
    assert promise.status == "open"


def test_by_mail_is_refused_where_nobody_can_be_mailed() -> None:
    promise = factories.promise(customer=factories.customer(email=""))
    with pytest.raises(Refused, match="cannot be mailed") as refused:
        withdrawn(promise)
    assert refused.value.field == "by_mail"
    assert withdrawn(promise, by_mail=False).status == "withdrawn"


def test_of_an_ended_promise_is_refused() -> None:
    promise = factories.promise()
    keep(actor=promise.owner, reference=promise.reference, now=NOW)
    with pytest.raises(Ended):
        withdrawn(promise)


def test_of_a_promise_that_somebody_else_acted_on_is_a_conflict() -> None:
    promise = factories.promise()
    withdrawn(promise)
    with pytest.raises(Conflict):
        withdrawn(promise, version=1)


def test_cannot_be_undone_by_reopening() -> None:
    promise = factories.promise()
    withdrawn(promise)
    with pytest.raises(Refused, match="Only a promise that was kept"):
        reopen(actor=promise.owner, reference=promise.reference, now=NOW, due_at=NOW + timedelta(days=1))

"""A message that becomes a promise of its own …"""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from commitments.domain.answers import Answer
from commitments.domain.timeline import EventKind
from commitments.models import Commitment, CommitmentEvent, Escalation, Watcher
from commitments.selectors.rebuilding import differences
from commitments.selectors.replies import waiting_messages
from commitments.services.promising import keep
from commitments.services.refusals import Conflict, Refused
from commitments.services.replies import customer_message, thank
from commitments.services.splitting import split_off
from commitments.services.sweeping import sweep
from commitments.services.watching import add_watcher
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

ASKED, SPLIT = NOW + timedelta(minutes=10), NOW + timedelta(minutes=30)
DUE_AT = datetime(2026, 11, 19, 15, 0, tzinfo=UTC)


def wrote(promise: Commitment, *, now: datetime = ASKED, **options: Any) -> CommitmentEvent:
    values: dict[str, Any] = {"channel": "email", "words": "And where is my invoice?"}
    customer_message(actor=promise.owner, reference=promise.reference, now=now, **values | options)
    promise.refresh_from_db()
    return promise.events.filter(kind=EventKind.CUSTOMER_MESSAGE).latest("sequence")


def split(of: Commitment, message: uuid.UUID, **changes: Any) -> Commitment:
    values: dict[str, Any] = {
        "actor": of.owner,
        "reference": of.reference,
        "message": message,
        "customer": of.customer,
        "kind": "answer",
        "promise": "send you the invoice",
        "due_at": DUE_AT,
        "channel": "email",
        "team": of.team,
        "now": SPLIT,
    }
    made = split_off(**values | changes)
    of.refresh_from_db()
    return made


def all_differences() -> list[Any]:
    return list(differences(Commitment.objects.select_related("policy")))


def test_stands_on_both_timelines() -> None:
    promise = factories.promise()
    message = wrote(promise)
    made = split(promise, message.pk)
    assert made.split_from == promise
    event = promise.events.get(kind=EventKind.SPLIT_OFF)
    assert event.facts == {"message": str(message.pk), "into": made.reference, "settles": str(message.pk)}
    assert event.actor == promise.owner
    assert made.events.get(kind=EventKind.MADE).facts["split_from"] == promise.reference
    assert all_differences() == []


def test_answers_for_what_was_about_it_alone() -> None:
    promise = factories.promise()
    message = wrote(promise)
    before = (promise.due_at, promise.next_word_due_at, promise.last_word_at)
    split(promise, message.pk)
    assert promise.customer_waiting_since is None
    assert (promise.due_at, promise.next_word_due_at, promise.last_word_at) == before
    assert waiting_messages(commitment=promise) == []
    with pytest.raises(Refused, match="needs no answer already"):
        thank(actor=promise.owner, reference=promise.reference, message=message.pk, now=SPLIT)


def test_leaves_the_message_waiting_where_it_was_about_both() -> None:
    promise = factories.promise()
    message = wrote(promise)
    split(promise, message.pk, settles=False)
    assert promise.customer_waiting_since == ASKED
    assert waiting_messages(commitment=promise) == [message]
    assert promise.events.get(kind=EventKind.SPLIT_OFF).facts["settles"] is None
    assert all_differences() == []


def test_leaves_the_other_messages_waiting() -> None:
    promise = factories.promise()
    first = wrote(promise)
    second = wrote(promise, now=ASKED + timedelta(minutes=5))
    split(promise, first.pk)
    assert promise.customer_waiting_since == second.occurred_at
    assert all_differences() == []


def test_ends_the_ladder_that_it_alone_held_open() -> None:
    promise = factories.promise()
    message = wrote(promise)
    late = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)
    sweep(now=late)
    assert Escalation.objects.filter(commitment=promise, trigger="unanswered", ended_at=None).exists()
    split(promise, message.pk, now=late + timedelta(minutes=1))
    assert not Escalation.objects.filter(commitment=promise, trigger="unanswered", ended_at=None).exists()
    assert all_differences() == []


def test_can_be_one_on_a_promise_that_has_ended() -> None:
    promise = factories.promise()
    keep(actor=promise.owner, reference=promise.reference, now=ASKED)
    customer_message(
        actor=promise.owner,
        reference=promise.reference,
        channel="email",
        words="And my invoice?",
        needs_answer=True,
        now=ASKED + timedelta(minutes=1),
    )
    promise.refresh_from_db()
    made = split(promise, promise.events.get(kind=EventKind.CUSTOMER_MESSAGE).pk)
    assert (promise.customer_waiting_since, promise.status, made.status) == (None, "kept", "open")
    assert all_differences() == []


def test_can_hold_a_third_matter() -> None:
    promise = factories.promise()
    message = wrote(promise)
    split(promise, message.pk)
    split(promise, message.pk, promise="call you about the contract")
    assert promise.split_into.count() == 2
    assert all_differences() == []


def test_is_the_same_customers() -> None:
    promise = factories.promise()
    message = wrote(promise)
    with pytest.raises(Refused, match="another customer who wrote that"):
        split(promise, message.pk, customer=factories.customer())
    assert Commitment.objects.count() == 1
    assert promise.customer_waiting_since == ASKED


def test_can_be_one_to_whoever_watches_and_wrote_it() -> None:
    promise = factories.promise()
    joao: dict[str, Any] = {"name": "João Lopez", "email": "joao@example.org", "customer": None}
    row = add_watcher(actor=promise.owner, reference=promise.reference, now=NOW, **joao)
    message = wrote(promise, channel="page", writer=row.customer, answer=Answer.MESSAGE)
    made = split(promise, message.pk, customer=row.customer)
    assert (made.customer, made.split_from) == (row.customer, promise)
    assert promise.customer_waiting_since is None


def test_has_to_be_there() -> None:
    promise, other = factories.promise(), factories.promise()
    message = wrote(other)
    with pytest.raises(Refused, match="no such message"):
        split(promise, message.pk)


def test_becomes_one_or_nothing_at_all() -> None:
    promise = factories.promise()
    message = wrote(promise)
    with pytest.raises(Refused, match="That time has passed"):
        split(promise, message.pk, due_at=NOW)
    with pytest.raises(Conflict):
        split(promise, message.pk, version=1)
    assert not promise.events.filter(kind=EventKind.SPLIT_OFF).exists()
    assert not Watcher.objects.exists()

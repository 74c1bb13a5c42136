"""Saying why a date was broken …"""

from datetime import UTC, datetime, timedelta

import pytest

from commitments.models import Commitment
from commitments.selectors.breaks import unexplained_breaks
from commitments.services.dates import renegotiate
from commitments.services.explaining import explain_break
from commitments.services.promising import keep, reopen
from commitments.services.refusals import Refused
from commitments.services.sweeping import sweep
from commitments.services.word import void_words
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

HOUR = timedelta(hours=1)
DUE_AT = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)


def broken() -> Commitment:
    promise = factories.promise(due_at=DUE_AT)
    sweep(now=DUE_AT)
    promise.refresh_from_db()
    return promise


def explained(promise: Commitment, *, due_at: datetime = DUE_AT, reason: str = "The courier was ill.") -> None:
    explain_break(actor=promise.owner, reference=promise.reference, due_at=due_at, reason=reason, now=DUE_AT + 2 * HOUR)


def test_stands_on_the_timeline_and_changes_no_clock() -> None:
    promise = broken()
    before = promise.to_domain()
    explained(promise)
    promise.refresh_from_db()
    event = promise.events.get(kind="break_explained")
    assert (event.facts["due_at"], event.texts.get().words) == (DUE_AT.isoformat(), "The courier was ill.")
    assert promise.to_domain().times_broken == before.times_broken
    assert unexplained_breaks(commitment=promise) == []


def test_is_asked_for_each_broken_date() -> None:
    promise = broken()
    keep(actor=promise.owner, reference=promise.reference, now=DUE_AT + HOUR)
    again = DUE_AT + 24 * HOUR
    reopen(actor=promise.owner, reference=promise.reference, due_at=again, now=DUE_AT + HOUR)
    sweep(now=again)
    promise.refresh_from_db()
    assert unexplained_breaks(commitment=promise) == [DUE_AT, again]


def test_is_not_asked_for_a_break_that_was_taken_back() -> None:
    promise = broken()
    keep(actor=promise.owner, reference=promise.reference, now=DUE_AT + HOUR, happened_at=DUE_AT - HOUR)
    promise.refresh_from_db()
    assert unexplained_breaks(commitment=promise) == []


def test_is_possible_before_a_sweep_has_noticed_the_break() -> None:
    promise = factories.promise(due_at=DUE_AT)
    explained(promise)
    assert promise.events.filter(kind="break_explained").exists()


def test_needs_a_reason_and_a_break_that_has_none() -> None:
    promise = broken()
    with pytest.raises(Refused, match="Write why"):
        explained(promise, reason=" ")
    with pytest.raises(Refused, match="was not broken"):
        explained(promise, due_at=DUE_AT + HOUR)
    explained(promise)
    with pytest.raises(Refused, match="given already"):
        explained(promise)


def test_is_asked_for_a_break_that_proved_true_after_all() -> None:
    promise = broken()
    renegotiate(
        actor=promise.owner,
        reference=promise.reference,
        due_at=DUE_AT + 24 * HOUR,
        what_happened="The courier lost it.",
        what_next="We send another one.",
        choices="You can fetch one in the shop.",
        by_mail=True,
        now=DUE_AT,
    )
    promise.refresh_from_db()
    assert unexplained_breaks(commitment=promise) == []
    moved = promise.events.get(kind="renegotiated")
    void_words(event_ids=[moved.pk], reason="bounced", now=DUE_AT + HOUR)
    promise.refresh_from_db()
    assert (promise.times_broken, unexplained_breaks(commitment=promise)) == (1, [DUE_AT])

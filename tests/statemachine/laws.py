"""What holds of every promise after every step, whatever has been done to it."""

from collections import Counter
from dataclasses import replace
from datetime import datetime

from commitments.domain.escalation import APART, Trigger
from commitments.domain.promise import Status
from commitments.domain.standing import dates_by
from commitments.domain.timeline import ENDS_IT, PEOPLES_ACTS, TIMES_OWN, EventKind
from commitments.models import Commitment, CommitmentEvent, Escalation, clock_words
from commitments.selectors.rebuilding import differences
from commitments.selectors.surroundings import SurroundingsOf
from notifications.domain.kinds import NOT_RECEIVED
from notifications.models import Notification

CAUSES = {
    Trigger.OVERDUE: "overdue_since",
    Trigger.SILENT: "silent_since",
    Trigger.UNANSWERED: "customer_waiting_since",
    Trigger.DISPUTED: "disputed_since",
    Trigger.UNTOLD: "untold_since",
}
ALWAYS_OPEN_WITH_ITS_CAUSE = (Trigger.OVERDUE, Trigger.SILENT, Trigger.DISPUTED)
OUTLIVING = frozenset(
    {
        EventKind.BECAME_UNANSWERED,
        EventKind.UNANSWERED_STEP,
        EventKind.DISPUTED_STEP,
        EventKind.UNDELIVERABLE_STEP,
    }
)
AFTER_THE_END = frozenset({"kept", "withdrawn", "update", "aftercare", "corrected", "handed_over", "renegotiated"})
"""What may reach the customer once it is over: its own mail, what a person had written, answers."""


def check(promise: Commitment, *, was: Commitment, now: datetime) -> None:
    """Look at one promise and all that belongs to it; `was`: as it stood before the last step."""
    events = list(CommitmentEvent.objects.filter(commitment=promise).order_by("recorded_at", "id"))
    _rows_are_what_their_timelines_say(promise, events)
    _times_run_forwards(promise, events, now=now)
    _only_people_move_dates(promise, was, events)
    _ladders_have_their_causes(promise)
    _nothing_is_told_twice(promise)
    _time_leaves_what_is_over(events)
    if promise.status == Status.OPEN:
        assert promise.next_check_at is not None


def told(promise: Commitment) -> str:
    """Write a timeline for whoever reads about a broken law."""
    events = CommitmentEvent.objects.filter(commitment=promise).order_by("recorded_at", "id")
    return "\n".join(f"{event.recorded_at} {event.occurred_at} {event.kind} {event.facts}" for event in events)


def _rows_are_what_their_timelines_say(promise: Commitment, events: list[CommitmentEvent]) -> None:
    found = [str(difference) for difference in differences([promise])]
    assert found == []
    if promise.status == Status.OPEN:
        state = promise.to_domain()
        assert dates_by(clock_words(promise), promise=state).due_at == promise.due_at
    if promise.status == Status.KEPT:
        kept = [event for event in events if event.kind == EventKind.KEPT][-1]
        assert kept.facts["outcome"] == promise.outcome.value
    assert promise.version == sum(event.kind in PEOPLES_ACTS for event in events)


def _times_run_forwards(promise: Commitment, events: list[CommitmentEvent], *, now: datetime) -> None:
    for event in events:
        assert event.recorded_at <= now, event
        # What the customer says at the very instant of the end is taken to come just after it.
        assert event.occurred_at <= event.recorded_at + APART, event
        assert event.occurred_at >= promise.made_at, event
    assert [event.id for event in events] == sorted(event.id for event in events)


def _only_people_move_dates(promise: Commitment, was: Commitment, events: list[CommitmentEvent]) -> None:
    if promise.due_at != was.due_at:
        moved = [event for event in events if "was_due_at" in event.facts or event.kind == EventKind.REOPENED]
        assert moved
        assert moved[-1].facts["due_at"] == promise.due_at.isoformat()


def _ladders_have_their_causes(promise: Commitment) -> None:
    triggers = list(
        Escalation.objects.filter(commitment=promise, ended_at__isnull=True).values_list("trigger", flat=True)
    )
    assert len(triggers) == len(set(triggers))
    for trigger, column in CAUSES.items():
        if trigger in triggers:
            assert getattr(promise, column) is not None, trigger
        elif trigger in ALWAYS_OPEN_WITH_ITS_CAUSE:
            assert getattr(promise, column) is None, trigger
    if Trigger.UNDELIVERABLE in triggers:
        # Who was not told that a promise was taken back still needs a call, whatever their address is by now; and so
        # does who has not had a mail, though the next one may arrive.
        came_back = Notification.objects.filter(
            commitment=promise, delivery__in=[result.value for result in NOT_RECEIVED]
        )
        assert promise.customer.do_not_mail or promise.status == Status.WITHDRAWN or came_back.exists()
    if promise.status != Status.OPEN:
        assert not set(triggers) & {Trigger.OVERDUE, Trigger.SILENT, Trigger.UNTOLD, Trigger.HANDOFF_LAPSED}


def _nothing_is_told_twice(promise: Commitment) -> None:
    # What goes again goes to another address, and perhaps back to the first.
    mails = Notification.objects.filter(commitment=promise, is_again=False)
    keys = Counter(mails.values_list("event", "kind", "recipient", "customer", "address"))
    assert not [key for key, count in keys.items() if count > 1]
    by_time = mails.filter(event__kind__in=[kind.value for kind in TIMES_OWN])
    told = Counter(
        by_time.values_list("event__kind", "event__occurred_at", "kind", "to_customer", "recipient", "customer")
    )
    assert not [key for key, count in told.items() if count > 1]


def _time_leaves_what_is_over(events: list[CommitmentEvent]) -> None:
    over = False
    for event in events:
        if event.kind == EventKind.REOPENED:
            over = False
        assert not (over and event.kind in TIMES_OWN - OUTLIVING), event
        over = over or event.kind in ENDS_IT


def check_swept(promise: Commitment, *, now: datetime) -> None:
    """Look at a promise that has just been swept: nothing is left for time to do."""
    assert promise.next_check_at is None or promise.next_check_at > now
    batch = SurroundingsOf([promise], now=now)
    before = batch.promise(promise)
    after, events = batch.pass_time(promise, before, until=now)
    assert events == []
    assert after == replace(before, checked_until=after.checked_until)


def check_sent(mails: list[Notification]) -> None:
    """Look at mails that have just gone."""
    for mail in mails:
        if mail.to_customer and mail.commitment.status != Status.OPEN:
            assert mail.kind in AFTER_THE_END, mail.kind

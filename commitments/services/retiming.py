"""Open promises timed anew because what their clocks run by has changed: in batches of set-based statements.

For a change under many promises at once (a calendar, a policy) use `retime`; an act on one promise that it holds asks
`retime_held`. What may move, and whither, is in `commitments.domain.retiming`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from commitments import doorbell
from commitments.domain import lifecycle, retiming
from commitments.domain.escalation import Trigger
from commitments.domain.promise import Promise
from commitments.domain.retiming import LastStep
from commitments.domain.timeline import Event
from commitments.models import Commitment, CommitmentEvent
from commitments.selectors.surroundings import SurroundingsOf
from commitments.services import recording
from commitments.services.acting import Held, locked

log = structlog.get_logger(__name__)

BATCH = 500

CALENDAR = "calendar"
POLICY = "policy"
CADENCE = "cadence"
HOURS = "hours"
HANDOFF = "handoff"
"""What may have changed, as `because` on the timeline."""

STEP_KINDS = {trigger.step_kind.value: trigger for trigger in Trigger}


@dataclass(slots=True)
class Retimed:
    """What one pass did: promises looked at, how many of them had an instant moved, and which were left."""

    promises: int = 0
    changed: int = 0
    failed: list[int] = field(default_factory=list)
    """Promises that could not be worked out, by id; they stay as they were, and the log says why."""


def _nothing(rows: Sequence[Commitment]) -> dict[int, Event]:
    """Change no row: what changes lies around the promises."""
    return {}


@dataclass(frozen=True, slots=True)
class Underneath:
    """What changes under a batch of promises, between time passing by the old numbers and timing by the new ones."""

    because: str
    make: Callable[[Sequence[Commitment]], Mapping[int, Event]] = _nothing
    """Changes the rows (not stored yet); gives, by id, the event that says so on a promise's timeline."""
    columns: frozenset[str] = frozenset()
    """The columns that it changes."""
    actor: Any = None


def retime(*, commitments: QuerySet[Commitment], because: str, now: datetime) -> Retimed:
    """Time every promise among `commitments` anew that time still does something to; all of it or, on error, none."""
    return in_batches(commitments=commitments, under=Underneath(because=because), now=now)


@transaction.atomic
def in_batches(*, commitments: QuerySet[Commitment], under: Underneath, now: datetime, batch: int = BATCH) -> Retimed:
    """Make a change under many promises and time them anew, `batch` at a time, in one transaction."""
    counts = Retimed()
    last = 0
    while True:
        # In the order of ids, so that two of these never wait for each other.
        rows = locked().filter(pk__in=commitments.order_by().values("pk"), next_check_at__isnull=False, pk__gt=last)
        held = list(rows.order_by("pk")[:batch])
        if not held:
            break
        _retime_batch(held, under=under, counts=counts, now=now)
        last = held[-1].pk
    if counts.promises:
        doorbell.ring("commitments.sweep", "notifications.dispatch")
    return counts


def retime_held(held: Held, *, because: str) -> None:
    """Time one promise anew that an act holds, after the act has changed what its clocks run by."""
    promise, events = retiming.retime(
        held.promise,
        because=because,
        last_steps=last_steps([held.commitment.pk]).get(held.commitment.pk, {}),
        rules=held.rules,
        surroundings=held.surroundings,
        now=held.now,
    )
    held.apply((promise, events))


def last_steps(commitments: Iterable[int]) -> dict[int, dict[Trigger, LastStep]]:
    """Read which step each trigger's ladder of these promises took last, in one query."""
    wanted = list(commitments)
    if not wanted:
        return {}
    later = CommitmentEvent.objects.filter(
        commitment=OuterRef("commitment"), kind=OuterRef("kind"), occurred_at__gt=OuterRef("occurred_at")
    )
    rows = CommitmentEvent.objects.filter(commitment__in=wanted, kind__in=list(STEP_KINDS)).filter(~Exists(later))
    found: dict[int, dict[Trigger, LastStep]] = defaultdict(dict)
    for commitment, kind, at, facts in rows.values_list("commitment_id", "kind", "occurred_at", "facts"):
        found[commitment][STEP_KINDS[kind]] = LastStep(position=facts["position"], at=at)
    return found


def _retime_batch(rows: list[Commitment], *, under: Underneath, counts: Retimed, now: datetime) -> None:
    """Let time pass for a batch by the old numbers, make the change, and time it by the new ones."""
    old = SurroundingsOf(rows, now=now)
    passed = _every(rows, lambda row: recording.time_until(row, surroundings=old, now=now), counts=counts)
    acted = {pk for pk, passage in passed.items() if passage.events}
    recording.write([passed[pk] for pk in sorted(acted)], surroundings=old, now=now)
    left = [row for row in rows if row.pk in passed]
    said = under.make(left)
    new = SurroundingsOf(left, now=now)
    climbed = [row.pk for row in left if any(ladder.steps_taken for ladder in new.promise(row).escalations)]
    steps = last_steps(climbed)

    def timed(row: Commitment) -> recording.Passage:
        passage = _timed(
            row,
            batch=new,
            checked_until=passed[row.pk].after.checked_until,
            because=under.because,
            steps=steps.get(row.pk, {}),
            has_acted=row.pk in acted,
            now=now,
        )
        counts.changed += bool(passage.events)
        if row.pk in said:
            passage.events.insert(0, said[row.pk])
        passage.actor, passage.changed = under.actor, set(under.columns)
        return passage

    passages = _every(left, timed, counts=counts)
    recording.write(list(passages.values()), surroundings=new, now=now)
    counts.promises += len(passages)


def _every(
    rows: Iterable[Commitment], work: Callable[[Commitment], recording.Passage], *, counts: Retimed
) -> dict[int, recording.Passage]:
    """Work each promise out; one that cannot be is left and logged, so that it does not stop the others."""
    done = {}
    for row in rows:
        try:
            done[row.pk] = work(row)
        except Exception:  # a broken calendar or zone is one promise's trouble
            log.exception("promise_not_retimed", reference=row.reference)
            counts.failed.append(row.pk)
    return done


def _timed(
    row: Commitment,
    *,
    batch: SurroundingsOf,
    checked_until: datetime,
    because: str,
    steps: dict[Trigger, LastStep],
    has_acted: bool,
    now: datetime,
) -> recording.Passage:
    rules, surroundings = batch.rules(row), batch.surroundings(row)
    before = batch.promise(row)
    was_checked_at = row.next_check_at
    after, events = retiming.retime(
        replace(before, checked_until=checked_until),
        because=because,
        last_steps=steps,
        rules=rules,
        surroundings=surroundings,
        now=now,
    )
    next_check_at = lifecycle.next_check_at(after, rules=rules, surroundings=surroundings)
    if not events and not has_acted and _prompts_moved(after, was=was_checked_at, to=next_check_at, now=now):
        events = [retiming.retimed(after, because=because, was_hear_by=after.word_deadline, now=now)]
    return recording.Passage(commitment=row, before=before, after=after, events=events, next_check_at=next_check_at)


def _prompts_moved(promise: Promise, *, was: datetime | None, to: datetime | None, now: datetime) -> bool:
    """Tell whether time looks at a promise at another instant than before, the weekly look aside."""
    weekly = promise.checked_until + lifecycle.IDLE_CHECK
    return was is not None and to is not None and was > now and to != was and to != weekly

"""The sweep: everything that time does, in batches of set-based statements.

A batch takes due rows that no other sweep holds, asks the pure domain what has passed, and writes events, words,
ladders and the next instants. Two sweeps at once, or one run twice, change nothing: a row that has been swept is no
longer due, and events of time's own are unique.
"""

from dataclasses import dataclass, field
from datetime import datetime

import structlog
from django.db import connection, transaction

from commitments import doorbell
from commitments.domain import lifecycle
from commitments.models import Commitment
from commitments.selectors.surroundings import SurroundingsOf
from commitments.services import recording

log = structlog.get_logger(__name__)

BATCH = 500


@dataclass(slots=True)
class SweepCounts:
    """What one sweep did: promises looked at, events written by kind, and what could not be done."""

    promises: int = 0
    events: dict[str, int] = field(default_factory=dict)
    failed: list[int] = field(default_factory=list)
    """Promises that could not be worked out, by id."""

    def add(self, recorded: recording.Recorded, *, promises: int) -> None:
        """Count one batch."""
        self.promises += promises
        for event in recorded.events:
            self.events[event.kind] = self.events.get(event.kind, 0) + 1


def sweep(*, now: datetime, batch: int = BATCH) -> SweepCounts:
    """Let time act on every promise that is due for it at `now`; each batch is a transaction of its own."""
    counts = SweepCounts()
    while _sweep_batch(now=now, size=batch, counts=counts) == batch:
        pass
    return counts


@transaction.atomic
def _sweep_batch(*, now: datetime, size: int, counts: SweepCounts) -> int:
    """Sweep up to `size` promises, most urgent first; give how many there were.

    A promise that cannot be worked out (a calendar or a zone that is broken) is left out, so that it does not stop
    time for the others; it stays due, and the auditor shows it.
    """
    due = Commitment.objects.due_for_a_check(now=now).exclude(pk__in=counts.failed)
    due = due.select_related("customer").order_by("next_check_at")
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(of=("self",), skip_locked=True)
    commitments = list(due[:size])
    if not commitments:
        return 0
    batch = SurroundingsOf(commitments, now=now)
    passages = []
    for commitment in commitments:
        try:
            passages.append(_pass_time(commitment, batch=batch, now=now))
        except Exception:  # whatever is wrong with one promise, time goes on for the others
            log.exception("promise_not_swept", reference=commitment.reference)
            counts.failed.append(commitment.pk)
    recorded = recording.write(passages, surroundings=batch, now=now)
    counts.add(recorded, promises=len(passages))
    doorbell.ring("notifications.dispatch")
    return len(commitments)


def _pass_time(commitment: Commitment, *, batch: SurroundingsOf, now: datetime) -> recording.Passage:
    before = batch.promise(commitment)
    after, events = batch.pass_time(commitment, before, until=now)
    return recording.Passage(
        commitment=commitment,
        before=before,
        after=after,
        events=events,
        next_check_at=lifecycle.next_check_at(
            after, rules=batch.rules(commitment), surroundings=batch.surroundings(commitment)
        ),
    )

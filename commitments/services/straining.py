"""What strains customers: reasons that follow from what was recorded, and those taken back when it proves otherwise.

Set-based: by a few statements however many promises a sweep passes, and by none where nothing strained anybody.
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Protocol

from django.db.models import Q

from commitments.domain.promise import Promise
from commitments.domain.strain import WEIGHTS, StrainSort, sort_of
from commitments.domain.timeline import Event, EventKind
from commitments.models import Commitment, CommitmentEvent, Strain


class Passage(Protocol):
    """What is read of a promise's way from one state to the next (`commitments.services.recording`)."""

    commitment: Commitment
    before: Promise
    after: Promise
    events: list[Event]


def note_strain(passages: Sequence[Passage], *, written: Sequence[CommitmentEvent], now: datetime) -> None:
    """Write what the passages add to their customers' strain, and take back what was not so after all.

    `written` are the events that did not stand already. A reason that was taken back and proves true again (the word
    that had spoken against it did not arrive) counts again from its own instant.
    """
    rows = [row for event in written if (row := _row(event)) is not None]
    Strain.objects.bulk_create(rows)
    again = _any_of(_true_again(passages, new={(row.commitment_id, row.sort, row.at) for row in rows}))
    if again is not None:
        Strain.objects.filter(again, taken_back_at__isnull=False).update(taken_back_at=None)
    back = _any_of(found for passage in passages for found in _taken_back(passage))
    if back is not None:
        Strain.objects.filter(back, taken_back_at__isnull=True).update(taken_back_at=now)


def _row(event: CommitmentEvent) -> Strain | None:
    sort = sort_of(EventKind(event.kind), event.facts)
    if sort is None:
        return None
    return Strain(
        customer_id=event.commitment.customer_id,
        commitment_id=event.commitment_id,
        event=event,
        sort=sort.value,
        at=event.occurred_at,
        weight=WEIGHTS[sort],
    )


def _true_again(passages: Sequence[Passage], *, new: Collection[tuple[int | None, str, datetime]]) -> Iterator[Q]:
    for passage in passages:
        for event in passage.events:
            sort = sort_of(event.kind, event.facts)
            if sort is not None and (passage.commitment.pk, sort.value, event.occurred_at) not in new:
                yield _reason(passage.commitment, sort, event.occurred_at)


def _taken_back(passage: Passage) -> Iterator[Q]:
    commitment = passage.commitment
    for event in passage.events:
        match event.kind:
            case EventKind.BREAK_TAKEN_BACK:
                yield _reason(commitment, StrainSort.BROKEN, event.facts["due_at"])
            case EventKind.SILENCE_TAKEN_BACK:
                yield _reason(commitment, StrainSort.SILENCE, event.facts["since"])
            case EventKind.THANKED:
                yield Q(event=event.facts["message"])
            case EventKind.ANSWER_TAKEN_BACK:
                yield Q(event=event.facts["event"])
            case EventKind.REVEALED:
                # Whoever tests their own house is no customer who was treated badly.
                yield Q(commitment=commitment)
            case EventKind.VOIDED:
                # What a promise that was never made did to them; what they wrote about it stays said.
                yield Q(commitment=commitment) & ~Q(sort=StrainSort.COMPLAINT.value)
            case _:
                yield from ()
    waiting_since = passage.after.customer_waiting_since
    if waiting_since is not None and waiting_since != passage.before.customer_waiting_since:
        # What waits longest now had nothing unanswered before it.
        yield _reason(commitment, StrainSort.CHASE, waiting_since)


def _reason(commitment: Commitment, sort: StrainSort, at: datetime) -> Q:
    return Q(commitment=commitment, sort=sort.value, at=at)


def _any_of(found: Iterator[Q]) -> Q | None:
    conditions = list(found)
    return reduce(or_, conditions) if conditions else None

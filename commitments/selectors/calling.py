"""Who is on the line with a customer. Reads only."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from commitments.domain.timeline import EventKind
from commitments.models import Commitment, CommitmentEvent


def caller_of(commitment: Commitment) -> Any:
    """Give who said last that they were calling this promise's customer; nobody if no one has."""
    calls = commitment.events.filter(kind=EventKind.CALL_STARTED).select_related("actor")
    started = calls.order_by("-sequence").first()
    return started.actor if started is not None else None


def callers_of(commitments: Iterable[Commitment], *, now: datetime) -> dict[int, Any]:
    """Give who is on the line now with the customers of these promises, by the promise's id; in one query at most."""
    on_the_line = [row.pk for row in commitments if row.calling_until is not None and now < row.calling_until]
    if not on_the_line:
        return {}
    started = CommitmentEvent.objects.filter(commitment__in=on_the_line, kind=EventKind.CALL_STARTED)
    listed = started.select_related("actor").order_by("sequence")
    return {event.commitment_id: event.actor for event in listed if event.actor is not None}

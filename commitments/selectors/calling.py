"""Who is on the line with a customer. Reads only."""

from typing import Any

from commitments.domain.timeline import EventKind
from commitments.models import Commitment


def caller_of(commitment: Commitment) -> Any:
    """Give who said last that they were calling this promise's customer; nobody if no one has."""
    calls = commitment.events.filter(kind=EventKind.CALL_STARTED).select_related("actor")
    started = calls.order_by("-sequence").first()
    return started.actor if started is not None else None

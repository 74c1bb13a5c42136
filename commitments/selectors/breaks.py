"""Dates of a promise that passed, and whether anybody has said why. Reads only."""

from datetime import datetime

from commitments.domain.timeline import EventKind
from commitments.models import Commitment

KINDS = (EventKind.BECAME_OVERDUE, EventKind.BREAK_TAKEN_BACK, EventKind.BREAK_EXPLAINED)


def unexplained_breaks(*, commitment: Commitment) -> list[datetime]:
    """Give the broken dates for which no reason has been given, earliest first."""
    if not commitment.times_broken:
        return []
    dates: dict[EventKind, set[datetime]] = {kind: set() for kind in KINDS}
    found = commitment.events.filter(kind__in=[kind.value for kind in KINDS])
    for kind, facts in found.values_list("kind", "facts"):
        dates[EventKind(kind)].add(datetime.fromisoformat(facts["due_at"]))
    broken, taken_back, explained = (dates[kind] for kind in KINDS)
    return sorted(broken - taken_back - explained)

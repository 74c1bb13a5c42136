"""Dates of a promise that passed, and whether anybody has said why. Reads only."""

from datetime import datetime

from commitments.domain.timeline import EventKind
from commitments.models import Commitment

KINDS = (
    EventKind.BECAME_OVERDUE,
    EventKind.BREAK_TAKEN_BACK,
    # A date that holds again after it had passed proves a break true that was taken back: it is noted once.
    EventKind.DATE_RESTORED,
    EventKind.BREAK_EXPLAINED,
)


def unexplained_breaks(*, commitment: Commitment) -> list[datetime]:
    """Give the broken dates for which no reason has been given, earliest first."""
    if not commitment.times_broken:
        return []
    broken: set[datetime] = set()
    explained: set[datetime] = set()
    noted: set[datetime] = set()
    found = commitment.events.filter(kind__in=[kind.value for kind in KINDS]).order_by("id")
    for kind, facts in found.values_list("kind", "facts"):
        due_at = datetime.fromisoformat(facts["due_at"])
        if kind == EventKind.BECAME_OVERDUE:
            noted.add(due_at)
            broken.add(due_at)
        elif kind == EventKind.DATE_RESTORED:
            broken |= {due_at} & noted
        elif kind == EventKind.BREAK_TAKEN_BACK:
            broken.discard(due_at)
        else:
            explained.add(due_at)
    return sorted(broken - explained)

"""How badly a customer has been treated lately: a list of reasons with weights, halved with every 30 days.

It comes from how we treated them and from nothing else: no field of a customer or an organisation is a reason.
"""

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from commitments.domain.timeline import EventKind

HALF_LIFE = timedelta(days=30)
FORGOTTEN_AFTER = 12 * HALF_LIFE
"""From then on a reason weighs less than a thousandth of what it did."""


class StrainSort(enum.StrEnum):
    """What strains a customer."""

    SILENCE = "silence"
    """They heard nothing when they should have."""
    BROKEN = "broken"
    """A date passed."""
    CHASE = "chase"
    """They had to ask again before they were answered."""
    DISPUTE = "dispute"
    """What we called kept did not solve the matter."""
    COMPLAINT = "complaint"
    """They complained."""


WEIGHTS = {
    StrainSort.SILENCE: 2.0,
    StrainSort.BROKEN: 2.0,
    StrainSort.CHASE: 1.0,
    StrainSort.DISPUTE: 1.0,
    StrainSort.COMPLAINT: 2.0,
}

STRAINING = {
    EventKind.BECAME_SILENT: StrainSort.SILENCE,
    EventKind.BECAME_OVERDUE: StrainSort.BROKEN,
    EventKind.DISPUTED: StrainSort.DISPUTE,
}
CHASING = frozenset({EventKind.CUSTOMER_MESSAGE, EventKind.CONTACTED})


def sort_of(kind: EventKind, facts: Mapping[str, Any]) -> StrainSort | None:
    """Give how an event strains the customer, if it does; a message does when they had to ask again."""
    if kind in CHASING:
        return StrainSort.CHASE if facts.get("is_chase") else None
    return STRAINING.get(kind)


@dataclass(frozen=True, slots=True)
class StrainReason:
    """One reason: what happened, when (UTC), and how much it weighed then."""

    at: datetime
    weight: float


def weight_at(reason: StrainReason, *, at: datetime) -> float:
    """Give what a reason still weighs at `at`; nothing before it happened."""
    age = at - reason.at
    if age < timedelta() or age > FORGOTTEN_AFTER:
        return 0.0
    return float(reason.weight * 0.5 ** (age // HALF_LIFE))


def score(reasons: Iterable[StrainReason], *, at: datetime) -> float:
    """Add up what the reasons still weigh at `at`."""
    return sum(weight_at(reason, at=at) for reason in reasons)

"""How customers have been treated lately, as people are shown it and as the Board orders by it. Reads only."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Exists,
    ExpressionWrapper,
    F,
    FloatField,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from commitments.domain.strain import FORGOTTEN_AFTER, HALF_LIFE, StrainReason, weight_at
from commitments.models import Commitment, Strain


@dataclass(frozen=True, slots=True)
class Weighed:
    """One reason and what it weighs now. `about`: its promise, where whoever looks may see it."""

    reason: Strain
    weight: float
    about: Commitment | None = None


@dataclass(frozen=True, slots=True)
class Strained:
    """What strains one customer, the latest first, and what it comes to. `counts`: how many reasons of each sort."""

    score: float
    reasons: tuple[Weighed, ...]
    counts: tuple[tuple[str, int], ...]


NOT_STRAINED = Strained(score=0.0, reasons=(), counts=())


def strain_of(*, customers: Iterable[int], now: datetime, actor: Any = None) -> dict[int, Strained]:
    """Read what strains these customers (ids) at `now`; those whom nothing strains are left out.

    With an `actor` each reason comes with its promise, as far as they may see it.
    """
    rows = _counting(now=now).filter(customer__in=set(customers)).order_by("-at", "-id")
    seen: set[int] = set()
    if actor is not None:
        visible = Commitment.objects.visible_to(actor).filter(pk=OuterRef("commitment"))
        rows = rows.select_related("commitment").annotate(is_seen=Exists(visible))
        seen = {row.pk for row in rows if row.is_seen}
    by_customer: dict[int, list[Weighed]] = defaultdict(list)
    for row in rows:
        weight = weight_at(StrainReason(at=row.at, weight=row.weight), at=now)
        about = row.commitment if row.pk in seen else None
        by_customer[row.customer_id].append(Weighed(reason=row, weight=weight, about=about))
    return {
        customer: Strained(
            score=sum(weighed.weight for weighed in found),
            reasons=tuple(found),
            counts=tuple(Counter(weighed.reason.sort for weighed in found).items()),
        )
        for customer, found in by_customer.items()
    }


def strained_first(promises: Any, *, now: datetime) -> "QuerySet[Commitment]":
    """Put promises to strained customers first among those that need somebody now, and first among the others.

    `promises` are as `selectors.board.worst_first` gives them; adds `is_strained`.
    """
    score = (
        _counting(now=now)
        .filter(customer=OuterRef("customer"))
        .order_by()
        .values("customer")
        .annotate(score=Sum(_weight(now=now)))
        .values("score")
    )
    threshold = Q(policy__strain_threshold__isnull=False) & Q(strain__gte=F("policy__strain_threshold"))
    ordered: QuerySet[Commitment] = (
        promises.annotate(strain=Coalesce(Subquery(score, output_field=FloatField()), Value(0.0)))
        .annotate(
            is_strained=ExpressionWrapper(threshold, output_field=BooleanField()),
            place=Case(When(band__gte=2, then=Value(2)), default=F("band"), output_field=IntegerField()),
        )
        .order_by("-place", "-is_strained", "-band", "worst_at", "id")
    )
    return ordered


def _counting(*, now: datetime) -> "QuerySet[Strain]":
    return Strain.objects.filter(taken_back_at__isnull=True, at__lte=now, at__gte=now - FORGOTTEN_AFTER)


def _weight(*, now: datetime) -> Any:
    """Give what a reason weighs at `now` (`commitments.domain.strain.weight_at`) as the database works it out."""
    halvings = range(FORGOTTEN_AFTER // HALF_LIFE + 1)
    return Case(
        *(When(at__gt=now - (halved + 1) * HALF_LIFE, then=F("weight") * Value(0.5**halved)) for halved in halvings),
        default=Value(0.0),
        output_field=FloatField(),
    )

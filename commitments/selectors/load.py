"""What falls due in which hour, owner by owner, and how much each of them keeps in an hour as a rule. Reads only."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncHour

from commitments.domain.load import LOOKED_BACK, usual_load
from commitments.domain.promise import Status
from commitments.models import Commitment


def hour_of(at: datetime, *, zone: str) -> datetime:
    """Give the beginning of the hour of an instant, as clocks in `zone` show it; aware, in that zone."""
    return at.astimezone(ZoneInfo(zone)).replace(minute=0, second=0, microsecond=0, fold=0)


def due_per_hour(
    *,
    owners: Iterable[int],
    from_at: datetime,
    until_at: datetime,
    zone: str,
    among: "QuerySet[Commitment] | None" = None,
) -> dict[int, dict[datetime, int]]:
    """Count the open promises of these owners (ids) that fall due from `from_at` until before `until_at`.

    All of theirs, or only those `among` others. By owner and by the hour (`hour_of`); hours and owners without any are
    left out. One query, by the index of owner and due time. The hour that autumn repeats counts as one.
    """
    rows = (
        (Commitment.objects.all() if among is None else among)
        .filter(status=Status.OPEN, owner__in=set(owners), due_at__gte=from_at, due_at__lt=until_at)
        .annotate(hour=TruncHour("due_at", tzinfo=ZoneInfo(zone)))
        .values_list("owner_id", "hour")
        .annotate(count=Count("pk"))
        .order_by()
    )
    found: dict[int, dict[datetime, int]] = defaultdict(lambda: defaultdict(int))
    for owner, hour, count in rows:
        found[owner][hour_of(hour, zone=zone)] += count
    return {owner: dict(hours) for owner, hours in found.items()}


def usual_per_hour(*, owners: Iterable[int], now: datetime) -> dict[int, int]:
    """Give how many promises each of these owners (ids) keeps in an hour as a rule (`usual_load`). One query."""
    wanted = set(owners)
    rows = (
        Commitment.objects.filter(
            owner__in=wanted, status=Status.KEPT, ended_at__gt=now - LOOKED_BACK, ended_at__lte=now
        )
        .annotate(hour=TruncHour("ended_at"))
        .values_list("owner_id", "hour")
        .annotate(count=Count("pk"))
        .order_by()
    )
    kept: dict[int, list[int]] = {owner: [] for owner in wanted}
    for owner, _, count in rows:
        kept[owner].append(count)
    return {owner: usual_load(counts) for owner, counts in kept.items()}

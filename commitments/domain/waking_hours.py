"""When a customer may be disturbed by what nobody is waiting for."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class WakingHours:
    """From when until when, as wall times in the customer's zone.

    Both ends are waking time; hours may run past midnight, and where both are the same somebody is always awake.
    """

    start: time
    end: time


def next_waking(instant: datetime, *, zone: str, waking: WakingHours | None) -> datetime:
    """Give `instant` itself while the customer is awake, else when they next wake (UTC).

    Without hours they always are.
    """
    if waking is None or waking.start == waking.end:
        return instant
    start, end = waking.start, waking.end
    local = instant.astimezone(ZoneInfo(zone))
    at = local.time()
    awake = start <= at <= end if start < end else at >= start or at <= end
    if awake:
        return instant
    day = local.date() if at < start else local.date() + timedelta(days=1)
    # In the hour that autumn repeats, the first showing of `start` may lie behind us: they are awake.
    return max(datetime.combine(day, start, tzinfo=ZoneInfo(zone)).astimezone(UTC), instant)

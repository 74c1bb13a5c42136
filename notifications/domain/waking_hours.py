"""When a customer may be disturbed by a mail that nobody is waiting for."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


def next_waking(instant: datetime, *, zone: str, start: time | None, end: time | None) -> datetime:
    """Give `instant` itself while the customer is awake, else when they next wake (UTC).

    `start` and `end` are wall times in the customer's zone; `end` itself is asleep. Without either, or with both the
    same, they are always awake; hours may run past midnight.
    """
    if start is None or end is None or start == end:
        return instant
    local = instant.astimezone(ZoneInfo(zone))
    at = local.time()
    awake = start <= at < end if start < end else at >= start or at < end
    if awake:
        return instant
    day = local.date() if at < start else local.date() + timedelta(days=1)
    # In the hour that autumn repeats, the first showing of `start` may lie behind us: they are awake.
    return max(datetime.combine(day, start, tzinfo=ZoneInfo(zone)).astimezone(UTC), instant)

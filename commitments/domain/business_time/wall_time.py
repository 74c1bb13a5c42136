"""Wall times and instants: what the clocks of a zone show, and where they change."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from commitments.domain.business_time.errors import (
    BusinessTimeError,
    NonexistentTime,
    OutOfRange,
    UnknownZone,
)

TICK = datetime.resolution
MINUTES_A_DAY = 24 * 60
MIDNIGHT = time(tzinfo=UTC)

Stretch = tuple[datetime, datetime, timedelta]
"""From an instant up to another, a zone keeps one offset from UTC."""

# Zones are asked about the days to either side too, which must exist.
_FIRST_DAY = date.min.toordinal() + 3
_LAST_DAY = date.max.toordinal() - 3


def to_instant(local: datetime, *, zone: str) -> datetime:
    """Read a naive local time; an ambiguous one is its first occurrence, whatever its ``fold``.

    Raises `NonexistentTime` where the clocks skip it, and `UnknownZone`.
    """
    if local.tzinfo is not None:
        raise BusinessTimeError(f"{local.isoformat()} already has a time zone.")
    found, jump = readings(local.replace(tzinfo=UTC), zone)
    if jump is not None:
        raise NonexistentTime(local, zone=zone)
    return found[0]


def as_utc(instant: datetime) -> datetime:
    """Give an aware instant in UTC; raise `BusinessTimeError` for a naive one."""
    if instant.tzinfo is UTC:
        return instant
    if instant.utcoffset() is None:
        raise BusinessTimeError(f"{instant.isoformat()} has no time zone.")
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise OutOfRange from None


def shifted(at: datetime, amount: timedelta) -> datetime:
    """Move an instant by elapsed time; raise `OutOfRange`."""
    try:
        return at + amount
    except OverflowError:
        raise OutOfRange from None


def as_local(at: datetime, zone: str) -> datetime:
    """Give an instant in a zone; raise `OutOfRange`."""
    try:
        return at.astimezone(zone_named(zone))
    except OverflowError:
        raise OutOfRange from None


@lru_cache(maxsize=1_024)
def zone_named(name: str) -> ZoneInfo:
    """Load a zone; raise `UnknownZone`."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise UnknownZone(name) from None


def readings(wall: datetime, zone: str) -> tuple[list[datetime], datetime | None]:
    """Find the instants at which clocks show a wall time (marked as UTC), in order.

    Where there is none, the second result is the instant at which they jump over it.
    """
    found: list[datetime] = []
    jump: datetime | None = None
    before: timedelta | None = None
    for begin, end, offset in stretches_around(zone, wall.toordinal()):
        at = wall - offset
        if begin <= at < end:
            found.append(at)
        elif before is not None and begin + before <= wall < begin + offset:
            jump = begin
        before = offset
    return found, jump


def stretches_around(zone: str, day: int) -> Iterator[Stretch]:
    """Yield the stretches in which a local date (an ordinal) can lie, in order."""
    # Offsets stay below a day, so these three UTC days hold all of it.
    for near in (day - 1, day, day + 1):
        yield from stretches(zone, near)


@lru_cache(maxsize=4_096)
def stretches(zone: str, day: int) -> tuple[Stretch, ...]:
    """Cut a UTC day (an ordinal) where the zone changes its offset; raise `OutOfRange`."""
    if not _FIRST_DAY <= day <= _LAST_DAY:
        raise OutOfRange
    begin = datetime.combine(date.fromordinal(day), MIDNIGHT)
    end = begin + timedelta(days=1)
    first, last = _offset(begin, zone), _offset(end - TICK, zone)
    # One cut at most: in the whole zone database no two changes lie within three days of each other.
    if first == last:
        return ((begin, end, first),)
    low, high = 0, 24 * 60 * 60
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(begin + timedelta(seconds=middle), zone) == first:
            low = middle
        else:
            high = middle
    cut = begin + timedelta(seconds=high)
    return (begin, cut, first), (cut, end, last)


def _offset(at: datetime, zone: str) -> timedelta:
    return as_local(at, zone).utcoffset() or timedelta()

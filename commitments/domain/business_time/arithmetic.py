"""Asking, adding, subtracting and measuring by a calendar."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from commitments.domain.business_time.calendars import Calendar, Span, spans_of_date, spans_of_day
from commitments.domain.business_time.durations import Duration, DurationSort
from commitments.domain.business_time.errors import ClosedDay, DurationError, NeverOpen
from commitments.domain.business_time.wall_time import TICK, as_local, as_utc, readings, shifted

HORIZON_DAYS = 731
"""How far a search goes without meeting an open minute before it gives up: two years."""


def is_open(instant: datetime, *, calendar: Calendar) -> bool:
    """Tell whether an instant lies in open time; the closing instant does not."""
    at = as_utc(instant)
    return calendar.is_always_open or any(
        opens <= at < closes for opens, closes in spans_of_day(calendar, at.toordinal())
    )


def is_working_instant(instant: datetime, *, calendar: Calendar) -> bool:
    """Tell whether an instant is open, or exactly the end of open time."""
    at = as_utc(instant)
    return is_open(at, calendar=calendar) or is_open(shifted(at, -TICK), calendar=calendar)


def next_open(instant: datetime, *, calendar: Calendar) -> datetime:
    """Find the earliest open instant from an instant on; raise `NeverOpen`."""
    at = as_utc(instant)
    return at if calendar.is_always_open else next(_spans_after(at, calendar))[0]


def previous_open_end(instant: datetime, *, calendar: Calendar) -> datetime:
    """Find the latest instant, up to this one, that has open time just before it; raise `NeverOpen`."""
    at = as_utc(instant)
    return at if calendar.is_always_open else next(_spans_before(at, calendar))[1]


def open_time_between(start: datetime, end: datetime, *, calendar: Calendar) -> timedelta:
    """Measure the open time from one instant to another; negative when the end comes first."""
    since, until = as_utc(start), as_utc(end)
    if until < since:
        return -open_time_between(until, since, calendar=calendar)
    return sum((closes - opens for opens, closes in _spans_within(since, until, calendar)), timedelta())


def add_open_time(start: datetime, amount: timedelta, *, calendar: Calendar) -> datetime:
    """Find the earliest instant with this much open time since the start; raise `NeverOpen`."""
    at = as_utc(start)
    left = _not_negative(amount)
    if calendar.is_always_open or not left:
        return shifted(at, left)
    spans = _spans_after(at, calendar)
    opens, closes = next(spans)
    while left > closes - opens:
        left -= closes - opens
        opens, closes = next(spans)
    return opens + left


def subtract_open_time(end: datetime, amount: timedelta, *, calendar: Calendar) -> datetime:
    """Find the latest instant with this much open time until the end; raise `NeverOpen`."""
    at = as_utc(end)
    left = _not_negative(amount)
    if calendar.is_always_open or not left:
        return shifted(at, -left)
    spans = _spans_before(at, calendar)
    opens, closes = next(spans)
    while left > closes - opens:
        left -= closes - opens
        opens, closes = next(spans)
    return closes - left


def add(start: datetime, duration: Duration, *, calendar: Calendar) -> datetime:
    """Find the earliest instant that lies a duration after the start; raise `NeverOpen`."""
    at = as_utc(start)
    if duration.sort is DurationSort.BUSINESS_DAYS:
        if not duration.amount:
            return at
        at = _same_wall_time(at, duration.amount, calendar)[0]
        return at if is_working_instant(at, calendar=calendar) else next_open(at, calendar=calendar)
    length = timedelta(minutes=duration.amount)
    if duration.sort is DurationSort.BUSINESS_HOURS:
        return add_open_time(at, length, calendar=calendar)
    return shifted(at, length)


def subtract(end: datetime, duration: Duration, *, calendar: Calendar) -> datetime:
    """Find the latest instant that lies a duration before the end; raise `NeverOpen`."""
    at = as_utc(end)
    if duration.sort is DurationSort.BUSINESS_DAYS:
        if not duration.amount:
            return at
        at = _same_wall_time(at, -duration.amount, calendar)[-1]
        return at if is_working_instant(at, calendar=calendar) else previous_open_end(at, calendar=calendar)
    length = timedelta(minutes=duration.amount)
    if duration.sort is DurationSort.BUSINESS_HOURS:
        return subtract_open_time(at, length, calendar=calendar)
    return shifted(at, -length)


def end_of_day(day: date, *, calendar: Calendar) -> datetime:
    """Find the end of a local date's last open interval; raise `ClosedDay` when nothing is open on it."""
    spans = spans_of_date(calendar, day.toordinal())
    if not spans:
        raise ClosedDay(day)
    return spans[-1][1]


def open_spans(start: datetime, end: datetime, *, calendar: Calendar) -> Iterator[Span]:
    """Yield the open time of a window as (start, end), each span as long as it goes within the window."""
    spans = _spans_within(as_utc(start), as_utc(end), calendar)
    current = next(spans, None)
    for span in spans:
        if current is not None and span[0] == current[1]:
            current = current[0], span[1]
        else:
            if current is not None:
                yield current
            current = span
    if current is not None:
        yield current


def _not_negative(amount: timedelta) -> timedelta:
    if amount < timedelta():
        raise DurationError("A duration is never negative.")
    return amount


def _same_wall_time(at: datetime, days: int, calendar: Calendar) -> list[datetime]:
    """Find when its wall time comes `days` open dates on (negative: back), or is jumped over."""
    local = as_local(at, calendar.zone)
    day = _open_date(local.toordinal(), days, calendar)
    wall = datetime.combine(date.fromordinal(day), local.time(), tzinfo=UTC)
    found, jump = readings(wall, calendar.zone)
    return found if jump is None else [jump]


def _open_date(day: int, count: int, calendar: Calendar) -> int:
    step = 1 if count > 0 else -1
    for _ in range(abs(count)):
        met = day
        day += step
        while not spans_of_date(calendar, day):
            if abs(day - met) > HORIZON_DAYS:
                raise NeverOpen(date.fromordinal(met), direction="after" if step > 0 else "before")
            day += step
    return day


def _spans_after(at: datetime, calendar: Calendar) -> Iterator[Span]:
    """Yield open time from an instant on, for ever, a UTC day at a time."""
    day = met = at.toordinal()
    while day - met <= HORIZON_DAYS:
        for opens, closes in spans_of_day(calendar, day):
            if closes > at:
                met = day
                yield max(opens, at), closes
        day += 1
    raise NeverOpen(date.fromordinal(met), direction="after")


def _spans_before(at: datetime, calendar: Calendar) -> Iterator[Span]:
    """Yield open time from an instant back, for ever, a UTC day at a time."""
    day = met = at.toordinal()
    while met - day <= HORIZON_DAYS:
        for opens, closes in reversed(spans_of_day(calendar, day)):
            if opens < at:
                met = day
                yield opens, min(closes, at)
        day -= 1
    raise NeverOpen(date.fromordinal(met), direction="before")


def _spans_within(start: datetime, end: datetime, calendar: Calendar) -> Iterator[Span]:
    if end <= start:
        return
    if calendar.is_always_open:
        yield start, end
        return
    for day in range(start.toordinal(), (end - TICK).toordinal() + 1):
        for opens, closes in spans_of_day(calendar, day):
            if opens < end and closes > start:
                yield max(opens, start), min(closes, end)

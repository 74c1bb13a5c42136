"""When somebody's working day begins, by their calendar. Pure: the calendar is given."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from commitments.domain.business_time import Calendar, NeverOpen, next_open, open_spans

A_DAY = timedelta(days=1)


def begins_at(day: date, *, calendar: Calendar) -> datetime | None:
    """Give when the working day of a local date begins (UTC); nothing on a closed day.

    Open time that runs over from the day before is that day's: the night shift of a date begins in its evening. A
    date that is open right through begins at its midnight.
    """
    midnight, next_midnight = _midnight(day, calendar), _midnight(day + A_DAY, calendar)
    spans = list(open_spans(midnight - A_DAY, next_midnight, calendar=calendar))
    begun = [opens for opens, _ in spans if midnight <= opens < next_midnight]
    if begun:
        return begun[0]
    is_open_through = any(opens < midnight and closes >= next_midnight for opens, closes in spans)
    return midnight if is_open_through else None


def ends_at(day: date, *, calendar: Calendar) -> datetime | None:
    """Give the end of the last open time that begins on a local date, or of the date where that goes on and on."""
    begins = begins_at(day, calendar=calendar)
    if begins is None:
        return None
    next_midnight = _midnight(day + A_DAY, calendar)
    spans = open_spans(begins, next_midnight + A_DAY, calendar=calendar)
    ends = max(closes for opens, closes in spans if opens < next_midnight)
    return ends if ends < next_midnight + A_DAY else next_midnight


def next_begin(after: datetime, *, calendar: Calendar) -> datetime | None:
    """Give when the next working day begins after an instant (UTC); nothing if none does."""
    day = local_date(after, calendar=calendar)
    while True:
        begins = begins_at(day, calendar=calendar)
        if begins is not None and begins > after:
            return begins
        day += A_DAY
        try:
            opens = next_open(_midnight(day, calendar), calendar=calendar)
        except NeverOpen:
            return None
        day = max(day, local_date(opens, calendar=calendar))


def local_date(instant: datetime, *, calendar: Calendar) -> date:
    """Give the date of an instant in the calendar's zone."""
    return instant.astimezone(ZoneInfo(calendar.zone)).date()


def _midnight(day: date, calendar: Calendar) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(calendar.zone)).astimezone(UTC)

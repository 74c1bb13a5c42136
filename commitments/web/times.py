"""How instants and lengths of time are written on pages: in a named zone, and as words counted from a given `now`.

Pure: nothing here reads the clock.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from commitments.domain.business_time import Duration, DurationSort

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def zone_label(zone: str) -> str:
    """Give the city of a zone as people say it: `Lisbon` for Europe/Lisbon."""
    area, _, city = zone.rpartition("/")
    return zone if area == "Etc" else city.replace("_", " ")


def local(instant: datetime, *, zone: str) -> datetime:
    """Give an instant as that zone's clocks show it."""
    return instant.astimezone(ZoneInfo(zone))


def date_and_time(instant: datetime, *, zone: str, now: datetime) -> str:
    """Write an instant as `Fri 20 Nov, 15:00`, with the year where it is not the present one."""
    there = local(instant, zone=zone)
    year = "" if there.year == local(now, zone=zone).year else f" {there.year}"
    return f"{there:%a} {there.day} {there:%b}{year}, {there:%H:%M}"


def in_zone(instant: datetime, *, zone: str, now: datetime) -> str:
    """Write an instant with its zone: `Fri 20 Nov, 15:00 (Lisbon)`."""
    return f"{date_and_time(instant, zone=zone, now=now)} ({zone_label(zone)})"


def near(instant: datetime, *, zone: str, now: datetime) -> str:
    """Write an instant shortly for lists: `15:00` for today, `tomorrow 12:00`, `Fri 09:00` within six days."""
    there, here = local(instant, zone=zone), local(now, zone=zone)
    days = (there.date() - here.date()).days
    if days == 0:
        return f"{there:%H:%M}"
    if days in {-1, 1}:
        return f"{'tomorrow' if days == 1 else 'yesterday'} {there:%H:%M}"
    if abs(days) < 7:
        return f"{there:%a %H:%M}"
    return date_and_time(instant, zone=zone, now=now)


def length(span: timedelta) -> str:
    """Write a length of time in at most two units: `<1 min`, `40 min`, `2 h 15 min`, `3 d 4 h`, `12 d`."""
    if span < MINUTE:
        return "<1 min"
    if span < HOUR:
        return f"{span // MINUTE} min"
    if span < DAY:
        hours, rest = divmod(span, HOUR)
        minutes = rest // MINUTE
        return f"{hours} h {minutes} min" if minutes and hours < 6 else f"{hours} h"
    days, rest = divmod(span, DAY)
    hours = rest // HOUR
    return f"{days} d {hours} h" if hours and days < 7 else f"{days} d"


def relative(instant: datetime, *, now: datetime) -> str:
    """Write how far off an instant is: `in 2 h`, `3 h ago`, `just now`."""
    if instant > now:
        away = instant - now
        return "in under a minute" if away < MINUTE else f"in {length(away)}"
    gone = now - instant
    return "just now" if gone < MINUTE else f"{length(gone)} ago"


UNITS = {
    DurationSort.BUSINESS_DAYS: (1, "working day"),
    DurationSort.BUSINESS_HOURS: (60, "working hour"),
    DurationSort.ELAPSED: (60, "hour"),
}


def duration_in_words(duration: Duration) -> str:
    """Write a policy's or an agreed length as people say it: `4 working hours`, `90 minutes`."""
    size, unit = UNITS[duration.sort]
    amount, rest = divmod(duration.amount, size)
    if rest:
        amount, unit = duration.amount, unit.replace("hour", "minute")
    return f"{amount} {unit}{'' if amount == 1 else 's'}"

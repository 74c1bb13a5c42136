"""How instants and lengths of time are written on pages: in a named zone, and as words counted from a given `now`.

Pure: nothing here reads the clock.
"""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.dates import MONTHS_3, WEEKDAYS_ABBR
from django.utils.translation import gettext, ngettext, pgettext

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
    values = {
        "weekday": WEEKDAYS_ABBR[there.weekday()],
        "day": there.day,
        "month": str(MONTHS_3[there.month]).title(),
        "year": there.year,
        "time": f"{there:%H:%M}",
    }
    if there.year == local(now, zone=zone).year:
        return pgettext("an instant, shortly", "%(weekday)s %(day)s %(month)s, %(time)s") % values
    return pgettext("an instant, shortly", "%(weekday)s %(day)s %(month)s %(year)s, %(time)s") % values


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
        said = gettext("tomorrow %(time)s") if days == 1 else gettext("yesterday %(time)s")
        return said % {"time": f"{there:%H:%M}"}
    if abs(days) < 7:
        return f"{WEEKDAYS_ABBR[there.weekday()]} {there:%H:%M}"
    return date_and_time(instant, zone=zone, now=now)


def length(span: timedelta) -> str:
    """Write a length of time in at most two units: `<1 min`, `40 min`, `2 h 15 min`, `3 d 4 h`, `12 d`."""
    if span < MINUTE:
        return gettext("<1 min")
    if span < HOUR:
        return gettext("%(minutes)s min") % {"minutes": span // MINUTE}
    if span < DAY:
        hours, rest = divmod(span, HOUR)
        minutes = rest // MINUTE
        said = gettext("%(hours)s h %(minutes)s min") if minutes and hours < 6 else gettext("%(hours)s h")
        return said % {"hours": hours, "minutes": minutes}
    days, rest = divmod(span, DAY)
    hours = rest // HOUR
    said = gettext("%(days)s d %(hours)s h") if hours and days < 7 else gettext("%(days)s d")
    return said % {"days": days, "hours": hours}


def relative(instant: datetime, *, now: datetime) -> str:
    """Write how far off an instant is: `in 2 h`, `3 h ago`, `just now`."""
    if instant > now:
        away = instant - now
        if away < MINUTE:
            return gettext("in under a minute")
        return gettext("in %(length)s") % {"length": length(away)}
    gone = now - instant
    return gettext("just now") if gone < MINUTE else gettext("%(length)s ago") % {"length": length(gone)}


def how_often(count: int) -> str:
    """Write a count as people say it: once, twice, 3 times."""
    if count in {1, 2}:
        return gettext("once") if count == 1 else gettext("twice")
    return gettext("%(number)s times") % {"number": count}


def duration_in_words(duration: Duration) -> str:
    """Write a policy's or an agreed length as people say it: `4 working hours`, `90 minutes`."""
    amount = duration.amount
    if duration.sort is DurationSort.BUSINESS_DAYS:
        said = ngettext("%(number)s working day", "%(number)s working days", amount)
    elif amount % 60:
        said = (
            ngettext("%(number)s minute", "%(number)s minutes", amount)
            if duration.sort is DurationSort.ELAPSED
            else ngettext("%(number)s working minute", "%(number)s working minutes", amount)
        )
    else:
        amount //= 60
        said = (
            ngettext("%(number)s hour", "%(number)s hours", amount)
            if duration.sort is DurationSort.ELAPSED
            else ngettext("%(number)s working hour", "%(number)s working hours", amount)
        )
    return said % {"number": amount}

"""What changes a calendar: its holidays brought up to date, and open promises timed by its hours as they are now.

Holidays are rows for this year and two more. Those of the library come and go with it; closures of our own, and
holidays on which the team works, are people's and stay as they are. `BusinessCalendar.timed_as` remembers by which
hours open promises were timed last, so that a change is found by whatever way it came.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

import structlog
from django.db import transaction

from commitments.domain.business_time import Calendar
from commitments.domain.policy_checks import Fault, calendar_faults
from commitments.models import BusinessCalendar, ClosedDay, Commitment, Team
from commitments.models.calendars import parse_week
from commitments.services import holiday_library
from commitments.services.refusals import Refused
from commitments.services.retiming import CALENDAR, Retimed, retime

log = structlog.get_logger(__name__)

YEARS = 3
"""This year and two more."""


@dataclass(slots=True)
class HolidayChanges:
    """What bringing one calendar's holidays up to date adds, takes away and renames; `trouble` where it cannot be."""

    calendar: BusinessCalendar
    years: range
    added: list[ClosedDay] = field(default_factory=list)
    removed: list[ClosedDay] = field(default_factory=list)
    renamed: list[tuple[ClosedDay, str]] = field(default_factory=list)
    """Each with the name that it had."""
    trouble: str = ""
    retimed: int = 0
    """Open promises whose clocks were brought forward or moved with the calendar."""

    def __bool__(self) -> bool:
        """Tell whether anything changes."""
        return bool(self.added or self.removed or self.renamed)


def years_at(*, calendar: BusinessCalendar, now: datetime) -> range:
    """Give the years of which a calendar has the holidays at `now`: this one, where it is, and two more."""
    first = now.astimezone(ZoneInfo(calendar.zone)).year
    return range(first, first + YEARS)


def plan_holidays(*, calendar: BusinessCalendar, now: datetime) -> HolidayChanges:
    """Work out what would change; nothing is stored. Raises Refused for a country that is not known."""
    years = years_at(calendar=calendar, now=now)
    wanted = holiday_library.holidays_of(country=calendar.country, subdivision=calendar.subdivision, years=years)
    changes = HolidayChanges(calendar=calendar, years=years)
    there = {day.on: day for day in calendar.closed_days.all()}
    for on, name in wanted.items():
        day = there.get(on)
        if day is None:
            changes.added.append(
                ClosedDay(calendar=calendar, on=on, name=name, source=ClosedDay.Source.HOLIDAY, is_open=False)
            )
        elif day.source == ClosedDay.Source.HOLIDAY and day.name != name:
            changes.renamed.append((day, day.name))
            day.name = name
    changes.removed = [
        day
        for on, day in sorted(there.items())
        # One that the team works on was a person's word about that day: it stays, and closes nothing.
        if day.source == ClosedDay.Source.HOLIDAY and not day.is_open and on.year in years and on not in wanted
    ]
    return changes


def show_holidays(*, now: datetime) -> list[HolidayChanges]:
    """Work out what would change on every calendar, in the order of their names."""
    return [_planned(calendar, now=now) for calendar in _every_calendar()]


def bring_holidays_up(*, now: datetime) -> list[HolidayChanges]:
    """Renew every calendar's holidays, and time open promises anew where a calendar's hours have changed.

    A calendar that cannot be worked out is left and logged, so that it stops no other.
    """
    done = []
    for calendar in _every_calendar():
        changes = _planned(calendar, now=now)
        try:
            if not changes.trouble:
                with transaction.atomic():
                    _write(changes)
                    changes.retimed = retime_where_changed(calendar=calendar, now=now)
        except Exception as error:  # whatever is wrong with one calendar, the others are brought up
            log.exception("calendar_not_brought_up", calendar=calendar.name)
            changes.trouble = str(error)
        done.append(changes)
    return done


@transaction.atomic
def calendar_changed(*, calendar: BusinessCalendar, now: datetime) -> HolidayChanges:
    """Take in a change that has just been stored: bring its holidays up, and time its teams' open promises anew.

    Raises Refused for a country that is not known, or a calendar that is never open.
    """
    fresh = BusinessCalendar.objects.prefetch_related("closed_days").get(pk=calendar.pk)
    changes = plan_holidays(calendar=fresh, now=now)
    _write(changes)
    faults = calendar_faults(_hours(fresh), now=now)
    if faults:
        raise Refused(faults[0].sentence, field=faults[0].field)
    changes.retimed = retime_where_changed(calendar=fresh, now=now)
    return changes


def team_moved(*, team: Team, now: datetime) -> Retimed:
    """Time a team's open promises anew after it has been given another calendar."""
    return retime(commitments=Commitment.objects.filter(team=team), because=CALENDAR, now=now)


def faults_of(
    *, calendar: BusinessCalendar, closures: Iterable[date], worked: Iterable[date], now: datetime
) -> list[Fault]:
    """Say what is wrong with a calendar before it is stored, each at its field; its zone and week can be read.

    `closures` are its own closed days, `worked` the holidays on which it is open.
    """
    try:
        holidays = holiday_library.holidays_of(
            country=calendar.country, subdivision=calendar.subdivision, years=years_at(calendar=calendar, now=now)
        )
    except Refused as refused:
        return [Fault(refused.field, refused.message)]
    closed_on = (frozenset(holidays) - frozenset(worked)) | frozenset(closures)
    return calendar_faults(Calendar(zone=calendar.zone, week=parse_week(calendar.week), closed_on=closed_on), now=now)


def retime_where_changed(*, calendar: BusinessCalendar, now: datetime) -> int:
    """Time the open promises of a calendar's teams anew if its hours are not those they were timed by.

    Gives how many clocks moved.
    """
    hours = calendar_mark(calendar)
    if hours == calendar.timed_as:
        return 0
    of_its_teams = Commitment.objects.filter(team__calendar=calendar)
    retimed = retime(commitments=of_its_teams, because=CALENDAR, now=now)
    calendar.timed_as = hours
    calendar.save(update_fields=["timed_as"])
    return retimed.changed


def calendar_mark(calendar: BusinessCalendar) -> str:
    """Give a mark of a calendar's hours: the same for the same hours, on every machine."""
    hours = _hours(calendar)
    week = [[(interval.start_minute, interval.end_minute) for interval in day] for day in hours.week]
    text = repr((hours.zone, week, sorted(day.isoformat() for day in hours.closed_on)))
    return hashlib.sha256(text.encode()).hexdigest()


def _hours(calendar: BusinessCalendar) -> Calendar:
    """Read a calendar's hours as they are stored now."""
    return BusinessCalendar.objects.prefetch_related("closed_days").get(pk=calendar.pk).to_domain()


def _every_calendar() -> list[BusinessCalendar]:
    return list(BusinessCalendar.objects.order_by("name").prefetch_related("closed_days"))


def _planned(calendar: BusinessCalendar, *, now: datetime) -> HolidayChanges:
    try:
        return plan_holidays(calendar=calendar, now=now)
    except Exception as error:  # a zone or a country that nobody knows any more stops no other calendar
        log.exception("holidays_not_worked_out", calendar=calendar.name)
        return HolidayChanges(calendar=calendar, years=range(now.year, now.year + YEARS), trouble=str(error))


def _write(changes: HolidayChanges) -> None:
    ClosedDay.objects.filter(pk__in=[day.pk for day in changes.removed], source=ClosedDay.Source.HOLIDAY).delete()
    ClosedDay.objects.bulk_create(changes.added, ignore_conflicts=True)
    ClosedDay.objects.bulk_update([day for day, _ in changes.renamed], ["name"])

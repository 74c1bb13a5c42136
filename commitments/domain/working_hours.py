"""The hours of one person within their team's, and the shifts that follow from them."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from commitments.domain.business_time import Calendar, OpenInterval, next_open, open_spans

Week = Sequence[Sequence[OpenInterval]]
"""Seven days of intervals, Monday first."""


def within(week: Week, *, team: Calendar) -> tuple[tuple[OpenInterval, ...], ...]:
    """Give the part of a person's week in which their team works as well."""
    return tuple(_common(own, theirs) for own, theirs in zip(week, team.week, strict=True))


def working_calendar(week: Week | None, *, team: Calendar) -> Calendar:
    """Give the calendar of a person with hours of their own; the team's where they have none, or none in common."""
    common = within(week, team=team) if week is not None else ()
    return Calendar(zone=team.zone, week=common, closed_on=team.closed_on) if any(common) else team


def shift_end(at: datetime, *, calendar: Calendar) -> datetime:
    """Give when the day's work of an instant ends: its last open instant, or `at` itself where no more is open.

    A break at noon ends no shift. Raises NeverOpen as `next_shift` does.
    """
    tomorrow = _next_midnight(at, zone=calendar.zone)
    return max((closes for _, closes in open_spans(at, tomorrow, calendar=calendar)), default=at)


def is_working_day(at: datetime, *, calendar: Calendar) -> bool:
    """Tell whether anybody works on the local date of `at`, before or after it."""
    tomorrow = _next_midnight(at, zone=calendar.zone)
    local = at.astimezone(ZoneInfo(calendar.zone))
    today = datetime.combine(local.date(), time.min, tzinfo=ZoneInfo(calendar.zone)).astimezone(UTC)
    return any(True for _ in open_spans(today, tomorrow, calendar=calendar))


def next_shift(at: datetime, *, calendar: Calendar) -> datetime:
    """Give when work begins on the first open day after the local date of `at`. Raises NeverOpen."""
    return next_open(_next_midnight(at, zone=calendar.zone), calendar=calendar)


def _next_midnight(at: datetime, *, zone: str) -> datetime:
    local = at.astimezone(ZoneInfo(zone))
    return datetime.combine(local.date() + timedelta(days=1), time.min, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def _common(own: Sequence[OpenInterval], theirs: Sequence[OpenInterval]) -> tuple[OpenInterval, ...]:
    pairs = ((max(a.start_minute, b.start_minute), min(a.end_minute, b.end_minute)) for a in own for b in theirs)
    return tuple(OpenInterval(start, end) for start, end in sorted(pairs) if start < end)

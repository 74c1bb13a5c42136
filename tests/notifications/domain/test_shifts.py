"""A working day …"""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commitments.domain.business_time import Calendar, OpenInterval
from notifications.domain.shifts import begins_at, ends_at, local_date, next_begin

MONDAY = date(2026, 11, 16)


def calendar(*days: str, zone: str = "Europe/Lisbon", closed_on: frozenset[date] = frozenset()) -> Calendar:
    """Make a calendar from days such as ``9-13 14-18``, Monday first; days left out are closed."""
    week = tuple(
        tuple(OpenInterval(*(int(float(hour) * 60) for hour in part.split("-"))) for part in day.split())
        for day in (*days, *("",) * (7 - len(days)))
    )
    return Calendar(zone=zone, week=week, closed_on=closed_on)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Give an instant of November 2026, when Lisbon is on UTC."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


OFFICE = calendar(*["9-18"] * 5)
LUNCH = calendar(*["9-13 14-18"] * 5)
NIGHT = calendar(*["0-6 22-24"] * 7)
ALWAYS = Calendar.always_open("Europe/Lisbon")


@pytest.mark.parametrize(
    ("hours", "begins", "ends"),
    [
        (OFFICE, at(16, 9), at(16, 18)),
        (LUNCH, at(16, 9), at(16, 18)),
        (NIGHT, at(16, 22), at(17, 6)),
        (ALWAYS, at(16, 0), at(17, 0)),
    ],
)
def test_begins_and_ends_with_its_open_time(hours: Calendar, begins: datetime, ends: datetime) -> None:
    assert begins_at(MONDAY, calendar=hours) == begins
    assert ends_at(MONDAY, calendar=hours) == ends


def test_does_not_begin_on_a_closed_day() -> None:
    holiday = calendar(*["9-18"] * 5, closed_on=frozenset({MONDAY}))
    assert begins_at(MONDAY, calendar=holiday) is None
    assert ends_at(MONDAY, calendar=holiday) is None


@pytest.mark.parametrize(
    ("hours", "after", "begins"),
    [
        (OFFICE, at(16, 8), at(16, 9)),
        (OFFICE, at(16, 9), at(17, 9)),
        (LUNCH, at(16, 13, 30), at(17, 9)),
        (OFFICE, at(20, 12), at(23, 9)),
        (NIGHT, at(16, 3), at(16, 22)),
        (NIGHT, at(16, 23), at(17, 22)),
        (ALWAYS, at(16, 0), at(17, 0)),
    ],
)
def test_is_followed_by_the_next_one(hours: Calendar, after: datetime, begins: datetime) -> None:
    assert next_begin(after, calendar=hours) == begins


def test_keeps_its_wall_time_when_the_clocks_change() -> None:
    lisbon = calendar(*["9-18"] * 7)
    saturday = datetime(2026, 10, 24, 12, tzinfo=UTC)  # the clocks go back that night
    assert next_begin(saturday, calendar=lisbon) == datetime(2026, 10, 25, 9, tzinfo=UTC)
    assert begins_at(date(2026, 10, 24), calendar=lisbon) == datetime(2026, 10, 24, 8, tzinfo=UTC)


def test_never_comes_where_nobody_works() -> None:
    assert next_begin(at(16, 8), calendar=calendar()) is None


@given(
    hours=st.sampled_from([OFFICE, LUNCH, NIGHT, ALWAYS, calendar("22-24", "0-6 23-24")]),
    zone=st.sampled_from(["Europe/Lisbon", "Pacific/Auckland", "America/Los_Angeles", "Australia/Lord_Howe"]),
    minutes=st.integers(0, 400 * 24 * 60),
)
def test_begins_once_a_date_and_never_before_the_last_one(hours: Calendar, zone: str, minutes: int) -> None:
    local = Calendar(zone=zone, week=hours.week, closed_on=hours.closed_on)
    after = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    first = next_begin(after, calendar=local)
    assert first is not None
    assert first > after
    second = next_begin(first, calendar=local)
    assert second is not None
    assert local_date(first, calendar=local) < local_date(second, calendar=local)
    ends = ends_at(local_date(first, calendar=local), calendar=local)
    assert ends is not None
    assert ends > first

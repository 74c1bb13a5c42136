"""What holds of business time in every zone there is, in any year since 1900."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from commitments.domain.business_time import (
    Calendar,
    ClosedDay,
    Duration,
    NeverOpen,
    NonexistentTime,
    OpenInterval,
    add,
    add_open_time,
    end_of_day,
    is_open,
    is_working_instant,
    next_open,
    open_spans,
    open_time_between,
    previous_open_end,
    subtract,
    subtract_open_time,
    to_instant,
)

ZONES = st.sampled_from(sorted(available_timezones()))
INSTANTS = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
WALL_TIMES = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1))  # noqa: DTZ001
AMOUNTS = st.timedeltas(timedelta(microseconds=1), timedelta(hours=200))


@st.composite
def intervals(draw: st.DrawFn) -> tuple[OpenInterval, ...]:
    edges = sorted(draw(st.lists(st.integers(0, 1440), max_size=4, unique=True)))
    return tuple(OpenInterval(start, end) for start, end in zip(edges[::2], edges[1::2], strict=False))


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    week = draw(st.tuples(*[intervals()] * 7))
    assume(any(week))
    return Calendar(zone=draw(ZONES), week=week, closed_on=draw(st.frozensets(st.dates(), max_size=3)))


@given(calendar=calendars(), at=INSTANTS)
def test_an_instant_is_open_when_its_wall_time_is(calendar: Calendar, at: datetime) -> None:
    local = at.astimezone(ZoneInfo(calendar.zone))
    minute = local.hour * 60 + local.minute
    expected = local.date() not in calendar.closed_on and any(
        interval.start_minute <= minute < interval.end_minute for interval in calendar.week[local.weekday()]
    )
    assert is_open(at, calendar=calendar) == expected


@given(calendar=calendars(), start=INSTANTS, amount=AMOUNTS)
def test_adding_gives_the_earliest_instant_that_fits(calendar: Calendar, start: datetime, amount: timedelta) -> None:
    end = add_open_time(start, amount, calendar=calendar)
    assert open_time_between(start, end, calendar=calendar) == amount
    assert previous_open_end(end, calendar=calendar) == end
    assert is_working_instant(end, calendar=calendar)


@given(calendar=calendars(), end=INSTANTS, amount=AMOUNTS)
def test_subtracting_gives_the_latest_instant_that_fits(calendar: Calendar, end: datetime, amount: timedelta) -> None:
    start = subtract_open_time(end, amount, calendar=calendar)
    assert open_time_between(start, end, calendar=calendar) == amount
    assert next_open(start, calendar=calendar) == start


@given(calendar=calendars(), start=INSTANTS, amount=AMOUNTS)
def test_subtracting_what_was_added_leads_back_to_open_time(
    calendar: Calendar, start: datetime, amount: timedelta
) -> None:
    end = add_open_time(start, amount, calendar=calendar)
    assert subtract_open_time(end, amount, calendar=calendar) == next_open(start, calendar=calendar)


@given(calendar=calendars(), start=INSTANTS, first=AMOUNTS, second=AMOUNTS)
def test_adding_twice_is_adding_the_sum(
    calendar: Calendar, start: datetime, first: timedelta, second: timedelta
) -> None:
    halfway = add_open_time(start, first, calendar=calendar)
    assert add_open_time(halfway, second, calendar=calendar) == add_open_time(start, first + second, calendar=calendar)


@given(calendar=calendars(), start=INSTANTS, length=st.timedeltas(timedelta(), timedelta(days=40)))
def test_spans_are_apart_in_order_and_add_up(calendar: Calendar, start: datetime, length: timedelta) -> None:
    spans = list(open_spans(start, start + length, calendar=calendar))
    assert all(start <= opens < closes <= start + length for opens, closes in spans)
    assert all(one[1] < other[0] for one, other in pairwise(spans))
    total = sum((closes - opens for opens, closes in spans), timedelta())
    assert total == open_time_between(start, start + length, calendar=calendar)


# In 1969 Kwajalein lived one day twice, and a business day earlier could be later.
@given(calendar=calendars(), start=INSTANTS.filter(lambda at: at.year >= 1970), days=st.integers(1, 10))
def test_business_days_lead_to_working_time(calendar: Calendar, start: datetime, days: int) -> None:
    duration = Duration.business_days(days)
    try:
        later = add(start, duration, calendar=calendar)
        earlier = subtract(start, duration, calendar=calendar)
    except NeverOpen:
        return
    assert earlier < start < later
    assert is_working_instant(later, calendar=calendar)
    assert is_working_instant(earlier, calendar=calendar)


@given(calendar=calendars(), day=st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_a_day_ends_with_its_last_open_minute(calendar: Calendar, day: date) -> None:
    try:
        end = end_of_day(day, calendar=calendar)
    except ClosedDay:
        return
    last = end - datetime.resolution
    assert is_open(last, calendar=calendar)
    assert last.astimezone(ZoneInfo(calendar.zone)).date() == day


@settings(max_examples=300)
@given(zone=ZONES, local=WALL_TIMES)
def test_a_wall_time_is_read_as_zoneinfo_reads_it_or_does_not_exist(zone: str, local: datetime) -> None:
    expected = local.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)
    exists = expected.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0) == local
    try:
        found = to_instant(local, zone=zone)
    except NonexistentTime:
        assert not exists
    else:
        assert exists
        assert found == expected

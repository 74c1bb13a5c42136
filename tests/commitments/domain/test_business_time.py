"""Business time in an ordinary week, worked by hand."""

import copy
import pickle
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from commitments.domain.business_time import (
    BusinessTimeError,
    Calendar,
    ClosedDay,
    Duration,
    InvalidCalendar,
    NeverOpen,
    OpenInterval,
    OutOfRange,
    UnknownZone,
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
)

NINE_TO_FIVE = (OpenInterval(start_minute=540, end_minute=1020),)
WITH_LUNCH = (OpenInterval(start_minute=540, end_minute=720), OpenInterval(start_minute=780, end_minute=1020))
WHOLE_DAY = (OpenInterval(start_minute=0, end_minute=1440),)
CHRISTMAS = date(2026, 12, 25)

# November 2026: the 18th is a Wednesday, and London keeps UTC.
OFFICE = Calendar(zone="Europe/London", week=(NINE_TO_FIVE,) * 5 + ((), ()), closed_on=frozenset({CHRISTMAS}))
LUNCH = Calendar(zone="Europe/London", week=(WITH_LUNCH,) * 5 + ((), ()), closed_on=frozenset())
NIGHTS = Calendar(  # 22:00 to 24:00 and on from 00:00 to 06:00, every day
    zone="Europe/London",
    week=((OpenInterval(start_minute=0, end_minute=360), OpenInterval(start_minute=1320, end_minute=1440)),) * 7,
    closed_on=frozenset(),
)
NEVER = Calendar(zone="UTC", week=((),) * 7, closed_on=frozenset())
ALWAYS = Calendar.always_open()

HOUR = timedelta(hours=1)


def at(day: int, clock: str, month: int = 11, year: int = 2026) -> datetime:
    return datetime.combine(date(year, month, day), time.fromisoformat(clock), tzinfo=UTC)


class TestOpenness:
    @pytest.mark.parametrize(
        ("instant", "open_", "working"),
        [
            (at(18, "08:59:59.999999"), False, False),
            (at(18, "09:00"), True, True),
            (at(18, "16:59:59.999999"), True, True),
            (at(18, "17:00"), False, True),
            (at(18, "17:00:00.000001"), False, False),
            (at(21, "12:00"), False, False),
            (at(25, "12:00", month=12), False, False),
            (at(25, "17:00", month=12), False, False),
        ],
    )
    def test_starts_on_the_opening_instant_and_ends_before_the_closing_one(
        self, instant: datetime, open_: bool, working: bool
    ) -> None:
        assert is_open(instant, calendar=OFFICE) is open_
        assert is_working_instant(instant, calendar=OFFICE) is working

    def test_stops_for_lunch(self) -> None:
        assert not is_open(at(18, "12:00"), calendar=LUNCH)
        assert is_working_instant(at(18, "12:00"), calendar=LUNCH)
        assert not is_working_instant(at(18, "12:30"), calendar=LUNCH)
        assert is_open(at(18, "13:00"), calendar=LUNCH)

    def test_runs_through_midnight_when_both_days_meet_there(self) -> None:
        assert is_open(at(18, "00:00"), calendar=NIGHTS)

    def test_ends_at_midnight_when_the_next_day_is_closed(self) -> None:
        calendar = Calendar(zone="UTC", week=(WHOLE_DAY,) * 5 + ((), ()), closed_on=frozenset())
        assert is_working_instant(at(21, "00:00"), calendar=calendar)
        assert not is_open(at(21, "00:00"), calendar=calendar)

    def test_is_told_for_an_instant_in_any_zone(self) -> None:
        tokyo = datetime(2026, 11, 18, 18, 30, tzinfo=ZoneInfo("Asia/Tokyo"))
        assert is_open(tokyo, calendar=OFFICE)
        assert next_open(tokyo, calendar=OFFICE) == at(18, "09:30")
        assert next_open(tokyo, calendar=OFFICE).tzinfo is UTC

    def test_is_not_told_for_a_naive_time(self) -> None:
        with pytest.raises(BusinessTimeError, match="no time zone"):
            is_open(datetime(2026, 11, 18, 9), calendar=OFFICE)  # noqa: DTZ001


class TestNearestOpenTime:
    @pytest.mark.parametrize(
        ("instant", "opens"),
        [
            (at(18, "08:00"), at(18, "09:00")),
            (at(18, "10:00:30"), at(18, "10:00:30")),
            (at(18, "17:00"), at(19, "09:00")),
            (at(20, "17:00"), at(23, "09:00")),
            (at(24, "18:00", month=12), at(28, "09:00", month=12)),
        ],
    )
    def test_after_an_instant(self, instant: datetime, opens: datetime) -> None:
        assert next_open(instant, calendar=OFFICE) == opens

    @pytest.mark.parametrize(
        ("instant", "closed"),
        [
            (at(18, "09:00"), at(17, "17:00")),
            (at(18, "10:00:30"), at(18, "10:00:30")),
            (at(18, "17:00"), at(18, "17:00")),
            (at(18, "23:00"), at(18, "17:00")),
            (at(23, "09:00"), at(20, "17:00")),
            (at(28, "08:00", month=12), at(24, "17:00", month=12)),
        ],
    )
    def test_before_an_instant(self, instant: datetime, closed: datetime) -> None:
        assert previous_open_end(instant, calendar=OFFICE) == closed

    def test_is_refused_where_nothing_ever_opens(self) -> None:
        with pytest.raises(NeverOpen, match="within two years after 18 November 2026"):
            next_open(at(18, "10:00"), calendar=NEVER)
        with pytest.raises(NeverOpen, match="within two years before 18 November 2026"):
            previous_open_end(at(18, "10:00"), calendar=NEVER)

    def test_is_found_after_a_year_of_closure(self) -> None:
        closed = frozenset(date(2026, 11, 18) + timedelta(days=n) for n in range(400))
        calendar = Calendar(zone="Europe/London", week=(NINE_TO_FIVE,) * 7, closed_on=closed)
        assert next_open(at(18, "10:00"), calendar=calendar) == at(23, "09:00", month=12, year=2027)


class TestAddingOpenTime:
    @pytest.mark.parametrize(
        ("start", "amount", "end"),
        [
            (at(18, "10:00"), 4 * HOUR, at(18, "14:00")),
            (at(18, "13:00"), 4 * HOUR, at(18, "17:00")),
            (at(18, "13:00:01"), 4 * HOUR, at(19, "09:00:01")),
            (at(18, "16:00"), 4 * HOUR, at(19, "12:00")),
            (at(20, "16:00"), 4 * HOUR, at(23, "12:00")),
            (at(21, "12:00"), 8 * HOUR, at(23, "17:00")),
            (at(18, "17:00"), HOUR, at(19, "10:00")),
            (at(24, "16:30", month=12), HOUR, at(28, "09:30", month=12)),
            (at(18, "09:00"), 40 * HOUR, at(24, "17:00")),
            (at(18, "10:00"), timedelta(microseconds=1), at(18, "10:00:00.000001")),
        ],
    )
    def test_gives_the_earliest_instant_that_fits(self, start: datetime, amount: timedelta, end: datetime) -> None:
        assert add_open_time(start, amount, calendar=OFFICE) == end

    @pytest.mark.parametrize(
        ("end", "amount", "start"),
        [
            (at(18, "14:00"), 4 * HOUR, at(18, "10:00")),
            (at(18, "13:00"), 4 * HOUR, at(18, "09:00")),
            (at(18, "12:00"), 4 * HOUR, at(17, "16:00")),
            (at(23, "10:00"), HOUR, at(23, "09:00")),
            (at(23, "09:00"), HOUR, at(20, "16:00")),
            (at(22, "09:00"), 8 * HOUR, at(20, "09:00")),
            (at(28, "09:30", month=12), HOUR, at(24, "16:30", month=12)),
        ],
    )
    def test_backwards_gives_the_latest_instant_that_fits(
        self, end: datetime, amount: timedelta, start: datetime
    ) -> None:
        assert subtract_open_time(end, amount, calendar=OFFICE) == start

    def test_leaves_lunch_out(self) -> None:
        assert add_open_time(at(18, "11:00"), HOUR, calendar=LUNCH) == at(18, "12:00")
        assert add_open_time(at(18, "11:00"), 2 * HOUR, calendar=LUNCH) == at(18, "14:00")
        assert subtract_open_time(at(18, "14:00"), HOUR, calendar=LUNCH) == at(18, "13:00")
        assert subtract_open_time(at(18, "14:00"), 2 * HOUR, calendar=LUNCH) == at(18, "11:00")

    @pytest.mark.parametrize("calendar", [OFFICE, ALWAYS, NEVER])
    def test_of_nothing_gives_the_start_itself(self, calendar: Calendar) -> None:
        saturday = at(21, "12:34:56")
        assert add_open_time(saturday, timedelta(), calendar=calendar) == saturday
        assert subtract_open_time(saturday, timedelta(), calendar=calendar) == saturday

    def test_of_less_than_nothing_is_refused(self) -> None:
        for move in (add_open_time, subtract_open_time):
            with pytest.raises(BusinessTimeError, match="never negative"):
                move(at(18, "10:00"), -HOUR, calendar=OFFICE)

    def test_where_nothing_ever_opens_is_refused(self) -> None:
        with pytest.raises(NeverOpen):
            add_open_time(at(18, "10:00"), HOUR, calendar=NEVER)
        with pytest.raises(NeverOpen):
            subtract_open_time(at(18, "10:00"), HOUR, calendar=NEVER)

    def test_past_the_last_year_is_refused(self) -> None:
        for calendar in (OFFICE, ALWAYS):
            with pytest.raises(OutOfRange, match="years 1 to 9999"):
                add_open_time(datetime(9999, 12, 20, tzinfo=UTC), 400 * HOUR, calendar=calendar)
            with pytest.raises(OutOfRange, match="years 1 to 9999"):
                subtract_open_time(datetime(1, 1, 10, tzinfo=UTC), 400 * HOUR, calendar=calendar)

    def test_is_plain_addition_when_always_open(self) -> None:
        assert add_open_time(at(18, "10:00"), 100 * HOUR, calendar=ALWAYS) == at(22, "14:00")
        assert subtract_open_time(at(22, "14:00"), 100 * HOUR, calendar=ALWAYS) == at(18, "10:00")


class TestOpenTimeBetween:
    @pytest.mark.parametrize(
        ("start", "end", "hours"),
        [
            (at(18, "10:00"), at(18, "14:00"), 4),
            (at(18, "10:00"), at(19, "10:00"), 8),
            (at(20, "16:00"), at(23, "10:00"), 2),
            (at(18, "17:00"), at(19, "09:00"), 0),
            (at(21, "00:00"), at(22, "23:00"), 0),
            (at(18, "10:00"), at(18, "10:00"), 0),
            (at(1, "00:00", month=1), at(1, "00:00", month=1, year=2027), (261 - 1) * 8),
        ],
    )
    def test_counts_the_open_hours(self, start: datetime, end: datetime, hours: int) -> None:
        assert open_time_between(start, end, calendar=OFFICE) == hours * HOUR

    def test_is_negative_backwards(self) -> None:
        assert open_time_between(at(18, "14:00"), at(18, "10:00"), calendar=OFFICE) == -4 * HOUR

    def test_is_all_of_it_when_always_open(self) -> None:
        assert open_time_between(at(18, "10:00"), at(20, "10:00"), calendar=ALWAYS) == 48 * HOUR

    def test_is_nothing_where_nothing_opens(self) -> None:
        assert open_time_between(at(18, "10:00"), at(20, "10:00"), calendar=NEVER) == timedelta()


class TestDurations:
    def test_in_business_hours_are_open_time(self) -> None:
        duration = Duration.business_hours(hours=1, minutes=30)
        assert add(at(18, "16:00"), duration, calendar=OFFICE) == at(19, "09:30")
        assert subtract(at(19, "09:30"), duration, calendar=OFFICE) == at(18, "16:00")

    def test_that_are_elapsed_run_through_the_night(self) -> None:
        duration = Duration.elapsed(timedelta(hours=24))
        assert add(at(20, "16:00"), duration, calendar=OFFICE) == at(21, "16:00")
        assert subtract(at(21, "16:00"), duration, calendar=OFFICE) == at(20, "16:00")

    def test_that_are_elapsed_may_not_pass_the_last_year(self) -> None:
        with pytest.raises(OutOfRange):
            add(datetime(9999, 12, 31, tzinfo=UTC), Duration.parse("24h"), calendar=OFFICE)

    @pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
    @pytest.mark.parametrize("edge", [datetime.min, datetime.max])  # noqa: DTZ901
    def test_in_business_days_may_not_pass_the_first_or_last_year(self, zone: str, edge: datetime) -> None:
        for move in (add, subtract):
            with pytest.raises(OutOfRange):
                move(edge.replace(tzinfo=UTC), Duration.parse("1bd"), calendar=Calendar.always_open(zone=zone))

    @pytest.mark.parametrize("text", ["0bh", "0bd", "0h"])
    def test_of_nothing_give_the_start_itself(self, text: str) -> None:
        saturday = at(21, "12:34:56")
        assert add(saturday, Duration.parse(text), calendar=OFFICE) == saturday
        assert subtract(saturday, Duration.parse(text), calendar=OFFICE) == saturday

    @pytest.mark.parametrize(
        ("start", "days", "end"),
        [
            (at(18, "10:30:15"), 1, at(19, "10:30:15")),
            (at(20, "10:00"), 1, at(23, "10:00")),
            (at(18, "10:00"), 5, at(25, "10:00")),
            (at(18, "17:00"), 1, at(19, "17:00")),
            (at(18, "17:00:01"), 1, at(20, "09:00")),
            (at(18, "20:00"), 1, at(20, "09:00")),
            (at(19, "20:00"), 1, at(23, "09:00")),
            (at(18, "07:00"), 1, at(19, "09:00")),
            (at(21, "12:00"), 1, at(23, "12:00")),
            (at(24, "10:00", month=12), 1, at(28, "10:00", month=12)),
        ],
    )
    def test_in_business_days_keep_the_wall_time_or_move_on(self, start: datetime, days: int, end: datetime) -> None:
        assert add(start, Duration.business_days(days), calendar=OFFICE) == end

    @pytest.mark.parametrize(
        ("end", "days", "start"),
        [
            (at(19, "10:30:15"), 1, at(18, "10:30:15")),
            (at(23, "10:00"), 1, at(20, "10:00")),
            (at(19, "17:00"), 1, at(18, "17:00")),
            (at(19, "09:00"), 1, at(18, "09:00")),
            (at(19, "20:00"), 1, at(18, "17:00")),
            (at(19, "08:00"), 1, at(17, "17:00")),
            (at(22, "12:00"), 1, at(20, "12:00")),
            (at(28, "10:00", month=12), 1, at(24, "10:00", month=12)),
        ],
    )
    def test_in_business_days_backwards_keep_the_wall_time_or_move_back(
        self, end: datetime, days: int, start: datetime
    ) -> None:
        assert subtract(end, Duration.business_days(days), calendar=OFFICE) == start

    def test_in_business_days_step_over_lunch(self) -> None:
        one = Duration.business_days(1)
        short_wednesday = Calendar(
            zone="UTC",
            week=(NINE_TO_FIVE, NINE_TO_FIVE, WITH_LUNCH, NINE_TO_FIVE, (), (), ()),
            closed_on=frozenset(),
        )
        assert add(at(17, "12:30"), one, calendar=short_wednesday) == at(18, "13:00")
        assert subtract(at(19, "12:30"), one, calendar=short_wednesday) == at(18, "12:00")

    def test_in_business_days_are_calendar_days_when_always_open(self) -> None:
        assert add(at(20, "03:00"), Duration.business_days(2), calendar=ALWAYS) == at(22, "03:00")

    def test_in_business_days_are_refused_where_nothing_opens(self) -> None:
        for move in (add, subtract):
            with pytest.raises(NeverOpen):
                move(at(20, "03:00"), Duration.business_days(1), calendar=NEVER)


class TestEndOfDay:
    def test_is_the_end_of_the_last_open_interval(self) -> None:
        assert end_of_day(date(2026, 11, 18), calendar=LUNCH) == at(18, "17:00")
        assert end_of_day(date(2026, 7, 1), calendar=LUNCH) == at(1, "16:00", month=7)

    def test_may_be_midnight(self) -> None:
        assert end_of_day(date(2026, 11, 18), calendar=NIGHTS) == at(19, "00:00")

    @pytest.mark.parametrize("day", [date(2026, 11, 21), CHRISTMAS])
    def test_is_asked_back_on_a_closed_day(self, day: date) -> None:
        with pytest.raises(ClosedDay, match=f"{day.day} {day:%B %Y} is closed") as caught:
            end_of_day(day, calendar=OFFICE)
        assert caught.value.day == day


class TestOpenSpans:
    def test_are_cut_to_the_window(self) -> None:
        spans = list(open_spans(at(18, "10:00"), at(19, "09:30"), calendar=LUNCH))
        assert spans == [
            (at(18, "10:00"), at(18, "12:00")),
            (at(18, "13:00"), at(18, "17:00")),
            (at(19, "09:00"), at(19, "09:30")),
        ]

    def test_run_through_midnight_in_one_piece(self) -> None:
        spans = list(open_spans(at(18, "12:00"), at(19, "12:00"), calendar=NIGHTS))
        assert spans == [(at(18, "22:00"), at(19, "06:00"))]

    def test_are_one_when_always_open(self) -> None:
        assert list(open_spans(at(1, "00:00"), at(30, "00:00"), calendar=ALWAYS)) == [(at(1, "00:00"), at(30, "00:00"))]

    def test_join_intervals_that_touch(self) -> None:
        halves = (
            OpenInterval(start_minute=0, end_minute=720),
            OpenInterval(start_minute=720, end_minute=1440),
        )
        calendar = Calendar(zone="Asia/Tokyo", week=(halves,) * 7, closed_on=frozenset({date(2026, 11, 20)}))
        spans = list(open_spans(at(18, "00:00"), at(22, "00:00"), calendar=calendar))
        assert spans == [(at(18, "00:00"), at(19, "15:00")), (at(20, "15:00"), at(22, "00:00"))]

    @pytest.mark.parametrize("calendar", [OFFICE, ALWAYS])
    def test_are_none_in_an_empty_window(self, calendar: Calendar) -> None:
        assert list(open_spans(at(18, "10:00"), at(18, "10:00"), calendar=calendar)) == []
        assert list(open_spans(at(18, "10:00"), at(18, "09:00"), calendar=calendar)) == []


class TestCalendar:
    def test_is_equal_and_hashed_by_what_it_says(self) -> None:
        same = Calendar(zone=OFFICE.zone, week=OFFICE.week, closed_on=frozenset({CHRISTMAS}))
        assert same == OFFICE
        assert hash(same) == hash(OFFICE)
        assert same != LUNCH

    def test_survives_being_copied_and_pickled(self) -> None:
        assert copy.deepcopy(OFFICE) == OFFICE
        assert hash(pickle.loads(pickle.dumps(OFFICE))) == hash(OFFICE)  # noqa: S301

    def test_knows_that_it_is_always_open(self) -> None:
        halves = (
            OpenInterval(start_minute=0, end_minute=720),
            OpenInterval(start_minute=720, end_minute=1440),
        )
        assert Calendar.always_open(zone="Asia/Tokyo").is_always_open
        assert Calendar(zone="UTC", week=(halves,) * 7, closed_on=frozenset()).is_always_open
        assert not Calendar(zone="UTC", week=(halves,) * 7, closed_on=frozenset({CHRISTMAS})).is_always_open
        assert not OFFICE.is_always_open

    @pytest.mark.parametrize("zone", ["Europe/Londn", "", "../etc/passwd", "Europe", "/etc/passwd"])
    def test_needs_a_known_zone(self, zone: str) -> None:
        with pytest.raises(UnknownZone, match="is not a known time zone"):
            Calendar.always_open(zone=zone)

    @pytest.mark.parametrize(("start", "end"), [(-1, 60), (60, 60), (61, 60), (0, 1441)])
    def test_needs_intervals_within_a_day(self, start: int, end: int) -> None:
        with pytest.raises(InvalidCalendar, match="minutes from 0 to 1440"):
            OpenInterval(start_minute=start, end_minute=end)

    def test_needs_seven_days(self) -> None:
        with pytest.raises(InvalidCalendar, match="seven days"):
            Calendar(zone="UTC", week=(NINE_TO_FIVE,) * 5, closed_on=frozenset())

    def test_needs_sorted_intervals_that_do_not_overlap(self) -> None:
        overlapping = (
            OpenInterval(start_minute=0, end_minute=61),
            OpenInterval(start_minute=60, end_minute=90),
        )
        for day in (overlapping, tuple(reversed(WITH_LUNCH))):
            with pytest.raises(InvalidCalendar, match="sorted and may not overlap"):
                Calendar(zone="UTC", week=(day,) * 7, closed_on=frozenset())

    def test_needs_plain_dates(self) -> None:
        with pytest.raises(InvalidCalendar, match="plain dates"):
            Calendar(zone="UTC", week=(NINE_TO_FIVE,) * 7, closed_on=frozenset({at(18, "00:00")}))


def test_results_are_in_utc() -> None:
    start = datetime(2026, 11, 18, 16, tzinfo=timezone(-HOUR))
    for result in (
        add_open_time(start, timedelta(), calendar=OFFICE),
        add(start, Duration.parse("1bd"), calendar=OFFICE),
        subtract(start, Duration.parse("1h"), calendar=OFFICE),
        previous_open_end(start, calendar=OFFICE),
        end_of_day(date(2026, 11, 18), calendar=OFFICE),
    ):
        assert result.tzinfo is UTC

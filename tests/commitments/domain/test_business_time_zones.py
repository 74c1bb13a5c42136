"""Business time where the clocks change, worked by hand.

Each case states the local story; instants are UTC.
"""

from datetime import UTC, date, datetime, timedelta

import pytest

from commitments.domain.business_time import (
    BusinessTimeError,
    Calendar,
    ClosedDay,
    Duration,
    NonexistentTime,
    OpenInterval,
    OutOfRange,
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

HOUR = timedelta(hours=1)
ONE_DAY = Duration.business_days(1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def daily(zone: str, *intervals: tuple[int, int], closed_on: frozenset[date] = frozenset()) -> Calendar:
    day = tuple(OpenInterval(start_minute=start, end_minute=end) for start, end in intervals)
    return Calendar(zone=zone, week=(day,) * 7, closed_on=closed_on)


class TestSpringInLondon:
    """At 01:00 on 29 March 2026 the clocks go to 02:00: a day of 23 hours."""

    NIGHT = daily("Europe/London", (0, 240))

    def test_skips_the_hour_that_is_not_there(self) -> None:
        assert open_time_between(utc("2026-03-29T00:00"), utc("2026-03-29T12:00"), calendar=self.NIGHT) == 3 * HOUR
        assert add_open_time(utc("2026-03-29T00:30"), HOUR, calendar=self.NIGHT) == utc("2026-03-29T01:30")
        assert subtract_open_time(utc("2026-03-29T03:00"), 2 * HOUR, calendar=self.NIGHT) == utc("2026-03-29T01:00")

    def test_makes_an_interval_inside_the_gap_vanish(self) -> None:
        calendar = daily("Europe/London", (65, 115))
        assert next_open(utc("2026-03-29T00:00"), calendar=calendar) == utc("2026-03-30T00:05")
        with pytest.raises(ClosedDay):
            end_of_day(date(2026, 3, 29), calendar=calendar)

    def test_makes_a_day_whose_only_interval_vanished_no_open_day(self) -> None:
        calendar = daily("Europe/London", (65, 115))
        assert add(utc("2026-03-28T01:10"), ONE_DAY, calendar=calendar) == utc("2026-03-30T00:10")
        assert subtract(utc("2026-03-30T00:10"), ONE_DAY, calendar=calendar) == utc("2026-03-28T01:10")

    def test_cuts_an_interval_that_ends_in_the_gap(self) -> None:
        calendar = daily("Europe/London", (0, 90))
        assert end_of_day(date(2026, 3, 29), calendar=calendar) == utc("2026-03-29T01:00")
        assert is_working_instant(utc("2026-03-29T01:00"), calendar=calendar)
        assert not is_open(utc("2026-03-29T01:00"), calendar=calendar)

    def test_moves_a_skipped_wall_time_to_the_jump(self) -> None:
        assert add(utc("2026-03-28T01:30"), ONE_DAY, calendar=self.NIGHT) == utc("2026-03-29T01:00")
        assert subtract(utc("2026-03-30T00:30"), ONE_DAY, calendar=self.NIGHT) == utc("2026-03-29T01:00")

    def test_moves_a_skipped_wall_time_on_when_the_jump_lands_on_closed_time(self) -> None:
        calendar = daily("Europe/London", (60, 90), (240, 300))
        assert add(utc("2026-03-28T01:15"), ONE_DAY, calendar=calendar) == utc("2026-03-29T03:00")
        assert subtract(utc("2026-03-30T00:15"), ONE_DAY, calendar=calendar) == utc("2026-03-28T05:00")

    def test_keeps_the_jump_when_open_time_ends_there(self) -> None:
        calendar = daily("Europe/London", (0, 90))
        assert add(utc("2026-03-28T01:15"), ONE_DAY, calendar=calendar) == utc("2026-03-29T01:00")
        assert subtract(utc("2026-03-30T00:15"), ONE_DAY, calendar=calendar) == utc("2026-03-29T01:00")

    def test_keeps_the_wall_time_of_a_business_day(self) -> None:
        office = daily("Europe/London", (540, 1020))
        assert add(utc("2026-03-28T10:00"), ONE_DAY, calendar=office) == utc("2026-03-29T09:00")
        assert add(utc("2026-03-28T10:00"), Duration.parse("24h"), calendar=office) == utc("2026-03-29T10:00")

    def test_refuses_a_wall_time_in_the_gap(self) -> None:
        local = datetime(2026, 3, 29, 1, 30)  # noqa: DTZ001
        with pytest.raises(NonexistentTime) as caught:
            to_instant(local, zone="Europe/London")
        assert caught.value.local == local
        assert caught.value.zone == "Europe/London"
        assert str(caught.value) == ("01:30 on 29 March 2026 does not exist in Europe/London: the clocks skip it.")

    def test_reads_the_wall_times_beside_the_gap(self) -> None:
        before, after = datetime(2026, 3, 29, 0, 59), datetime(2026, 3, 29, 2, 0)  # noqa: DTZ001
        assert to_instant(before, zone="Europe/London") == utc("2026-03-29T00:59")
        assert to_instant(after, zone="Europe/London") == utc("2026-03-29T01:00")


class TestAutumnInLondon:
    """At 02:00 on 25 October 2026 the clocks go back to 01:00: a day of 25 hours."""

    NIGHT = daily("Europe/London", (0, 240))

    def test_counts_the_repeated_hour_twice(self) -> None:
        assert open_time_between(utc("2026-10-24T20:00"), utc("2026-10-25T12:00"), calendar=self.NIGHT) == 5 * HOUR
        assert add_open_time(utc("2026-10-24T23:30"), 2 * HOUR, calendar=self.NIGHT) == utc("2026-10-25T01:30")

    def test_opens_a_repeated_interval_twice(self) -> None:
        calendar = daily("Europe/London", (65, 115))
        spans = list(open_spans(utc("2026-10-24T12:00"), utc("2026-10-25T12:00"), calendar=calendar))
        assert spans == [
            (utc("2026-10-25T00:05"), utc("2026-10-25T00:55")),
            (utc("2026-10-25T01:05"), utc("2026-10-25T01:55")),
        ]
        assert end_of_day(date(2026, 10, 25), calendar=calendar) == utc("2026-10-25T01:55")

    def test_joins_an_interval_that_spans_the_fold(self) -> None:
        spans = list(open_spans(utc("2026-10-24T12:00"), utc("2026-10-25T12:00"), calendar=self.NIGHT))
        assert spans == [(utc("2026-10-24T23:00"), utc("2026-10-25T04:00"))]

    def test_takes_the_first_of_two_wall_times_forwards_and_the_last_backwards(self) -> None:
        assert add(utc("2026-10-24T00:30"), ONE_DAY, calendar=self.NIGHT) == utc("2026-10-25T00:30")
        assert subtract(utc("2026-10-26T01:30"), ONE_DAY, calendar=self.NIGHT) == utc("2026-10-25T01:30")

    def test_keeps_a_closing_time_that_comes_round_again_once_it_is_closed(self) -> None:
        calendar = daily("Europe/London", (0, 60))
        assert add(utc("2026-10-24T00:00"), ONE_DAY, calendar=calendar) == utc("2026-10-25T00:00")
        assert subtract(utc("2026-10-26T01:00"), ONE_DAY, calendar=calendar) == utc("2026-10-25T00:00")

    @pytest.mark.parametrize("fold", [0, 1])
    def test_reads_an_ambiguous_wall_time_as_its_first_occurrence(self, fold: int) -> None:
        local = datetime(2026, 10, 25, 1, 30, fold=fold)  # noqa: DTZ001
        assert to_instant(local, zone="Europe/London") == utc("2026-10-25T00:30")


class TestMidnightInSaoPaulo:
    """At 00:00 on 4 November 2018 the clocks went to 01:00; at 00:00 on 18 February 2018 back to 23:00."""

    WHOLE = daily("America/Sao_Paulo", (0, 1440), closed_on=frozenset({date(2018, 11, 5)}))
    LATE = daily("America/Sao_Paulo", (1380, 1440))

    def test_starts_a_day_at_one_when_its_midnight_is_skipped(self) -> None:
        calendar = daily("America/Sao_Paulo", (0, 120))
        spans = list(open_spans(utc("2018-11-04T00:00"), utc("2018-11-05T00:00"), calendar=calendar))
        assert spans == [(utc("2018-11-04T03:00"), utc("2018-11-04T04:00"))]
        assert next_open(utc("2018-11-04T02:00"), calendar=calendar) == utc("2018-11-04T03:00")

    def test_has_no_midnight_to_read(self) -> None:
        with pytest.raises(NonexistentTime):
            to_instant(datetime(2018, 11, 4), zone="America/Sao_Paulo")  # noqa: DTZ001
        assert to_instant(datetime(2018, 11, 4, 1), zone="America/Sao_Paulo") == utc("2018-11-04T03:00")  # noqa: DTZ001

    def test_moves_a_business_day_from_the_skipped_midnight_to_one(self) -> None:
        assert add(utc("2018-11-03T03:00"), ONE_DAY, calendar=self.WHOLE) == utc("2018-11-04T03:00")

    def test_has_a_day_of_23_hours(self) -> None:
        assert end_of_day(date(2018, 11, 4), calendar=self.WHOLE) == utc("2018-11-05T02:00")
        assert end_of_day(date(2018, 11, 3), calendar=self.WHOLE) == utc("2018-11-04T03:00")
        assert open_time_between(utc("2018-11-04T03:00"), utc("2018-11-06T02:00"), calendar=self.WHOLE) == 23 * HOUR

    def test_repeats_the_last_hour_before_midnight(self) -> None:
        spans = list(open_spans(utc("2018-02-17T12:00"), utc("2018-02-18T12:00"), calendar=self.LATE))
        assert spans == [(utc("2018-02-18T01:00"), utc("2018-02-18T03:00"))]
        assert end_of_day(date(2018, 2, 17), calendar=self.LATE) == utc("2018-02-18T03:00")


class TestHalfAnHourOnLordHowe:
    """At 02:00 on 5 April 2026 the clocks went back to 01:30; on 4 October 02:00 becomes 02:30."""

    NIGHT = daily("Australia/Lord_Howe", (60, 180))

    def test_repeats_half_an_hour(self) -> None:
        spans = list(open_spans(utc("2026-04-04T00:00"), utc("2026-04-05T00:00"), calendar=self.NIGHT))
        assert spans == [(utc("2026-04-04T14:00"), utc("2026-04-04T16:30"))]

    def test_skips_half_an_hour(self) -> None:
        spans = list(open_spans(utc("2026-10-03T00:00"), utc("2026-10-04T00:00"), calendar=self.NIGHT))
        assert spans == [(utc("2026-10-03T14:30"), utc("2026-10-03T16:00"))]
        with pytest.raises(NonexistentTime):
            to_instant(datetime(2026, 10, 4, 2, 15), zone="Australia/Lord_Howe")  # noqa: DTZ001


class TestTheDaySamoaSkipped:
    """In Apia 29 December 2011 ended at 24:00 = 00:00 on the 31st: the 30th was never there."""

    OFFICE = daily("Pacific/Apia", (540, 1020))
    WHOLE = daily("Pacific/Apia", (0, 1440))

    def test_is_closed(self) -> None:
        with pytest.raises(ClosedDay):
            end_of_day(date(2011, 12, 30), calendar=self.OFFICE)

    def test_is_no_business_day(self) -> None:
        assert add(utc("2011-12-29T20:00"), ONE_DAY, calendar=self.OFFICE) == utc("2011-12-30T20:00")
        assert subtract(utc("2011-12-30T20:00"), ONE_DAY, calendar=self.OFFICE) == utc("2011-12-29T20:00")

    def test_has_no_open_time(self) -> None:
        assert end_of_day(date(2011, 12, 29), calendar=self.WHOLE) == utc("2011-12-30T10:00")
        assert list(open_spans(utc("2011-12-29T00:00"), utc("2012-01-01T00:00"), calendar=self.OFFICE)) == [
            (utc("2011-12-29T00:00"), utc("2011-12-29T03:00")),
            (utc("2011-12-29T19:00"), utc("2011-12-30T03:00")),
            (utc("2011-12-30T19:00"), utc("2011-12-31T03:00")),
            (utc("2011-12-31T19:00"), utc("2012-01-01T00:00")),
        ]

    def test_cannot_be_read(self) -> None:
        with pytest.raises(NonexistentTime):
            to_instant(datetime(2011, 12, 30, 12), zone="Pacific/Apia")  # noqa: DTZ001
        assert to_instant(datetime(2011, 12, 31), zone="Pacific/Apia") == utc("2011-12-30T10:00")  # noqa: DTZ001


class TestOneMinutePastMidnightInStJohns:
    """At 00:01 on 7 November 2010 the clocks went back to 23:01 on the 6th: the dates interleave."""

    def test_opens_the_first_minute_of_the_new_date_and_then_the_old_date_again(self) -> None:
        closed_sixth = daily("America/St_Johns", (0, 1440), closed_on=frozenset({date(2010, 11, 6)}))
        assert list(open_spans(utc("2010-11-06T12:00"), utc("2010-11-08T12:00"), calendar=closed_sixth)) == [
            (utc("2010-11-07T02:30"), utc("2010-11-07T02:31")),
            (utc("2010-11-07T03:30"), utc("2010-11-08T12:00")),
        ]
        closed_seventh = daily("America/St_Johns", (0, 1440), closed_on=frozenset({date(2010, 11, 7)}))
        assert list(open_spans(utc("2010-11-06T12:00"), utc("2010-11-07T12:00"), calendar=closed_seventh)) == [
            (utc("2010-11-06T12:00"), utc("2010-11-07T02:30")),
            (utc("2010-11-07T02:31"), utc("2010-11-07T03:30")),
        ]
        assert end_of_day(date(2010, 11, 6), calendar=closed_seventh) == utc("2010-11-07T03:30")

    def test_skips_the_hour_from_one_minute_past(self) -> None:
        calendar = daily("America/St_Johns", (0, 120))
        spans = list(open_spans(utc("2010-03-14T00:00"), utc("2010-03-15T00:00"), calendar=calendar))
        assert spans == [(utc("2010-03-14T03:30"), utc("2010-03-14T04:30"))]


class TestOddOffsets:
    def test_of_seconds_are_kept(self) -> None:
        """Until 7 January 1972 Monrovia was 44 min 30 s behind."""
        calendar = daily("Africa/Monrovia", (540, 1020))
        assert next_open(utc("1972-01-05T00:00"), calendar=calendar) == utc("1972-01-05T09:44:30")
        assert next_open(utc("1972-01-08T00:00"), calendar=calendar) == utc("1972-01-08T09:00")

    def test_at_both_ends_of_the_world_find_their_day(self) -> None:
        east = daily("Pacific/Kiritimati", (540, 1020))
        west = daily("Etc/GMT+12", (540, 1020))
        assert end_of_day(date(2026, 11, 18), calendar=east) == utc("2026-11-18T03:00")
        assert end_of_day(date(2026, 11, 18), calendar=west) == utc("2026-11-19T05:00")
        assert previous_open_end(utc("2026-11-18T19:00"), calendar=east) == utc("2026-11-18T03:00")
        assert previous_open_end(utc("2026-11-18T21:00"), calendar=west) == utc("2026-11-18T05:00")


class TestReadingAWallTime:
    def test_needs_a_naive_time(self) -> None:
        with pytest.raises(BusinessTimeError, match="already has a time zone"):
            to_instant(utc("2026-11-18T09:00"), zone="Europe/London")

    def test_needs_a_known_zone(self) -> None:
        with pytest.raises(BusinessTimeError, match="is not a known time zone"):
            to_instant(datetime(2026, 11, 18, 9), zone="Mars/Olympus")  # noqa: DTZ001

    def test_keeps_seconds(self) -> None:
        local = datetime(2026, 7, 1, 9, 0, 1, 5)  # noqa: DTZ001
        assert to_instant(local, zone="Europe/London") == utc("2026-07-01T08:00:01.000005")

    @pytest.mark.parametrize("local", [datetime.min, datetime.max])  # noqa: DTZ901
    def test_stays_within_the_years_there_are(self, local: datetime) -> None:
        with pytest.raises(OutOfRange):
            to_instant(local, zone="Europe/London")

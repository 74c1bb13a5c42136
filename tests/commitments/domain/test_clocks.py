"""The instants that follow from a promise, a word and a policy, worked by hand."""

from datetime import datetime, time, timedelta

import pytest

from commitments.domain.clocks import (
    WakingHours,
    into_waking_hours,
    next_word_due,
    reminder_instants,
    round_up,
)
from commitments.domain.words import recovery_time
from tests.commitments.domain.factories import ALWAYS, OFFICE, at, lasting, rules, surroundings

DAY = WakingHours(start=time(8), end=time(20))
QUARTER = timedelta(minutes=15)
REMINDERS = (lasting("4bh"), lasting("30min"))


def reminded(due_at: datetime, *texts: str) -> list[datetime]:
    reminders = [lasting(text) for text in texts] or REMINDERS
    return reminder_instants(due_at, reminders=reminders, calendar=OFFICE)


def clock(word_at: datetime, *, due_at: datetime, cadence: str, zone: str = "Europe/London") -> datetime | None:
    """Give the word clock by office hours, quarter hours and waking hours."""
    return next_word_due(
        word_at,
        due_at=due_at,
        rules=rules(cadence=cadence, round_to=QUARTER, waking=DAY),
        surroundings=surroundings(calendar=OFFICE, customer_zone=zone),
    )


class TestRounding:
    def test_goes_up_to_the_next_quarter_of_an_hour(self) -> None:
        assert round_up(at("10:01"), to=QUARTER) == at("10:15")

    def test_leaves_a_whole_quarter_alone(self) -> None:
        assert round_up(at("10:15"), to=QUARTER) == at("10:15")

    def test_counts_seconds(self) -> None:
        assert round_up(at("10:15:00.000001"), to=QUARTER) == at("10:30")

    def test_goes_over_midnight(self) -> None:
        assert round_up(at("23:50"), to=QUARTER) == at("00:00", day=19)

    def test_can_be_switched_off(self) -> None:
        assert round_up(at("10:01"), to=timedelta()) == at("10:01")

    def test_gives_quarters_of_the_customers_clock_where_it_is_45_minutes_off(self) -> None:
        # Kathmandu is 5:45 ahead: 10:01 UTC is 15:46 there, and the next quarter 16:00.
        assert round_up(at("10:01"), to=QUARTER) == at("10:15")


class TestWakingHours:
    def test_leave_a_time_of_day_alone(self) -> None:
        assert into_waking_hours(at("12:00"), zone="UTC", waking=DAY) == at("12:00")

    @pytest.mark.parametrize("edge", ["08:00", "20:00"])
    def test_include_both_ends(self, edge: str) -> None:
        assert into_waking_hours(at(edge), zone="UTC", waking=DAY) == at(edge)

    def test_move_an_evening_to_an_hour_after_they_begin_tomorrow(self) -> None:
        assert into_waking_hours(at("20:15"), zone="UTC", waking=DAY) == at("09:00", day=19)

    def test_move_an_early_morning_to_an_hour_after_they_begin_today(self) -> None:
        assert into_waking_hours(at("07:45"), zone="UTC", waking=DAY) == at("09:00")

    def test_are_those_of_the_customers_zone(self) -> None:
        # 12:00 UTC is 21:00 in Tokyo; they wake at 08:00 = 23:00 UTC.
        assert into_waking_hours(at("12:00"), zone="Asia/Tokyo", waking=DAY) == at("00:00", day=19)

    def test_begin_by_the_new_offset_after_the_clocks_have_changed(self) -> None:
        # New York leaves summer time on 1 November 2026: 08:00 is 13:00 UTC from then on.
        before = at("03:00", day=1, month=11)  # 23:00 on 31 October there
        assert into_waking_hours(before, zone="America/New_York", waking=DAY) == at("14:00", day=1)

    def test_can_last_all_day(self) -> None:
        assert into_waking_hours(at("03:00"), zone="UTC", waking=None) == at("03:00")


class TestWordClock:
    def test_is_the_word_plus_the_cadence(self) -> None:
        assert clock(at("09:30"), due_at=at("12:00", day=25), cadence="4bh") == at("13:30")

    def test_counts_business_time(self) -> None:
        assert clock(at("16:00"), due_at=at("12:00", day=25), cadence="4bh") == at("12:00", day=19)

    def test_comes_a_business_day_later_at_the_same_wall_time(self) -> None:
        # Friday to Monday.
        assert clock(at("10:00", day=20), due_at=at("12:00", day=27), cadence="1bd") == at("10:00", day=23)

    def test_is_rounded_up_to_a_quarter_of_an_hour(self) -> None:
        assert clock(at("09:31"), due_at=at("12:00", day=25), cadence="4bh") == at("13:45")

    def test_is_moved_into_the_customers_waking_hours(self) -> None:
        # 13:30 UTC is 22:30 in Tokyo; an hour after 08:00 there is 00:00 UTC.
        due_at = at("12:00", day=25)
        assert clock(at("09:30"), due_at=due_at, cadence="4bh", zone="Asia/Tokyo") == at("00:00", day=19)

    def test_is_rounded_before_it_is_moved(self) -> None:
        # 19:58 is awake, but the quarter above it is 20:00, which still is; 20:01 rounds to 20:15, which is not.
        assert clock(at("19:58"), due_at=at("12:00", day=25), cadence="0min") == at("20:00")
        assert clock(at("20:01"), due_at=at("12:00", day=25), cadence="0min") == at("09:00", day=19)

    def test_is_empty_while_the_due_clock_comes_first(self) -> None:
        assert clock(at("09:30"), due_at=at("13:00"), cadence="4bh") is None

    def test_is_empty_when_both_fall_on_one_instant(self) -> None:
        assert clock(at("09:30"), due_at=at("13:30"), cadence="4bh") is None

    def test_is_empty_when_rounding_carries_it_beyond_the_due_time(self) -> None:
        assert clock(at("09:31"), due_at=at("13:40"), cadence="4bh") is None

    def test_is_not_empty_when_it_comes_before_the_due_time(self) -> None:
        assert clock(at("09:30"), due_at=at("13:31"), cadence="4bh") == at("13:30")

    def test_is_not_empty_once_the_due_time_has_passed(self) -> None:
        assert clock(at("09:30"), due_at=at("09:00"), cadence="4bh") == at("13:30")

    def test_is_not_empty_for_a_word_on_the_very_instant_of_the_due_time(self) -> None:
        assert clock(at("09:30"), due_at=at("09:30"), cadence="4bh") == at("13:30")

    def test_gives_the_recovery_time_of_a_missed_mail_in_the_same_way(self) -> None:
        office = rules(recovery="2bh", round_to=QUARTER, waking=DAY)
        named = recovery_time(at=at("16:10"), rules=office, surroundings=surroundings(calendar=OFFICE))
        assert named == at("10:15", day=19)


class TestReminders:
    def test_come_four_business_hours_and_half_an_hour_before_the_due_time(self) -> None:
        assert reminded(at("15:00")) == [at("11:00"), at("14:30")]

    def test_count_business_hours_over_the_night(self) -> None:
        assert reminded(at("11:00")) == [at("15:00", day=17), at("10:30")]

    def test_come_in_the_last_open_hour_for_a_due_time_outside_open_hours(self) -> None:
        # Sunday noon: Friday 16:00, when somebody is there to read it.
        assert reminded(at("12:00", day=22)) == [at("13:00", day=20), at("16:00", day=20)]

    def test_take_the_end_of_the_working_day_as_within_it(self) -> None:
        assert reminded(at("17:00")) == [at("13:00"), at("16:30")]

    def test_come_once_where_two_fall_on_one_instant(self) -> None:
        assert reminded(at("15:00"), "1bh", "60min") == [at("14:00")]

    def test_count_elapsed_time_on_any_clock(self) -> None:
        assert reminder_instants(at("00:10"), reminders=[lasting("30min")], calendar=ALWAYS) == [at("23:40", day=17)]

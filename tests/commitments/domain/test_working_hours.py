"""Hours of one's own …"""

from datetime import UTC, date, datetime

import pytest

from commitments.domain.business_time import Calendar, OpenInterval
from commitments.domain.working_hours import is_working_day, next_shift, shift_end, working_calendar
from tests.commitments.domain.factories import ALWAYS, OFFICE, at

MORNINGS = ((OpenInterval(480, 720),),) * 5 + ((), ())
SPLIT = ((OpenInterval(540, 720), OpenInterval(780, 1020)),) * 5 + ((), ())


def test_count_within_the_teams_alone() -> None:
    calendar = working_calendar(MORNINGS, team=OFFICE)
    assert calendar.week[0] == (OpenInterval(540, 720),)
    assert calendar.week[5] == ()


def test_keep_the_teams_zone_and_closures() -> None:
    team = Calendar(zone="Europe/London", week=OFFICE.week, closed_on=frozenset({date(2026, 11, 19)}))
    calendar = working_calendar(MORNINGS, team=team)
    assert (calendar.zone, calendar.closed_on) == (team.zone, team.closed_on)


def test_take_several_intervals_a_day_apart() -> None:
    assert working_calendar(SPLIT, team=OFFICE).week[0] == SPLIT[0]


@pytest.mark.parametrize("week", [None, ((),) * 7, ((),) * 5 + ((OpenInterval(0, 1440),),) * 2])
def test_are_the_teams_where_there_are_none_or_none_in_common(week: object) -> None:
    assert working_calendar(week, team=OFFICE) is OFFICE  # type: ignore[arg-type]


@pytest.mark.parametrize(("day", "is_one"), [(20, True), (21, False), (22, False), (23, True)])
def test_tell_on_which_days_somebody_works_before_or_after_it(day: int, is_one: bool) -> None:
    assert is_working_day(at("05:00", day=day), calendar=OFFICE) is is_one
    assert is_working_day(at("23:00", day=day), calendar=OFFICE) is is_one


class TestAShift:
    def test_ends_with_the_last_open_time_of_the_day(self) -> None:
        split = Calendar(zone="Europe/London", week=SPLIT, closed_on=frozenset())
        assert shift_end(at("10:00"), calendar=split) == at("17:00")

    def test_has_ended_once_nothing_more_is_open_that_day(self) -> None:
        assert shift_end(at("17:30"), calendar=OFFICE) == at("17:30")

    def test_is_followed_by_the_next_open_days(self) -> None:
        assert next_shift(at("10:00"), calendar=OFFICE) == at("09:00", day=19)

    def test_is_followed_on_monday_by_friday(self) -> None:
        assert next_shift(at("16:00", day=20), calendar=OFFICE) == at("09:00", day=23)

    def test_of_a_team_that_never_closes_begins_at_its_midnight(self) -> None:
        tokyo = Calendar.always_open("Asia/Tokyo")
        assert next_shift(at("10:00"), calendar=tokyo) == datetime(2026, 11, 18, 15, tzinfo=UTC)
        assert next_shift(at("10:00"), calendar=ALWAYS) == at("00:00", day=19)

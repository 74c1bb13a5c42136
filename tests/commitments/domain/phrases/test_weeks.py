"""The hours that “end of day”, “first thing” and “working days” are told by."""

from datetime import date

import pytest

from commitments.domain.business_time import Calendar, OpenInterval
from commitments.domain.phrases import STANDARD, Week
from tests.commitments.domain.phrases.said import asked, choices, due

MORNING, AFTERNOON = OpenInterval(8 * 60, 12 * 60), OpenInterval(13 * 60, 18 * 60)
SHOP = Week(days=((MORNING, AFTERNOON),) * 5 + ((MORNING,), ()), closed_on=frozenset({date(2026, 11, 19)}))
"""08:00 to 18:00 with a break at noon, Saturdays until noon, and Thursday 19 November closed."""
ALWAYS = Week.of(Calendar.always_open())
LATE = Week(days=((OpenInterval(14 * 60, 24 * 60),),) * 7)
NEVER = Week(days=((),) * 7)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("EOD", "2026-11-18 18:00"),
        ("end of day Saturday", "2026-11-21 12:00"),
        ("first thing Friday", "2026-11-20 08:00"),
        ("Friday morning", "2026-11-20 08:00"),
        ("in 2 working days", "2026-11-21"),
        ("next working day", "2026-11-20"),
        ("in 3 business hours", "2026-11-18 14:20"),
        ("in 8 business hours", "2026-11-20 09:20"),
        ("tomorrow", "2026-11-19"),
        ("tomorrow 3pm", "2026-11-19 15:00"),
    ],
)
def test_tells_the_time_by_the_hours_given(text: str, expected: str) -> None:
    assert due(text, week=SHOP) == expected


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("EOD tomorrow", ["2026-11-18 18:00", "2026-11-20 18:00"]),
        ("tomorrow morning", ["2026-11-20 08:00"]),
        ("end of the week", ["2026-11-20", "2026-11-21"]),
        ("first thing Sunday", ["2026-11-21 08:00", "2026-11-23 08:00"]),
    ],
)
def test_asks_back_what_these_hours_do_not_tell(text: str, meant: list[str]) -> None:
    assert choices(text, week=SHOP) == meant


def test_means_the_day_where_work_goes_on_until_midnight() -> None:
    assert due("EOD", week=ALWAYS) == "2026-11-18"
    assert due("EOD Friday", week=LATE) == "2026-11-20"


@pytest.mark.parametrize("week", [ALWAYS, LATE])
def test_asks_back_a_morning_that_does_not_begin_with_work(week: Week) -> None:
    assert choices("first thing Friday", week=week) == ["2026-11-20 09:00"]


@pytest.mark.parametrize(
    "text", ["EOD", "first thing", "in 2 working days", "in 2 bh", "end of the week", "EOM", "soon"]
)
def test_asks_back_where_nobody_ever_works(text: str) -> None:
    assert asked(text, week=NEVER).why


def test_takes_the_hours_of_a_calendar() -> None:
    calendar = STANDARD.calendar("Europe/London")
    assert Week.of(calendar) == STANDARD
    assert calendar.zone == "Europe/London"

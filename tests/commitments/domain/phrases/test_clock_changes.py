"""Where the clocks change: skipped times, times that come twice, and lengths across."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from commitments.domain.phrases import Due, read_due
from tests.commitments.domain.phrases.said import asked, choices, due, read

SKIPPED = [
    ("Sunday 29 March 01:30", "2026-03-25T12:00", "Europe/London", ["2026-03-29 00:30", "2026-03-29 02:30"]),
    ("29 March at 01:30", "2026-03-25T12:00", "Europe/Lisbon", ["2026-03-29 00:30", "2026-03-29 02:30"]),
    ("1:30am", "2026-03-28T22:00", "Europe/London", ["2026-03-29 00:30", "2026-03-29 02:30"]),
    ("1:30am", "2026-03-29T00:10", "Europe/London", ["2026-03-29 00:30", "2026-03-29 02:30"]),
    ("Sunday 2:30am", "2026-03-05T12:00", "America/New_York", ["2026-03-08 01:30", "2026-03-08 03:30"]),
    ("4 October 2:30am", "2026-10-02T12:00", "Australia/Sydney", ["2026-10-04 01:30", "2026-10-04 03:30"]),
    ("2026-03-29 01:30", "2026-03-25T12:00", "Europe/London", ["2026-03-29 00:30", "2026-03-29 02:30"]),
]
TWICE = [
    ("25 October 01:30", "2026-10-20T12:00", "Europe/London"),
    ("tomorrow 1:30am", "2026-10-24T12:00", "Europe/Lisbon"),
    ("1:30am", "2026-10-24T22:00", "Europe/London"),
    ("1 November 1:30am", "2026-10-30T12:00", "America/New_York"),
    ("Sunday 2:30am", "2026-04-02T12:00", "Australia/Sydney"),
    ("2026-10-25 01:30", "2026-10-20T12:00", "Europe/London"),
]
LENGTHS = [
    ("in 24 hours", "2026-10-24T12:00", "Europe/London", "2026-10-25 11:00"),
    ("in 24 hours", "2026-03-28T12:00", "Europe/Lisbon", "2026-03-29 13:00"),
    ("within 48 hours", "2026-03-07T12:00", "America/New_York", "2026-03-09 13:00"),
    ("in 3 hours", "2026-03-29T00:30", "Europe/London", "2026-03-29 04:30"),
    ("in 24 hours", "2026-10-03T12:00", "Australia/Sydney", "2026-10-04 13:00"),
    ("in 1 day", "2026-10-24T12:00", "Europe/London", "2026-10-25"),
    ("in 2 days at noon", "2026-10-24T12:00", "Europe/London", "2026-10-26 12:00"),
    ("tomorrow 3pm", "2026-10-24T12:00", "Europe/London", "2026-10-25 15:00"),
    ("EOD Monday", "2026-03-28T12:00", "America/New_York", "2026-03-30 17:00"),
    ("25 October 02:30", "2026-10-20T12:00", "Europe/London", "2026-10-25 02:30"),
    ("29 March 02:00", "2026-03-25T12:00", "Europe/London", "2026-03-29 02:00"),
]


@pytest.mark.parametrize(("text", "at", "zone", "meant"), SKIPPED)
def test_asks_back_a_time_that_the_clocks_skip(text: str, at: str, zone: str, meant: list[str]) -> None:
    assert choices(text, at=at, zone=zone) == meant
    assert "the clocks skip it" in asked(text, at=at, zone=zone).why


@pytest.mark.parametrize(("text", "at", "zone"), TWICE)
def test_asks_back_which_of_two_times_that_clocks_show_alike(text: str, at: str, zone: str) -> None:
    unclear = asked(text, at=at, zone=zone)
    first, second = (choice.at for choice in unclear.choices)
    assert first is not None
    assert second is not None
    assert (second.astimezone(UTC) - first.astimezone(UTC)).total_seconds() == 3600
    assert [choice.phrase[-15:] for choice in unclear.choices] == [" the first time", "the second time"]


def test_takes_the_second_when_the_first_has_passed() -> None:
    now = datetime(2026, 10, 25, 0, 45, tzinfo=UTC)  # 01:45, still summer time
    found = read_due("at 01:30", now=now, zone=ZoneInfo("Europe/London"))
    assert isinstance(found, Due)
    assert found.at is not None
    assert found.at.astimezone(UTC) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(("which", "hour"), [("first", 0), ("second", 1)])
def test_takes_the_time_that_is_named(which: str, hour: int) -> None:
    found = read(f"25 October 01:30 the {which} time", at="2026-10-20T12:00")
    assert isinstance(found, Due)
    assert found.at is not None
    assert found.at.astimezone(UTC) == datetime(2026, 10, 25, hour, 30, tzinfo=UTC)


def test_takes_the_offset_that_is_written() -> None:
    found = read("2026-10-25T01:30+01:00", at="2026-10-20T12:00")
    assert isinstance(found, Due)
    assert found.at is not None
    assert found.at.astimezone(UTC) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_asks_back_a_zone_that_is_not_the_clocks_here_now() -> None:
    assert due("3pm GMT", at="2026-01-18T10:00") == "2026-01-18 15:00"
    assert choices("3pm GMT", at="2026-07-18T10:00") == ["2026-07-18 16:00"]
    assert choices("3pm UTC", at="2026-07-18T10:00", zone="America/New_York") == ["2026-07-18 11:00"]


@pytest.mark.parametrize(("text", "at", "zone", "expected"), LENGTHS)
def test_counts_hours_by_elapsed_time_and_days_by_the_calendar(text: str, at: str, zone: str, expected: str) -> None:
    assert due(text, at=at, zone=zone) == expected

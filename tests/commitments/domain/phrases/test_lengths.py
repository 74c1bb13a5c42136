"""Lengths of time from now: hours are counted by the clock on any wall, days lead to a day."""

import pytest

from tests.commitments.domain.phrases.said import due, table

HOURS = table("""
in 2 hrs                         | 2026-11-18 12:20
within 2h                        | 2026-11-18 12:20
in two hours' time               | 2026-11-18 12:20
2 hours from now                 | 2026-11-18 12:20
in 48 hours                      | 2026-11-20 10:20
within 24 hrs                    | 2026-11-19 10:20
in 1.5 hours                     | 2026-11-18 11:50
in an hour and a half            | 2026-11-18 11:50
in 1 hour 30 minutes             | 2026-11-18 11:50
in 2 and a half hours            | 2026-11-18 12:50
1h30m                            | 2026-11-18 11:50
in three quarters of an hour     | 2026-11-18 11:05
in ½ hour                        | 2026-11-18 10:50
in 1½ hours                      | 2026-11-18 11:50
in a quarter of an hour          | 2026-11-18 10:35
half an hour                     | 2026-11-18 10:50
within the next 3 hours          | 2026-11-18 13:20
in the next hour                 | 2026-11-18 11:20
in 90mins                        | 2026-11-18 11:50
call back: 30 min                | 2026-11-18 10:50
in 1 minute                      | 2026-11-18 10:21
in twenty-five minutes           | 2026-11-18 10:45
""")

DAYS = table("""
within 3 days                    | 2026-11-21
in 3 days' time                  | 2026-11-21
two days from now                | 2026-11-20
in a day                         | 2026-11-19
in a week                        | 2026-11-25
in a week's time                 | 2026-11-25
in a fortnight                   | 2026-12-02
in 2 wks                         | 2026-12-02
in a month                       | 2026-12-18
in 3 months                      | 2027-02-18
in 2 days at 3pm                 | 2026-11-20 15:00
in a week at noon                | 2026-11-25 12:00
""")

WORKING = table("""
in 2 working days                | 2026-11-20
within 3 business days           | 2026-11-23
5 working days                   | 2026-11-25
in 1 bd                          | 2026-11-19
next working day                 | 2026-11-19
the next business day at 10am    | 2026-11-19 10:00
in 3 business hours              | 2026-11-18 13:20
in 4bh                           | 2026-11-18 14:20
within 8 working hours           | 2026-11-19 10:20
""")


@pytest.mark.parametrize(("text", "expected"), HOURS)
def test_counts_hours_and_minutes_from_the_instant(text: str, expected: str) -> None:
    assert due(text) == expected


@pytest.mark.parametrize(("text", "expected"), DAYS)
def test_leads_to_a_day(text: str, expected: str) -> None:
    assert due(text) == expected


@pytest.mark.parametrize(("text", "expected"), WORKING)
def test_counts_the_days_and_hours_that_are_open(text: str, expected: str) -> None:
    assert due(text) == expected


def test_counts_working_days_from_a_closed_one() -> None:
    assert due("in 2 working days", at="2026-11-21T11:00") == "2026-11-24"


def test_counts_whole_minutes() -> None:
    assert due("in 2 minutes", at="2026-11-18T10:20:40") == "2026-11-18 10:22"

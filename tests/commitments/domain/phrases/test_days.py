"""Days: which date is meant."""

import pytest

from tests.commitments.domain.phrases.said import due, table

RELATIVE = table("""
today                            | 2026-11-18
tmrw                             | 2026-11-19
TOMORROW                         | 2026-11-19
call tommorow                    | 2026-11-19
day after tomorrow               | 2026-11-20
a week today                     | 2026-11-25
a week tomorrow                  | 2026-11-26
tomorrow week                    | 2026-11-26
a fortnight today                | 2026-12-02
two weeks from tomorrow          | 2026-12-03
sometime tomorrow                | 2026-11-19
this time tomorrow               | 2026-11-19 10:20
same time on Friday              | 2026-11-20 10:20
this time next week              | 2026-11-25 10:20
""")

WEEKDAYS = table("""
Monday                           | 2026-11-23
mon                              | 2026-11-23
tues                             | 2026-11-24
Thurs                            | 2026-11-19
on Saturday                      | 2026-11-21
until Sunday                     | 2026-11-22
this Friday                      | 2026-11-20
this coming Friday               | 2026-11-20
coming Monday                    | 2026-11-23
next Wednesday                   | 2026-11-25
next Monday                      | 2026-11-23
Friday week                      | 2026-11-27
a week on Friday                 | 2026-11-27
week on Tuesday                  | 2026-12-01
two weeks on Monday              | 2026-12-07
a fortnight on Friday            | 2026-12-04
Friday fortnight                 | 2026-12-04
a week from Monday               | 2026-11-30
Friday next week                 | 2026-11-27
next week Friday                 | 2026-11-27
Friday of next week              | 2026-11-27
Monday the week after next       | 2026-11-30
Friday this week                 | 2026-11-20
2 days after Friday              | 2026-11-22
Wednesday 9am                    | 2026-11-25 09:00
""")

DATES = table("""
25 Nov 2026                      | 2026-11-25
Nov 25th                         | 2026-11-25
November the 25th                | 2026-11-25
25th of November                 | 2026-11-25
the 25th November 2026           | 2026-11-25
25-Nov-2026                      | 2026-11-25
25Nov                            | 2026-11-25
Nov. 25, 2026                    | 2026-11-25
first of December                | 2026-12-01
the thirty-first of December     | 2026-12-31
18 November                      | 2026-11-18
the 25th                         | 2026-11-25
by the 5th                       | 2026-12-05
25th of this month               | 2026-11-25
the 3rd of next month            | 2026-12-03
25/11                            | 2026-11-25
25/11/26                         | 2026-11-25
25/11/2026                       | 2026-11-25
25.11.2026                       | 2026-11-25
on 25.11                         | 2026-11-25
by 25-11                         | 2026-11-25
3/12                             | 2026-12-03
2026-11-25                       | 2026-11-25
2026/11/25                       | 2026-11-25
25 Nov 26                        | 2026-11-25
5 January                        | 2027-01-05
1/1/2027                         | 2027-01-01
29 Feb 2028                      | 2028-02-29
2030-11-25                       | 2030-11-25
25 may                           | 2027-05-25
""")

AGREEING = table("""
Friday 20 November               | 2026-11-20
Fri 20th                         | 2026-11-20
Friday the 20th                  | 2026-11-20
Friday, 27 November              | 2026-11-27
Tue 24/11                        | 2026-11-24
tomorrow, Thursday               | 2026-11-19
tomorrow (Thursday) 3pm          | 2026-11-19 15:00
next Friday 27 November          | 2026-11-27
Wednesday 18 November            | 2026-11-18
Friday Friday                    | 2026-11-20
""")

ENDS = table("""
EOW                              | 2026-11-20 17:00
by the end of this week          | 2026-11-20 17:00
end of next week                 | 2026-11-27 17:00
end of the month                 | 2026-11-30 17:00
EOM                              | 2026-11-30 17:00
end of next month                | 2026-12-31 17:00
end of December                  | 2026-12-31 17:00
last day of the month            | 2026-11-30 17:00
by close on Friday               | 2026-11-20 17:00
by opening tomorrow              | 2026-11-19 09:00
by the end of tomorrow           | 2026-11-19 17:00
end of Friday                    | 2026-11-20 17:00
close of play Thursday           | 2026-11-19 17:00
COB Mon                          | 2026-11-23 17:00
Friday EOD                       | 2026-11-20 17:00
end-of-day tomorrow              | 2026-11-19 17:00
""")


@pytest.mark.parametrize(("text", "expected"), RELATIVE)
def test_counts_days_from_today(text: str, expected: str) -> None:
    assert due(text) == expected


@pytest.mark.parametrize(("text", "expected"), WEEKDAYS)
def test_takes_the_weekday_that_is_meant(text: str, expected: str) -> None:
    assert due(text) == expected


@pytest.mark.parametrize(("text", "expected"), DATES)
def test_reads_a_written_date(text: str, expected: str) -> None:
    assert due(text) == expected


@pytest.mark.parametrize(("text", "expected"), AGREEING)
def test_takes_a_day_that_is_said_twice_alike(text: str, expected: str) -> None:
    assert due(text) == expected


@pytest.mark.parametrize(("text", "expected"), ENDS)
def test_ends_a_day_a_week_or_a_month_at_its_last_open_hour(text: str, expected: str) -> None:
    assert due(text) == expected


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("tomorrow", "2026-12-31T23:30", "2027-01-01"),
        ("1 January", "2026-12-31T23:30", "2027-01-01"),
        ("in a week", "2026-12-28T10:00", "2027-01-04"),
        ("next Friday", "2026-11-20T10:00", "2026-11-27"),
        ("next Friday", "2026-11-21T10:00", "2026-11-27"),
        ("this Friday", "2026-11-20T10:00", "2026-11-20"),
        ("Friday 9am", "2026-11-20T10:00", "2026-11-27 09:00"),
        ("Friday EOD", "2026-11-20T18:00", "2026-11-27 17:00"),
        ("Monday", "2026-11-22T10:00", "2026-11-23"),
        ("29 February", "2027-12-01T10:00", "2028-02-29"),
        ("the 31st", "2026-12-10T10:00", "2026-12-31"),
        ("today", "2026-11-21T11:00", "2026-11-21"),
        ("in a month", "2026-12-31T10:00", "2027-01-31"),
        ("EOW", "2026-11-20T16:59", "2026-11-20 17:00"),
    ],
)
def test_counts_from_the_day_on_which_it_is_said(text: str, at: str, expected: str) -> None:
    assert due(text, at=at) == expected

"""What is asked back, and what may have been meant by it."""

import pytest

from tests.commitments.domain.phrases.said import asked, choices, table

HALVES_OF_THE_DAY = table("""
at 3                             | 2026-11-18 15:00, 2026-11-19 03:00
by three                         | 2026-11-18 15:00, 2026-11-19 03:00
one o'clock                      | 2026-11-18 13:00, 2026-11-19 01:00
half past three                  | 2026-11-18 15:30, 2026-11-19 03:30
quarter to four                  | 2026-11-18 15:45, 2026-11-19 03:45
at ten thirty                    | 2026-11-18 10:30, 2026-11-18 22:30
tomorrow 9:30                    | 2026-11-19 09:30, 2026-11-19 21:30
Friday at 2                      | 2026-11-20 02:00, 2026-11-20 14:00
25th at 3                        | 2026-11-25 03:00, 2026-11-25 15:00
at 12                            | 2026-11-18 12:00, 2026-11-19 00:00
at 3.30                          | 2026-11-18 15:30, 2026-11-19 03:30
call at 3 Maria                  | 2026-11-18 15:00, 2026-11-19 03:00
tomorrow 9h                      | 2026-11-19 09:00, 2026-11-19 21:00
""")

NO_SUCH_TIME = table("""
13pm                             | 2026-11-18 13:00
tomorrow 15:30 pm                | 2026-11-19 15:30
25:00                            |
3:75                             |
0pm                              |
24:30                            |
2026-11-25T25:00                 |
3am in the afternoon             | 2026-11-19 03:00
""")

WHICH_NIGHT = table("""
midnight                         | 2026-11-19 00:00, 2026-11-20 00:00
by midnight                      | 2026-11-19 00:00, 2026-11-20 00:00
tomorrow at midnight             | 2026-11-19 00:00, 2026-11-20 00:00
Friday 12am                      | 2026-11-20 00:00, 2026-11-21 00:00
""")

HALF_TEN = table("""
half ten                         | 2026-11-18 10:30, 2026-11-19 09:30
half 3pm                         | 2026-11-18 14:30, 2026-11-18 15:30
""")

WHICH_DAY = table("""
next week                        | 2026-11-23, 2026-11-24, 2026-11-25, 2026-11-26, 2026-11-27
early next week                  | 2026-11-23, 2026-11-24, 2026-11-25, 2026-11-26, 2026-11-27
this week                        | 2026-11-19, 2026-11-20
next Friday                      | 2026-11-20, 2026-11-27
next Friday 3pm                  | 2026-11-20 15:00, 2026-11-27 15:00
Wednesday                        | 2026-11-18, 2026-11-25
Wednesday 3pm                    | 2026-11-18 15:00, 2026-11-25 15:00
this Tuesday                     | 2026-11-24
the 18th                         | 2026-11-18, 2026-12-18
first Monday                     |
at the weekend                   | 2026-11-21, 2026-11-22
by the weekend                   | 2026-11-20, 2026-11-21, 2026-11-22
next month                       |
in November                      |
December 2026                    |
before Christmas                 | 2026-12-25
on Boxing Day                    | 2026-12-26
by the bank holiday              |
end of the quarter               |
end of the year                  | 2026-12-31
every Friday                     | 2026-11-20
on Fridays                       |
in the afternoon                 | 2026-11-18 15:00, 2026-11-19 15:00
call tom 3pm                     |
the following Monday             | 2026-11-23, 2026-11-30
the next day                     | 2026-11-19
""")

NO_SUCH_DAY = table("""
31 November                      | 2026-11-30, 2026-12-01
the 31st                         | 2026-11-30, 2026-12-01
30 Feb                           | 2027-02-28, 2027-03-01
29 February                      | 2027-02-28, 2027-03-01
29 Feb 2027                      | 2027-02-28, 2027-03-01
25/13                            |
12/25                            | 2026-12-25
12/25 10am                       | 2026-12-25 10:00
2026-25-11                       |
2026-02-30                       |
Friday 19 November               | 2026-11-19, 2026-11-20
Tue 25/11                        | 2026-11-24, 2026-11-25
Friday the 25th                  | 2026-11-25, 2026-11-27
tomorrow (Friday)                | 2026-11-19, 2026-11-20
3 November                       | 2027-11-03
13/11                            | 2027-11-13
25 Nov 2030                      | 2030-11-25
the 32nd                         |
call June 3                      | 2027-06-03
1/2                              | 2027-02-01
by 5.11                          |
EOD Saturday                     | 2026-11-20 17:00, 2026-11-23 17:00
Saturday morning                 | 2026-11-20 09:00, 2026-11-23 09:00
""")

PAST = table("""
yesterday                        |
an hour ago                      |
2 days ago                       |
last Friday                      |
last week                        |
today 9am                        | 2026-11-19 09:00
18 Nov 9am                       | 2026-11-19 09:00
this morning                     | 2026-11-19 09:00
25 Nov 2025                      |
2026-11-17                       |
2026-11-18T10:20                 | 2026-11-19 10:20
2026-11-18T10:20Z                |
in 0 minutes                     |
""")

TWO_TIMES = table("""
tomorrow or Friday               | 2026-11-19, 2026-11-20
Monday 3pm or 4pm                | 2026-11-23 15:00, 2026-11-23 16:00
Mon or Tue 3pm                   | 2026-11-23 15:00, 2026-11-24 15:00
2pm or 4pm tomorrow              | 2026-11-19 14:00, 2026-11-19 16:00
Monday/Tuesday                   | 2026-11-23, 2026-11-24
Mon–Tue                          | 2026-11-23, 2026-11-24
between 2 and 4                  | 2026-11-18 14:00, 2026-11-18 16:00, 2026-11-19 02:00, 2026-11-19 04:00
between 2 and 4pm tomorrow       | 2026-11-19 14:00, 2026-11-19 16:00
tomorrow 2-4pm                   | 2026-11-19 14:00, 2026-11-19 16:00
3pm to 5pm                       | 2026-11-18 15:00, 2026-11-18 17:00
in 2 hours or tomorrow           | 2026-11-18 12:20, 2026-11-19
in 2-3 days                      | 2026-11-20, 2026-11-21
in 2 or 3 hours                  | 2026-11-18 12:20, 2026-11-18 13:20
tomorrow call Maria at 3pm       | 2026-11-18 15:00, 2026-11-19, 2026-11-19 15:00
delivery on Friday, call Thursday | 2026-11-19, 2026-11-20
tomorrow or the day after        | 2026-11-19, 2026-11-20
2pm 3pm                          | 2026-11-18 14:00, 2026-11-18 15:00
today 3pm tomorrow               | 2026-11-18 15:00, 2026-11-19 15:00
not tomorrow, Friday             | 2026-11-19, 2026-11-20
""")

VAGUE = table("""
soon                             | 2026-11-18 17:00, 2026-11-19
ASAP                             | 2026-11-18 17:00, 2026-11-19
as soon as possible              | 2026-11-18 17:00, 2026-11-19
later                            | 2026-11-18 17:00, 2026-11-19
later today                      | 2026-11-18 17:00
shortly                          | 2026-11-18 17:00, 2026-11-19
in a minute                      | 2026-11-18 17:00, 2026-11-19
in a few days                    |
in a couple of hours             |
in days                          |
within the hour                  | 2026-11-18 11:20
in about an hour                 | 2026-11-18 11:20
in an hour or so                 | 2026-11-18 11:20
in an hour or two                | 2026-11-18 11:20
around 3pm                       | 2026-11-18 15:00
3ish                             | 2026-11-18 15:00, 2026-11-19 03:00
noonish                          | 2026-11-18 12:00
early tomorrow                   | 2026-11-19
late Friday                      | 2026-11-20
mid-November                     |
this evening                     | 2026-11-18 18:00, 2026-11-18 20:00
tomorrow pm                      | 2026-11-19 15:00, 2026-11-19 17:00
after lunch                      |
by the end of my shift           |
maybe tomorrow                   | 2026-11-19
tomorrow if possible             | 2026-11-19
""")

NOT_BY_WHEN = table("""
after 3pm                        | 2026-11-18 15:00
tomorrow after 3pm               | 2026-11-19 15:00
from tomorrow 3pm                | 2026-11-19 15:00
3pm onwards                      | 2026-11-18 15:00
Monday or later                  | 2026-11-23
tomorrow at the earliest         | 2026-11-19
not before Friday                | 2026-11-20
before Friday                    | 2026-11-19, 2026-11-20
before tomorrow                  | 2026-11-18, 2026-11-19
an hour before noon              |
10 minutes after 3pm             |
2 days before Friday             |
3 working days from Monday       |
every 2 hours                    | 2026-11-18 12:20
""")

MAY_BE_NONE = table("""
tomorrow 3                       | 2026-11-19 03:00, 2026-11-19 15:00
3 tomorrow                       | 2026-11-19 03:00, 2026-11-19 15:00
tomorrow three                   | 2026-11-19 03:00, 2026-11-19 15:00
tomorrow 1530                    | 2026-11-19 15:30
8 tonight                        | 2026-11-18 20:00
tomorrow 10-12                   | 2026-11-19
tomorrow 3p                      | 2026-11-19
by 2030                          | 2026-11-18 20:30
call at 1530 Maria               | 2026-11-18 15:30
15h                              | 2026-11-18 15:00
2h30                             |
in 2:30 hours                    |
call in 5                        | 2026-11-18 10:25
call Maria 45 mins               | 2026-11-18 11:05
send order 25/11 10am            |
3pm Lisbon time                  |
3pm their time                   |
3pm EST                          |
2h, tomorrow                     | 2026-11-18 12:20, 2026-11-19
in 30 seconds                    |
in 1.5 days                      |
in 99999999 weeks                |
in 4000 days                     |
""")

IN_A_ROW = table("""
23 or 24 November                | 2026-11-24 23:00
Nov 23 or 24                     | 2026-11-23
the 23rd or 24th of November     | 2026-11-23, 2026-11-24
Mon 23 Nov - Wed 25 Nov          | 2026-11-23, 2026-11-25
30 Nov to 2 Dec                  | 2026-11-30, 2026-12-02
from Monday to Thursday          | 2026-11-19, 2026-11-23
Friday 20                        | 2026-11-20, 2026-11-20 20:00
pay 15.30 tomorrow               | 2026-11-19 15:30
iPhone 15 tomorrow               | 2026-11-19 15:00
""")

SOMEWHERE_ELSE = table("""
Fri 20 Nov, 15:00 (Lisbon)       | 2026-11-20 15:00
tomorrow 3pm (Lisbon time)       | 2026-11-19 15:00
by 5pm EST tomorrow              |
5pm Lisbon time tomorrow         |
5pm Eastern                      |
5pm ET                           |
""")

WHEN_EXACTLY = table("""
every day at 3pm                 |
tomorrow late                    | 2026-11-19
after 2 hours                    | 2026-11-18 12:20
w/c 23 Nov                       | 2026-11-23
week commencing 23 November      | 2026-11-23
last Friday of the month         |
start of December                |
when we open tomorrow            |
out of hours tomorrow            |
end of Feb                       | 2027-02-26, 2027-02-28
last thing tomorrow              |
tomorrow mid-morning             |
early tomorrow morning           | 2026-11-19 09:00
in 2/3 days                      | 2027-03-02
thursday's EOD                   |
by 10 today                      | 2026-11-18 22:00
half 10 today                    | 2026-11-18 10:30
within 4 hours of opening        |
Good Friday                      |
bank holiday Monday              |
20.11. um 15:00                  | 2026-11-18 15:00, 2026-11-20, 2026-11-20 15:00
this Friday or next              | 2026-11-20
within 5-7 working days          | 2026-11-25, 2026-11-27
""")

MISSPELT = table("""
firday 3pm                       | 2026-11-20 15:00
Wendesday 3pm                    | 2026-11-25 15:00
teusday at 3pm                   | 2026-11-24 15:00
by thrusday noon                 | 2026-11-19 12:00
3pm frday                        | 2026-11-20 15:00
on firday                        | 2026-11-20
tommorrrow 3pm                   | 2026-11-19 15:00
25 Novemeber                     | 2026-11-25
Novmber 25 3pm                   | 2026-11-25 15:00
morgen 15:00                     | 2026-11-19 15:00
mañana 3pm                       | 2026-11-19 15:00
demain 15h                       | 2026-11-19 15:00
freitag 15:00                    | 2026-11-20 15:00
tomorrow about 3                 | 2026-11-19 03:00, 2026-11-19 15:00
""")

EVERY = [
    *HALVES_OF_THE_DAY,
    *NO_SUCH_TIME,
    *WHICH_NIGHT,
    *HALF_TEN,
    *WHICH_DAY,
    *NO_SUCH_DAY,
    *PAST,
    *TWO_TIMES,
    *VAGUE,
    *NOT_BY_WHEN,
    *MAY_BE_NONE,
    *IN_A_ROW,
    *SOMEWHERE_ELSE,
    *WHEN_EXACTLY,
    *MISSPELT,
]


@pytest.mark.parametrize(("text", "meant"), EVERY)
def test_asks_back_with_what_may_be_meant(text: str, meant: str) -> None:
    assert sorted(choices(text)) == [one for one in meant.split(", ") if one]


@pytest.mark.parametrize(("text", "_"), EVERY)
def test_says_why_in_a_sentence(text: str, _: str) -> None:
    why = asked(text).why
    assert why.endswith((".", "?"))
    assert why[0] == "“" or why[0].isupper() or why[0].isdigit()


@pytest.mark.parametrize(
    ("text", "at", "meant"),
    [
        ("Friday", "2026-11-20T10:00", ["2026-11-20", "2026-11-27"]),
        ("Friday 4pm", "2026-11-20T10:00", ["2026-11-20 16:00", "2026-11-27 16:00"]),
        ("next Monday", "2026-11-22T10:00", ["2026-11-23", "2026-11-30"]),
        ("EOD", "2026-11-18T17:00", ["2026-11-19 17:00"]),
        ("EOD", "2026-11-21T11:00", ["2026-11-23 17:00"]),
        ("EOW", "2026-11-20T17:00", ["2026-11-27"]),
        ("today", "2026-11-18T18:00", ["2026-11-19"]),
        ("tonight", "2026-11-18T21:00", ["2026-11-19 20:00"]),
        ("tonight", "2026-11-19T00:30", []),
        ("this afternoon", "2026-11-18T16:00", ["2026-11-19 15:00"]),
        ("lunchtime", "2026-11-18T13:00", ["2026-11-19 12:00"]),
        ("first thing", "2026-11-18T07:00", ["2026-11-18 09:00", "2026-11-19 09:00"]),
        ("first thing", "2026-11-20T18:00", ["2026-11-23 09:00"]),
        ("tomorrow morning", "2026-11-20T10:00", ["2026-11-23 09:00"]),
        ("in the morning", "2026-11-18T07:00", ["2026-11-18 09:00", "2026-11-19 09:00"]),
        ("end of month", "2026-10-20T10:00", ["2026-10-30", "2026-10-31"]),
        ("in a month", "2027-01-31T10:00", ["2027-02-28", "2027-03-01"]),
        ("25 December", "2026-12-26T10:00", ["2027-12-25"]),
    ],
)
def test_asks_back_what_is_unclear_only_then(text: str, at: str, meant: list[str]) -> None:
    assert choices(text, at=at) == meant

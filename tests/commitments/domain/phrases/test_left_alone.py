"""Words and figures that say no time, and a line’s time beside them."""

import pytest

from tests.commitments.domain.phrases.said import due, table

NO_TIME = table("""
invoice 2026-441                 | -
Mrs May                          | -
call Mrs May about April         | -
email August about the order     | -
BA 1430                          | -
room 1430                        | -
+44 20 7946 0018                 | -
0207 946 0018                    | -
call 07700 900123                | -
call (020) 7946 0018             | -
ring 555-0100                    | -
call 212 555 0100                | -
order 12/345                     | -
order 12/11                      | -
ticket #1530                     | -
refund 3 items                   | -
send 2 of them                   | -
24/7 support                     | -
24h hotline                      | -
send model 2h                    | -
version 15.30                    | -
upgrade to v2.30.1               | -
refund £16.30                    | -
pay $20                          | -
at 16.30 EUR                     | -
a discount of 10.30%             | -
send to second line              | -
2nd line support                 | -
on the 2nd floor                 | -
the third reminder               | -
you may 3 times                  | -
she sat down                     | -
read it in the Sun               | -
ask Sun Li                       | -
Mon Ami restaurant               | -
send Friday report               | -
the Friday call                  | -
about her 3pm appointment        | -
today's newspaper                | -
about tomorrow's delivery        | -
a 2 hour delay                   | -
2 hour outage at Acme            | -
on hold for 45 minutes           | -
waited 45 mins                   | -
no internet since Monday         | -
no internet since 9am            | -
the order of 3 November          | -
the invoice from Friday          | -
Christmas order                  | -
good morning Maria               | -
next day delivery                | -
by 1500 users                    | -
visit at 3 locations             | -
reduced by 2 items               | -
in 5 stores                      | -
by one of our engineers          | -
may@example.org                  | -
https://example.org/2026/11/25   | -
K7Q4M                            | -
2026-11-25-001                   | -
one two three                    | -
march in to the shop             | -
the minutes of the meeting       | -
10 Downing Street                | -
مريم بنت خالد                    | -
李伟                             | -
""")

BESIDE = table("""
ask April on Friday about invoice 2026-441 | 2026-11-20
call 0207 946 0018 tomorrow 3pm            | 2026-11-19 15:00
call +44 20 7946 0018 in 2 hours           | 2026-11-18 12:20
send 3 items by Friday                     | 2026-11-20
refund £16.30 by noon                      | 2026-11-18 12:00
order 12/345 by 5pm                        | 2026-11-18 17:00
send model 2h by Friday                    | 2026-11-20
refund the order of 3 November by Friday   | 2026-11-20
send the Monday report by Friday           | 2026-11-20
call tomorrow 3pm about the Friday delivery | 2026-11-19 15:00
call Maria tomorrow about her 3pm visit    | 2026-11-19
called yesterday, ring back tomorrow 3pm   | 2026-11-19 15:00
rang this morning, call back by noon       | 2026-11-18 12:00
spoke last Monday, call back on Friday     | 2026-11-20
no internet since Monday, fix by Friday    | 2026-11-20
waited 45 mins, call back at noon          | 2026-11-18 12:00
pay 20.11. Call Maria at 3pm               | 2026-11-18 15:00
monday.com ticket by Friday                | 2026-11-20
call Frida 3pm                             | 2026-11-18 15:00
call Mr Domingo 3pm                        | 2026-11-18 15:00
call tomorrow about 3 invoices             | 2026-11-19
2moro 3pm                                  | 2026-11-19 15:00
tomorrow not later than 3pm                | 2026-11-19 15:00
2 hour outage, update her tomorrow         | 2026-11-19
24/7 support contract by Friday            | 2026-11-20
to second line by Friday                   | 2026-11-20
call Tom tomorrow                          | 2026-11-19
tomorrow call Maria                        | 2026-11-19
email maria@example.org by 5pm             | 2026-11-18 17:00
""")


@pytest.mark.parametrize(("text", "expected"), NO_TIME)
def test_leaves_alone_what_is_no_time(text: str, expected: str) -> None:
    assert due(text) == expected


@pytest.mark.parametrize(("text", "expected"), BESIDE)
def test_reads_the_time_beside_what_is_none(text: str, expected: str) -> None:
    assert due(text) == expected


@pytest.mark.parametrize("text", ["", " ", "?", "...", "call Maria back", "\x00", "🙂"])
def test_says_nothing_where_nothing_is_said(text: str) -> None:
    assert due(text) == "-"

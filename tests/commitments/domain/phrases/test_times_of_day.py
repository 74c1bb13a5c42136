"""Times of day, alone and beside a day."""

import pytest

from tests.commitments.domain.phrases.said import due, table

FIGURES = table("""
3pm tomorrow                     | 2026-11-19 15:00
tomorrow 3.30pm                  | 2026-11-19 15:30
tomorrow 3:30 PM                 | 2026-11-19 15:30
tomorrow 10 a.m.                 | 2026-11-19 10:00
tomorrow at 10 p.m.              | 2026-11-19 22:00
12:30pm                          | 2026-11-18 12:30
12pm tomorrow                    | 2026-11-19 12:00
12:30am tomorrow                 | 2026-11-19 00:30
tomorrow 15:30                   | 2026-11-19 15:30
tomorrow 09:30                   | 2026-11-19 09:30
10:30 tomorrow                   | 2026-11-19 10:30
tomorrow 15.30                   | 2026-11-19 15:30
at 15.30                         | 2026-11-18 15:30
by 16.30                         | 2026-11-18 16:30
at 15h                           | 2026-11-18 15:00
tomorrow 15h                     | 2026-11-19 15:00
tomorrow 15h30                   | 2026-11-19 15:30
1530 hrs                         | 2026-11-18 15:30
tomorrow at 1530                 | 2026-11-19 15:30
by 0930                          | 2026-11-19 09:30
at 14                            | 2026-11-18 14:00
tomorrow 24:00                   | 2026-11-20 00:00
tomorrow 00:00                   | 2026-11-19 00:00
Fri@3pm                          | 2026-11-20 15:00
tomorrow - 3pm                   | 2026-11-19 15:00
20 Nov, 3pm                      | 2026-11-20 15:00
Nov 20, 2026, 3pm                | 2026-11-20 15:00
2026-11-25T14:00                 | 2026-11-25 14:00
2026-11-25T14:00Z                | 2026-11-25 14:00
2026-11-25T14:00+02:00           | 2026-11-25 12:00
2026-11-25 2:00pm                | 2026-11-25 14:00
3pm GMT                          | 2026-11-18 15:00
Fri 20 Nov, 15:00 (London)       | 2026-11-20 15:00
tomorrow,3pm                     | 2026-11-19 15:00
3pm London time                  | 2026-11-18 15:00
""")

WORDS = table("""
midday                           | 2026-11-18 12:00
12 noon Friday                   | 2026-11-20 12:00
three pm                         | 2026-11-18 15:00
nine am tomorrow                 | 2026-11-19 09:00
3 o’clock pm                     | 2026-11-18 15:00
3 O'CLOCK IN THE AFTERNOON       | 2026-11-18 15:00
ten thirty am tomorrow           | 2026-11-19 10:30
quarter to four pm               | 2026-11-18 15:45
quarter past 3pm                 | 2026-11-18 15:15
half past three in the afternoon | 2026-11-18 15:30
at five to three pm              | 2026-11-18 14:55
quarter to one pm                | 2026-11-18 12:45
midnight tonight                 | 2026-11-19 00:00
""")

PARTS = table("""
tomorrow afternoon               | 2026-11-19 15:00
Friday night                     | 2026-11-20 20:00
tomorrow lunchtime               | 2026-11-19 12:00
tomorrow first thing             | 2026-11-19 09:00
first thing                      | 2026-11-19 09:00
in the morning                   | 2026-11-19 09:00
COB                              | 2026-11-18 17:00
end of play                      | 2026-11-18 17:00
tomorrow afternoon at 3          | 2026-11-19 15:00
tomorrow morning at 10           | 2026-11-19 10:00
3 in the afternoon               | 2026-11-18 15:00
at 7 in the morning              | 2026-11-19 07:00
6 in the evening on Friday       | 2026-11-20 18:00
tonight at 8                     | 2026-11-18 20:00
tonight at 11                    | 2026-11-18 23:00
by 6 o'clock tomorrow evening    | 2026-11-19 18:00
Saturday lunchtime               | 2026-11-21 12:00
""")

ONE_POSSIBLE = table("""
at 9am                           | 2026-11-19 09:00
noon                             | 2026-11-18 12:00
by 10:20                         | 2026-11-19 10:20
by 10:21                         | 2026-11-18 10:21
by 4 today                       | 2026-11-18 16:00
today at 3                       | 2026-11-18 15:00
""")

AROUND = table("""
by   Friday   noon               | 2026-11-20 12:00
tomorrow before noon             | 2026-11-19 12:00
Friday before 3pm                | 2026-11-20 15:00
no later than Friday noon        | 2026-11-20 12:00
by Friday noon at the latest     | 2026-11-20 12:00
Friday or earlier                | 2026-11-20
3pm tomorrow sharp               | 2026-11-19 15:00
by 5pm by Friday                 | 2026-11-20 17:00
asap, by Friday noon             | 2026-11-20 12:00
""")


@pytest.mark.parametrize(("text", "expected"), FIGURES)
def test_reads_figures(text: str, expected: str) -> None:
    assert due(text) == expected


@pytest.mark.parametrize(("text", "expected"), WORDS)
def test_reads_spoken_times(text: str, expected: str) -> None:
    assert due(text) == expected


@pytest.mark.parametrize(("text", "expected"), PARTS)
def test_knows_the_parts_of_a_day(text: str, expected: str) -> None:
    assert due(text) == expected


@pytest.mark.parametrize(("text", "expected"), ONE_POSSIBLE)
def test_takes_the_only_time_that_is_still_possible(text: str, expected: str) -> None:
    assert due(text) == expected


@pytest.mark.parametrize(("text", "expected"), AROUND)
def test_reads_the_small_words_around_a_time(text: str, expected: str) -> None:
    assert due(text) == expected


@pytest.mark.parametrize("text", ["tomorrow\u00a03\u202fpm", "tomorrow\t3pm", " tomorrow 3pm ", "tomorrow\u20133pm"])
def test_takes_any_space_or_dash(text: str) -> None:
    assert due(text) == "2026-11-19 15:00"

"""Mails say …"""

from datetime import UTC, datetime

import pytest

from notifications.domain.wording import clean_line, clean_words, isolate, say_instant, shorten, zone_name

NOW = datetime(2026, 11, 18, 10, 20, tzinfo=UTC)


def test_an_instant_with_weekday_and_zone() -> None:
    due = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
    assert say_instant(due, zone="Europe/Lisbon", now=NOW) == "Friday 20 November, 15:00 (Lisbon time)"


def test_an_instant_by_the_readers_clock() -> None:
    due = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    assert say_instant(due, zone="Asia/Tokyo", now=NOW) == "Saturday 21 November, 08:30 (Tokyo time)"


def test_the_year_only_when_it_is_another_one() -> None:
    due = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
    assert say_instant(due, zone="UTC", now=NOW) == "Monday 4 January 2027, 09:00 (UTC)"


def test_which_of_two_equal_readings_of_the_clock_is_meant() -> None:
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert say_instant(first, zone="Europe/Lisbon", now=NOW) == "Sunday 25 October, 01:30 (Lisbon time, UTC+1)"
    assert say_instant(second, zone="Europe/Lisbon", now=NOW) == "Sunday 25 October, 01:30 (Lisbon time, UTC+0)"


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        ("Europe/Lisbon", "Lisbon time"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires time"),
        ("UTC", "UTC"),
        ("Etc/GMT+3", "UTC\N{MINUS SIGN}3"),
        ("Asia/Kathmandu", "Kathmandu time"),
        ("CET", "CET"),
    ],
)
def test_a_zone_by_its_city(zone: str, name: str) -> None:
    assert zone_name(zone) == name


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("Maria\r\nBcc: everybody@example.org", "Maria Bcc: everybody@example.org"),
        ("Maria\u202egro.elpmaxe\u202c", "Mariagro.elpmaxe"),
        ("  Maria \t Lopez ", "Maria Lopez"),
        ("Mar\x00ia\x1b[31m", "Maria[31m"),
        ("Zoë Łukasz 李 محمد", "Zoë Łukasz 李 محمد"),
        ("👩\u200d🔧", "👩\u200d🔧"),
        ("Maria\u2028Lopez\u0085", "Maria Lopez"),
    ],
)
def test_a_name_on_one_harmless_line(given: str, said: str) -> None:
    assert clean_line(given) == said


def test_a_long_name_up_to_a_words_end() -> None:
    assert clean_line("word " * 100, at_most=20) == "word word word word…"
    assert shorten("x" * 100, at_most=10) == "x" * 9 + "…"


def test_a_persons_words_with_their_lines_and_nothing_hidden() -> None:
    assert clean_words(" One\r\ntwo\u202e\x07\n\nthree \n") == "One\ntwo\n\nthree"


def test_a_right_to_left_name_fenced_off() -> None:
    assert isolate("دوד") == "\u2068دوד\u2069"
    assert isolate("Maria") == "Maria"
    assert isolate("Zoë") == "Zoë"

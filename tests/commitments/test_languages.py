"""Customers are spoken to in their language: it says …"""

from datetime import UTC, datetime

import pytest

from commitments.languages import language_for, name_of, say_instant, speaking, zone_name

NOW = datetime(2026, 11, 18, 10, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "name"), [("de", "German"), ("pt_BR", "Portuguese (Brazil)"), ("xx", "xx"), ("not one!", "not one!")]
)
def test_a_languages_name_to_colleagues_and_the_code_where_there_is_none(code: str, name: str) -> None:
    assert name_of(code) == name


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
        ("Europe/Kiev", "Kyiv time"),
        ("CET", "CET"),
    ],
)
def test_a_zone_by_its_city(zone: str, name: str) -> None:
    assert zone_name(zone) == name


def test_an_instant_in_german() -> None:
    due = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
    later = datetime(2027, 3, 5, 8, 30, tzinfo=UTC)
    with speaking("de"):
        assert say_instant(due, zone="Europe/Lisbon", now=NOW) == "Freitag, 20. November, 15:00 Uhr (Ortszeit Lissabon)"
        assert say_instant(later, zone="UTC", now=NOW) == "Freitag, 5. März 2027, 08:30 Uhr (UTC)"


@pytest.mark.parametrize(
    ("customer", "team", "spoken"),
    [
        ("en", "de", "en"),
        ("de", "en", "de"),
        ("de-AT", "en", "de"),
        ("DE_at", "en", "de"),
        ("fi", "de", "de"),
        ("fi", "sv", "en"),
        ("", "de", "de"),
        ("", "", "en"),
        ("../../etc", "x" * 3_000, "en"),
        ("German, please", "de", "de"),
    ],
)
def test_what_it_says_in_the_customers_language_else_the_teams_else_english(
    customer: str, team: str, spoken: str
) -> None:
    assert language_for(customer=customer, team=team) == spoken

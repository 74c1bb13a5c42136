"""Times on pages."""

from datetime import UTC, datetime, timedelta

import pytest

from commitments.web import times

NOW = datetime(2026, 11, 18, 10, 20, tzinfo=UTC)


def test_name_the_zone_by_its_city() -> None:
    at = datetime(2026, 11, 20, 15, tzinfo=UTC)
    assert times.in_zone(at, zone="Europe/Lisbon", now=NOW) == "Fri 20 Nov, 15:00 (Lisbon)"
    assert times.in_zone(at, zone="America/Argentina/Buenos_Aires", now=NOW) == "Fri 20 Nov, 12:00 (Buenos Aires)"


def test_keep_a_zone_without_a_city_as_it_is() -> None:
    assert times.zone_label("UTC") == "UTC"
    assert times.zone_label("Etc/GMT+3") == "Etc/GMT+3"


def test_name_the_year_where_it_is_another_one() -> None:
    at = datetime(2027, 1, 4, 9, tzinfo=UTC)
    assert times.in_zone(at, zone="UTC", now=NOW) == "Mon 4 Jan 2027, 09:00 (UTC)"


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2026, 11, 18, 16, tzinfo=UTC), "16:00"),
        (datetime(2026, 11, 19, 8, tzinfo=UTC), "tomorrow 08:00"),
        (datetime(2026, 11, 17, 8, tzinfo=UTC), "yesterday 08:00"),
        (datetime(2026, 11, 23, 9, 30, tzinfo=UTC), "Mon 09:30"),
        (datetime(2026, 11, 25, 9, 30, tzinfo=UTC), "Wed 25 Nov, 09:30"),
    ],
)
def test_are_short_in_lists(at: datetime, words: str) -> None:
    assert times.near(at, zone="UTC", now=NOW) == words


def test_are_of_the_day_that_it_is_in_the_zone() -> None:
    late = datetime(2026, 11, 18, 23, 30, tzinfo=UTC)
    assert times.near(late, zone="UTC", now=NOW) == "23:30"
    assert times.near(late, zone="Asia/Tokyo", now=NOW) == "tomorrow 08:30"


@pytest.mark.parametrize(
    ("away", "words"),
    [
        (timedelta(seconds=20), "in under a minute"),
        (timedelta(minutes=40), "in 40 min"),
        (timedelta(hours=2, minutes=15), "in 2 h 15 min"),
        (timedelta(hours=9, minutes=15), "in 9 h"),
        (timedelta(days=3, hours=4), "in 3 d 4 h"),
        (timedelta(days=12, hours=4), "in 12 d"),
        (timedelta(seconds=-20), "just now"),
        (timedelta(hours=-3), "3 h ago"),
    ],
)
def test_are_counted_from_now_in_two_units_at_most(away: timedelta, words: str) -> None:
    assert times.relative(NOW + away, now=NOW) == words

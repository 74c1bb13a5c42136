"""A customer who may be asleep …"""

from datetime import UTC, datetime, time

import pytest

from commitments.domain.waking_hours import WakingHours, next_waking

EIGHT, TWENTY = time(8), time(20)
DAY, NIGHT = WakingHours(EIGHT, TWENTY), WakingHours(TWENTY, EIGHT)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("instant", "wakes"),
    [
        ("2026-11-18T12:00", "2026-11-18T12:00"),
        ("2026-11-18T08:00", "2026-11-18T08:00"),
        ("2026-11-18T07:59", "2026-11-18T08:00"),
        ("2026-11-18T20:00", "2026-11-18T20:00"),
        ("2026-11-18T20:01", "2026-11-19T08:00"),
        ("2026-11-18T23:30", "2026-11-19T08:00"),
    ],
)
def test_is_mailed_by_their_own_clock(instant: str, wakes: str) -> None:
    assert next_waking(at(instant), zone="Europe/Lisbon", waking=DAY) == at(wakes)


def test_is_far_away() -> None:
    # 23:30 UTC is 10:30 of the next day in Sydney, and 20:30 of the same day in São Paulo.
    assert next_waking(at("2026-11-18T23:30"), zone="Australia/Sydney", waking=DAY) == at("2026-11-18T23:30")
    assert next_waking(at("2026-11-18T23:30"), zone="America/Sao_Paulo", waking=DAY) == at("2026-11-19T11:00")


def test_works_at_night() -> None:
    assert next_waking(at("2026-11-18T02:00"), zone="UTC", waking=NIGHT) == at("2026-11-18T02:00")
    assert next_waking(at("2026-11-18T12:00"), zone="UTC", waking=NIGHT) == at("2026-11-18T20:00")


def test_has_no_hours_at_all() -> None:
    night = at("2026-11-18T03:00")
    assert next_waking(night, zone="UTC", waking=None) == night
    assert next_waking(night, zone="UTC", waking=WakingHours(EIGHT, EIGHT)) == night


def test_wakes_in_the_hour_that_is_there_twice() -> None:
    # Lisbon, 25 October 2026: 01:00 to 02:00 happens at 00:00 UTC and again at 01:00 UTC.
    second_showing = at("2026-10-25T01:10")
    assert next_waking(second_showing, zone="Europe/Lisbon", waking=WakingHours(time(1, 15), TWENTY)) == second_showing

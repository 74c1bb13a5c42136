"""A calendar's week, as it is written in the administration."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from commitments.models import BusinessCalendar
from commitments.models.calendars import parse_week

CLOSED: list[list[Any]] = [[], [], [], [], [], []]


def test_is_read_day_by_day_with_several_intervals() -> None:
    days = parse_week([[["09:00", "13:00"], ["14:00", "24:00"]], *CLOSED])
    assert [(interval.start_minute, interval.end_minute) for interval in days[0]] == [(540, 780), (840, 1440)]
    assert days[1:] == ((),) * 6


@pytest.mark.parametrize(
    ("week", "sentence"),
    [
        ("Monday", "seven lists"),
        ([[]] * 6, "seven lists"),
        ([1, 2, 3, 4, 5, 6, 7], "“1” is no day"),
        ([["09:00"], *CLOSED], "is a pair"),
        ([[["09:00", 17]], *CLOSED], "“17” is no time of day"),
        ([[["9am", "17:00"]], *CLOSED], "“9am” is no time of day"),
        ([[["17:00", "09:00"]], *CLOSED], "must end after it begins"),
        ([[["09:00", "13:00"], ["12:00", "17:00"]], *CLOSED], "overlaps"),
        ([[]] * 7, "never open"),
    ],
)
def test_that_cannot_be_is_refused_with_a_sentence(week: Any, sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        BusinessCalendar(name="Desk", zone="Europe/Lisbon", week=week).full_clean(
            validate_unique=False, validate_constraints=False
        )


def test_in_an_unknown_zone_is_refused() -> None:
    with pytest.raises(ValidationError, match="no time zone"):
        BusinessCalendar(name="Desk", zone="Lisbon", week=[[["09:00", "17:00"]], *CLOSED]).full_clean(
            validate_unique=False, validate_constraints=False
        )

"""Durations, and the text that they are stored as."""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Self

from commitments.domain.business_time.errors import DurationError
from commitments.domain.business_time.wall_time import MINUTES_A_DAY

_LONGEST_DAYS = 3660


class DurationSort(StrEnum):
    """By which measure a duration runs."""

    BUSINESS_HOURS = "business_hours"
    """Minutes of open time."""
    BUSINESS_DAYS = "business_days"
    """Open dates, at the same wall time."""
    ELAPSED = "elapsed"
    """Minutes on any clock."""


_UNITS = {
    "bh": (DurationSort.BUSINESS_HOURS, 60),
    "bmin": (DurationSort.BUSINESS_HOURS, 1),
    "bd": (DurationSort.BUSINESS_DAYS, 1),
    "h": (DurationSort.ELAPSED, 60),
    "min": (DurationSort.ELAPSED, 1),
}
_TEXT = re.compile(r"([0-9]{1,9}) ?(bh|bmin|bd|h|min)")


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time of one sort: minutes of open or elapsed time, or whole business days.

    Its text is a whole number and a unit: ``4bh`` or ``90bmin`` of open time, ``1bd``, ``24h`` or ``10min``
    elapsed. ``str`` writes hours where they are whole and minutes otherwise: each duration has one text. It
    lasts ten years at most, so that no policy can send a search to the end of time.
    """

    sort: DurationSort
    amount: int

    def __post_init__(self) -> None:
        if type(self.amount) is not int or self.amount < 0:
            raise DurationError(f"A duration is a whole number from 0 up, not {self.amount!r}.")
        a_day = 1 if self.sort is DurationSort.BUSINESS_DAYS else MINUTES_A_DAY
        if self.amount > _LONGEST_DAYS * a_day:
            raise DurationError("A duration is at most ten years.")

    @classmethod
    def business_hours(cls, hours: int = 0, minutes: int = 0) -> Self:
        """Make a duration of open time."""
        return cls(sort=DurationSort.BUSINESS_HOURS, amount=hours * 60 + minutes)

    @classmethod
    def business_days(cls, days: int) -> Self:
        """Make a duration of whole business days."""
        return cls(sort=DurationSort.BUSINESS_DAYS, amount=days)

    @classmethod
    def elapsed(cls, length: timedelta) -> Self:
        """Make a duration of elapsed time, in whole minutes; raise `DurationError` for parts of one."""
        minutes, rest = divmod(length, timedelta(minutes=1))
        if rest:
            raise DurationError(f"A duration is told in whole minutes, not {length}.")
        return cls(sort=DurationSort.ELAPSED, amount=minutes)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a duration from its text, with or without a blank before the unit; raise `DurationError`."""
        found = _TEXT.fullmatch(text.strip())
        if found is None:
            raise DurationError(
                f'"{text[:40]}" is not a duration: write a whole number and bh (business hours), '
                "bmin (business minutes), bd (business days), h (hours) or min (minutes), for example 4bh."
            )
        sort, size = _UNITS[found[2]]
        return cls(sort=sort, amount=int(found[1]) * size)

    def __str__(self) -> str:
        if self.sort is DurationSort.BUSINESS_DAYS:
            return f"{self.amount}bd"
        business = "b" if self.sort is DurationSort.BUSINESS_HOURS else ""
        hours, minutes = divmod(self.amount, 60)
        return f"{self.amount}{business}min" if minutes else f"{hours}{business}h"

"""Calendars: when somebody works, and the open time of each day worked out from it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Self

from commitments.domain.business_time.errors import InvalidCalendar
from commitments.domain.business_time.wall_time import (
    MIDNIGHT,
    MINUTES_A_DAY,
    TICK,
    Stretch,
    stretches,
    stretches_around,
    zone_named,
)

Span = tuple[datetime, datetime]
"""Open from an instant up to another."""


@dataclass(frozen=True, slots=True)
class OpenInterval:
    """Opening hours within one day, in minutes since local midnight; 1440 is 24:00."""

    start_minute: int
    end_minute: int

    def __post_init__(self) -> None:
        if not 0 <= self.start_minute < self.end_minute <= MINUTES_A_DAY:
            raise InvalidCalendar(
                "Opening hours are minutes from 0 to 1440, the start before the end: "
                f"not {self.start_minute} to {self.end_minute}."
            )


@dataclass(frozen=True)
class Calendar:
    """When somebody works: a zone, seven days of intervals (Monday first, sorted), and the dates closed.

    Intervals may touch. Raises `UnknownZone` and `InvalidCalendar`. Hashed once, by what it says: a day's
    open time is kept under its calendar.
    """

    zone: str
    week: tuple[tuple[OpenInterval, ...], ...]
    closed_on: frozenset[date]
    is_always_open: bool = field(init=False, repr=False, compare=False)
    """Whether there is no closed minute at all."""
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        zone_named(self.zone)
        if len(self.week) != 7:
            raise InvalidCalendar("A week has seven days.")
        if any(one.end_minute > other.start_minute for day in self.week for one, other in pairwise(day)):
            raise InvalidCalendar("The intervals of a day must be sorted and may not overlap.")
        if any(type(day) is not date for day in self.closed_on):
            # A datetime equals no date: the closure would silently never hold.
            raise InvalidCalendar("Closures are plain dates.")
        always = not self.closed_on and all(
            sum(interval.end_minute - interval.start_minute for interval in day) == MINUTES_A_DAY for day in self.week
        )
        object.__setattr__(self, "is_always_open", always)
        object.__setattr__(self, "_hash", hash((self.zone, self.week, self.closed_on)))

    @classmethod
    def always_open(cls, zone: str = "UTC") -> Self:
        """Make the calendar that never closes."""
        whole_day = (OpenInterval(start_minute=0, end_minute=MINUTES_A_DAY),)
        return cls(zone=zone, week=(whole_day,) * 7, closed_on=frozenset())

    def __hash__(self) -> int:
        return self._hash

    def __reduce__(self) -> tuple[object, ...]:
        # The kept hash holds within one process only: texts hash differently in the next.
        return type(self), (self.zone, self.week, self.closed_on)


# Every search walks over UTC days, so each is worked out once. Room for some forty calendars over a year;
# an entry takes a few hundred bytes.
@lru_cache(maxsize=16_384)
def spans_of_day(calendar: Calendar, day: int) -> tuple[Span, ...]:
    """Work out the open time of a UTC day (an ordinal), in order."""
    spans: list[Span] = []
    for stretch in stretches(calendar.zone, day):
        begin, end, offset = stretch
        # Where clocks go back over midnight two dates take turns, so each stretch asks for its own.
        for local in range((begin + offset).toordinal(), (end - TICK + offset).toordinal() + 1):
            spans += _opened(calendar, local, stretch)
    return tuple(spans)


@lru_cache(maxsize=4_096)
def spans_of_date(calendar: Calendar, day: int) -> tuple[Span, ...]:
    """Work out the open time of a local date (an ordinal), in order."""
    around = stretches_around(calendar.zone, day)
    return tuple(span for stretch in around for span in _opened(calendar, day, stretch))


def _opened(calendar: Calendar, local: int, stretch: Stretch) -> Iterator[Span]:
    """Yield the part of a local date's intervals that falls in a stretch."""
    day = date.fromordinal(local)
    if day in calendar.closed_on:
        return
    begin, end, offset = stretch
    midnight = datetime.combine(day, MIDNIGHT) - offset
    for interval in calendar.week[day.weekday()]:
        opens = max(begin, midnight + timedelta(minutes=interval.start_minute))
        closes = min(end, midnight + timedelta(minutes=interval.end_minute))
        if opens < closes:
            yield opens, closes

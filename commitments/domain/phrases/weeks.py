"""The working days and hours by which “end of day”, “first thing” and “in two working days” are told."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Self

from commitments.domain.business_time import Calendar, OpenInterval

_NINE_TO_FIVE = (OpenInterval(start_minute=9 * 60, end_minute=17 * 60),)


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days of opening hours (Monday first), and the dates closed; no zone: hours are wall times."""

    days: tuple[tuple[OpenInterval, ...], ...]
    closed_on: frozenset[date] = frozenset()

    @classmethod
    def of(cls, calendar: Calendar) -> Self:
        """Give the week of a team's calendar."""
        return cls(days=calendar.week, closed_on=calendar.closed_on)

    def is_open(self, day: date) -> bool:
        """Tell whether there are hours on a date."""
        return day not in self.closed_on and bool(self.days[day.weekday()])

    def opening(self, day: date) -> datetime | None:
        """Give when a date's hours begin, as a naive wall time; None on a closed day."""
        return self._wall(day, self.days[day.weekday()][0].start_minute) if self.is_open(day) else None

    def closing(self, day: date) -> datetime | None:
        """Give when a date's hours end, as a naive wall time (24:00 is midnight of the next date); None if closed."""
        return self._wall(day, self.days[day.weekday()][-1].end_minute) if self.is_open(day) else None

    def calendar(self, zone: str) -> Calendar:
        """Give the calendar that these hours make in a zone."""
        return Calendar(zone=zone, week=self.days, closed_on=self.closed_on)

    @staticmethod
    def _wall(day: date, minute: int) -> datetime:
        return datetime.combine(day, time.min) + timedelta(minutes=minute)


STANDARD = Week(days=(_NINE_TO_FIVE,) * 5 + ((), ()))
"""Monday to Friday, 09:00 to 17:00."""

"""Business time the slow and plain way: every minute of a few weeks, one after the other.

Shares nothing with the product but the shape of a calendar. Each UTC minute is turned into local wall time
by `zoneinfo` and found open or closed by the one sentence that defines it; every answer is a walk over that
list. Holds for zones whose offset is whole minutes (all of them today).
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from commitments.domain.business_time import Calendar

MINUTE = timedelta(minutes=1)


class OutsideModel(Exception):
    """The answer lies outside the weeks that were listed."""


@lru_cache(maxsize=2)
def minutes_of(zone: str, first: datetime, days: int) -> tuple[list[datetime], list[datetime]]:
    """List the starts of the UTC minutes of some days, one more at the end, and the naive local time at each."""
    local = ZoneInfo(zone)
    starts = [first + n * MINUTE for n in range(days * 24 * 60 + 1)]
    return starts, [start.astimezone(local).replace(tzinfo=None, fold=0) for start in starts[:-1]]


class MinuteModel:
    def __init__(self, calendar: Calendar, *, around: datetime, days_each_way: int) -> None:
        self.calendar = calendar
        midnight = around.replace(hour=0, minute=0, second=0, microsecond=0)
        self.first = midnight - timedelta(days=days_each_way)
        self.starts, self.walls = minutes_of(calendar.zone, self.first, 2 * days_each_way)
        self.open = [self._lies_open(wall) for wall in self.walls]
        self.open_dates = {wall.date() for wall, is_open in zip(self.walls, self.open, strict=True) if is_open}
        # The list may begin and end in the middle of a local date.
        self.known_dates = sorted({wall.date() for wall in self.walls} - {self.walls[0].date(), self.walls[-1].date()})

    def _lies_open(self, wall: datetime) -> bool:
        if wall.date() in self.calendar.closed_on:
            return False
        minute = wall.hour * 60 + wall.minute
        return any(
            interval.start_minute <= minute < interval.end_minute for interval in self.calendar.week[wall.weekday()]
        )

    def _index(self, instant: datetime) -> int:
        index = (instant - self.first) // MINUTE
        if not 0 <= index < len(self.walls):
            raise OutsideModel
        return index

    def _slots(self, start: datetime) -> Iterator[tuple[datetime, datetime, bool]]:
        """Walk forward: (from, to, open) of the rest of this minute and of each one after it."""
        for index in range(self._index(start), len(self.walls)):
            yield max(start, self.starts[index]), self.starts[index + 1], self.open[index]
        raise OutsideModel

    def _slots_back(self, end: datetime) -> Iterator[tuple[datetime, datetime, bool]]:
        """Walk back: the part of this minute that has passed, and each one before it."""
        for index in range(self._index(end), -1, -1):
            yield self.starts[index], min(end, self.starts[index + 1]), self.open[index]
        raise OutsideModel

    def is_open(self, instant: datetime) -> bool:
        return self.open[self._index(instant)]

    def is_working_instant(self, instant: datetime) -> bool:
        index = self._index(instant)
        return self.open[index] or (instant == self.starts[index] and self.open[index - 1])

    def next_open(self, instant: datetime) -> datetime:
        for since, _, is_open in self._slots(instant):
            if is_open:
                return since
        raise OutsideModel

    def previous_open_end(self, instant: datetime) -> datetime:
        for since, until, is_open in self._slots_back(instant):
            if is_open and since < until:
                return until
        raise OutsideModel

    def open_time_between(self, start: datetime, end: datetime) -> timedelta:
        self._index(end)
        total = timedelta()
        for since, until, is_open in self._slots(start):
            if since >= end:
                break
            if is_open:
                total += min(until, end) - since
        return total

    def add_open_time(self, start: datetime, amount: timedelta) -> datetime:
        if not amount:
            return start
        for since, until, is_open in self._slots(start):
            if is_open:
                if amount <= until - since:
                    return since + amount
                amount -= until - since
        raise OutsideModel

    def subtract_open_time(self, end: datetime, amount: timedelta) -> datetime:
        if not amount:
            return end
        for since, until, is_open in self._slots_back(end):
            if is_open:
                if amount <= until - since:
                    return until - amount
                amount -= until - since
        raise OutsideModel

    def add_business_days(self, start: datetime, days: int) -> datetime:
        if not days:
            return start
        at = self._same_wall_time(start, days)[0]
        return at if self.is_working_instant(at) else self.next_open(at)

    def subtract_business_days(self, end: datetime, days: int) -> datetime:
        if not days:
            return end
        at = self._same_wall_time(end, -days)[-1]
        return at if self.is_working_instant(at) else self.previous_open_end(at)

    def _same_wall_time(self, instant: datetime, days: int) -> list[datetime]:
        local = self.walls[self._index(instant)]
        within_minute = instant - self.starts[self._index(instant)]
        if days > 0:
            dates = [day for day in self.known_dates if day > local.date() and day in self.open_dates]
        else:
            dates = [day for day in self.known_dates if day < local.date() and day in self.open_dates][::-1]
        if len(dates) < abs(days):
            raise OutsideModel
        wall = datetime.combine(dates[abs(days) - 1], local.time())
        return [at + within_minute for at in self.occurrences(wall)] or [self.jump_over(wall)]

    def occurrences(self, wall: datetime) -> list[datetime]:
        """Find every minute at which the clocks show this wall time."""
        return [self.starts[index] for index, other in enumerate(self.walls) if other == wall]

    def jump_over(self, wall: datetime) -> datetime:
        """Find the minute at which the clocks jump over this wall time."""
        for index in range(1, len(self.walls)):
            if self.walls[index - 1] < wall < self.walls[index]:
                return self.starts[index]
        raise OutsideModel

    def end_of_day(self, day: date) -> datetime | None:
        """Find the end of a date's last open minute; None when it has none."""
        if not self.known_dates[0] <= day <= self.known_dates[-1]:
            raise OutsideModel
        ends = [
            self.starts[index + 1] for index, wall in enumerate(self.walls) if wall.date() == day and self.open[index]
        ]
        return ends[-1] if ends else None

    def open_spans(self, start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
        self._index(end)
        spans: list[tuple[datetime, datetime]] = []
        for since, until, is_open in self._slots(start):
            if since >= end:
                break
            if is_open:
                joined = spans and spans[-1][1] == since
                spans = [*spans[:-1], (spans[-1][0], min(until, end))] if joined else [*spans, (since, min(until, end))]
        return spans

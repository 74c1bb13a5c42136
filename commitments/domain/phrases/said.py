"""What single words of a line may say: a day, a time of day, a moment. Nothing is put together here."""

import enum
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from commitments.domain.phrases.answers import Choice
from commitments.domain.phrases.weeks import Week

ONE_DAY = timedelta(days=1)
HOUR = 3600
"""In seconds since midnight, as times of day are told."""
NEXT_YEAR_AFTER = timedelta(days=275)
"""A date without a year that would lie further ahead may as well be one that has just passed: it is asked back."""
YEARS_AS_WORDS = 2
"""Years further ahead are read in 2030-11-25 alone: after “25 Nov” such a number may as well be half past eight."""
FURTHEST = timedelta(days=3660)


@dataclass(frozen=True)
class Here:
    """When and where the line is said, and by which hours."""

    now: datetime
    zone: ZoneInfo
    week: Week
    month_first: bool

    @cached_property
    def local(self) -> datetime:
        """The present wall time, naive."""
        return self.now.astimezone(self.zone).replace(tzinfo=None)

    @property
    def today(self) -> date:
        """The present date."""
        return self.local.date()

    def instants(self, wall: datetime) -> list[datetime]:
        """Give the instants at which the zone's clocks show a naive wall time: none, one or two, aware in the zone."""
        found: list[datetime] = []
        for fold in (0, 1):
            at = wall.replace(tzinfo=self.zone, fold=fold)
            back = at.astimezone(UTC).astimezone(self.zone)
            if back.replace(tzinfo=None, fold=0) == wall and back.fold == fold:
                found.append(at)
        return found

    def around_gap(self, wall: datetime) -> list[datetime]:
        """Give the wall times an hour (or what the clocks skip) before and after one that they skip."""
        either = (wall.replace(tzinfo=self.zone, fold=fold).astimezone(UTC).astimezone(self.zone) for fold in (1, 0))
        return [at.replace(tzinfo=None, fold=0) for at in either]

    def is_ahead(self, at: datetime) -> bool:
        """Tell whether an aware instant is still to come."""
        return at.astimezone(UTC) > self.now

    def open_days(self, after: date) -> Iterator[date]:
        """Yield the open dates after one, for two years."""
        for days in range(1, 732):
            if self.week.is_open(after + timedelta(days=days)):
                yield after + timedelta(days=days)

    def choice(self, on: date, at: datetime | None = None) -> Choice:
        """Make a choice of a day or an instant; its phrase is read as just that."""
        year = f" {on.year}" if on - self.today >= NEXT_YEAR_AFTER else ""
        phrase = f"{on:%a} {on.day} {on:%b}{year}"
        if on.year > self.today.year + YEARS_AS_WORDS:
            phrase = on.isoformat()
        if at is None:
            return Choice(phrase, on)
        clock = f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"
        twice = ""
        if len(self.instants(at.replace(tzinfo=None, fold=0))) > 1:
            twice = " the second time" if at.fold else " the first time"
        return Choice(f"{phrase} {clock}{twice}", on, at)

    def choices_at(self, wall: datetime) -> list[Choice]:
        """Give the choices that a naive wall time stands for, those that are past left out."""
        return [self.choice(at.date(), at) for at in self.instants(wall) if self.is_ahead(at)]


class Part(enum.Enum):
    """A part of the day: it stands for a time, or tells which three o'clock is meant. From and until, in minutes."""

    MORNING = (0, 720)
    AFTERNOON = (720, 1080)
    EVENING = (1020, 1440)
    NIGHT = (1080, 1440)


class Edge(enum.Enum):
    """An end of the working hours of a day."""

    OPENING = "opening"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True)
class Day:
    """A day: every date that may be meant. Where there is not exactly one, `why` says so.

    `weekday` is set where any date of that weekday agrees with it, as in “Friday 27 November”.
    """

    dates: tuple[date, ...]
    why: str = ""
    weekday: int | None = None
    choices: tuple[date, ...] = ()
    """Dates to offer where none that was said can be."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day: every one that may be meant, in seconds since midnight (24:00 is the end of the day)."""

    seconds: tuple[int, ...]
    why: str = ""
    which: int | None = None
    """0 or 1 for the first or second time that clocks show it on that day."""
    is_soft: bool = False
    """Whether it is no exact time (lunchtime): passed today, it does not mean tomorrow's."""
    choices: tuple[int, ...] = ()
    """Times to offer where none that was said can be."""


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant, aware, in the zone."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Asked:
    """Words that have to be asked back. `is_soft`: they give way to a clear time elsewhere in the line (“asap”)."""

    why: str
    choices: tuple[Choice, ...] = ()
    is_soft: bool = False
    joins: bool = False
    """Whether they change a time that stands beside them all the same."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """Words that tell of a time and not of when something is due: “24/7”, “since Monday”."""


Piece = Day | Clock | Part | Edge | Moment | Asked | Nothing

Found = tuple[tuple[Piece, ...], int]
"""What is said, and the place after it."""


@dataclass(frozen=True, slots=True)
class Item:
    """What a run of tokens says, `first` up to `last` (exclusive)."""

    pieces: tuple[Piece, ...]
    first: int
    last: int
    is_bare: bool = field(default=False)
    """Whether it is a time only in company or after “at”: a lone number, “morning”."""


def wall_on(day: date, seconds: int) -> datetime:
    """Give the naive wall time of a date."""
    return datetime.combine(day, time.min) + timedelta(seconds=seconds)

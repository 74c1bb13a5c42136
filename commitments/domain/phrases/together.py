"""Putting together what neighbouring words say: a day and a time of day make a due time, or have to be asked back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from commitments.domain.phrases.answers import Choice
from commitments.domain.phrases.days import weekday_after
from commitments.domain.phrases.said import (
    HOUR,
    ONE_DAY,
    Asked,
    Clock,
    Day,
    Edge,
    Here,
    Moment,
    Nothing,
    Part,
    Piece,
    wall_on,
)
from commitments.domain.phrases.times import HALF_A_DAY, clock_words

CHOICES_AT_MOST = 6
_AFTERNOON, _NIGHT = 15 * HOUR, 20 * HOUR
_EVENINGS = (18 * HOUR, 20 * HOUR)
_USUAL_HOURS = range(7, 21)
"""Hours at which people are called without saying am or pm."""
_USUAL_OPENINGS = range(5, 12)
"""Hours at which a morning may begin."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What some words say: every due time that they may mean. It is clear where that is one, and `why` is empty."""

    options: tuple[Choice, ...] = ()
    why: str = ""
    is_soft: bool = False
    """Whether it gives way to a clear time elsewhere in the line."""
    pieces: tuple[Piece, ...] = ()

    @property
    def is_clear(self) -> bool:
        """Whether it is one due time."""
        return len(self.options) == 1 and not self.why

    @property
    def is_nothing(self) -> bool:
        """Whether no due time is meant at all."""
        return not self.options and not self.why

    @property
    def has_day(self) -> bool:
        """Whether a day is said."""
        return any(isinstance(piece, Day | Moment) for piece in self.pieces)

    @property
    def has_clock(self) -> bool:
        """Whether a time of day is said."""
        return any(isinstance(piece, Clock | Part | Edge | Moment) for piece in self.pieces)


def put_together(pieces: Sequence[Piece], here: Here) -> Heard:
    """Work out what neighbouring pieces mean in company."""
    heard = _put_together([piece for piece in pieces if not isinstance(piece, Nothing)], here)
    return replace(heard, pieces=tuple(pieces), options=_distinct(heard.options, here))


def _put_together(pieces: Sequence[Piece], here: Here) -> Heard:
    asked = [piece for piece in pieces if isinstance(piece, Asked)]
    rest = [piece for piece in pieces if not isinstance(piece, Asked)]
    hard = [piece for piece in asked if not piece.is_soft or (rest and piece.joins)]
    if asked and (hard or not rest):
        first = (hard or asked)[0]
        return Heard(first.choices, first.why, is_soft=not hard)
    moments = [piece for piece in rest if isinstance(piece, Moment)]
    if moments:
        return _moment(moments, rest, here)
    days = [piece for piece in rest if isinstance(piece, Day)]
    clocks = [piece for piece in rest if isinstance(piece, Clock)]
    parts = [piece for piece in rest if isinstance(piece, Part)]
    edges = [piece for piece in rest if isinstance(piece, Edge)]
    if not days and not clocks and not edges and not parts:
        return Heard()
    day = _one_day(days, here) if days else None
    if len(set(parts)) > 1 or len(set(edges)) > 1 or (edges and clocks):
        return Heard(why="Two times are said: which one is it?")
    if clocks:
        return _on_days(day, _one_clock(clocks, parts), here)
    if edges:
        return _edge(day, edges[0], parts, here)
    if parts:
        return _part(day, parts[0], here)
    return _day_alone(_one_day(days, here), here)


def _moment(moments: Sequence[Moment], rest: Sequence[Piece], here: Here) -> Heard:
    options = tuple(here.choice(piece.at.date(), piece.at) for piece in moments if here.is_ahead(piece.at))
    days = [piece for piece in rest if isinstance(piece, Day)]
    if len(moments) == 1 and len(rest) == 1:
        return Heard(options) if options else Heard(why="That is past: say when it is due.", is_soft=True)
    others = tuple(here.choice(on) for day in days for on in day.dates if on >= here.today)
    return Heard(options + others, "Two times are said: which one is it?")


def _one_day(days: Sequence[Day], here: Here) -> Day:
    """Make one day of several that are said of it: Friday 20 November, tomorrow (Thursday)."""
    day = days[0]
    for other in days[1:]:
        day = _agreed(day, other, here)
    return day


def _agreed(one: Day, other: Day, here: Here) -> Day:
    if one.weekday is not None and other.weekday is None:
        one, other = other, one
    if other.weekday is not None and one.weekday is None:
        fitting = tuple(on for on in one.dates if on.weekday() == other.weekday)
        if fitting or not one.dates:
            return replace(one, dates=fitting, why=one.why if len(fitting) != 1 else "")
        said = one.dates[0]
        back, ahead = (
            said - (said - weekday_after(said - 7 * ONE_DAY, other.weekday)),
            weekday_after(said, other.weekday),
        )
        near = back if (said - back) < (ahead - said) else ahead
        why = f"{said.day} {said:%B} is a {said:%A}: which day is it?"
        return Day((), why, choices=tuple(on for on in (said, near) if on >= here.today))
    fitting = tuple(on for on in one.dates if on in other.dates)
    if fitting:
        return Day(fitting, one.why or other.why if len(fitting) > 1 else "", weekday=one.weekday)
    choices = (*one.dates, *one.choices, *other.dates, *other.choices)
    return Day((), one.why or other.why or "Two days are said: which one is it?", choices=choices)


def _one_clock(clocks: Sequence[Clock], parts: Sequence[Part]) -> Clock:
    """Make one time of day of several that are said of it: “3 in the afternoon”, “3pm (15:00)”."""
    clock = clocks[0]
    for other in clocks[1:]:
        if not clock.seconds or not other.seconds:
            return clock if not clock.seconds else other
        fitting = tuple(one for one in clock.seconds if one in other.seconds)
        both = (*clock.seconds, *other.seconds)
        clock = Clock(fitting) if len(fitting) == 1 else Clock((), "Two times are said: which one is it?", choices=both)
    if not parts or not clock.seconds:
        return clock
    from_minute, until_minute = parts[0].value
    fitting = tuple(one for one in clock.seconds if from_minute * 60 <= one < until_minute * 60)
    if clock.seconds == (24 * HOUR,) and parts[0] is Part.NIGHT:
        return clock
    if len(fitting) == 1:
        return Clock(fitting, which=clock.which)
    word = parts[0].name.lower()
    return Clock((), clock.why or f"{clock_words(clock.seconds[0])} is not in the {word}.", choices=clock.seconds)


def _walls(day: date, clock: Clock, seconds: int, here: Here) -> Iterator[Choice]:
    choices = here.choices_at(wall_on(day, seconds))
    for choice in choices:
        if clock.which is None or (choice.at is not None and choice.at.fold == clock.which):
            yield choice


def _on_days(day: Day | None, clock: Clock, here: Here) -> Heard:
    if day is None:
        return _at_next(clock, here)
    if not day.dates and day.why:
        days, seconds = day.choices, clock.seconds or clock.choices
        options = tuple(choice for on in days for second in seconds for choice in _walls(on, clock, second, here))
        return Heard(options, day.why)
    seconds = clock.seconds or clock.choices
    options = tuple(choice for on in day.dates for second in seconds for choice in _walls(on, clock, second, here))
    if not clock.seconds:
        return Heard(options, clock.why)
    if options:
        if len(options) == 1 and not _is_unusual(options[0], clock):
            return Heard(options)
        return Heard(options, (day.why if len(day.dates) > 1 else "") or clock.why or _repeated(options))
    return _impossible(day.dates, clock, here)


def _is_unusual(option: Choice, clock: Clock) -> bool:
    """Tell whether the one time left of two is so late that whoever said it rather made a slip: “at 9 today”."""
    return len(clock.seconds) > 1 and bool(clock.why) and option.at is not None and option.at.hour not in _USUAL_HOURS


def _repeated(options: Sequence[Choice]) -> str:
    at = options[0].at
    clock = f"{at:%H:%M}" if at is not None else ""
    return f"The clocks go back and show {clock} twice that day: which one?"


def _impossible(days: Sequence[date], clock: Clock, here: Here) -> Heard:
    """Say why no time that was said can be: the clocks skip it, or it is past."""
    for on in days:
        for seconds in clock.seconds:
            wall = wall_on(on, seconds)
            if not here.instants(wall):
                walls = here.around_gap(wall)
                options = tuple(choice for near in walls for choice in here.choices_at(near))
                if options:
                    why = f"{clock_words(seconds)} does not exist on {on.day} {on:%B}: the clocks skip it."
                    return Heard(options, why)
    if days and max(days) < here.today:
        return Heard(why="That is past: say when it is due.", is_soft=True)
    tomorrow = here.today + ONE_DAY
    options = tuple(choice for seconds in clock.seconds for choice in _walls(tomorrow, clock, seconds, here))
    return Heard(options, "That is past: say when it is due.", is_soft=True)


def _at_next(clock: Clock, here: Here) -> Heard:
    """Read a time of day without a day: the next time that clocks show it."""
    options: list[Choice] = []
    if clock.seconds == (0, 24 * HOUR):
        # Of the two midnights, the one at which today began is past: tonight's and tomorrow's are left.
        nights = (here.today + ONE_DAY, here.today + 2 * ONE_DAY)
        return Heard(tuple(choice for night in nights for choice in _walls(night, clock, 0, here)), clock.why)
    for seconds in clock.seconds or clock.choices:
        if not here.instants(wall_on(here.today, seconds)) and wall_on(here.today, seconds) > here.local:
            return _impossible((here.today,), Clock((seconds,)), here)
        today = tuple(_walls(here.today, clock, seconds, here))
        if clock.is_soft and not today:
            tomorrow = tuple(_walls(here.today + ONE_DAY, clock, seconds, here))
            return Heard(tomorrow, "That has passed today: say when.", is_soft=True)
        ahead = today or tuple(_walls(here.today + ONE_DAY, clock, seconds, here))
        if not ahead and clock.which is None:
            return _impossible((here.today + ONE_DAY,), Clock((seconds,)), here)
        options += ahead
    options.sort(key=lambda choice: choice.at.timestamp() if choice.at else 0)
    kept = _distinct(options, here)
    if clock.seconds and len(kept) == 1:
        return Heard(kept)
    return Heard(kept, clock.why or (_repeated(kept) if kept else "That is past: say when it is due."))


def _day_alone(day: Day, here: Here) -> Heard:
    ahead = tuple(on for on in day.dates if on >= here.today)
    if not ahead:
        if day.dates:
            return Heard(why="That is past: say when it is due.", is_soft=True)
        return Heard(tuple(here.choice(on) for on in day.choices if on >= here.today), day.why)
    if len(ahead) > 1:
        return Heard(tuple(here.choice(on) for on in ahead), day.why)
    if is_over(ahead[0], here):
        following = next(here.open_days(here.today), None)
        options = (here.choice(following),) if following else ()
        return Heard(options, "Today’s working hours are over: say a time, or another day.")
    return Heard((here.choice(ahead[0]),))


def is_over(day: date, here: Here) -> bool:
    """Tell whether a date's working hours have ended, or it is past."""
    if day != here.today:
        return day < here.today
    closing = here.week.closing(day)
    return closing is not None and not any(here.is_ahead(at) for at in here.instants(closing))


def _part(day: Day | None, part: Part, here: Here) -> Heard:
    """Read a part of the day that stands for a time: the opening hour, 15:00, 20:00."""
    if part is Part.MORNING:
        return _edge(day, Edge.OPENING, (part,), here)
    if part is Part.EVENING:
        clock = Clock(_EVENINGS, "An evening is long: say the hour.")
    else:
        clock = Clock((_AFTERNOON if part is Part.AFTERNOON else _NIGHT,), is_soft=True)
    if day is not None:
        return _on_days(day, clock, here)
    return _on_days(Day((here.today, here.today + ONE_DAY), "Today, or tomorrow?"), clock, here)


def _edge(day: Day | None, edge: Edge, parts: Sequence[Part], here: Here) -> Heard:
    """Read the opening or closing hour of a day."""
    if any(part is not Part.MORNING for part in parts) or (parts and edge is Edge.CLOSING):
        return Heard(why="Two times are said: which one is it?")
    if day is None:
        return _next_edge(edge, here)
    if day.why and not day.dates:
        options = [choice for on in day.choices for choice in _edge_of(on, edge, here).options]
        return Heard(tuple(options), day.why)
    every = [_edge_of(on, edge, here) for on in day.dates]
    options = [choice for heard in every for choice in heard.options]
    clear = [choice for heard in every if not heard.why for choice in heard.options]
    if len(clear) == 1 and len(day.dates) > 1:
        return Heard(tuple(clear))
    if len(every) == 1:
        return every[0]
    return Heard(tuple(options), day.why or "Which day?")


def _next_edge(edge: Edge, here: Here) -> Heard:
    today, tomorrow = here.today, here.today + ONE_DAY
    if edge is Edge.CLOSING:
        return _edge_of(today, edge, here)
    now = _edge_of(today, edge, here)
    after = _edge_of(tomorrow, edge, here)
    if now.is_clear:
        return Heard((*now.options, *after.options), "Today, or tomorrow?")
    return after


def _edge_of(on: date, edge: Edge, here: Here) -> Heard:
    """Give the opening or closing hour of one date."""
    wall = here.week.opening(on) if edge is Edge.OPENING else here.week.closing(on)
    if wall is None:
        return Heard(_near_edges(on, edge, here), f"{on:%A} {on.day} {on:%B} is closed: say a time, or another day.")
    if edge is Edge.OPENING and wall.hour not in _USUAL_OPENINGS:
        nine = tuple(here.choices_at(wall_on(on, 9 * HOUR)))
        return Heard(nine, f"Work begins at {wall:%H:%M} that day: say the time.")
    if wall.date() > on:
        # Open until midnight: only the day is meant.
        return Heard((here.choice(on),)) if on >= here.today else Heard(why="That is past.", is_soft=True)
    return _on_days(Day((on,)), Clock((int((wall - wall_on(on, 0)) / timedelta(seconds=1)),)), here)


def _near_edges(on: date, edge: Edge, here: Here) -> tuple[Choice, ...]:
    """Offer the same hour of the open days before and after a closed one."""
    before = next((day for day in (on - timedelta(days=n) for n in range(1, 8)) if here.week.is_open(day)), None)
    after = next(here.open_days(on), None)
    found: list[Choice] = []
    for day in (before, after):
        if day is not None and day >= here.today:
            heard = _edge_of(day, edge, here)
            found += heard.options if not heard.why else ()
    return tuple(found)


def _distinct(options: Sequence[Choice], here: Here) -> tuple[Choice, ...]:
    """Keep each choice once, and leave out a day that is over."""
    kept: dict[str, Choice] = {}
    for choice in options:
        if choice.at is not None or not is_over(choice.on, here):
            kept.setdefault(choice.phrase, choice)
    return tuple(kept.values())[:CHOICES_AT_MOST]


def halves(hour: int) -> tuple[int, ...]:
    """Give the times that an hour may stand for, the likelier first."""
    if hour > 12:
        return (hour % 24 * HOUR,)
    first = hour % 12 * HOUR
    return (first + HALF_A_DAY, first) if first < 7 * HOUR else (first, first + HALF_A_DAY)

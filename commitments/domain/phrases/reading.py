"""Reading one due time said anywhere in a line of English."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from commitments.domain.phrases.answers import Choice, Due, Span, Unclear
from commitments.domain.phrases.dates import day_of
from commitments.domain.phrases.items import items_of
from commitments.domain.phrases.said import Asked, Clock, Day, Here, Item, Nothing, Part, Piece
from commitments.domain.phrases.surroundings import (
    Manner,
    before,
    company,
    is_about_a_thing,
    is_close,
    joint,
    stray_number,
    tells_of,
)
from commitments.domain.phrases.together import CHOICES_AT_MOST, Heard, is_over, put_together
from commitments.domain.phrases.tokens import Token, cut
from commitments.domain.phrases.weeks import STANDARD, Week
from commitments.domain.phrases.words import GLUED_UNITS, NUMBERS

LONGEST_LINE = 2_000
"""Beyond so many characters nothing is read: it is no line, and a promise is made in fewer."""
_TWO = "Two times are said: which one is it?"


def read_due(
    text: str, *, now: datetime, zone: ZoneInfo, week: Week = STANDARD, month_first: bool = False
) -> Due | Unclear | None:
    """Read the due time that a line says; None where it says none.

    What is not clear is never guessed. `now` is any aware instant; a due time is always later. Numbers such as
    3/12 are read day first unless `month_first`.
    """
    here = Here(now=now.astimezone(UTC), zone=zone, week=week, month_first=month_first)
    tokens = cut(text[:LONGEST_LINE], units=GLUED_UNITS)
    said = [place for group in _groups(items_of(tokens, here), tokens) if (place := _hear(group, tokens, here))]
    if any(not place.heard.is_soft for place in said):
        said = [place for place in said if not place.heard.is_soft]
    if not said:
        return None
    return _answer(said, here)


@dataclass(frozen=True, slots=True)
class _Place:
    """What the words at one place of the line say."""

    span: Span
    heard: Heard


def _answer(said: Sequence[_Place], here: Here) -> Due | Unclear:
    first, *others = said
    if not others:
        if first.heard.is_clear:
            option = first.heard.options[0]
            return Due(first.span, option.on, option.at)
        return Unclear(first.span, first.heard.why, first.heard.options)
    choices = [*_combined(said, here), *(choice for place in said for choice in place.heard.options)]
    distinct = tuple({choice.phrase: choice for choice in choices}.values())[:CHOICES_AT_MOST]
    return Unclear(first.span, _TWO, distinct, tuple(_apart(said)))


def _apart(said: Sequence[_Place]) -> Iterator[Span]:
    """Yield the further places; where two share a word, it belongs to the first."""
    reached = said[0].span[1]
    for place in said[1:]:
        start, end = max(place.span[0], reached), place.span[1]
        if start < end:
            yield start, end
            reached = end


def _combined(said: Sequence[_Place], here: Here) -> tuple[Choice, ...]:
    """Offer the day from one place at the time from another."""
    days = [place.heard for place in said if place.heard.has_day and not place.heard.has_clock]
    clocks = [place.heard for place in said if place.heard.has_clock and not place.heard.has_day]
    if len(days) != 1 or len(clocks) != 1:
        return ()
    return put_together([*days[0].pieces, *clocks[0].pieces], here).options


def _groups(items: Sequence[Item], tokens: Sequence[Token]) -> list[list[Item]]:
    """Gather the items that stand together, with nothing but small words between them; leave out what tells of things.

    “Tomorrow 3pm about the Friday delivery”: first the runs that hang together closely are looked at, each by itself.
    """
    runs: list[list[Item]] = []
    for item in items:
        if all(isinstance(piece, Nothing) for piece in item.pieces):
            continue
        if runs and is_close(tokens, runs[-1][-1].last, item.first):
            runs[-1].append(item)
        else:
            runs.append([item])
    groups: list[list[Item]] = []
    for run in runs:
        if is_about_a_thing(tokens, run) or tells_of(tokens, run):
            continue
        between = joint(tokens, groups[-1][-1].last, run[0].first) if groups else None
        if between is None or (between is Manner.ABOUT and not _is_hour_of(groups[-1], run)):
            groups.append(run)
        else:
            groups[-1] += run
    return groups


def _is_hour_of(group: Sequence[Item], run: Sequence[Item]) -> bool:
    """Tell whether a run is the hour of a group that says only a day: “tomorrow about 3pm”."""
    days = all(isinstance(piece, Day) for item in group for piece in item.pieces)
    return days and isinstance(run[0].pieces[0], Clock)


def _hear(group: Sequence[Item], tokens: Sequence[Token], here: Here) -> _Place | None:
    """Work out what one group says; None for words that say no due time."""
    if all(item.is_bare for item in group) and not _is_said(group, tokens):
        return None
    first, manner = before(tokens, group[0].first)
    last, tail = company(tokens, group[-1].last, here)
    span = tokens[first].start, tokens[last - 1].end
    segments, inner = _segments(group, tokens)
    heard = _hear_segments(segments, here)
    if heard.is_nothing:
        return None
    if tail is Manner.ELSEWHERE:
        tail, heard = _elsewhere(tokens[last - 1], heard, here)
    manners = {manner, tail, inner} - {Manner.PLAIN}
    if not all(isinstance(piece, Day) for segment in segments for piece in segment):
        manners -= {Manner.BEFORE}
    stray = stray_number(tokens, first, last, group)
    if stray is not None and not manners:
        span = min(span[0], stray.start), max(span[1], stray.end)
        choices = _at_stray(segments, stray, here) or heard.options
        return _Place(span, Heard(choices, f"Is “{stray.raw}” part of the time? Say it with am, pm or a colon."))
    if not manners or (heard.why and not heard.is_soft):
        return _Place(span, heard)
    why = sorted(manners, key=lambda one: one.name)[0].value
    # What is told by another place’s clocks, or counted from another day, offers nothing.
    options = heard.options if inner is not Manner.ELSEWHERE and manner is not Manner.COUNTED else ()
    if Manner.BEFORE in manners:
        options = (*_day_before(heard, here), *options)
    return _Place(span, replace(heard, options=options, why=why, is_soft=False))


def _elsewhere(zone: Token, heard: Heard, here: Here) -> tuple[Manner, Heard]:
    """Judge a time by the name of a zone: it is this one's, UTC, or has to be asked back."""
    ats = [option.at for option in heard.options]
    if heard.is_clear and ats[0] is not None:
        if ats[0].tzname() == zone.raw.upper():
            return Manner.PLAIN, heard
        if zone.text in {"utc", "gmt", "z", "zulu"}:
            told = ats[0].replace(tzinfo=UTC, fold=0).astimezone(here.zone)
            options = (here.choice(told.date(), told),) if here.is_ahead(told) else ()
            return Manner.ELSEWHERE, replace(heard, options=options)
    # What stands in brackets may be no place at all.
    return Manner.ELSEWHERE, heard if zone.text == ")" else replace(heard, options=())


def _day_before(heard: Heard, here: Here) -> tuple[Choice, ...]:
    days = [here.choice(choice.on.fromordinal(choice.on.toordinal() - 1)) for choice in heard.options]
    return tuple(choice for choice in days if not is_over(choice.on, here))


def _at_stray(segments: Sequence[Sequence[Piece]], stray: Token, here: Here) -> tuple[Choice, ...]:
    """Offer what a day and a lone number beside it may mean together."""
    numbers = stray.numbers or (NUMBERS.get(stray.text, 0),)
    if len(segments) > 1 or len(numbers) > 1:
        return ()
    hour, minute = divmod(numbers[0], 100) if len(stray.text) == 4 and stray.numbers else (numbers[0], 0)
    if not 1 <= hour <= 31 or minute > 59:
        return ()
    piece = segments[0][0]
    on = put_together([piece, day_of(hour, here, months=None)], here) if _is_weekday(segments[0]) else Heard()
    dated = on.options if on.is_clear else ()
    seconds = (hour * 60 + minute) * 60
    both = (
        (seconds % 43200, seconds % 43200 + 43200) if hour <= 12 and not minute and len(stray.text) != 4 else (seconds,)
    )
    timed = put_together([*segments[0], Clock((), "?", choices=both)], here).options if hour < 24 else ()
    return *dated, *timed


def _is_weekday(pieces: Sequence[Piece]) -> bool:
    """Tell whether nothing but a weekday is said."""
    return len(pieces) == 1 and isinstance(pieces[0], Day) and pieces[0].weekday is not None


def _is_said(group: Sequence[Item], tokens: Sequence[Token]) -> bool:
    """Tell whether a lone part of the day is said as a time: “in the morning”."""
    return any(tokens[item.first].text in {"in", "during"} for item in group)


def _segments(group: Sequence[Item], tokens: Sequence[Token]) -> tuple[list[list[Piece]], Manner]:
    """Cut a group where “or”, “and”, “to” part what is said, and find small words that change its meaning."""
    segments: list[list[Piece]] = [list(group[0].pieces)]
    manner = Manner.PLAIN
    for one, other in pairwise(group):
        between = joint(tokens, one.last, other.first) or Manner.PLAIN
        same = _kinds(one.pieces) & _kinds(other.pieces)
        if between is Manner.OR or (between is Manner.DASH and same):
            segments.append([])
        elif between not in {Manner.PLAIN, Manner.DASH}:
            manner = between
        if between is Manner.BEFORE and not (_kinds(other.pieces) - {Day}):
            manner = Manner.BEFORE if not same else manner
        segments[-1] += other.pieces
    return segments, manner


def _kinds(pieces: Sequence[Piece]) -> set[type]:
    return {type(piece) for piece in pieces}


def _hear_segments(segments: Sequence[Sequence[Piece]], here: Here) -> Heard:
    if len(segments) == 1:
        return put_together(segments[0], here)
    days = [[piece for piece in segment if isinstance(piece, Day)] for segment in segments]
    clocks = [[piece for piece in segment if isinstance(piece, Clock | Part)] for segment in segments]
    every: list[Heard] = []
    for number, segment in enumerate(segments):
        own = list(segment)
        if not days[number] and not _kinds(own) & {Asked}:
            # “Monday 3pm or 4pm”, “2pm or 4pm tomorrow”: the day stands once.
            lent = next((found for found in (*reversed(days[:number]), *days[number:]) if found), [])
            own = [*lent, *own]
        elif not clocks[number] and number + 1 == len(segments) - 1 and not _kinds(own) & {Asked}:
            # “Monday or Tuesday 3pm”.
            own = [*own, *clocks[number + 1]]
        every.append(put_together(own, here))
    heard = [one for one in every if not one.is_nothing]
    options = tuple({choice.phrase: choice for one in heard for choice in one.options}.values())
    pieces = tuple(piece for segment in segments for piece in segment)
    if len(options) == 1 and all(one.is_clear for one in heard):
        return Heard(options, pieces=pieces)
    return Heard(options[:CHOICES_AT_MOST], _TWO, pieces=pieces)

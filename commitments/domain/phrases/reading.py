"""Reading one due time said anywhere in a line of English."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from commitments.domain.phrases.answers import Choice, Due, Span, Unclear
from commitments.domain.phrases.items import items_of
from commitments.domain.phrases.said import Asked, Clock, Day, Here, Item, Nothing, Part, Piece
from commitments.domain.phrases.surroundings import Manner, before, company, is_about_a_thing, joint, stray_number
from commitments.domain.phrases.together import CHOICES_AT_MOST, Heard, put_together
from commitments.domain.phrases.tokens import Token, cut
from commitments.domain.phrases.weeks import STANDARD, Week
from commitments.domain.phrases.words import GLUED_UNITS

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
    return Unclear(first.span, _TWO, distinct, tuple(place.span for place in others))


def _combined(said: Sequence[_Place], here: Here) -> tuple[Choice, ...]:
    """Offer the day from one place at the time from another."""
    days = [place.heard for place in said if place.heard.has_day and not place.heard.has_clock]
    clocks = [place.heard for place in said if place.heard.has_clock and not place.heard.has_day]
    if len(days) != 1 or len(clocks) != 1:
        return ()
    return put_together([*days[0].pieces, *clocks[0].pieces], here).options


def _groups(items: Sequence[Item], tokens: Sequence[Token]) -> list[list[Item]]:
    """Gather the items that stand together, with nothing but small words between them."""
    groups: list[list[Item]] = []
    for item in items:
        if groups and joint(tokens, groups[-1][-1].last, item.first) is not None:
            groups[-1].append(item)
        else:
            groups.append([item])
    return groups


def _hear(group: Sequence[Item], tokens: Sequence[Token], here: Here) -> _Place | None:
    """Work out what one group says; None for words that say no due time."""
    if all(isinstance(piece, Nothing) for item in group for piece in item.pieces):
        return None
    if all(item.is_bare for item in group) and not _is_said(group, tokens):
        return None
    first, manner = before(tokens, group[0].first)
    last, tail = company(tokens, group[-1].last, here)
    span = tokens[first].start, tokens[last - 1].end
    segments, inner = _segments(group, tokens)
    pieces = [piece for segment in segments for piece in segment]
    if is_about_a_thing(tokens, first, group[0].first, last, pieces):
        return None
    only_days = all(isinstance(piece, Day) for piece in pieces)
    if manner is Manner.TELLING and only_days:
        return None
    heard = _hear_segments(segments, here)
    if heard.is_nothing:
        return None
    manners = {manner, tail, inner} - {Manner.PLAIN}
    if Manner.BEFORE in manners and not only_days:
        manners -= {Manner.BEFORE}
    stray = stray_number(tokens, first, last, group)
    if stray is not None and not manners:
        start, end = min(span[0], stray.start), max(span[1], stray.end)
        choices = _at_stray(segments, stray, here) or heard.options
        return _Place(
            (start, end), Heard(choices, f"Is “{stray.raw}” part of the time? Say it with am, pm or a colon.")
        )
    if manners and not (heard.why and not heard.is_soft):
        why = sorted(manners, key=lambda one: one.name)[0].value
        options = heard.options if len(segments) > 1 or heard.options else ()
        if Manner.BEFORE in manners:
            options = (*_day_before(heard, here), *options)
        return _Place(span, replace(heard, options=options, why=why, is_soft=False))
    return _Place(span, heard)


def _day_before(heard: Heard, here: Here) -> tuple[Choice, ...]:
    days = [here.choice(choice.on.fromordinal(choice.on.toordinal() - 1)) for choice in heard.options]
    return tuple(choice for choice in days if choice.on >= here.today)


def _at_stray(segments: Sequence[Sequence[Piece]], stray: Token, here: Here) -> tuple[Choice, ...]:
    """Offer what a day and a lone number beside it may mean together."""
    if not stray.numbers or len(segments) > 1:
        return ()
    hour, minute = divmod(stray.numbers[0], 100) if len(stray.text) == 4 else (stray.numbers[0], 0)
    if len(stray.numbers) > 1 or not 1 <= hour <= 23 or minute > 59:
        return ()
    seconds = (hour * 60 + minute) * 60
    both = (seconds % 43200, seconds % 43200 + 43200) if hour <= 12 and len(stray.text) < 4 else (seconds,)
    return put_together([*segments[0], Clock((), "?", choices=both)], here).options


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

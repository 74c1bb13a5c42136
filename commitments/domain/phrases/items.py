"""Finding in a line every run of words that says a day, a time, a length, or something that has to be asked back."""

from collections.abc import Sequence

from commitments.domain.phrases.dates import numeric_day
from commitments.domain.phrases.days import day_at
from commitments.domain.phrases.durations import length_at
from commitments.domain.phrases.misspelt import misspelt_at
from commitments.domain.phrases.said import HOUR, Asked, Clock, Day, Found, Here, Item, Nothing, Part, Piece
from commitments.domain.phrases.times import either_half, lone_number, time_at
from commitments.domain.phrases.together import halves
from commitments.domain.phrases.tokens import Shape, Token
from commitments.domain.phrases.vague import vague_at
from commitments.domain.phrases.words import AT, number, set_of, shape, text, word

LABELS = set_of(
    "invoice invoices inv ticket tickets order orders case cases ref reference refs no nr nos number numbers flight "
    "room rooms floor line lines item model version ver v sku part page pages step level tier row seat gate platform "
    "bus train extension ext option unit build release error code sr po id account contract claim tracking parcel "
    "channel chapter section phase batch lot apartment flat suite building route plan size box door bay desk station "
    "table slot group question issue bug task job incident request complaint policy article paragraph clause "
    "appendix figure photo attempt type series edition windows ios android python firmware revision rev rma bl "
    "serial card meter boiler"
)
"""After these, figures are the name of something."""
_NAMED_BY_FIGURES = frozenset(
    {Shape.NUMBER, Shape.SLASHED, Shape.DOTTED, Shape.DASHED, Shape.HOURS, Shape.ISO_DATE, Shape.DATE, Shape.DECIMAL}
)
_CLOCKS = frozenset({Shape.CLOCK, Shape.MERIDIEM})
_RANGE = "A promise has one due time: say the latest."


def items_of(tokens: Sequence[Token], here: Here) -> list[Item]:
    """Find what the tokens say, in order; the longest reading at each place."""
    items: list[Item] = []
    at = 0
    while at < len(tokens):
        half = _half_of_that_day(tokens, at, items[-1] if items else None)
        if half is not None:
            items.append(half)
            at = half.last
            continue
        if tokens[at].shape in {Shape.MARK, Shape.OPAQUE} and text(tokens, at) not in {"½", "¼", "¾"}:
            at += 1
            continue
        item = _item_at(tokens, at, here)
        if item is None:
            at += 1
        else:
            items.append(item)
            at = item.last
    return items


def _half_of_that_day(tokens: Sequence[Token], at: int, before: Item | None) -> Item | None:
    """Read “am” or “pm” after a day: its morning, its afternoon; which hour is asked back."""
    said = word(tokens, at)
    if said not in {"am", "pm"} or before is None or before.last != at or not isinstance(before.pieces[-1], Day):
        return None
    hours = (9, 12) if said == "am" else (15, 17)
    return Item((Clock((), "Say the hour.", choices=tuple(hour * HOUR for hour in hours)),), at, at + 1)


def is_labelled(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether figures are the name of something: order 12/11, model 2h."""
    before = word(tokens, at - 1)
    if text(tokens, at - 1) in {".", ":"}:
        before = word(tokens, at - 2) if tokens[at - 1].start == tokens[at - 2].end and at > 1 else ""
        return before in {"no", "nr", "ref", "inv", "ext", "id", "po"}
    return before in LABELS


def _item_at(tokens: Sequence[Token], at: int, here: Here) -> Item | None:
    if tokens[at].shape in _NAMED_BY_FIGURES and is_labelled(tokens, at):
        return _labelled(tokens, at, here)
    ranged = _range(tokens, at, here)
    if ranged is not None:
        return Item(ranged[0], at, ranged[1])
    hours = _hours_beside_day(tokens, at, here)
    if hours is not None:
        return hours
    found: Found | None = None
    for read in (vague_at, day_at, time_at, length_at):
        said = read(tokens, at, here)
        if said is not None and (found is None or said[1] > found[1]):
            found = said
    if found is None:
        misspelt = misspelt_at(tokens, at, here)
        if misspelt is not None:
            return misspelt
        found = _figures_beside(tokens, at, here) or lone_number(tokens, at, here)
    if found is None or word(tokens, found[1]) == "than":
        return None
    pieces, last = found
    is_bare = len(pieces) == 1 and isinstance(pieces[0], Part)
    return Item(pieces, at, last, is_bare=is_bare)


def _labelled(tokens: Sequence[Token], at: int, here: Here) -> Item | None:
    """Leave what figures name alone; a date that a time of day follows is asked back all the same."""
    dated = tokens[at].shape in {Shape.SLASHED, Shape.DATE, Shape.ISO_DATE}
    place = at + 2 if word(tokens, at + 1) in AT else at + 1
    if dated and shape(tokens, place) in _CLOCKS:
        day = day_at(tokens, at, here)
        if day is not None:
            return Item((*day[0], Asked(f"Is “{tokens[at].raw}” the day?")), at, day[1])
    timed = time_at(tokens, at, here) if tokens[at].shape is Shape.NUMBER else None
    if timed is not None:
        return Item(timed[0], at, timed[1])
    length = length_at(tokens, at, here)
    if length is not None:
        return Item((Nothing(),), at, length[1])
    if tokens[at].shape is Shape.NUMBER:
        written = day_at(tokens, at, here)
        if written is not None:
            return Item(written[0], at, written[1])
    return Item((Nothing(),), at, at + 1)


def _range(tokens: Sequence[Token], at: int, here: Here) -> Found | None:
    """Read “between 2 and 4”, “from 9 to 5”, “2-4pm”, “3 or 4pm” as the times that they name."""
    opening = word(tokens, at)
    start = at + 1 if opening in {"between", "from"} else at
    if opening == "between" and shape(tokens, start) is Shape.DASHED:
        return _both_ends(tokens[start].numbers[0], tokens[start].numbers[1]), start + 1
    if shape(tokens, start) is Shape.DASHED and (word(tokens, at - 1) in AT or opening == "from"):
        first, second = tokens[start].numbers
        return (_both_ends(first, second), start + 1) if max(first, second) <= 24 else None
    begin = _end_of_range(tokens, start)
    if begin is None:
        return None
    one, after = begin
    if text(tokens, after) not in {"-", "to", "and", "or", "until", "till", "/"}:
        return None
    if word(tokens, start) and word(tokens, after) == "to" and opening not in {"between", "from"}:
        # “Ten to four” is a time.
        return None
    is_open = opening in {"between", "from"} or word(tokens, at - 1) in AT
    place = after + 1 if word(tokens, after + 1) not in {"at", "by"} else after + 2
    other = _end_of_range(tokens, place)
    if other is None or (not is_open and shape(tokens, place) not in _CLOCKS):
        return None
    two, last = other
    if shape(tokens, start) in _CLOCKS and shape(tokens, place) in _CLOCKS and not opening:
        return None
    if word(tokens, last) and shape(tokens, place) is Shape.NUMBER and word(tokens, last).endswith("s"):
        return None
    return (_merged(one, two),), last


def _end_of_range(tokens: Sequence[Token], at: int) -> tuple[tuple[int, ...], int] | None:
    """Read an end of a range: every time that it may be, in seconds."""
    if shape(tokens, at) is Shape.MERIDIEM:
        hour, minute, half = tokens[at].numbers
        return ((((hour % 12) + half) * HOUR + minute * 60,), at + 1) if 1 <= hour <= 12 and minute < 60 else None
    if shape(tokens, at) is Shape.CLOCK:
        hour, minute = tokens[at].numbers[:2]
        return (tuple(one + minute * 60 for one in halves(hour)), at + 1) if hour < 24 and minute < 60 else None
    if word(tokens, at) in {"noon", "midday"}:
        return (12 * HOUR,), at + 1
    counted = number(tokens, at)
    if counted is None or not 1 <= counted[0] <= 24 or len(text(tokens, at)) > 6:
        return None
    return halves(counted[0]), counted[1]


def _both_ends(first: int, second: int) -> tuple[Piece, ...]:
    if max(first, second) > 24:
        return (Asked(f"“{first}-{second}” is no time."),)
    return (_merged(halves(first), halves(second)),)


def _merged(one: tuple[int, ...], two: tuple[int, ...]) -> Clock:
    """Make a time that is one of two; an hour without am or pm takes that of the other where it can."""
    if len(two) == 1 and len(one) > 1:
        before = tuple(seconds for seconds in one if seconds < two[0])
        one = (max(before),) if before else one
    if len(one) == 1 and len(two) > 1:
        after = tuple(seconds for seconds in two if seconds > one[0])
        two = (min(after),) if after else two
    return Clock((), _RANGE, choices=(*two[:1], *one[:1], *two[1:], *one[1:]))


def _hours_beside_day(tokens: Sequence[Token], at: int, here: Here) -> Item | None:
    """Read “tomorrow 15h”."""
    if shape(tokens, at) is not Shape.NUMBER or word(tokens, at + 1) != "h" or len(text(tokens, at)) > 2:
        return None
    hour = tokens[at].numbers[0]
    if not 1 <= hour <= 23 or not (_is_beside_day(tokens, at, here) or day_at(tokens, at + 2, here)):
        return None
    return Item((Clock((hour * HOUR,)) if hour > 12 else either_half(hour, 0, f"{hour}h"),), at, at + 2)


def _figures_beside(tokens: Sequence[Token], at: int, here: Here) -> Found | None:
    """Read 15.30, 25.11, 25-11, 15h where what stands before or after tells which they are."""
    kind, token = shape(tokens, at), tokens[at]
    before = word(tokens, at - 1)
    if kind is Shape.DASHED and before in {"on", "by", "until", "till", "before", "for"}:
        return (numeric_day(token.numbers[0], token.numbers[1], here),), at + 1
    if kind is Shape.DOTTED:
        return _dotted(tokens, at, here)
    if kind is Shape.HOURS:
        hour, minute = (*token.numbers, 0)[:2]
        if minute > 59 or hour > 24:
            return (Asked(f"“{token.raw}” is no time of day."),), at + 1
        if before in {"in", "within"} or hour < 13:
            return (Asked(f"“{token.raw}” may be a time or a length: say {hour}:{minute:02}, or the length."),), at + 1
        return (Clock((hour * HOUR + minute * 60,)),), at + 1
    return None


def _dotted(tokens: Sequence[Token], at: int, here: Here) -> Found | None:
    first, second = tokens[at].numbers
    before = word(tokens, at - 1)
    last = (
        at + 2
        if text(tokens, at + 1) == "." and tokens[at + 1].start == tokens[at].end and at + 2 < len(tokens)
        else at + 1
    )
    if before == "on":
        return (numeric_day(first, second, here),), last
    may_be_time, may_be_day = first < 24 and second < 60, 1 <= first <= 31 and 1 <= second <= 12
    beside = _is_beside_day(tokens, at, here)
    if before in {"by", "until", "till", "before", "for"} or beside:
        clock = either_half(first, second, tokens[at].raw) if 1 <= first <= 9 and tokens[at].raw[0] != "0" else None
        if may_be_time and may_be_day and not beside:
            day = numeric_day(first, second, here)
            choices = tuple(here.choice(on) for on in day.dates)
            return (Asked(f"“{tokens[at].raw}” may be a time or a date: say 15:30, or 25 Nov.", choices),), last
        if may_be_time and beside and before not in AT and not _ends_a_day(tokens, at, here):
            why = f"“{tokens[at].raw}” may be a time or a sum: say it with a colon."
            return (Clock((), why, choices=(first * HOUR + second * 60,)),), at + 1
        if may_be_time:
            return (clock or Clock((first * HOUR + second * 60,)),), at + 1
        if may_be_day:
            return (numeric_day(first, second, here),), last
    is_written_so = last == at + 2 and word(tokens, last) and not tokens[last].is_capital
    if may_be_day and (shape(tokens, last) in _CLOCKS or is_written_so):
        return (numeric_day(first, second, here),), last
    return None


def _is_beside_day(tokens: Sequence[Token], at: int, here: Here) -> bool:
    """Tell whether a day stands directly before or after."""
    return day_at(tokens, at + 1, here) is not None or _ends_a_day(tokens, at, here)


def _ends_a_day(tokens: Sequence[Token], at: int, here: Here) -> bool:
    """Tell whether a day ends just before a place."""
    return any(
        found is not None and found[1] == at
        for start in range(max(at - 4, 0), at)
        for found in (day_at(tokens, start, here),)
    )

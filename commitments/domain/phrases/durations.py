"""Lengths of time counted from now: “in 2 hours”, “within 48 hours”, “45 mins”, “in two working days”."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from fractions import Fraction

from commitments.domain.business_time import BusinessTimeError, add_open_time
from commitments.domain.phrases.answers import Choice
from commitments.domain.phrases.dates import nth
from commitments.domain.phrases.said import FURTHEST, Asked, Day, Found, Here, Moment, Nothing, Piece
from commitments.domain.phrases.tokens import Shape, Token
from commitments.domain.phrases.words import (
    BUSINESS_DAYS,
    BUSINESS_HOURS,
    DAYS,
    FORTNIGHTS,
    HOURS,
    MINUTES,
    MONTH_UNITS,
    SECONDS,
    UNITS,
    WEEKS,
    YEARS,
    follows,
    number,
    phrases_of,
    set_of,
    shape,
    text,
    word,
)

_HALF, _QUARTER = Fraction(1, 2), Fraction(1, 4)
_SIGNS = {"½": _HALF, "¼": _QUARTER, "¾": Fraction(3, 4)}
_VAGUE_COUNTS = phrases_of(
    "a couple of, couple of, a few, few, several, some, a handful of, a number of, x, a couple more"
)
_FROM_NOW = phrases_of("in, within, inside, in the next, within the next, in under, in less than, in at most")
_ABOUT = phrases_of("in about, in around, in roughly, in approx, in approximately, within about, in some, in over")
_LASTING = set_of(
    "for waited waiting wait took takes take taking spent lasted lasts lasting hold held been every each of "
    "lost down over plus than about another last past worked a an the this that his her their our my your all only "
    "first up up-to under around nearly almost offline out late early least most extra additional per is was are "
    "since model version type size open free paid"
)
"""After these a length without “in” is how long something was or is."""
_ASKING = set_of("call ring phone back callback update reply answer return due deadline sla eta in")
_GOES_ON = set_of("about re regarding to with and at the from for or so then as if because max tops please latest")


@dataclass(frozen=True, slots=True)
class _Length:
    """An amount of one unit, as it was said. `to`: the greater end of a range."""

    amount: Fraction
    unit: str
    is_working: bool = False
    to: Fraction | None = None


def length_at(tokens: Sequence[Token], at: int, here: Here) -> Found | None:
    """Read the length of time that is said at a place, as the day or instant to which it leads."""
    whole = _within_the(tokens, at, here) or _next_working_day(tokens, at, here)
    if whole is not None:
        return whole
    for said in sorted(_FROM_NOW + _ABOUT, key=len, reverse=True):
        start = follows(tokens, at, said)
        if start:
            break
    else:
        start, said = at, ""
    vague = _vague(tokens, start, is_said=bool(said))
    if vague is not None:
        return vague
    read = _length(tokens, start, is_next=said.endswith("next"))
    if read is None:
        return _minutes_unsaid(tokens, start, here) if said in {"in", "within"} else None
    lengths, last = read
    last, from_now = _tail(tokens, last)
    after = word(tokens, last)
    if after == "ago" or (not said and after in {"earlier", "previously"}):
        return (Asked("That is past.", is_soft=True),), last + 1
    if after in {"before", "later", "afterwards"} or (after in {"after", "from", "of"} and not from_now):
        return (Asked("Say the time itself, not how far from another."),), last + 1
    pieces = _led_to(lengths, here)
    if said in _ABOUT:
        return (Asked("A promise has an exact time: say it without “about”.", _as_choices(pieces, here)),), last
    if said or from_now:
        return pieces, last
    return _bare(tokens, at, last, pieces, here)


def _tail(tokens: Sequence[Token], last: int) -> tuple[int, bool]:
    """Read “from now”, “’ time”, “from today” after a length."""
    for said in ("from now", "' time", "time", "from today", "hence"):
        after = follows(tokens, last, said)
        if after:
            return after, True
    return last, False


def _bare(tokens: Sequence[Token], at: int, last: int, pieces: tuple[Piece, ...], here: Here) -> Found:
    """Judge a length without “in”: it is a due time only where it can be nothing else."""
    before, after = word(tokens, at - 1), word(tokens, last)
    if before == "after":
        why = "This says from when, not by when: say the latest time."
        return (Asked(why, _as_choices(pieces, here), is_soft=True, joins=True),), last
    if before in {"every", "each"}:
        return (Asked("A promise has one due time: say the first.", _as_choices(pieces, here)),), last
    if before in _LASTING or (after and after not in _GOES_ON and not tokens[last].is_capital):
        return (Nothing(),), last
    if at == 0 or shape(tokens, at - 1) is Shape.MARK or before in _ASKING or before in {"by", "within"}:
        return pieces, last
    why = "This may be when it is due, or how long something takes: put “in” before it."
    return (Asked(why, _as_choices(pieces, here), is_soft=True, joins=True),), last


def _as_choices(pieces: tuple[Piece, ...], here: Here) -> tuple[Choice, ...]:
    piece = pieces[0]
    if isinstance(piece, Moment):
        return (here.choice(piece.at.date(), piece.at),)
    return tuple(here.choice(on) for on in piece.dates) if isinstance(piece, Day) else ()


def _within_the(tokens: Sequence[Token], at: int, here: Here) -> Found | None:
    if word(tokens, at) not in {"within", "in", "inside"} or word(tokens, at + 1) != "the":
        return None
    unit = word(tokens, at + 2)
    if unit not in {"hour", "day", "week", "month"} or (word(tokens, at) == "in" and unit != "hour"):
        return None
    ahead = _led_to([_Length(Fraction(1), unit)], here)
    return (Asked(f"“Within the {unit}” may be counted from now, or by the clock.", _as_choices(ahead, here)),), at + 3


def _next_working_day(tokens: Sequence[Token], at: int, here: Here) -> Found | None:
    for said in ("the next", "next"):
        start = follows(tokens, at, said)
        if start and word(tokens, start) in {"working", "business"} and word(tokens, start + 1) == "day":
            return _working_days(1, here), start + 2
    return None


def _vague(tokens: Sequence[Token], at: int, *, is_said: bool) -> Found | None:
    for said in _VAGUE_COUNTS:
        start = follows(tokens, at, said)
        if start:
            start += 1 if word(tokens, start) in {"more", "working", "business"} else 0
            if word(tokens, start) in UNITS and len(word(tokens, start)) > 2:
                if word(tokens, start + 1) == "ago":
                    return (Asked("That is past.", is_soft=True),), start + 2
                if not is_said:
                    return (Nothing(),), start + 1
                return (Asked("How many? Say the number, or a date."),), start + 1
    if is_said and word(tokens, at) in {"days", "hours", "minutes", "weeks", "months", "seconds"}:
        return (Asked("How many? Say the number, or a date."),), at + 1
    return None


def _minutes_unsaid(tokens: Sequence[Token], at: int, here: Here) -> Found | None:
    """Read “in 5” with nothing after it, as the minutes that it may mean."""
    counted = number(tokens, at)
    if counted is None or not 1 <= counted[0] <= 120 or (word(tokens, counted[1]) and not _ends(tokens, counted[1])):
        return None
    ahead = _led_to([_Length(Fraction(counted[0]), "min")], here)
    why = f"In {counted[0]} of what? Say minutes, hours or days."
    return (Asked(why, _as_choices(ahead, here), is_soft=True),), counted[1]


def _ends(tokens: Sequence[Token], at: int) -> bool:
    return word(tokens, at) in _GOES_ON


def _length(tokens: Sequence[Token], at: int, *, is_next: bool) -> tuple[list[_Length], int] | None:
    """Read one length, or two that belong together: 1 hour 30 minutes. `is_next`: “in the next hour”."""
    if is_next and word(tokens, at) in {"hour", "half"}:
        at = at + 1 if word(tokens, at) == "half" else at
        if word(tokens, at) == "hour":
            return [_Length(Fraction(1) if word(tokens, at - 1) != "half" else _HALF, "hour")], at + 1
        return None
    first = _one(tokens, at)
    if first is None:
        return None
    length, last = first
    lengths = [length]
    if length.to is not None or length.is_working:
        return lengths, last
    start = last + 1 if word(tokens, last) == "and" or text(tokens, last) == "," else last
    if word(tokens, start) == "a" and word(tokens, start + 1) in {"half", "quarter"} and start > last:
        part = _HALF if word(tokens, start + 1) == "half" else _QUARTER
        if word(tokens, start + 2) not in UNITS:
            return [_Length(length.amount + part, length.unit)], start + 2
    second = _one(tokens, start)
    is_smaller = (
        second is not None
        and second[0].to is None
        and (
            (length.unit in HOURS and second[0].unit in MINUTES)
            or (length.unit in DAYS and second[0].unit in HOURS | MINUTES)
        )
    )
    if second is not None and is_smaller and (start > last or length.unit in HOURS):
        return [length, second[0]], second[1]
    if start == last and length.unit in {"h", "hr", "hrs"} and shape(tokens, last) is Shape.NUMBER:
        minutes = tokens[last].numbers[0]
        if len(tokens[last].text) == 2 and minutes < 60 and not word(tokens, last + 1):
            return [length, _Length(Fraction(minutes), "min")], last + 1
    return lengths, last


def _one(tokens: Sequence[Token], at: int) -> tuple[_Length, int] | None:
    amount, last, to = _amount(tokens, at)
    if amount is None:
        return None
    is_working = word(tokens, last) in {"working", "business", "office", "work"}
    last += 1 if is_working else 0
    unit = word(tokens, last).removesuffix("'s")
    if unit == "m" and amount > 600:
        return None
    if unit not in UNITS:
        return None
    if unit in BUSINESS_HOURS | BUSINESS_DAYS:
        unit, is_working = ("h" if unit in BUSINESS_HOURS else "d"), True
    return _Length(amount, unit, is_working, to), last + 1


def _amount(tokens: Sequence[Token], at: int) -> tuple[Fraction | None, int, Fraction | None]:
    """Read how many: the amount, the place after it, and the greater end of a range."""
    kind, said = shape(tokens, at), text(tokens, at)
    half = follows(tokens, at, "a half") or follows(tokens, at, "half an") or follows(tokens, at, "half a")
    half = half or (at + 1 if said == "half" and word(tokens, at + 1) in UNITS else 0)
    if half and word(tokens, half) in UNITS:
        return _HALF, half, None
    for words, part in (("a quarter of an", 1), ("quarter of an", 1), ("three quarters of an", 3), ("a quarter", 1)):
        after = follows(tokens, at, words)
        if after and word(tokens, after) in HOURS:
            return part * _QUARTER, after, None
    if said in _SIGNS:
        after = follows(tokens, at + 1, "of an") or follows(tokens, at + 1, "an") or at + 1
        return _SIGNS[said], after, None
    if kind is Shape.SLASHED and tokens[at].numbers in {(1, 2), (1, 4), (3, 4)}:
        after = follows(tokens, at + 1, "of an") or follows(tokens, at + 1, "an") or at + 1
        return Fraction(*tokens[at].numbers), after, None
    if kind in {Shape.DECIMAL, Shape.DOTTED}:
        return Fraction(said.replace(",", ".")), at + 1, None
    if kind is Shape.DASHED:
        return Fraction(tokens[at].numbers[0]), at + 1, Fraction(tokens[at].numbers[1])
    if said in {"a", "an"}:
        return (Fraction(1), at + 1, None) if word(tokens, at + 1).removesuffix("'s") in UNITS else (None, at, None)
    counted = number(tokens, at)
    if counted is None:
        return None, at, None
    return _counted(tokens, *counted)


def _counted(tokens: Sequence[Token], count: int, last: int) -> tuple[Fraction | None, int, Fraction | None]:
    amount = Fraction(count)
    for words, part in (("and a half", _HALF), ("and a quarter", _QUARTER)):
        after = follows(tokens, last, words)
        if after:
            return amount + part, after, None
    if text(tokens, last) in _SIGNS:
        return amount + _SIGNS[text(tokens, last)], last + 1, None
    if shape(tokens, last) is Shape.SLASHED and tokens[last].numbers == (1, 2):
        return amount + _HALF, last + 1, None
    if text(tokens, last) in {"to", "or", "-"}:
        other = number(tokens, last + 1)
        if other is not None and word(tokens, other[1]) in UNITS | {"working", "business"}:
            return amount, other[1], Fraction(other[0])
    return amount, last, None


def _led_to(lengths: list[_Length], here: Here) -> tuple[Piece, ...]:
    """Work out to which day or instant a length leads from now."""
    length = lengths[0]
    if length.to is not None:
        ends = [
            choice
            for amount in (length.amount, length.to)
            for choice in _as_choices(_led_to([_Length(amount, length.unit, length.is_working)], here), here)
        ]
        return (Asked("A promise has one due time: say the latest.", tuple(ends)),)
    if all(one.amount == 0 for one in lengths):
        return (Asked("That is now: say when it will be done."),)
    if length.is_working:
        return _working(length, here)
    if length.unit in SECONDS:
        return (Asked("A promise counts in minutes: say how many."),)
    if length.unit in MINUTES | HOURS or len(lengths) > 1:
        sizes = [60 if one.unit in HOURS else 24 * 60 if one.unit in DAYS else 1 for one in lengths]
        minutes = sum(one.amount * size for one, size in zip(lengths, sizes, strict=True))
        if minutes > FURTHEST // timedelta(minutes=1):
            return _too_far()
        if minutes < 1:
            return (Asked("A promise counts in minutes: say how many."),)
        ahead = here.now.replace(second=0, microsecond=0) + timedelta(minutes=int(minutes))
        return (Moment(ahead.astimezone(here.zone)),)
    return _calendar_length(length, here)


def _calendar_length(length: _Length, here: Here) -> tuple[Piece, ...]:
    if length.amount.denominator != 1:
        return (Asked("Say whole days, hours, or a date."),)
    count = int(length.amount)
    if length.unit in MONTH_UNITS | YEARS:
        return _months(count * (12 if length.unit in YEARS else 1), here)
    days = count * (7 if length.unit in WEEKS else 14 if length.unit in FORTNIGHTS else 1)
    if days > FURTHEST.days:
        return _too_far()
    return (Day((here.today + timedelta(days=days),)),)


def _months(count: int, here: Here) -> tuple[Piece, ...]:
    if count > FURTHEST.days // 31:
        return _too_far()
    year, month = divmod(here.today.year * 12 + here.today.month - 1 + count, 12)
    try:
        return (Day((date(year, month + 1, here.today.day),)),)
    except ValueError:
        first_after = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
        near = (first_after - timedelta(days=1), first_after)
        return (Day((), f"{near[0]:%B} has no {nth(here.today.day)}: say which day.", choices=near),)


def _working(length: _Length, here: Here) -> tuple[Piece, ...]:
    if length.unit in HOURS | MINUTES:
        minutes = length.amount * (60 if length.unit in HOURS else 1)
        return _working_minutes(int(minutes), here) if minutes >= 1 else (Asked("Say how many minutes."),)
    if length.unit not in DAYS or length.amount.denominator != 1:
        return (Asked("Say whole working days, or a date."),)
    return _working_days(int(length.amount), here)


def _working_days(count: int, here: Here) -> tuple[Piece, ...]:
    for counted, day in enumerate(here.open_days(here.today), start=1):
        if counted == count:
            return (Day((day,)),)
    return (Asked("There are not so many working days in the next two years: say a date."),)


def _working_minutes(minutes: int, here: Here) -> tuple[Piece, ...]:
    start = here.now.replace(second=0, microsecond=0).astimezone(UTC)
    if minutes > FURTHEST // timedelta(minutes=1):
        return _too_far()
    try:
        at = add_open_time(start, timedelta(minutes=minutes), calendar=here.week.calendar(here.zone.key))
    except BusinessTimeError:
        return (Asked("There are not so many working hours in the next two years: say a date."),)
    return (Moment(at.astimezone(here.zone)),)


def _too_far() -> tuple[Piece, ...]:
    return (Asked("That is more than ten years ahead."),)

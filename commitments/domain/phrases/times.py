"""Times of day as they are said: “3pm”, “15.30”, “half past three”, “noon”, “end of day”, “tonight”."""

from collections.abc import Mapping, Sequence

from commitments.domain.phrases.said import HOUR, Asked, Clock, Day, Edge, Found, Here, Part, Piece
from commitments.domain.phrases.stamps import stamp_at
from commitments.domain.phrases.tokens import Shape, Token
from commitments.domain.phrases.words import (
    AT,
    HOURS,
    UNITS,
    counts_something,
    follows,
    longest,
    number,
    shape,
    text,
    word,
)

HALF_A_DAY = 12 * HOUR
NOON = 12 * HOUR

_BOTH = "“{said}” may be {one} or {other}: say am or pm."
_MIDNIGHT = "Midnight begins one day and ends another: say 00:00 with the date of the day that begins."
_CLOSING = (Edge.CLOSING,)
_OPENING = (Edge.OPENING,)
_FIXED: Mapping[str, tuple[Piece, ...]] = {
    "noon": (Clock((NOON,)),),
    "midday": (Clock((NOON,)),),
    "mid day": (Clock((NOON,)),),
    "12 noon": (Clock((NOON,)),),
    "12 midday": (Clock((NOON,)),),
    "twelve noon": (Clock((NOON,)),),
    "noonish": (Clock((), "A promise has an exact time: say it.", choices=(NOON,)),),
    "lunchtime": (Clock((NOON,), is_soft=True),),
    "lunch time": (Clock((NOON,), is_soft=True),),
    "end of day": _CLOSING,
    "end of the day": _CLOSING,
    "end of business": _CLOSING,
    "end of business day": _CLOSING,
    "end of the business day": _CLOSING,
    "end of the working day": _CLOSING,
    "end of working day": _CLOSING,
    "end of play": _CLOSING,
    "close of business": _CLOSING,
    "close of play": _CLOSING,
    "close of day": _CLOSING,
    "closing time": _CLOSING,
    "day's end": _CLOSING,
    "eod": _CLOSING,
    "eop": _CLOSING,
    "eob": _CLOSING,
    "cob": _CLOSING,
    "cop": _CLOSING,
    "first thing": _OPENING,
    "1st thing": _OPENING,
    "start of business": _OPENING,
    "start of day": _OPENING,
    "start of the day": _OPENING,
    "start of play": _OPENING,
    "beginning of the day": _OPENING,
    "opening time": _OPENING,
    "sob": _OPENING,
}
_PARTS: Mapping[str, Part] = {
    "morning": Part.MORNING,
    "mornings": Part.MORNING,
    "afternoon": Part.AFTERNOON,
    "evening": Part.EVENING,
    "eve": Part.EVENING,
    "night": Part.NIGHT,
}


def time_at(tokens: Sequence[Token], at: int, here: Here) -> Found | None:
    """Read the time of day, or the moment, that is said at a place."""
    for read in (stamp_at, _fixed, _tonight, _midnight, _part, _half, _past_and_to, _meridiem, _spoken, _figures):
        found = read(tokens, at, here)
        if found is not None:
            pieces, last = found
            return _which_time(tokens, last, pieces)
    return None


def either_half(hour: int, minute: int, said: str) -> Clock:
    """Make a time of which it is not said in which half of the day it lies."""
    first = (hour % 12) * HOUR + minute * 60
    why = _BOTH.format(said=said, one=clock_words(first), other=clock_words(first + HALF_A_DAY))
    return Clock((first, first + HALF_A_DAY), why)


def clock_words(seconds: int) -> str:
    """Write a time of day as 15:30."""
    return f"{seconds // HOUR:02}:{seconds // 60 % 60:02}"


def lone_hour(hour: int, said: str) -> Clock | None:
    """Make a time of a lone number after “at”; None where it cannot be one."""
    if 1 <= hour <= 12:
        return either_half(hour, 0, said)
    if 13 <= hour <= 23:
        return Clock((hour * HOUR,))
    return None


def _which_time(tokens: Sequence[Token], last: int, pieces: tuple[Piece, ...]) -> Found:
    """Read “the first time” after a time that clocks show twice."""
    clock = pieces[-1]
    for which, phrase in enumerate(("the first time", "the second time")):
        after = follows(tokens, last, phrase)
        if after and isinstance(clock, Clock):
            return (*pieces[:-1], Clock(clock.seconds, clock.why, which=which)), after
    return pieces, last


def _fixed(tokens: Sequence[Token], at: int, here: Here) -> Found | None:
    found = longest(tokens, at, _FIXED, words=5)
    if found is not None:
        return found
    edge = {"opening": Edge.OPENING, "close": Edge.CLOSING, "closing": Edge.CLOSING}.get(word(tokens, at))
    if edge is not None and word(tokens, at - 1) in AT and not word(tokens, at + 1).endswith("s"):
        return (edge,), at + 1
    if follows(tokens, at, "this time") or follows(tokens, at, "same time"):
        wall = here.local
        return (Clock((wall.hour * HOUR + wall.minute * 60,)),), at + 2
    return None


def _tonight(tokens: Sequence[Token], at: int, here: Here) -> Found | None:
    """Read “tonight”, “this afternoon”, “this morning”."""
    said = word(tokens, at)
    part, last = (Part.NIGHT, at + 1) if said in {"tonight", "tonite"} else (None, at)
    if said == "this":
        part = _PARTS.get(word(tokens, at + 1)) or {"am": Part.MORNING, "pm": Part.AFTERNOON}.get(word(tokens, at + 1))
        last = at + 2
    if part is None:
        return None
    if part is Part.NIGHT and here.local.hour < 5:
        return (Asked("It is night now: say the day and the time."),), last
    return (Day((here.today,)), part), last


def _midnight(tokens: Sequence[Token], at: int, here: Here) -> Found | None:
    start = at + 1 if text(tokens, at) in {"12", "twelve"} else at
    if word(tokens, start) != "midnight":
        return None
    if word(tokens, start + 1) in {"tonight", "tonite"} and here.local.hour >= 5:
        return (Day((here.today,)), Clock((24 * HOUR,))), start + 2
    return (Clock((0, 24 * HOUR), _MIDNIGHT),), start + 1


def _part(tokens: Sequence[Token], at: int, here: Here) -> Found | None:
    """Read “in the afternoon”, “morning”, “at night”; a bare one counts beside a day or an hour alone."""
    start = follows(tokens, at, "in the") or follows(tokens, at, "during the") or at
    said = word(tokens, start)
    if said in {"morning", "afternoon", "evening", "night"} or (said in _PARTS and start == at):
        return (_PARTS[said],), start + 1
    return None


def _half(tokens: Sequence[Token], at: int, here: Here) -> Found | None:
    """Read “half ten”, which is half past to some and half to to others."""
    if word(tokens, at) != "half":
        return None
    counted = number(tokens, at + 1)
    half = None
    if shape(tokens, at + 1) is Shape.MERIDIEM and not tokens[at + 1].numbers[1]:
        counted = tokens[at + 1].numbers[0], at + 2
        half = tokens[at + 1].numbers[2] * HOUR, at + 2
    if counted is None or not 1 <= counted[0] <= 12 or word(tokens, counted[1]) in UNITS:
        return None
    hour, last = counted
    half = half or _half_of_day(tokens, last)
    past, to = (hour % 12) * HOUR + 1800, ((hour - 1) % 12) * HOUR + 1800
    if half is not None:
        seconds: tuple[int, ...] = (past + half[0], to + half[0])
        last = half[1]
    else:
        seconds = tuple(one + HALF_A_DAY if one < 7 * HOUR else one for one in (past, to))
    words = " or ".join(clock_words(one) for one in seconds)
    return (
        Clock((), f"“Half {text(tokens, at + 1)}” may be {words}: say half past, or the figures.", choices=seconds),
    ), last


def _half_of_day(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """Read am or pm in seconds (0 or twelve hours), and the place after it."""
    after = 0
    for said in ("am", "pm"):
        dotted = f"{said[0]} . m"
        after = at + 1 if word(tokens, at) == said else follows(tokens, at, dotted)
        if after:
            if text(tokens, after) == "." and text(tokens, after - 2) == ".":
                after += 1
            return (HALF_A_DAY if said == "pm" else 0), after
    return None


def _past_and_to(tokens: Sequence[Token], at: int, here: Here) -> Found | None:
    """Read “half past three”, “quarter to four pm”, “ten past 11”."""
    start = at + 1 if word(tokens, at) == "a" and word(tokens, at + 1) in {"quarter", "half"} else at
    named = {"quarter": 15, "half": 30}.get(word(tokens, start))
    counted = (named, start + 1) if named else number(tokens, start)
    if counted is None:
        return None
    minutes, last = counted
    if word(tokens, last) in {"minutes", "mins", "min", "minute"}:
        last += 1
    way = word(tokens, last)
    if way not in {"past", "to", "till", "til", "after"} or not 1 <= minutes <= 59 or (way == "after" and not named):
        return None
    if way in {"to", "till", "til"} and minutes > 30:
        return None
    if shape(tokens, last + 1) is Shape.MERIDIEM:
        named_hour, over, afternoon = tokens[last + 1].numbers
        if over or not 1 <= named_hour <= 12 or (not named and minutes % 5):
            return None
        seconds = (named_hour % 12 + afternoon) * HOUR + (minutes if way in {"past", "after"} else -minutes) * 60
        return (Clock((seconds % (2 * HALF_A_DAY),)),), last + 2
    hour = number(tokens, last + 1)
    base, last = (hour[0], hour[1]) if hour else (12 if word(tokens, last + 1) in {"noon", "midday"} else 0, last + 2)
    if not 1 <= base <= 23 or word(tokens, last) in UNITS:
        return None
    if not named and not hour:
        return None
    # “5 to 10 items” counts something; minutes to an hour come in fives.
    if not named and (minutes % 5 or (way != "past" and word(tokens, at - 1) not in AT)):
        return None
    seconds = base * HOUR + (minutes if way in {"past", "after"} else -minutes) * 60
    said = " ".join(token.raw for token in tokens[at:last])
    if hour is None:
        return (Clock((seconds,)),), last
    last = last + 1 if word(tokens, last) in {"o'clock", "oclock"} else last
    return _with_half(tokens, last, base=base, seconds=seconds, said=said)


def _with_half(tokens: Sequence[Token], last: int, *, base: int, seconds: int, said: str) -> Found:
    """Make a time of a spoken hour, with am or pm if that follows."""
    half = _half_of_day(tokens, last)
    if base > 12:
        return (Clock((seconds,)),), half[1] if half else last
    if half is None:
        first = seconds % HALF_A_DAY
        why = _BOTH.format(said=said, one=clock_words(first), other=clock_words(first + HALF_A_DAY))
        return (Clock((first, first + HALF_A_DAY), why),), last
    # The half is that of the hour that is named: quarter to one pm is 12:45.
    shift = half[0] - (HALF_A_DAY if base == 12 else 0)
    return (Clock(((seconds + shift) % (2 * HALF_A_DAY),)),), half[1]


def _meridiem(tokens: Sequence[Token], at: int, here: Here) -> Found | None:
    if shape(tokens, at) is not Shape.MERIDIEM:
        return None
    hour, minute, half = tokens[at].numbers
    return (_clock_of(hour, minute, half, tokens[at].raw.strip()),), at + 1


def _clock_of(hour: int, minute: int, half: int, said: str) -> Clock:
    if minute > 59 or hour > 24 or hour == 0 or (hour == 24 and minute):
        return Clock((), f"“{said}” is no time of day.")
    if hour > 12:
        return Clock(
            (),
            f"“{said}” is no time of day: say {hour % 24:02}:{minute:02}.",
            choices=(hour % 24 * HOUR + minute * 60,),
        )
    if hour == 12 and half == 0 and minute == 0:
        return Clock((0, 24 * HOUR), _MIDNIGHT)
    return Clock(((hour % 12 + half) * HOUR + minute * 60,))


def _spoken(tokens: Sequence[Token], at: int, here: Here) -> Found | None:
    """Read “three o’clock”, “three pm”, “ten thirty”; a lone number after “at” or “by” is an hour."""
    counted = number(tokens, at)
    if counted is None:
        return None
    hour, last = counted
    is_word = shape(tokens, at) is Shape.WORD
    if len(text(tokens, at)) > 2 and not is_word:
        return None
    said_at = word(tokens, at - 1) in AT or text(tokens, at - 1) == "@"
    minute = 0
    minutes = number(tokens, last) if is_word and hour <= 23 else None
    if minutes and (minutes[0] in {15, 30, 45} or minutes[0] % 5 == 0) and 10 <= minutes[0] <= 59:
        after = minutes[1]
        if said_at or _half_of_day(tokens, after) is not None:
            minute, last = minutes[0], after
    if word(tokens, last) in UNITS and word(tokens, last) not in {"h", "hrs", "hours"}:
        return None
    has_clock = word(tokens, last) in {"o'clock", "oclock"} or bool(follows(tokens, last, "o clock"))
    if has_clock:
        last += 1 if word(tokens, last) != "o" else 2
    half = _half_of_day(tokens, last)
    said = " ".join(token.raw for token in tokens[at:last])
    if half is not None:
        return (_clock_of(hour, minute, half[0] // HOUR, f"{said} {text(tokens, last)}"),), half[1]
    if not minute and not has_clock and _in_part(tokens, last):
        return (lone_hour(hour, said) or Clock((), f"“{said}” is no time of day."),), last
    if word(tokens, last) == "ish" and 1 <= hour <= 23:
        both = (hour * HOUR,) if hour > 12 else either_half(hour, 0, said).seconds
        return (Clock((), "A promise has an exact time: say it.", choices=both),), last + 1
    if minute or has_clock:
        if hour > 24 or hour == 0:
            return (Clock((), f"“{said}” is no time of day."),), last
        return (either_half(hour, minute, said) if hour <= 12 else Clock((hour % 24 * HOUR + minute * 60,)),), last
    return None


def _in_part(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether “in the afternoon” or the like follows."""
    return any(follows(tokens, at, f"{start} {part}") for start in ("in the", "at") for part in _PARTS)


def _figures(tokens: Sequence[Token], at: int, here: Here) -> Found | None:
    """Read 15:30, 15h, 1530 hrs, and 15.30 after “at”."""
    kind = shape(tokens, at)
    token = tokens[at]
    said_at = word(tokens, at - 1) in AT or text(tokens, at - 1) == "@"
    if kind is Shape.CLOCK:
        last = at + 1
        if word(tokens, last) in HOURS and token.numbers[0] >= 10:
            last += 1
        elif word(tokens, last) in UNITS or word(tokens, at - 1) in {"in", "within"}:
            return (Asked(f"“{token.raw}” may be a time or a length: say 3:30pm, or 3 hours 30 minutes."),), at + 1
        return (_figure(token.raw, *token.numbers),), last
    if kind is Shape.DOTTED and said_at and word(tokens, at - 1) != "by" and word(tokens, at + 1) not in UNITS:
        return (_figure(token.raw, *token.numbers),), at + 1
    if kind is Shape.HOURS and said_at:
        return (_figure(token.raw, *token.numbers, *([0] if len(token.numbers) == 1 else [])),), at + 1
    if kind is Shape.NUMBER and word(tokens, at + 1) == "h" and len(token.text) < 3:
        hour = token.numbers[0]
        clock = lone_hour(hour, f"{hour}h")
        if clock is not None and said_at:
            return (clock,), at + 2
        if 13 <= hour <= 23 and word(tokens, at - 1) not in {"in", "within"}:
            why = f"“{hour}h” may be a time or a length: say {hour}:00, or in {hour} hours."
            return (Clock((), why, choices=(hour * HOUR,)),), at + 2
    if kind is Shape.NUMBER and len(token.text) == 4:
        hour, minute = divmod(token.numbers[0], 100)
        is_named = word(tokens, at + 1) in HOURS
        if is_named or (said_at and not counts_something(tokens, at + 1)):
            if hour > 24 or minute > 59:
                return (Clock((), f"“{token.raw}” is no time of day."),), at + 1
            if not is_named and (19 <= hour <= 20 or _is_name(tokens, at + 1)):
                why = f"“{token.raw}” may be something else than a time: say {hour}:{minute:02}."
                return (Clock((), why, choices=(hour * HOUR + minute * 60,)),), at + 1
            return (Clock((hour * HOUR + minute * 60,)),), at + (2 if is_named else 1)
    return None


def _figure(said: str, hour: int, minute: int, second: int = 0) -> Clock:
    if hour > 24 or minute > 59 or second > 59 or (hour == 24 and (minute or second)):
        return Clock((), f"“{said}” is no time of day.")
    if said[0] != "0" and 1 <= hour <= 9 and not second:
        return either_half(hour, minute, said)
    return Clock((hour * HOUR + minute * 60 + second,))


def _is_name(tokens: Sequence[Token], at: int) -> bool:
    return bool(word(tokens, at)) and tokens[at].is_capital


def lone_number(tokens: Sequence[Token], at: int, here: Here, *, is_range: bool = False) -> Found | None:
    """Read a number after “at”, “by” or “until” as an hour, unless a noun follows that it counts."""
    before = word(tokens, at - 1) or text(tokens, at - 1)
    if before not in AT and not is_range:
        return None
    counted = number(tokens, at)
    if counted is None or (shape(tokens, at) is Shape.NUMBER and len(text(tokens, at)) > 2):
        return None
    hour, last = counted
    if (
        counts_something(tokens, last)
        or word(tokens, last) in {"of", "point", "percent", "x"}
        or text(tokens, last) in {"%", "/"}
    ):
        return None
    clock = lone_hour(hour, f"{before} {text(tokens, at)}" if before in AT else text(tokens, at))
    if clock is None and before != "by":
        clock = Clock((), f"“{before} {text(tokens, at)}” is no time of day that is clear.")
    return ((clock,), last) if clock is not None else None

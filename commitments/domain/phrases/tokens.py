"""Cutting a line into words, numbers and the shapes that times are written in.

What only looks like a time is cut out whole here: mail and web addresses, telephone numbers, sums of money, codes.
"""

import enum
import re
from collections.abc import Sequence
from dataclasses import dataclass


class Shape(enum.Enum):
    """What a token looks like; which numbers it carries stands beneath."""

    WORD = enum.auto()
    """Letters; no numbers."""
    NUMBER = enum.auto()
    """Digits alone: their value."""
    DECIMAL = enum.auto()
    """1.5 or 1,5; the text tells."""
    ORDINAL = enum.auto()
    """25th: 25."""
    CLOCK = enum.auto()
    """15:30 or 15:30:10: hour, minute, second."""
    MERIDIEM = enum.auto()
    """3pm or 3.30 p.m.: hour, minute, and 12 after noon or 0 before it."""
    HOURS = enum.auto()
    """15h or 15h30: hour, minute; only the hour where no minute is written."""
    SLASHED = enum.auto()
    """25/11: both."""
    DOTTED = enum.auto()
    """15.30 or 25.11: both."""
    DASHED = enum.auto()
    """25-11 or 2-4: both."""
    DATE = enum.auto()
    """25/11/2026: the three as they stand."""
    ISO_DATE = enum.auto()
    """2026-11-25: year, month, day."""
    STAMP = enum.auto()
    """2026-11-25T14:00+01:00; the text tells."""
    MARK = enum.auto()
    """One character of punctuation."""
    OPAQUE = enum.auto()
    """What says no time: an address, a telephone number, a sum, a code."""


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the line: `text` as it is read, in small letters and plain signs; `raw` as it was typed."""

    shape: Shape
    text: str
    raw: str
    start: int
    end: int
    numbers: tuple[int, ...] = ()

    @property
    def is_capital(self) -> bool:
        """Whether it was typed with a capital letter."""
        return self.raw[:1].isupper()


_SPACES = "\t\n\r\f\v\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_APOSTROPHES = "\u2018\u2019\u02bc\u00b4`"
# Marks of writing direction stand around what is pasted from right-to-left texts.
_UNSEEN = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\u00ad"
_PLAIN = (
    dict.fromkeys(_SPACES, " ")
    | dict.fromkeys(_UNSEEN, "")
    | dict.fromkeys(_DASHES, "-")
    | dict.fromkeys(_APOSTROPHES, "'")
)

_ALONE = r"(?<![\w.:/])(?<![0-9],)"
_END = r"(?![\w%]|[.,:/-][0-9])"
_DATE_END = r"(?![\w%]|[.,:/-]\w)"
_MONEY = r"eur|euros?|gbp|usd|pounds?|dollars?|quid|percent|per cent"
_IN_LETTERS: Sequence[tuple[Shape, re.Pattern[str]]] = (
    (Shape.OPAQUE, re.compile(r"(?:https?://|www\.)\S+")),
    (Shape.OPAQUE, re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")),
    (Shape.WORD, re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*(?![\d_])(?!\.[0-9])")),
    (Shape.OPAQUE, re.compile(r"\w(?:\w|[./:-](?=\w))*")),
)
_IN_DIGITS: Sequence[tuple[Shape, re.Pattern[str]]] = (
    (Shape.OPAQUE, re.compile(rf"[0-9][0-9.,]*(?: ?[€£$¥%]| ?(?:{_MONEY})\b)")),
    (
        Shape.STAMP,
        re.compile(
            r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:t|,? )[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?"
            r"(?: ?z| ?[+-][0-9]{2}:?[0-9]{2})?(?! ?[ap]\.? ?m\b|[\w:]|[.,/-][0-9])"
        ),
    ),
    (Shape.ISO_DATE, re.compile(rf"{_ALONE}([0-9]{{4}})([-/.])([0-9]{{1,2}})\2([0-9]{{1,2}}){_DATE_END}")),
    (Shape.DATE, re.compile(rf"{_ALONE}([0-9]{{1,2}})([-/.])([0-9]{{1,2}})\2([0-9]{{4}}|[0-9]{{2}}){_DATE_END}")),
    (
        Shape.OPAQUE,
        re.compile(
            r"(?=[0-9](?:[ )-]{0,2}[0-9]){6})0[0-9]{1,5}\)?(?:[ -]?[0-9]{2,8}){1,3}(?![\w:]|[.,/-][0-9]| ?[ap]\.?m\b)"
        ),
    ),
    (Shape.OPAQUE, re.compile(r"(?:[0-9]{3}[ -])?[0-9]{3}-[0-9]{4}(?![\w:-])")),
    (Shape.OPAQUE, re.compile(r"[0-9]{3} [0-9]{3} [0-9]{4}(?![\w:-])")),
    (Shape.MERIDIEM, re.compile(rf"{_ALONE}([0-9]{{1,2}})(?:[:.h]([0-9]{{2}}))? ?([ap])\.? ?m\b(?:\.(?!\w))?")),
    (Shape.CLOCK, re.compile(rf"{_ALONE}([0-9]{{1,2}}):([0-9]{{2}})(?::([0-9]{{2}}))?h?(?![\w:]|[.,/][0-9])")),
    (Shape.HOURS, re.compile(rf"{_ALONE}([0-9]{{1,2}})h([0-9]{{2}})?(?!\w)")),
    (Shape.SLASHED, re.compile(rf"{_ALONE}([0-9]{{1,2}})/([0-9]{{1,2}}){_END}")),
    (Shape.DOTTED, re.compile(rf"{_ALONE}([0-9]{{1,2}})\.([0-9]{{2}}){_END}")),
    (Shape.DASHED, re.compile(rf"{_ALONE}([0-9]{{1,2}})-([0-9]{{1,2}}){_END}")),
    (Shape.ORDINAL, re.compile(rf"{_ALONE}([0-9]{{1,2}}) ?(?:st|nd|rd|th)\b")),
    (Shape.DECIMAL, re.compile(rf"{_ALONE}[0-9]{{1,6}}[.,][0-9]{{1,6}}{_END}")),
    (Shape.NUMBER, re.compile(rf"{_ALONE}([0-9]{{1,9}})(?![\w%]|[.,:/][0-9]|(?<=[0-9]{{3}})-[0-9])")),
    (Shape.OPAQUE, re.compile(r"[0-9](?:\w|[./:,-](?=\w))*")),
)
_IN_MARKS: Sequence[tuple[Shape, re.Pattern[str]]] = (
    (Shape.OPAQUE, re.compile(r"[£$€¥] ?[0-9][0-9.,]*\w*")),
    (Shape.OPAQUE, re.compile(r"# ?\w(?:\w|[./-](?=\w))*")),
    (Shape.OPAQUE, re.compile(r"\+[0-9](?:[ ().-]{0,2}[0-9]){4,12}[ ().-]{0,2}[0-9]{2}(?![\w:])")),
    (Shape.OPAQUE, re.compile(r"\((?:0[0-9]{1,5}|[0-9]{3})\) ?[0-9]{2,8}(?:[ -]?[0-9]{2,8}){0,3}(?![\w:]|[.,/][0-9])")),
    (Shape.MARK, re.compile(r"\S")),
)
_GLUED = re.compile(rf"{_ALONE}([0-9]{{1,4}})([a-z]{{1,9}})(?![\w])")
_HOURS_AND_MINUTES = re.compile(rf"{_ALONE}([0-9]{{1,2}})h ?([0-9]{{1,2}}) ?m(?:ins?|inutes?)?(?!\w)")
_TOMORROW = frozenset({"2moro", "2morrow", "2morow", "2mrw", "2moz"})
_AND_PARTS = re.compile(rf"{_ALONE}([0-9]{{1,2}})([½¼¾])(?!\w)")
_MERIDIEM = {"a": 0, "p": 12}


def plain(text: str) -> tuple[str, list[int]]:
    """Give the text in small letters with plain, single spaces, and for each of its characters where it came from."""
    signs: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        small = _PLAIN.get(sign)
        if small is None:
            # One letter becomes two where Turkish İ does: the first is enough.
            small = sign.lower()[:1]
        if small and not (small == " " and signs and signs[-1] == " "):
            signs.append(small)
            places.append(place)
    return "".join(signs), places


def cut(text: str, *, units: frozenset[str]) -> list[Token]:
    """Cut a line into tokens, in order; `units` are the words that may follow a number without a space."""
    line, places = plain(text)
    tokens: list[Token] = []

    def add(shape: Shape, start: int, end: int, *, word: str = "", numbers: tuple[int, ...] = ()) -> None:
        first, last = places[start], places[end - 1] + 1
        tokens.append(Token(shape, word or line[start:end], text[first:last], first, last, numbers))

    at, length = 0, len(line)
    while at < length:
        sign = line[at]
        if sign == " " or (sign == "-" and _joins_letters(line, at)):
            # Words that a hyphen joins are read as if they stood apart: end-of-day, twenty-five.
            at += 1
            continue
        glued = _glued(line, at, units) if "0" <= sign <= "9" else []
        if glued:
            for shape, start, end, word in glued:
                add(shape, start, end, word=word, numbers=(int(word),) if shape is Shape.NUMBER else ())
            at = glued[-1][2]
            continue
        shape, found = _first(line, at)
        end = found.end() if found is not None else at + 1
        add(shape, at, end, numbers=_numbers(shape, found) if found is not None else ())
        at = end
    return tokens


_Piece = tuple[Shape, int, int, str]


def _glued(line: str, at: int, units: frozenset[str]) -> list[_Piece]:
    """Cut a number from the word that follows it without a space: 45mins, 1h30m."""
    both = _HOURS_AND_MINUTES.match(line, at)
    if both is not None:
        hours, minutes = both.span(1), both.span(2)
        return [
            (Shape.NUMBER, *hours, both[1]),
            (Shape.WORD, hours[1], hours[1] + 1, "hours"),
            (Shape.NUMBER, *minutes, both[2]),
            (Shape.WORD, minutes[1], both.end(), "minutes"),
        ]
    parts = _AND_PARTS.match(line, at)
    if parts is not None:
        return [(Shape.NUMBER, *parts.span(1), parts[1]), (Shape.WORD, *parts.span(2), parts[2])]
    found = _GLUED.match(line, at)
    if found is not None and found[0] in _TOMORROW:
        return [(Shape.WORD, found.start(), found.end(), "tomorrow")]
    if found is None or found[2] not in units:
        return []
    return [(Shape.NUMBER, *found.span(1), found[1]), (Shape.WORD, *found.span(2), found[2])]


def _first(line: str, at: int) -> tuple[Shape, re.Match[str] | None]:
    """Find the shape that a place of the line has."""
    is_word = line[at].isalnum() or line[at] == "_"
    for shape, pattern in _IN_DIGITS if "0" <= line[at] <= "9" else _IN_LETTERS if is_word else _IN_MARKS:
        found = pattern.match(line, at)
        if found is not None and found.end() > at:
            return shape, found
    return Shape.MARK, None


def _numbers(shape: Shape, found: re.Match[str]) -> tuple[int, ...]:
    if shape is Shape.MERIDIEM:
        return int(found[1]), int(found[2] or 0), _MERIDIEM[found[3]]
    if shape in {Shape.DATE, Shape.ISO_DATE}:
        return int(found[1]), int(found[3]), int(found[4])
    return tuple(int(group) for group in found.groups() if group is not None) if shape in _NUMBERED else ()


_NUMBERED = frozenset(
    {
        Shape.CLOCK,
        Shape.HOURS,
        Shape.SLASHED,
        Shape.DOTTED,
        Shape.DASHED,
        Shape.ORDINAL,
        Shape.NUMBER,
    }
)


def _joins_letters(line: str, at: int) -> bool:
    return line[at - 1 : at].isalpha() and line[at + 1 : at + 2].isalpha()

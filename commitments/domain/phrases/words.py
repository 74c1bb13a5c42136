"""The words of times: numbers, units, weekdays, months, and finding them among tokens."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from commitments.domain.phrases.tokens import Shape, Token


def set_of(words: str) -> frozenset[str]:
    """Give the words of a text."""
    return frozenset(words.split())


def phrases_of(words: str) -> tuple[str, ...]:
    """Give the phrases of a text, parted by commas that a space follows."""
    return tuple(words.split(", "))


def _counted(words: str, *, start: int) -> Mapping[str, int]:
    """Number the words of a text; those that an oblique stroke joins alike."""
    return {one: value for value, alike in enumerate(words.split(), start=start) for one in alike.split("/")}


_ONES = _counted(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen",
    start=0,
)
_TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}
NUMBERS: Mapping[str, int] = {**_ONES, **_TENS}
_ORDINALS: Mapping[str, int] = {
    **_counted(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
        "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth",
        start=1,
    ),
    "thirtieth": 30,
}

WEEKDAYS = _counted(
    "monday/mon tuesday/tue/tues wednesday/wed/weds thursday/thu/thur/thurs friday/fri saturday/sat sunday/sun", start=0
)
WORDS_TOO = frozenset({"sat", "sun", "wed", "mon"})
"""Weekdays in short that are other words as well."""
MONTHS = _counted(
    "january/jan february/feb march/mar april/apr may june/jun july/jul august/aug september/sep/sept october/oct "
    "november/nov december/dec",
    start=1,
)
NAMES_TOO = frozenset({"january", "jan", "march", "april", "may", "june", "jun", "august"})
"""Months that are names of people, or other words, as well."""

MINUTES = frozenset({"minute", "minutes", "min", "mins", "m"})
HOURS = frozenset({"hour", "hours", "hr", "hrs", "h"})
DAYS = frozenset({"day", "days", "d"})
WEEKS = frozenset({"week", "weeks", "wk", "wks", "w"})
FORTNIGHTS = frozenset({"fortnight", "fortnights"})
MONTH_UNITS = frozenset({"month", "months", "mth", "mths"})
YEARS = frozenset({"year", "years", "yr", "yrs"})
SECONDS = frozenset({"second", "seconds", "sec", "secs", "s"})
BUSINESS_HOURS = frozenset({"bh"})
BUSINESS_DAYS = frozenset({"bd"})
UNITS = MINUTES | HOURS | DAYS | WEEKS | FORTNIGHTS | MONTH_UNITS | YEARS | SECONDS | BUSINESS_HOURS | BUSINESS_DAYS
GLUED_UNITS = (UNITS - {"s"}) | frozenset(MONTHS) | {"ish"}
"""What may follow a number without a space and is read apart from it."""

AT = frozenset({"at", "by", "before", "until", "till", "til", "@"})
"""Before a lone number, these make it a time of day."""

RELATIVE_DAYS: Mapping[str, int] = {
    "today": 0,
    "tomorrow": 1,
    "tomorow": 1,
    "tommorow": 1,
    "tommorrow": 1,
    "tmrw": 1,
    "tmrrw": 1,
    "tomoro": 1,
    "tmr": 1,
    "tmw": 1,
    "tom": 1,
    "tomoz": 1,
    "yesterday": -1,
    "day before yesterday": -2,
    "day after tomorrow": 2,
    "day after tmrw": 2,
    "tomorrow week": 8,
    "today week": 7,
    "a week today": 7,
    "a week tomorrow": 8,
    "week today": 7,
    "week tomorrow": 8,
    "a fortnight today": 14,
    "a fortnight tomorrow": 15,
    "two weeks today": 14,
    "two weeks tomorrow": 15,
    "this time next week": 7,
}
"""Days counted from today."""

T = TypeVar("T")


_NOT_COUNTED = set_of(
    "this is was has his hers its us as always perhaps yes thus plus thanks towards afterwards unless"
)


def word(tokens: Sequence[Token], at: int) -> str:
    """Give the word at a place; empty where there is none."""
    return tokens[at].text if 0 <= at < len(tokens) and tokens[at].shape is Shape.WORD else ""


def text(tokens: Sequence[Token], at: int) -> str:
    """Give whatever stands at a place as it is read; empty beyond the ends."""
    return tokens[at].text if 0 <= at < len(tokens) else ""


def shape(tokens: Sequence[Token], at: int) -> Shape | None:
    """Give the shape at a place; None beyond the ends."""
    return tokens[at].shape if 0 <= at < len(tokens) else None


def follows(tokens: Sequence[Token], at: int, phrase: str) -> int:
    """Give the place after a phrase that stands at a place; 0 where it does not."""
    # Most places hold nothing of the kind: told by the first word, without cutting the phrase up.
    if not tokens or at >= len(tokens) or not phrase.startswith(tokens[at].text):
        return 0
    for wanted in phrase.split():
        if text(tokens, at) != wanted:
            return 0
        at += 1
    return at


def longest(tokens: Sequence[Token], at: int, phrases: Mapping[str, T], *, words: int) -> tuple[T, int] | None:
    """Find the longest phrase of at most so many words that stands at a place, and the place after it."""
    said = [text(tokens, place) for place in range(at, min(at + words, len(tokens)))]
    while said:
        found = phrases.get(" ".join(said))
        if found is not None:
            return found, at + len(said)
        said.pop()
    return None


def counts_something(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether a number just before a place counts what stands there: a word in the plural, in small letters."""
    said = word(tokens, at)
    if len(said) < 4 or not said.endswith("s") or said.endswith(("ss", "'s")) or said in _NOT_COUNTED:
        return False
    return not tokens[at].is_capital and said not in WEEKDAYS


def number(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """Read a whole number in digits or words (up to ninety-nine), and the place after it."""
    if shape(tokens, at) is Shape.NUMBER:
        return tokens[at].numbers[0], at + 1
    said = word(tokens, at)
    if said in _TENS:
        ones = NUMBERS.get(word(tokens, at + 1), 0)
        return (_TENS[said] + ones, at + 2) if 1 <= ones <= 9 else (_TENS[said], at + 1)
    return (NUMBERS[said], at + 1) if said in NUMBERS else None


def ordinal(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    """Read an ordinal in digits or words (up to thirty-first), and the place after it."""
    if shape(tokens, at) is Shape.ORDINAL:
        return tokens[at].numbers[0], at + 1
    said = word(tokens, at)
    if said in {"twenty", "thirty"} and 1 <= _ORDINALS.get(word(tokens, at + 1), 0) <= 9:
        return _TENS[said] + _ORDINALS[word(tokens, at + 1)], at + 2
    return (_ORDINALS[said], at + 1) if said in _ORDINALS else None

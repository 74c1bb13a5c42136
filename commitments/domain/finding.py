"""What somebody looks for, as words that an index holds: splitting, folding, and marking what was found. Pure.

A word is folded when it has lost its accents and its capitals: “José” and “JOSE” are `jose`. The databases fold what
they store in the same way (the migration that makes the search tables), so both sides meet.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

SEPARATORS = (
    # Punctuation and signs of Latin scripts, then of others; joiners, marks of direction, and pictures.
    r"\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7"
    r"\u02c2-\u02c5\u02d2-\u02df\u037e\u0387\u055a-\u055f\u0589-\u058f\u05be\u05c0\u05c3\u05c6\u05f3\u05f4"
    r"\u0600-\u060f\u061b-\u061f\u066a-\u066d\u06d4\u0964\u0965\u0e3f\u0e4f\u0e5a\u0e5b\u2000-\u206f\u20a0-\u20cf"
    r"\u2190-\u2bff\u2e00-\u2e7f\u3000-\u3004\u3008-\u3020\u3030\u303d-\u303f\u30fb\ufd3e\ufd3f\ufe00-\ufe6f\ufeff"
    r"\ufff0-\uffff\U0001f000-\U0001faff\U000e0000-\U000e01ef"
)
MARKS = r"\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u064b-\u065f\u0670"
"""Accents, and the points of Hebrew and Arabic, which few people type."""
LETTERS = {
    "ß": "ss",
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "ħ": "h",
    "ı": "i",
    "\u03c2": "\u03c3",
}
"""Letters that no accent is taken from, though people type them without."""
WORD_AT_MOST = 60
"""Longer words are one word for the index as far as this."""
WORDS_AT_MOST = 12
SQUASHED_AT_LEAST = 3
EXCERPT_BEFORE = 40

_SEPARATORS = re.compile(rf"[\x00{SEPARATORS}]+")
_WORD = re.compile(rf"[^\x00{SEPARATORS}]+")
_MARKS = re.compile(f"[{MARKS}]")
_LETTERS = str.maketrans(LETTERS)
_SCHEME = re.compile(r"^https?://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a text, and whether it is what was looked for."""

    text: str
    is_found: bool


def fold(text: str) -> str:
    """Give a text without accents and capitals."""
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    return unicodedata.normalize("NFC", bare).lower().translate(_LETTERS)


def words_of(text: str) -> dict[str, str]:
    """Give the first words of what was typed, folded, each once and in their order; with each how it was typed.

    Where folding makes one word of two (as of 5²), nobody knows any more how each was typed: then it is empty.
    """
    folded, typed = _WORD.findall(fold(text)), _WORD.findall(text)
    if len(typed) != len(folded):
        typed = [""] * len(folded)
    found: dict[str, str] = {}
    for word, as_typed in zip(folded, typed, strict=True):
        found.setdefault(word[:WORD_AT_MOST], as_typed[:WORD_AT_MOST])
    return dict(list(found.items())[:WORDS_AT_MOST])


def is_complete(text: str) -> bool:
    """Tell whether the last word is finished: something that separates words follows it."""
    return bool(text) and _SEPARATORS.match(text[-1]) is not None


def squashed(text: str) -> str:
    """Give what may be somebody's reference, a case's or a customer's, without what it is written apart with.

    Nothing where it has no digit: references elsewhere have one, and words are looked for as words.
    """
    whole = _SEPARATORS.sub("", fold(text))
    return whole[:WORD_AT_MOST] if len(whole) >= SQUASHED_AT_LEAST and any(map(str.isdigit, whole)) else ""


def address_of(text: str) -> str:
    """Give an address without its scheme and in small letters; nothing where the text is none."""
    text = text.strip()
    bare = _SCHEME.sub("", text)
    has_scheme = bare != text
    if not bare or re.search(r"\s", bare) or not (has_scheme or re.match(r"[^/@]+\.[^/@]+/", bare)):
        return ""
    return bare.lower().rstrip("/")


def marked(text: str, *, words: Sequence[str], at_most: int = 0) -> tuple[Piece, ...]:
    """Cut a text into what was looked for and the rest: `words` are folded, and each is the beginning of what it marks.

    `at_most`: how many characters of a long text to give, from shortly before the first that is found; 0 gives all.
    """
    spans = [found.span() for found in _WORD.finditer(text) if fold(found.group()).startswith(tuple(words))]
    spans = [(start, min(end, _end_of(text, start, end, words))) for start, end in spans] if words else []
    begin, end = 0, len(text)
    if at_most and len(text) > at_most:
        first = spans[0][0] if spans else 0
        begin = _start_of_a_word(text, max(0, min(first - EXCERPT_BEFORE, len(text) - at_most)))
        end = min(len(text), begin + at_most)
    return tuple(_pieces(text, spans, begin=begin, end=end))


def _end_of(text: str, start: int, end: int, words: Sequence[str]) -> int:
    """Find where the longest of the words ends that the word at `start` begins with."""
    folded = fold(text[start:end])
    longest = max((len(word) for word in words if folded.startswith(word)), default=0)
    for place in range(start + 1, end + 1):
        if len(fold(text[start:place])) >= longest:
            # An accent written by itself belongs to its letter.
            while place < end and not fold(text[place]):
                place += 1
            return place
    return end


def _start_of_a_word(text: str, place: int) -> int:
    """Give the beginning of the word in which a place is, unless it is a long way off."""
    if place == 0:
        return 0
    space = text.rfind(" ", max(0, place - EXCERPT_BEFORE), place + 1)
    return place if space < 0 else space + 1


def _pieces(text: str, spans: Sequence[tuple[int, int]], *, begin: int, end: int) -> Iterator[Piece]:
    if begin > 0:
        yield Piece("… ", False)
    place = begin
    for start, stop in spans:
        if start < begin or start >= end:
            continue
        if start > place:
            yield Piece(text[place:start], False)
        yield Piece(text[start : min(stop, end)], True)
        place = min(stop, end)
    if place < end:
        yield Piece(text[place:end], False)
    if end < len(text):
        yield Piece(" …", False)

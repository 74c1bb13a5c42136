"""A quick-log line as words, and which of them says what is to be done."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from commitments.domain.phrases import Span
from commitments.domain.phrases.words import set_of
from commitments.domain.quick_line.answers import LineKind


@dataclass(frozen=True, slots=True)
class Piece:
    """A word of the line without the marks around it, `lead` before and `mark` after; `is_cut`: words went after it."""

    text: str
    start: int
    end: int
    lead: str = ""
    mark: str = ""
    is_cut: bool = False

    @property
    def small(self) -> str:
        """The word in small letters."""
        return self.text.lower().replace("’", "'")


@dataclass(frozen=True, slots=True)
class Verb:
    """What is to be done: the words from `first` up to `last`."""

    first: int
    last: int
    kind: LineKind
    takes_person: bool
    """Whether the words after it are whom it is done to: “call Maria”, and not “fix the printer”."""


Run = tuple[int, int]
"""Words of the line from one up to another."""

_MARKS = '"“”„«».,;:!?()[]{}…،؛؟、。·|/'
PERSONS: Mapping[str, LineKind] = {
    **dict.fromkeys(set_of("call ring phone callback telephone dial"), LineKind.CALLBACK),
    **dict.fromkeys(set_of("update tell inform notify advise keep let"), LineKind.STATUS_UPDATE),
    **dict.fromkeys(set_of("ask answer"), LineKind.ANSWER),
    **dict.fromkeys(
        set_of(
            "email mail text message remind refund credit reimburse compensate pay give show visit meet thank invoice "
            "contact write"
        ),
        LineKind.OTHER,
    ),
}
"""What is done to a person: “call Maria”."""
THINGS: Mapping[str, LineKind] = {
    **dict.fromkeys(set_of("fix repair replace mend resolve restore rectify unblock reinstall"), LineKind.FIX),
    **dict.fromkeys(set_of("check investigate enquire inquire clarify research verify"), LineKind.ANSWER),
    **dict.fromkeys(
        set_of(
            "send order book ship deliver return cancel arrange post issue transfer extend renew prepare forward "
            "resend upgrade confirm schedule print provide share collect pick create activate close open install "
            "change move add remove waive quote draft translate dispatch organise organize reserve upload process "
            "finish complete bring make get sign file register unlock reset test configure set"
        ),
        LineKind.OTHER,
    ),
}
"""What is done to a thing: “fix the printer”."""
TWO_WORDS: dict[str, tuple[LineKind, bool]] = {
    "sort out": (LineKind.FIX, False),
    "put right": (LineKind.FIX, False),
    "find out": (LineKind.ANSWER, False),
    "look into": (LineKind.ANSWER, False),
    "look up": (LineKind.ANSWER, False),
    "reply to": (LineKind.ANSWER, True),
    "respond to": (LineKind.ANSWER, True),
    "speak to": (LineKind.CALLBACK, True),
    "speak with": (LineKind.CALLBACK, True),
    "talk to": (LineKind.CALLBACK, True),
    "talk with": (LineKind.CALLBACK, True),
    "call back": (LineKind.CALLBACK, True),
    "ring back": (LineKind.CALLBACK, True),
    "phone back": (LineKind.CALLBACK, True),
    "follow up": (LineKind.STATUS_UPDATE, False),
    "write to": (LineKind.OTHER, True),
    "get back": (LineKind.ANSWER, False),
}
_FILLERS = set_of(
    "please pls i'll we'll i we will shall must should need needs have has promised promise promising remember todo "
    "reminder to gonna going note customer wants us me that"
)
_ASKED = set_of("know whether if what when who why which where")


def cut(text: str, gone: Iterable[Span]) -> list[Piece]:
    """Cut the line into words, without those that say when or where to reach the customer."""
    chars = list(text)
    for start, end in gone:
        chars[start:end] = "\x00" * (end - start)
    pieces: list[Piece] = []
    for found in re.finditer(r"\x00+|[^\s\x00]+", "".join(chars)):
        if found[0][0] == "\x00":
            if pieces:
                pieces[-1] = replace(pieces[-1], is_cut=True)
            continue
        word = found[0]
        start = found.start() + len(word) - len(word.lstrip(_MARKS))
        bare = word.strip(_MARKS)
        if bare and bare.strip("-–—"):
            end = start + len(bare)
            pieces.append(Piece(bare, start, end, text[found.start() : start], text[end : found.end()]))
        elif pieces and not pieces[-1].is_cut:
            pieces[-1] = replace(pieces[-1], mark=f"{pieces[-1].mark} {word}".strip())
    return pieces


def fillers(pieces: Sequence[Piece]) -> int:
    """Count the words that a line may begin with before it comes to the matter."""
    count = 0
    while count < len(pieces) and pieces[count].small in _FILLERS:
        count += 1
    return count


def verb_of(pieces: Sequence[Piece]) -> Verb | None:
    """Find what is to be done: the first word that says so."""
    for at, piece in enumerate(pieces):
        if at and pieces[at - 1].small in {"no", "any", "without", "the"}:
            # “No answer”, “the call”: a noun here.
            continue
        following = pieces[at + 1].small if at + 1 < len(pieces) else ""
        pair = TWO_WORDS.get(f"{piece.small} {following}")
        if pair is not None:
            last = at + (1 if following == "back" else 2)
            return Verb(at, last, *pair)
        if piece.small in PERSONS:
            return Verb(at, at + 1, PERSONS[piece.small], takes_person=True)
        if piece.small == "sort" and "out" in {other.small for other in pieces[at : at + 6]}:
            return Verb(at, at + 1, LineKind.FIX, takes_person=False)
        if piece.small in THINGS:
            return Verb(at, at + 1, THINGS[piece.small], takes_person=False)
    return None


def kind_of(pieces: Sequence[Piece], verb: Verb | None) -> LineKind:
    if verb is None:
        return LineKind.OTHER
    said = pieces[verb.first].small
    rest = [piece.small for piece in pieces[verb.last :]]
    if said == "let" and "know" not in rest:
        return LineKind.OTHER
    if said == "keep" and not {"posted", "informed", "updated", "up", "loop"} & set(rest):
        return LineKind.OTHER
    if said in {"let", "tell", "inform", "advise", "notify"}:
        asked = rest[rest.index("know") + 1 :] if "know" in rest else rest
        first = next((word for word in asked if word in _ASKED or word == "how"), "")
        return LineKind.ANSWER if first in _ASKED else LineKind.STATUS_UPDATE
    if said == "give":
        return _given(rest)
    return verb.kind


def _given(rest: Sequence[str]) -> LineKind:
    if {"call", "ring", "bell", "buzz"} & set(rest):
        return LineKind.CALLBACK
    return LineKind.STATUS_UPDATE if {"update", "status"} & set(rest) else LineKind.OTHER

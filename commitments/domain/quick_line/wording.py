"""The words promised, as the customer reads them, and what they are about."""

from collections.abc import Sequence

from commitments.domain.quick_line.names import ENDS_A_PERSON, TO_WHOM
from commitments.domain.quick_line.pieces import PERSONS, THINGS, TWO_WORDS, Piece, Run, Verb

ABOUT = ("about", "re", "regarding", "concerning", "re:")
_THE_CUSTOMER = [["the", word] for word in ("customer", "client", "caller", "guest", "patient", "user")]


def addressed(pieces: Sequence[Piece], verb: Verb | None, name: Run | None) -> list[Piece]:
    """Give the words as the customer reads them: their name is “you”, what is theirs “your”."""
    back = verb.first if verb is not None else 0
    words = list(pieces[back:])
    if name is not None and name[0] >= back:
        _put_you(words, name[0] - back, name[1] - back, is_object=verb is not None and name[0] <= verb.last + 2)
    elif verb is not None and verb.takes_person and not _has_person(words):
        words.insert(1, _replaced(words[0], "you"))
    if verb is not None and [piece.small for piece in words[1:3]] in _THE_CUSTOMER:
        words[1:3] = [_replaced(words[2], "you")]
    return [_of_customer(words, at) for at in range(len(words))]


def _put_you(words: list[Piece], first: int, last: int, *, is_object: bool) -> None:
    """Put “you” or “your” in the place of a name; leave out one that only says whom the line is about."""
    final = words[last - 1]
    if final.small.endswith("'s") and last < len(words):
        words[first:last] = [_replaced(final, "your")]
    elif is_object or (first and words[first - 1].small in TO_WHOM):
        words[first:last] = [_replaced(final, "you")]
    elif first and (words[first - 1].mark or words[first - 1].is_cut):
        words[first:last] = []


def _replaced(piece: Piece, word: str) -> Piece:
    return Piece(word, piece.start, piece.end, piece.mark, piece.is_cut)


def _has_person(words: Sequence[Piece]) -> bool:
    """Tell whether somebody stands after the verb already: “call her back”, “ask the courier”."""
    following = words[1].small if len(words) > 1 else ""
    return following not in {"", "back", *ABOUT} and not words[0].is_cut


def _of_customer(words: Sequence[Piece], at: int) -> Piece:
    piece = words[at]
    ends = at + 1 == len(words) or words[at + 1].small in ENDS_A_PERSON or bool(piece.mark) or piece.is_cut
    if piece.small in {"him", "them"} or (piece.small == "her" and ends):
        return _replaced(piece, "you")
    if piece.small in {"his", "her"}:
        return _replaced(piece, "your")
    if piece.small == "re" and at > 0:
        return Piece("about", piece.start, piece.end, "", piece.is_cut)
    return piece


def _written(words: Sequence[Piece]) -> str:
    written = " ".join(f"{piece.text}{'' if piece.mark in {'(', '['} else piece.mark}" for piece in words)
    return written.strip(" \t-–—,;:.!|/&")


def promise_of(words: Sequence[Piece]) -> str:
    """Write what was promised as it completes “We promised …”."""
    if not words:
        return ""
    written = _written(words)
    if words[0].small == "callback":
        following = words[1].small if len(words) > 1 else ""
        rest = _written(words[2:] if following == "you" else words[1:])
        return f"to call you back {rest}".strip()
    if words[0].small in PERSONS or words[0].small in THINGS or _starts_with_two(words):
        return f"to {written[0].lower()}{written[1:]}"
    return written


def _starts_with_two(words: Sequence[Piece]) -> bool:
    following = words[1].small if len(words) > 1 else ""
    return words[0].small == "sort" or f"{words[0].small} {following}" in TWO_WORDS or following == "you"


def subject_of(words: Sequence[Piece]) -> str:
    """Give what it is about: what follows “about”, or what is to be done something to."""
    for at, piece in enumerate(words):
        if piece.small in ABOUT and at > 0:
            return _written(words[at + 1 :])
    if not words or words[0].small in {"call", "ring", "phone", "callback", "keep", "update"}:
        return ""
    is_done = words[0].small in PERSONS or words[0].small in THINGS or _starts_with_two(words)
    rest = list(words[1:] if is_done else words)
    while rest and rest[0].small in {"you", "to", "know", "out", "into", "up", "back", "with"}:
        rest = rest[1:]
    if words[0].small == "sort" and rest and rest[-1].small == "out":
        rest = rest[:-1]
    for at, piece in enumerate(rest):
        if piece.small in {"to", "for"} and at + 1 < len(rest) and rest[at + 1].small == "you":
            rest = [*rest[:at], *rest[at + 2 :]]
            break
    return _written(rest)

"""The words promised, as the customer reads them, and what they are about."""

from collections.abc import Sequence
from dataclasses import replace

from commitments.domain.quick_line.names import ENDS_A_PERSON, TO_WHOM
from commitments.domain.quick_line.pieces import PERSONS, THINGS, TWO_WORDS, Piece, Run, Verb

ABOUT = ("about", "re", "regarding", "concerning", "re:")
_POLITE = frozenset({"please", "pls", "thanks", "thx"})
_LEADING = frozenset({"on", "to", "for", "at", "by", "from", "via", "with", "and", "or", "about"})
_THE_CUSTOMER = [["the", word] for word in ("customer", "client", "caller", "guest", "patient", "user")]


def addressed(pieces: Sequence[Piece], verb: Verb | None, name: Run | None) -> list[Piece]:
    """Give the words as the customer reads them: their name is “you”, what is theirs “your”."""
    back = verb.first if verb is not None else 0
    words = list(pieces[back:])
    if name is not None and name[0] >= back:
        led = {piece.small for piece in pieces[verb.last : name[0]]} if verb is not None else {""}
        _put_you(words, name[0] - back, name[1] - back, is_object=led <= {"back", "to", "up", "with"})
    elif verb is not None and verb.takes_person and not _has_person(words):
        words.insert(1, Piece("you", words[0].end, words[0].end))
    if verb is not None and [piece.small for piece in words[1:3]] in _THE_CUSTOMER:
        words[1:3] = [_said(words[2], "you")]
    return _tidied([_of_customer(words, at) for at in range(len(words)) if words[at].small not in _POLITE])


def _tidied(words: list[Piece]) -> list[Piece]:
    """Put “you” before “back”, and take away a small word that led to what was taken out."""
    if [piece.small for piece in words[1:3]] == ["back", "you"]:
        words[1:3] = [replace(words[2], mark=""), replace(words[1], mark=words[2].mark)]
    while len(words) > 1 and words[-1].small in _LEADING:
        last = words.pop()
        if last.small in {"to", "for"} and last.is_cut and "you" not in {piece.small for piece in words}:
            return [*words, replace(last, is_cut=False), Piece("you", last.end, last.end)]
    return words


def _put_you(words: list[Piece], first: int, last: int, *, is_object: bool) -> None:
    """Put “you” or “your” in the place of a name; leave out one that only says whom the line is about."""
    final = words[last - 1]
    led = words[first - 1].small if first else ""
    if final.small.endswith("'s") and last < len(words):
        words[first:last] = [_said(final, "your")]
    elif led == "of":
        # “The parcel of Maria Lopez” is “your parcel”.
        the = next((at for at in range(first - 2, max(first - 6, 0), -1) if words[at].small == "the"), None)
        if the is not None:
            words[first - 1 : last] = []
            words[the] = _said(words[the], "your")
    elif is_object or led in TO_WHOM or led in PERSONS:
        words[first:last] = [_said(final, "you")]
    elif first and (words[first - 1].mark or words[first - 1].is_cut):
        words[first:last] = []


def _said(piece: Piece, word: str) -> Piece:
    """Give another word in the place of one; a comma after it stays, quotation marks around it go."""
    return replace(piece, text=word, lead="", mark=piece.mark if piece.mark in {",", ";", "."} else "")


def _has_person(words: Sequence[Piece]) -> bool:
    """Tell whether somebody stands after the verb already: “call her back”, “ask the courier”."""
    following = words[1].small if len(words) > 1 else ""
    return following not in {"", "back", *ABOUT} and not words[0].is_cut


def _of_customer(words: Sequence[Piece], at: int) -> Piece:
    piece = words[at]
    ends = at + 1 == len(words) or words[at + 1].small in ENDS_A_PERSON or bool(piece.mark) or piece.is_cut
    if piece.small in {"him", "them"} or (piece.small == "her" and ends):
        return _said(piece, "you")
    if piece.small in {"his", "her"}:
        return _said(piece, "your")
    if piece.small in {"re", "re:"} and at > 0:
        return replace(piece, text="about", mark="")
    return piece


def _written(words: Sequence[Piece]) -> str:
    """Write words as a line; a mark goes with the words that were taken out after it."""
    said = [f"{piece.lead}{piece.text}{piece.mark.strip(' ,;:-–—') if piece.is_cut else piece.mark}" for piece in words]
    return " ".join(said).strip(" \t-–—,;:.!|/&")


def _is_done(words: Sequence[Piece]) -> bool:
    """Tell whether the words begin with what is to be done."""
    following = words[1].small if len(words) > 1 else ""
    pair = f"{words[0].small} {following}" in TWO_WORDS
    return (
        pair or words[0].small in PERSONS or words[0].small in THINGS or words[0].small == "sort" or following == "you"
    )


def promise_of(words: Sequence[Piece]) -> str:
    """Write what was promised as it completes “We promised …”."""
    if not words:
        return ""
    if words[0].small == "callback":
        following = words[1].small if len(words) > 1 else ""
        return f"to call you back {_written(words[2:] if following == 'you' else words[1:])}".strip()
    if _is_done(words):
        return "to " + _written([replace(words[0], text=words[0].text.lower(), lead="", mark=""), *words[1:]])
    return _written(words)


def subject_of(words: Sequence[Piece]) -> str:
    """Give what it is about: what follows “about”, or what is to be done something to."""
    if not words:
        return ""
    about = (*ABOUT, "on") if words[0].small in {"keep", "update"} else ABOUT
    for at, piece in enumerate(words):
        if piece.small in about and at > 0:
            return _written(_without_you(words[at + 1 :]))
    small = {piece.small for piece in words}
    if words[0].small in {"call", "ring", "phone", "callback", "keep", "update", "speak", "talk"}:
        return ""
    if words[0].small == "give" and small & {"call", "ring", "bell", "buzz"}:
        return ""
    rest = _without_you(words[1:] if _is_done(words) else words)
    while rest and rest[0].small in {"you", "to", "know", "out", "into", "up", "back", "with"}:
        rest = rest[1:]
    if words[0].small == "sort" and rest and rest[-1].small == "out":
        rest = rest[:-1]
    return _written(rest)


def _without_you(words: Sequence[Piece]) -> list[Piece]:
    """Leave out for whom it is done: “the contract to you”."""
    for at in range(1, len(words)):
        if words[at].small == "you" and words[at - 1].small in {"to", "for"}:
            return [*words[: at - 1], *words[at + 1 :]]
    return list(words)

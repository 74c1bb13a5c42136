"""The words of a line that may name the customer."""

import re
from collections.abc import Sequence

from commitments.domain.phrases.words import set_of
from commitments.domain.quick_line.answers import LineKind
from commitments.domain.quick_line.pieces import PERSONS, THINGS, Piece, Run, Verb

TO_WHOM = set_of("to for with from of")
ENDS_A_PERSON = set_of(
    "back about re regarding concerning with to on by at for because as when whether if what how why who which where "
    "posted informed updated up know that the a an and or but from in of again asap urgently today tomorrow once after "
    "before until his her their its our your my this some any new via through is was has not"
)
_TITLES = set_of("mr mrs ms miss mx dr prof professor sir lady lord dame herr frau mme m sr sra senhor senhora")
_PARTICLES = set_of("de da do dos das di del della van von der den ter ten bin ibn bint al el la le du af av zu y e &")
_NO_NAMES = set_of(
    "urgent important todo note i i'm i'll i've i'd the a an this that re asap cob eod eow vip faq pdf id sim tv pc "
    "usb vat uk us eu it he she they we you our my his her their please thanks today tomorrow ok yes no and or but "
    "if when what who why how new also then hi hello dear sla eta gmt utc am pm po sku rma iban wifi wi-fi hdmi dsl "
    "api url sms mms crm"
)


def names_in(pieces: Sequence[Piece], verb: Verb | None) -> list[Run]:
    """Find the words that may name the customer, the likeliest first."""
    runs = _capital_runs(pieces, verb)
    found: list[Run] = []
    asks_others = verb is not None and pieces[verb.first].small in {"ask", "check"}
    if verb is not None and verb.takes_person and not asks_others:
        found += _object(pieces, verb, runs)
    if verb is not None and not found and not verb.takes_person:
        found += [run for run in runs if run[0] == verb.last and not pieces[run[1] - 1].small.endswith("'s")]
        found = found if verb.kind is LineKind.OTHER and found and _goes_on(pieces, found[0]) else []
    if verb is not None:
        found += [run for run in runs if run[1] <= verb.first]
    for lead in ("for", "to") if asks_others else ("to", "for", "with", "from", "of"):
        found += [run for run in runs if run[0] > 0 and pieces[run[0] - 1].small == lead]
    found += runs
    return list(dict.fromkeys(found))


def _goes_on(pieces: Sequence[Piece], run: Run) -> bool:
    """Tell whether something follows a name that it is given: “send Maria the form”, and not “order Lego”."""
    return run[1] < len(pieces) and pieces[run[1]].small not in TO_WHOM and not pieces[run[1] - 1].mark


def _object(pieces: Sequence[Piece], verb: Verb, runs: Sequence[Run]) -> list[Run]:
    """Find whom a verb is done to: a name after it, or else the words up to a small one."""
    start = verb.last
    while start < len(pieces) and pieces[start].small in {"back", "to", "up", "with"} and not pieces[start - 1].is_cut:
        start += 1
    named = [run for run in runs if run[0] == start]
    if named:
        return named
    if start >= len(pieces) or pieces[start].small in {"me", "us", "him", "her", "them", "you", "it"}:
        return []
    end = start
    while end < len(pieces) and end - start < 4 and pieces[end].small not in ENDS_A_PERSON:
        if not any(sign.isalpha() for sign in pieces[end].text):
            break
        end += 1
        if pieces[end - 1].mark or pieces[end - 1].is_cut:
            break
    # Whoever is refunded or mailed in small letters cannot be told from what they get.
    may_be_small = verb.kind is not LineKind.OTHER or end == len(pieces) or pieces[end - 1].mark != ""
    return [(start, end)] if end > start and may_be_small else []


def _capital_runs(pieces: Sequence[Piece], verb: Verb | None) -> list[Run]:
    """Find the runs of words that are written as names: in capitals, or in a script that has none."""
    runs: list[Run] = []
    at = 0
    while at < len(pieces):
        if not _is_name(pieces, at) or (verb is not None and verb.first <= at < verb.last):
            at += 1
            continue
        end = at + 1
        while (
            end < len(pieces)
            and not _breaks(pieces[end - 1])
            and not pieces[end].lead
            and (verb is None or end != verb.first)
        ):
            if _is_name(pieces, end):
                end += 1
                continue
            after = end
            while after < len(pieces) and after - end < 3 and pieces[after].small in _PARTICLES:
                after += 1
            if after == end or after == len(pieces) or not _is_name(pieces, after):
                break
            end = after + 1
        if not (end == at + 1 and pieces[at].small in _TITLES):
            runs.append((at, end))
        at = end
    return runs


def _breaks(piece: Piece) -> bool:
    """Tell whether a name ends with a word: words were taken out after it, or a mark stands there."""
    is_title = piece.small in _TITLES and piece.mark == "."
    is_initial = len(piece.text) == 1 and piece.mark == "."
    return piece.is_cut or (bool(piece.mark) and not is_title and not is_initial) or piece.small.endswith("'s")


def _is_name(pieces: Sequence[Piece], at: int) -> bool:
    piece = pieces[at]
    first = piece.text[0]
    if piece.small in _TITLES:
        return at + 1 < len(pieces) and pieces[at + 1].text[0].isalpha() and not piece.is_cut
    if piece.small in _NO_NAMES or piece.small in PERSONS or piece.small in THINGS:
        return False
    if any(sign.isdigit() for sign in piece.text):
        return False
    if piece.text.isupper() and len(piece.text) > 1 and piece.small in ENDS_A_PERSON:
        # Everything in capitals: BACK is no name.
        return False
    is_without_case = first.isalpha() and first.lower() == first.upper()
    return first.isupper() or is_without_case or (at > 0 and pieces[at - 1].small in _TITLES and first.isalpha())


def joined(text: str, pieces: Sequence[Piece], run: Run) -> str:
    said = text[pieces[run[0]].start : pieces[run[1] - 1].end]
    return re.sub(r"\s+", " ", re.sub(r"['’]s$", "", said))

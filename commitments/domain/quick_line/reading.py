"""Reading a quick-log line."""

from datetime import datetime
from zoneinfo import ZoneInfo

from commitments.domain.phrases import STANDARD, Due, Span, Unclear, Week, read_due
from commitments.domain.phrases.contacts import contact_in
from commitments.domain.quick_line.answers import Line, Said
from commitments.domain.quick_line.names import joined, names_in
from commitments.domain.quick_line.pieces import cut, fillers, kind_of, verb_of
from commitments.domain.quick_line.wording import addressed, promise_of, subject_of


def read_line(text: str, *, now: datetime, zone: ZoneInfo, week: Week = STANDARD, month_first: bool = False) -> Line:
    """Read a line as it is typed while the customer is still on the phone; the due time as `read_due` does."""
    due = read_due(text, now=now, zone=zone, week=week, month_first=month_first)
    found = contact_in(text)
    contact = Said(text[slice(*found)], found) if found is not None else None
    gone = [*_spans(due), *([found] if found is not None else [])]
    pieces = cut(text, gone)
    pieces = pieces[fillers(pieces) :]
    verb = verb_of(pieces)
    names = names_in(pieces, verb)
    who = tuple(Said(joined(text, pieces, name), (pieces[name[0]].start, pieces[name[1] - 1].end)) for name in names)
    words = addressed(pieces, verb, names[0] if names else None)
    return Line(
        kind=kind_of(pieces, verb),
        due=due,
        who=who,
        contact=contact,
        subject=subject_of(words),
        promise=promise_of(words),
    )


def _spans(due: Due | Unclear | None) -> list[Span]:
    if due is None:
        return []
    return [due.span, *due.others] if isinstance(due, Unclear) else [due.span]

"""The quick-log line: what kind of promise it is, to whom, by when and in which words."""

import enum
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from commitments.domain.phrases import STANDARD, Due, Span, Unclear, Week, read_due


class LineKind(enum.StrEnum):
    """What a line promises; the values are those of a promise's kind."""

    CALLBACK = "callback"
    """To call."""
    FIX = "fix"
    """To put something right."""
    STATUS_UPDATE = "status_update"
    """To say how it stands."""
    ANSWER = "answer"
    """To find something out."""
    OTHER = "other"
    """Anything else."""


@dataclass(frozen=True, slots=True)
class Said:
    """Words of the line, and where they stand."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Line:
    """What a line says. `who`: words that may name the customer, best first; `contact`: a mail address or number."""

    kind: LineKind
    due: Due | Unclear | None
    who: tuple[Said, ...]
    contact: Said | None
    subject: str
    """What it is about: “the refund”; empty where the line does not say."""
    promise: str
    """The words promised, as they complete “We promised …”: “to call you back about the refund”."""


def read_line(text: str, *, now: datetime, zone: ZoneInfo, week: Week = STANDARD, month_first: bool = False) -> Line:
    """Read a line as it is typed while the customer is still on the phone; the due time as `read_due` does."""
    due = read_due(text, now=now, zone=zone, week=week, month_first=month_first)
    return Line(kind=LineKind.OTHER, due=due, who=(), contact=None, subject="", promise="")

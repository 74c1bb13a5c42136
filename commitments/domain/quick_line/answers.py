"""What comes of reading a quick-log line."""

import enum
from dataclasses import dataclass

from commitments.domain.phrases import Due, Span, Unclear


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

"""What comes of reading a line: the due time that was said, or what has to be asked back."""

from dataclasses import dataclass
from datetime import date, datetime

Span = tuple[int, int]
"""Where in the text, as for slicing: `text[start:end]`."""


@dataclass(frozen=True, slots=True)
class Due:
    """The due time that was said. `at` is aware, in the zone that was given; None where only the day is meant."""

    span: Span
    on: date
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that may have been meant: a phrase that is read clearly, and what it is read as."""

    phrase: str
    on: date
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Unclear:
    """Words that may mean a time and cannot be taken for one: `why` is a sentence for whoever typed them.

    `others` are further places in the line, where times stand in several; the choices answer for all of them.
    """

    span: Span
    why: str
    choices: tuple[Choice, ...] = ()
    others: tuple[Span, ...] = ()


def chosen(text: str, *, unclear: Unclear, choice: Choice) -> str:
    """Give the line with a choice in place of the words that were unclear."""
    start, end = unclear.span
    for gone_from, gone_to in sorted(unclear.others, reverse=True):
        text = text[:gone_from].rstrip() + " " * bool(text[gone_to:].strip()) + text[gone_to:].lstrip()
    return f"{text[:start]}{choice.phrase}{text[end:]}"

"""What the Desk shows of logging a promise."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from commitments.web import line_said
from commitments.web.fields import time_zones
from commitments.web.line_reading import Reading, unread
from commitments.web.logging_form import (
    LogForm,
    as_typed_anew,
    as_typed_for,
    as_typed_of,
    customer_to_promise,
    message_to_split,
    withdrawn_promise,
)


@dataclass(frozen=True, slots=True)
class LogSection:
    """The part of the Desk on which a promise is logged: the line, and the full form.

    `is_full`: whether the form is open and the line away; `preview`: the HTML of what the form would mail.
    `is_visited`: whether somebody has just come to the Desk to begin, so that the keyboard is put on the line.
    """

    form: LogForm
    line: Reading | None = None
    is_full: bool = False
    preview: str = ""
    is_visited: bool = False

    def context(self, *, now: datetime) -> dict[str, Any]:
        """Give what its templates say it with."""
        line = self.line
        if line is None and self.form.teams:
            line = unread(team=self.form.teams[0], teams=self.form.teams)
        return {
            **line_said.context(line, now=now),
            "is_full": self.is_full,
            "is_visited": self.is_visited,
            "form": self.form,
            "options": self.form.customer_options(),
            "due": self.form.due_in_words(),
            "time_zones": time_zones(),
            "preview": self.preview,
        }


def asked_section(query: Mapping[str, str], *, actor: Any, now: datetime) -> LogSection:
    """Give the section as an address asks for it: empty, or filled.

    Filled for a promise made anew, split off a message, or made to a customer.
    """
    again = withdrawn_promise(actor=actor, reference=query.get("anew", ""))
    message = message_to_split(actor=actor, message=query.get("split", ""))
    customer = customer_to_promise(actor=actor, customer=query.get("customer", ""))
    if again is not None:
        typed = as_typed_anew(again)
    elif message is not None:
        typed = as_typed_of(message)
    elif customer is not None:
        typed = as_typed_for(customer)
    else:
        return empty_section(actor=actor, now=now, is_visited=True)
    typed["owner"] = str(actor.pk)
    # Filled in as if it had been typed; nothing is judged yet.
    return LogSection(form=LogForm(typed, actor=actor, now=now, is_search=True), is_full=True)


def empty_section(*, actor: Any, now: datetime, is_visited: bool = False) -> LogSection:
    """Give the section as it stands before anything has been typed."""
    return LogSection(form=LogForm(actor=actor, now=now), is_visited=is_visited)

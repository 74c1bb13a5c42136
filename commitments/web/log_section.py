"""What the Desk shows of logging a promise."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from commitments.web.fields import time_zones
from commitments.web.logging_form import LogForm, as_typed_anew, as_typed_of, message_to_split, withdrawn_promise


@dataclass(frozen=True, slots=True)
class LogSection:
    """The part of the Desk on which a promise is logged. `preview`: the HTML of what the form would mail."""

    form: LogForm
    preview: str = ""

    def context(self) -> dict[str, Any]:
        """Give what its templates say it with."""
        return {
            "form": self.form,
            "options": self.form.customer_options(),
            "due": self.form.due_in_words(),
            "time_zones": time_zones(),
            "preview": self.preview,
        }


def asked_section(query: Mapping[str, str], *, actor: Any, now: datetime) -> LogSection:
    """Give the section as an address asks for it: empty, or filled for a promise made anew or split off a message."""
    again = withdrawn_promise(actor=actor, reference=query.get("anew", ""))
    message = message_to_split(actor=actor, message=query.get("split", ""))
    typed = as_typed_anew(again) if again is not None else as_typed_of(message) if message is not None else None
    if typed is None:
        return LogSection(form=LogForm(actor=actor, now=now))
    # Filled in as if it had been typed; nothing is judged yet.
    return LogSection(form=LogForm(typed, actor=actor, now=now, is_search=True))

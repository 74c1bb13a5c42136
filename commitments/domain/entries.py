"""Events as they stand on a timeline, and what each tells the customer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from commitments.domain.acts import TELLS_NO_BAD_NEWS, WARNS
from commitments.domain.clocks import WordMeaning
from commitments.domain.standing import CORRECTED, Word
from commitments.domain.timeline import EventKind, moves_the_date, tells_the_customer

TAKES_OVER = {
    EventKind.MADE: "owner",
    EventKind.HANDOFF_ACCEPTED: "to",
    EventKind.REASSIGNED: "to",
    EventKind.REOPENED: "owner",
}
"""Kinds that say who answers for the promise from then on, and the fact that does."""

TOLD_WHILE_OPEN = frozenset(
    {
        EventKind.WORD_GIVEN,
        EventKind.RENEGOTIATED,
        EventKind.HANDOFF_ACCEPTED,
        EventKind.REASSIGNED,
        EventKind.CONTACTED,
        EventKind.ATTEMPTED,
        EventKind.CORRECTED,
    }
)
"""Kinds by which a person tells the customer something while the promise is open."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as it stands on the timeline: instants among its facts are written in ISO 8601."""

    id: str
    kind: EventKind
    occurred_at: datetime
    recorded_at: datetime
    facts: Mapping[str, Any] = field(default_factory=dict)

    def instant(self, name: str) -> datetime | None:
        """Give a fact that is an instant."""
        text = self.facts.get(name)
        return datetime.fromisoformat(text) if text else None

    def stated(self, name: str) -> datetime:
        """Give an instant that this kind of event always states. Raises ValueError where it is missing."""
        instant = self.instant(name)
        if instant is None:
            raise ValueError(f"“{self.kind}” does not state “{name}”.")
        return instant


def word_of(entry: Entry) -> Word | None:
    """Give what an event tells the customer, as it counts before anything is known of its fate."""
    automatic = entry.kind in {EventKind.HOLDING_MAIL_PLANNED, EventKind.MISSED_MAIL_PLANNED}
    if not automatic and not tells_the_customer(entry.kind, entry.facts):
        return None
    told, meaning = bool(entry.facts.get("told")), entry.facts.get("meaning")
    return Word(
        at=entry.occurred_at,
        named_at=entry.stated("named_at"),
        by_person=not automatic and (told or entry.kind is not EventKind.MADE),
        is_missed_mail=entry.kind is EventKind.MISSED_MAIL_PLANNED,
        is_holding_mail=entry.kind is EventKind.HOLDING_MAIL_PLANNED,
        announces_miss=meaning == WordMeaning.WILL_MISS,
        warns=meaning in WARNS,
        asks_something=meaning == WordMeaning.QUESTION,
        corrects=meaning == CORRECTED,
        answers=entry.facts.get("answers", True),
        tells=meaning not in TELLS_NO_BAD_NEWS,
        has_gone=told,
        meets=entry.instant("meets"),
        old_due_at=entry.instant("was_due_at"),
        new_due_at=entry.instant("due_at") if moves_the_date(entry.kind, entry.facts) else None,
    )

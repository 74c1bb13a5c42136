"""What a sentence about an event is written from, and the words that several sentences share."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from commitments.domain.escalation import Trigger
from commitments.domain.timeline import EventKind
from commitments.models.people import person

Write = Callable[[Any], str]
"""Writes an instant, or its ISO text out of an event's facts, in the team's zone."""

TRIGGERS = {
    Trigger.OVERDUE: "it is overdue",
    Trigger.SILENT: "the customer has heard nothing",
    Trigger.UNANSWERED: "the customer waits for an answer",
    Trigger.DISPUTED: "the customer says that it is not solved",
    Trigger.UNTOLD: "the customer has not been told the bad news",
    Trigger.HANDOFF_LAPSED: "nobody has taken it over",
    Trigger.UNDELIVERABLE: "our mail does not reach the customer",
}


@dataclass(frozen=True, slots=True)
class Telling:
    """One event as its sentence needs it: who did it, its facts, the people in them, and how times are written."""

    kind: EventKind
    who: str
    actor: int | None
    facts: Mapping[str, Any]
    people: Mapping[int, Any]
    write: Write
    customers: Mapping[int, Any] = field(default_factory=dict)

    def time(self, fact: str) -> str:
        """Write an instant of the facts."""
        return self.write(self.facts.get(fact))

    def named(self, fact: str) -> str:
        """Give the name of a colleague of the facts."""
        user = self.people.get(self.facts.get(fact) or 0)
        return person(user) if user is not None else "somebody"

    @property
    def customer(self) -> str:
        """Who did it, where it was a customer."""
        customer = self.customers.get(self.facts.get("customer") or 0)
        return str(customer) if customer is not None else "The customer"

    @property
    def way(self) -> str:
        """How the customer was told."""
        return "by mail" if self.facts.get("notify_customer") else "in a conversation"


def told_people(users: Iterable[Any], singular: str, plural: str) -> str:
    """List people with the verb that fits them; nothing for nobody."""
    names = [person(user) for user in users]
    if not names:
        return ""
    if len(names) == 1:
        return f"{names[0]} {singular}"
    shown = names if len(names) <= 4 else [*names[:3], f"{len(names) - 3} more"]
    return f"{', '.join(shown[:-1])} and {shown[-1]} {plural}"


def cause_of(facts: Mapping[str, Any]) -> str:
    """Say why an escalation is open."""
    try:
        return TRIGGERS[Trigger(facts.get("trigger", ""))]
    except ValueError:
        return "its cause is not recorded"


def reason_of(facts: Mapping[str, Any]) -> str:
    """Give a recorded reason in words."""
    return str(facts.get("reason") or "no reason recorded").replace("_", " ")

"""What a sentence about an event is written from, and the words that several sentences share."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commitments.domain.escalation import Trigger
from commitments.domain.timeline import EventKind
from commitments.models.people import person

Write = Callable[[Any], str]
"""Writes an instant, or its ISO text out of an event's facts, in the team's zone."""

TRIGGERS = {
    Trigger.OVERDUE: _("it is overdue"),
    Trigger.SILENT: _("the customer has heard nothing"),
    Trigger.UNANSWERED: _("the customer waits for an answer"),
    Trigger.DISPUTED: _("the customer says that it is not solved"),
    Trigger.UNTOLD: _("the customer has not been told the bad news"),
    Trigger.HANDOFF_LAPSED: _("nobody has taken it over"),
    Trigger.UNDELIVERABLE: _("our mail does not reach the customer"),
}

REASONS = {
    "ended": _("the promise had ended"),
    "overtaken": _("a person’s word took its place"),
    "too_late": _("it came too late to count"),
    "no_longer_so": _("what it was about was no longer so"),
    "no_address": _("there is no address to send it to"),
    "do_not_mail": _("the customer may not be mailed"),
    "by_phone": _("the customer hears from us by phone only"),
    "only_listed": _("this installation mails listed domains only"),
    "daily_limit": _("the address had its automatic mails for the day: call instead"),
    "dropped": _("a supervisor dropped it after an outage"),
}
"""What the timeline has as the reason why a mail did not go, in the words of the list of mails."""


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
    has_gone: bool = False
    """Whether the mail that it is about has gone."""

    def time(self, fact: str) -> str:
        """Write an instant of the facts."""
        return self.write(self.facts.get(fact))

    def say(self, sentence: str, **values: Any) -> str:
        """Fill a sentence with `values`, and with who did it, the customer, and how they were told."""
        return sentence % {"who": self.who, "customer": self.customer, "way": self.way, **values}

    def named(self, fact: str) -> str:
        """Give the name of a colleague of the facts."""
        user = self.people.get(self.facts.get(fact) or 0)
        return person(user) if user is not None else gettext("somebody")

    @property
    def customer(self) -> str:
        """Who did it, where it was a customer."""
        customer = self.customers.get(self.facts.get("customer") or 0)
        return str(customer) if customer is not None else gettext("The customer")

    @property
    def way(self) -> str:
        """How the customer was told."""
        return gettext("by mail") if self.facts.get("notify_customer") else gettext("in a conversation")


def listed(users: Iterable[Any]) -> str:
    """List people by their names; nothing for nobody."""
    names = [person(user) for user in users]
    if len(names) < 2:
        return "".join(names)
    if len(names) > 4:
        names = [*names[:3], gettext("%(number)s more") % {"number": len(names) - 3}]
    return gettext("%(names)s and %(last)s") % {"names": ", ".join(names[:-1]), "last": names[-1]}


def joined(words: Iterable[Any]) -> str:
    """Put “and” between words; nothing for none."""
    said = ""
    for word in words:
        said = gettext("%(names)s and %(last)s") % {"names": said, "last": word} if said else str(word)
    return said


def cause_of(facts: Mapping[str, Any]) -> str:
    """Say why an escalation is open."""
    try:
        return str(TRIGGERS[Trigger(facts.get("trigger", ""))])
    except ValueError:
        return gettext("its cause is not recorded")


def reason_of(facts: Mapping[str, Any]) -> str:
    """Give a recorded reason in words."""
    reason = str(facts.get("reason") or gettext("no reason recorded"))
    return str(REASONS.get(reason.replace(" ", "_")) or reason.replace("_", " "))

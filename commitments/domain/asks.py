"""What waits for a person: a customer's message, a disputed promise, bad news that has not been told.

Each ask is settled by a person's word said at or after it; by the last one that reached the customer, so that a mail
which does not arrive leaves everything waiting that it was to answer. “Nothing new” and a question tell no bad news.
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from commitments.domain.clocks import Rules, Surroundings
from commitments.domain.escalation import Trigger
from commitments.domain.ladders import end_escalation, open_escalation
from commitments.domain.promise import Change, Promise
from commitments.domain.timeline import Event, EventKind


class AskSort(enum.StrEnum):
    """What asks for a person's word."""

    MESSAGE = "message"
    """The customer wrote or called and needs an answer."""
    DISPUTE = "dispute"
    """The customer says that a kept promise does not solve the matter."""
    RISK = "risk"
    """Bad news was noted; the customer has to be told."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that waits for a person's word since `at`."""

    at: datetime
    sort: AskSort


@dataclass(frozen=True, slots=True)
class Answered:
    """When a person last told the customer something that reached them: an answer, and what they had to be told."""

    at: datetime | None = None
    told_at: datetime | None = None

    def settles(self, ask: Ask) -> bool:
        """Tell whether an ask has been settled."""
        at = self.told_at if ask.sort is AskSort.RISK else self.at
        return at is not None and ask.at <= at


ASKS = {
    EventKind.CUSTOMER_MESSAGE: (AskSort.MESSAGE,),
    EventKind.DISPUTED: (AskSort.MESSAGE, AskSort.DISPUTE),
    EventKind.RISK_NOTED: (AskSort.RISK,),
}
"""What each kind of event leaves waiting for a person's word."""
SETTLES_ALL = frozenset({EventKind.KEPT, EventKind.WITHDRAWN, EventKind.VOIDED, EventKind.REOPENED})
"""Kinds by which everything that was recorded before them is settled, whenever it was said."""

WAITING = {
    AskSort.MESSAGE: ("customer_waiting_since", Trigger.UNANSWERED),
    AskSort.DISPUTE: ("disputed_since", Trigger.DISPUTED),
    AskSort.RISK: ("untold_since", Trigger.UNTOLD),
}
"""The field of a promise that says since when each sort waits, and the ladder that it may open."""


def outstanding(asks: Sequence[Ask], *, sort: AskSort, answered: Answered) -> datetime | None:
    """Give since when asks of one sort wait: the earliest that has not been settled, if there is one."""
    return min((ask.at for ask in asks if ask.sort is sort and not answered.settles(ask)), default=None)


def settle(
    promise: Promise,
    asks: Sequence[Ask],
    *,
    answered: Answered,
    known_at: datetime,
    rules: Rules,
    surroundings: Surroundings,
) -> Change:
    """Let what waits be what no answer has settled, as is known at `known_at`.

    `asks` are all since the promise was made or last reopened. A ladder ends with its cause; where another ask of the
    sort waits, its own time starts anew.
    """
    events: list[Event] = []
    for sort, (field, trigger) in WAITING.items():
        was: datetime | None = getattr(promise, field)
        since = outstanding(asks, sort=sort, answered=answered)
        if since == was:
            continue
        if was is not None and (since is None or since > was):
            promise, ended = end_escalation(promise, trigger, at=known_at)
            events += ended
        promise = _waiting_since(promise, field, since)
        if since is not None and sort is AskSort.DISPUTE:
            promise, opened = open_escalation(promise, trigger, at=known_at, rules=rules, surroundings=surroundings)
            events += opened
    return promise, events


def settle_all(promise: Promise, *, at: datetime) -> Change:
    """Let nothing wait any more: the promise has ended, or begins anew."""
    events: list[Event] = []
    for field, trigger in WAITING.values():
        promise, ended = end_escalation(promise, trigger, at=at)
        promise = _waiting_since(promise, field, None)
        events += ended
    return promise, events


def _waiting_since(promise: Promise, field: str, since: datetime | None) -> Promise:
    changes: dict[str, Any] = {field: since}
    return replace(promise, **changes)

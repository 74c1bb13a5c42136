"""What time did to a promise and what became of its mails, as sentences: one writer for each kind of event."""

from collections.abc import Callable, Mapping
from typing import Any

from commitments.domain.escalation import Trigger
from commitments.domain.timeline import EventKind
from commitments.models.people import person
from commitments.web.telling import TRIGGERS, Telling, cause_of, reason_of, told_people

NOT_BROKEN = {
    "renegotiated": "The customer had been told of a new date before this one passed",
    "corrected": "The date had been logged wrongly",
    "not_told": "The customer was never told of this date",
}
MAILS = {
    "promised": "The receipt",
    "holding": "The holding mail",
    "update": "The update",
    "missed": "The “we missed our promise” mail",
    "renegotiated": "The mail with the new date",
    "kept": "The mail that it is kept",
    "withdrawn": "The mail that it is withdrawn",
    "handed_over": "The mail about who looks after it now",
    "reopened": "The mail that it is open again",
    "corrected": "The mail that puts it right",
    "aftercare": "The question whether it is solved",
    "reminder": "The reminder",
    "still_on_it": "The question “still on it?”",
    "overdue": "The overdue notice",
    "silent": "The silence notice",
    "unanswered": "The notice that the customer waits",
    "disputed": "The notice that it is not solved",
    "untold": "The notice about bad news not told",
    "handoff_lapsed": "The notice that nobody took it over",
    "handoff_offered": "The question to take it over",
    "answer_not_given": "The question to move the date",
    "call_instead": "The request to call",
    "lost_mail": "The question whether a mail went",
    "undeliverable": "The notice that mail does not arrive",
}
RETIMED = {
    "calendar": "The team’s calendar changed",
    "policy": "It runs by a newer policy",
    "cadence": "Another cadence was agreed",
    "handoff": "It belongs to another team",
    "hours": "The owner’s working hours changed",
}


def _step(told: Telling) -> str:
    found = [told.people[user] for user in told.facts.get("recipients", ()) if user in told.people]
    who = told_people(found, "was", "were")
    cause = next(words for trigger, words in TRIGGERS.items() if trigger.step_kind is told.kind)
    return f"{who} told that {cause}" if who else f"There was nobody to tell that {cause}"


def _break_taken_back(told: Telling) -> str:
    because = NOT_BROKEN.get(told.facts.get("because", ""), "It had been kept or withdrawn before its date after all")
    return f"{because}: it counts as not broken"


def _retimed(told: Telling) -> str:
    because = RETIMED.get(told.facts.get("because", ""), "What the clocks run by changed")
    if told.facts.get("hear_by") and told.facts.get("hear_by") != told.facts.get("was_hear_by"):
        return f"{because}: the customer now hears by {told.time('hear_by')}"
    return f"{because}: the clocks were worked out again"


def _mail(facts: Mapping[str, Any]) -> str:
    name = str(facts.get("mail") or facts.get("kind") or "")
    return MAILS.get(name, "A mail")


def _to(told: Telling) -> str:
    to = told.facts.get("to")
    if told.facts.get("again"):
        return " again, to the customer’s new address"
    if to == "customer":
        return " to the customer"
    if to == "other":
        return " to somebody beside the customer"
    return f" to {person(told.people[to])}" if isinstance(to, int) and to in told.people else ""


SENTENCES: Mapping[EventKind, Callable[[Telling], str]] = {
    EventKind.REMINDER_DUE: lambda told: f"The owner was reminded: due by {told.time('due_at')}",
    EventKind.WORD_ASKED: lambda told: (
        f"The owner was asked “still on it?”: the customer must hear by {told.time('next_word_due_at')}"
    ),
    EventKind.ANSWER_NOT_GIVEN: lambda told: (
        "The customer has not answered our question by its date: the owner was asked to move the promise’s"
    ),
    EventKind.BECAME_OVERDUE: lambda told: "The date passed with the promise open: overdue",
    EventKind.HOLDING_MAIL_PLANNED: lambda told: (
        f"A holding mail was due: the customer hears again by {told.time('named_at')}"
    ),
    EventKind.MISSED_MAIL_PLANNED: lambda told: (
        f"A mail was due that we missed our promise: a person is in touch by {told.time('named_at')}"
    ),
    EventKind.BECAME_SILENT: lambda told: "The customer should have heard from us by now and has not: silent",
    EventKind.WORD_MISSED: lambda told: "A time that we had named passed without word",
    EventKind.BECAME_UNANSWERED: lambda told: (
        f"The customer has waited for an answer since {told.time('since')}: it is owed now"
    ),
    EventKind.BAD_NEWS_UNTOLD: lambda told: "The customer has not been told the bad news in time",
    EventKind.HANDOFF_LAPSED: lambda told: "Nobody took it over in time: whoever asked still answers for it",
    **{trigger.step_kind: _step for trigger in Trigger},
    EventKind.BREAK_TAKEN_BACK: _break_taken_back,
    EventKind.DATE_RESTORED: lambda told: (
        f"The customer was not told of the new date after all: it is due by {told.time('due_at')} again"
    ),
    EventKind.SILENCE_ENDED: lambda told: f"The silence since {told.time('since')} ended",
    EventKind.SILENCE_TAKEN_BACK: lambda told: (
        "The customer had heard from us before the silence began: it counts as none"
    ),
    EventKind.CLOCKS_RETIMED: _retimed,
    EventKind.COVER_STARTED: lambda told: (
        f"The owner, {told.named('owner')}, is away until {told.time('until')}; {told.named('cover')} stands in"
    ),
    EventKind.COVER_ENDED: lambda told: f"The owner, {told.named('owner')}, is back",
    EventKind.WORD_VOIDED: lambda told: (
        f"A word did not reach the customer and does not count ({reason_of(told.facts)})"
    ),
    EventKind.NAMED_TIME_MOVED: lambda told: f"The waiting mail names a later time: {told.time('named_at')}",
    EventKind.ESCALATION_OPENED: lambda told: f"Escalation opened: {cause_of(told.facts)}",
    EventKind.ESCALATION_ENDED: lambda told: f"Escalation ended: {cause_of(told.facts)}",
    EventKind.ADDRESS_CHANGED: lambda told: (
        "The customer’s mail address was changed"
        + (": what they were last told by mail goes there again" if told.facts.get("notify_customer") else "")
    ),
    EventKind.MAIL_SENT: lambda told: f"{_mail(told.facts)} went{_to(told)}",
    EventKind.MAIL_SHADOWED: lambda told: (
        f"{_mail(told.facts)} would have gone{_to(told)}, but the team is in shadow mode"
    ),
    EventKind.MAIL_NOT_SENT: lambda told: f"{_mail(told.facts)} was not sent ({reason_of(told.facts)})",
    EventKind.MAIL_NOT_PLANNED: lambda told: (
        f"{_mail(told.facts)} was left out: it would have named {told.time('named_at')}, which had passed by then"
    ),
    EventKind.MAIL_FAILED: lambda told: f"{_mail(told.facts)} did not arrive ({reason_of(told.facts)})",
}

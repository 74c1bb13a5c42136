"""The kinds of things that stand on a timeline, and the plain value that carries one.

No rule lives here: what happens when is in `clocks`, `lifecycle` and `escalation`.
"""

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


class EventKind(enum.StrEnum):
    """What can stand on a promise's timeline."""

    MADE = "made"
    """A promise was made (by a person, an import or the API)."""
    WORD_GIVEN = "word_given"
    """A person gave the customer word."""
    RENEGOTIATED = "renegotiated"
    """The date was moved, and the customer told."""
    KEPT = "kept"
    """The promise was kept."""
    WITHDRAWN = "withdrawn"
    """The promise was taken back, with a reason, and the customer was told."""
    REOPENED = "reopened"
    """A kept promise was opened again with a new date."""
    HANDOFF_OFFERED = "handoff_offered"
    """The owner asked somebody to take over."""
    HANDOFF_ACCEPTED = "handoff_accepted"
    """Somebody took over, and the customer was told."""
    HANDOFF_DECLINED = "handoff_declined"
    """Somebody who was asked to take over would not."""
    HANDOFF_TAKEN_BACK = "handoff_taken_back"
    """The owner keeps it after all."""
    REASSIGNED = "reassigned"
    """A supervisor gave it to another owner."""
    CUSTOMER_MESSAGE = "customer_message"
    """The customer wrote or called."""
    THANKED = "thanked"
    """A customer's message was marked as thanks: it needs no answer."""
    SPLIT_OFF = "split_off"
    """A customer's message became a promise of its own."""
    CONTACTED = "contacted"
    """A conversation with the customer was held."""
    ATTEMPTED = "attempted"
    """Somebody tried to reach the customer and did not."""
    CALL_STARTED = "call_started"
    """Somebody is calling the customer now; automatic mail waits."""
    CALL_ENDED = "call_ended"
    """The call is over."""
    RISK_NOTED = "risk_noted"
    """The owner noted bad news that the customer has not been told."""
    DISPUTED = "disputed"
    """The customer says that a kept promise does not solve the matter."""
    BREAK_EXPLAINED = "break_explained"
    """A person said why the date was broken."""
    ACKNOWLEDGED = "acknowledged"
    """Somebody has taken note of what is wrong; the climb stops for a while."""
    CORRECTED = "corrected"
    """What was logged wrongly was put right."""
    VOIDED = "voided"
    """The promise was logged by mistake and does not count."""
    WATCHER_ADDED = "watcher_added"
    """Somebody else gets the customer's mails as well."""
    WATCHER_REMOVED = "watcher_removed"
    """Somebody no longer gets the customer's mails."""
    CONTACT_ROUTE_CHANGED = "contact_route_changed"
    """The customer hears from us another way."""
    CADENCE_AGREED = "cadence_agreed"
    """How often the customer hears from us was agreed with them."""
    POLICY_MOVED = "policy_moved"
    """A supervisor moved it to a newer version of its policy."""
    CUSTOMER_MERGED = "customer_merged"
    """Two entries for one customer became one."""
    CONFIRMED = "confirmed"
    """The customer says that a kept promise has solved the matter."""
    ANSWER_TAKEN_BACK = "answer_taken_back"
    """The customer took back what they had answered on their page."""
    REAL_NEWS_ONLY = "real_news_only"
    """The customer asked for no holding mails, or for them again."""
    NOT_FOR_ME = "not_for_me"
    """Whoever reads our mail says that it is not for them."""
    REVEALED = "revealed"
    """The customer proved to be a leader under an alias: it was a self-test."""

    REMINDER_DUE = "reminder_due"
    """The owner is reminded that the date comes near."""
    WORD_ASKED = "word_asked"
    """The owner is asked: are you still on it?"""
    BECAME_OVERDUE = "became_overdue"
    """The date passed with the promise open."""
    HOLDING_MAIL_PLANNED = "holding_mail_planned"
    """An automatic word: no news yet, and when the customer hears again."""
    MISSED_MAIL_PLANNED = "missed_mail_planned"
    """An automatic word: we missed our promise, and when a person will be in touch."""
    BECAME_SILENT = "became_silent"
    """The time by which the customer must hear from us passed without word."""
    WORD_MISSED = "word_missed"
    """A time that we named during a silence passed without word."""
    BECAME_UNANSWERED = "became_unanswered"
    """The time by which the customer's message had to be answered passed."""
    BAD_NEWS_UNTOLD = "bad_news_untold"
    """The time by which the customer had to be told of bad news passed."""
    HANDOFF_LAPSED = "handoff_lapsed"
    """Nobody took over in time: the one who asked still answers for it."""
    ANSWER_NOT_GIVEN = "answer_not_given"
    """The customer has not answered our question by its date: the owner is asked to move the promise's."""
    OVERDUE_STEP = "overdue_step"
    """A step of the ladder for an overdue promise was taken."""
    SILENT_STEP = "silent_step"
    """A step of the ladder for a silent promise was taken."""
    UNANSWERED_STEP = "unanswered_step"
    """A step of the ladder for a customer who waits for an answer was taken."""
    DISPUTED_STEP = "disputed_step"
    """A step of the ladder for a disputed promise was taken."""
    UNTOLD_STEP = "untold_step"
    """A step of the ladder for bad news not told was taken."""
    HANDOFF_LAPSED_STEP = "handoff_lapsed_step"
    """A step of the ladder for a handoff that nobody accepted was taken."""
    UNDELIVERABLE_STEP = "undeliverable_step"
    """A step of the ladder for a customer whom our mail does not reach was taken."""

    BREAK_TAKEN_BACK = "break_taken_back"
    """It was recorded later that the date had not been broken: kept, moved or withdrawn before, or never told."""
    DATE_RESTORED = "date_restored"
    """The customer was not told of a new date after all: an earlier one holds again."""
    SILENCE_ENDED = "silence_ended"
    """A person's word, or the end of the promise, ended a silence."""
    SILENCE_TAKEN_BACK = "silence_taken_back"
    """It was recorded later that the customer had heard from us before the silence began."""
    CLOCKS_RETIMED = "clocks_retimed"
    """A calendar, a policy or the people changed: the clocks were worked out again."""
    COVER_STARTED = "cover_started"
    """The owner is away for more than a day and somebody stands in."""
    COVER_ENDED = "cover_ended"
    """The owner is back."""
    ADDRESS_CHANGED = "address_changed"
    """The customer has another mail address: what they were last told by mail goes there again."""
    WORD_VOIDED = "word_voided"
    """A word did not reach the customer after all."""
    NAMED_TIME_MOVED = "named_time_moved"
    """A waiting mail would have named a time too near or past; it names a later one."""
    ESCALATION_OPENED = "escalation_opened"
    """Something now asks for more than the owner's attention."""
    ESCALATION_ENDED = "escalation_ended"
    """Its cause ended."""
    MAIL_SENT = "mail_sent"
    """A mail was handed to the mail server."""
    MAIL_SHADOWED = "mail_shadowed"
    """A mail would have gone, but the team is in shadow mode."""
    MAIL_NOT_SENT = "mail_not_sent"
    """A planned mail was not sent, with the reason."""
    MAIL_NOT_PLANNED = "mail_not_planned"
    """An automatic mail was left out: the time that it would have named had passed when its turn came."""
    MAIL_FAILED = "mail_failed"
    """A mail was refused or came back."""


TIMES_OWN = frozenset(
    {
        EventKind.REMINDER_DUE,
        EventKind.WORD_ASKED,
        EventKind.BECAME_OVERDUE,
        EventKind.HOLDING_MAIL_PLANNED,
        EventKind.MISSED_MAIL_PLANNED,
        EventKind.BECAME_SILENT,
        EventKind.WORD_MISSED,
        EventKind.BECAME_UNANSWERED,
        EventKind.BAD_NEWS_UNTOLD,
        EventKind.HANDOFF_LAPSED,
        EventKind.ANSWER_NOT_GIVEN,
        EventKind.OVERDUE_STEP,
        EventKind.SILENT_STEP,
        EventKind.UNANSWERED_STEP,
        EventKind.DISPUTED_STEP,
        EventKind.UNTOLD_STEP,
        EventKind.HANDOFF_LAPSED_STEP,
        EventKind.UNDELIVERABLE_STEP,
    }
)
"""Kinds that time brings about: unique per promise, kind and instant, however often a sweep runs."""

PEOPLES_ACTS = frozenset(
    {
        EventKind.MADE,
        EventKind.WORD_GIVEN,
        EventKind.RENEGOTIATED,
        EventKind.KEPT,
        EventKind.WITHDRAWN,
        EventKind.REOPENED,
        EventKind.HANDOFF_OFFERED,
        EventKind.HANDOFF_ACCEPTED,
        EventKind.HANDOFF_DECLINED,
        EventKind.HANDOFF_TAKEN_BACK,
        EventKind.REASSIGNED,
        EventKind.CUSTOMER_MESSAGE,
        EventKind.THANKED,
        EventKind.SPLIT_OFF,
        EventKind.CONTACTED,
        EventKind.ATTEMPTED,
        EventKind.CALL_STARTED,
        EventKind.CALL_ENDED,
        EventKind.RISK_NOTED,
        EventKind.DISPUTED,
        EventKind.BREAK_EXPLAINED,
        EventKind.ACKNOWLEDGED,
        EventKind.CORRECTED,
        EventKind.VOIDED,
        EventKind.WATCHER_ADDED,
        EventKind.WATCHER_REMOVED,
        EventKind.CONTACT_ROUTE_CHANGED,
        EventKind.CADENCE_AGREED,
        EventKind.POLICY_MOVED,
        EventKind.CUSTOMER_MERGED,
        EventKind.CONFIRMED,
        EventKind.ANSWER_TAKEN_BACK,
        EventKind.REAL_NEWS_ONLY,
        EventKind.NOT_FOR_ME,
        EventKind.REVEALED,
    }
)
"""Kinds that people bring about: numbered per promise, and counted by its version."""


TOLD_BY_PERSON = frozenset(
    {
        EventKind.MADE,
        EventKind.WORD_GIVEN,
        EventKind.RENEGOTIATED,
        EventKind.REOPENED,
        EventKind.HANDOFF_ACCEPTED,
        EventKind.REASSIGNED,
        EventKind.CONTACTED,
        EventKind.ATTEMPTED,
        EventKind.CORRECTED,
    }
)
"""Kinds by which a person tells the customer something, where their facts name a time (`named_at`)."""
CONFIRMS_THE_DATE = frozenset(
    {EventKind.WORD_GIVEN, EventKind.CONTACTED, EventKind.HANDOFF_ACCEPTED, EventKind.REASSIGNED}
)
"""Kinds that, in a conversation, tell the customer of a date that a mail before them has moved."""
ENDS_IT = frozenset({EventKind.KEPT, EventKind.WITHDRAWN, EventKind.VOIDED})


def tells_the_customer(kind: EventKind, facts: Mapping[str, Any]) -> bool:
    """Tell whether a person's act tells the customer something, as its facts have it."""
    return kind in TOLD_BY_PERSON and bool(facts.get("named_at"))


def is_note_of_a_call(kind: EventKind, facts: Mapping[str, Any]) -> bool:
    """Tell whether an event's words are a colleague's note of a call, rather than what the customer was told."""
    return kind is EventKind.CONTACTED and not facts.get("channel")


def moves_the_date(kind: EventKind, facts: Mapping[str, Any]) -> bool:
    """Tell whether an event is a person's act that moves the promised date, as its facts have it."""
    return kind in PEOPLES_ACTS and "was_due_at" in facts


@dataclass(frozen=True, slots=True)
class Event:
    """One fact: its kind, the instant (UTC) at which it was so, and details as JSON values and instants."""

    kind: EventKind
    occurred_at: datetime
    facts: Mapping[str, Any] = field(default_factory=dict)

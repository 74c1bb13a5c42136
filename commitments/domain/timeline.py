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
    POLICY_MOVED = "policy_moved"
    """A supervisor moved it to a newer version of its policy."""

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
    OVERDUE_STEP = "overdue_step"
    """A step of the ladder for an overdue promise was taken."""
    SILENT_STEP = "silent_step"
    """A step of the ladder for a silent promise was taken."""
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
    WORD_VOIDED = "word_voided"
    """A word did not reach the customer after all."""
    NAMED_TIME_MOVED = "named_time_moved"
    """A waiting mail would have named a time too near or past; it names a later one."""
    CLOCKS_RETIMED = "clocks_retimed"
    """What the clocks run by changed, and an instant moved: the word clock forward, prompts and steps either way."""
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
        EventKind.OVERDUE_STEP,
        EventKind.SILENT_STEP,
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
        EventKind.POLICY_MOVED,
    }
)
"""Kinds that people bring about: numbered per promise, and counted by its version."""


@dataclass(frozen=True, slots=True)
class Event:
    """One fact: its kind, the instant (UTC) at which it was so, and details as JSON values and instants."""

    kind: EventKind
    occurred_at: datetime
    facts: Mapping[str, Any] = field(default_factory=dict)

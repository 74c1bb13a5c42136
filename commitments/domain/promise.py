"""One promise as its clocks see it: the state that acts and time change, and nothing that changes it."""

import enum
from dataclasses import dataclass
from datetime import datetime

from commitments.domain.business_time import Duration
from commitments.domain.escalation import OpenEscalation
from commitments.domain.timeline import Event


class Status(enum.StrEnum):
    """What people have decided about a promise; what time does (overdue, silent) is derived."""

    OPEN = "open"
    """It is to be kept."""
    KEPT = "kept"
    """It has been kept."""
    WITHDRAWN = "withdrawn"
    """It was taken back, with a reason, and the customer was told."""


class Outcome(enum.StrEnum):
    """What became of a promise, derived from its timeline."""

    OPEN = "open"
    """Not ended."""
    KEPT_ON_TIME = "kept_on_time"
    """Kept, and no date broke since it was made or last reopened."""
    KEPT_LATE = "kept_late"
    """Kept after a date had broken."""
    WITHDRAWN = "withdrawn"
    """Withdrawn."""


class NotOpen(Exception):
    """The promise has ended; what was asked needs an open one."""


class NotEnded(Exception):
    """The promise is still to be kept; what was asked is for one that has ended."""


class NotKept(Exception):
    """The promise has not been kept; only a kept promise can be reopened."""


@dataclass(frozen=True, slots=True)
class Promise:
    """Everything about one promise that its clocks run by. Instants are UTC; field names are the row's columns."""

    due_at: datetime
    due_set_at: datetime
    started_at: datetime
    """When it was made or last reopened."""
    checked_until: datetime
    """Prompts up to this instant have been given."""
    next_word_due_at: datetime | None = None
    status: Status = Status.OPEN
    ended_at: datetime | None = None
    agreed_cadence: Duration | None = None
    last_word_at: datetime | None = None
    last_person_word_at: datetime | None = None
    overdue_since: datetime | None = None
    silent_since: datetime | None = None
    word_missed_at: datetime | None = None
    """The time that we named in this silence and that passed without word."""
    missed_mail_decided: bool = False
    """Whether the question of a missed mail for this due time has been settled, either way."""
    missed_mail_at: datetime | None = None
    """The missed mail planned since the last person's word."""
    miss_announced_at: datetime | None = None
    """When the customer was told that this due time would not hold."""
    holding_mails_used: int = 0
    holding_barred: bool = False
    """Whether no holding mail may be planned for this deadline any more, whatever the allowance."""
    unconfirmed_meets: datetime | None = None
    """The deadline that the last word was to meet, while its mail has not gone."""
    times_broken: int = 0
    breaks_since_started: int = 0
    times_reopened: int = 0
    times_renegotiated: int = 0
    """How often the date was moved before it passed, the customer told."""
    nothing_new_run: int = 0
    customer_waiting_since: datetime | None = None
    """The earliest message of the customer that needs an answer and has none; also after the end."""
    disputed_since: datetime | None = None
    """When the customer said that the kept promise does not solve the matter, until it is reopened or explained."""
    untold_since: datetime | None = None
    """When bad news was noted of which the customer has not been told."""
    answer_by: datetime | None = None
    """By when we need the customer's answer to our question, while we have none."""
    handoff_lapses_at: datetime | None = None
    """By when somebody who was asked to take it over has to accept."""
    calling_until: datetime | None = None
    """Until when automatic mail waits, because somebody is calling the customer."""
    kept_on_the_call: bool = False
    """Whether it was kept on the very call on which it was made: it was never left open."""
    escalations: tuple[OpenEscalation, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it is still to be kept."""
        return self.status is Status.OPEN

    @property
    def word_deadline(self) -> datetime:
        """By when the customer must hear from us: the word clock, or the due clock while that comes first."""
        return self.next_word_due_at or self.due_at

    @property
    def deadline_to_meet(self) -> datetime:
        """The deadline that the next word is to meet: the one that was missed, in a silence."""
        return self.silent_since or self.word_deadline

    @property
    def outcome(self) -> Outcome:
        """What became of it so far."""
        if self.status is Status.KEPT:
            return Outcome.KEPT_LATE if self.breaks_since_started else Outcome.KEPT_ON_TIME
        return Outcome(self.status.value)


Change = tuple[Promise, list[Event]]
"""The next state, and what is to stand on the timeline about the way there."""


def require_open(promise: Promise) -> None:
    """Raise NotOpen for a promise that has ended."""
    if not promise.is_open:
        raise NotOpen

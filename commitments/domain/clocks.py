"""The due clock and the word clock: which instants follow from a promise, a word and a policy.

Pure functions from instants to instants. Nothing here knows what has already happened; that is `lifecycle`.
"""

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from commitments.domain.business_time import (
    Calendar,
    Duration,
    DurationSort,
    add,
    add_open_time,
    is_working_instant,
    open_time_between,
    subtract,
    subtract_open_time,
)
from commitments.domain.escalation import Step, Trigger
from commitments.domain.strain import StrainReason, score
from commitments.domain.waking_hours import WakingHours, next_waking

LAST_OPEN_HOUR = timedelta(hours=1)
AFTER_WAKING = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Rules:
    """A policy in the domain's terms: the numbers that the clocks run by."""

    cadence: Duration
    reminders: tuple[Duration, ...]
    ask_lead: Duration
    holding_mails: int
    holding_lead: timedelta
    facts_max_age: Duration | None
    missed_grace: timedelta
    recovery: Duration
    round_to: timedelta
    waking: WakingHours | None
    untold_after: Duration
    """How long bad news may wait to be told."""
    acceptance_time: Duration
    """How long an offered handoff may wait to be accepted."""
    acknowledged_for: Duration
    """How long acknowledging stops a climb."""
    reply_time: Duration | None = None
    """How long a customer's message may wait for an answer; without one it may wait for ever."""
    strain_threshold: float | None = None
    """From which strain on a customer is treated with more care; without one, never."""
    ladders: Mapping[Trigger, Sequence[Step]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a promise's clocks need to know of the people around it."""

    calendar: Calendar
    """The team's: for its supervisors and for whoever of it may act."""
    working: Calendar
    """The hours of the one who must act, within the team's calendar."""
    customer_zone: str
    mailable: bool
    """Whether automatic mail may be planned for this customer at all."""
    real_news_only: bool
    reaches: Callable[[Step, datetime], bool]
    """Whether a step of a ladder finds anybody at an instant."""
    strain: tuple[StrainReason, ...] = ()
    """How the customer has been treated lately."""

    def is_strained(self, at: datetime, *, rules: Rules) -> bool:
        """Tell whether the customer's strain has reached the policy's threshold at `at`."""
        return rules.strain_threshold is not None and score(self.strain, at=at) >= rules.strain_threshold


class WordMeaning(enum.StrEnum):
    """What a person's word says."""

    NEWS = "news"
    """There is news."""
    NOTHING_NEW = "nothing_new"
    """On track, nothing new."""
    AT_RISK = "at_risk"
    """The date may not hold."""
    WILL_MISS = "will_miss"
    """The date will not hold."""
    QUESTION = "question"
    """We need something from the customer."""


def round_up(instant: datetime, *, to: timedelta) -> datetime:
    """Round up to a whole multiple of `to`, counted from midnight UTC; no rounding for zero."""
    if not to:
        return instant
    midnight = instant.replace(hour=0, minute=0, second=0, microsecond=0)
    beyond = (instant - midnight) % to
    return instant + (to - beyond) if beyond else instant


def into_waking_hours(instant: datetime, *, zone: str, waking: WakingHours | None) -> datetime:
    """Move an instant outside the waking hours to an hour after they next begin (UTC)."""
    wakes_at = next_waking(instant, zone=zone, waking=waking)
    return instant if wakes_at == instant else wakes_at + AFTER_WAKING


def named_time(at: datetime, *, rules: Rules, customer_zone: str) -> datetime:
    """Give the time that a word names for `at`: rounded up, and in the customer's waking hours."""
    return into_waking_hours(round_up(at, to=rules.round_to), zone=customer_zone, waking=rules.waking)


def cadence_end(
    word_at: datetime, *, agreed_cadence: Duration | None, rules: Rules, surroundings: Surroundings
) -> datetime:
    """Give when the cadence after a word at `word_at` ends; for a strained customer, half way there.

    Half of business days is half of the open time in them; where there is none, as from a weekend's night to Monday's
    opening, it ends with them.
    """
    cadence, calendar = agreed_cadence or rules.cadence, surroundings.working
    end = add(word_at, cadence, calendar=calendar)
    if not surroundings.is_strained(word_at, rules=rules):
        return end
    if cadence.sort is DurationSort.ELAPSED:
        return word_at + (end - word_at) / 2
    open_time = open_time_between(word_at, end, calendar=calendar)
    return add_open_time(word_at, open_time / 2, calendar=calendar) if open_time else end


def next_word_due(
    word_at: datetime,
    *,
    due_at: datetime,
    agreed_cadence: Duration | None = None,
    rules: Rules,
    surroundings: Surroundings,
) -> datetime | None:
    """Give the word clock after a word at `word_at`; empty while the due clock comes first."""
    end = cadence_end(word_at, agreed_cadence=agreed_cadence, rules=rules, surroundings=surroundings)
    at = named_time(end, rules=rules, customer_zone=surroundings.customer_zone)
    return None if word_at < due_at <= at else at


def reminder_instants(due_at: datetime, *, reminders: Sequence[Duration], calendar: Calendar) -> list[datetime]:
    """Give when the owner is reminded of `due_at`, earliest first, each once.

    A due time outside open hours: an elapsed reminder goes at the start of the last open hour before it, when
    somebody is there to read it.
    """
    outside = not is_working_instant(due_at, calendar=calendar)
    instants = {
        subtract_open_time(due_at, LAST_OPEN_HOUR, calendar=calendar)
        if outside and reminder.sort is DurationSort.ELAPSED
        else subtract(due_at, reminder, calendar=calendar)
        for reminder in reminders
    }
    return sorted(instants)

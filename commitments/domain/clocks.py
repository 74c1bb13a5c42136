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
    is_working_instant,
    subtract,
    subtract_open_time,
)
from commitments.domain.escalation import Step, Trigger
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
    ladders: Mapping[Trigger, Sequence[Step]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a promise's clocks need to know of the people around it."""

    calendar: Calendar
    """Of whoever must act."""
    customer_zone: str
    mailable: bool
    """Whether automatic mail may be planned for this customer at all."""
    real_news_only: bool
    reaches: Callable[[Step], bool]
    """Whether a step of a ladder finds anybody."""


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


def named_time(word_at: datetime, *, wait: Duration, rules: Rules, calendar: Calendar, customer_zone: str) -> datetime:
    """Give the time that a word at `word_at` names: `wait` later, rounded up, in the customer's waking hours."""
    rounded = round_up(add(word_at, wait, calendar=calendar), to=rules.round_to)
    return into_waking_hours(rounded, zone=customer_zone, waking=rules.waking)


def next_word_due(
    word_at: datetime,
    *,
    due_at: datetime,
    cadence: Duration,
    rules: Rules,
    calendar: Calendar,
    customer_zone: str,
) -> datetime | None:
    """Give the word clock after a word at `word_at`; empty while the due clock comes first."""
    at = named_time(word_at, wait=cadence, rules=rules, calendar=calendar, customer_zone=customer_zone)
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

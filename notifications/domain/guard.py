"""The last look before a mail goes: is what it says still so, and may it go now?

Pure: `decide` judges what has just been read. Reasons are in the order in which a person would give them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from commitments.domain.waking_hours import WakingHours, next_waking
from notifications.domain.kinds import ESCALATIONS, NAMES_A_TIME, WAKING_HOURS_HOLD, Hold, MailKind, NotSent


@dataclass(frozen=True, slots=True)
class Send:
    """It goes; in shadow mode it is only shown."""

    shadowed: bool = False


@dataclass(frozen=True, slots=True)
class Drop:
    """It does not go, and the word it carried is no word."""

    reason: NotSent


@dataclass(frozen=True, slots=True)
class Wait:
    """It waits: until an instant, or (None) until what holds it is over."""

    hold: Hold
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class NameLater:
    """The time that it names is past or too near and has to be worked out again first."""


Decision = Send | Drop | Wait | NameLater


@dataclass(frozen=True, slots=True)
class Facts:
    """How things stand around one mail at the moment of sending."""

    kind: MailKind
    to_customer: bool
    is_automatic: bool
    address: str
    is_open: bool
    due_at: datetime
    next_word_due_at: datetime | None
    silent: bool
    about: datetime | None
    """The deadline that a reminder or a question to the owner is about."""
    word_state: str = ""
    """How the word that the mail carries stands; empty where it carries none."""
    named_at: datetime | None = None
    date_stands: bool = True
    """Whether the date that a mail moved the promise to is still the promise's."""
    is_dropped: bool = False
    """Whether a supervisor has decided against it."""
    do_not_mail: bool = False
    real_news_only: bool = False
    by_phone: bool = False
    reader_is_there: bool = True
    """Whether the colleague still works here, and (for an owner's mail) still owns the promise."""
    ladder_is_open: bool = True
    is_shadow: bool = False
    is_stopped: bool = False
    zone: str = "UTC"
    waking: WakingHours | None = None
    names_at_least: timedelta = timedelta(0)
    day_limit: int | None = None


def decide(facts: Facts, *, sent_today: int, only_to: Collection[str], now: datetime) -> Decision:
    """Judge one mail. `sent_today`: automatic mails to its address in the last 24 h; `only_to`: listed domains."""
    reason = _why_not_to_customer(facts) if facts.to_customer else _why_not_to_colleague(facts, now=now)
    if reason is None and not facts.address:
        reason = NotSent.NO_ADDRESS
    stays_here = facts.to_customer and facts.is_shadow
    if reason is None and only_to and not stays_here and not _is_listed(facts.address, only_to):
        reason = NotSent.ONLY_LISTED
    if reason is not None:
        return Drop(reason)
    if not facts.to_customer:
        return Send()
    if facts.is_automatic and facts.is_stopped:
        return Wait(Hold.STOP_SWITCH)
    if facts.kind in WAKING_HOURS_HOLD:
        wakes_at = next_waking(now, zone=facts.zone, waking=facts.waking)
        if wakes_at > now:
            return Wait(Hold.WAKING_HOURS, until=wakes_at)
    if facts.is_automatic and facts.day_limit is not None and sent_today >= facts.day_limit:
        return Drop(NotSent.DAILY_LIMIT)
    if names_too_near(facts, now=now):
        return NameLater()
    return Send(shadowed=facts.is_shadow)


def names_too_near(facts: Facts, *, now: datetime) -> bool:
    """Tell whether an automatic mail would name a time that is past or too near.

    The due time itself may be near: it was promised, and naming another would be no better.
    """
    if facts.kind not in NAMES_A_TIME or facts.named_at is None:
        return False
    if facts.kind is not MailKind.MISSED and facts.named_at == facts.due_at and facts.due_at > now:
        return False
    return facts.named_at <= now or facts.named_at - now < facts.names_at_least


def _why_not_to_customer(facts: Facts) -> NotSent | None:
    if facts.is_dropped:
        return NotSent.DROPPED
    if facts.kind in NAMES_A_TIME:
        if not facts.is_open:
            return NotSent.ENDED
        if facts.word_state == "cancelled":
            return NotSent.OVERTAKEN
        if facts.word_state != "planned":
            return NotSent.TOO_LATE
    if facts.kind is MailKind.RENEGOTIATED:
        if not facts.is_open:
            return NotSent.ENDED
        if facts.word_state != "planned":
            return NotSent.TOO_LATE
        if not facts.date_stands:
            return NotSent.NO_LONGER_SO
    if facts.kind is MailKind.HOLDING and facts.real_news_only:
        return NotSent.NO_LONGER_SO
    if facts.kind is MailKind.PROMISED and not facts.is_open:
        return NotSent.ENDED
    if facts.kind in {MailKind.KEPT, MailKind.WITHDRAWN} and facts.is_open:
        # It was reopened before the mail could go.
        return NotSent.NO_LONGER_SO
    if facts.by_phone:
        return NotSent.BY_PHONE
    return NotSent.DO_NOT_MAIL if facts.do_not_mail else None


def _why_not_to_colleague(facts: Facts, *, now: datetime) -> NotSent | None:
    if not facts.is_open:
        return NotSent.ENDED
    if not facts.reader_is_there:
        return NotSent.NO_LONGER_SO
    if facts.kind in ESCALATIONS:
        return None if facts.ladder_is_open else NotSent.NO_LONGER_SO
    stands = facts.due_at if facts.kind is MailKind.REMINDER else facts.next_word_due_at
    asked_for = facts.kind is MailKind.REMINDER or not facts.silent
    if stands is not None and stands == facts.about and now < stands and asked_for:
        return None
    return NotSent.NO_LONGER_SO


def _is_listed(address: str, domains: Collection[str]) -> bool:
    return address.rpartition("@")[2].lower() in domains

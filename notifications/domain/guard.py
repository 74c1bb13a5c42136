"""The last look before a mail goes: is what it says still so, and may it go now?

Pure: `decide` judges what has just been read. Reasons are in the order in which a person would give them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from commitments.domain.ladders import OUTLIVES_THE_END
from commitments.domain.waking_hours import WakingHours, next_waking
from notifications.domain.kinds import (
    ESCALATIONS,
    LISTS,
    NAMES_A_TIME,
    WAKING_HOURS_HOLD,
    Hold,
    MailKind,
    NotSent,
)


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
    """The instant that the mail is about, as it was when it was planned: a deadline, a date, the end of a cover."""
    word_state: str = ""
    """How the word that the mail carries stands; empty where it carries none."""
    named_at: datetime | None = None
    date_stands: bool = True
    """Whether the date that a mail moved the promise to is still the promise's."""
    is_copy: bool = False
    """Whether it goes to somebody beside the promise's customer."""
    is_again: bool = False
    """Whether it had gone to an old address of the reader's."""
    is_for_reader: bool = True
    """Whether it is still for whom it was planned: the promise may have proved to be another customer's."""
    is_voided: bool = False
    """Whether the promise proved to be logged by mistake, and this is not the mail that says so."""
    owner_stands: bool = True
    """Whether who the mail says looks after the promise still does."""
    answer_by: datetime | None = None
    handoff_lapses_at: datetime | None = None
    calling_until: datetime | None = None
    customer_waits: bool = False
    """Whether the customer has asked or disputed something and has no answer."""
    word_since: bool = False
    """Whether a person has given the customer word since the mail was planned."""
    is_confirmed: bool = False
    """Whether the customer has said by themselves that it is solved."""
    has_contents: bool = True
    """Whether a list has anything left on it."""
    is_dropped: bool = False
    """Whether a supervisor has decided against it."""
    do_not_mail: bool = False
    suppressed: str = ""
    """Why its address, whoever is reached there, gets no mail (`Suppressed`); empty where it may."""
    real_news_only: bool = False
    by_phone: bool = False
    reader_is_there: bool = True
    """Whether the colleague still works here, and (for an owner's mail) still owns the promise."""
    ladder_is_open: bool = True
    is_still_lost: bool = True
    """Whether nobody has said yet what is done about a mail of which nobody can tell whether it went."""
    is_shadow: bool = False
    is_stopped: bool = False
    zone: str = "UTC"
    waking: WakingHours | None = None
    names_at_least: timedelta = timedelta(0)
    day_limit: int | None = None


def decide(facts: Facts, *, sent_today: int, only_to: Collection[str], now: datetime) -> Decision:
    """Judge one mail. `sent_today`: automatic mails to its address in the last 24 h; `only_to`: listed domains."""
    reason = _why_not_to_customer(facts, now=now) if facts.to_customer else _why_not_to_colleague(facts, now=now)
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
    if facts.is_automatic and facts.calling_until is not None and now < facts.calling_until:
        return Wait(Hold.CALLING, until=facts.calling_until)
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


def _why_not_to_customer(facts: Facts, *, now: datetime) -> NotSent | None:
    if facts.is_dropped:
        return NotSent.DROPPED
    if facts.is_voided or not facts.is_for_reader:
        return NotSent.NO_LONGER_SO
    reason = _why_not_its_word(facts) or _why_no_longer_so(facts, now=now)
    if reason is not None:
        return reason
    if facts.by_phone and not facts.is_copy:
        return NotSent.BY_PHONE
    return NotSent.DO_NOT_MAIL if facts.do_not_mail or facts.suppressed else None


TELLS_A_STATE = frozenset({MailKind.RENEGOTIATED, MailKind.HANDED_OVER, MailKind.REOPENED})
"""What a person says of an open promise, and that is void with its word."""


def _why_not_its_word(facts: Facts) -> NotSent | None:
    """Say why the word that a mail carries is none any more; what repeats it may follow a word that has gone."""
    repeats = facts.is_copy or facts.is_again
    if facts.kind in NAMES_A_TIME:
        if not facts.is_open:
            return NotSent.ENDED
        if facts.word_state == "cancelled" or (repeats and facts.word_since):
            return NotSent.OVERTAKEN
        if facts.word_state != "planned" and not (repeats and facts.word_state == "gone"):
            return NotSent.TOO_LATE
    if facts.kind in TELLS_A_STATE:
        if not facts.is_open:
            return NotSent.ENDED
        if facts.word_state in {"void", "cancelled"} and not facts.is_again:
            return NotSent.TOO_LATE
    return None


def _why_no_longer_so(facts: Facts, *, now: datetime) -> NotSent | None:
    """Say why what a mail tells the customer is not so any more."""
    holds = True
    match facts.kind:
        case MailKind.HOLDING:
            holds = not facts.real_news_only
        case MailKind.PROMISED:
            return None if facts.is_open else NotSent.ENDED
        case MailKind.KEPT | MailKind.WITHDRAWN:
            # Otherwise it was reopened before the mail could go.
            holds = not facts.is_open
        case MailKind.RENEGOTIATED | MailKind.CORRECTED:
            holds = facts.date_stands
        case MailKind.REOPENED:
            holds = facts.about in {None, facts.due_at}
        case MailKind.HANDED_OVER:
            holds = facts.owner_stands and (facts.about is None or now < facts.about)
        case MailKind.UPDATE if facts.about is not None:
            # “We tried to call; the next try is by …”
            if not facts.is_open:
                return NotSent.ENDED
            holds = now < facts.about
        case MailKind.AFTERCARE:
            holds = not (facts.is_open or facts.customer_waits or facts.is_confirmed)
    return None if holds else NotSent.NO_LONGER_SO


AFTER_THE_END = frozenset(MailKind(trigger.value) for trigger in OUTLIVES_THE_END)
"""What can be wrong about a promise that has ended."""


def _why_not_to_colleague(facts: Facts, *, now: datetime) -> NotSent | None:
    if not facts.is_open and facts.kind not in AFTER_THE_END:
        return NotSent.ENDED
    if not facts.reader_is_there:
        return NotSent.NO_LONGER_SO
    holds = facts.ladder_is_open if facts.kind in ESCALATIONS else _is_still_asked(facts, now=now)
    return None if holds else NotSent.NO_LONGER_SO


def _is_still_asked(facts: Facts, *, now: datetime) -> bool:
    """Tell whether what a colleague is asked, or reminded of, is still to be done, and not too late."""
    if facts.kind in LISTS:
        return facts.has_contents
    match facts.kind:
        case MailKind.REMINDER:
            return _lies_ahead(facts.about, facts.due_at, now=now)
        case MailKind.STILL_ON_IT:
            return not facts.silent and _lies_ahead(facts.about, facts.next_word_due_at, now=now)
        case MailKind.HANDOFF_OFFERED:
            return facts.owner_stands and (
                facts.about is None or _lies_ahead(facts.about, facts.handoff_lapses_at, now=now)
            )
        case MailKind.LOST_MAIL:
            return facts.is_still_lost
        case MailKind.ANSWER_NOT_GIVEN:
            return facts.about == facts.answer_by
        case _:
            return not facts.word_since


def _lies_ahead(about: datetime | None, stands: datetime | None, *, now: datetime) -> bool:
    return stands is not None and stands == about and now < stands


def _is_listed(address: str, domains: Collection[str]) -> bool:
    return address.rpartition("@")[2].lower() in domains

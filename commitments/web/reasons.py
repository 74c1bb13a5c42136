"""Why a promise stands where it stands on the Desk and the Board: each reason with its instant, the worst first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext

from commitments.domain.escalation import Trigger
from commitments.models import Commitment, Escalation
from commitments.web.times import local

SOON = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason. `tone` is the colour's name in the style sheet, never the only sign: the words say the same.

    `short` is for lists with a column for the date; how long it has been, or how far off it is, follows it.
    """

    tone: str
    icon: str
    words: str
    at: datetime
    short: str


def reasons(commitment: Commitment, *, now: datetime, ladders: Sequence[Escalation] = ()) -> tuple[Reason, ...]:
    """Give the reasons for a promise's place; of one that has ended, who waits and how it ended.

    `ladders` are its open escalations.
    """
    if commitment.ended_at is not None:
        status = commitment.get_status_display()
        ended = Reason("kept", "check", status, commitment.ended_at, status)
        return (*_asked(commitment), *_undeliverable(ladders), ended)
    found = [*_wrong(commitment, now=now, ladders=ladders), *_waits_for_customer(commitment, now=now)]
    found += _next_word(commitment, now=now)
    if commitment.due_at >= now:
        found.append(
            Reason(
                _nearness(commitment.due_at, now=now),
                "calendar-due",
                gettext("Due by"),
                commitment.due_at,
                gettext("Due"),
            )
        )
    return tuple(found)


def _wrong(commitment: Commitment, *, now: datetime, ladders: Sequence[Escalation]) -> list[Reason]:
    found = []
    if commitment.due_at < now:
        found.append(
            Reason("overdue", "alert-triangle", gettext("Overdue since"), commitment.due_at, gettext("Overdue"))
        )
    if commitment.silent_since is not None:
        found.append(
            Reason("silent", "volume-off", gettext("Silent since"), commitment.silent_since, gettext("Silent"))
        )
    found.sort(key=lambda reason: reason.at)
    return [*found, *_asked(commitment), *_undeliverable(ladders)]


def _asked(commitment: Commitment) -> list[Reason]:
    """Say what waits for a person's word: a dispute, an answer, bad news."""
    found = []
    disputed, waiting, untold = commitment.disputed_since, commitment.customer_waiting_since, commitment.untold_since
    if disputed is not None:
        found.append(
            Reason("overdue", "arrow-back-up", gettext("Not solved, they say, since"), disputed, gettext("Disputed"))
        )
    if waiting is not None and waiting != disputed:
        found.append(Reason("waiting", "message", gettext("Customer waits since"), waiting, gettext("Waits")))
    if untold is not None:
        found.append(Reason("overdue", "alert-triangle", gettext("Bad news untold since"), untold, gettext("Untold")))
    return found


def _undeliverable(ladders: Sequence[Escalation]) -> list[Reason]:
    return [
        Reason("undeliverable", "mail-off", gettext("Mail has failed since"), ladder.opened_at, gettext("Mail fails"))
        for ladder in ladders
        if ladder.trigger == Trigger.UNDELIVERABLE.value
    ]


def _waits_for_customer(commitment: Commitment, *, now: datetime) -> list[Reason]:
    """Say until when the customer has time to answer our question, or since when the answer is missing."""
    at = commitment.answer_by
    if at is None:
        return []
    if at < now:
        return [Reason("soon", "help-circle", gettext("Their answer was needed by"), at, gettext("No answer"))]
    return [Reason("calm", "help-circle", gettext("Waiting for the customer until"), at, gettext("Their answer"))]


def _next_word(commitment: Commitment, *, now: datetime) -> list[Reason]:
    at = commitment.next_word_due_at
    if at is None or at == commitment.silent_since:
        return []
    if at < now:
        return (
            []
            if commitment.silent_since
            else [Reason("overdue", "hourglass", gettext("Word was due at"), at, gettext("Word late"))]
        )
    tone = _nearness(at, now=now)
    if commitment.missed_mail_at is not None:
        return [Reason(tone, "phone", gettext("A person must be in touch by"), at, gettext("Person due"))]
    return [Reason(tone, "message", gettext("Word due by"), at, gettext("Word due"))]


def _nearness(at: datetime, *, now: datetime) -> str:
    return "soon" if at - now <= SOON else "calm"


def needs_somebody(commitment: Commitment, *, now: datetime, ladders: Sequence[Escalation]) -> bool:
    """Tell whether something is wrong already."""
    word_passed = commitment.next_word_due_at is not None and commitment.next_word_due_at < now
    return word_passed or bool(_wrong(commitment, now=now, ladders=ladders))


def day_of(commitment: Commitment, *, now: datetime) -> str:
    """Tell on which day the next of a promise's clocks runs out, by its team's calendar: today, tomorrow or later."""
    zone = commitment.team.calendar.zone
    first = min(commitment.hear_by, commitment.due_at)
    days = (local(first, zone=zone).date() - local(now, zone=zone).date()).days
    return {0: "today", 1: "tomorrow"}.get(max(days, 0), "later")

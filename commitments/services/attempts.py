"""Calling the customer: being on the line, and having tried without reaching them."""

import enum
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from commitments.domain import attempts, calling, words
from commitments.domain.timeline import Event, EventKind
from commitments.models import Commitment, EventText, Kind, person
from commitments.selectors.calling import caller_of
from commitments.services.acting import Held, holding, when_it_happened
from commitments.services.dates import check_new_date
from commitments.services.refusals import Refused


class AttemptResult(enum.StrEnum):
    """How an attempt to reach the customer ended."""

    NO_ANSWER = "no_answer"
    """Nobody answered."""
    ENGAGED = "engaged"
    """The line was engaged."""
    VOICEMAIL = "voicemail"
    """A message was left on voicemail; a word only where the team counts it."""


def attempt(
    *,
    actor: Any,
    reference: str,
    result: AttemptResult,
    next_try_at: datetime | None,
    now: datetime,
    by_mail: bool = False,
    message: str = "",
    happened_at: datetime | None = None,
    version: int | None = None,
) -> Commitment:
    """Record that the customer could not be reached at `happened_at` (now), and when the next try will be.

    Told of it, by mail or by a message on voicemail where the team counts that as word, they have had a person's word:
    one that moves a callback's date, if that comes before the next try. Untold it is no word and moves nothing.
    `message`: what they are told beside it, or a note for colleagues.

    Raises Refused (Conflict): no next try, or one in the past; telling about a promise that has ended.
    """
    with holding(reference=reference, now=now, version=version) as held:
        tried_at = when_it_happened(happened_at, actor=actor, commitment=held.commitment, now=now)
        next_try_at = _next_try(next_try_at, now=now)
        by_voice = not by_mail and result is AttemptResult.VOICEMAIL and held.commitment.team.voicemail_is_word
        if by_mail:
            held.require_open()
        facts: dict[str, Any] = {
            "result": result.value,
            "tried_at": tried_at,
            "next_try_at": next_try_at,
            "told": by_voice,
            "notify_customer": by_mail,
        }
        held.actor = actor
        tells = by_mail or (by_voice and held.promise.is_open)
        if tells:
            at = held.told_at(by_mail=by_mail, happened_at=happened_at, actor=actor)
            facts |= _tell(held, next_try_at, by_mail=by_mail, at=at)
        else:
            at = tried_at
            facts["told"] = False
        held.promise = calling.end_call(held.promise)
        held.texts = {EventText.Field.MESSAGE if tells else EventText.Field.NOTE: message.strip()}
        held.note(Event(EventKind.ATTEMPTED, at, facts))
    return held.commitment


def _next_try(next_try_at: datetime | None, *, now: datetime) -> datetime:
    if next_try_at is None:
        raise Refused(gettext("Say when you will try again."), field="next_try_at")
    if next_try_at <= now:
        raise Refused(gettext("That time has passed; say when you will try again."), field="next_try_at")
    return next_try_at


def _tell(held: Held, next_try_at: datetime, *, by_mail: bool, at: datetime) -> dict[str, Any]:
    """Let the customer's being told count as word; give the facts about it."""
    is_callback = held.commitment.kind == Kind.CALLBACK
    was_due_at, meets = held.promise.due_at, held.promise.deadline_to_meet
    moves = attempts.moves_the_date(held.promise, is_callback=is_callback, next_try_at=next_try_at)
    if moves:
        check_new_date(held, due_at=next_try_at, at=at, now=held.now)
    named_at = words.named_by(held.promise, at=at, rules=held.rules, surroundings=held.surroundings)
    held.do(
        attempts.tell_of_attempt,
        at=at,
        recorded_at=held.now,
        next_try_at=next_try_at,
        is_callback=is_callback,
        by_mail=by_mail,
    )
    facts: dict[str, Any] = {
        "named_at": min(named_at, next_try_at),
        "meets": meets if by_mail else None,
        "answers": False,
    }
    if moves:
        # The cadence is counted anew with the date that now comes first.
        named_at = words.named_by(held.promise, at=at, rules=held.rules, surroundings=held.surroundings)
        moved = {"was_due_at": was_due_at, "due_at": next_try_at, "warned_before_due": at <= was_due_at}
        return facts | moved | {"named_at": named_at}
    return facts


def start_call(*, actor: Any, reference: str, now: datetime, version: int | None = None) -> Commitment:
    """Note that `actor` is calling the customer: automatic mail waits, half an hour at most.

    Raises Refused (Ended, Conflict) while somebody is on the line already, and says who.
    """
    with holding(reference=reference, now=now, version=version) as held:
        held.require_open()
        if calling.is_calling(held.promise, at=now):
            caller = caller_of(held.commitment)
            if caller == actor:
                raise Refused(gettext("You are on the line already; say when the call is over."))
            who = person(caller) if caller else gettext("Somebody")
            raise Refused(gettext("%(who)s is calling this customer now.") % {"who": who})
        held.actor = actor
        held.promise = calling.start_call(held.promise, at=now)
        held.note(Event(EventKind.CALL_STARTED, now, {"until": held.promise.calling_until}))
    return held.commitment


def end_call(*, actor: Any, reference: str, now: datetime, version: int | None = None) -> Commitment:
    """Note that the call is over; automatic mail goes on. Raises Refused (Conflict) if nobody is on the line."""
    with holding(reference=reference, now=now, version=version) as held:
        if not calling.is_calling(held.promise, at=now):
            raise Refused(gettext("Nobody is on the line with this customer."))
        held.actor = actor
        held.promise = calling.end_call(held.promise)
        held.note(Event(EventKind.CALL_ENDED, now))
    return held.commitment

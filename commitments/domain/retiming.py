"""The clocks of a promise that stands, worked out anew because what they run by has changed.

A calendar, a policy, an agreed cadence or whoever must act can change under an open promise. Times that we named bind
us: the word clock may come forward, never go back, and never to an instant that has passed. Nobody was told when the
next step of a ladder comes, so steps go where the new numbers put them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from commitments.domain.clocks import Rules, Surroundings
from commitments.domain.escalation import APART, OpenEscalation, Trigger, open_ladder, reckon
from commitments.domain.promise import Change, Promise
from commitments.domain.timeline import Event, EventKind
from commitments.domain.words import next_word_after, recovery_time


@dataclass(frozen=True, slots=True)
class LastStep:
    """The step that a ladder took last: which rung, and when (UTC)."""

    position: int
    at: datetime


def retime(
    promise: Promise,
    *,
    because: str,
    last_steps: Mapping[Trigger, LastStep],
    rules: Rules,
    surroundings: Surroundings,
    now: datetime,
) -> Change:
    """Work the word clock and the ladders' next steps out by the rules and surroundings as they are at `now`.

    Time has acted up to `now`. `last_steps` are those of the open ladders. Gives one event where an instant moved,
    with `because`. Prompts are not kept and need no moving; `next_check_at` is the caller's.
    """
    was_hear_by = promise.word_deadline
    before = promise.escalations
    promise = _bring_word_clock_forward(promise, rules=rules, surroundings=surroundings, now=now)
    escalations = tuple(
        _reckoned(
            escalation,
            last=last_steps.get(escalation.trigger),
            rules=rules,
            surroundings=surroundings,
            now=now,
        )
        for escalation in promise.escalations
    )
    promise = replace(promise, escalations=escalations)
    moved = [escalation for escalation in escalations if escalation not in before]
    if promise.word_deadline == was_hear_by and not moved:
        return promise, []
    return promise, [retimed(promise, because=because, was_hear_by=was_hear_by, moved=moved, now=now)]


def retimed(
    promise: Promise,
    *,
    because: str,
    was_hear_by: datetime,
    moved: Sequence[OpenEscalation] = (),
    now: datetime,
) -> Event:
    """Give the event that says so. `moved`: the ladders whose next steps are others now."""
    steps = {
        escalation.trigger.value: {
            "position": escalation.next_position,
            "at": escalation.next_step_at.isoformat() if escalation.next_step_at else None,
        }
        for escalation in moved
    }
    facts = {"because": because, "hear_by": promise.word_deadline, "was_hear_by": was_hear_by, "next_steps": steps}
    return Event(EventKind.CLOCKS_RETIMED, now, facts)


def _bring_word_clock_forward(promise: Promise, *, rules: Rules, surroundings: Surroundings, now: datetime) -> Promise:
    """Bring the word clock to the time that the last word would name now, if that is earlier and still to come.

    Where it has passed already, the customer hears one full wait from now on, or when they were told, if that is
    sooner. A clock that has run out, or waits for a missed mail, is left to act.
    """
    present = promise.word_deadline
    if not promise.is_open or promise.last_word_at is None or present <= now:
        return promise
    named = _would_name(promise, word_at=promise.last_word_at, rules=rules, surroundings=surroundings)
    if named >= present:
        return promise
    if named <= now:
        named = _would_name(promise, word_at=now, rules=rules, surroundings=surroundings)
    if named >= present:
        return promise
    return replace(promise, next_word_due_at=None if named == promise.due_at else named)


def _would_name(promise: Promise, *, word_at: datetime, rules: Rules, surroundings: Surroundings) -> datetime:
    """Give the time that a word such as the last one would name at `word_at`: after a missed mail, the recovery."""
    if promise.missed_mail_at is not None and promise.missed_mail_at == promise.last_word_at:
        return recovery_time(at=word_at, rules=rules, surroundings=surroundings)
    return next_word_after(promise, at=word_at, rules=rules, surroundings=surroundings) or promise.due_at


def _reckoned(
    escalation: OpenEscalation,
    *,
    last: LastStep | None,
    rules: Rules,
    surroundings: Surroundings,
    now: datetime,
) -> OpenEscalation:
    """Work out when a ladder's next step comes; one that would have been due already comes at once."""
    ladder = rules.ladders.get(escalation.trigger, ())
    if not ladder:
        return replace(escalation, next_position=0, next_step_at=None)
    if last is None or not escalation.steps_taken:
        begun = open_ladder(escalation.trigger, at=escalation.opened_at, ladder=ladder, calendar=surroundings.calendar)
        at, position = begun.next_step_at, 0
    else:
        top = min(last.position, len(ladder) - 1)
        position, at = reckon(escalation, position=top, at=last.at, ladder=ladder, calendar=surroundings.calendar)
    if at is not None and at != escalation.next_step_at and at < now:
        at = now if last is None or last.at < now else last.at + APART
    until = escalation.acknowledged_until
    if until is not None and until > now:
        # Somebody was told that the climb stops until then.
        at = max(at or until, until)
    return replace(escalation, next_position=position, next_step_at=at)

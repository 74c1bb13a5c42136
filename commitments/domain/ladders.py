"""The ladders of one promise: opening, climbing and ending them. How one ladder is climbed is in `escalation`."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from commitments.domain.business_time import add
from commitments.domain.clocks import Rules, Surroundings
from commitments.domain.escalation import OpenEscalation, Trigger, acknowledge, climb, hasten, open_ladder
from commitments.domain.promise import Change, Promise, require_open
from commitments.domain.timeline import Event, EventKind

OUTLIVES_THE_END = frozenset({Trigger.UNANSWERED, Trigger.DISPUTED, Trigger.UNDELIVERABLE})
"""What can be wrong about a promise that has ended: a customer who waits, or who was not told of the end."""


def open_escalation(
    promise: Promise, trigger: Trigger, *, at: datetime, rules: Rules, surroundings: Surroundings
) -> Change:
    """Open the ladder of a trigger at `at`; nothing happens if it is open already.

    Raises NotOpen for an ended promise, unless the trigger can outlive the end.
    """
    if trigger not in OUTLIVES_THE_END:
        require_open(promise)
    if any(escalation.trigger is trigger for escalation in promise.escalations):
        return promise, []
    opened = open_ladder(trigger, at=at, ladder=rules.ladders.get(trigger, ()), calendar=surroundings.calendar)
    event = Event(EventKind.ESCALATION_OPENED, at, {"trigger": trigger.value})
    return replace(promise, escalations=(*promise.escalations, opened)), [event]


def end_escalation(promise: Promise, trigger: Trigger, *, at: datetime) -> Change:
    """End one trigger's ladder because its cause ended; nothing happens if it is not open."""
    if all(escalation.trigger is not trigger for escalation in promise.escalations):
        return promise, []
    left = tuple(escalation for escalation in promise.escalations if escalation.trigger is not trigger)
    return replace(promise, escalations=left), [Event(EventKind.ESCALATION_ENDED, at, {"trigger": trigger.value})]


def end_all_escalations(promise: Promise, *, at: datetime) -> Change:
    """End every open ladder: the promise itself has ended."""
    events: list[Event] = []
    for escalation in promise.escalations:
        promise, ended = end_escalation(promise, escalation.trigger, at=at)
        events += ended
    return promise, events


def take_step(promise: Promise, *, at: datetime, rules: Rules, surroundings: Surroundings) -> Change:
    """Take the step that is due at `at` on one ladder; where two are, the one that opened first."""
    due = next(escalation for escalation in promise.escalations if escalation.next_step_at == at)
    climbed, taken = climb(
        due,
        ladder=rules.ladders.get(due.trigger, ()),
        calendar=surroundings.calendar,
        reaches=surroundings.reaches,
    )
    event = Event(
        due.trigger.step_kind,
        at,
        {
            "trigger": due.trigger.value,
            "position": taken.position,
            "target": taken.step.target.value if taken.step else None,
            "target_id": taken.step.target_id if taken.step else None,
            "passed_over": list(taken.passed_over),
        },
    )
    return _put(promise, climbed), [event]


def acknowledge_all(
    promise: Promise, triggers: Collection[Trigger], *, at: datetime, rules: Rules, surroundings: Surroundings
) -> tuple[Promise, datetime]:
    """Take note of the open ladders of `triggers` at `at`; give the promise and until when their climb stops."""
    until = add(at, rules.acknowledged_for, calendar=surroundings.calendar)
    for escalation in promise.escalations:
        if escalation.trigger in triggers:
            ladder = rules.ladders.get(escalation.trigger, ())
            promise = _put(promise, acknowledge(escalation, until=until, ladder=ladder))
    return promise, until


def hasten_ladder(promise: Promise, trigger: Trigger, *, at: datetime, rules: Rules) -> Promise:
    """Bring the next step of one trigger's ladder forward to `at`, if it is open."""
    for escalation in promise.escalations:
        if escalation.trigger is trigger:
            return _put(promise, hasten(escalation, at=at, ladder=rules.ladders.get(trigger, ())))
    return promise


def _put(promise: Promise, escalation: OpenEscalation) -> Promise:
    """Put an escalation in the place of the one with its trigger."""
    others = (escalation if other.trigger is escalation.trigger else other for other in promise.escalations)
    return replace(promise, escalations=tuple(others))

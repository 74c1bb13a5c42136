"""Ladders: who is told, after how much business time, how often, when something goes wrong.

A ladder belongs to one trigger. Its first step outside open hours is taken at once: whoever is on duty should know;
later steps are counted in the team's calendar from the moment when the escalation opened. A step that reaches nobody
climbs on at once.
"""

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from commitments.domain.business_time import Calendar, Duration, add, is_open
from commitments.domain.timeline import EventKind

APART = timedelta(microseconds=1)
"""Two steps of one ladder never share an instant: time's events are unique by kind and instant."""


class Trigger(enum.StrEnum):
    """Why an escalation is open; at most one is open per promise and trigger."""

    OVERDUE = "overdue"
    """The date passed with the promise open."""
    SILENT = "silent"
    """The customer should have heard from us and has not."""
    UNANSWERED = "unanswered"
    """The customer waits for an answer."""
    DISPUTED = "disputed"
    """The customer says that a kept promise does not solve the matter."""
    UNTOLD = "untold"
    """The customer has not been told of bad news."""
    HANDOFF_LAPSED = "handoff_lapsed"
    """Nobody took the promise over in time."""
    UNDELIVERABLE = "undeliverable"
    """Our mail does not reach the customer."""

    @property
    def step_kind(self) -> EventKind:
        """The kind of event that a step of this ladder writes."""
        return EventKind(f"{self.value}_step")


class Target(enum.StrEnum):
    """Whom a step tells."""

    OWNER = "owner"
    """Whoever answers for the promise."""
    SUPERVISORS = "supervisors"
    """The supervisors of the promise's team."""
    PERSON = "person"
    """One named person."""
    TEAM = "team"
    """Everyone in one named team."""


@dataclass(frozen=True, slots=True)
class Step:
    """One rung: after how long (from the opening), whom, and how often again until the cause ends."""

    after: Duration
    target: Target
    target_id: int | None = None
    repeat_every: Duration | None = None


@dataclass(frozen=True, slots=True)
class OpenEscalation:
    """How far one ladder has been climbed. `next_step_at` is empty at the top of a ladder that does not repeat."""

    trigger: Trigger
    opened_at: datetime
    next_position: int = 0
    next_step_at: datetime | None = None
    steps_taken: int = 0
    acknowledged_until: datetime | None = None
    """Until when the climb stops because somebody has taken note."""


@dataclass(frozen=True, slots=True)
class TakenStep:
    """A step that was taken: its rung, and the rungs that reached nobody on the way. `step` is empty if none did."""

    position: int
    step: Step | None
    passed_over: tuple[int, ...]


def step_instant(step: Step, *, position: int, opened_at: datetime, calendar: Calendar) -> datetime:
    """Give the instant (UTC) at which a rung is due."""
    if position == 0 and not is_open(opened_at, calendar=calendar):
        return opened_at
    return add(opened_at, step.after, calendar=calendar)


def open_ladder(trigger: Trigger, *, at: datetime, ladder: Sequence[Step], calendar: Calendar) -> OpenEscalation:
    """Open an escalation at `at`; a ladder without rungs opens too (the board shows it) and tells nobody."""
    first = step_instant(ladder[0], position=0, opened_at=at, calendar=calendar) if ladder else None
    return OpenEscalation(trigger=trigger, opened_at=at, next_step_at=first)


def climb(
    escalation: OpenEscalation,
    *,
    ladder: Sequence[Step],
    calendar: Calendar,
    reaches: Callable[[Step, datetime], bool],
) -> tuple[OpenEscalation, TakenStep]:
    """Take the step that is due at `next_step_at`, passing over rungs that reach nobody.

    Gives the escalation with its next instant, and the step taken.
    """
    at = escalation.next_step_at
    if at is None:
        raise ValueError("No step is due.")
    position = escalation.next_position
    passed_over = []
    while position < len(ladder) and not reaches(ladder[position], at):
        passed_over.append(position)
        position += 1
    if position == len(ladder):
        # Nobody at all: try the top rung again later if it repeats, so that a person who comes back is told.
        top = len(ladder) - 1
        taken = TakenStep(position=top, step=None, passed_over=tuple(passed_over))
        return _after(escalation, position=top, at=at, ladder=ladder, calendar=calendar), taken
    taken = TakenStep(position=position, step=ladder[position], passed_over=tuple(passed_over))
    return _after(escalation, position=position, at=at, ladder=ladder, calendar=calendar), taken


def reckon(
    escalation: OpenEscalation, *, position: int, at: datetime, ladder: Sequence[Step], calendar: Calendar
) -> tuple[int, datetime | None]:
    """Give which rung comes next, and when, once the rung at `position` has been taken at `at`."""
    repeat = ladder[position].repeat_every
    again_at = add(at, repeat, calendar=calendar) if repeat is not None else None
    higher_at: datetime | None = None
    if position + 1 < len(ladder):
        step = ladder[position + 1]
        counted_at = step_instant(step, position=position + 1, opened_at=escalation.opened_at, calendar=calendar)
        higher_at = max(counted_at, at + APART)
    if again_at is not None and again_at > at and (higher_at is None or again_at < higher_at):
        return position, again_at
    return min(position + 1, len(ladder) - 1), higher_at


def _after(
    escalation: OpenEscalation, *, position: int, at: datetime, ladder: Sequence[Step], calendar: Calendar
) -> OpenEscalation:
    """Give the escalation as it stands once the rung at `position` has been taken at `at`."""
    following, next_at = reckon(escalation, position=position, at=at, ladder=ladder, calendar=calendar)
    return replace(
        escalation,
        next_position=following,
        next_step_at=next_at,
        steps_taken=escalation.steps_taken + 1,
        acknowledged_until=None,
    )


def acknowledge(escalation: OpenEscalation, *, until: datetime, ladder: Sequence[Step]) -> OpenEscalation:
    """Stop the climb until `until`; then it goes on where it stood, at the top of a ladder with its last rung."""
    next_step_at = max(escalation.next_step_at or until, until) if ladder else None
    return replace(escalation, next_step_at=next_step_at, acknowledged_until=until)


def hasten(escalation: OpenEscalation, *, at: datetime, ladder: Sequence[Step]) -> OpenEscalation:
    """Bring the next step forward to `at`; at the top of a ladder that does not repeat, the top rung once more."""
    if not ladder:
        return escalation
    if escalation.next_step_at is not None and escalation.next_step_at <= at:
        return escalation
    return replace(escalation, next_step_at=at)

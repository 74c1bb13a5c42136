"""What makes a policy or a calendar one that cannot work, each fault a sentence at its field.

Pure: pages and services ask before anything is stored. What the ladders' named people and teams are is told from
outside (`reaches_supervisor`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from commitments.domain.business_time import BusinessTimeError, Calendar, Duration, DurationSort, NeverOpen, next_open
from commitments.domain.escalation import Step, Trigger, step_instant

OPEN_WITHIN = timedelta(days=400)
"""A calendar that does not open within this is never open."""
ROUND_AT_MOST = 240
"""Minutes; a longer rounding would name times hours after they are due."""
WAKING_AT_LEAST = timedelta(hours=1)
"""What would fall outside the waking hours is moved to an hour after they begin; that has to lie within them."""
DAYS_AT_MOST = 3660

A_DAY = 24 * 60
OPEN_DAY = 8 * 60
"""Minutes of open time that are taken for a day's where a duration's length is bounded."""

NOT_ZERO = {
    "cadence": "With nothing between two words the customer would be written to without end: write a length above 0.",
    "recovery": "After a missed mail a person needs some time to be in touch: write a length above 0.",
    "reply_time": "An answer needs some time to be given: write a length above 0.",
    "untold_after": "Telling the customer bad news needs some time: write a length above 0.",
    "acceptance_time": "Taking over needs some time to be accepted: write a length above 0.",
    "acknowledged_for": "Who acknowledges has nothing of it if the ladder climbs on at once: write a length above 0.",
}
"""Lengths that may not be nothing, with what would happen."""

AT_MOST_DAYS = {
    "cadence": 30,
    "reminders": 90,
    "ask_lead": 30,
    "holding_lead": 1,
    "facts_max_age": 90,
    "missed_grace": 1,
    "recovery": 30,
    "reply_time": 30,
    "untold_after": 30,
    "acceptance_time": 30,
    "acknowledged_for": 30,
}
STEP_AT_MOST_DAYS = 30

ELAPSED_ALONE = frozenset({"holding_lead", "missed_grace"})
"""Lengths that are counted on any clock."""

TRIGGER_WORDS = {trigger: trigger.value.replace("_", " ").capitalize() for trigger in Trigger}


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, as a sentence that says what to do, at a field.

    A fault of a ladder names its trigger; one of a rung its position as well, and its field.
    """

    field: str
    sentence: str
    trigger: Trigger | None = None
    position: int | None = None


def number_faults(numbers: Mapping[str, Any]) -> list[Fault]:
    """Say what is wrong with a policy's numbers, by their columns; missing ones are not looked at.

    Durations are `Duration`s, `reminders` a sequence of them, waking hours wall times, the rest numbers. What is still
    text could not be read, which is told where it is read.
    """
    given = {name: value for name, value in numbers.items() if value is not None and not isinstance(value, str)}
    faults = [Fault(name, sentence) for name, sentence in NOT_ZERO.items() if name in given and not given[name].amount]
    for name, days in AT_MOST_DAYS.items():
        lengths = given.get(name, ())
        for length in lengths if isinstance(lengths, list | tuple) else [lengths]:
            if _days(length) > days:
                faults.append(Fault(name, _too_long(days, elapsed_alone=name in ELAPSED_ALONE)))
    faults += [
        Fault(name, "This one is counted on any clock: write minutes or hours, such as 10min.")
        for name in sorted(ELAPSED_ALONE)
        if name in given and given[name].sort is not DurationSort.ELAPSED
    ]
    cadence = given.get("cadence")
    if cadence is not None and cadence.amount:
        faults += _lead_faults(given, cadence)
    return [*faults, *_waking_faults(numbers), *_limit_faults(given)]


def _lead_faults(given: Mapping[str, Any], cadence: Duration) -> list[Fault]:
    faults = []
    holding_lead = given.get("holding_lead")
    if holding_lead is not None and holding_lead.amount >= _minutes_at_least(cadence):
        sentence = (
            f"A holding mail would be due before the word that it follows: keep this below the cadence ({cadence})."
        )
        faults.append(Fault("holding_lead", sentence))
    ask_lead = given.get("ask_lead")
    if ask_lead is not None and ask_lead.sort is cadence.sort and ask_lead.amount >= cadence.amount:
        sentence = f"The owner would never be asked “still on it?”: keep this below the cadence ({cadence})."
        faults.append(Fault("ask_lead", sentence))
    return faults


def _waking_faults(numbers: Mapping[str, Any]) -> list[Fault]:
    if not {"waking_from", "waking_until"} <= numbers.keys():
        return []
    start, end = numbers["waking_from"], numbers["waking_until"]
    if isinstance(start, str) or isinstance(end, str) or (start is None and end is None):
        return []
    if start is None or end is None:
        field = "waking_from" if start is None else "waking_until"
        return [Fault(field, "Waking hours need both ends; leave both blank for customers who are always awake.")]
    if start != end and _span(start, end) < WAKING_AT_LEAST:
        sentence = "Waking hours last an hour at least: what waits for them goes an hour after they begin."
        return [Fault("waking_until", sentence)]
    return []


def _span(start: time, end: time) -> timedelta:
    """Give how long wall times are apart; past midnight where the end comes first."""
    minutes = (end.hour * 60 + end.minute) - (start.hour * 60 + start.minute)
    return timedelta(minutes=minutes % A_DAY)


def _limit_faults(given: Mapping[str, Any]) -> list[Fault]:
    faults = []
    if given.get("round_to_minutes", 0) > ROUND_AT_MOST:
        sentence = f"Round to {ROUND_AT_MOST} minutes at most; 0 rounds nothing."
        faults.append(Fault("round_to_minutes", sentence))
    furthest = given.get("furthest_due_days", DAYS_AT_MOST)
    if not furthest:
        faults.append(Fault("furthest_due_days", "Nothing could be promised at all: write at least 1 day."))
    elif furthest > DAYS_AT_MOST:
        faults.append(Fault("furthest_due_days", f"At most {DAYS_AT_MOST} days, which is ten years."))
    if given.get("strain_threshold", 1) <= 0:
        sentence = "Every customer would count as badly treated: write a number above 0, or leave it blank for none."
        faults.append(Fault("strain_threshold", sentence))
    return faults


def ladder_faults(
    ladders: Mapping[Trigger, Sequence[Step]],
    *,
    reaches_supervisor: Callable[[Step], bool],
    calendar: Calendar,
    now: datetime,
) -> list[Fault]:
    """Say what is wrong with a policy's ladders; each trigger needs one that reaches a supervisor.

    Rungs are compared as they would be due in `calendar` for something that happens when it next opens.
    """
    faults = []
    for trigger in Trigger:
        ladder = ladders.get(trigger, ())
        name = TRIGGER_WORDS[trigger]
        if not ladder:
            faults.append(Fault("steps", f"{name}: nobody would ever be told. Add a rung.", trigger))
            continue
        if not any(reaches_supervisor(step) for step in ladder):
            sentence = f"{name}: this ladder never reaches a supervisor. Add a rung for the supervisors of the team."
            faults.append(Fault("steps", sentence, trigger))
        faults += _rung_faults(trigger, ladder, calendar=calendar, now=now)
    return faults


def _rung_faults(trigger: Trigger, ladder: Sequence[Step], *, calendar: Calendar, now: datetime) -> list[Fault]:
    faults = []
    for position, step in enumerate(ladder):
        if _days(step.after) > STEP_AT_MOST_DAYS:
            faults.append(Fault("after", _too_long(STEP_AT_MOST_DAYS), trigger, position))
        if step.repeat_every is None:
            continue
        if not step.repeat_every.amount:
            sentence = "It would be repeated without end: write a length above 0, or leave it blank to tell once."
            faults.append(Fault("repeat_every", sentence, trigger, position))
        elif _days(step.repeat_every) > STEP_AT_MOST_DAYS:
            faults.append(Fault("repeat_every", _too_long(STEP_AT_MOST_DAYS), trigger, position))
    if any(fault.field == "after" for fault in faults):
        return faults
    try:
        opened_at = next_open(now, calendar=calendar)
        due = [
            step_instant(step, position=position, opened_at=opened_at, calendar=calendar)
            for position, step in enumerate(ladder)
        ]
    except BusinessTimeError:
        return faults  # The calendar's own fault, which `calendar_faults` tells.
    for position in range(1, len(ladder)):
        if due[position] < due[position - 1]:
            sentence = "This rung would come before the one above it: put them in order."
            faults.append(Fault("after", sentence, trigger, position))
    return faults


def calendar_faults(calendar: Calendar, *, now: datetime) -> list[Fault]:
    """Say whether a calendar opens at all within `OPEN_WITHIN`."""
    sentence = "This calendar is not open on any day of the next 400: nothing could be timed by it. Open at least one."
    try:
        opens_at = next_open(now, calendar=calendar)
    except NeverOpen:
        return [Fault("week", sentence)]
    return [Fault("week", sentence)] if opens_at - now > OPEN_WITHIN else []


def _days(duration: Duration) -> float:
    """Give about how many days a duration lasts; eight hours of open time are one."""
    match duration.sort:
        case DurationSort.BUSINESS_DAYS:
            return duration.amount
        case DurationSort.BUSINESS_HOURS:
            return duration.amount / OPEN_DAY
        case DurationSort.ELAPSED:
            return duration.amount / A_DAY


def _minutes_at_least(duration: Duration) -> int:
    """Give how many minutes a duration lasts on any clock at least, a change of clocks aside."""
    return duration.amount * A_DAY if duration.sort is DurationSort.BUSINESS_DAYS else duration.amount


def _too_long(days: int, *, elapsed_alone: bool = False) -> str:
    hours = days * 24
    if elapsed_alone:
        return f"That is too long: write {hours}h at most."
    return f"That is too long: write {hours}h, {days * OPEN_DAY // 60}bh or {days}bd at most."

"""A ladder: who is told, when, and how often, worked by hand."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import pytest

from commitments.domain.business_time import Calendar
from commitments.domain.escalation import Step, Target, Trigger, climb, hasten, open_ladder
from commitments.domain.timeline import EventKind
from tests.commitments.domain.factories import ALWAYS, OFFICE, at, step

TICK = timedelta(microseconds=1)
OWNER, SUPERVISORS, PERSON = Target.OWNER, Target.SUPERVISORS, Target.PERSON

Taken = tuple[datetime, Target | None]


def climbed(
    ladder: Sequence[Step],
    *,
    opened_at: datetime,
    until: datetime,
    calendar: Calendar = ALWAYS,
    absent: Collection[Target] = (),
) -> list[Taken]:
    """Open a ladder and climb it up to an instant; give when whom was told."""
    escalation = open_ladder(Trigger.SILENT, at=opened_at, ladder=ladder, calendar=calendar)
    taken: list[Taken] = []
    while escalation.next_step_at is not None and escalation.next_step_at <= until:
        now = escalation.next_step_at
        escalation, one = climb(
            escalation, ladder=ladder, calendar=calendar, reaches=lambda step, at: step.target not in absent
        )
        taken.append((now, one.step.target if one.step else None))
    return taken


def test_a_step_counts_from_the_opening_in_business_time() -> None:
    ladder = [step("1bh"), step("4bh", SUPERVISORS)]
    taken = climbed(ladder, opened_at=at("15:00"), until=at("17:00", day=19), calendar=OFFICE)
    assert taken == [(at("16:00"), OWNER), (at("11:00", day=19), SUPERVISORS)]


def test_the_first_step_outside_open_hours_is_taken_at_once() -> None:
    ladder = [step("1bh"), step("2bh", SUPERVISORS)]
    taken = climbed(ladder, opened_at=at("21:00"), until=at("17:00", day=19), calendar=OFFICE)
    assert taken == [(at("21:00"), OWNER), (at("11:00", day=19), SUPERVISORS)]


def test_a_ladder_without_steps_opens_and_tells_nobody() -> None:
    escalation = open_ladder(Trigger.OVERDUE, at=at("12:00"), ladder=[], calendar=ALWAYS)
    assert (escalation.opened_at, escalation.next_step_at) == (at("12:00"), None)


def test_the_top_without_repetition_is_the_end() -> None:
    taken = climbed([step(), step("1h", SUPERVISORS)], opened_at=at("12:00"), until=at("12:00", day=25))
    assert taken == [(at("12:00"), OWNER), (at("13:00"), SUPERVISORS)]


def test_a_repeated_top_goes_on() -> None:
    ladder = [step("1h", SUPERVISORS, repeat_every="2h")]
    taken = climbed(ladder, opened_at=at("12:00"), until=at("18:00"))
    assert [when for when, _ in taken] == [at("13:00"), at("15:00"), at("17:00")]


def test_a_lower_step_repeats_until_the_next_one_is_due() -> None:
    ladder = [step(repeat_every="1h"), step("3h", SUPERVISORS)]
    taken = climbed(ladder, opened_at=at("12:00"), until=at("20:00"))
    assert taken == [
        (at("12:00"), OWNER),
        (at("13:00"), OWNER),
        (at("14:00"), OWNER),
        (at("15:00"), SUPERVISORS),
    ]


def test_repetition_counts_business_time() -> None:
    taken = climbed([step(repeat_every="4bh")], opened_at=at("15:00"), until=at("17:00", day=19), calendar=OFFICE)
    assert [when for when, _ in taken] == [at("15:00"), at("11:00", day=19), at("15:00", day=19)]


def test_repetition_after_no_time_at_all_is_none() -> None:
    taken = climbed([step(repeat_every="0min")], opened_at=at("12:00"), until=at("12:00", day=25))
    assert taken == [(at("12:00"), OWNER)]


def test_a_step_that_reaches_nobody_climbs_on_at_once() -> None:
    ladder = [step(), step("1h", SUPERVISORS), step("2h", PERSON)]
    taken = climbed(ladder, opened_at=at("12:00"), until=at("20:00"), absent=[OWNER])
    # The supervisors were told in the owner's place; theirs does not come again.
    assert taken == [(at("12:00"), SUPERVISORS), (at("14:00"), PERSON)]


def test_a_step_taken_says_which_rungs_reached_nobody() -> None:
    ladder = [step(), step("1h", SUPERVISORS), step("2h", PERSON)]
    escalation = open_ladder(Trigger.SILENT, at=at("12:00"), ladder=ladder, calendar=ALWAYS)
    _, taken = climb(escalation, ladder=ladder, calendar=ALWAYS, reaches=lambda step, at: step.target is PERSON)
    assert (taken.position, taken.step, taken.passed_over) == (2, ladder[2], (0, 1))


def test_a_ladder_that_reaches_nobody_at_all_is_climbed_once() -> None:
    taken = climbed(
        [step(), step("1h", SUPERVISORS)],
        opened_at=at("12:00"),
        until=at("12:00", day=25),
        absent=[OWNER, SUPERVISORS],
    )
    assert taken == [(at("12:00"), None)]


def test_a_repeated_top_that_reaches_nobody_is_tried_again() -> None:
    ladder = [step(), step("1h", SUPERVISORS, repeat_every="3h")]
    taken = climbed(ladder, opened_at=at("12:00"), until=at("18:00"), absent=[OWNER, SUPERVISORS])
    assert taken == [(at("12:00"), None), (at("15:00"), None), (at("18:00"), None)]


def test_two_steps_due_together_are_both_taken_at_instants_of_their_own() -> None:
    # Time's events are unique per kind and instant: on the same instant one of the two would be lost.
    taken = climbed([step(), step("0min", SUPERVISORS)], opened_at=at("12:00"), until=at("12:01"))
    assert taken == [(at("12:00"), OWNER), (at("12:00") + TICK, SUPERVISORS)]


def test_climbing_needs_a_step_that_is_due() -> None:
    escalation = open_ladder(Trigger.OVERDUE, at=at("12:00"), ladder=[], calendar=ALWAYS)
    with pytest.raises(ValueError, match="No step is due"):
        climb(escalation, ladder=[], calendar=ALWAYS, reaches=lambda step, at: True)


def test_steps_are_counted() -> None:
    ladder = [step(repeat_every="1h"), step("3h", SUPERVISORS)]
    escalation = open_ladder(Trigger.SILENT, at=at("12:00"), ladder=ladder, calendar=ALWAYS)
    for _ in range(4):
        escalation, _ = climb(escalation, ladder=ladder, calendar=ALWAYS, reaches=lambda step, at: True)
    assert (escalation.steps_taken, escalation.next_step_at) == (4, None)


class TestHastening:
    LADDER = (step(), step("4h", SUPERVISORS))

    def test_brings_the_next_step_forward(self) -> None:
        escalation = open_ladder(Trigger.SILENT, at=at("12:00"), ladder=self.LADDER, calendar=ALWAYS)
        escalation, _ = climb(escalation, ladder=self.LADDER, calendar=ALWAYS, reaches=lambda step, at: True)
        assert hasten(escalation, at=at("14:00"), ladder=self.LADDER).next_step_at == at("14:00")

    def test_puts_no_step_off(self) -> None:
        escalation = open_ladder(Trigger.SILENT, at=at("12:00"), ladder=self.LADDER, calendar=ALWAYS)
        assert hasten(escalation, at=at("14:00"), ladder=self.LADDER).next_step_at == at("12:00")

    def test_tells_the_top_of_a_ladder_once_more(self) -> None:
        escalation = open_ladder(Trigger.SILENT, at=at("12:00"), ladder=self.LADDER, calendar=ALWAYS)
        for _ in range(2):
            escalation, _ = climb(escalation, ladder=self.LADDER, calendar=ALWAYS, reaches=lambda step, at: True)
        escalation = hasten(escalation, at=at("20:00"), ladder=self.LADDER)
        escalation, taken = climb(escalation, ladder=self.LADDER, calendar=ALWAYS, reaches=lambda step, at: True)
        assert (taken.step, escalation.next_step_at) == (self.LADDER[1], None)

    def test_does_nothing_to_a_ladder_without_steps(self) -> None:
        escalation = open_ladder(Trigger.SILENT, at=at("12:00"), ladder=[], calendar=ALWAYS)
        assert hasten(escalation, at=at("14:00"), ladder=[]) == escalation


@pytest.mark.parametrize("trigger", Trigger)
def test_each_trigger_has_a_kind_of_event_for_its_steps(trigger: Trigger) -> None:
    assert trigger.step_kind is EventKind[f"{trigger.name}_STEP"]

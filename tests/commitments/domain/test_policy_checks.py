"""Policies and calendars that cannot work, each fault a sentence at its field."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from commitments.domain.escalation import Step, Target, Trigger
from commitments.domain.policy_checks import Fault, calendar_faults, ladder_faults, number_faults
from tests.commitments.domain.factories import ALWAYS, OFFICE, at, lasting, step

LADDER = (step(), step("1bh", Target.SUPERVISORS, repeat_every="4bh"))
LADDERS = dict.fromkeys(Trigger, LADDER)
SOUND: dict[str, Any] = {
    "cadence": lasting("1bd"),
    "reminders": (lasting("4bh"), lasting("30min")),
    "ask_lead": lasting("30bmin"),
    "holding_lead": lasting("10min"),
    "facts_max_age": lasting("3bd"),
    "missed_grace": lasting("10min"),
    "recovery": lasting("2bh"),
    "reply_time": lasting("4bh"),
    "untold_after": lasting("1bh"),
    "acceptance_time": lasting("2bh"),
    "acknowledged_for": lasting("2bh"),
    "round_to_minutes": 15,
    "waking_from": time(8),
    "waking_until": time(20),
    "furthest_due_days": 365,
    "strain_threshold": 4,
}
LENGTHS = [name for name, value in SOUND.items() if type(value) is type(lasting("1h"))]


def reaches(step: Step) -> bool:
    return step.target is Target.SUPERVISORS


def faults(ladder: tuple[Step, ...], *, trigger: Trigger = Trigger.OVERDUE) -> list[Fault]:
    """Say what is wrong with one ladder; the others are sound."""
    return ladder_faults(LADDERS | {trigger: ladder}, reaches_supervisor=reaches, calendar=OFFICE, now=at("10:00"))


class TestNumbers:
    def test_that_can_work_have_no_fault(self) -> None:
        assert number_faults(SOUND) == []

    def test_may_do_without_what_is_optional(self) -> None:
        optional = dict.fromkeys(["facts_max_age", "reply_time", "waking_from", "waking_until", "strain_threshold"])
        assert number_faults(SOUND | optional) == []

    def test_that_could_not_be_read_are_told_elsewhere(self) -> None:
        assert number_faults({"cadence": "soon", "waking_from": "8am", "waking_until": time(20)}) == []

    @pytest.mark.parametrize("zero", ["0bh", "0bd", "0min"])
    @pytest.mark.parametrize(
        "field", ["cadence", "recovery", "reply_time", "untold_after", "acceptance_time", "acknowledged_for"]
    )
    def test_of_nothing_are_refused(self, field: str, zero: str) -> None:
        (fault,) = number_faults(SOUND | {field: lasting(zero)})
        assert fault.field == field
        assert "above 0" in fault.sentence

    @pytest.mark.parametrize("field", LENGTHS)
    def test_longer_than_anybody_waits_are_refused(self, field: str) -> None:
        found = number_faults(SOUND | {"cadence": lasting("30bd"), field: lasting("3000h")})
        assert (field, "That is too long") in [(fault.field, fault.sentence[:16]) for fault in found]

    @pytest.mark.parametrize(("longest", "longer"), [("720h", "721h"), ("240bh", "241bh"), ("30bd", "31bd")])
    def test_let_a_cadence_last_thirty_days(self, longest: str, longer: str) -> None:
        assert number_faults(SOUND | {"cadence": lasting(longest)}) == []
        assert [fault.field for fault in number_faults(SOUND | {"cadence": lasting(longer)})] == ["cadence"]

    def test_look_at_every_reminder(self) -> None:
        reminders = (lasting("1h"), lasting("100bd"))
        assert [fault.field for fault in number_faults(SOUND | {"reminders": reminders})] == ["reminders"]

    @pytest.mark.parametrize(("minutes", "refused"), [(0, False), (240, False), (241, True)])
    def test_round_by_four_hours_at_most(self, minutes: int, refused: bool) -> None:
        assert bool(number_faults(SOUND | {"round_to_minutes": minutes})) is refused

    @pytest.mark.parametrize(
        ("start", "end", "field"), [(time(8), None, "waking_until"), (None, time(20), "waking_from")]
    )
    def test_need_both_ends_of_the_waking_hours(self, start: time | None, end: time | None, field: str) -> None:
        (fault,) = number_faults(SOUND | {"waking_from": start, "waking_until": end})
        assert fault.field == field
        assert "both ends" in fault.sentence

    @pytest.mark.parametrize(
        ("start", "end", "refused"),
        [
            (time(8), time(8, 59), True),
            (time(8), time(9), False),
            (time(23, 30), time(0, 15), True),
            (time(22), time(6), False),
            (time(8), time(8), False),  # always awake
        ],
    )
    def test_leave_an_hour_to_be_awake(self, start: time, end: time, refused: bool) -> None:
        assert bool(number_faults(SOUND | {"waking_from": start, "waking_until": end})) is refused

    @pytest.mark.parametrize(
        ("cadence", "lead", "refused"),
        [("2h", "2h", True), ("2h", "3h", True), ("2h", "119min", False), ("2bh", "2h", True), ("1bd", "23h", False)],
    )
    def test_have_a_holding_mail_after_the_word_before_it(self, cadence: str, lead: str, refused: bool) -> None:
        numbers = SOUND | {"cadence": lasting(cadence), "holding_lead": lasting(lead), "ask_lead": lasting("1bmin")}
        assert [fault.field for fault in number_faults(numbers)] == ["holding_lead"] * refused

    def test_ask_after_the_word_before_it(self) -> None:
        numbers = SOUND | {"cadence": lasting("4bh"), "ask_lead": lasting("4bh")}
        assert [fault.field for fault in number_faults(numbers)] == ["ask_lead"]

    @pytest.mark.parametrize("field", ["holding_lead", "missed_grace"])
    def test_counted_on_any_clock_are_given_so(self, field: str) -> None:
        (fault,) = number_faults(SOUND | {field: lasting("1bh")})
        assert (fault.field, "any clock" in fault.sentence) == (field, True)

    @pytest.mark.parametrize("days", [0, 3661])
    def test_let_something_be_promised(self, days: int) -> None:
        assert [fault.field for fault in number_faults(SOUND | {"furthest_due_days": days})] == ["furthest_due_days"]

    def test_let_some_customers_count_as_well_treated(self) -> None:
        assert [fault.field for fault in number_faults(SOUND | {"strain_threshold": 0})] == ["strain_threshold"]


class TestLadders:
    def test_that_can_work_have_no_fault(self) -> None:
        assert faults(LADDER) == []

    @pytest.mark.parametrize("trigger", list(Trigger))
    def test_without_rungs_are_refused(self, trigger: Trigger) -> None:
        (fault,) = faults((), trigger=trigger)
        assert fault.trigger is trigger
        assert "nobody would ever be told" in fault.sentence

    @pytest.mark.parametrize("trigger", list(Trigger))
    def test_that_never_reach_a_supervisor_are_refused(self, trigger: Trigger) -> None:
        (fault,) = faults((step(), step("1bh", repeat_every="4bh")), trigger=trigger)
        assert fault.trigger is trigger
        assert "never reaches a supervisor" in fault.sentence

    @pytest.mark.parametrize(("first", "second"), [("2bh", "1bh"), ("1bd", "2bh"), ("3h", "2bh"), ("90min", "1bh")])
    def test_out_of_order_are_refused(self, first: str, second: str) -> None:
        (fault,) = faults((step(first), step(second, Target.SUPERVISORS)))
        assert (fault.field, fault.position) == ("after", 1)

    @pytest.mark.parametrize(
        ("first", "second"), [("0min", "0min"), ("1bh", "60min"), ("30min", "1bh"), ("8bh", "1bd")]
    )
    def test_in_order_are_taken(self, first: str, second: str) -> None:
        assert faults((step(first), step(second, Target.SUPERVISORS))) == []

    def test_that_repeat_without_end_are_refused(self) -> None:
        (fault,) = faults((step("0min", Target.SUPERVISORS, repeat_every="0bh"),))
        assert (fault.field, fault.position) == ("repeat_every", 0)

    @pytest.mark.parametrize(("after", "again", "field"), [("31bd", "1bh", "after"), ("1bh", "800h", "repeat_every")])
    def test_that_take_longer_than_thirty_days_are_refused(self, after: str, again: str, field: str) -> None:
        (fault,) = faults((step(after, Target.SUPERVISORS, repeat_every=again),))
        assert fault.field == field

    def test_on_a_calendar_that_is_never_open_are_not_compared(self) -> None:
        never = replace(OFFICE, week=((),) * 7)
        assert ladder_faults(LADDERS, reaches_supervisor=reaches, calendar=never, now=at("10:00")) == []


class TestACalendar:
    @pytest.mark.parametrize("calendar", [ALWAYS, OFFICE])
    def test_that_opens_has_no_fault(self, calendar: Any) -> None:
        assert calendar_faults(calendar, now=at("10:00")) == []

    def test_without_open_time_is_never_open(self) -> None:
        (fault,) = calendar_faults(replace(OFFICE, week=((),) * 7), now=at("10:00"))
        assert fault.field == "week"

    @pytest.mark.parametrize(("days", "refused"), [(399, False), (402, True)])
    def test_closed_for_four_hundred_days_is_never_open(self, days: int, refused: bool) -> None:
        closed = frozenset(date(2026, 11, 18) + timedelta(days=day) for day in range(days))
        whole = replace(OFFICE, week=(OFFICE.week[0],) * 7, closed_on=closed)
        assert bool(calendar_faults(whole, now=at("10:00"))) is refused

"""Acknowledging an escalation: the climb stops for a stated time, then goes on."""

from commitments.domain import ladders
from commitments.domain.escalation import Target, Trigger
from commitments.domain.timeline import EventKind
from tests.commitments.domain.factories import OFFICE, Case, at, case, rules, step, surroundings

OVERDUE = Trigger.OVERDUE
LADDER = [step(), step("1h", Target.SUPERVISORS, repeat_every="1h")]


def overdue(**around: object) -> Case:
    """Give a promise overdue since 10:00, whose owner has been told."""
    promise = case(
        due_at=at("10:00"),
        with_rules=rules(acknowledged_for="2bh", ladders={OVERDUE: LADDER}),
        around=surroundings(**around),  # type: ignore[arg-type]
    )
    promise.live(at("10:30"))
    return promise


def acknowledge(promise: Case, clock: str) -> None:
    promise.pass_time(at(clock), inclusive=False)
    promise.promise, _ = ladders.acknowledge_all(
        promise.promise, [OVERDUE], at=at(clock), rules=promise.rules, surroundings=promise.surroundings
    )


def test_stops_the_climb_for_the_time_that_the_policy_states() -> None:
    promise = overdue()
    acknowledge(promise, "10:30")
    promise.live(at("12:29"))
    assert promise.when(EventKind.OVERDUE_STEP) == [at("10:00")]


def test_lapses_and_the_climb_goes_on() -> None:
    promise = overdue()
    acknowledge(promise, "10:30")
    promise.live(at("14:00"))
    assert promise.when(EventKind.OVERDUE_STEP) == [at("10:00"), at("12:30"), at("13:30")]


def test_counts_in_the_teams_hours() -> None:
    promise = overdue(calendar=OFFICE)
    acknowledge(promise, "16:30")
    assert promise.promise.escalations[0].next_step_at == at("10:30", day=19)


def test_brings_no_later_step_forward() -> None:
    promise = overdue()
    ladder = [step(), step("9h", Target.SUPERVISORS)]
    promise.rules = rules(ladders={OVERDUE: ladder})
    promise.promise = ladders.end_escalation(promise.promise, OVERDUE, at=at("10:30"))[0]
    promise.promise, _ = ladders.open_escalation(
        promise.promise, OVERDUE, at=at("10:30"), rules=promise.rules, surroundings=promise.surroundings
    )
    promise.live(at("10:35"))
    acknowledge(promise, "10:40")
    assert promise.promise.escalations[0].next_step_at == at("19:30")


def test_at_the_top_tells_the_last_rung_once_more_when_it_lapses() -> None:
    promise = case(due_at=at("10:00"), with_rules=rules(ladders={OVERDUE: [step()]}))
    promise.live(at("10:30"))
    acknowledge(promise, "10:30")
    promise.live(at("20:00"))
    assert promise.when(EventKind.OVERDUE_STEP) == [at("10:00"), at("12:30")]


def test_leaves_other_ladders_alone() -> None:
    promise = overdue()
    promise.promise, _ = ladders.acknowledge_all(
        promise.promise, [Trigger.SILENT], at=at("10:30"), rules=promise.rules, surroundings=promise.surroundings
    )
    assert promise.promise.escalations[0].acknowledged_until is None

"""The ladders of one promise: opened by a cause, climbed by time, ended with the cause."""

import pytest

from commitments.domain import ladders
from commitments.domain.escalation import Target, Trigger
from commitments.domain.promise import NotOpen
from commitments.domain.timeline import EventKind
from tests.commitments.domain.factories import OFFICE, Case, at, case, rules, step, surroundings

OVERDUE_STEP = EventKind.OVERDUE_STEP
SILENT_STEP = EventKind.SILENT_STEP
UNDELIVERABLE = Trigger.UNDELIVERABLE
LADDER = [step(), step("1h", Target.SUPERVISORS)]


def overdue(**around: object) -> Case:
    promise = case(
        due_at=at("10:00"),
        with_rules=rules(ladders={Trigger.OVERDUE: LADDER}),
        around=surroundings(**around),  # type: ignore[arg-type]
    )
    promise.live(at("13:00"))
    return promise


def undeliverable(clock: str) -> Case:
    promise = case(with_rules=rules(ladders={UNDELIVERABLE: LADDER}))
    open_undeliverable(promise, clock)
    return promise


def open_undeliverable(promise: Case, clock: str) -> None:
    promise.pass_time(at(clock), inclusive=False)
    promise.promise, events = ladders.open_escalation(
        promise.promise,
        UNDELIVERABLE,
        at=at(clock),
        rules=promise.rules,
        surroundings=promise.surroundings,
    )
    promise.events += events


class TestSteps:
    def test_are_events_at_their_own_instants(self) -> None:
        assert overdue().when(OVERDUE_STEP) == [at("10:00"), at("11:00")]

    def test_say_whom_they_tell(self) -> None:
        assert [event.facts for event in overdue().of(OVERDUE_STEP)] == [
            {"trigger": "overdue", "position": 0, "target": "owner", "target_id": None, "passed_over": []},
            {"trigger": "overdue", "position": 1, "target": "supervisors", "target_id": None, "passed_over": []},
        ]

    def test_pass_people_over_who_are_away(self) -> None:
        promise = overdue(absent=[Target.OWNER])
        assert promise.when(OVERDUE_STEP) == [at("10:00")]
        assert promise.of(OVERDUE_STEP)[0].facts["target"] == "supervisors"
        assert promise.of(OVERDUE_STEP)[0].facts["passed_over"] == [0]

    def test_that_reach_nobody_stand_on_the_timeline_too(self) -> None:
        promise = overdue(absent=[Target.OWNER, Target.SUPERVISORS])
        assert [event.facts["target"] for event in promise.of(OVERDUE_STEP)] == [None]

    def test_of_a_due_time_at_night_begin_at_once(self) -> None:
        promise = case(
            due_at=at("22:00"),
            with_rules=rules(ladders={Trigger.OVERDUE: [step("1bh"), step("2bh", Target.SUPERVISORS)]}),
            around=surroundings(calendar=OFFICE),
        )
        promise.live(at("12:00", day=19))
        assert promise.when(OVERDUE_STEP) == [at("22:00"), at("11:00", day=19)]

    def test_of_two_ladders_are_taken_each_for_itself(self) -> None:
        promise = case(
            due_at=at("10:00"),
            with_rules=rules(ladders={Trigger.OVERDUE: LADDER, Trigger.SILENT: LADDER}),
            around=surroundings(mailable=False),
        )
        promise.live(at("12:00"))
        assert promise.when(OVERDUE_STEP) == [at("10:00"), at("11:00")]
        assert promise.when(SILENT_STEP) == [at("10:00"), at("11:00")]

    def test_are_all_taken_by_one_late_sweep(self) -> None:
        promise = case(due_at=at("10:00"), with_rules=rules(ladders={Trigger.OVERDUE: LADDER}))
        promise.pass_time(at("13:00"))
        assert promise.when(OVERDUE_STEP) == [at("10:00"), at("11:00")]


class TestEscalation:
    def test_is_one_per_trigger(self) -> None:
        promise = undeliverable("09:00")
        open_undeliverable(promise, "10:00")
        assert [one.opened_at for one in promise.promise.escalations] == [at("09:00")]
        assert len(promise.of(EventKind.ESCALATION_OPENED)) == 1

    def test_for_mail_that_does_not_arrive_climbs_like_the_others(self) -> None:
        promise = undeliverable("09:00")
        promise.live(at("11:00"))
        assert promise.when(EventKind.UNDELIVERABLE_STEP) == [at("09:00"), at("10:00")]

    def test_for_mail_that_does_not_arrive_ends_with_a_conversation(self) -> None:
        promise = undeliverable("09:00")
        promise.say(at("09:30"))
        assert promise.promise.escalations == ()
        assert [event.facts for event in promise.of(EventKind.ESCALATION_ENDED)] == [{"trigger": "undeliverable"}]

    def test_for_mail_that_does_not_arrive_does_not_end_with_a_mail(self) -> None:
        promise = undeliverable("09:00")
        promise.say(at("09:30"), by_mail=True)
        assert [one.trigger for one in promise.promise.escalations] == [UNDELIVERABLE]

    def test_for_mail_that_does_not_arrive_ends_with_a_new_address(self) -> None:
        promise = undeliverable("09:00")
        promise.promise, events = ladders.end_escalation(promise.promise, UNDELIVERABLE, at=at("09:30"))
        assert promise.promise.escalations == ()
        assert [event.kind for event in events] == [EventKind.ESCALATION_ENDED]

    def test_that_is_not_open_ends_without_a_word(self) -> None:
        assert ladders.end_escalation(case().promise, UNDELIVERABLE, at=at("09:30"))[1] == []

    def test_opens_on_no_promise_that_has_ended(self) -> None:
        promise = case()
        promise.keep(at("09:00"))
        with pytest.raises(NotOpen):
            ladders.open_escalation(
                promise.promise, Trigger.SILENT, at=at("09:30"), rules=promise.rules, surroundings=promise.surroundings
            )

    def test_for_mail_that_does_not_arrive_opens_after_the_end_too(self) -> None:
        promise = case()
        promise.keep(at("09:00"))
        open_undeliverable(promise, "09:30")
        assert [one.trigger for one in promise.promise.escalations] == [UNDELIVERABLE]

    def test_without_a_ladder_is_open_all_the_same(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.live(at("10:00"))
        assert [one.trigger for one in promise.promise.escalations] == [Trigger.OVERDUE]

    def test_ends_with_the_promise(self) -> None:
        promise = overdue()
        promise.keep(at("13:00"))
        assert promise.pass_time(at("20:00")) == []
        assert promise.promise.escalations == ()

    def test_opens_anew_for_a_new_date(self) -> None:
        promise = overdue()
        promise.keep(at("13:00"))
        promise.reopen(at("13:00"), due_at=at("14:00"))
        promise.live(at("14:30"))
        assert promise.when(OVERDUE_STEP) == [at("10:00"), at("11:00"), at("14:00")]

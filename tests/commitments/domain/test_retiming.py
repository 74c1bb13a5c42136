"""The clocks of a promise that stands, worked out anew."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commitments.domain import retiming
from commitments.domain.business_time import Calendar
from commitments.domain.escalation import Target, Trigger
from commitments.domain.retiming import LastStep
from commitments.domain.strain import StrainReason
from commitments.domain.timeline import Event, EventKind
from tests.commitments.domain.factories import OFFICE, Case, at, case, rules, step, surroundings

FRIDAY = 20
CLOSED_THURSDAY = replace(OFFICE, closed_on=frozenset({date(2026, 11, 19)}))
LADDER = [step(), step("2bh", Target.SUPERVISORS, repeat_every="4bh")]
OVERDUE = Trigger.OVERDUE


def retime(promise: Case, now: datetime, *, calendar: Calendar | None = None, **policy: object) -> list[Event]:
    """Let time pass, then change the calendar or the policy under the promise."""
    promise.pass_time(now, inclusive=False)
    if calendar is not None:
        promise.surroundings = replace(promise.surroundings, calendar=calendar, working=calendar)
    if policy:
        promise.rules = replace(promise.rules, **rules_of(**policy))
    steps = {
        trigger: LastStep(position=event.facts["position"], at=event.occurred_at)
        for trigger in Trigger
        for event in promise.of(trigger.step_kind)
    }
    promise.promise, events = retiming.retime(
        promise.promise,
        because="calendar",
        last_steps=steps,
        rules=promise.rules,
        surroundings=promise.surroundings,
        now=now,
    )
    return events


def rules_of(**policy: object) -> dict[str, object]:
    made = rules(**policy)  # type: ignore[arg-type]
    return {name: getattr(made, name) for name in policy}


def of_a_day(calendar: Calendar = CLOSED_THURSDAY, *, due_at: datetime | None = None, **fields: object) -> Case:
    """A promise made on Wednesday at 12:00 of which the customer hears after a business day."""
    return case(
        made_at=at("12:00"),
        due_at=due_at or at("12:00", day=27),
        with_rules=rules(cadence="1bd", **fields),  # type: ignore[arg-type]
        around=surroundings(calendar=calendar),
    )


class TestTheWordClock:
    def test_comes_forward_where_the_new_calendar_names_an_earlier_time(self) -> None:
        promise = of_a_day()
        assert promise.promise.next_word_due_at == at("12:00", day=FRIDAY)
        retime(promise, at("13:00"), calendar=OFFICE)
        assert promise.promise.next_word_due_at == at("12:00", day=19)

    def test_is_never_put_off(self) -> None:
        promise = of_a_day(OFFICE)
        assert retime(promise, at("13:00"), calendar=CLOSED_THURSDAY) == []
        assert promise.promise.next_word_due_at == at("12:00", day=19)

    def test_stays_where_it_was_named_when_strain_wears_off(self) -> None:
        strained = surroundings(strain=[StrainReason(at=at("07:00"), weight=4.0)])
        promise = case(with_rules=rules(cadence="8h", strain_threshold=4), around=strained)
        assert promise.promise.next_word_due_at == at("12:00")
        promise.surroundings = replace(strained, strain=())
        assert retime(promise, at("09:00"), strain_threshold=4) == []
        assert promise.promise.next_word_due_at == at("12:00")

    def test_comes_one_cadence_from_now_where_the_computed_time_has_passed(self) -> None:
        promise = case(with_rules=rules(cadence="12h"))
        retime(promise, at("12:00"), cadence="2h")
        assert promise.promise.next_word_due_at == at("14:00")

    def test_keeps_the_present_time_where_one_cadence_from_now_is_later(self) -> None:
        promise = case(with_rules=rules(cadence="12h"))
        assert retime(promise, at("19:00"), cadence="2h") == []
        assert promise.promise.next_word_due_at == at("20:00")

    def test_begins_where_the_due_time_was_the_earlier_one(self) -> None:
        promise = case(due_at=at("11:00"))
        assert promise.promise.next_word_due_at is None
        retime(promise, at("08:30"), cadence="1h")
        assert promise.promise.next_word_due_at == at("09:00")

    def test_stays_empty_while_the_due_clock_comes_first(self) -> None:
        promise = case(due_at=at("11:00"))
        assert retime(promise, at("08:30"), cadence="3h") == []
        assert promise.promise.next_word_due_at is None

    def test_goes_by_the_recovery_after_a_missed_mail(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.live(at("10:15"))
        assert promise.promise.next_word_due_at == at("12:10")
        retime(promise, at("10:20"), recovery="1h", cadence="30min")
        assert promise.promise.next_word_due_at == at("11:10")

    def test_is_left_while_a_missed_mail_is_pending(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.pass_time(at("10:05"))
        assert retime(promise, at("10:05"), cadence="1h") == []
        assert promise.promise.word_deadline == at("10:00")

    def test_is_left_in_a_silence(self) -> None:
        promise = case(with_rules=rules(holding_mails=0))
        promise.pass_time(at("13:00"))
        assert promise.promise.silent_since == at("12:00")
        assert retime(promise, at("13:00"), cadence="1h") == []
        assert promise.promise.next_word_due_at == at("12:00")

    def test_goes_by_an_agreed_cadence_before_the_policys(self) -> None:
        promise = case(agreed_cadence="6h")
        assert retime(promise, at("09:00"), cadence="1h") == []

    def test_of_an_ended_promise_is_left(self) -> None:
        promise = case()
        promise.keep(at("09:00"))
        assert retime(promise, at("10:00"), cadence="1h") == []


class TestPrompts:
    def test_follow_the_new_calendar(self) -> None:
        promise = of_a_day(OFFICE, due_at=at("10:00", day=FRIDAY), reminders=["4bh"])
        promise.say(at("16:00", day=19))
        retime(promise, at("16:30", day=19), calendar=replace(OFFICE, week=(OFFICE.week[0],) * 7))
        assert promise.next_check_at == at("10:00", day=FRIDAY)


class TestALadder:
    @staticmethod
    def overdue(calendar: Calendar = OFFICE) -> Case:
        """A promise that broke on Wednesday at 16:00; its owner was told at once."""
        promise = case(
            due_at=at("16:00"),
            with_rules=rules(ladders={OVERDUE: LADDER}, cadence="60h"),
            around=surroundings(calendar=calendar, mailable=False),
        )
        promise.pass_time(at("16:30"))
        return promise

    def test_takes_its_next_step_by_the_new_calendar_even_later(self) -> None:
        promise = self.overdue()
        assert promise.ladder(OVERDUE)[0].next_step_at == at("10:00", day=19)
        events = retime(promise, at("16:30"), calendar=CLOSED_THURSDAY)
        assert promise.ladder(OVERDUE)[0].next_step_at == at("10:00", day=FRIDAY)
        assert events[0].facts["next_steps"] == {"overdue": {"position": 1, "at": at("10:00", day=FRIDAY).isoformat()}}

    def test_takes_a_step_at_once_that_would_have_been_due(self) -> None:
        promise = self.overdue(CLOSED_THURSDAY)
        now = at("12:00", day=19)
        retime(promise, now, calendar=OFFICE)
        assert promise.ladder(OVERDUE)[0].next_step_at == now

    def test_counts_a_repetition_from_the_last_step(self) -> None:
        promise = self.overdue()
        promise.pass_time(at("11:00", day=19))
        assert promise.ladder(OVERDUE)[0].next_step_at == at("14:00", day=19)
        retime(promise, at("11:00", day=19), ladders={OVERDUE: [step(), step("2bh", repeat_every="8bh")]})
        assert promise.ladder(OVERDUE)[0].next_step_at == at("10:00", day=FRIDAY)

    def test_goes_on_at_the_new_rungs_above_it(self) -> None:
        promise = case(
            due_at=at("10:00"),
            with_rules=rules(ladders={OVERDUE: [step()]}),
            around=surroundings(mailable=False),
        )
        promise.pass_time(at("10:30"))
        assert promise.ladder(OVERDUE)[0].next_step_at is None
        retime(promise, at("10:30"), ladders={OVERDUE: [step(), step("1h", Target.SUPERVISORS)]})
        assert promise.ladder(OVERDUE)[0].next_step_at == at("11:00")
        promise.pass_time(at("11:00"))
        assert promise.of(EventKind.OVERDUE_STEP)[-1].facts["target"] == "supervisors"

    def test_ends_where_the_new_one_has_fewer_rungs(self) -> None:
        promise = self.overdue()
        promise.pass_time(at("11:00", day=19))
        retime(promise, at("11:00", day=19), ladders={OVERDUE: [step()]})
        assert promise.ladder(OVERDUE)[0].next_step_at is None

    def test_waits_for_rungs_where_the_new_one_has_none(self) -> None:
        promise = self.overdue()
        retime(promise, at("16:30"), ladders={OVERDUE: []})
        assert promise.ladder(OVERDUE)[0].next_step_at is None

    @pytest.mark.parametrize("clock", ["16:30", "17:30"])
    def test_stays_where_nothing_has_changed(self, clock: str) -> None:
        promise = self.overdue()
        before = promise.promise
        assert retime(promise, at(clock)) == []
        assert promise.promise.escalations == before.escalations


class TestTheTimeline:
    def test_says_what_moved_and_why(self) -> None:
        promise = of_a_day()
        (event,) = retime(promise, at("13:00"), calendar=OFFICE)
        assert event.kind is EventKind.CLOCKS_RETIMED
        assert event.occurred_at == at("13:00")
        assert event.facts == {
            "because": "calendar",
            "hear_by": at("12:00", day=19),
            "was_hear_by": at("12:00", day=FRIDAY),
            "next_steps": {},
        }


@given(
    hours=st.integers(1, 90),
    new_hours=st.integers(1, 90),
    passed=st.integers(0, 120),
    due=st.integers(1, 200),
    closed=st.frozensets(st.integers(16, 27).map(lambda day: date(2026, 11, day)), max_size=4),
)
def test_never_names_a_later_time_nor_one_that_has_passed(
    hours: int, new_hours: int, passed: int, due: int, closed: frozenset[date]
) -> None:
    promise = case(
        due_at=at("08:00") + timedelta(hours=due),
        with_rules=rules(cadence=f"{hours}h"),
        around=surroundings(calendar=OFFICE),
    )
    now = at("08:00") + timedelta(hours=passed)
    promise.pass_time(now, inclusive=False)
    before = promise.promise
    retime(promise, now, calendar=replace(OFFICE, closed_on=closed), cadence=f"{new_hours}bh")
    after = promise.promise
    assert after.word_deadline <= before.word_deadline
    assert after.word_deadline == before.word_deadline or after.word_deadline > now

"""When time next looks at a promise."""

from datetime import timedelta

from commitments.domain.escalation import Trigger
from commitments.domain.lifecycle import IDLE_CHECK
from tests.commitments.domain.factories import at, case, rules, step, surroundings


def test_it_is_the_earliest_of_what_may_happen() -> None:
    promise = case(due_at=at("23:00"), with_rules=rules(reminders=("30min",)))
    assert promise.next_check_at == at("11:30")  # are you still on it?


def test_it_is_the_due_time_when_nothing_comes_before() -> None:
    assert case(due_at=at("10:00")).next_check_at == at("10:00")


def test_it_is_the_missed_mail_in_the_grace() -> None:
    promise = case(due_at=at("10:00"))
    promise.pass_time(at("10:00"))
    assert promise.next_check_at == at("10:10")


def test_it_is_the_holding_mail_after_the_question() -> None:
    promise = case()
    promise.pass_time(at("11:30"))
    assert promise.next_check_at == at("11:50")


def test_it_is_the_next_rung_of_a_ladder() -> None:
    promise = case(
        with_rules=rules(ladders={Trigger.SILENT: [step(), step("90min")]}),
        around=surroundings(mailable=False),
    )
    promise.pass_time(at("12:00"))
    assert promise.next_check_at == at("13:30")


def test_it_is_past_when_an_act_was_recorded_on_the_very_instant_of_a_deadline() -> None:
    promise = case(due_at=at("10:00"))
    promise.say(at("10:00"))
    assert promise.next_check_at == at("10:00")


def test_there_is_none_after_the_end() -> None:
    promise = case()
    promise.keep(at("09:00"))
    assert promise.next_check_at is None


def test_an_open_promise_to_which_nothing_more_happens_is_still_looked_at() -> None:
    promise = case(due_at=at("10:00"), around=surroundings(mailable=False))
    promise.pass_time(at("20:00"))
    assert promise.next_check_at == at("20:00") + IDLE_CHECK
    promise.pass_time(at("20:00") + IDLE_CHECK)
    assert promise.next_check_at == at("20:00") + 2 * IDLE_CHECK


def test_it_does_not_miss_the_holding_mail_that_a_mail_on_its_way_makes_room_for() -> None:
    promise = case(with_rules=rules(ask_lead="0min"))
    promise.say(at("09:00"), by_mail=True)  # names 13:00
    assert promise.next_check_at == at("12:50")


def test_it_does_not_come_again_and_again_while_a_mail_is_on_its_way() -> None:
    promise = case(with_rules=rules(ask_lead="0min"))
    promise.say(at("09:00"), by_mail=True)
    promise.pass_time(at("12:50"))
    assert promise.next_check_at == at("13:00")


def test_nothing_happens_before_it() -> None:
    promise = case(due_at=at("10:00"))
    next_check_at = promise.next_check_at
    assert next_check_at is not None
    assert promise.pass_time(next_check_at - timedelta(microseconds=1)) == []
    assert promise.pass_time(next_check_at) != []

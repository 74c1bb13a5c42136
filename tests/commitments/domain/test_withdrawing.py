"""Withdrawing a promise …"""

import pytest

from commitments.domain import acts
from commitments.domain.escalation import Trigger
from commitments.domain.promise import NotKept, NotOpen, Outcome, Status
from commitments.domain.timeline import EventKind
from tests.commitments.domain.factories import at, case, rules, step, surroundings

LADDERS = {trigger: [step("1h", repeat_every="1h")] for trigger in Trigger}


def test_ends_it() -> None:
    promise = case()
    promise.withdraw(at("09:00"))
    assert promise.promise.status is Status.WITHDRAWN
    assert promise.promise.ended_at == at("09:00")
    assert promise.promise.outcome is Outcome.WITHDRAWN


def test_lets_time_do_nothing_more() -> None:
    promise = case()
    promise.withdraw(at("09:00"))
    assert promise.next_check_at is None
    assert promise.pass_time(at("12:00", day=20)) == []


def test_ends_every_ladder_and_the_silence() -> None:
    promise = case(due_at=at("10:00"), with_rules=rules(ladders=LADDERS), around=surroundings(mailable=False))
    promise.pass_time(at("14:00"))
    assert {escalation.trigger for escalation in promise.promise.escalations} == {Trigger.OVERDUE, Trigger.SILENT}
    promise.withdraw(at("14:30"))
    assert promise.promise.escalations == ()
    assert promise.when(EventKind.ESCALATION_ENDED) == [at("14:30"), at("14:30")]
    assert promise.when(EventKind.SILENCE_ENDED) == [at("14:30")]


def test_leaves_a_break_on_the_record() -> None:
    promise = case(due_at=at("10:00"))
    promise.withdraw(at("10:30"))
    assert promise.promise.times_broken == 1
    assert promise.when(EventKind.BREAK_TAKEN_BACK) == []


def test_takes_a_break_back_when_the_customer_was_told_before_the_date() -> None:
    promise = case(due_at=at("10:00"))
    promise.withdraw(at("09:50"), recorded_at=at("10:30"))
    assert promise.promise.times_broken == 0
    assert promise.when(EventKind.BREAK_TAKEN_BACK) == [at("09:50")]


def test_is_not_undone_by_reopening() -> None:
    promise = case()
    promise.withdraw(at("09:00"))
    with pytest.raises(NotKept):
        promise.reopen(at("10:00"), due_at=at("20:00"))


def test_needs_an_open_promise() -> None:
    promise = case()
    promise.keep(at("09:00"))
    with pytest.raises(NotOpen):
        acts.withdraw(promise.promise, at=at("10:00"))

"""An offered handoff, as the clocks see it …"""

import pytest

from commitments.domain import handing
from commitments.domain.escalation import Target, Trigger
from commitments.domain.promise import NotOpen
from commitments.domain.timeline import EventKind
from tests.commitments.domain.factories import Case, at, case, rules, step

LADDER = [step(), step("1h", Target.SUPERVISORS)]


def offered(until: str = "10:00") -> Case:
    promise = case(with_rules=rules(ladders={Trigger.HANDOFF_LAPSED: LADDER}))
    promise.promise, _ = handing.offer(promise.promise, at=at("08:00"), lapses_at=at(until))
    return promise


def test_lapses_at_its_time_and_escalates() -> None:
    promise = offered()
    promise.live(at("11:00"))
    assert promise.when(EventKind.HANDOFF_LAPSED) == [at("10:00")]
    assert promise.when(EventKind.HANDOFF_LAPSED_STEP) == [at("10:00"), at("11:00")]
    assert promise.promise.handoff_lapses_at is None


def test_that_was_accepted_does_not_lapse() -> None:
    promise = offered()
    promise.promise, _ = handing.settle_offer(promise.promise, at=at("09:59"))
    promise.live(at("12:00"))
    assert promise.when(EventKind.HANDOFF_LAPSED) == []


def test_that_lapsed_is_settled_late() -> None:
    promise = offered()
    promise.live(at("10:30"))
    promise.promise, ended = handing.settle_offer(promise.promise, at=at("10:30"))
    assert [event.kind for event in ended] == [EventKind.ESCALATION_ENDED]
    assert promise.promise.escalations == ()


def test_that_lapsed_is_followed_by_another() -> None:
    promise = offered()
    promise.live(at("10:30"))
    promise.promise, _ = handing.offer(promise.promise, at=at("10:30"), lapses_at=at("12:30"))
    assert promise.promise.escalations == ()
    promise.live(at("13:00"))
    assert promise.when(EventKind.HANDOFF_LAPSED) == [at("10:00"), at("12:30")]


def test_that_was_declined_leaves_the_ladder_of_one_before_it_open() -> None:
    promise = offered()
    promise.live(at("10:30"))
    promise.promise, events = handing.decline(promise.promise)
    assert events == []
    assert [one.trigger for one in promise.promise.escalations] == [Trigger.HANDOFF_LAPSED]


def test_is_none_for_a_promise_that_has_ended() -> None:
    promise = case()
    promise.keep(at("09:00"))
    with pytest.raises(NotOpen):
        handing.offer(promise.promise, at=at("09:30"), lapses_at=at("11:30"))

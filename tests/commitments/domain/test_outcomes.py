"""Whether the customer was warned before a date …"""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from commitments.domain.clocks import WordMeaning
from commitments.domain.outcomes import outcomes_of, warned_before_due
from commitments.domain.promise import Outcome
from tests.commitments.domain.factories import Case, at, case

DUE = at("10:00")


def warned(promise: Case) -> bool:
    return outcomes_of(promise.promise, promise.words).warned_before_due


@pytest.mark.parametrize("meaning", [WordMeaning.AT_RISK, WordMeaning.WILL_MISS])
@pytest.mark.parametrize(("clock", "is_warned"), [("09:00", True), ("10:00", True), ("10:01", False)])
def test_by_bad_news_no_later_than_the_date(meaning: WordMeaning, clock: str, is_warned: bool) -> None:
    promise = case(due_at=DUE)
    promise.say(at(clock), meaning=meaning)
    assert warned(promise) is is_warned


@pytest.mark.parametrize("meaning", [WordMeaning.NEWS, WordMeaning.NOTHING_NEW, WordMeaning.QUESTION])
def test_by_no_other_word(meaning: WordMeaning) -> None:
    promise = case(due_at=DUE)
    promise.say(at("09:00"), meaning=meaning)
    assert not warned(promise)


@pytest.mark.parametrize(("clock", "is_warned"), [("09:00", True), ("10:30", False)])
def test_by_a_new_date_told_before_the_old_one(clock: str, is_warned: bool) -> None:
    promise = case(due_at=DUE)
    promise.renegotiate(at(clock), due_at=at("20:00"))
    assert warned(promise) is is_warned


def test_by_a_warning_before_a_later_date_though_an_earlier_one_broke() -> None:
    promise = case(due_at=DUE)
    promise.renegotiate(at("10:30"), due_at=at("20:00"))
    promise.say(at("11:00"), meaning=WordMeaning.AT_RISK)
    assert warned(promise)


def test_not_by_a_warning_after_the_date_that_another_date_followed() -> None:
    promise = case(due_at=DUE)
    promise.say(at("10:30"), meaning=WordMeaning.WILL_MISS)
    promise.renegotiate(at("10:40"), due_at=at("20:00"))
    assert not warned(promise)


@pytest.mark.parametrize("lose", [lambda word: replace(word, is_void=True), lambda word: replace(word, has_gone=False)])
def test_not_by_a_mail_that_did_not_reach_them(lose: Callable[..., object]) -> None:
    promise = case(due_at=DUE)
    promise.say(at("09:00"), by_mail=True, meaning=WordMeaning.AT_RISK)
    promise.mails_go()
    assert warned(promise)
    assert not warned_before_due([lose(word) for word in promise.words], due_at=DUE)  # type: ignore[misc]


def test_stands_beside_what_else_became_of_it() -> None:
    promise = case(due_at=DUE)
    promise.renegotiate(at("09:00"), due_at=at("12:00"))
    promise.live(at("13:00"))
    promise.keep(at("13:00") + timedelta(minutes=1))
    found = outcomes_of(promise.promise, promise.words)
    assert (found.outcome, found.times_broken, found.times_renegotiated) == (Outcome.KEPT_LATE, 1, 1)
    assert (found.kept_on_the_call, found.times_reopened) == (False, 0)

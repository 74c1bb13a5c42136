"""Calling the customer, and having tried."""

from datetime import datetime

import pytest

from commitments.domain import acts, attempts, calling, ladders, replies
from commitments.domain.asks import Ask, AskSort
from commitments.domain.clocks import WordMeaning
from commitments.domain.escalation import Trigger
from commitments.domain.promise import NotOpen
from commitments.domain.standing import Word
from commitments.domain.timeline import EventKind
from tests.commitments.domain.factories import Case, at, case, rules


def tell_of_attempt(promise: Case, clock: str, *, next_try_at: datetime, is_callback: bool = True) -> None:
    promise.pass_time(at(clock), inclusive=False)
    promise.promise, _ = attempts.tell_of_attempt(
        promise.promise,
        at=at(clock),
        recorded_at=at(clock),
        next_try_at=next_try_at,
        is_callback=is_callback,
        by_mail=False,
        words=promise.words,
        asks=promise.asks,
        rules=promise.rules,
        surroundings=promise.surroundings,
    )


class TestAttemptTold:
    def test_moves_a_callbacks_date_that_comes_before_the_next_try(self) -> None:
        promise = case(due_at=at("10:00"))
        tell_of_attempt(promise, "09:50", next_try_at=at("15:00"))
        assert (promise.promise.due_at, promise.promise.times_renegotiated) == (at("15:00"), 1)
        assert promise.promise.word_deadline == at("13:50")

    def test_leaves_a_date_alone_that_the_next_try_still_meets(self) -> None:
        promise = case(due_at=at("10:00"))
        tell_of_attempt(promise, "09:00", next_try_at=at("10:00"))
        assert (promise.promise.due_at, promise.promise.times_renegotiated) == (at("10:00"), 0)

    def test_leaves_the_date_of_anything_but_a_callback_alone(self) -> None:
        promise = case(due_at=at("10:00"))
        tell_of_attempt(promise, "09:00", next_try_at=at("15:00"), is_callback=False)
        assert promise.promise.due_at == at("10:00")

    def test_names_the_next_try_where_that_comes_before_the_cadence(self) -> None:
        promise = case()
        tell_of_attempt(promise, "09:00", next_try_at=at("11:00"), is_callback=False)
        assert promise.promise.next_word_due_at == at("11:00")

    def test_names_the_cadence_where_the_next_try_comes_after_it(self) -> None:
        promise = case()
        tell_of_attempt(promise, "09:00", next_try_at=at("18:00"), is_callback=False)
        assert promise.promise.next_word_due_at == at("13:00")

    @pytest.mark.parametrize(("is_callback", "untold_since"), [(True, None), (False, at("08:40"))])
    def test_is_a_persons_word_that_answers_nothing_but_may_tell_a_new_date(
        self, is_callback: bool, untold_since: datetime | None
    ) -> None:
        promise = case(due_at=at("12:00"))
        promise.ask(at("08:30"))
        promise.ask(at("08:40"), AskSort.RISK)
        tell_of_attempt(promise, "09:00", next_try_at=at("15:00"), is_callback=is_callback)
        assert promise.promise.last_person_word_at == at("09:00")
        assert (promise.promise.customer_waiting_since, promise.promise.untold_since) == (at("08:30"), untold_since)

    def test_on_voicemail_proves_nobody_reached(self) -> None:
        promise = case(with_rules=rules(ladders={}))
        promise.promise, _ = ladders.open_escalation(
            promise.promise,
            Trigger.UNDELIVERABLE,
            at=at("08:30"),
            rules=promise.rules,
            surroundings=promise.surroundings,
        )
        tell_of_attempt(promise, "09:00", next_try_at=at("11:00"), is_callback=False)
        assert [ladder.trigger for ladder in promise.promise.escalations] == [Trigger.UNDELIVERABLE]

    def test_ends_a_silence(self) -> None:
        promise = case(with_rules=rules(holding_mails=0))
        promise.live(at("12:30"))
        assert promise.promise.silent_since == at("12:00")
        tell_of_attempt(promise, "12:30", next_try_at=at("15:00"), is_callback=False)
        assert promise.promise.silent_since is None


class TestCall:
    def test_lasts_half_an_hour_at_most(self) -> None:
        promise = calling.start_call(case().promise, at=at("09:00"))
        assert calling.is_calling(promise, at=at("09:29:59"))
        assert not calling.is_calling(promise, at=at("09:30"))

    def test_is_over_when_it_is_said(self) -> None:
        promise = calling.end_call(calling.start_call(case().promise, at=at("09:00")))
        assert not calling.is_calling(promise, at=at("09:01"))

    def test_is_over_with_a_persons_word(self) -> None:
        promise = case()
        promise.promise = calling.start_call(promise.promise, at=at("09:00"))
        promise.say(at("09:10"))
        assert promise.promise.calling_until is None

    def test_is_about_an_open_promise(self) -> None:
        promise = case()
        promise.keep(at("09:00"))
        with pytest.raises(NotOpen):
            calling.start_call(promise.promise, at=at("09:10"))


class TestConversation:
    def held(self, promise: Case, clock: str) -> None:
        promise.pass_time(at(clock), inclusive=False)
        promise.promise, events = replies.converse(
            promise.promise,
            at=at(clock),
            recorded_at=at(clock),
            words=promise.words,
            asks=promise.asks,
            rules=promise.rules,
            surroundings=promise.surroundings,
        )
        promise.events += events

    def test_answers_what_the_customer_asked_and_what_we_asked(self) -> None:
        promise = case()
        promise.ask(at("08:30"))
        self.asked(promise, "09:00")
        self.held(promise, "09:30")
        assert (promise.promise.customer_waiting_since, promise.promise.answer_by) == (None, None)

    def asked(self, promise: Case, clock: str) -> None:
        promise.promise, _ = acts.give_word(
            promise.promise,
            at=at(clock),
            recorded_at=at(clock),
            by_mail=False,
            meaning=WordMeaning.QUESTION,
            answer_by=at("20:00"),
            rules=promise.rules,
            surroundings=promise.surroundings,
        )
        promise.words.append(Word(at=at(clock), named_at=at("13:00"), by_person=True, asks_something=True))

    def test_before_our_question_leaves_it_open(self) -> None:
        promise = case()
        self.asked(promise, "09:00")
        promise.promise, _ = replies.converse(
            promise.promise,
            at=at("08:30"),
            recorded_at=at("09:30"),
            words=promise.words,
            rules=promise.rules,
            surroundings=promise.surroundings,
        )
        assert promise.promise.answer_by == at("20:00")

    def test_about_an_ended_promise_explains_it(self) -> None:
        promise = case()
        promise.keep(at("09:00"))
        promise.ask(at("10:00"), AskSort.MESSAGE, AskSort.DISPUTE)
        self.held(promise, "10:30")
        assert promise.promise.disputed_since is None
        assert promise.promise.escalations == ()


class TestThanks:
    def taken(self, promise: Case, clock: str, *, left: list[Ask]) -> None:
        promise.promise, events = replies.forget(
            promise.promise,
            at=at(clock),
            words=promise.words,
            asks=left,
            rules=promise.rules,
            surroundings=promise.surroundings,
        )
        promise.events += events

    def test_end_the_wait_and_its_ladder(self) -> None:
        promise = case()
        promise.ask(at("09:00"))
        promise.live(at("13:30"))
        assert [escalation.trigger for escalation in promise.promise.escalations] == [Trigger.UNANSWERED]
        self.taken(promise, "14:00", left=[])
        assert promise.promise.customer_waiting_since is None
        assert promise.promise.escalations == ()

    def test_let_the_time_of_another_message_start_anew(self) -> None:
        promise = case()
        promise.ask(at("09:00"))
        promise.ask(at("12:00"))
        promise.live(at("13:30"))
        self.taken(promise, "14:00", left=[Ask(at("12:00"), AskSort.MESSAGE)])
        promise.live(at("16:30"))
        assert promise.when(EventKind.BECAME_UNANSWERED) == [at("13:00"), at("16:00")]


class TestChase:
    @pytest.mark.parametrize(("clock", "is_chase"), [("08:59", False), ("09:00", True), ("10:00", True)])
    def test_is_a_message_while_an_earlier_one_waits(self, clock: str, is_chase: bool) -> None:
        promise = case()
        promise.ask(at("09:00"))
        assert replies.is_chase(promise.promise, at=at(clock)) is is_chase

    def test_is_none_where_nobody_waits(self) -> None:
        assert not replies.is_chase(case().promise, at=at("10:00"))


class TestReopeningByMail:
    def test_is_silent_from_the_start_when_the_mail_does_not_arrive(self) -> None:
        promise = case()
        promise.keep(at("09:00"))
        promise.promise, _ = acts.reopen(
            promise.promise,
            at=at("10:00"),
            due_at=at("20:00"),
            by_mail=True,
            rules=promise.rules,
            surroundings=promise.surroundings,
        )
        promise.words = [Word(at=at("10:00"), named_at=at("14:00"), by_person=True, has_gone=False, meets=at("10:00"))]
        promise.lose(at("10:00"), known_at=at("10:30"))
        assert promise.promise.silent_since == at("10:00")


class TestQuestionThatDidNotArrive:
    def test_waits_for_no_answer(self) -> None:
        promise = case()
        TestConversation().asked(promise, "09:00")
        promise.words[-1] = Word(
            at=at("09:00"), named_at=at("13:00"), by_person=True, asks_something=True, has_gone=False, meets=at("12:00")
        )
        promise.lose(at("09:00"), known_at=at("09:30"))
        assert promise.promise.answer_by is None

"""What waits for a person's word, and what settles it."""

import pytest

from commitments.domain import acts, lifecycle
from commitments.domain.asks import AskSort
from commitments.domain.clocks import WordMeaning
from commitments.domain.escalation import Trigger
from commitments.domain.promise import NotOpen
from commitments.domain.timeline import EventKind
from tests.commitments.domain.factories import OFFICE, Case, at, case, rules, surroundings

MESSAGE, DISPUTE, RISK = AskSort.MESSAGE, AskSort.DISPUTE, AskSort.RISK


def triggers(promise: Case) -> list[Trigger]:
    return [escalation.trigger for escalation in promise.promise.escalations]


class TestReply:
    def test_is_owed_within_the_reply_time(self) -> None:
        promise = case()
        promise.ask(at("09:00"))
        promise.live(at("13:00"))
        assert promise.when(EventKind.BECAME_UNANSWERED) == [at("13:00")]
        assert Trigger.UNANSWERED in triggers(promise)

    def test_is_not_owed_a_moment_before(self) -> None:
        promise = case()
        promise.ask(at("09:00"))
        promise.live(at("12:59:59"))
        assert promise.when(EventKind.BECAME_UNANSWERED) == []

    def test_time_counts_in_the_hours_of_whoever_must_act(self) -> None:
        promise = case(with_rules=rules(reply_time="4bh"), around=surroundings(working=OFFICE))
        promise.ask(at("15:00"))
        promise.live(at("11:00", day=19))
        assert promise.when(EventKind.BECAME_UNANSWERED) == [at("11:00", day=19)]

    def test_is_given_by_a_persons_word(self) -> None:
        promise = case()
        promise.ask(at("09:00"))
        promise.say(at("10:00"))
        promise.live(at("13:30"))
        assert promise.promise.customer_waiting_since is None
        assert promise.when(EventKind.BECAME_UNANSWERED) == []

    def test_is_not_given_by_taking_over(self) -> None:
        promise = case()
        promise.ask(at("09:00"))
        promise.promise, _ = acts.give_word(
            promise.promise,
            at=at("10:00"),
            recorded_at=at("10:00"),
            by_mail=False,
            meaning=WordMeaning.NEWS,
            answers=False,
            rules=promise.rules,
            surroundings=promise.surroundings,
        )
        assert promise.promise.customer_waiting_since == at("09:00")

    def test_ends_the_ladder_when_it_comes_late(self) -> None:
        promise = case()
        promise.ask(at("09:00"))
        promise.live(at("13:30"))
        promise.say(at("14:00"))
        assert Trigger.UNANSWERED not in triggers(promise)

    def test_is_owed_from_the_first_message_that_waits(self) -> None:
        promise = case()
        promise.ask(at("09:00"))
        promise.ask(at("10:00"))
        assert promise.promise.customer_waiting_since == at("09:00")

    def test_is_owed_from_the_message_after_an_answer_recorded_late(self) -> None:
        promise = case()
        promise.ask(at("09:00"))
        promise.ask(at("10:00"))
        promise.say(at("09:30"), recorded_at=at("11:00"))
        assert promise.promise.customer_waiting_since == at("10:00")

    def test_is_not_owed_for_a_message_recorded_after_its_answer(self) -> None:
        promise = case()
        promise.say(at("10:00"))
        promise.ask(at("09:00"), recorded_at=at("11:00"))
        assert promise.promise.customer_waiting_since is None

    def test_that_did_not_arrive_leaves_the_customer_waiting_since_they_wrote(self) -> None:
        promise = case()
        promise.ask(at("09:00"))
        promise.say(at("10:00"), by_mail=True)
        assert promise.promise.customer_waiting_since is None
        promise.lose(at("10:00"), known_at=at("15:00"))
        assert promise.promise.customer_waiting_since == at("09:00")

    def test_stops_no_other_clock(self) -> None:
        quiet, asking = case(), case()
        asking.ask(at("09:00"))
        assert asking.promise.next_word_due_at == quiet.promise.next_word_due_at
        assert asking.promise.due_at == quiet.promise.due_at

    def test_is_owed_for_an_ended_promise_as_well(self) -> None:
        promise = case()
        promise.keep(at("09:00"))
        promise.ask(at("10:00"))
        around = {"rules": promise.rules, "surroundings": promise.surroundings}
        assert lifecycle.next_check_at(promise.promise, **around) == at("14:00")
        promise.live(at("14:00"))
        assert triggers(promise) == [Trigger.UNANSWERED]

    def test_is_no_longer_owed_when_the_promise_ends(self) -> None:
        promise = case()
        promise.ask(at("09:00"))
        promise.keep(at("10:00"))
        assert promise.promise.customer_waiting_since is None

    def test_is_never_owed_without_a_reply_time(self) -> None:
        promise = case(with_rules=rules(reply_time=None))
        promise.ask(at("09:00"))
        promise.live(at("22:00"))
        assert promise.when(EventKind.BECAME_UNANSWERED) == []


class TestBadNews:
    def test_escalates_when_it_is_not_told_in_time(self) -> None:
        promise = case()
        promise.ask(at("09:00"), RISK)
        promise.live(at("10:00"))
        assert promise.when(EventKind.BAD_NEWS_UNTOLD) == [at("10:00")]
        assert Trigger.UNTOLD in triggers(promise)

    def test_is_no_word(self) -> None:
        promise = case()
        before = promise.promise.next_word_due_at
        promise.ask(at("09:00"), RISK)
        assert promise.promise.next_word_due_at == before

    @pytest.mark.parametrize("meaning", [WordMeaning.AT_RISK, WordMeaning.WILL_MISS, WordMeaning.NEWS])
    def test_is_told_by_a_word_that_says_so(self, meaning: WordMeaning) -> None:
        promise = case()
        promise.ask(at("09:00"), RISK)
        promise.say(at("09:30"), meaning=meaning)
        assert promise.promise.untold_since is None

    @pytest.mark.parametrize("meaning", [WordMeaning.NOTHING_NEW, WordMeaning.QUESTION])
    def test_is_not_told_by_a_word_that_hides_it(self, meaning: WordMeaning) -> None:
        promise = case()
        promise.ask(at("09:00"), RISK)
        promise.say(at("09:30"), meaning=meaning)
        assert promise.promise.untold_since == at("09:00")

    def test_cannot_be_noted_on_an_ended_promise(self) -> None:
        promise = case()
        promise.keep(at("09:00"))
        with pytest.raises(NotOpen):
            promise.ask(at("10:00"), RISK)


class TestDispute:
    def test_opens_its_ladder_and_the_reply_clock_at_once(self) -> None:
        promise = case()
        promise.keep(at("09:00"))
        promise.ask(at("10:00"), MESSAGE, DISPUTE)
        assert triggers(promise) == [Trigger.DISPUTED]
        assert promise.promise.customer_waiting_since == at("10:00")

    def test_ends_with_an_explanation(self) -> None:
        promise = case()
        promise.keep(at("09:00"))
        promise.ask(at("10:00"), MESSAGE, DISPUTE)
        promise.promise, _ = acts.explain(
            promise.promise,
            at=at("11:00"),
            by_mail=False,
            words=promise.words,
            rules=promise.rules,
            surroundings=promise.surroundings,
        )
        assert triggers(promise) == []
        assert promise.promise.disputed_since is None

    def test_ends_with_reopening(self) -> None:
        promise = case()
        promise.keep(at("09:00"))
        promise.ask(at("10:00"), MESSAGE, DISPUTE)
        promise.promise, events = acts.reopen(
            promise.promise,
            at=at("11:00"),
            due_at=at("20:00"),
            rules=promise.rules,
            surroundings=promise.surroundings,
        )
        assert triggers(promise) == []
        assert [event.kind for event in events] == [EventKind.ESCALATION_ENDED]
        assert promise.promise.customer_waiting_since is None

"""Giving word: bad news, questions, and what is noted and not yet told."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from commitments.domain.clocks import WordMeaning
from commitments.models import Commitment, Escalation, Word
from commitments.services.dates import renegotiate
from commitments.services.promising import keep
from commitments.services.refusals import Ended, Refused
from commitments.services.replies import customer_message
from commitments.services.sweeping import sweep
from commitments.services.word import confirm_words, give_word, note_risk, void_words
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

HOUR = timedelta(hours=1)
LATER = NOW + HOUR
BAD = {"what_happened": "It is late.", "what_next": "We ask again.", "choices": "You can cancel."}


def said(promise: Commitment, meaning: WordMeaning, *, now: datetime = LATER, **options: Any) -> Commitment:
    values: dict[str, Any] = {"by_mail": False} | options
    give_word(actor=promise.owner, reference=promise.reference, now=now, meaning=meaning, **values)
    promise.refresh_from_db()
    return promise


def noted(promise: Commitment, *, now: datetime = LATER, note: str = "") -> Commitment:
    note_risk(actor=promise.owner, reference=promise.reference, meaning=WordMeaning.WILL_MISS, now=now, note=note)
    promise.refresh_from_db()
    return promise


def is_untold(promise: Commitment) -> bool:
    return Escalation.objects.filter(commitment=promise, trigger="untold", ended_at=None).exists()


class TestBadNews:
    @pytest.mark.parametrize("meaning", [WordMeaning.AT_RISK, WordMeaning.WILL_MISS])
    @pytest.mark.parametrize("by_mail", [True, False])
    @pytest.mark.parametrize("missing", sorted(BAD))
    def test_says_what_happened_what_comes_next_and_what_to_choose(
        self, meaning: WordMeaning, by_mail: bool, missing: str
    ) -> None:
        promise = factories.promise()
        with pytest.raises(Refused) as refused:
            said(promise, meaning, by_mail=by_mail, **BAD | {missing: " "})
        assert refused.value.field == missing
        assert said(promise, meaning, by_mail=by_mail, **BAD).version == 2
        texts = promise.events.get(kind="word_given").texts
        assert set(texts.values_list("field", flat=True)) == {"happened", "next", "choices"}


class TestNothingNew:
    def test_needs_a_sentence_of_its_own_the_third_time_running(self) -> None:
        promise = factories.promise()
        for hours in (1, 2):
            said(promise, WordMeaning.NOTHING_NEW, now=NOW + hours * HOUR)
        with pytest.raises(Refused, match="third “nothing new” running") as refused:
            said(promise, WordMeaning.NOTHING_NEW, now=NOW + 3 * HOUR)
        assert refused.value.field == "message"
        assert said(promise, WordMeaning.NOTHING_NEW, now=NOW + 3 * HOUR, message="Still no van.").nothing_new_run == 3

    def test_is_counted_anew_after_other_word(self) -> None:
        promise = factories.promise()
        for hours, meaning in enumerate(["nothing_new", "nothing_new", "news", "nothing_new"], start=1):
            said(promise, WordMeaning(meaning), now=NOW + hours * HOUR, message="Sent." if meaning == "news" else "")
        assert promise.nothing_new_run == 1


class TestRiskNoted:
    def test_is_no_word_and_must_be_told_within_a_business_hour(self) -> None:
        promise = factories.promise()
        before = promise.next_word_due_at
        noted(promise, note="Customs will not say.")
        assert (promise.untold_since, promise.next_word_due_at) == (LATER, before)
        assert Word.objects.filter(commitment=promise).count() == 1
        sweep(now=LATER + HOUR)
        assert is_untold(promise)
        assert promise.events.get(kind="risk_noted").texts.get().field == "note"

    def test_has_been_told_by_word_of_it(self) -> None:
        promise = noted(factories.promise())
        sweep(now=LATER + HOUR)
        said(promise, WordMeaning.WILL_MISS, now=LATER + 2 * HOUR, **BAD)
        assert promise.untold_since is None
        assert not is_untold(promise)

    def test_has_not_been_told_by_nothing_new(self) -> None:
        promise = noted(factories.promise())
        said(promise, WordMeaning.NOTHING_NEW, now=LATER + HOUR)
        assert promise.untold_since == LATER

    def test_has_been_told_by_a_new_date(self) -> None:
        promise = noted(factories.promise())
        moved = {"due_at": NOW + 96 * HOUR, "by_mail": False, **BAD}
        renegotiate(actor=promise.owner, reference=promise.reference, now=LATER + HOUR, **moved)  # type: ignore[arg-type]
        promise.refresh_from_db()
        assert promise.untold_since is None

    def test_waits_again_when_the_mail_that_told_it_comes_back(self) -> None:
        promise = noted(factories.promise())
        said(promise, WordMeaning.AT_RISK, now=LATER + HOUR, by_mail=True, **BAD)
        event = promise.events.get(kind="word_given")
        void_words(event_ids=[event.id], reason="bounced", now=LATER + 2 * HOUR)
        promise.refresh_from_db()
        assert promise.untold_since == LATER

    def test_is_refused_on_an_ended_promise(self) -> None:
        promise = factories.promise()
        keep(actor=promise.owner, reference=promise.reference, now=LATER)
        with pytest.raises(Ended):
            noted(promise, now=LATER + HOUR)

    def test_is_nothing_else_than_bad_news(self) -> None:
        promise = factories.promise()
        with pytest.raises(ValueError, match="no bad news"):
            note_risk(actor=promise.owner, reference=promise.reference, meaning=WordMeaning.NEWS, now=LATER)


class TestQuestion:
    def asked(self, promise: Commitment, *, now: datetime = LATER, **options: Any) -> Commitment:
        values: dict[str, Any] = {"message": "Which colour?", "answer_by": NOW + 24 * HOUR}
        return said(promise, WordMeaning.QUESTION, now=now, **values | options)

    def test_waits_for_the_customer_until_its_date(self) -> None:
        promise = self.asked(factories.promise())
        assert promise.answer_by == NOW + 24 * HOUR
        facts = promise.events.get(kind="word_given").facts
        assert facts["answer_by"] == (NOW + 24 * HOUR).isoformat()

    def test_asks_the_owner_to_move_the_date_when_it_has_no_answer(self) -> None:
        promise = self.asked(factories.promise())
        sweep(now=NOW + 24 * HOUR)
        prompt = promise.events.get(kind="answer_not_given")
        assert prompt.occurred_at == NOW + 24 * HOUR
        assert prompt.facts["due_at"] == promise.due_at.isoformat()

    def test_is_answered_by_a_message_even_one_that_needs_no_answer(self) -> None:
        promise = self.asked(factories.promise())
        message = {"channel": "email", "words": "Blue.", "needs_answer": False}
        customer_message(actor=promise.owner, reference=promise.reference, now=LATER + HOUR, **message)  # type: ignore[arg-type]
        promise.refresh_from_db()
        assert promise.answer_by is None

    def test_is_not_answered_by_a_message_that_came_before_it(self) -> None:
        promise = self.asked(factories.promise())
        message = {"channel": "email", "words": "Hello.", "happened_at": LATER - HOUR / 2}
        customer_message(actor=promise.owner, reference=promise.reference, now=LATER + HOUR, **message)  # type: ignore[arg-type]
        promise.refresh_from_db()
        assert promise.answer_by == NOW + 24 * HOUR

    def test_is_forgotten_when_its_mail_comes_back(self) -> None:
        promise = self.asked(factories.promise(), by_mail=True)
        event = promise.events.get(kind="word_given")
        void_words(event_ids=[event.id], reason="bounced", now=LATER + HOUR)
        promise.refresh_from_db()
        assert promise.answer_by is None

    def test_gives_way_to_the_next_question_and_to_a_new_date(self) -> None:
        promise = self.asked(factories.promise())
        assert self.asked(promise, now=LATER + HOUR, answer_by=NOW + 20 * HOUR).answer_by == NOW + 20 * HOUR
        moved = {"due_at": NOW + 96 * HOUR, "by_mail": False, **BAD}
        renegotiate(actor=promise.owner, reference=promise.reference, now=LATER + 2 * HOUR, **moved)  # type: ignore[arg-type]
        promise.refresh_from_db()
        assert promise.answer_by is None

    def test_goes_on_waiting_through_other_word(self) -> None:
        promise = self.asked(factories.promise())
        assert said(promise, WordMeaning.NOTHING_NEW, now=LATER + HOUR).answer_by == NOW + 24 * HOUR

    def test_may_name_no_date(self) -> None:
        assert self.asked(factories.promise(), answer_by=None).answer_by is None

    @pytest.mark.parametrize(
        ("options", "sentence"),
        [
            ({"answer_by": NOW}, "That time has passed"),
            ({"answer_by": NOW + 52 * HOUR + HOUR}, "before the promised date"),
            ({"message": ""}, "Write what the customer is told"),
        ],
    )
    def test_is_refused_with_a_sentence(self, options: dict[str, Any], sentence: str) -> None:
        promise = factories.promise()
        with pytest.raises(Refused, match=sentence):
            self.asked(promise, **options)
        promise.refresh_from_db()
        assert (promise.version, promise.answer_by) == (1, None)

    def test_alone_has_a_date_for_its_answer(self) -> None:
        with pytest.raises(Refused, match="Only a question"):
            said(factories.promise(), WordMeaning.NEWS, message="News.", answer_by=NOW + 24 * HOUR)


def test_has_gone_with_its_mail_though_the_making_never_had_one() -> None:
    promise = factories.promise(channel="api", notify_customer=False)
    later = NOW + timedelta(minutes=30)
    written = give_word(
        actor=promise.owner,
        reference=promise.reference,
        now=later,
        meaning=WordMeaning.NEWS,
        message="There is news.",
        by_mail=True,
    )
    assert written.unconfirmed_meets is not None
    confirm_words(event_ids=[written.events.get(kind="word_given").pk], now=later)
    written.refresh_from_db()
    assert written.unconfirmed_meets is None

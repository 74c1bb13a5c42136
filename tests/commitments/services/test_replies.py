"""What comes from the customer …"""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from commitments.domain.clocks import WordMeaning
from commitments.models import Commitment, CommitmentEvent, Escalation, Word
from commitments.services.promising import keep, reopen, withdraw
from commitments.services.refusals import Conflict, Ended, Refused
from commitments.services.replies import contact, customer_message, dispute, thank
from commitments.services.sweeping import sweep
from commitments.services.word import give_word, void_words
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
ASKED = NOW + 10 * MINUTE


def wrote(promise: Commitment, *, now: datetime = ASKED, **options: Any) -> CommitmentEvent:
    """Have the customer write; give the event."""
    values: dict[str, Any] = {"channel": "email", "words": "Where is it?"}
    customer_message(actor=promise.owner, reference=promise.reference, now=now, **values | options)
    promise.refresh_from_db()
    return promise.events.filter(kind="customer_message").latest("sequence")


def disputed(promise: Commitment, *, now: datetime, **options: Any) -> Commitment:
    values: dict[str, Any] = {"channel": "phone", "words": "It still does not work."}
    dispute(actor=promise.owner, reference=promise.reference, now=now, **values | options)
    promise.refresh_from_db()
    return promise


def kept(promise: Commitment, *, now: datetime = NOW + HOUR) -> Commitment:
    keep(actor=promise.owner, reference=promise.reference, now=now)
    promise.refresh_from_db()
    return promise


def answered(promise: Commitment, *, now: datetime, by_mail: bool = False) -> Commitment:
    give_word(
        actor=promise.owner,
        reference=promise.reference,
        now=now,
        meaning=WordMeaning.NEWS,
        message="It came.",
        by_mail=by_mail,
    )
    promise.refresh_from_db()
    return promise


def open_triggers(promise: Commitment) -> set[str]:
    return set(Escalation.objects.filter(commitment=promise, ended_at=None).values_list("trigger", flat=True))


class TestMessage:
    def test_starts_the_reply_clock_and_stops_no_other(self) -> None:
        promise = factories.promise()
        before = (promise.due_at, promise.next_word_due_at)
        event = wrote(promise)
        assert promise.customer_waiting_since == ASKED
        assert (promise.due_at, promise.next_word_due_at) == before
        assert event.facts == {"channel": "email", "needs_answer": True, "is_chase": False}
        assert event.texts.get().words == "Where is it?"

    def test_that_was_a_call_starts_the_reply_clock_too(self) -> None:
        promise = factories.promise()
        wrote(promise, channel="phone", words="She asks for a call back.")
        assert promise.customer_waiting_since == ASKED

    def test_is_no_word(self) -> None:
        promise = factories.promise()
        wrote(promise)
        assert Word.objects.filter(commitment=promise).count() == 1

    def test_escalates_when_it_has_no_answer_in_four_business_hours(self) -> None:
        promise = factories.promise()
        wrote(promise)
        sweep(now=ASKED + 4 * HOUR)
        assert open_triggers(promise) == {"unanswered"}
        assert promise.events.get(kind="became_unanswered").occurred_at == ASKED + 4 * HOUR

    def test_while_an_earlier_one_waits_is_a_chase(self) -> None:
        promise = factories.promise()
        wrote(promise)
        assert wrote(promise, now=ASKED + HOUR).facts["is_chase"] is True
        assert promise.customer_waiting_since == ASKED

    def test_after_an_answer_is_no_chase(self) -> None:
        promise = factories.promise()
        wrote(promise)
        answered(promise, now=ASKED + HOUR)
        assert wrote(promise, now=ASKED + 2 * HOUR).facts["is_chase"] is False

    def test_that_needs_no_answer_starts_nothing_and_is_no_chase(self) -> None:
        promise = factories.promise()
        assert wrote(promise, needs_answer=False).facts["is_chase"] is False
        assert promise.customer_waiting_since is None
        wrote(promise)
        assert wrote(promise, now=ASKED + HOUR, needs_answer=False).facts["is_chase"] is False

    def test_counts_from_when_it_came(self) -> None:
        promise = factories.promise(now=NOW - 3 * HOUR)
        wrote(promise, now=NOW, happened_at=NOW - HOUR)
        assert promise.customer_waiting_since == NOW - HOUR

    def test_recorded_after_its_answer_waits_for_nothing(self) -> None:
        promise = factories.promise(now=NOW - 3 * HOUR)
        answered(promise, now=NOW - HOUR)
        wrote(promise, now=NOW, happened_at=NOW - 2 * HOUR)
        assert promise.customer_waiting_since is None

    def test_about_an_ended_promise_waits_only_if_that_is_said(self) -> None:
        promise = kept(factories.promise())
        wrote(promise, now=NOW + 2 * HOUR)
        assert promise.customer_waiting_since is None
        wrote(promise, now=NOW + 2 * HOUR, needs_answer=True)
        assert promise.customer_waiting_since == NOW + 2 * HOUR
        sweep(now=NOW + 6 * HOUR)
        assert open_triggers(promise) == {"unanswered"}

    def test_in_the_very_minute_of_the_end_came_after_it(self) -> None:
        promise = kept(factories.promise())
        assert promise.ended_at is not None
        wrote(promise, now=promise.ended_at, needs_answer=True)
        assert promise.customer_waiting_since is not None
        assert promise.customer_waiting_since > promise.ended_at

    def test_before_the_end_that_is_said_to_wait_is_refused(self) -> None:
        promise = kept(factories.promise(), now=NOW + 3 * HOUR)
        with pytest.raises(Refused, match="ended after that"):
            wrote(promise, now=NOW + 4 * HOUR, happened_at=NOW + HOUR, needs_answer=True)

    def test_needs_words_and_a_way(self) -> None:
        promise = factories.promise()
        with pytest.raises(Refused) as nothing:
            wrote(promise, words="  ")
        with pytest.raises(Refused) as nowhere:
            wrote(promise, channel="pigeon")
        assert (nothing.value.field, nowhere.value.field) == ("words", "channel")
        promise.refresh_from_db()
        assert promise.version == 1

    def test_is_refused_on_a_version_that_has_moved_on(self) -> None:
        promise = factories.promise()
        wrote(promise)
        with pytest.raises(Conflict):
            wrote(promise, now=ASKED + HOUR, version=1)

    def test_recorded_before_the_end_is_settled_by_it_whenever_it_came(self) -> None:
        promise = factories.promise()
        wrote(promise, now=NOW + 2 * HOUR)
        keep(actor=promise.owner, reference=promise.reference, now=NOW + 3 * HOUR, happened_at=NOW + HOUR)
        message = wrote(promise, now=NOW + 4 * HOUR, needs_answer=True)
        thank(actor=promise.owner, reference=promise.reference, message=message.pk, now=NOW + 4 * HOUR)
        promise.refresh_from_db()
        assert promise.customer_waiting_since is None


class TestAnswer:
    def test_is_any_persons_word(self) -> None:
        promise = factories.promise()
        wrote(promise)
        assert answered(promise, now=ASKED + HOUR).customer_waiting_since is None

    def test_that_comes_back_leaves_the_customer_waiting_since_their_message(self) -> None:
        promise = factories.promise()
        wrote(promise)
        answered(promise, now=ASKED + HOUR, by_mail=True)
        event = promise.events.get(kind="word_given")
        void_words(event_ids=[event.id], reason="bounced", now=ASKED + 2 * HOUR)
        promise.refresh_from_db()
        assert promise.customer_waiting_since == ASKED

    def test_about_an_ended_promise_is_an_explanation(self) -> None:
        promise = kept(factories.promise())
        wrote(promise, now=NOW + 2 * HOUR, needs_answer=True)
        answered(promise, now=NOW + 3 * HOUR, by_mail=True)
        assert (promise.customer_waiting_since, promise.status) == (None, "kept")
        facts = promise.events.get(kind="word_given").facts
        assert (facts["explains"], facts["notify_customer"]) == (True, True)

    def test_about_an_ended_promise_that_comes_back_leaves_them_waiting(self) -> None:
        promise = kept(factories.promise())
        wrote(promise, now=NOW + 2 * HOUR, needs_answer=True)
        answered(promise, now=NOW + 3 * HOUR, by_mail=True)
        event = promise.events.get(kind="word_given")
        void_words(event_ids=[event.id], reason="bounced", now=NOW + 4 * HOUR)
        promise.refresh_from_db()
        assert promise.customer_waiting_since == NOW + 2 * HOUR

    def test_about_an_ended_promise_is_refused_where_nobody_waits(self) -> None:
        promise = kept(factories.promise())
        with pytest.raises(Ended):
            answered(promise, now=NOW + 2 * HOUR)


class TestThanks:
    def test_give_the_clock_back(self) -> None:
        promise = factories.promise()
        message = wrote(promise)
        sweep(now=ASKED + 5 * HOUR)
        assert open_triggers(promise) == {"unanswered"}
        thank(actor=promise.owner, reference=promise.reference, message=message.pk, now=ASKED + 6 * HOUR)
        promise.refresh_from_db()
        assert promise.customer_waiting_since is None
        assert open_triggers(promise) == set()

    def test_leave_another_message_waiting_from_its_own_time(self) -> None:
        promise = factories.promise()
        first = wrote(promise)
        wrote(promise, now=ASKED + HOUR)
        thank(actor=promise.owner, reference=promise.reference, message=first.pk, now=ASKED + 2 * HOUR)
        promise.refresh_from_db()
        assert promise.customer_waiting_since == ASKED + HOUR

    def test_are_refused_twice_and_for_what_is_no_message(self) -> None:
        promise = factories.promise()
        message = wrote(promise)
        thank(actor=promise.owner, reference=promise.reference, message=message.pk, now=ASKED + HOUR)
        for pk in (message.pk, uuid4(), promise.events.get(kind="made").pk):
            with pytest.raises(Refused):
                thank(actor=promise.owner, reference=promise.reference, message=pk, now=ASKED + HOUR)

    def test_are_refused_for_a_message_of_another_promise(self) -> None:
        promise, other = factories.promise(), factories.promise()
        message = wrote(other)
        with pytest.raises(Refused, match="no such message"):
            thank(actor=promise.owner, reference=promise.reference, message=message.pk, now=ASKED + HOUR)


class TestConversation:
    def contacted(self, promise: Commitment, *, now: datetime, **options: Any) -> Commitment:
        values: dict[str, Any] = {"direction": "out", "message": "We went through it."}
        contact(actor=promise.owner, reference=promise.reference, now=now, **values | options)
        promise.refresh_from_db()
        return promise

    def test_is_a_persons_word_and_an_answer(self) -> None:
        promise = factories.promise()
        wrote(promise)
        self.contacted(promise, now=ASKED + HOUR)
        assert (promise.last_person_word_at, promise.customer_waiting_since) == (ASKED + HOUR, None)
        word = Word.objects.get(event__kind="contacted")
        assert (word.sort, word.named_at) == ("conversation", promise.next_word_due_at)

    @pytest.mark.parametrize(("direction", "is_chase"), [("in", True), ("out", False)])
    def test_is_a_chase_when_a_customer_who_waits_calls(self, direction: str, is_chase: bool) -> None:
        promise = factories.promise()
        wrote(promise)
        self.contacted(promise, now=ASKED + HOUR, direction=direction)
        assert promise.events.get(kind="contacted").facts["is_chase"] is is_chase

    def test_answers_our_question(self) -> None:
        promise = factories.promise()
        asked = {"meaning": WordMeaning.QUESTION, "message": "Which one?", "answer_by": NOW + 24 * HOUR}
        give_word(actor=promise.owner, reference=promise.reference, now=ASKED, by_mail=False, **asked)  # type: ignore[arg-type]
        assert self.contacted(promise, now=ASKED + HOUR).answer_by is None

    def test_about_an_ended_promise_settles_what_waits(self) -> None:
        promise = disputed(kept(factories.promise()), now=NOW + 2 * HOUR)
        self.contacted(promise, now=NOW + 3 * HOUR)
        assert (promise.disputed_since, promise.customer_waiting_since) == (None, None)
        assert (promise.status, open_triggers(promise)) == ("kept", set())

    def test_says_that_it_was_a_colleagues_mail(self) -> None:
        promise = self.contacted(factories.promise(), now=ASKED, channel="email")
        assert promise.events.get(kind="contacted").facts["channel"] == "email"

    def test_was_held_in_a_way_that_there_is(self) -> None:
        with pytest.raises(ValueError, match="no channel"):
            self.contacted(factories.promise(), now=ASKED, channel="pigeon")

    def test_needs_to_say_what_was_said(self) -> None:
        with pytest.raises(Refused, match="Write what was said"):
            self.contacted(factories.promise(), now=ASKED, message="")


class TestDispute:
    def test_starts_the_reply_clock_and_opens_its_ladder_at_once(self) -> None:
        promise = disputed(kept(factories.promise()), now=NOW + 2 * HOUR)
        assert promise.disputed_since == promise.customer_waiting_since == NOW + 2 * HOUR
        assert open_triggers(promise) == {"disputed"}
        assert promise.next_check_at is not None

    def test_ends_with_an_explanation(self) -> None:
        promise = disputed(kept(factories.promise()), now=NOW + 2 * HOUR)
        answered(promise, now=NOW + 3 * HOUR)
        assert (promise.disputed_since, open_triggers(promise)) == (None, set())

    def test_comes_back_with_an_explanation_that_comes_back(self) -> None:
        promise = disputed(kept(factories.promise()), now=NOW + 2 * HOUR)
        answered(promise, now=NOW + 3 * HOUR, by_mail=True)
        event = promise.events.get(kind="word_given")
        void_words(event_ids=[event.id], reason="bounced", now=NOW + 4 * HOUR)
        promise.refresh_from_db()
        assert promise.disputed_since == NOW + 2 * HOUR
        assert "disputed" in open_triggers(promise)

    def test_ends_with_reopening(self) -> None:
        promise = disputed(kept(factories.promise()), now=NOW + 2 * HOUR)
        reopen(
            actor=promise.owner, reference=promise.reference, due_at=NOW + 48 * HOUR, now=NOW + 3 * HOUR, by_mail=True
        )
        promise.refresh_from_db()
        assert (promise.status, promise.disputed_since, promise.customer_waiting_since) == ("open", None, None)
        assert open_triggers(promise) == set()

    def test_is_not_passed_over_by_a_reopening_dated_before_it(self) -> None:
        promise = disputed(kept(factories.promise()), now=NOW + 2 * HOUR)
        reopened = {"due_at": NOW + 48 * HOUR, "happened_at": NOW + 90 * MINUTE}
        with pytest.raises(Refused, match="Something was said about it at that time or later"):
            reopen(actor=promise.owner, reference=promise.reference, now=NOW + 3 * HOUR, **reopened)  # type: ignore[arg-type]

    def test_on_an_open_promise_is_refused_with_what_to_do(self) -> None:
        with pytest.raises(Refused, match="still open; record what the customer said as a message"):
            disputed(factories.promise(), now=ASKED)

    def test_on_a_withdrawn_promise_is_refused_with_what_to_do(self) -> None:
        promise = factories.promise()
        withdraw(actor=promise.owner, reference=promise.reference, reason="Sold out.", by_mail=False, now=NOW + HOUR)
        with pytest.raises(Refused, match="was withdrawn, not kept"):
            disputed(promise, now=NOW + 2 * HOUR)


class TestReopeningAfterTheOwnerLeft:
    def left(self) -> Commitment:
        promise = kept(factories.promise())
        promise.owner.is_active = False
        promise.owner.save()
        return promise

    def test_gives_it_to_whoever_opens_it(self) -> None:
        promise = self.left()
        ben = factories.agent(team=promise.team, first_name="Ben")
        reopen(actor=ben, reference=promise.reference, due_at=NOW + 48 * HOUR, now=NOW + 2 * HOUR)
        promise.refresh_from_db()
        assert promise.owner == ben

    def test_is_refused_to_somebody_of_another_team(self) -> None:
        promise = self.left()
        leader = factories.user(is_superuser=True)
        with pytest.raises(Refused, match="let a member of that team open it again"):
            reopen(actor=leader, reference=promise.reference, due_at=NOW + 48 * HOUR, now=NOW + 2 * HOUR)


class TestReopeningByMail:
    def test_is_void_when_its_mail_does_not_arrive(self) -> None:
        promise = kept(factories.promise())
        at = NOW + 2 * HOUR
        reopen(actor=promise.owner, reference=promise.reference, due_at=NOW + 48 * HOUR, now=at, by_mail=True)
        event = promise.events.get(kind="reopened")
        assert Word.objects.get(event=event).state == "planned"
        void_words(event_ids=[event.id], reason="bounced", now=at + HOUR)
        promise.refresh_from_db()
        assert promise.silent_since == at

    def test_names_by_when_the_customer_hears_again(self) -> None:
        promise = kept(factories.promise())
        at = NOW + 2 * HOUR
        reopen(actor=promise.owner, reference=promise.reference, due_at=NOW + 48 * HOUR, now=at, by_mail=True)
        promise.refresh_from_db()
        facts = promise.events.get(kind="reopened").facts
        assert (facts["named_at"], facts["notify_customer"]) == (promise.hear_by.isoformat(), True)

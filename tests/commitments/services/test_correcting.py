"""Putting right what was logged wrongly …"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from commitments.domain.timeline import EventKind
from commitments.models import Commitment, Escalation, PendingEvent, Strain, Word
from commitments.selectors.rebuilding import differences
from commitments.services.correcting import Right, correct
from commitments.services.dates import renegotiate
from commitments.services.promising import keep
from commitments.services.refusals import Conflict, Ended, Refused
from commitments.services.sweeping import sweep
from commitments.services.word import MailEntry, confirm_words, record_mail, void_words
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

DUE_AT = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)
RIGHT_AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def put_right(logged: Commitment, /, *, now: datetime = NOW, actor: Any = None, **options: Any) -> Commitment:
    how = {name: options.pop(name) for name in ("reason", "told", "version") if name in options}
    return correct(actor=actor or logged.owner, reference=logged.reference, right=Right(**options), now=now, **how)


def mailed(promise: Commitment, *, kind: str = "promised", to: Any = "customer") -> Commitment:
    """Have a mail about the promise go."""
    facts = {"mail": kind, "notification": "1", "to": to}
    record_mail(entries=[MailEntry(promise.pk, EventKind.MAIL_SENT, NOW, facts)], now=NOW)
    return promise


def came_back(promise: Commitment) -> Commitment:
    facts = {"mail": "promised", "notification": "1", "to": "customer"}
    record_mail(entries=[MailEntry(promise.pk, EventKind.MAIL_FAILED, NOW, facts)], now=NOW)
    return promise


def boss_of(promise: Commitment) -> Any:
    return factories.supervisor(team=promise.team)


def told_of(promise: Commitment) -> list[str]:
    """Give the kinds of acts since the making about which somebody may have to be mailed."""
    pending = PendingEvent.objects.filter(event__commitment=promise, event__sequence__gt=1)
    return list(pending.values_list("event__kind", flat=True))


class TestOfTheWords:
    def test_says_the_right_ones_from_then_on(self) -> None:
        promise = factories.promise()
        after = put_right(promise, promise="  send you a new modem ")
        assert (after.promise, after.times_corrected, after.version) == ("send you a new modem", 1, 2)
        event = promise.events.get(kind="corrected")
        assert event.facts["fields"] == ["promise"]
        assert dict(event.texts.values_list("field", "words")) == {"promise": "send you a new modem"}

    def test_tells_nobody_before_the_receipt_has_gone(self) -> None:
        promise = factories.promise()
        after = put_right(promise, promise="send you a new modem")
        assert told_of(promise) == []
        assert not Word.objects.filter(event__kind="corrected").exists()
        assert after.next_word_due_at == promise.next_word_due_at

    def test_mails_the_customer_once_it_has(self) -> None:
        promise = mailed(factories.promise())
        after = put_right(promise, promise="send you a new modem", now=NOW + MINUTE)
        assert told_of(promise) == ["corrected"]
        word = Word.objects.get(event__kind="corrected")
        assert (word.sort, word.state, word.meaning, word.answers) == ("update", "planned", "corrected", False)
        assert after.last_person_word_at == NOW + MINUTE

    @pytest.mark.parametrize("reader", [17, None])
    def test_is_not_mailed_because_a_colleague_was(self, reader: int | None) -> None:
        promise = mailed(factories.promise(), kind="reminder", to=reader)
        put_right(promise, promise="send you a new modem")
        assert told_of(promise) == []

    def test_is_not_mailed_because_of_a_receipt_that_came_back(self) -> None:
        promise = came_back(mailed(factories.promise()))
        put_right(promise, promise="send you a new modem")
        assert told_of(promise) == []

    def test_takes_a_conversation_in_place_of_the_mail(self) -> None:
        promise = mailed(factories.promise())
        put_right(promise, promise="send you a new modem", told=True)
        assert told_of(promise) == []
        assert Word.objects.get(event__kind="corrected").sort == "conversation"

    def test_is_refused_where_they_must_be_told_and_cannot_be_mailed(self) -> None:
        promise = mailed(factories.promise())
        promise.customer.do_not_mail = "bounced"
        promise.customer.save()
        with pytest.raises(Refused, match="call them") as refused:
            put_right(promise, promise="send you a new modem")
        assert refused.value.field == "told"
        assert put_right(promise, promise="send you a new modem", told=True).times_corrected == 1

    def test_leaves_a_question_of_the_customer_waiting(self) -> None:
        promise = mailed(factories.promise())
        Commitment.objects.filter(pk=promise.pk).update(customer_waiting_since=NOW)
        after = put_right(promise, promise="send you a new modem", told=True, now=NOW + MINUTE)
        assert after.customer_waiting_since == NOW

    def test_of_a_kept_promise_mails_and_changes_no_clock(self) -> None:
        promise = mailed(factories.promise())
        ended = keep(actor=promise.owner, reference=promise.reference, now=NOW + MINUTE)
        after = put_right(promise, promise="send you a new modem", now=NOW + 2 * MINUTE)
        assert "corrected" in told_of(promise)
        assert (after.status, after.ended_at) == ("kept", ended.ended_at)


class TestOfTheDate:
    def test_was_right_from_the_start_while_nobody_was_told(self) -> None:
        promise = factories.promise(due_at=DUE_AT)
        after = put_right(promise, due_at=RIGHT_AT, now=NOW + MINUTE)
        assert (after.due_at, after.due_set_at, after.times_renegotiated) == (RIGHT_AT, NOW, 0)
        assert told_of(promise) == []
        like = factories.promise(owner=promise.owner, due_at=RIGHT_AT)
        assert after.next_word_due_at == like.next_word_due_at
        assert Word.objects.get(commitment=promise).named_at == after.hear_by

    def test_counts_neither_as_moved_nor_as_broken_when_told_by_mail(self) -> None:
        promise = mailed(factories.promise(due_at=DUE_AT))
        after = put_right(promise, due_at=RIGHT_AT, now=NOW + MINUTE)
        assert (after.due_at, after.times_renegotiated, after.times_broken) == (RIGHT_AT, 0, 0)
        assert told_of(promise) == ["corrected"]
        word = Word.objects.get(event__kind="corrected")
        assert (word.old_due_at, word.new_due_at) == (DUE_AT, RIGHT_AT)

    def test_is_told_later_even_where_no_receipt_went(self) -> None:
        promise = factories.promise(due_at=DUE_AT, notify_customer=False)
        put_right(promise, actor=boss_of(promise), due_at=RIGHT_AT, reason="Typed wrongly.", now=NOW + HOUR)
        assert told_of(promise) == ["corrected"]

    def test_is_told_where_the_wrong_one_was_said_again_in_the_minute_of_the_making(self) -> None:
        promise = factories.promise(due_at=DUE_AT)
        factories.told(promise, now=NOW)
        put_right(promise, due_at=RIGHT_AT)
        assert told_of(promise) == ["corrected"]
        assert Word.objects.get(event__kind="corrected").new_due_at == RIGHT_AT

    def test_is_told_again_after_a_mail_about_it_that_did_not_arrive(self) -> None:
        promise = mailed(factories.promise(due_at=DUE_AT))
        put_right(promise, due_at=RIGHT_AT)
        void_words(event_ids=[promise.events.get(kind="corrected").id], reason="refused", now=NOW)
        came_back(promise)
        after = put_right(promise, due_at=RIGHT_AT + HOUR)
        assert (after.due_at, told_of(promise)) == (RIGHT_AT + HOUR, ["corrected", "corrected"])
        assert not list(differences(Commitment.objects.filter(pk=promise.pk)))

    def test_takes_a_break_of_the_wrong_one_back(self) -> None:
        promise = mailed(factories.promise(due_at=DUE_AT))
        sweep(now=DUE_AT)
        boss = boss_of(promise)
        after = put_right(promise, actor=boss, due_at=RIGHT_AT, reason="Typed wrongly.", now=DUE_AT + MINUTE)
        assert (after.overdue_since, after.times_broken, after.outcome) == (None, 0, "open")
        assert promise.events.get(kind="break_taken_back").facts["because"] == "corrected"
        assert not Escalation.objects.filter(trigger="overdue", ended_at=None).exists()
        assert not Strain.objects.filter(taken_back_at=None, sort="broken").exists()

    def test_takes_a_break_and_a_silence_back_that_came_within_the_makers_time(self) -> None:
        soon = NOW + 4 * MINUTE
        promise = factories.promise(due_at=soon, customer=factories.customer(email=""))
        sweep(now=soon)
        after = put_right(promise, due_at=RIGHT_AT, now=NOW + 5 * MINUTE)
        assert (after.overdue_since, after.silent_since, after.times_broken) == (None, None, 0)
        assert promise.events.filter(kind="silence_taken_back").exists()
        assert not Escalation.objects.filter(ended_at=None).exists()
        assert after.next_check_at > NOW + HOUR

    def test_goes_back_when_the_mail_that_told_it_comes_back(self) -> None:
        promise = mailed(factories.promise(due_at=DUE_AT))
        put_right(promise, due_at=RIGHT_AT, now=NOW + MINUTE)
        event = promise.events.get(kind="corrected")
        void_words(event_ids=[event.id], reason="bounced", now=DUE_AT + HOUR)
        promise.refresh_from_db()
        assert (promise.due_at, promise.overdue_since, promise.times_broken) == (DUE_AT, DUE_AT, 1)
        assert promise.times_renegotiated == 0
        assert promise.events.filter(kind="date_restored").exists()

    def test_stays_uncounted_through_a_later_move(self) -> None:
        promise = mailed(factories.promise(due_at=DUE_AT))
        put_right(promise, due_at=RIGHT_AT, now=NOW + MINUTE)
        confirm_words(event_ids=[promise.events.get(kind="corrected").id], now=NOW + MINUTE)
        renegotiate(
            actor=promise.owner,
            reference=promise.reference,
            due_at=RIGHT_AT + HOUR,
            what_happened="It is late.",
            what_next="It comes.",
            choices="Fetch it.",
            by_mail=True,
            now=NOW + HOUR,
        )
        event = promise.events.get(kind="renegotiated")
        void_words(event_ids=[event.id], reason="bounced", now=NOW + 2 * HOUR)
        promise.refresh_from_db()
        assert (promise.due_at, promise.times_renegotiated, promise.times_broken) == (RIGHT_AT, 0, 0)

    def test_that_was_moved_since_is_moved_again_instead(self) -> None:
        promise = factories.promise(due_at=DUE_AT)
        renegotiate(
            actor=promise.owner,
            reference=promise.reference,
            due_at=RIGHT_AT,
            what_happened="It is late.",
            what_next="It comes.",
            choices="Fetch it.",
            by_mail=False,
            now=NOW,
        )
        with pytest.raises(Refused, match="move it again instead"):
            put_right(promise, due_at=RIGHT_AT + HOUR, now=NOW + MINUTE)

    @pytest.mark.parametrize(
        ("due_at", "sentence"),
        [(NOW - HOUR, "That time has passed"), (NOW + timedelta(days=4000), "days away")],
    )
    def test_that_cannot_be_is_refused(self, due_at: datetime, sentence: str) -> None:
        promise = factories.promise(due_at=DUE_AT)
        with pytest.raises(Refused, match=sentence):
            put_right(promise, due_at=due_at)

    def test_of_an_ended_promise_is_refused(self) -> None:
        promise = factories.promise(due_at=DUE_AT)
        keep(actor=promise.owner, reference=promise.reference, now=NOW)
        with pytest.raises(Ended):
            put_right(promise, due_at=RIGHT_AT)


class TestOfTheCustomer:
    def test_makes_it_the_promise_of_the_right_one(self) -> None:
        promise, right = factories.promise(), factories.customer(name="Joana Lopez")
        after = put_right(promise, customer=right)
        assert after.customer == right
        facts = promise.events.get(kind="corrected").facts
        assert (facts["from_customer"], facts["to_customer"]) == (promise.customer_id, right.pk)
        assert told_of(promise) == []

    def test_tells_both_once_mail_has_gone(self) -> None:
        promise, right = mailed(factories.promise()), factories.customer(name="Joana Lopez")
        put_right(promise, customer=right)
        facts = promise.events.get(kind="corrected").facts
        assert (facts["notify_customer"], facts["tell_wrong_customer"]) == (True, True)

    def test_tells_the_wrong_one_by_mail_where_the_right_one_was_told_in_a_conversation(self) -> None:
        promise, right = mailed(factories.promise()), factories.customer(name="Joana Lopez", email="")
        put_right(promise, customer=right, told=True)
        assert told_of(promise) == ["corrected"]
        facts = promise.events.get(kind="corrected").facts
        assert (facts["notify_customer"], facts["tell_wrong_customer"]) == (False, True)

    def test_takes_words_back_that_were_mailed_to_the_wrong_one(self) -> None:
        promise = factories.promise(due_at=RIGHT_AT)
        holding_at = promise.next_word_due_at - timedelta(minutes=10)
        sweep(now=holding_at)
        held = promise.events.get(kind="holding_mail_planned")
        confirm_words(event_ids=[held.id], now=holding_at)
        mailed(promise, kind="holding")
        now = promise.next_word_due_at + HOUR
        put_right(
            promise,
            actor=boss_of(promise),
            reason="The other Lopez.",
            customer=factories.customer(name="Joana Lopez"),
            now=now,
        )
        assert Word.objects.get(event=held).state == "void"
        # The right one has heard nothing since the making: a silence, which putting it right has ended.
        assert promise.events.get(kind="became_silent").occurred_at == promise.next_word_due_at
        assert promise.events.filter(kind="silence_ended").exists()

    def test_takes_what_strained_the_wrong_one_along(self) -> None:
        promise, right = factories.promise(due_at=DUE_AT), factories.customer(name="Joana Lopez")
        sweep(now=DUE_AT)
        put_right(promise, actor=boss_of(promise), reason="Mixed up.", customer=right, now=DUE_AT + MINUTE)
        assert Strain.objects.get(sort="broken").customer == right

    def test_is_reached_where_the_wrong_one_was_not(self) -> None:
        wrong = factories.customer(do_not_mail="bounced")
        promise = factories.promise(customer=wrong)
        Escalation.objects.create(commitment=promise, trigger="undeliverable", opened_at=NOW)
        put_right(promise, customer=factories.customer(name="Joana Lopez"), now=NOW + MINUTE)
        assert Escalation.objects.get(trigger="undeliverable").ended_at == NOW + MINUTE


class TestOfTheKind:
    def test_takes_the_policy_of_the_right_one(self) -> None:
        promise = factories.promise()
        after = put_right(promise, kind="answer")
        assert (after.kind, after.policy.kind) == ("answer", "answer")
        assert after.next_word_due_at < promise.next_word_due_at

    def test_never_puts_a_named_time_off(self) -> None:
        promise = factories.promise(kind="answer")
        assert put_right(promise, kind="fix").next_word_due_at == promise.next_word_due_at

    def test_tells_nobody(self) -> None:
        promise = mailed(factories.promise())
        put_right(promise, kind="answer")
        assert told_of(promise) == []


class TestIsDone:
    def test_by_its_maker_for_ten_minutes_without_a_reason(self) -> None:
        promise = factories.promise()
        assert put_right(promise, promise="another", now=NOW + 10 * MINUTE).times_corrected == 1

    def test_by_a_supervisor_later_with_a_reason(self) -> None:
        promise = factories.promise()
        after = put_right(promise, actor=boss_of(promise), promise="another", reason="Misheard.", now=NOW + HOUR)
        assert after.times_corrected == 1
        texts = promise.events.get(kind="corrected").texts
        assert texts.get(field="reason").words == "Misheard."

    def test_not_by_a_supervisor_without_one(self) -> None:
        promise = factories.promise()
        with pytest.raises(Refused, match="Write why") as refused:
            put_right(promise, actor=boss_of(promise), promise="another", reason=" ")
        assert refused.value.field == "reason"

    def test_not_by_its_maker_after_ten_minutes(self) -> None:
        promise = factories.promise()
        with pytest.raises(Refused, match="ask a supervisor"):
            put_right(promise, promise="another", reason="Misheard.", now=NOW + 10 * MINUTE + timedelta(seconds=1))

    def test_not_by_a_colleague(self) -> None:
        promise = factories.promise()
        with pytest.raises(Refused, match="ask a supervisor"):
            put_right(promise, actor=factories.agent(team=promise.team), promise="another", reason="Misheard.")

    def test_not_where_nothing_differs(self) -> None:
        promise = factories.promise()
        with pytest.raises(Refused, match="Nothing differs"):
            put_right(promise, promise=promise.promise, due_at=promise.due_at, customer=promise.customer)

    def test_not_over_what_somebody_else_did(self) -> None:
        promise = factories.promise()
        put_right(promise, promise="another", version=1)
        with pytest.raises(Conflict):
            put_right(promise, promise="yet another", version=1)

    def test_as_often_as_it_takes(self) -> None:
        promise = mailed(factories.promise(due_at=DUE_AT))
        put_right(promise, due_at=RIGHT_AT, now=NOW + MINUTE)
        after = put_right(promise, due_at=RIGHT_AT + HOUR, now=NOW + 2 * MINUTE)
        assert (after.due_at, after.times_corrected, after.times_renegotiated) == (RIGHT_AT + HOUR, 2, 0)

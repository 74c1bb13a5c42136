"""Calling the customer …"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from commitments.models import Commitment, Kind, Word
from commitments.services.attempts import AttemptResult, attempt, end_call, start_call
from commitments.services.promising import keep
from commitments.services.refusals import Ended, Refused
from commitments.services.replies import customer_message
from commitments.services.sweeping import sweep
from commitments.services.word import void_words
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
DUE_AT = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)
TRIED = NOW + HOUR
NEXT = datetime(2026, 11, 19, 10, 0, tzinfo=UTC)


def callback(**fields: Any) -> Commitment:
    return factories.promise(**{"kind": Kind.CALLBACK, "due_at": DUE_AT, "notify_customer": False} | fields)


def tried(promise: Commitment, *, now: datetime = TRIED, **options: Any) -> Commitment:
    values: dict[str, Any] = {"result": AttemptResult.NO_ANSWER, "next_try_at": NEXT}
    attempt(actor=promise.owner, reference=promise.reference, now=now, **values | options)
    promise.refresh_from_db()
    return promise


class TestAttempt:
    def test_untold_is_no_word_and_moves_nothing_but_stands_on_the_timeline(self) -> None:
        promise = callback()
        before = (promise.due_at, promise.next_word_due_at, promise.last_word_at)
        tried(promise, message="The line rings twice.")
        assert (promise.due_at, promise.next_word_due_at, promise.last_word_at) == before
        event = promise.events.get(kind="attempted")
        assert (event.facts["result"], event.facts["next_try_at"]) == ("no_answer", NEXT.isoformat())
        assert "named_at" not in event.facts
        assert event.texts.get().field == "note"

    @pytest.mark.parametrize(
        ("next_try_at", "sentence"), [(None, "Say when you will try again"), (NOW, "That time has passed")]
    )
    def test_asks_when_the_next_try_will_be(self, next_try_at: datetime | None, sentence: str) -> None:
        with pytest.raises(Refused, match=sentence) as refused:
            tried(callback(), next_try_at=next_try_at)
        assert refused.value.field == "next_try_at"

    def test_with_its_mail_moves_a_callbacks_date_to_the_next_try(self) -> None:
        promise = tried(callback(), by_mail=True)
        assert (promise.due_at, promise.times_renegotiated) == (NEXT, 1)
        facts = promise.events.get(kind="attempted").facts
        assert (facts["was_due_at"], facts["due_at"]) == (DUE_AT.isoformat(), NEXT.isoformat())
        assert (facts["notify_customer"], facts["warned_before_due"]) == (True, True)
        assert facts["named_at"] == promise.hear_by.isoformat()

    def test_restores_the_date_when_its_mail_comes_back(self) -> None:
        promise = tried(callback(), by_mail=True)
        event = promise.events.get(kind="attempted")
        void_words(event_ids=[event.id], reason="bounced", now=TRIED + HOUR)
        promise.refresh_from_db()
        assert (promise.due_at, promise.times_renegotiated) == (DUE_AT, 0)

    def test_after_the_date_ends_the_overdue_state_and_the_break_stays(self) -> None:
        promise = callback()
        sweep(now=DUE_AT)
        tried(promise, now=DUE_AT + 5 * MINUTE, by_mail=True)
        assert (promise.overdue_since, promise.times_broken, promise.times_renegotiated) == (None, 1, 0)
        assert promise.events.get(kind="attempted").facts["warned_before_due"] is False

    def test_before_the_date_of_a_callback_names_the_next_try_and_moves_nothing(self) -> None:
        promise = tried(callback(), next_try_at=DUE_AT - HOUR, by_mail=True)
        assert (promise.due_at, promise.next_word_due_at) == (DUE_AT, DUE_AT - HOUR)

    def test_about_a_fix_names_the_next_try_at_the_latest(self) -> None:
        promise = tried(factories.promise(), next_try_at=TRIED + 2 * HOUR, by_mail=True)
        assert promise.due_at == datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
        assert promise.next_word_due_at == TRIED + 2 * HOUR
        assert Word.objects.get(event__kind="attempted").named_at == TRIED + 2 * HOUR

    def test_about_a_fix_never_puts_the_next_word_off_beyond_the_cadence(self) -> None:
        promise = tried(factories.promise(), next_try_at=NOW + 96 * HOUR, by_mail=True)
        assert promise.hear_by < NOW + 48 * HOUR

    def test_answers_nothing_that_the_customer_asked(self) -> None:
        promise = callback()
        message = {"channel": "email", "words": "When?"}
        customer_message(actor=promise.owner, reference=promise.reference, now=NOW + MINUTE, **message)
        tried(promise, by_mail=True)
        assert promise.customer_waiting_since == NOW + MINUTE

    def test_by_voicemail_is_a_word_only_where_the_team_says_so(self) -> None:
        careful, sure = callback(), callback(team=factories.team(voicemail_is_word=True))
        for promise in (careful, sure):
            tried(promise, result=AttemptResult.VOICEMAIL)
        assert (careful.due_at, sure.due_at) == (DUE_AT, NEXT)
        assert not Word.objects.filter(event__kind="attempted", commitment=careful).exists()
        assert Word.objects.get(event__kind="attempted", commitment=sure).sort == "conversation"

    def test_with_a_mail_beside_the_voicemail_stands_on_the_mail(self) -> None:
        promise = tried(
            callback(team=factories.team(voicemail_is_word=True)), result=AttemptResult.VOICEMAIL, by_mail=True
        )
        assert Word.objects.get(event__kind="attempted").state == "planned"
        assert promise.unconfirmed_meets is not None

    def test_by_mail_counts_from_the_mail_and_says_when_it_was_tried(self) -> None:
        promise = tried(callback(), now=TRIED + 20 * MINUTE, happened_at=TRIED, by_mail=True)
        event = promise.events.get(kind="attempted")
        assert event.occurred_at == TRIED + 20 * MINUTE
        assert event.facts["tried_at"] == TRIED.isoformat()

    def test_is_refused_by_mail_to_who_cannot_be_mailed(self) -> None:
        with pytest.raises(Refused, match="cannot be mailed"):
            tried(callback(customer=factories.customer(email="")), by_mail=True)

    def test_about_an_ended_promise_is_recorded_and_tells_nobody(self) -> None:
        promise = callback()
        keep(actor=promise.owner, reference=promise.reference, now=TRIED)
        assert tried(promise, now=TRIED + HOUR).status == "kept"
        with pytest.raises(Ended):
            tried(promise, now=TRIED + HOUR, by_mail=True)

    def test_no_further_away_than_the_policy_lets_a_date_be(self) -> None:
        with pytest.raises(Refused, match="more than 365 days away"):
            tried(callback(), next_try_at=NOW + timedelta(days=400), by_mail=True)


class TestCallingNow:
    def called(self, promise: Commitment, *, actor: Any = None, now: datetime = TRIED) -> Commitment:
        start_call(actor=actor or promise.owner, reference=promise.reference, now=now)
        promise.refresh_from_db()
        return promise

    def test_holds_for_half_an_hour_at_most(self) -> None:
        promise = self.called(callback())
        assert promise.calling_until == TRIED + 30 * MINUTE
        assert promise.events.get(kind="call_started").facts["until"] == promise.calling_until.isoformat()

    def test_is_refused_while_somebody_else_is_on_the_line_and_says_who(self) -> None:
        promise = self.called(callback())
        bea = factories.agent(team=promise.team, first_name="Bea", last_name="Otto")
        with pytest.raises(Refused, match="Ana Ruiz is calling this customer now"):
            self.called(promise, actor=bea, now=TRIED + 29 * MINUTE)
        with pytest.raises(Refused, match="You are on the line already"):
            self.called(promise, now=TRIED + 29 * MINUTE)

    def test_may_be_taken_up_by_another_when_it_has_lapsed(self) -> None:
        promise = self.called(callback())
        bea = factories.agent(team=promise.team)
        assert self.called(promise, actor=bea, now=TRIED + 30 * MINUTE).calling_until == TRIED + 60 * MINUTE

    def test_ends_when_it_is_said(self) -> None:
        promise = self.called(callback())
        end_call(actor=promise.owner, reference=promise.reference, now=TRIED + MINUTE)
        promise.refresh_from_db()
        assert promise.calling_until is None
        with pytest.raises(Refused, match="Nobody is on the line"):
            end_call(actor=promise.owner, reference=promise.reference, now=TRIED + MINUTE)

    def test_ends_with_word_with_an_attempt_and_with_the_end(self) -> None:
        told, attempted, ended = (self.called(callback()) for _ in range(3))
        factories.told(told, now=TRIED + MINUTE)
        tried(attempted, now=TRIED + MINUTE)
        keep(actor=ended.owner, reference=ended.reference, now=TRIED + MINUTE)
        for promise in (told, attempted, ended):
            promise.refresh_from_db()
            assert promise.calling_until is None

    def test_is_refused_about_an_ended_promise(self) -> None:
        promise = callback()
        keep(actor=promise.owner, reference=promise.reference, now=TRIED)
        with pytest.raises(Ended):
            self.called(promise)

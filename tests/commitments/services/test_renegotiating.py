"""Moving a promise's date …"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from commitments.domain.clocks import WordMeaning
from commitments.domain.standing import dates_by
from commitments.models import Commitment, Escalation, PendingEvent, Word, clock_words
from commitments.selectors.rebuilding import differences
from commitments.services.dates import renegotiate
from commitments.services.handoff import accept_handoff, offer_handoff
from commitments.services.promising import keep, reopen
from commitments.services.refusals import Conflict, Ended, Refused
from commitments.services.replies import contact
from commitments.services.sweeping import sweep
from commitments.services.word import give_word, void_words
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

DUE_AT = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)
NEW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def moved(promise: Commitment, *, now: datetime = NOW, **options: Any) -> Commitment:
    values: dict[str, Any] = {
        "actor": promise.owner,
        "due_at": NEW,
        "what_happened": "The courier lost it.",
        "what_next": "We send another one.",
        "choices": "You can fetch one in the shop.",
        "by_mail": True,
    }
    return renegotiate(reference=promise.reference, now=now, **values | options)


def came_back(promise: Commitment, *, now: datetime) -> Commitment:
    """Have the mail that moved the date come back."""
    event = promise.events.filter(kind="renegotiated").latest("sequence")
    void_words(event_ids=[event.id], reason="bounced", now=now)
    promise.refresh_from_db()
    return promise


def test_moves_the_date_and_lets_the_customer_be_mailed() -> None:
    promise = factories.promise(due_at=DUE_AT, notify_customer=False)
    after = moved(promise)
    assert (after.due_at, after.times_renegotiated, after.version) == (NEW, 1, 2)
    event = promise.events.get(kind="renegotiated")
    assert PendingEvent.objects.get().event == event
    assert event.facts["was_due_at"] == DUE_AT.isoformat()
    assert event.facts["warned_before_due"] is True
    assert dict(event.texts.values_list("field", "words")) == {
        "happened": "The courier lost it.",
        "next": "We send another one.",
        "choices": "You can fetch one in the shop.",
    }
    word = Word.objects.get(event=event)
    assert (word.sort, word.state, word.old_due_at, word.new_due_at) == ("update", "planned", DUE_AT, NEW)


def test_in_a_conversation_mails_nobody() -> None:
    promise = factories.promise(due_at=DUE_AT, notify_customer=False)
    moved(promise, by_mail=False)
    assert not PendingEvent.objects.exists()
    assert Word.objects.get(event__kind="renegotiated").sort == "conversation"


def test_after_the_date_ends_the_overdue_state_and_warns_of_nothing() -> None:
    promise = factories.promise(due_at=DUE_AT)
    sweep(now=DUE_AT)
    after = moved(promise, now=DUE_AT + HOUR, is_bad_news=False)
    assert (after.overdue_since, after.times_broken, after.times_renegotiated) == (None, 1, 0)
    assert not Escalation.objects.filter(trigger="overdue", ended_at=None).exists()
    facts = promise.events.get(kind="renegotiated").facts
    assert (facts["warned_before_due"], facts["is_bad_news"]) == (False, True)


def test_told_before_the_date_takes_the_break_and_the_waiting_missed_mail_back() -> None:
    promise = factories.promise(due_at=DUE_AT)
    now = DUE_AT + timedelta(minutes=15)
    sweep(now=now)
    after = moved(promise, now=now, by_mail=False, happened_at=DUE_AT - timedelta(minutes=10))
    assert (after.times_broken, after.times_renegotiated) == (0, 1)
    assert Word.objects.get(sort="missed").state == "cancelled"
    assert promise.events.filter(kind="break_taken_back").exists()


def test_is_undone_when_its_mail_does_not_arrive() -> None:
    promise = came_back(moved(factories.promise(due_at=DUE_AT)), now=NOW + HOUR)
    assert (promise.due_at, promise.due_set_at, promise.times_renegotiated) == (DUE_AT, NOW, 0)
    assert promise.events.get(kind="date_restored").facts["due_at"] == DUE_AT.isoformat()


def test_makes_it_overdue_from_the_old_date_when_its_mail_comes_back_later() -> None:
    promise = came_back(moved(factories.promise(due_at=DUE_AT)), now=DUE_AT + HOUR)
    assert (promise.overdue_since, promise.times_broken) == (DUE_AT, 1)
    assert promise.events.get(kind="became_overdue").occurred_at == DUE_AT
    assert Escalation.objects.get(trigger="overdue", ended_at=None).opened_at == DUE_AT + HOUR


def test_is_undone_by_a_sweep_when_its_mail_has_not_gone_in_time() -> None:
    promise = moved(factories.promise(due_at=DUE_AT, notify_customer=False))
    assert promise.next_word_due_at is not None
    sweep(now=promise.next_word_due_at)
    promise.refresh_from_db()
    assert (promise.due_at, promise.overdue_since) == (DUE_AT, DUE_AT)
    assert Word.objects.get(event__kind="renegotiated").state == "void"


@pytest.mark.parametrize("way", ["word", "handoff"])
def test_stands_without_its_mail_once_a_conversation_has_told_it(way: str) -> None:
    promise = moved(factories.promise(due_at=DUE_AT))
    now = NOW + HOUR
    if way == "word":
        factories.told(promise, now=now)
    else:
        to = factories.agent(team=promise.team)
        offer_handoff(actor=promise.owner, reference=promise.reference, to=to, now=now)
        accept_handoff(actor=to, reference=promise.reference, told=True, now=now)
    promise = came_back(promise, now=now + HOUR)
    assert (promise.due_at, promise.times_renegotiated) == (NEW, 1)
    assert not promise.events.filter(kind="date_restored").exists()


def test_twice_counts_twice_and_goes_back_by_one() -> None:
    promise = moved(moved(factories.promise(due_at=DUE_AT), by_mail=False), now=NOW + HOUR, due_at=NEW + HOUR)
    assert promise.times_renegotiated == 2
    promise = came_back(promise, now=NOW + 2 * HOUR)
    assert (promise.due_at, promise.due_set_at, promise.times_renegotiated) == (NEW, NOW, 1)


def test_stays_counted_through_a_reopening() -> None:
    promise = moved(factories.promise(due_at=DUE_AT))
    keep(actor=promise.owner, reference=promise.reference, now=NOW + HOUR)
    again = reopen(actor=promise.owner, reference=promise.reference, now=NOW + 2 * HOUR, due_at=NEW)
    assert again.times_renegotiated == 1


@pytest.mark.parametrize(
    ("options", "field", "sentence"),
    [
        ({"due_at": NOW - HOUR}, "due_at", "That time has passed"),
        ({"due_at": NOW + timedelta(days=4000)}, "due_at", "days away"),
        ({"due_at": DUE_AT}, "due_at", "the date it has already"),
        ({"what_happened": " "}, "what_happened", "Write what happened"),
        ({"what_next": ""}, "what_next", "Write what happens next"),
        ({"choices": " \n"}, "choices", "at least one thing"),
        ({"by_mail": False, "happened_at": NOW + HOUR}, "happened_at", "in the future"),
    ],
)
def test_is_refused_with_a_sentence_at_the_field(options: dict[str, Any], field: str, sentence: str) -> None:
    promise = factories.promise(due_at=DUE_AT)
    with pytest.raises(Refused, match=sentence) as refused:
        moved(promise, **options)
    assert refused.value.field == field
    promise.refresh_from_db()
    assert (promise.due_at, promise.version) == (DUE_AT, 1)


def test_needs_no_choices_where_it_is_no_bad_news() -> None:
    assert moved(factories.promise(due_at=DUE_AT), choices="", is_bad_news=False).due_at == NEW


def test_said_before_the_last_move_is_refused() -> None:
    promise = moved(factories.promise(due_at=DUE_AT), now=NOW + HOUR)
    with pytest.raises(Refused, match="has been moved since") as refused:
        moved(promise, now=NOW + 2 * HOUR, due_at=NEW + HOUR, by_mail=False, happened_at=NOW + timedelta(minutes=30))
    assert refused.value.field == "happened_at"


def test_by_mail_is_refused_where_nobody_can_be_mailed() -> None:
    promise = factories.promise(due_at=DUE_AT, customer=factories.customer(email=""))
    with pytest.raises(Refused, match="cannot be mailed"):
        moved(promise)
    assert moved(promise, by_mail=False).due_at == NEW


def test_of_an_ended_promise_is_refused() -> None:
    promise = factories.promise(due_at=DUE_AT)
    keep(actor=promise.owner, reference=promise.reference, now=NOW)
    with pytest.raises(Ended):
        moved(promise)


def test_of_a_promise_that_somebody_else_acted_on_is_a_conflict() -> None:
    promise = factories.promise(due_at=DUE_AT)
    moved(promise)
    with pytest.raises(Conflict):
        moved(promise, version=1, due_at=NEW + HOUR)


def test_that_had_proved_void_before_a_conversation_is_not_told_by_it() -> None:
    promise = moved(factories.promise(due_at=NOW + timedelta(hours=3)), due_at=NOW + timedelta(days=7), by_mail=True)
    named_at = Word.objects.get(new_due_at__isnull=False).named_at
    later = named_at + timedelta(hours=1)
    contact(actor=promise.owner, reference=promise.reference, direction="out", message="We spoke.", now=later)
    promise.refresh_from_db()
    assert promise.due_at == NOW + timedelta(hours=3)
    assert dates_by(clock_words(promise), promise=promise.to_domain()).due_at == promise.due_at


def test_leaves_time_an_end_where_a_later_mail_was_to_name_a_time_after_the_date_that_holds_again() -> None:
    promise = factories.promise(due_at=NOW + HOUR, notify_customer=False)
    moved(promise)
    give_word(
        actor=promise.owner, reference=promise.reference, now=NOW, meaning=WordMeaning.NEWS, message="On.", by_mail=True
    )
    came_back(promise, now=NOW + HOUR / 2)
    assert promise.due_at == NOW + HOUR
    sweep(now=NOW + 2 * HOUR)
    promise.refresh_from_db()
    assert set(Word.objects.exclude(sort__in=["conversation", "missed"]).values_list("state", flat=True)) == {"void"}
    assert promise.overdue_since == NOW + HOUR
    assert list(differences([promise])) == []

"""What strains a customer …"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commitments.domain.clocks import WordMeaning
from commitments.domain.timeline import Event, EventKind
from commitments.models import Commitment, Customer, Strain
from commitments.selectors.surroundings import SurroundingsOf
from commitments.services.acting import holding
from commitments.services.correcting import Right, correct, void
from commitments.services.letters import take_down_letter
from commitments.services.promising import keep
from commitments.services.sweeping import sweep
from commitments.services.word import give_word, void_words
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

DUE_AT = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def noted(promise: Commitment, kind: EventKind, *, at: datetime = NOW, **facts: Any) -> Any:
    """Put an act with these facts on the timeline, as its service does, and give its event's row."""
    with holding(reference=promise.reference, now=at) as held:
        held.note(Event(kind, at, facts))
    return promise.events.get(kind=kind.value, occurred_at=at)


def strains(customer: Customer) -> list[tuple[str, float]]:
    """Give what counts against us with a customer, in order."""
    rows = Strain.objects.filter(customer=customer, taken_back_at=None).order_by("at", "sort")
    return list(rows.values_list("sort", "weight"))


def strained(customer: Customer) -> Customer:
    """Have a customer written about twice, which is the threshold."""
    for words in ("It is late again.", "And again."):
        take_down_letter(actor=factories.user(), customer=customer, sort="complaint", words=words, now=NOW)
    return customer


def test_is_a_date_that_passes() -> None:
    promise = factories.promise(due_at=DUE_AT)
    sweep(now=DUE_AT)
    assert strains(promise.customer) == [("broken", 2.0)]
    row = Strain.objects.get()
    assert (row.commitment, row.at, row.event.kind) == (promise, DUE_AT, "became_overdue")


def test_is_a_silence() -> None:
    promise = factories.promise(customer=factories.customer(email=""))
    sweep(now=promise.next_word_due_at)
    assert strains(promise.customer) == [("silence", 2.0)]


def test_is_each_of_them_once_however_often_a_sweep_runs() -> None:
    promise = factories.promise(due_at=DUE_AT)
    for _ in range(2):
        Commitment.objects.update(next_check_at=DUE_AT)
        sweep(now=DUE_AT)
    assert len(strains(promise.customer)) == 1


@pytest.mark.parametrize("kind", [EventKind.CUSTOMER_MESSAGE, EventKind.CONTACTED])
def test_is_having_to_ask_again(kind: EventKind) -> None:
    promise = factories.promise()
    noted(promise, kind, is_chase=True, needs_answer=True, told=True)
    assert strains(promise.customer) == [("chase", 1.0)]


def test_is_not_a_first_message() -> None:
    promise = factories.promise()
    noted(promise, EventKind.CUSTOMER_MESSAGE, is_chase=False, needs_answer=True)
    assert strains(promise.customer) == []


def test_is_a_dispute() -> None:
    promise = factories.promise()
    keep(actor=promise.owner, reference=promise.reference, now=NOW)
    noted(promise, EventKind.DISPUTED, at=NOW + HOUR)
    assert strains(promise.customer) == [("dispute", 1.0)]


def test_is_a_complaint_from_when_it_came() -> None:
    customer = factories.customer()
    came_at = NOW - timedelta(days=2)
    take_down_letter(
        actor=factories.user(), customer=customer, sort="complaint", words="Late!", received_at=came_at, now=NOW
    )
    assert Strain.objects.get(customer=customer).at == came_at
    assert strains(customer) == [("complaint", 2.0)]


def test_is_no_compliment() -> None:
    customer = factories.customer()
    take_down_letter(actor=factories.user(), customer=customer, sort="compliment", words="Thank you!", now=NOW)
    assert strains(customer) == []


class TestIsTakenBack:
    def test_when_it_was_kept_in_time_after_all(self) -> None:
        promise = factories.promise(due_at=DUE_AT)
        sweep(now=DUE_AT)
        keep(
            actor=promise.owner,
            reference=promise.reference,
            now=DUE_AT + HOUR,
            happened_at=DUE_AT - timedelta(minutes=5),
        )
        assert strains(promise.customer) == []
        assert Strain.objects.get().taken_back_at == DUE_AT + HOUR

    def test_when_they_had_heard_from_us_before(self) -> None:
        promise = factories.promise(customer=factories.customer(email=""))
        silent_at = promise.next_word_due_at
        assert silent_at is not None
        sweep(now=silent_at)
        give_word(
            actor=promise.owner,
            reference=promise.reference,
            now=silent_at + HOUR,
            meaning=WordMeaning.NOTHING_NEW,
            by_mail=False,
            happened_at=silent_at - HOUR,
        )
        assert strains(promise.customer) == []

    def test_when_the_message_was_thanks(self) -> None:
        promise = factories.promise()
        message = noted(promise, EventKind.CUSTOMER_MESSAGE, is_chase=True, needs_answer=True)
        noted(promise, EventKind.THANKED, at=NOW + HOUR, message=str(message.id))
        assert strains(promise.customer) == []

    def test_when_the_promise_never_was(self) -> None:
        promise = factories.promise(due_at=DUE_AT)
        sweep(now=DUE_AT)
        take_down_letter(
            actor=promise.owner, customer=promise.customer, sort="complaint", words="Late!", about=promise, now=DUE_AT
        )
        boss = factories.supervisor(team=promise.team)
        void(actor=boss, reference=promise.reference, reason="Logged twice.", now=DUE_AT + HOUR)
        assert strains(promise.customer) == [("complaint", 2.0)]

    def test_and_counts_again_when_what_spoke_against_it_did_not_arrive(self) -> None:
        promise = factories.promise(due_at=DUE_AT)
        sweep(now=DUE_AT)
        correct(
            actor=factories.supervisor(team=promise.team),
            reference=promise.reference,
            right=Right(due_at=DUE_AT + timedelta(days=1)),
            reason="She had said tomorrow.",
            now=DUE_AT + HOUR,
        )
        assert strains(promise.customer) == []
        event = promise.events.get(kind="corrected")
        void_words(event_ids=[event.id], reason="bounced", now=DUE_AT + 2 * HOUR)
        assert ("broken", 2.0) in strains(promise.customer)
        assert promise.events.filter(kind="became_overdue").count() == 1


class TestChangesTheClocks:
    def test_by_halving_the_cadence_of_the_next_word(self) -> None:
        # A business day is nine hours here, so half of one is half past two, rounded up.
        calm, worn = factories.promise(), factories.promise(customer=strained(factories.customer()))
        assert worn.next_word_due_at < calm.next_word_due_at
        assert worn.next_word_due_at == datetime(2026, 11, 18, 15, 0, tzinfo=UTC)

    def test_by_sending_no_holding_mail(self) -> None:
        promise = factories.promise(customer=strained(factories.customer()))
        sweep(now=promise.next_word_due_at)
        assert not promise.events.filter(kind="holding_mail_planned").exists()
        assert promise.events.filter(kind="became_silent").exists()

    def test_with_what_has_just_happened_on_the_very_promise(self) -> None:
        customer = factories.customer(email="")
        take_down_letter(actor=factories.user(), customer=customer, sort="complaint", words="Late!", now=NOW)
        promise = factories.promise(customer=customer, due_at=datetime(2026, 11, 27, 15, 0, tzinfo=UTC))
        # No sweep has come yet: the silence that time brings first makes the two of the complaint four.
        at = promise.next_word_due_at + timedelta(minutes=5)
        after = factories.told(promise, now=at)
        assert after.next_word_due_at - at < timedelta(hours=6)

    def test_but_not_under_a_policy_without_a_threshold(self) -> None:
        team = factories.team()
        factories.policy(team=team, strain_threshold=None)
        with CaptureQueriesContext(connection) as queries:
            worn = factories.promise(team=team, customer=strained(factories.customer()))
        assert worn.next_word_due_at == factories.promise(team=team).next_word_due_at
        read = [query["sql"] for query in queries if query["sql"].startswith('SELECT "commitments_strain"')]
        assert read == []

    def test_and_nothing_that_is_known_of_a_customer_does(self) -> None:
        owner = factories.agent(team=factories.team())
        plain = factories.promise(owner=owner)
        organisation = factories.organisation(name="The Biggest Bank")
        grand = factories.customer(
            name="The Director",
            organisation=organisation,
            external_ref="GOLD-PLAN-1",
            reached_best="Only in the morning; most important customer.",
            language="de",
            phone="+351210000099",
        )
        assert factories.promise(owner=owner, customer=grand).to_domain() == plain.to_domain()


def test_is_read_in_one_query_for_a_batch() -> None:
    owner = factories.agent(team=factories.team())
    few = [factories.promise(owner=owner, customer=strained(factories.customer())) for _ in range(2)]
    many = few + [factories.promise(owner=owner, customer=strained(factories.customer())) for _ in range(4)]
    counts = []
    for batch in (few, many):
        rows = list(Commitment.objects.filter(pk__in=[row.pk for row in batch]).select_related("customer"))
        with CaptureQueriesContext(connection) as queries:
            found = SurroundingsOf(rows, now=NOW)
        counts.append(len(queries))
        assert all(len(found.surroundings(row).strain) == 2 for row in rows)
    assert counts[0] == counts[1]

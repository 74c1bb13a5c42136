"""Keeping a promise …"""

from datetime import timedelta
from typing import Any

import pytest

from commitments.models import Commitment, Customer, Kind, PendingEvent, Word
from commitments.services.keeping import AfterCare, keep_on_the_call, keep_with_after_care
from commitments.services.promising import keep, make_promise, withdraw
from commitments.services.refusals import Refused
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

HOUR = timedelta(hours=1)


def on_the_call(**options: Any) -> Commitment:
    ana = options.pop("actor", None) or factories.agent(team=factories.team())
    values: dict[str, Any] = {
        "customer": options.pop("customer", None) or factories.customer(),
        "kind": Kind.ANSWER,
        "promise": "tell you what the fee is",
        "channel": "phone",
    }
    made = keep_on_the_call(actor=ana, now=NOW, **values | options)
    made.refresh_from_db()
    return made


def kept_facts(promise: Commitment, **options: Any) -> dict[str, Any]:
    keep(actor=promise.owner, reference=promise.reference, now=NOW + HOUR, **options)
    facts: dict[str, Any] = promise.events.get(kind="kept").facts
    return facts


class TestOnTheCall:
    def test_was_never_open_and_mails_nobody(self) -> None:
        made = on_the_call(customer_confirmed=True)
        assert (made.status, made.kept_on_the_call, made.ended_at) == ("kept", True, made.made_at)
        assert made.outcome.value == "kept_on_time"
        assert made.events.get(kind="kept").facts["on_the_call"] is True
        assert made.events.get(kind="made").facts["notify_customer"] is False
        assert made.events.get(kind="kept").facts["notify_customer"] is False
        assert not PendingEvent.objects.exists()

    def test_asks_whether_it_is_solved_unless_they_said_so(self) -> None:
        made = on_the_call()
        assert PendingEvent.objects.get().event == made.events.get(kind="kept")

    def test_mails_that_it_is_kept_where_that_is_asked_for(self) -> None:
        made = on_the_call(notify_customer=True)
        assert PendingEvent.objects.get().event == made.events.get(kind="kept")

    def test_counts_from_when_the_call_was(self) -> None:
        assert on_the_call(happened_at=NOW - HOUR).ended_at == NOW - HOUR

    def test_is_made_wholly_or_not_at_all(self) -> None:
        with pytest.raises(Refused):
            on_the_call(happened_at=NOW - 5 * HOUR)
        assert not Commitment.objects.exists()

    def test_is_refused_where_nobody_spoke_with_the_customer(self) -> None:
        with pytest.raises(Refused, match="in a conversation"):
            on_the_call(channel="import")

    def test_is_no_more_once_it_is_open_again(self) -> None:
        from_call = factories.promise()
        assert kept_facts(from_call)["on_the_call"] is False


class TestSolved:
    @pytest.mark.parametrize(
        ("kind", "asked"),
        [
            (Kind.FIX, True),
            (Kind.ANSWER, True),
            (Kind.CALLBACK, False),
            (Kind.STATUS_UPDATE, False),
            (Kind.OTHER, False),
        ],
    )
    def test_is_asked_after_a_fix_or_an_answer(self, kind: str, asked: bool) -> None:
        assert kept_facts(factories.promise(kind=kind))["asks_if_solved"] is asked

    def test_is_not_asked_where_they_said_so_on_the_call(self) -> None:
        assert kept_facts(factories.promise(), customer_confirmed=True)["asks_if_solved"] is False

    def test_is_asked_where_no_mail_says_that_it_is_kept(self) -> None:
        assert kept_facts(factories.promise(), notify_customer=False)["asks_if_solved"] is True

    def test_is_not_asked_of_who_cannot_be_mailed(self) -> None:
        promise = factories.promise(customer=factories.customer(email=""))
        assert kept_facts(promise)["asks_if_solved"] is False


class TestAfterCare:
    def kept(self, promise: Commitment, *, told: bool = False, **options: Any) -> tuple[Commitment, Commitment]:
        care = AfterCare(
            kind=Kind.CALLBACK,
            promise="to ask how it works",
            due_at=options.pop("due_at", NOW + 72 * HOUR),
            told=told,
        )
        return keep_with_after_care(
            actor=promise.owner, reference=promise.reference, now=NOW + HOUR, after_care=care, **options
        )

    def test_is_promised_in_the_same_step_to_the_same_customer(self) -> None:
        promise = factories.promise(case_ref="C-7")
        kept, follows = self.kept(promise)
        assert (kept.status, follows.status) == ("kept", "open")
        assert (follows.previous, follows.customer) == (promise, promise.customer)
        assert (follows.case_ref, follows.team, follows.owner) == ("C-7", promise.team, promise.owner)
        assert follows.events.get(kind="made").facts["previous"] == promise.pk

    def test_untold_stands_on_its_receipt(self) -> None:
        _, follows = self.kept(factories.promise())
        assert Word.objects.get(commitment=follows).sort == "receipt"

    def test_told_is_a_persons_word_and_sends_no_receipt(self) -> None:
        _, follows = self.kept(factories.promise(), told=True)
        assert Word.objects.get(commitment=follows).sort == "conversation"
        assert follows.events.get(kind="made").facts["notify_customer"] is False

    def test_that_is_refused_keeps_nothing(self) -> None:
        promise = factories.promise()
        with pytest.raises(Refused, match="That time has passed"):
            self.kept(promise, due_at=NOW)
        promise.refresh_from_db()
        assert promise.status == "open"

    def test_untold_is_refused_for_who_cannot_be_mailed(self) -> None:
        promise = factories.promise(customer=factories.customer(email=""))
        with pytest.raises(Refused, match="cannot be mailed; tell them"):
            self.kept(promise)
        promise.refresh_from_db()
        assert promise.status == "open"


class TestPromisedAnew:
    def anew(self, previous: Commitment, *, customer: Customer | None = None) -> Commitment:
        return make_promise(
            actor=previous.owner,
            customer=customer or previous.customer,
            kind=previous.kind,
            promise=previous.promise,
            due_at=NOW + 72 * HOUR,
            channel="phone",
            team=previous.team,
            now=NOW + 2 * HOUR,
            previous=previous,
        )

    def test_is_linked_to_what_was_withdrawn(self) -> None:
        promise = factories.promise()
        withdraw(actor=promise.owner, reference=promise.reference, reason="Sold out.", by_mail=False, now=NOW + HOUR)
        anew = self.anew(promise)
        assert list(promise.followed_by.all()) == [anew]

    def test_is_refused_for_another_customer(self) -> None:
        with pytest.raises(Refused, match="another customer"):
            self.anew(factories.promise(), customer=factories.customer())

"""A promise in short."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from commitments.domain.clocks import WordMeaning
from commitments.models import Commitment, Customer, EventText
from commitments.selectors.gist import last_words, read_past
from commitments.services.dates import renegotiate
from commitments.services.replies import customer_message
from commitments.services.sweeping import sweep
from commitments.services.word import give_word
from commitments.web.gist import draft_of, gist_of
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.sqlite


@pytest.fixture
def promise(ana: Any) -> Commitment:
    """Make a promise to a customer who has said why it matters."""
    return factories.promise(owner=ana, need="She is moving house.")


def gist(promise: Commitment, *, now: datetime = NOW) -> dict[str, str]:
    promise.refresh_from_db()
    found = gist_of(promise, read_past(commitment=promise), now=now)
    return {one.label: " ".join(str(point) for point in one.points) for one in found}


def told(promise: Commitment, *, now: datetime, **values: Any) -> None:
    said: dict[str, Any] = {"meaning": WordMeaning.NEWS, "message": "The courier has it.", "by_mail": False}
    give_word(actor=promise.owner, reference=promise.reference, now=now, **said | values)


def test_says_what_was_promised_and_that_nothing_was_said_since(promise: Commitment) -> None:
    assert gist(promise) == {
        "Asked of us now": "They must hear from us by Thu 19 Nov, 10:30, news or not.",
        "What they need": "She is moving house.",
        "The date": "By Fri 20 Nov, 15:00, as first promised.",
        "Last told": "On Wed 18 Nov, 10:20, when it was promised.",
        "They last said": "Nothing since it was promised.",
    }


def test_leaves_out_a_need_that_nobody_gave(ana: Any) -> None:
    assert "What they need" not in gist(factories.promise(owner=ana))


def test_says_what_they_were_last_told_and_what_they_last_said(promise: Commitment) -> None:
    now = NOW + timedelta(minutes=5)
    told(promise, now=now)
    customer_message(
        actor=promise.owner, reference=promise.reference, now=now + timedelta(minutes=5), channel="email", words="When?"
    )
    said = gist(promise, now=now)
    assert said["Last told"] == "On Wed 18 Nov, 10:25 by Ana Ruiz, in a conversation: “The courier has it.”"
    assert said["They last said"] == "On Wed 18 Nov, 10:30, in a mail: “When?”"
    assert said["Asked of us now"].startswith("They have waited for an answer since Wed 18 Nov, 10:30.")


def test_says_that_a_mail_has_still_to_go(promise: Commitment) -> None:
    told(promise, now=NOW + timedelta(minutes=5), by_mail=True)
    assert "(the mail waits to go): “The courier has it.”" in gist(promise)["Last told"]


def test_repeats_no_words_that_were_erased(promise: Commitment) -> None:
    told(promise, now=NOW + timedelta(minutes=5))
    EventText.objects.filter(field="message").update(erased_at=NOW)
    assert "courier" not in gist(promise)["Last told"]


def test_counts_how_often_the_date_was_moved_and_broken(promise: Commitment) -> None:
    renegotiate(
        actor=promise.owner,
        reference=promise.reference,
        now=NOW + timedelta(minutes=5),
        due_at=promise.due_at + timedelta(days=3),
        what_happened="The van broke down.",
        what_next="Another one comes.",
        choices="You can cancel.",
        by_mail=False,
    )
    now = promise.due_at + timedelta(days=4)
    sweep(now=now)
    said = gist(promise, now=now)
    assert said["The date"] == (
        "First promised by Fri 20 Nov, 15:00, now by Mon 23 Nov, 15:00. Moved once, and they were told. Broken once."
    )
    assert "The date has passed: keep the promise, or agree on a new date." in said["Asked of us now"]
    assert "only a person’s word ends it." in said["Asked of us now"]


def test_asks_nothing_of_a_promise_that_was_kept(client: Client, promise: Commitment) -> None:
    client.post(f"/promises/{promise.reference}/kept/", {"keep-version": 1})
    assert "Asked of us now" not in gist(promise)


def test_is_what_a_handoff_is_drafted_from(promise: Commitment) -> None:
    Customer.objects.filter(pk=promise.customer_id).update(reached_best="After six.")
    found = Commitment.objects.get(pk=promise.pk)
    draft = draft_of(found, now=NOW).splitlines()
    assert draft[0] == (
        "Promised: Ana Ruiz to Maria Lopez on Wed 18 Nov, 10:20, by Fri 20 Nov, 15:00: “send you a replacement router”"
    )
    assert draft[1:-1] == [str(one) for one in gist_of(found, read_past(commitment=found), now=NOW)]
    assert draft[-1] == "How they like to be reached: After six."


def test_reads_the_last_word_of_many_promises_at_once(
    promise: Commitment, ana: Any, django_assert_num_queries: Any
) -> None:
    other = factories.promise(owner=ana)
    told(promise, now=NOW + timedelta(minutes=5))
    with django_assert_num_queries(3):
        found = last_words(commitments=[promise.pk, other.pk])
    assert (found[promise.pk].words, found[other.pk].words) == ("The courier has it.", "")

"""When somebody says that our mail is not for them, …"""

from datetime import timedelta

import pytest

from commitments.domain.clocks import WordMeaning
from commitments.domain.tokens import Purpose
from commitments.models import Commitment, CustomerLink, Word
from commitments.services.customer_answers import not_for_me
from commitments.services.customers import change_customer
from commitments.services.links import open_link
from commitments.services.word import give_word
from notifications.models import Suppression
from tests.factories import NOW, customer, promise
from tests.notifications.living import live, mails, send

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

LATER = NOW + timedelta(hours=1)


def mailed() -> Commitment:
    """Make a promise and tell the customer something by mail."""
    made = promise()
    give_word(
        actor=made.owner, reference=made.reference, now=NOW, meaning=WordMeaning.NEWS, message="It left.", by_mail=True
    )
    send(NOW)
    return made


def refuse(made: Commitment) -> None:
    """Say LATER that it is not for them."""
    token = CustomerLink.objects.get(commitment=made, revoked_at__isnull=True).token(Purpose.PAGE)
    not_for_me(link=open_link(token=token, purpose=Purpose.PAGE, now=LATER), now=LATER)


def test_the_words_that_went_there_are_void() -> None:
    made = mailed()
    refuse(made)
    word = Word.objects.get(sort="update")
    assert (word.state, word.void_reason) == ("void", "not for me")


def test_a_conversation_stays_a_word() -> None:
    made = mailed()
    refuse(made)
    assert Word.objects.get(sort="conversation").state == "gone"


def test_words_that_went_to_an_earlier_address_stay() -> None:
    made = mailed()
    change_customer(
        actor=made.owner, customer=made.customer, email="another@example.org", now=NOW + timedelta(minutes=5)
    )
    at = NOW + timedelta(minutes=10)
    give_word(
        actor=made.owner, reference=made.reference, now=at, meaning=WordMeaning.NEWS, message="It comes.", by_mail=True
    )
    send(at)
    refuse(made)
    states = list(Word.objects.filter(sort="update").order_by("at").values_list("state", flat=True))
    assert states == ["gone", "void"]


def test_nothing_more_is_mailed_there() -> None:
    made = mailed()
    other = promise(customer=customer(name="Jan Novak", email=made.customer.email.upper()))
    refuse(made)
    send(LATER)
    assert ("promised", "superseded") in mails(other)


def test_the_address_is_on_the_list_of_those_that_get_no_mail() -> None:
    made = mailed()
    refuse(made)
    send(LATER)
    found = Suppression.objects.in_force().get()
    assert (found.address, found.reason) == (made.customer.email.casefold(), "not_for_me")


def test_the_owner_is_told_to_call() -> None:
    made = mailed()
    refuse(made)
    live(LATER)
    live(LATER + timedelta(minutes=20))
    assert "undeliverable" in {kind for kind, _ in mails(made)}


def test_the_address_can_be_let_go_again_even_where_they_had_asked_for_no_mail_before() -> None:
    made = mailed()
    made.customer.do_not_mail = "asked"
    made.customer.save(update_fields=["do_not_mail"])
    refuse(made)
    live(LATER)
    assert Suppression.objects.get().reason == "not_for_me"
    made.customer.refresh_from_db()
    assert made.customer.do_not_mail == "asked"

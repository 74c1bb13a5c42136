"""While somebody is calling the customer, automatic mail …"""

from datetime import timedelta

import pytest

from commitments.domain.clocks import WordMeaning
from commitments.models import Commitment
from commitments.services.word import give_word
from tests.factories import NOW, promise
from tests.notifications.living import live, one, send

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

DUE = NOW + timedelta(hours=2)
MISSED = DUE + timedelta(minutes=10)
HALF_AN_HOUR = timedelta(minutes=30)


@pytest.fixture
def called() -> Commitment:
    """Return a promise that was missed while somebody is calling, for another half hour at most."""
    made = promise(due_at=DUE, notify_customer=False)
    live(DUE)
    Commitment.objects.update(calling_until=MISSED + HALF_AN_HOUR)
    live(MISSED)
    return made


@pytest.mark.usefixtures("called")
def test_waits() -> None:
    mail = one("missed")
    assert (mail.state, mail.hold, mail.allowed_from) == ("planned", "calling", MISSED + HALF_AN_HOUR)


def test_holds_up_no_mail_about_another_promise(called: Commitment) -> None:
    other = promise(customer=called.customer, owner=called.owner, due_at=DUE, notify_customer=False)
    live(MISSED)
    assert one("missed", commitment=other).state == "sent"
    assert one("missed", commitment=called).state == "planned"


@pytest.mark.usefixtures("called")
def test_goes_when_the_call_ends() -> None:
    Commitment.objects.update(calling_until=None)
    send(MISSED + timedelta(minutes=3))
    assert one("missed").state == "sent"


@pytest.mark.usefixtures("called")
def test_goes_when_nobody_says_that_the_call_has_ended() -> None:
    send(MISSED + timedelta(minutes=29))
    assert one("missed").state == "planned"
    send(MISSED + HALF_AN_HOUR)
    assert one("missed").state == "sent"


def test_is_not_needed_when_the_call_was_word_enough(called: Commitment) -> None:
    at = MISSED + timedelta(minutes=3)
    give_word(
        actor=called.owner,
        reference=called.reference,
        now=at,
        meaning=WordMeaning.NEWS,
        message="We spoke.",
        by_mail=False,
    )
    send(at)
    assert one("missed").not_sent_because == "overtaken"


def test_does_not_hold_up_what_a_person_writes(called: Commitment) -> None:
    give_word(
        actor=called.owner,
        reference=called.reference,
        now=MISSED,
        meaning=WordMeaning.NEWS,
        message="As we said.",
        by_mail=True,
    )
    Commitment.objects.update(calling_until=MISSED + HALF_AN_HOUR)
    send(MISSED)
    assert one("update").state == "sent"

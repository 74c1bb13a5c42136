"""The mail that a promise is withdrawn …"""

from datetime import timedelta

import pytest

from commitments.models import Commitment, Escalation
from commitments.services.promising import withdraw
from notifications.domain.kinds import Delivery
from notifications.services.recording import record_delivery
from tests.factories import NOW, customer, promise
from tests.notifications.living import live, mails, one, send
from tests.plugin.mail import MailServer

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

MARIA = "maria@example.org"


def withdrawn(made: Commitment) -> None:
    withdraw(actor=made.owner, reference=made.reference, reason="It is not made any more.", by_mail=True, now=NOW)


def test_goes_with_the_reason(smtp_server: MailServer) -> None:
    made = promise(customer=customer(email=MARIA), notify_customer=False)
    withdrawn(made)
    send(NOW)
    received = smtp_server.to(MARIA)[-1].message
    assert str(received["Subject"]).startswith("We have to take our promise back: send you a replacement router")
    assert "It is not made any more." in one("withdrawn").text


def test_is_the_last_one() -> None:
    made = promise(notify_customer=False)
    withdrawn(made)
    for days in range(4):
        live(NOW + timedelta(days=days))
    assert mails(made) == [("withdrawn", "sent")]


def test_flags_the_address_when_it_comes_back_and_the_promise_stays_ended() -> None:
    made = promise(notify_customer=False)
    withdrawn(made)
    send(NOW)
    later = NOW + timedelta(hours=1)
    record_delivery(
        message_id=one("withdrawn").message_id,
        provider_event_id="1",
        result=Delivery.BOUNCED,
        occurred_at=later,
        now=later,
    )
    made.refresh_from_db()
    made.customer.refresh_from_db()
    assert (made.status, made.customer.do_not_mail) == ("withdrawn", "bounced")
    assert not Escalation.objects.exists()

"""The mail that a promise is withdrawn …"""

from datetime import datetime, timedelta

import pytest

from commitments.models import Commitment, Customer, Escalation
from commitments.services.promising import keep, withdraw
from notifications.domain.kinds import Delivery, Suppressed
from notifications.models import Notification
from notifications.services.tracking import record_delivery
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


def comes_back(mail: Notification, *, at: datetime) -> None:
    record_delivery(
        message_id=mail.message_id,
        provider_event_id="1",
        result=Delivery.BOUNCED,
        suppressed=Suppressed.BOUNCED,
        occurred_at=at,
        now=at,
    )


def test_asks_for_a_call_when_it_comes_back_for_the_customer_still_has_to_know() -> None:
    made = promise(notify_customer=False)
    withdrawn(made)
    send(NOW)
    comes_back(one("withdrawn"), at=NOW + timedelta(hours=1))
    made.refresh_from_db()
    made.customer.refresh_from_db()
    assert (made.status, made.customer.do_not_mail) == ("withdrawn", "bounced")
    assert Escalation.objects.get(ended_at=None).trigger == "undeliverable"
    live(NOW + timedelta(hours=1))
    assert "that we took this promise back" in one("undeliverable").text


def test_asks_for_a_call_where_the_customer_may_not_be_mailed_by_then() -> None:
    made = promise(notify_customer=False)
    withdrawn(made)
    Customer.objects.update(do_not_mail="asked")
    send(NOW)
    assert mails(made)[0] == ("withdrawn", "superseded")
    assert Escalation.objects.get(ended_at=None).trigger == "undeliverable"


def test_needs_no_call_where_another_mail_about_an_ended_promise_comes_back() -> None:
    made = promise(notify_customer=False)
    keep(actor=made.owner, reference=made.reference, now=NOW)
    send(NOW)
    comes_back(one("kept"), at=NOW + timedelta(hours=1))
    made.customer.refresh_from_db()
    assert made.customer.do_not_mail == "bounced"
    assert not Escalation.objects.exists()

"""A mail to a customer …"""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from commitments.domain.tokens import Purpose
from commitments.models import CustomerLink
from commitments.services.correcting import Right, correct
from commitments.services.links import LASTS, open_link
from commitments.services.watching import add_watcher
from notifications.models import Notification
from notifications.selectors.material import read
from notifications.services import planning
from notifications.services.envelopes import envelope_of
from tests.factories import NOW, customer, promise, team
from tests.notifications.living import live, send
from tests.plugin.mail import MailServer

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

MARIA = "maria@example.org"
HOLDING_AT = NOW + timedelta(days=1)


def test_carries_a_link_to_the_customers_page() -> None:
    made = promise()
    send(NOW)
    mail = Notification.objects.get()
    link = CustomerLink.objects.get()
    (material,) = read([mail.id], now=NOW)
    assert material.letter.page_url == link.page_url  # type: ignore[union-attr]
    assert open_link(token=link.token(Purpose.PAGE), purpose=Purpose.PAGE, now=NOW).commitment == made


def test_renews_the_link_that_it_carries() -> None:
    promise()
    send(NOW)
    CustomerLink.objects.update(expires_at=NOW)
    live(HOLDING_AT)
    assert CustomerLink.objects.get().expires_at == HOLDING_AT + LASTS


def test_takes_answers_at_an_address_that_cannot_be_guessed(smtp_server: MailServer, settings: Settings) -> None:
    settings.INBOUND_DOMAIN = "replies.example.com"
    promise(customer=customer(email=MARIA))
    send(NOW)
    token = CustomerLink.objects.get().token(Purpose.REPLY)
    (received,) = smtp_server.to(MARIA)
    assert received.message["Reply-To"].addresses[0].addr_spec == f"reply.{token}@replies.example.com"


def test_names_no_reply_address_where_no_mail_comes_in(smtp_server: MailServer) -> None:
    promise(customer=customer(email=MARIA))
    send(NOW)
    assert smtp_server.to(MARIA)[0].message["Reply-To"] is None


def test_offers_to_send_no_more_of_its_kind_where_that_is_a_holding_mail(smtp_server: MailServer) -> None:
    promise(customer=customer(email=MARIA))
    live(NOW)
    live(HOLDING_AT)
    receipt, holding = (received.message for received in smtp_server.to(MARIA))
    token = CustomerLink.objects.get().token(Purpose.UNSUBSCRIBE)
    assert str(holding["List-Unsubscribe"]).strip() == f"<http://testserver/unsubscribe/{token}/>"
    assert holding["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert receipt["List-Unsubscribe"] is receipt["List-Unsubscribe-Post"] is None


def test_to_a_watcher_carries_a_link_of_their_own() -> None:
    made, other = promise(), customer(name="Jan Novak")
    add_watcher(actor=made.owner, reference=made.reference, customer=other, now=NOW)
    live(NOW)
    live(HOLDING_AT)
    copy = Notification.objects.get(kind="holding", is_copy=True)
    (material,) = read([copy.id], now=HOLDING_AT)
    assert material.link == CustomerLink.objects.get(customer=other).number


def test_carries_no_link_where_it_says_that_the_promise_was_not_meant_for_its_reader() -> None:
    made = promise()
    send(NOW)
    right = Right(customer=customer(name="Jan Novak"))
    correct(actor=made.owner, reference=made.reference, right=right, reason="Misheard.", now=NOW)
    send(NOW)
    mail = Notification.objects.get(kind="corrected", customer=made.customer)
    (material,) = read([mail.id], now=NOW)
    assert (material.link, envelope_of(material).reply_to) == ("", "")


def test_to_a_colleague_carries_none() -> None:
    promise(notify_customer=False)
    live(HOLDING_AT)
    asked = Notification.objects.get(kind="still_on_it")
    (material,) = read([asked.id], now=HOLDING_AT)
    assert (material.link, material.letter.page_url) == ("", "")  # type: ignore[union-attr]


def test_costs_as_many_statements_for_its_link_as_a_batch() -> None:
    its_team = team()
    counts = []
    for number in (1, 4):
        for _ in range(number):
            promise(team=its_team)
        planning.plan(now=NOW)
        with CaptureQueriesContext(connection) as captured:
            send(NOW)
        counts.append(sum("commitments_customerlink" in query["sql"] for query in captured.captured_queries))
    assert counts[0] == counts[1] <= 6

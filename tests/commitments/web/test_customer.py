"""Customers' pages."""

from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commitments.models import Customer
from commitments.services.reachability import flag_undeliverable
from tests import factories

TYPED = {
    "name": "Maria Lopez",
    "email": "maria@example.org",
    "phone": "+351 21 000 0102",
    "time_zone": "Europe/Lisbon",
    "language": "pt",
    "reached_best": "After six, on her mobile.",
}

pytestmark = pytest.mark.sqlite


def page_of(client: Client, customer: Customer, query: str = "") -> str:
    response = client.get(f"/customers/{customer.pk}/{query}")
    assert response.status_code == 200
    return response.content.decode()


def test_show_how_to_reach_somebody_and_what_was_promised(client: Client, ana: Any) -> None:
    customer = factories.customer(phone="+351210000102", reached_best="After six.", language="pt")
    promise = factories.promise(owner=ana, customer=customer)
    page = page_of(client, customer)
    for shown in ("Maria Lopez", "+351 21 000 0102", customer.email, "After six.", promise.reference):
        assert shown in page


def test_show_only_the_promises_that_one_may_see(client: Client) -> None:
    customer = factories.customer()
    factories.promise(customer=customer, promise="the other teams secret")
    page = page_of(client, customer)
    assert "the other teams secret" not in page
    assert "Nothing promised" in page


def test_are_not_there_for_somebody_without_a_team(db: None) -> None:
    customer = factories.customer()
    client = Client()
    client.force_login(factories.user())
    assert client.get(f"/customers/{customer.pk}/").status_code == 404
    assert "Maria Lopez" not in client.get("/search/?q=maria").content.decode()


@pytest.mark.parametrize("number", ["0", "987654321", "99999999999999999999999"])
def test_are_not_there_for_a_number_that_is_none(client: Client, number: str) -> None:
    assert client.get(f"/customers/{number}/").status_code == 404


def test_change_what_is_known(client: Client) -> None:
    customer = factories.customer(name="Marie Lopes", email="")
    assert client.post(f"/customers/{customer.pk}/", TYPED).status_code == 302
    customer.refresh_from_db()
    assert customer.name == "Maria Lopez"
    assert customer.phone == "+351210000102"
    assert customer.language == "pt"
    assert customer.reached_best == "After six, on her mobile."


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"name": "  "}, "Give the customer’s name."),
        ({"email": "nonsense"}, "Enter a valid email address."),
        ({"phone": "nonsense"}, "This is no telephone number"),
        ({"phone": "+999 1234567890123456"}, "This is no telephone number"),
        ({"time_zone": "Atlantis"}, "“Atlantis” is no time zone"),
    ],
)
def test_refuse_what_cannot_be_and_keep_what_was_typed(client: Client, values: dict[str, str], sentence: str) -> None:
    customer = factories.customer(name="Marie Lopes")
    response = client.post(f"/customers/{customer.pk}/", TYPED | values)
    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert "After six, on her mobile." in page
    customer.refresh_from_db()
    assert customer.name == "Marie Lopes"


def test_let_mail_go_again_to_a_new_address(client: Client, ana: Any, now: datetime) -> None:
    customer = factories.customer(email="old@example.org")
    promise = factories.promise(owner=ana, customer=customer)
    flag_undeliverable(
        commitment_id=promise.pk, address=promise.customer.email, why=Customer.DoNotMail.BOUNCED, now=now
    )
    assert "Mail came back" in page_of(client, customer)
    client.post(f"/customers/{customer.pk}/", TYPED)
    customer.refresh_from_db()
    assert customer.can_be_mailed
    assert not promise.escalations.filter(ended_at__isnull=True).exists()


def test_leave_a_customer_alone_who_asked_not_to_be_mailed(client: Client) -> None:
    customer = factories.customer(do_not_mail="asked")
    client.post(f"/customers/{customer.pk}/", TYPED)
    customer.refresh_from_db()
    assert customer.do_not_mail == "asked"


def test_take_as_many_queries_for_many_promises_as_for_two(client: Client, ana: Any) -> None:
    customer = factories.customer()

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page_of(client, customer)
        return len(captured)

    for _ in range(2):
        factories.promise(owner=ana, customer=customer)
    few = queries()
    for _ in range(8):
        factories.promise(owner=ana, customer=customer)
    assert queries() == few

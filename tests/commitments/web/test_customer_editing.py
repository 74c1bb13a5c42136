"""Two people who change one customer: the second …"""

from typing import Any

import pytest
from django.test import Client

from commitments.models import Customer
from commitments.services.customers import change_customer
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.sqlite

FIELDS = ("name", "email", "phone", "time_zone", "language", "organisation", "reached_best")


@pytest.fixture
def customer(db: None) -> Customer:
    return factories.customer(email="maria@example.org", reached_best="Mornings")


def as_drawn(customer: Customer, **typed: str) -> dict[str, str]:
    """Give what a browser sends of the form as it was drawn, with what was typed over."""
    drawn = {name: str(getattr(customer, name) or "") for name in FIELDS}
    read = {f"initial-{name}": value for name, value in drawn.items()}
    return drawn | read | {"version": str(customer.version)} | typed


def meanwhile(customer: Customer, **values: Any) -> None:
    """Have a colleague change the customer."""
    change_customer(actor=factories.user(first_name="Rui"), customer=customer, now=NOW, **values)


def test_is_told_who_changed_what(client: Client, customer: Customer) -> None:
    typed = as_drawn(customer, reached_best="Evenings")
    meanwhile(customer, email="new@example.org")
    response = client.post(f"/customers/{customer.pk}/", typed)
    page = response.content.decode()
    assert response.status_code == 422
    assert "Rui Ruiz has changed this customer" in page
    assert 'maria@example.org</span>” is now “<span dir="auto">new@example.org' in page
    customer.refresh_from_db()
    assert customer.reached_best == "Mornings"


def test_keeps_what_they_typed_and_what_the_first_one_changed(client: Client, customer: Customer) -> None:
    typed = as_drawn(customer, reached_best="Evenings")
    meanwhile(customer, email="new@example.org")
    form = client.post(f"/customers/{customer.pk}/", typed).context["form"]
    assert (form["email"].value(), form["reached_best"].value()) == ("new@example.org", "Evenings")
    again = {name: form[name].value() for name in FIELDS} | {"version": form["version"].value()}
    client.post(f"/customers/{customer.pk}/", again)
    customer.refresh_from_db()
    assert (customer.email, customer.reached_best) == ("new@example.org", "Evenings")


def test_is_told_where_both_changed_one_field(client: Client, customer: Customer) -> None:
    typed = as_drawn(customer, reached_best="Evenings")
    meanwhile(customer, reached_best="Never on Fridays")
    response = client.post(f"/customers/{customer.pk}/", typed)
    assert "you typed something else" in response.content.decode()
    assert response.context["form"]["reached_best"].value() == "Evenings"


def test_changes_them_where_nobody_was_quicker(client: Client, customer: Customer) -> None:
    client.post(f"/customers/{customer.pk}/", as_drawn(customer, organisation="Lopez e Filhos"))
    customer.refresh_from_db()
    assert str(customer.organisation) == "Lopez e Filhos"


def test_finds_the_form_with_all_that_it_needs_to_notice(client: Client, customer: Customer) -> None:
    page = client.get(f"/customers/{customer.pk}/").content.decode()
    assert 'name="version" value="1"' in page
    assert 'name="initial-email" value="maria@example.org"' in page


def test_lets_holding_mails_go_again_to_who_had_asked_for_real_news_only(client: Client) -> None:
    customer = factories.customer(real_news_only=True)
    assert "Asked for real news only" in client.get(f"/customers/{customer.pk}/").content.decode()
    response = client.post(f"/customers/{customer.pk}/real-news/")
    assert response["Location"] == f"/customers/{customer.pk}/"
    customer.refresh_from_db()
    assert (customer.real_news_only, customer.version) == (False, 2)

"""A customer in the settings pages …"""

from typing import Any

import pytest
from django.test import Client

from commitments.models import Customer
from commitments.services.customers import change_customer
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.sqlite


@pytest.fixture
def boss(db: None) -> Client:
    client = Client()
    client.force_login(factories.user(is_staff=True, is_superuser=True))
    return client


def typed(customer: Customer, **values: Any) -> dict[str, Any]:
    return {
        "name": customer.name,
        "email": customer.email,
        "time_zone": customer.time_zone,
        "language": "en",
        "read_version": customer.version,
    } | values


def test_is_not_changed_over_what_somebody_else_changed(boss: Client) -> None:
    customer = factories.customer()
    form = typed(customer, name="Maria L.")
    change_customer(actor=factories.user(), customer=customer, name="Maria Lopes", now=NOW)
    page = boss.post(f"/admin/commitments/customer/{customer.pk}/change/", form).content.decode()
    assert "Somebody has changed this customer since you opened the page" in page
    assert "Maria L." in page
    customer.refresh_from_db()
    assert customer.name == "Maria Lopes"


def test_counts_as_changed(boss: Client) -> None:
    customer = factories.customer()
    boss.post(f"/admin/commitments/customer/{customer.pk}/change/", typed(customer, name="Maria L."))
    customer.refresh_from_db()
    assert (customer.name, customer.version) == ("Maria L.", 2)


def test_that_was_merged_away_is_only_looked_at(boss: Client) -> None:
    customer = factories.customer(merged_into=factories.customer())
    page = boss.get(f"/admin/commitments/customer/{customer.pk}/change/").content.decode()
    assert 'name="_save"' not in page

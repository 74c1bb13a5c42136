"""The page on which two entries for one customer are merged …"""

from typing import Any

import pytest
from django.test import Client

from commitments.models import Customer
from commitments.services.customers import change_customer
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.sqlite


@pytest.fixture
def two(db: None) -> tuple[Customer, Customer]:
    """Store a duplicate and the entry to keep."""
    duplicate = factories.customer(name="M. Lopez", email="m@example.org", phone="+351210000102")
    return duplicate, factories.customer(name="Maria Lopez", email="maria@example.org")


def asked(client: Client, two: tuple[Customer, Customer], **typed: str) -> Any:
    return client.post(f"/customers/{two[0].pk}/merge/", {"who": "maria@example.org"} | typed)


def test_shows_exactly_what_moves_before_anything_does(
    supervisors_client: Client, two: tuple[Customer, Customer]
) -> None:
    factories.promise(customer=two[0])
    response = asked(supervisors_client, two)
    page = response.content.decode()
    assert response.status_code == 200
    assert "Moved: 1 promise (1 open)" in page
    assert "Taken over, because it is empty there: phone number" in page
    assert 'Not taken over: mail address “<span dir="auto">m@example.org' in page
    assert "This cannot be undone" in page
    assert two[1].commitments.count() == 0


def test_merges_them(supervisors_client: Client, two: tuple[Customer, Customer]) -> None:
    factories.promise(customer=two[0])
    versions = {"version": "1", "into_version": "1", "customer": str(two[1].pk), "merge": "1"}
    response = asked(supervisors_client, two, **versions)
    assert response.url == f"/customers/{two[1].pk}/"
    assert two[1].commitments.count() == 1
    led = supervisors_client.get(f"/customers/{two[0].pk}/")
    assert led.url == f"/customers/{two[1].pk}/"


def test_asks_again_where_somebody_has_changed_one_of_them(
    supervisors_client: Client, two: tuple[Customer, Customer]
) -> None:
    change_customer(actor=factories.user(), customer=two[1], phone="+351210000103", now=NOW)
    response = asked(supervisors_client, two, version="1", into_version="1", merge="1")
    assert response.status_code == 422
    page = response.content.decode()
    assert "has changed this customer" in page
    assert 'name="into_version" value="2"' in page


def test_lets_one_choose_where_several_fit(supervisors_client: Client, two: tuple[Customer, Customer]) -> None:
    other = factories.customer(name="Joana Lopez")
    response = asked(supervisors_client, two, who="Lopez")
    page = response.content.decode()
    assert "Several fit" in page
    assert f'value="{two[1].pk}"' in page
    assert f'value="{two[0].pk}"' not in page
    page = asked(supervisors_client, two, who="Lopez", customer=str(other.pk)).content.decode()
    assert "What happens" in page


def test_says_that_nobody_fits(supervisors_client: Client, two: tuple[Customer, Customer]) -> None:
    assert "Nobody is known by that" in asked(supervisors_client, two, who="zzz").content.decode()


def test_is_not_there_for_an_agent(client: Client, two: tuple[Customer, Customer]) -> None:
    assert client.get(f"/customers/{two[0].pk}/merge/").status_code == 404
    assert "Merge the entries" not in client.get(f"/customers/{two[0].pk}/").content.decode()


def test_begins_by_asking(supervisors_client: Client, two: tuple[Customer, Customer]) -> None:
    assert "The entry to keep" in supervisors_client.get(f"/customers/{two[0].pk}/merge/").content.decode()

"""Call, do not mail."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from commitments.models import Commitment, Customer, Strain
from commitments.services.promising import keep
from commitments.services.reachability import flag_undeliverable
from tests import factories
from tests.factories import NOW

CALL = "Call, do not mail."

pytestmark = pytest.mark.sqlite


def page_of(client: Client, promise: Commitment) -> str:
    return client.get(f"/promises/{promise.reference}/").content.decode()


def chosen(page: str, name: str) -> list[str]:
    """Give the values of a form's checked radio buttons."""
    return re.findall(rf'name="{name}" value="([a-z]+)"[^>]* checked', page)


def strain(promise: Commitment, *, at: datetime = NOW) -> None:
    """Let a customer be treated badly enough for a call."""
    for hours in range(2):
        Strain.objects.create(
            customer=promise.customer,
            commitment=promise,
            sort=Strain.Sort.BROKEN,
            weight=2,
            at=at - timedelta(hours=hours),
        )


def test_is_not_said_of_a_customer_who_can_be_mailed(client: Client, ana: Any) -> None:
    page = page_of(client, factories.promise(owner=ana))
    assert CALL not in page
    assert chosen(page, "word-by_mail") == ["mail"]


def test_leads_to_the_number_and_takes_it_that_they_were_told(client: Client, ana: Any) -> None:
    customer = factories.customer(phone="+351210000102")
    promise = factories.promise(owner=ana, customer=customer, contact_route="phone")
    page = page_of(client, promise)
    assert CALL in page
    assert "They hear from us by phone only." in page
    assert 'href="tel:+351210000102"' in page
    assert chosen(page, "word-by_mail") == chosen(page, "date-by_mail") == ["told"]


def test_asks_for_a_number_where_none_is_known(client: Client, ana: Any) -> None:
    customer = factories.customer(email="", phone="")
    page = page_of(client, factories.promise(owner=ana, customer=customer))
    assert "No mail address of theirs is known." in page
    assert f'href="/customers/{customer.pk}/?change=1#change"' in page


def test_is_said_where_mail_came_back(client: Client, ana: Any, now: datetime) -> None:
    promise = factories.promise(owner=ana)
    flag_undeliverable(
        commitment_id=promise.pk, address=promise.customer.email, why=Customer.DoNotMail.BOUNCED, now=now
    )
    assert f"<strong>{CALL}</strong> Mail came back." in page_of(client, promise)


def test_is_said_of_a_customer_who_was_treated_badly(client: Client, ana: Any) -> None:
    promise = factories.promise(owner=ana)
    strain(promise)
    page = page_of(client, promise)
    assert "They have been treated badly lately (strain 4): a person has to call." in page
    assert chosen(page, "word-by_mail") == ["told"]
    assert 'name="word-by_mail" value="mail"' in page


def test_asks_for_no_call_where_nothing_is_owed_any_more(client: Client, ana: Any, now: datetime) -> None:
    promise = factories.promise(owner=ana)
    strain(promise)
    keep(actor=ana, reference=promise.reference, now=now)
    assert CALL not in page_of(client, promise)


def test_is_said_on_the_customers_page_too(client: Client, ana: Any) -> None:
    promise = factories.promise(owner=ana)
    address = f"/customers/{promise.customer_id}/"
    assert CALL not in client.get(address).content.decode()
    strain(promise)
    assert CALL in client.get(address).content.decode()

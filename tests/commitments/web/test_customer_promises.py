"""What was promised to a customer, on their page."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commitments.models import Customer
from commitments.services.promising import keep
from commitments.web.customer import PAGE_SIZE
from tests import factories

pytestmark = pytest.mark.sqlite


def page_of(client: Client, customer: Customer, query: str = "") -> str:
    return client.get(f"/customers/{customer.pk}/{query}").content.decode()


def test_come_with_what_runs_out_first_and_the_last_word(client: Client, ana: Any, now: datetime) -> None:
    customer = factories.customer()
    far = factories.promise(owner=ana, customer=customer, promise="the far one")
    near = factories.promise(owner=ana, customer=customer, promise="the near one", due_at=now + timedelta(hours=1))
    factories.told(far, now=now)
    page = page_of(client, customer)
    assert page.index("the near one") < page.index("the far one")
    assert 'in a conversation: <q dir="auto">There is news.</q>' in page
    assert "when it was promised.</p>" in page
    assert near.reference in page


def test_are_history_once_they_have_ended(client: Client, ana: Any, now: datetime) -> None:
    customer = factories.customer()
    kept = factories.promise(owner=ana, customer=customer, promise="the kept one")
    keep(actor=ana, reference=kept.reference, now=now)
    page = page_of(client, customer)
    assert page.index("Nothing open") < page.index("What became of earlier ones") < page.index("the kept one")


def test_turn_pages_of_history(client: Client, ana: Any, now: datetime) -> None:
    customer = factories.customer()
    for number in range(PAGE_SIZE + 1):
        made = factories.promise(owner=ana, customer=customer, promise=f"number {number}.")
        keep(actor=ana, reference=made.reference, now=now)
    factories.promise(owner=ana, customer=customer, promise="the open one")
    assert "Page 1 of 2" in page_of(client, customer)
    second = page_of(client, customer, "?page=2")
    assert "the open one" in second
    assert second.count('class="row-words"') == 2


def test_take_as_many_queries_for_60_as_for_3(client: Client, ana: Any, now: datetime) -> None:
    customer = factories.customer(organisation=factories.organisation())

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page_of(client, customer)
        return len(captured)

    def promise() -> Any:
        made = factories.promise(owner=ana, customer=customer)
        factories.told(made, now=now)
        return made

    for _ in range(3):
        keep(actor=ana, reference=promise().reference, now=now)
        promise()
    few = queries()
    for _ in range(27):
        keep(actor=ana, reference=promise().reference, now=now)
        promise()
    assert queries() == few


def test_can_be_made_from_there(client: Client) -> None:
    customer = factories.customer(name="Zoë Quinn")
    address = f"/?customer={customer.pk}"
    assert f'href="{address}#log"' in page_of(client, customer)
    assert 'value="Zoë Quinn"' in client.get(address).content.decode()


@pytest.mark.parametrize("asked", ["x", "0", "99999999999999999999", "²"])
def test_are_made_to_nobody_whom_an_address_makes_up(client: Client, asked: str) -> None:
    assert client.get("/", {"customer": asked}).status_code == 200


def test_lead_supervisors_to_the_board(client: Client, supervisors_client: Client) -> None:
    customer = factories.customer()
    address = f'href="/board/?customer={customer.pk}"'
    assert address in page_of(supervisors_client, customer)
    assert address not in page_of(client, customer)

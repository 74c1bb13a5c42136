"""Letters, strain and organisations on a customer's page."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commitments.models import Customer, Letter
from commitments.services.letters import take_down_letter
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.sqlite


def page_of(client: Client, customer: Customer) -> str:
    response = client.get(f"/customers/{customer.pk}/")
    assert response.status_code == 200
    return str(response.content.decode())


def test_take_a_letter_down_word_for_word(client: Client, ana: Any) -> None:
    promise = factories.promise(owner=ana)
    customer = promise.customer
    typed = {
        "letter-sort": "complaint",
        "letter-words": "Third time I write.\nNobody calls!",
        "letter-about": str(promise.pk),
        "letter-received_at": "2026-11-17T09:30",
    }
    response = client.post(f"/customers/{customer.pk}/letters/", typed, follow=True)
    page = response.content.decode()
    assert "Complaint taken down." in page
    assert "Third time I write.<br>Nobody calls!" in page
    assert "Strain 2" in page
    assert Letter.objects.get().commitment == promise


def test_say_what_is_missing_and_lose_no_letter(client: Client) -> None:
    customer = factories.customer()
    response = client.post(f"/customers/{customer.pk}/letters/", {"letter-words": "Third time I write."})
    assert response.status_code == 422
    page = response.content.decode()
    assert "Third time I write." in page
    assert 'id="letter" open' in page


def test_take_no_letter_about_a_promise_that_one_may_not_see(client: Client) -> None:
    hidden = factories.promise()
    typed = {"letter-sort": "complaint", "letter-words": "Late!", "letter-about": str(hidden.pk)}
    response = client.post(f"/customers/{hidden.customer_id}/letters/", typed)
    assert response.status_code == 422
    assert not Letter.objects.exists()


def test_name_no_promise_that_one_may_not_see(client: Client) -> None:
    hidden = factories.promise()
    take_down_letter(
        actor=hidden.owner, customer=hidden.customer, sort="complaint", words="Late!", about=hidden, now=NOW
    )
    assert "Late!" in page_of(client, hidden.customer)
    assert hidden.reference not in page_of(client, hidden.customer)


def test_show_what_strains_them_with_its_weight(client: Client) -> None:
    customer = factories.customer()
    take_down_letter(actor=factories.user(), customer=customer, sort="complaint", words="Late!", now=NOW)
    page = page_of(client, customer)
    assert "Strain 2" in page
    assert "1 complaint" in page
    assert "+2" in page


def test_show_the_others_of_an_organisation(client: Client) -> None:
    organisation = factories.organisation(name="Lopez e Filhos")
    customer = factories.customer(organisation=organisation)
    factories.customer(name="Pedro Lopez", organisation=organisation)
    factories.customer(name="Old Pedro", organisation=organisation, merged_into=customer)
    page = page_of(client, customer)
    assert "Others of Lopez e Filhos" in page
    assert "Pedro Lopez" in page
    assert "Old Pedro" not in page


def test_ask_the_database_as_often_for_many_letters_as_for_one(client: Client, ana: Any) -> None:
    def queries_for(letters: int) -> int:
        promise = factories.promise(owner=ana)
        for number in range(letters):
            take_down_letter(
                actor=ana, customer=promise.customer, sort="complaint", words=f"{number}", about=promise, now=NOW
            )
        with CaptureQueriesContext(connection) as queries:
            page_of(client, promise.customer)
        return len(queries)

    assert queries_for(1) == queries_for(8)

"""Somebody who gets a promise's mails as well …"""

from typing import Any

import pytest

from commitments.models import Commitment, Customer, Watcher
from commitments.services import watching
from commitments.services.promising import keep
from commitments.services.refusals import Conflict, Ended, Refused
from commitments.services.watching import add_watcher, remove_watcher
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def watched(promise: Commitment, **options: Any) -> Watcher:
    return add_watcher(actor=promise.owner, reference=promise.reference, now=NOW, **options)


def test_can_be_a_customer_who_is_known() -> None:
    promise, other = factories.promise(), factories.customer(name="Joana Lopez")
    row = watched(promise, customer=other)
    assert (row.customer, row.added_by, row.added_at) == (other, promise.owner, NOW)
    event = promise.events.get(kind="watcher_added")
    assert event.facts == {"customer": other.pk}
    assert event.texts.get(field="note").words == "Joana Lopez"
    promise.refresh_from_db()
    assert promise.version == 2


def test_can_be_taken_down_by_name_and_address() -> None:
    row = watched(factories.promise(), name=" Joana  Lopez ", email="joana@example.org")
    assert (row.customer.name, row.customer.email) == ("Joana Lopez", "joana@example.org")


def test_is_not_taken_down_twice() -> None:
    known = factories.customer(name="Joana Lopez", email="joana@example.org")
    row = watched(factories.promise(), name="joana lopez", email="Joana@example.org")
    assert row.customer == known


def test_can_share_the_customers_mailbox() -> None:
    promise = factories.promise()
    assert watched(promise, name="Pedro Lopez", email=promise.customer.email).customer != promise.customer


def test_is_removed() -> None:
    promise = factories.promise()
    row = watched(promise, name="Joana Lopez", email="joana@example.org")
    after = remove_watcher(actor=promise.owner, reference=promise.reference, customer=row.customer_id, now=NOW)
    assert not Watcher.objects.exists()
    assert Customer.objects.filter(name="Joana Lopez").exists()
    assert promise.events.get(kind="watcher_removed").texts.get(field="note").words == "Joana Lopez"
    assert after.version == 3


def test_is_not_removed_twice() -> None:
    promise = factories.promise()
    with pytest.raises(Refused, match="do not get the mails"):
        remove_watcher(actor=promise.owner, reference=promise.reference, customer=1, now=NOW)


@pytest.mark.parametrize(
    ("fields", "sentence"), [({"email": ""}, "No mail address"), ({"do_not_mail": "bounced"}, "cannot be mailed")]
)
def test_must_be_reached_by_mail(fields: dict[str, str], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        watched(factories.promise(), customer=factories.customer(**fields))


@pytest.mark.parametrize(("given", "field"), [({"email": "joana@example.org"}, "name"), ({"name": "Joana"}, "email")])
def test_must_be_said_in_full(given: dict[str, str], field: str) -> None:
    with pytest.raises(Refused) as refused:
        watched(factories.promise(), **given)
    assert refused.value.field == field


def test_is_not_taken_down_where_the_address_is_none() -> None:
    with pytest.raises(Refused) as refused:
        watched(factories.promise(), name="Joana", email="joana")
    assert refused.value.field == "email"
    assert not Customer.objects.filter(name="Joana").exists()


def test_cannot_be_the_customer_of_the_promise() -> None:
    promise = factories.promise()
    with pytest.raises(Refused, match="the customer of this promise"):
        watched(promise, customer=promise.customer)


def test_cannot_watch_twice() -> None:
    promise, other = factories.promise(), factories.customer()
    watched(promise, customer=other)
    with pytest.raises(Refused, match="already"):
        watched(promise, customer=other)


def test_is_one_of_a_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "WATCHERS_AT_MOST", 1)
    promise = factories.promise()
    watched(promise, customer=factories.customer())
    with pytest.raises(Refused, match="At most 1"):
        watched(promise, customer=factories.customer())


def test_does_not_come_to_a_promise_that_has_ended() -> None:
    promise = factories.promise()
    keep(actor=promise.owner, reference=promise.reference, now=NOW)
    with pytest.raises(Ended):
        watched(promise, customer=factories.customer())


def test_does_not_come_over_what_somebody_else_did() -> None:
    promise = factories.promise()
    watched(promise, customer=factories.customer(), version=1)
    with pytest.raises(Conflict):
        watched(promise, customer=factories.customer(), version=1)

"""A customer …"""

from datetime import timedelta

import pytest

from commitments.models import Organisation
from commitments.services.customers import CustomerChanged, change_customer, new_customer
from commitments.services.refusals import Refused
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def test_belongs_to_an_organisation_that_is_taken_down_with_them() -> None:
    customer = new_customer(actor=None, name="Maria", organisation=" Lopez  e Filhos ", now=NOW)
    assert str(customer.organisation) == "Lopez e Filhos"


def test_belongs_to_one_that_is_known_however_it_is_written() -> None:
    known = factories.organisation(name="Lopez e Filhos")
    customer = change_customer(actor=None, customer=factories.customer(), organisation="LOPEZ E FILHOS", now=NOW)
    assert customer.organisation == known
    assert Organisation.objects.count() == 1


def test_belongs_to_none_any_more() -> None:
    customer = factories.customer(organisation=factories.organisation())
    assert change_customer(actor=None, customer=customer, organisation=" ", now=NOW).organisation is None


def test_stays_with_theirs_where_nothing_is_said() -> None:
    customer = factories.customer(organisation=factories.organisation())
    assert change_customer(actor=None, customer=customer, phone="", now=NOW).organisation is not None


def test_cannot_belong_to_a_novel() -> None:
    with pytest.raises(Refused) as refused:
        new_customer(actor=None, name="Maria", organisation="x" * 201, now=NOW)
    assert refused.value.field == "organisation"


def test_says_how_often_and_by_whom_they_were_changed() -> None:
    user = factories.user()
    customer = change_customer(actor=user, customer=factories.customer(), name="Maria", now=NOW)
    assert (customer.version, customer.changed_by, customer.changed_at) == (2, user, NOW)


def test_is_not_changed_over_what_somebody_else_changed() -> None:
    customer = factories.customer()
    change_customer(actor=factories.user(first_name="Rui"), customer=customer, phone="+351210000001", now=NOW)
    with pytest.raises(CustomerChanged, match="Rui Ruiz has changed this customer") as refused:
        change_customer(actor=None, customer=customer, phone="", version=1, now=NOW)
    assert refused.value.customer.phone == "+351210000001"


def test_is_changed_by_whoever_has_seen_the_last_change() -> None:
    customer = factories.customer()
    change_customer(actor=None, customer=customer, name="Maria", version=1, now=NOW)
    assert change_customer(actor=None, customer=customer, name="Joana", version=2, now=NOW).name == "Joana"


def test_with_a_first_address_has_time_look_at_their_promises_at_once() -> None:
    promise = factories.promise(customer=factories.customer(email=""))
    change_customer(
        actor=promise.owner, customer=promise.customer, now=NOW + timedelta(hours=1), email="maria@example.org"
    )
    promise.refresh_from_db()
    assert promise.next_check_at == NOW + timedelta(hours=1)

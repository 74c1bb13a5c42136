"""A promise that was taken down for the wrong customer: whom the mails that put it right go to."""

from datetime import timedelta
from typing import Any

import pytest

from commitments.models import Customer
from commitments.services.correcting import Right, correct
from notifications.models import Notification
from notifications.services.planning import plan
from tests import factories
from tests.factories import NOW
from tests.notifications.living import send

pytestmark = pytest.mark.django_db

SOON = NOW + timedelta(minutes=1)


def corrected(*, told: bool = False, sent: bool = True) -> tuple[Customer, Customer]:
    """Log a promise for the wrong customer, have its receipt go, and put it right; give both customers."""
    promise = factories.promise()
    wrong, right = promise.customer, factories.customer(name="Joana Lopez")
    plan(now=NOW)
    if sent:
        send(NOW)
    correct(actor=promise.owner, reference=promise.reference, right=Right(customer=right), told=told, now=SOON)
    plan(now=SOON)
    return wrong, right


def mails(since: Any = SOON) -> set[tuple[str, int]]:
    planned = Notification.objects.filter(to_customer=True, planned_at__gte=since)
    return set(planned.values_list("kind", "customer"))


def test_tells_the_wrong_one_and_sends_the_right_one_a_receipt() -> None:
    wrong, right = corrected()
    assert mails() == {("corrected", wrong.pk), ("promised", right.pk)}


def test_tells_the_wrong_one_alone_where_the_right_one_was_told() -> None:
    wrong, _ = corrected(told=True)
    assert mails() == {("corrected", wrong.pk)}


def test_sends_the_right_one_a_receipt_in_place_of_the_one_that_waits() -> None:
    _, right = corrected(sent=False)
    assert mails() == {("promised", right.pk)}

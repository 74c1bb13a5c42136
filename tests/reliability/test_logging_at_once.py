"""One promise logged twice at one instant, on a real PostgreSQL: it is there once, and so is its new customer."""

from datetime import timedelta
from typing import Any

import pytest

from commitments.models import Commitment, Customer
from commitments.services.customers import new_customer
from commitments.services.logging_once import Logged, log_once
from commitments.services.promising import make_promise
from tests import factories
from tests.factories import NOW
from tests.reliability.test_customers_at_once import ROUNDS, at_once

# SQLite lets one writer in at a time: nothing happens at once there, hence the mark.
pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_is_logged_once() -> None:
    team = factories.team()
    ana = factories.agent(team=team)
    for number in range(ROUNDS):
        said: dict[str, Any] = {"kind": "callback", "promise": f"to call you back, {number}"}
        said["due_at"] = NOW + timedelta(hours=3)
        name = f"Maria Lopez {number}"

        def make(said: dict[str, Any] = said, name: str = name) -> Commitment:
            customer = new_customer(actor=ana, name=name, now=NOW)
            return make_promise(actor=ana, customer=customer, channel="phone", now=NOW, **said)

        def log(said: dict[str, Any] = said, name: str = name, make: Any = make) -> Logged:
            return log_once(actor=ana, customer=Customer(name=name), make=make, now=NOW, **said)

        ended = at_once(log, log)
        assert sorted(logged.is_again for logged in ended) == [False, True]
        assert len({logged.commitment.pk for logged in ended}) == 1
    assert Commitment.objects.count() == Customer.objects.count() == ROUNDS

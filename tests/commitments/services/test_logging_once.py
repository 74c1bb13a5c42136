"""A promise that is logged …"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from commitments.models import Commitment, Customer, Team
from commitments.services.correcting import void
from commitments.services.logging_once import Logged, log_once
from commitments.services.promising import make_promise
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

DUE_AT = datetime(2026, 11, 18, 12, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def team() -> Team:
    return factories.team()


@pytest.fixture
def ana(team: Team) -> Any:
    return factories.agent(team=team)


@pytest.fixture
def maria() -> Customer:
    return factories.customer()


def log(actor: Any, customer: Customer, *, now: datetime = NOW, **values: Any) -> Logged:
    said = {"kind": "callback", "promise": "to call you back", "due_at": DUE_AT} | values
    return log_once(
        actor=actor,
        customer=customer,
        now=now,
        make=lambda: make_promise(actor=actor, customer=customer, channel="phone", now=now, **said),
        **said,
    )


def test_twice_in_the_same_words_is_one(ana: Any, maria: Customer) -> None:
    first = log(ana, maria)
    again = log(ana, maria, now=NOW + 9 * MINUTE)
    assert (first.is_again, again.is_again) == (False, True)
    assert again.commitment == first.commitment


def test_for_a_time_that_counts_from_the_present_is_one_though_it_has_moved_on(ana: Any, maria: Customer) -> None:
    log(ana, maria)
    assert log(ana, maria, now=NOW + 2 * MINUTE, due_at=DUE_AT + 2 * MINUTE).is_again


@pytest.mark.parametrize(
    ("values", "later"),
    [
        ({"due_at": DUE_AT + timedelta(hours=1)}, MINUTE),
        ({"due_at": DUE_AT - MINUTE}, MINUTE),
        ({"due_at": DUE_AT + 5 * MINUTE}, 9 * MINUTE),
        ({"promise": "to call you back about the refund"}, MINUTE),
        ({"kind": "answer"}, MINUTE),
        ({}, 11 * MINUTE),
    ],
)
def test_otherwise_or_much_later_is_another_one(
    ana: Any, maria: Customer, values: dict[str, Any], later: timedelta
) -> None:
    log(ana, maria)
    assert not log(ana, maria, now=NOW + later, **values).is_again
    assert Commitment.objects.count() == 2


def test_to_another_customer_or_by_another_person_is_another_one(team: Team, ana: Any, maria: Customer) -> None:
    log(ana, maria)
    assert not log(ana, factories.customer()).is_again
    assert not log(factories.agent(team=team), maria).is_again


def test_again_after_it_was_taken_back_is_another_one(ana: Any, maria: Customer) -> None:
    void(actor=ana, reference=log(ana, maria).commitment.reference, now=NOW)
    assert not log(ana, maria).is_again

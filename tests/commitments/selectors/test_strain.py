"""How strained customers are, as people see it and as the Board orders by it …"""

from datetime import timedelta
from typing import Any

import pytest

from commitments.models import Commitment, Customer, Strain
from commitments.selectors.board import read_board, worst_first
from commitments.selectors.board_filters import Filters
from commitments.selectors.strain import strain_of, strained_first
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

MONTH = timedelta(days=30)


def strained(customer: Customer, *, ago: timedelta = timedelta(), weight: float = 2.0, **fields: Any) -> Strain:
    return Strain.objects.create(customer=customer, sort="broken", at=NOW - ago, weight=weight, **fields)


def test_says_each_reason_with_what_it_weighs_now() -> None:
    customer = factories.customer()
    strained(customer)
    strained(customer, ago=MONTH)
    strained(customer, taken_back_at=NOW)
    found = strain_of(customers=[customer.pk], now=NOW)[customer.pk]
    assert found.score == 3.0
    assert [weighed.weight for weighed in found.reasons] == [2.0, 1.0]
    assert found.counts == (("broken", 2),)


def test_leaves_out_whom_nothing_strains() -> None:
    assert strain_of(customers=[factories.customer().pk], now=NOW) == {}


@pytest.mark.parametrize("months", range(13))
def test_weighs_alike_here_and_in_the_database(months: int) -> None:
    promise = factories.promise()
    strained(promise.customer, ago=months * MONTH, weight=4.0)
    row = strained_first(worst_first(Commitment.objects.all(), now=NOW), now=NOW).get()
    here = strain_of(customers=[promise.customer_id], now=NOW)[promise.customer_id].score
    assert row.strain == pytest.approx(here)


def test_puts_strained_customers_first_before_supervisors() -> None:
    team = factories.team()
    owner, boss = factories.agent(team=team), factories.supervisor(team=team)
    calm_wrong, worn_wrong, calm, worn = (factories.promise(owner=owner) for _ in range(4))
    for promise in (worn_wrong, worn):
        strained(promise.customer, weight=4.0)
    silent = Commitment.objects.filter(pk__in=[calm_wrong.pk, worn_wrong.pk])
    silent.update(silent_since=NOW - timedelta(hours=2))
    Commitment.objects.filter(pk=worn_wrong.pk).update(silent_since=NOW - timedelta(hours=1))
    board = read_board(actor=boss, filters=Filters(), now=NOW)
    assert [row.commitment for row in board.rows] == [worn_wrong, calm_wrong, worn, calm]
    assert [row.strain.score for row in board.rows] == [4.0, 0.0, 4.0, 0.0]

"""What the Desk and the Board ask all the time is found by an index, on SQLite too: what has ended only grows."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from commitments.models import Commitment, Handoff
from commitments.selectors import board, calls, handoffs
from commitments.selectors.board_filters import Filters, State, narrowed
from notifications.services.replaying import private_database

NOW = datetime(2026, 11, 18, 10, 20, tzinfo=UTC)
STAYS_SMALL = ("auth_user", "commitments_team", "commitments_policy", "commitments_businesscalendar", "CONSTANT ROW")


@pytest.fixture(scope="module")
def _installation(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Have an empty SQLite installation in the place of the tests' database."""
    with django_db_blocker.unblock(), private_database():
        yield


def scanned(asked: "QuerySet[Any]") -> list[str]:
    """Give the steps that read the whole of a table, or of one under another name, that may have grown."""
    steps = [step.strip() for step in asked.explain().splitlines()]
    whole = [step for step in steps if "SCAN" in step and "INDEX" not in step]
    return [step for step in whole if not any(table in step for table in STAYS_SMALL)]


def supervisor() -> Any:
    return get_user_model().objects.get_or_create(username="sofia")[0]


def leader() -> Any:
    return get_user_model().objects.get_or_create(username="lena", is_superuser=True)[0]


@pytest.mark.usefixtures("_installation")
@pytest.mark.parametrize("who", [supervisor, leader])
@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        Filters(q="lopez"),
        Filters(team=1),
        Filters(owner=1, due_from=NOW, due_until=NOW + timedelta(hours=1)),
        *(Filters(state=state) for state in State),
    ],
)
def test_never_reads_all_promises_for_the_board(who: Any, filters: Filters) -> None:
    assert scanned(board.fitting(actor=who(), filters=filters, now=NOW)) == []
    assert scanned(narrowed(board.on_board(actor=who()), filters)) == []


@pytest.mark.usefixtures("_installation")
@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(lambda: Commitment.objects.for_somebody().filter(owner__in=[1, 2]), id="the Desk"),
        pytest.param(
            lambda: calls._candidates(Commitment.objects.filter(owner__in=[1]), now=NOW), id="calls, the Desk"
        ),
        pytest.param(
            lambda: calls._candidates(board.on_board(actor=supervisor()), now=NOW), id="calls to make, the Board"
        ),
        pytest.param(lambda: handoffs.offered_to(actor=supervisor()), id="offered to me"),
        pytest.param(lambda: handoffs.offered_by(actor=supervisor(), now=NOW), id="offered by me"),
        pytest.param(lambda: handoffs.offered_from_elsewhere(actor=supervisor()), id="offered to my teams"),
        pytest.param(lambda: Handoff.objects.filter(commitment__in=[1, 2], state__in=Handoff.STANDS), id="of a page"),
    ],
)
def test_never_reads_all_of_a_table_that_grows(asked: Any) -> None:
    assert scanned(asked()) == []

"""The load …"""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commitments.models import Team
from commitments.selectors.load import due_per_hour, hour_of, usual_per_hour
from commitments.services.promising import keep
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

LISBON = "Europe/Lisbon"
FROM, UNTIL = datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture
def team() -> Team:
    return factories.team()


@pytest.fixture
def ana(team: Team) -> Any:
    return factories.agent(team=team)


def due(owner: Any, *times: str, team: Team | None = None) -> None:
    for time in times:
        factories.promise(owner=owner, team=team, due_at=datetime.fromisoformat(f"2026-11-20T{time}+00:00"))


def kept(owner: Any, *, at: datetime, times: int) -> None:
    for _ in range(times):
        promise = factories.promise(owner=owner, now=at - timedelta(hours=1), due_at=at + timedelta(days=1))
        keep(actor=owner, reference=promise.reference, now=at)


def test_counts_what_is_open_by_owner_and_hour(team: Team, ana: Any) -> None:
    ben = factories.agent(team=team)
    due(ana, "15:00", "15:59:59", "16:00")
    due(ben, "15:30")
    due(factories.agent(team=team), "15:30")
    assert due_per_hour(owners=[ana.pk, ben.pk], from_at=FROM, until_at=UNTIL, zone=LISBON) == {
        ana.pk: {datetime(2026, 11, 20, 15, tzinfo=UTC): 2, datetime(2026, 11, 20, 16, tzinfo=UTC): 1},
        ben.pk: {datetime(2026, 11, 20, 15, tzinfo=UTC): 1},
    }


def test_begins_its_hours_where_the_zones_clocks_do(ana: Any) -> None:
    due(ana, "15:00", "15:29", "15:30")
    zone = "Asia/Kolkata"
    found = due_per_hour(owners=[ana.pk], from_at=FROM, until_at=UNTIL, zone=zone)
    eight, nine = (datetime(2026, 11, 20, hour, tzinfo=ZoneInfo(zone)) for hour in (20, 21))
    assert found == {ana.pk: {eight: 2, nine: 1}}
    assert hour_of(datetime(2026, 11, 20, 15, 29, tzinfo=UTC), zone=zone) == eight


def test_counts_an_hour_that_autumn_repeats_as_one(ana: Any) -> None:
    for hour in (0, 1):
        factories.promise(owner=ana, due_at=datetime(2027, 10, 31, hour, 30, tzinfo=UTC))
    (hours,) = due_per_hour(
        owners=[ana.pk], from_at=NOW, until_at=datetime(2028, 1, 1, tzinfo=UTC), zone=LISBON
    ).values()
    assert list(hours.values()) == [2]


def test_leaves_out_what_is_kept_and_what_is_due_outside(ana: Any) -> None:
    due(ana, "15:00", "18:00")
    promise = factories.promise(owner=ana, due_at=datetime(2026, 11, 20, 16, tzinfo=UTC))
    keep(actor=ana, reference=promise.reference, now=NOW)
    until = datetime(2026, 11, 20, 18, tzinfo=UTC)
    found = due_per_hour(owners=[ana.pk], from_at=datetime(2026, 11, 20, 15, tzinfo=UTC), until_at=until, zone=LISBON)
    assert found == {ana.pk: {datetime(2026, 11, 20, 15, tzinfo=UTC): 1}}


def test_is_usual_by_what_each_has_kept_in_the_last_four_weeks(team: Team, ana: Any) -> None:
    ben = factories.agent(team=team)
    at = NOW.replace(minute=0) - timedelta(days=3)
    kept(ana, at=at, times=4)
    kept(ana, at=at + timedelta(hours=1), times=5)
    kept(ana, at=at - timedelta(days=26), times=7)
    assert usual_per_hour(owners=[ana.pk, ben.pk], now=NOW) == {ana.pk: 5, ben.pk: 3}


@pytest.mark.parametrize("owners", [1, 4])
def test_takes_one_query_each_whatever_there_is(team: Team, owners: int) -> None:
    people = [factories.agent(team=team) for _ in range(owners)]
    for owner in people:
        due(owner, "15:00", "16:00", team=team)
    ids = [owner.pk for owner in people]
    with CaptureQueriesContext(connection) as captured:
        due_per_hour(owners=ids, from_at=FROM, until_at=UNTIL, zone=LISBON)
        usual_per_hour(owners=ids, now=NOW)
    assert len(captured) == 2

"""A shift's end …"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commitments.models import Handoff, Membership, Team
from commitments.selectors.shift import read_shift_end
from commitments.services.absences import note_absence
from tests import factories
from tests.factories import NOW

TOMORROW = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)
AFTERNOON = datetime(2026, 11, 18, 16, 0, tzinfo=UTC)
TONIGHT = datetime(2026, 11, 18, 22, 0, tzinfo=UTC)
NEXT_WEEK = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


@pytest.fixture
def ben(team: Team) -> Any:
    return factories.agent(team=team, first_name="Ben", last_name="Okafor")


def page_of(client: Client, address: str = "/shift/") -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_is_the_end_of_the_day_and_leads_to_the_next_one(ana: Any) -> None:
    found = read_shift_end(actor=ana, now=NOW)
    assert found is not None
    assert found.shift.ends_at == datetime(2026, 11, 18, 18, 0, tzinfo=UTC)
    assert found.shift.next_at == TOMORROW


@pytest.mark.parametrize("version", ["9" * 5000, "x", ""])
def test_hands_on_whatever_stands_where_the_version_was(client: Client, ana: Any, ben: Any, version: str) -> None:
    promise = factories.promise(owner=ana, due_at=AFTERNOON)
    response = client.post(f"/shift/{promise.reference}/", {"to": ben.pk, "version": version})
    assert response.status_code == 302


def test_leads_by_ones_own_hours(ana: Any) -> None:
    ana.memberships.update(week=[[], [], [["09:00", "12:00"]], [], [["09:00", "12:00"]], [], []])
    found = read_shift_end(actor=ana, now=NOW)
    assert found is not None
    assert found.shift.ends_at == datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
    assert found.shift.next_at == datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


def test_leads_over_an_absence(ana: Any) -> None:
    note_absence(actor=ana, user=ana, from_at=TONIGHT, until_at=NEXT_WEEK, now=NOW)
    found = read_shift_end(actor=ana, now=NOW)
    assert found is not None
    assert found.shift.next_at == NEXT_WEEK


def test_does_not_begin_again_before_it_ends_for_somebody_in_teams_of_several_zones(ana: Any) -> None:
    for zone in ("Asia/Kathmandu", "Asia/Riyadh"):
        Membership.objects.create(user=ana, team=factories.team(zone=zone, week=factories.ALWAYS), role="agent")
    found = read_shift_end(actor=ana, now=NOW)
    assert found is not None
    midnight_in_riyadh = datetime(2026, 11, 18, 21, 0, tzinfo=UTC)
    assert (found.shift.ends_at, found.shift.next_at) == (midnight_in_riyadh, midnight_in_riyadh)


def test_lists_what_falls_due_by_either_clock_before_the_next(ana: Any) -> None:
    today = factories.promise(owner=ana, due_at=AFTERNOON)
    night = factories.promise(owner=ana, due_at=TONIGHT)
    heard = factories.promise(owner=ana, kind="answer", due_at=NEXT_WEEK)
    factories.promise(owner=ana, due_at=NEXT_WEEK)
    factories.promise(due_at=AFTERNOON, owner=factories.agent(team=ana.teams.get()))
    found = read_shift_end(actor=ana, now=NOW)
    assert found is not None
    assert set(found.today) == {today, heard}
    assert found.between == (night,)


def test_lists_what_i_stand_in_for(ana: Any, ben: Any) -> None:
    promise = factories.promise(owner=ben, due_at=TONIGHT)
    note_absence(actor=ben, user=ben, cover=ana, from_at=NOW, until_at=AFTERNOON, now=NOW)
    found = read_shift_end(actor=ana, now=NOW)
    assert found is not None
    assert found.between == (promise,)


def test_hands_each_on_with_one_press(client: Client, ana: Any, ben: Any) -> None:
    promise = factories.promise(owner=ana, due_at=TONIGHT, need="She is moving house.")
    page = page_of(client)
    assert "After my day ends" in page
    assert "Hand on to Ben Okafor" in page
    response = client.post(f"/shift/{promise.reference}/", {"to": ben.pk, "version": "1"})
    assert response["Location"] == f"/shift/?to={ben.pk}"
    offer = Handoff.objects.get()
    assert (offer.to_user, offer.state) == (ben, "offered")
    assert "She is moving house." in offer.story
    assert "Somebody is asked to take it over." in page_of(client)


def test_lets_one_choose_among_those_who_are_there(client: Client, ana: Any, ben: Any, team: Team) -> None:
    factories.promise(owner=ana, due_at=TONIGHT)
    carla = factories.agent(team=team, first_name="Carla", last_name="Diaz")
    away = factories.agent(team=team, first_name="Aaron", last_name="Ill")
    note_absence(actor=away, user=away, from_at=NOW, until_at=TONIGHT, now=NOW)
    page = page_of(client, f"/shift/?to={carla.pk}")
    assert "Hand on to Carla Diaz" in page
    assert "Aaron Ill" not in page


def test_says_why_one_could_not_be_handed_on(client: Client, ana: Any, ben: Any) -> None:
    promise = factories.promise(owner=ana, due_at=TONIGHT)
    factories.told(promise, now=NOW)
    response = client.post(f"/shift/{promise.reference}/", {"to": ben.pk, "version": "1"})
    assert response.status_code == 422
    assert "Somebody has changed this promise" in response.content.decode()
    response = client.post(f"/shift/{promise.reference}/", {"to": "x", "version": ""})
    assert "Choose a colleague or a team" in response.content.decode()
    assert not Handoff.objects.exists()


def test_says_that_nothing_falls_due(client: Client, ana: Any) -> None:
    factories.promise(owner=ana, due_at=NEXT_WEEK + timedelta(days=9))
    assert "Nothing falls due before then" in page_of(client)


def test_is_not_known_without_a_team(db: None) -> None:
    client = Client()
    client.force_login(factories.user())
    assert "No shift is known" in page_of(client)


def test_takes_as_many_queries_for_many_promises_as_for_one(client: Client, ana: Any, ben: Any) -> None:
    counts = []
    for number in (1, 8):
        for _ in range(number):
            factories.promise(owner=ana, due_at=TONIGHT)
        with CaptureQueriesContext(connection) as queries:
            page_of(client)
        counts.append(len(queries))
    assert counts[0] == counts[1]

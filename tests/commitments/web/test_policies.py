"""The pages on which supervisors move open promises to the newest version of their policy."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commitments.domain.escalation import Target
from commitments.models import Commitment, Policy, Team
from tests import factories
from tests.commitments.web.test_markup import Balance

pytestmark = pytest.mark.django_db

FAR = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)


@pytest.fixture
def promises(ana: Any, team: Team) -> list[Commitment]:
    """Two open promises of a version that is not the newest any more."""
    made = [factories.promise(owner=ana, due_at=FAR) for _ in range(2)]
    factories.policy(team=team, cadence="4bh", ladder=[("0min", Target.SUPERVISORS)])
    return made


@pytest.fixture
def address(promises: list[Commitment]) -> str:
    return f"/policies/{promises[0].policy_id}/"


def test_list_the_versions_that_promises_still_run_by(supervisors_client: Client, promises: list[Commitment]) -> None:
    page = supervisors_client.get("/policies/").content.decode()
    assert "2 open promises" in page
    assert "version 1; the newest is 2" in page


def test_say_so_when_there_is_nothing_to_move(supervisors_client: Client) -> None:
    assert "Nothing to move" in supervisors_client.get("/policies/").content.decode()


def test_list_the_promises_and_what_changes_for_them(
    supervisors_client: Client, promises: list[Commitment], address: str
) -> None:
    page = supervisors_client.get(address).content.decode()
    assert all(promise.reference in page for promise in promises)
    assert "1bd → <strong>4bh</strong>" in page
    assert "Who is told: Overdue" in page


def test_ask_before_they_move_anything(supervisors_client: Client, promises: list[Commitment], address: str) -> None:
    page = supervisors_client.post(address, {"promise": [promise.pk for promise in promises]})
    assert "Move 2 promises to version 2?" in page.content.decode()
    assert Commitment.objects.filter(policy__version=1).count() == 2


def test_move_the_chosen_ones(supervisors_client: Client, promises: list[Commitment], address: str) -> None:
    chosen, other = promises
    page = supervisors_client.post(address, {"promise": [chosen.pk], "confirmed": "1"}, follow=True)
    assert "1 promise moved to version 2." in page.content.decode()
    assert Commitment.objects.get(pk=chosen.pk).policy.version == 2
    assert Commitment.objects.get(pk=other.pk).policy.version == 1


def test_move_every_one(supervisors_client: Client, promises: list[Commitment], address: str) -> None:
    asked = supervisors_client.post(address, {"every": "1"}).content.decode()
    assert "Move 2 promises to version 2?" in asked
    supervisors_client.post(address, {"every": "1", "confirmed": "1"})
    assert not Commitment.objects.filter(policy__version=1).exists()


def test_say_when_nothing_was_chosen(supervisors_client: Client, address: str) -> None:
    page = supervisors_client.post(address, {"promise": ["x"]})
    assert page.status_code == 422
    assert "Choose at least one promise." in page.content.decode()


def test_move_no_promise_of_another_team(supervisors_client: Client, promises: list[Commitment], address: str) -> None:
    foreign = factories.promise(due_at=FAR)
    factories.policy(team=foreign.team, cadence="4bh")
    page = supervisors_client.post(address, {"promise": [promises[0].pk, foreign.pk], "confirmed": "1"})
    assert page.status_code == 422
    assert not Commitment.objects.filter(policy__version=2).exists()


def test_stand_on_the_timeline(supervisors_client: Client, promises: list[Commitment], address: str) -> None:
    supervisors_client.post(address, {"promise": [promises[0].pk], "confirmed": "1"})
    page = supervisors_client.get(f"/promises/{promises[0].reference}/").content.decode()
    assert "It runs by a newer policy: the customer now hears by" in page


def test_are_not_there_for_agents(client: Client, address: str) -> None:
    assert client.get("/policies/").status_code == 404
    assert client.get(address).status_code == 404
    assert client.post(address, {"every": "1", "confirmed": "1"}).status_code == 404


def test_are_not_there_for_supervisors_of_other_teams(address: str) -> None:
    other = Client()
    other.force_login(factories.supervisor(team=factories.team()))
    assert other.get("/policies/").status_code == 200
    assert other.get(address).status_code == 404


def test_are_found_in_the_menu_and_from_the_settings(supervisors_client: Client, client: Client, team: Team) -> None:
    assert 'href="/policies/"' in supervisors_client.get("/board/").content.decode()
    assert 'href="/policies/"' not in client.get("/").content.decode()
    admin = Client()
    admin.force_login(get_user_model().objects.create_superuser("root", "root@example.org", "a long password"))
    chosen = {"action": "move_open_promises", "_selected_action": [Policy.objects.filter(team=team)[0].pk]}
    assert admin.post("/admin/commitments/policy/", chosen)["Location"] == "/policies/"


def test_ask_the_database_as_often_for_many_as_for_one(
    supervisors_client: Client, ana: Any, promises: list[Commitment], address: str
) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            supervisors_client.get(address)
        return len(queries)

    before = asked()
    for _ in range(8):
        made = factories.promise(owner=ana, due_at=FAR)
        Commitment.objects.filter(pk=made.pk).update(policy=promises[0].policy)
    assert asked() == before


def test_are_sound_markup(supervisors_client: Client, promises: list[Commitment], address: str) -> None:
    pages = [
        supervisors_client.get("/policies/"),
        supervisors_client.get(address),
        supervisors_client.post(address, {"promise": [promises[0].pk]}),
        supervisors_client.post(address, {}),
    ]
    for page in pages:
        seen = Balance()
        seen.feed(page.content.decode())
        assert not seen.faults
        assert not seen.open
        assert len(seen.ids) == len(set(seen.ids))

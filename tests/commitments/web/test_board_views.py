"""Saved views of the Board."""

from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commitments.models import LEADERS, SavedView, Team
from commitments.services.refusals import Refused
from commitments.services.views import VIEWS_AT_MOST, delete_view, rename_view, save_view
from tests import factories

pytestmark = pytest.mark.sqlite


def saved(client: Client, team: Team, name: str, query: str = "kind=fix") -> Any:
    """Save a view as the page does."""
    filters = dict(part.split("=") for part in query.split("&") if part)
    return client.post("/board/views/", {"name": name, "in_team": str(team.pk), **filters})


@pytest.fixture
def view(team: Team, sofia: Any, now: datetime) -> SavedView:
    return save_view(actor=sofia, team=team, name="Late fixes", query="?kind=fix&state=overdue", now=now)


class TestSaving:
    def test_keeps_the_filters_under_a_name(self, supervisors_client: Client, team: Team, sofia: Any) -> None:
        answer = saved(supervisors_client, team, "  Late   fixes ", "state=overdue&kind=fix&colour=red")
        assert answer["Location"] == "/board/?kind=fix&state=overdue"
        view = SavedView.objects.get()
        assert (view.name, view.query, view.team, view.made_by) == (
            "Late fixes",
            "kind=fix&state=overdue",
            team,
            sofia,
        )

    def test_shows_it_above_the_board_and_marks_it_where_it_is_shown(
        self, supervisors_client: Client, view: SavedView
    ) -> None:
        link = '<a href="/board/?kind=fix&amp;state=overdue" title="Customer care" dir="auto"'
        page = supervisors_client.get("/board/").content.decode()
        assert f"{link}>Late fixes</a>" in page
        page = supervisors_client.get("/board/?state=overdue&kind=fix").content.decode()
        assert f'{link} aria-current="page">Late fixes</a>' in page

    def test_leaves_an_hour_out(self, supervisors_client: Client, team: Team) -> None:
        saved(supervisors_client, team, "At noon", "kind=fix&due_from=2026-11-18T12:00Z")
        assert SavedView.objects.get().query == "kind=fix"

    @pytest.mark.parametrize(
        ("name", "query", "sentence"),
        [
            ("", "kind=fix", "Give the view a name."),
            ("   ", "kind=fix", "Give the view a name."),
            ("x" * 61, "kind=fix", "A name has at most 60 characters. Make it shorter."),
            ("LATE fixes", "kind=fix", "Customer care has a view named “LATE fixes” already. Choose another name."),
            ("Everything", "", "The Board is narrowed by nothing. Choose filters first, then save them."),
            ("Hour", "due_from=2026-11-18T12:00Z", "The Board is narrowed by nothing."),
        ],
    )
    def test_is_refused_with_a_sentence_and_keeps_the_typing(
        self, supervisors_client: Client, team: Team, view: SavedView, name: str, query: str, sentence: str
    ) -> None:
        answer = saved(supervisors_client, team, name, query)
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
        assert f'value="{name}"' in answer.content.decode() or not name.strip()
        assert SavedView.objects.count() == 1

    def test_is_refused_for_a_team_that_one_does_not_supervise(self, supervisors_client: Client) -> None:
        answer = saved(supervisors_client, factories.team(), "Theirs")
        assert answer.status_code == 422
        assert "Choose a team that you supervise." in answer.content.decode()
        assert 'value="Theirs"' in answer.content.decode()
        assert not SavedView.objects.exists()

    def test_is_refused_where_there_are_more_than_anybody_finds_again(
        self, team: Team, sofia: Any, now: datetime
    ) -> None:
        for number in range(VIEWS_AT_MOST):
            save_view(actor=sofia, team=team, name=f"View {number}", query="kind=fix", now=now)
        with pytest.raises(Refused, match="has 30 views already"):
            save_view(actor=sofia, team=team, name="One more", query="kind=fix", now=now)

    def test_lets_two_teams_use_the_same_name(self, view: SavedView, now: datetime) -> None:
        other = factories.team()
        save_view(actor=factories.supervisor(team=other), team=other, name="Late fixes", query="kind=fix", now=now)
        assert SavedView.objects.count() == 2

    def test_is_held_to_one_name_a_team_by_the_database(self, view: SavedView, now: datetime) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            SavedView.objects.create(
                team=view.team, name="late FIXES", query="kind=fix", made_by=view.made_by, made_at=now
            )


class TestSharing:
    def test_is_among_the_supervisors_of_the_team(self, view: SavedView, team: Team) -> None:
        colleague = Client()
        colleague.force_login(factories.supervisor(team=team, first_name="Tom"))
        assert "Late fixes" in colleague.get("/board/").content.decode()
        assert "Late fixes" in colleague.get("/board/views/").content.decode()

    def test_shows_nothing_to_others(self, client: Client, view: SavedView) -> None:
        stranger = Client()
        stranger.force_login(factories.supervisor(team=factories.team()))
        assert "Late fixes" not in stranger.get("/board/").content.decode()
        assert stranger.post(f"/board/views/{view.pk}/delete/").status_code == 422
        assert client.get("/board/views/").status_code == 404
        assert client.post(f"/board/views/{view.pk}/", {"name": "Mine"}).status_code == 404
        view.refresh_from_db()
        assert view.name == "Late fixes"

    def test_shows_all_to_a_leader(self, view: SavedView) -> None:
        leader = factories.user()
        leader.groups.add(Group.objects.get_or_create(name=LEADERS)[0])
        client = Client()
        client.force_login(leader)
        assert "Late fixes" in client.get("/board/views/").content.decode()
        assert client.post(f"/board/views/{view.pk}/delete/").status_code == 302

    def test_narrows_to_what_whoever_looks_may_see(self, view: SavedView, team: Team, now: datetime) -> None:
        theirs = factories.promise(promise="of another team", now=now)
        view.query = f"team={theirs.team_id}"
        view.save()
        colleague = Client()
        colleague.force_login(factories.supervisor(team=team))
        page = colleague.get(f"/board/?{view.query}").content.decode()
        assert "You supervise no team" in page
        assert "of another team" not in page

    def test_takes_as_many_queries_for_many_views_as_for_one(
        self, supervisors_client: Client, view: SavedView, sofia: Any, now: datetime
    ) -> None:
        counts = []
        for number in range(2):
            with CaptureQueriesContext(connection) as queries:
                supervisors_client.get("/board/")
                supervisors_client.get("/board/views/")
            counts.append(len(queries))
            for more in range(9):
                save_view(actor=sofia, team=view.team, name=f"More {number} {more}", query="kind=fix", now=now)
        assert counts[0] == counts[1]


class TestRenaming:
    def test_gives_it_another_name(self, supervisors_client: Client, view: SavedView) -> None:
        answer = supervisors_client.post(f"/board/views/{view.pk}/", {"name": "Late repairs"}, follow=True)
        assert "It is called “Late repairs” now." in answer.content.decode()

    def test_may_change_the_letters_of_its_own_name(self, view: SavedView, sofia: Any) -> None:
        assert rename_view(actor=sofia, view=view.pk, name="LATE fixes").name == "LATE fixes"

    def test_is_refused_where_the_name_is_taken_and_keeps_the_typing(
        self, supervisors_client: Client, view: SavedView, sofia: Any, now: datetime
    ) -> None:
        save_view(actor=sofia, team=view.team, name="Callbacks", query="kind=callback", now=now)
        answer = supervisors_client.post(f"/board/views/{view.pk}/", {"name": "callbacks"})
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "Customer care has a view named “callbacks” already." in page
        assert 'value="callbacks" aria-invalid="true"' in page


class TestDeleting:
    def test_takes_it_away(self, supervisors_client: Client, view: SavedView) -> None:
        answer = supervisors_client.post(f"/board/views/{view.pk}/delete/", follow=True)
        assert "“Late fixes” is deleted." in answer.content.decode()
        assert not SavedView.objects.exists()

    def test_says_so_where_somebody_was_faster(self, supervisors_client: Client, view: SavedView, sofia: Any) -> None:
        delete_view(actor=sofia, view=view.pk)
        answer = supervisors_client.post(f"/board/views/{view.pk}/delete/")
        assert answer.status_code == 422
        assert "This view is not there any more; somebody has deleted it." in answer.content.decode()
        answer = supervisors_client.post(f"/board/views/{view.pk}/", {"name": "Again"})
        assert answer.status_code == 422

    def test_is_a_press_and_no_link(self, supervisors_client: Client, view: SavedView) -> None:
        assert supervisors_client.get(f"/board/views/{view.pk}/delete/")["Location"] == "/board/views/"
        assert supervisors_client.get(f"/board/views/{view.pk}/")["Location"] == "/board/views/"
        assert SavedView.objects.exists()


def test_takes_a_name_without_what_no_database_keeps(supervisors_client: Client, team: Team, sofia: Any) -> None:
    saved(supervisors_client, team, "Late\x00fixes")
    view = SavedView.objects.get()
    assert view.name == "Late fixes"
    supervisors_client.post(f"/board/views/{view.pk}/", {"name": "Late\x00answers"})
    view.refresh_from_db()
    assert view.name == "Late answers"


def test_says_that_a_view_is_gone_which_was_deleted_while_this_waited(
    sofia: Any, view: SavedView, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked = Team.objects.select_for_update

    def others_first(*args: Any, **kwargs: Any) -> Any:
        SavedView.objects.all().delete()
        return locked(*args, **kwargs)

    monkeypatch.setattr(Team.objects, "select_for_update", others_first)
    with pytest.raises(Refused, match="not there any more"):
        rename_view(actor=sofia, view=view.pk, name="Late answers")

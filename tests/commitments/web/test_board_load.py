"""The hours ahead on the Board."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commitments.models import Absence, Team
from commitments.selectors.board_load import HOURS, hours_ahead
from commitments.services.promising import keep
from commitments.services.replies import customer_message
from tests import factories

pytestmark = pytest.mark.sqlite


def load_of(client: Client, query: str = "") -> Any:
    return client.get(f"/board/{query}").context["load"]


def due(owner: Any, now: datetime, *, hours: float, **fields: Any) -> Any:
    return factories.promise(owner=owner, now=now - timedelta(days=1), due_at=now + timedelta(hours=hours), **fields)


class TestTheHours:
    def test_begin_with_the_present_one_by_the_clocks_of_the_team(self, supervisors_client: Client, ana: Any) -> None:
        assert load_of(supervisors_client).hours == tuple(str(hour) for hour in range(10, 20))

    def test_count_what_falls_due_in_each(self, supervisors_client: Client, ana: Any, now: datetime) -> None:
        due(ana, now, hours=0.25)
        due(ana, now, hours=0.5)
        due(ana, now, hours=0.75)
        due(ana, now, hours=2)
        due(ana, now, hours=30)
        (line,) = load_of(supervisors_client).lines
        assert line.name == "Ana Ruiz"
        assert [cell.due for cell in line.cells] == [2, 1, 1, 0, 0, 0, 0, 0, 0, 0]

    def test_link_to_the_rows_that_they_count(
        self, supervisors_client: Client, ana: Any, team: Team, now: datetime
    ) -> None:
        ben = factories.agent(team=team, first_name="Ben")
        for owner in (ana, ben):
            for hours in (0.1, 0.9, 1, 1.5, 6):
                due(owner, now, hours=hours)
        ended = due(ana, now, hours=0.2)
        keep(actor=ana, reference=ended.reference, now=now - timedelta(hours=1))
        customer_message(actor=ana, reference=ended.reference, channel="email", words="And?", now=now)
        lines = load_of(supervisors_client).lines
        assert len(lines) == 2
        for line in lines:
            for cell in line.cells:
                if cell.due:
                    board = supervisors_client.get(f"/board/{cell.query}").context["board"]
                    assert len(board.rows) == cell.due
                    assert {row.commitment.owner.first_name for row in board.rows} == {line.name.split()[0]}

    def test_count_only_what_one_supervises(self, supervisors_client: Client, ana: Any, now: datetime) -> None:
        elsewhere = factories.team()
        elsewhere.memberships.create(user=ana)
        due(ana, now, hours=1)
        due(ana, now, hours=1, team=elsewhere)
        (line,) = load_of(supervisors_client).lines
        assert sum(cell.due for cell in line.cells) == 1

    def test_are_those_of_the_chosen_team(
        self, supervisors_client: Client, sofia: Any, ana: Any, now: datetime
    ) -> None:
        tokyo = factories.team(name="Zuletzt", zone="Asia/Tokyo", week=factories.ALWAYS)
        tokyo.memberships.create(user=sofia, role="supervisor")
        kenji = factories.agent(team=tokyo, first_name="Kenji", last_name="Ito")
        due(ana, now, hours=1)
        due(kenji, now, hours=1)
        load = load_of(supervisors_client, f"?team={tokyo.pk}")
        assert [line.name for line in load.lines] == ["Kenji Ito"]
        assert load.hours[0] == "19"
        assert f"team={tokyo.pk}" in load.lines[0].cells[1].query

    def test_are_each_there_once_when_autumn_repeats_one(self) -> None:
        now = datetime(2026, 10, 25, 0, 20, tzinfo=UTC)
        begins = hours_ahead(zone="Europe/Lisbon", now=now)
        assert len(begins) == HOURS + 1
        assert begins[0] == datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
        assert begins[1] == datetime(2026, 10, 25, 2, 0, tzinfo=UTC)


class TestThePeople:
    def test_are_the_busiest_first(self, supervisors_client: Client, team: Team, now: datetime) -> None:
        for number in range(1, 9):
            agent = factories.agent(team=team, first_name=f"Agent{number}", last_name="")
            for _ in range(number):
                due(agent, now, hours=1)
        load = load_of(supervisors_client)
        assert [line.name for line in load.lines] == [f"Agent{number}" for number in (8, 7, 6, 5, 4, 3)]
        assert load.left_out == 3  # two agents and the supervisor
        assert load.due == 36
        everybody = load_of(supervisors_client, "?people=all")
        assert len(everybody.lines) == 9
        assert everybody.left_out == 0

    def test_stay_all_there_when_the_board_refreshes(self, supervisors_client: Client, ana: Any) -> None:
        page = supervisors_client.get("/board/?kind=fix&people=all").content.decode()
        assert 'hx-get="/board/?kind=fix&amp;people=all"' in page

    def test_are_marked_when_they_are_away_and_when_they_do_not_work(
        self, supervisors_client: Client, ana: Any, sofia: Any, team: Team, now: datetime
    ) -> None:
        membership = ana.memberships.get()
        membership.week = [[["09:00", "13:00"]]] * 5 + [[], []]
        membership.save()
        ben = factories.agent(team=team, first_name="Ben", last_name="Okafor")
        Absence.objects.create(
            user=ana,
            from_at=now + timedelta(hours=1),
            until_at=now + timedelta(hours=2),
            cover=ben,
            noted_by=sofia,
            noted_at=now,
        )
        due(ana, now, hours=1)
        (line,) = load_of(supervisors_client).lines
        looks = [cell.look for cell in line.cells]
        assert looks == ["", "away", "away", "shut", "shut", "shut", "shut", "shut", "shut", "shut"]
        assert line.away == "away from 11:20"

    def test_are_shown_with_nothing_to_do_while_they_are_away(
        self, supervisors_client: Client, ana: Any, sofia: Any, now: datetime
    ) -> None:
        Absence.objects.create(
            user=ana, from_at=now, until_at=now + timedelta(days=1), noted_by=sofia, noted_at=now, begun_at=now
        )
        page = supervisors_client.get("/board/").content.decode()
        assert "<strong>nobody stands in</strong>" in page
        assert [line.away for line in load_of(supervisors_client).lines] == ["away"]

    def test_are_read_in_a_constant_number_of_queries(
        self, supervisors_client: Client, team: Team, sofia: Any, now: datetime
    ) -> None:
        counts = []
        for number in (3, 12):
            for _ in range(number):
                agent = factories.agent(team=team)
                due(agent, now, hours=1)
                Absence.objects.create(
                    user=agent, from_at=now, until_at=now + timedelta(days=1), noted_by=sofia, noted_at=now
                )
            with CaptureQueriesContext(connection) as queries:
                supervisors_client.get("/board/?people=all")
            counts.append(len(queries))
        assert counts[0] == counts[1]

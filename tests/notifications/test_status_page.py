"""The status page …"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from commitments import clock
from commitments.models import LEADERS, Commitment, Team
from notifications.models import MailOutage, Notification
from notifications.services.planning import plan
from tests.commitments.web.test_markup import Balance
from tests.factories import NOW, agent, promise, supervisor, team, user
from tests.notifications.living import send

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

SIX_MINUTES = timedelta(minutes=6)
ALL_IS_WELL = "Everything that should have happened has"
ONCE_MORE = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TRIGGER": "status"}


@pytest.fixture(autouse=True)
def _at_a_known_time(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOW)


@pytest.fixture
def care() -> Team:
    return team(name="Customer care")


def at(monkeypatch: pytest.MonkeyPatch, instant: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda **_: instant)


def seen_by(who: Any, address: str = "/status", **headers: str) -> str:
    client = Client()
    client.force_login(who)
    response = client.get(address, **headers)
    assert response.status_code == 200, response
    return " ".join(response.content.decode().split())


def test_says_that_all_is_well(care: Team) -> None:
    promise(team=care)
    send(NOW)
    shown = seen_by(supervisor(team=care))
    assert ALL_IS_WELL in shown
    assert "<dt>Mails waiting</dt><dd> None" in shown
    assert "Last seen at work just now" in shown
    assert "No trouble known" in shown


@pytest.mark.parametrize("count", [1, 3])
def test_says_how_many_promises_are_late_and_since_when(
    care: Team, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(count):
        made = promise(team=care, notify_customer=False)
    at(monkeypatch, made.next_check_at + SIX_MINUTES)
    shown = seen_by(supervisor(team=care))
    assert ALL_IS_WELL not in shown
    assert ("1 thing is late" if count == 1 else "3 things are late") in shown
    words = "1 promise late</strong> since" if count == 1 else "3 promises late</strong>, the oldest since"
    assert f'{words} <time datetime="{made.next_check_at.isoformat(timespec="seconds")}"' in shown


def test_counts_mails_by_what_they_wait_for(care: Team) -> None:
    for fields in (
        {},
        {"hold": "waking_hours"},
        {"hold": "stop_switch", "state": "held"},
        {"hold": "catch_up", "state": "held"},
    ):
        made = promise(team=care)
        plan(now=NOW)
        Notification.objects.filter(commitment=made).update(**fields)
    shown = seen_by(supervisor(team=care))
    for words in ("to go next", "waking hours", "stop switch to be turned off", "supervisor’s go after an outage"):
        assert words in shown
    assert shown.count("<li><strong>1</strong>") == 4


def test_says_what_holds_mail_back(settings: Settings) -> None:
    quiet, shadow = team(automatic_mail_stopped=True), team(is_shadow=True)
    MailOutage.objects.create(since=NOW, error="535 <Bad> credentials", next_try_at=NOW)
    leader = user()
    leader.groups.add(Group.objects.get_or_create(name=LEADERS)[0])
    shown = seen_by(leader)
    assert "Cannot leave</strong> since" in shown
    assert "535 &lt;Bad&gt; credentials" in shown
    assert f"On for {quiet}</strong>" in shown
    assert f"<strong>{shadow}</strong>: everything runs" in shown
    settings.MAIL_STOP = True
    assert "On for all teams" in seen_by(leader)


def test_calls_it_not_well_while_mail_cannot_leave(care: Team) -> None:
    MailOutage.objects.create(since=NOW, error="535 Bad credentials", next_try_at=NOW)
    for who in (agent(team=care), supervisor(team=care)):
        shown = seen_by(who)
        assert "Nothing is late yet, but mail cannot leave" in shown
        assert ALL_IS_WELL not in shown


def test_offers_a_decision_to_those_only_who_may_take_it(care: Team) -> None:
    promise(team=care)
    plan(now=NOW)
    Notification.objects.update(hold="catch_up", state="held")
    assert "decide on the Board" in seen_by(supervisor(team=care))
    assert "decide on the Board" not in seen_by(supervisor(team=team()))


def test_names_no_team_of_somebody_else(care: Team) -> None:
    other = team(is_shadow=True, automatic_mail_stopped=True)
    assert str(other) not in seen_by(supervisor(team=care))


def test_shows_agents_whether_all_is_well_and_no_more(care: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    made = promise(team=care, notify_customer=False)
    assert ALL_IS_WELL in seen_by(made.owner)
    at(monkeypatch, made.next_check_at + SIX_MINUTES)
    shown = seen_by(made.owner)
    assert "1 thing is late" in shown
    assert "<dl" not in shown


def test_is_there_with_or_without_the_last_stroke(care: Team) -> None:
    assert seen_by(agent(team=care), "/status/").count("<h1") == 1


def test_is_not_there_for_people_without_a_team() -> None:
    client = Client()
    client.force_login(user())
    assert client.get("/status").status_code == 404


def test_asks_strangers_to_sign_in(client: Client) -> None:
    assert client.get("/status").status_code == 302


def test_answers_its_own_refreshing_with_the_piece(care: Team) -> None:
    shown = seen_by(supervisor(team=care), **ONCE_MORE)
    assert shown.startswith('<section id="status"')
    assert "<html" not in shown


def test_is_in_the_menu(care: Team) -> None:
    assert '<a href="/status">' in seen_by(agent(team=care), "/")


@pytest.mark.parametrize("is_late", [False, True])
def test_is_balanced_with_every_id_once(care: Team, is_late: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    made = promise(team=care)
    if is_late:
        at(monkeypatch, made.next_check_at + SIX_MINUTES)
    for who in (made.owner, supervisor(team=care)):
        seen = Balance()
        seen.feed(seen_by(who))
        assert not seen.faults
        assert not seen.open
        assert len(seen.ids) == len(set(seen.ids))


def test_asks_the_database_as_often_however_much_is_late(care: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    chief = supervisor(team=care)
    asked = []
    for more in (1, 9):
        for _ in range(more):
            promise(team=care)
        plan(now=NOW)
        at(monkeypatch, Commitment.objects.latest("next_check_at").next_check_at + SIX_MINUTES)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert "late" in seen_by(chief)
        asked.append(len(queries))
        at(monkeypatch, NOW)
    assert asked[0] == asked[1]


def test_is_named_in_the_supervisors_banner_while_anything_is_late(care: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(12):
        made = promise(team=care, notify_customer=False)
    chief = supervisor(team=care)
    assert seen_by(chief, "/mail/banner/") == ""
    at(monkeypatch, made.next_check_at + SIX_MINUTES)
    assert '12 things are late</strong>: <a class="alert-link" href="/status">see status</a>' in seen_by(
        chief, "/mail/banner/"
    )
    assert seen_by(made.owner, "/mail/banner/") == ""

"""The settings pages of colleagues and teams' members …"""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.test import Client

from commitments.models import Commitment, Membership, Team
from commitments.services.handoff import offer_handoff, take_back_handoff
from commitments.services.promising import keep
from tests import factories
from tests.factories import NOW

MORNINGS = [[["09:00", "12:00"]]] * 5 + [[], []]


@pytest.fixture
def admin(db: None) -> Client:
    """Sign a superuser in."""
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("root", "root@example.org", "a long password"))
    return client


@pytest.fixture
def ben(team: Team) -> Any:
    return factories.agent(team=team, first_name="Ben", last_name="Okafor")


def let_go(admin: Client, user: Any) -> HttpResponse:
    values = {"username": user.username, "first_name": user.first_name, "last_name": user.last_name}
    joined = {"date_joined_0": "2026-01-01", "date_joined_1": "00:00:00"}
    return admin.post(f"/admin/auth/user/{user.pk}/change/", values | joined | {"email": user.email})


def save_members(admin: Client, team: Team, **changed: str) -> HttpResponse:
    rows = list(Membership.objects.filter(team=team).order_by("pk"))
    values: dict[str, Any] = {
        "name": team.name,
        "calendar": team.calendar_id,
        "phone": team.phone,
        "hours": team.hours,
        "language": team.language,
        "memberships-TOTAL_FORMS": len(rows),
        "memberships-INITIAL_FORMS": len(rows),
    }
    for place, row in enumerate(rows):
        values |= {
            f"memberships-{place}-id": row.pk,
            f"memberships-{place}-team": team.pk,
            f"memberships-{place}-user": row.user_id,
            f"memberships-{place}-role": row.role,
            f"memberships-{place}-week": "" if row.week is None else json.dumps(row.week),
        }
    return admin.post(f"/admin/commitments/team/{team.pk}/change/", values | changed)


def test_let_nobody_go_who_answers_for_open_promises(admin: Client, ana: Any) -> None:
    promise = factories.promise(owner=ana)
    factories.promise(owner=ana)
    page = let_go(admin, ana).content.decode()
    assert "Ana Ruiz answers for 2 open promises: hand over first." in page
    assert f'<a href="/board/?owner={ana.pk}">Show the promises</a>' in page
    ana.refresh_from_db()
    assert ana.is_active
    for one in Commitment.objects.all():
        keep(actor=ana, reference=one.reference, now=NOW)
    assert let_go(admin, ana).status_code == 302
    ana.refresh_from_db()
    assert not ana.is_active
    assert promise.owner == ana


def test_let_nobody_go_who_is_asked_to_take_over(admin: Client, ana: Any, ben: Any) -> None:
    promise = factories.promise(owner=ana)
    offer_handoff(actor=ana, reference=promise.reference, to=ben, now=NOW)
    assert "1 promise waits for Ben Okafor to accept it" in let_go(admin, ben).content.decode()
    take_back_handoff(actor=ana, reference=promise.reference, now=NOW)
    assert let_go(admin, ben).status_code == 302


def test_change_a_colleague_who_stays(admin: Client, ana: Any) -> None:
    factories.promise(owner=ana)
    values = {"username": ana.username, "first_name": "Anna", "is_active": "on", "date_joined_0": "2026-01-01"}
    assert admin.post(f"/admin/auth/user/{ana.pk}/change/", values | {"date_joined_1": "00:00:00"}).status_code == 302
    ana.refresh_from_db()
    assert ana.first_name == "Anna"


def test_take_nobody_off_a_team_whose_promises_they_answer_for(admin: Client, ana: Any, team: Team) -> None:
    promise = factories.promise(owner=ana)
    response = save_members(admin, team, **{"memberships-0-DELETE": "on"})
    assert "Ana Ruiz answers for 1 open promise: hand over first." in response.content.decode()
    assert f"/board/?owner={ana.pk}&amp;team={team.pk}" in response.content.decode()
    assert ana.memberships.exists()
    keep(actor=ana, reference=promise.reference, now=NOW)
    assert save_members(admin, team, **{"memberships-0-DELETE": "on"}).status_code == 302
    assert not ana.memberships.exists()


def test_put_nobody_in_the_place_of_who_answers_for_promises(admin: Client, ana: Any, team: Team) -> None:
    factories.promise(owner=ana)
    stranger = factories.user()
    response = save_members(admin, team, **{"memberships-0-user": str(stranger.pk)})
    assert "Ana Ruiz answers for 1 open promise" in response.content.decode()
    assert ana.memberships.exists()


def test_take_somebody_off_a_team_who_answers_for_anothers_promises(admin: Client, ana: Any, team: Team) -> None:
    other = factories.team()
    Membership.objects.create(user=ana, team=other)
    factories.promise(owner=ana, team=other)
    assert save_members(admin, team, **{"memberships-0-DELETE": "on"}).status_code == 302


def test_take_hours_of_ones_own_and_time_promises_by_them(admin: Client, ana: Any, team: Team) -> None:
    promise = factories.promise(owner=ana, due_at=datetime(2026, 11, 18, 17, 0, tzinfo=UTC))
    assert save_members(admin, team, **{"memberships-0-week": json.dumps(MORNINGS)}).status_code == 302
    promise.refresh_from_db()
    assert ana.memberships.get().week == MORNINGS
    # Half an hour before is none of her hours: she is reminded in the last one before that.
    assert promise.next_check_at == datetime(2026, 11, 18, 11, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("week", "sentence"),
    [
        ([[["20:00", "22:00"]]] * 7, "Customer care never works in these hours"),
        ([[]] * 7, "never open"),
        ([["x"]] * 7, "An open interval is a pair"),
    ],
)
def test_refuse_hours_in_which_the_team_never_works(
    admin: Client, ana: Any, team: Team, week: list[Any], sentence: str
) -> None:
    response = save_members(admin, team, **{"memberships-0-week": json.dumps(week)})
    assert sentence in response.content.decode()
    assert ana.memberships.get().week is None

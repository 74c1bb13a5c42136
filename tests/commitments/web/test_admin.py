"""The settings pages."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from commitments.domain.clocks import WordMeaning
from commitments.domain.escalation import Trigger
from commitments.models import BusinessCalendar, Policy, Team
from commitments.services.word import give_word
from tests import factories

LISTS = [
    "businesscalendar",
    "commitment",
    "commitmentevent",
    "customer",
    "policy",
    "team",
]
POLICY = {
    "kind": "fix",
    "cadence": "2bd",
    "reminders": "4bh,30min",
    "ask_lead": "30bmin",
    "holding_mails": "1",
    "holding_lead": "10min",
    "facts_max_age": "3bd",
    "missed_grace": "10min",
    "recovery": "2bh",
    "round_to_minutes": "15",
    "waking_from": "08:00",
    "waking_until": "20:00",
    "automatic_mails_a_day": "5",
    "reply_time": "4bh",
    "untold_after": "1bh",
    "acceptance_time": "2bh",
    "acknowledged_for": "2bh",
    "strain_threshold": "4",
    "named_time_at_least_minutes": "60",
    "furthest_due_days": "365",
}


def ladders(**values: str) -> dict[str, str]:
    """Give every trigger a ladder that tells the owner, then the supervisors; `values` stand in for some of it."""
    rungs: dict[str, str] = {}
    for place, trigger in enumerate(Trigger):
        rungs |= {
            f"steps-{2 * place}-trigger": trigger.value,
            f"steps-{2 * place}-after": "0min",
            f"steps-{2 * place}-target": "owner",
            f"steps-{2 * place + 1}-trigger": trigger.value,
            f"steps-{2 * place + 1}-after": "2bh",
            f"steps-{2 * place + 1}-target": "supervisors",
            f"steps-{2 * place + 1}-repeat_every": "4bh",
        }
    return {"steps-TOTAL_FORMS": str(2 * len(Trigger)), "steps-INITIAL_FORMS": "0"} | rungs | values


@pytest.fixture
def admin(db: None) -> Client:
    """Sign a superuser in."""
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("root", "root@example.org", "a long password"))
    return client


@pytest.mark.parametrize("name", LISTS)
def test_list_what_is_there(admin: Client, ana: Any, name: str) -> None:
    promise = factories.promise(owner=ana)
    give_word(
        actor=ana, reference=promise.reference, now=factories.NOW, meaning=WordMeaning.NEWS, message="x", by_mail=False
    )
    assert (
        admin.get(
            f"/admin/commitments/{name}/?q=a" if name == "customer" else f"/admin/commitments/{name}/"
        ).status_code
        == 200
    )


def test_are_for_staff_alone(client: Client) -> None:
    assert client.get("/admin/").status_code == 302


def test_give_a_new_team_its_policies(admin: Client, ana: Any) -> None:
    calendar = BusinessCalendar.objects.create(name="Office", zone="Europe/Berlin", week=factories.OFFICE_HOURS)
    response = admin.post(
        "/admin/commitments/team/add/",
        {
            "name": "Repairs",
            "calendar": calendar.pk,
            "language": "en",
            "memberships-TOTAL_FORMS": "1",
            "memberships-INITIAL_FORMS": "0",
            "memberships-0-user": ana.pk,
            "memberships-0-role": "supervisor",
        },
    )
    assert response.status_code == 302
    team = Team.objects.get(name="Repairs")
    assert team.policies.count() == 5
    assert team.memberships.get().user == ana


def test_begin_a_calendar_with_an_offices_week(admin: Client) -> None:
    assert "17:00" in admin.get("/admin/commitments/businesscalendar/add/").content.decode()


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"zone": "Atlantis"}, "is no time zone"),
        ({"week": "[[], [], [], [], [], [], []]"}, "never open"),
        ({"week": '[[["9", "17:00"]], [], [], [], [], [], []]'}, "is no time of day"),
    ],
)
def test_refuse_a_calendar_that_cannot_be(admin: Client, values: dict[str, str], sentence: str) -> None:
    typed = {
        "name": "Office",
        "zone": "Europe/Berlin",
        "week": '[[["09:00", "17:00"]], [], [], [], [], [], []]',
        "closed_days-TOTAL_FORMS": "0",
        "closed_days-INITIAL_FORMS": "0",
    }
    page = admin.post("/admin/commitments/businesscalendar/add/", typed | values).content.decode()
    assert sentence in page
    assert not BusinessCalendar.objects.filter(name="Office").exists()


def test_add_the_next_version_of_a_policy_with_its_ladder(admin: Client, team: Team) -> None:
    response = admin.post("/admin/commitments/policy/add/", POLICY | ladders() | {"team": team.pk})
    assert response.status_code == 302
    policy = Policy.objects.current().get(team=team, kind="fix")
    assert policy.version == 2
    assert str(policy.cadence) == "2bd"
    overdue = policy.steps.filter(trigger="overdue")
    assert [(step.position, step.target) for step in overdue] == [(0, "owner"), (1, "supervisors")]


def test_let_nobody_change_a_version_that_stands(admin: Client, team: Team) -> None:
    policy = team.policies.get(kind="fix")
    address = f"/admin/commitments/policy/{policy.pk}/change/"
    assert admin.get(address).status_code == 200
    assert admin.post(address, POLICY | ladders() | {"team": team.pk}).status_code == 403
    assert admin.post(f"/admin/commitments/policy/{policy.pk}/delete/", {"post": "yes"}).status_code == 403
    policy.refresh_from_db()
    assert str(policy.cadence) == "1bd"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"cadence": "soon"}, "is not a duration"),
        ({"missed_grace": "2bh"}, "This one is counted on any clock"),
        ({"steps-0-target": "person"}, "Say which person."),
        ({"steps-1-target": "team"}, "Say which team."),
    ],
)
def test_refuse_a_policy_that_cannot_be(admin: Client, team: Team, values: dict[str, str], sentence: str) -> None:
    page = admin.post(
        "/admin/commitments/policy/add/", POLICY | ladders() | {"team": team.pk} | values
    ).content.decode()
    assert sentence in page
    assert Policy.objects.current().get(team=team, kind="fix").version == 1


def test_show_a_promise_and_its_timeline_to_be_looked_at_only(admin: Client, ana: Any) -> None:
    promise = factories.promise(owner=ana)
    event = promise.events.get()
    for address in (
        f"/admin/commitments/commitment/{promise.pk}/change/",
        f"/admin/commitments/commitmentevent/{event.pk}/change/",
    ):
        assert admin.get(address).status_code == 200
        assert admin.post(address, {}).status_code == 403
    assert admin.get("/admin/commitments/commitment/add/").status_code == 403
    assert admin.post(f"/admin/commitments/commitment/{promise.pk}/delete/", {"post": "yes"}).status_code == 403


def test_take_a_customer_down(admin: Client) -> None:
    typed = {"name": "Maria Lopez", "time_zone": "Europe/Lisbon", "language": "pt", "phone": "+351210000102"}
    assert admin.post("/admin/commitments/customer/add/", typed).status_code == 302


def test_begin_a_new_version_as_the_one_before(admin: Client, team: Team) -> None:
    policy = team.policies.get(kind="fix")
    assert f"add/?from={policy.pk}" in admin.get("/admin/commitments/policy/").content.decode()
    form = admin.get(f"/admin/commitments/policy/add/?from={policy.pk}").context["adminform"].form
    assert form.initial["team"] == team.pk
    assert str(form["cadence"].value()) == "1bd"
    assert form["reminders"].value() == "4bh, 30min"
    page = admin.get(f"/admin/commitments/policy/add/?from={policy.pk}")
    rungs = page.context["inline_admin_formsets"][0].formset.forms
    begun = [str(rung["after"].value()) for rung in rungs if rung["trigger"].value() == "overdue"]
    assert begun == ["0h", "1bh"]
    assert [str(rung["after"].value()) for rung in rungs][-2:] == ["None", "None"]


def test_let_mail_go_again_to_an_address_that_was_put_right(admin: Client) -> None:
    customer = factories.customer(do_not_mail="bounced")
    typed = {"name": "Maria Lopez", "email": "new@example.org", "time_zone": "UTC", "language": "pt"}
    address = f"/admin/commitments/customer/{customer.pk}/change/"
    assert admin.post(address, typed | {"do_not_mail": "bounced"}).status_code == 302
    customer.refresh_from_db()
    assert customer.can_be_mailed

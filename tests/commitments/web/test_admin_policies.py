"""The settings pages of policies: what is wrong with one is said at its field."""

from typing import Any

import pytest
from django.test import Client

from commitments.domain.escalation import Trigger
from commitments.models import Policy, Team
from tests import factories
from tests.commitments.web.test_admin import POLICY, admin, ladders

pytestmark = pytest.mark.django_db

__all__ = ["admin"]


def add(admin: Client, team: Team, **values: str) -> Any:
    """Type a new version in, with `values` in place of sound ones; the ladders by `steps-…`."""
    return admin.post("/admin/commitments/policy/add/", POLICY | ladders() | {"team": team.pk} | values)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("cadence", "0bh", "written to without end"),
        ("cadence", "31bd", "too long"),
        ("recovery", "0h", "above 0"),
        ("reply_time", "0h", "above 0"),
        ("untold_after", "0h", "above 0"),
        ("acceptance_time", "0h", "above 0"),
        ("acknowledged_for", "0h", "above 0"),
        ("holding_lead", "48h", "too long"),
        ("missed_grace", "2bh", "counted on any clock"),
        ("round_to_minutes", "241", "240 minutes at most"),
        ("waking_until", "", "both ends"),
        ("waking_until", "08:30", "an hour at least"),
        ("strain_threshold", "0", "badly treated"),
        ("furthest_due_days", "0", "at least 1 day"),
    ],
)
def test_say_what_is_wrong_with_a_number_at_its_field(
    admin: Client, team: Team, field: str, value: str, sentence: str
) -> None:
    page = add(admin, team, **{field: value})
    assert sentence in " ".join(page.context["adminform"].form.errors[field])
    assert Policy.objects.current().get(team=team, kind="fix").version == 1


def test_say_that_a_holding_mail_would_come_too_early(admin: Client, team: Team) -> None:
    page = add(admin, team, cadence="1h", holding_lead="2h")
    assert "below the cadence (1h)" in " ".join(page.context["adminform"].form.errors["holding_lead"])


def test_say_which_ladder_nobody_would_hear_of(admin: Client, team: Team) -> None:
    page = add(admin, team, **{"steps-TOTAL_FORMS": "12"})
    assert "Undeliverable: nobody would ever be told" in page.content.decode()


def test_say_which_ladder_never_reaches_a_supervisor(admin: Client, team: Team) -> None:
    page = add(admin, team, **{"steps-1-target": "owner"})
    assert "Overdue: this ladder never reaches a supervisor" in page.content.decode()


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"steps-0-after": "3bh"}, "after", "before the one above it"),
        ({"steps-1-after": "31bd"}, "after", "too long"),
        ({"steps-1-repeat_every": "0h"}, "repeat_every", "without end"),
    ],
)
def test_say_what_is_wrong_with_a_rung_at_its_field(
    admin: Client, team: Team, values: dict[str, str], field: str, sentence: str
) -> None:
    page = add(admin, team, **values)
    (formset,) = page.context["inline_admin_formsets"]
    assert sentence in " ".join(formset.formset.forms[1].errors[field])


def test_say_that_the_calendar_is_never_open(admin: Client, team: Team) -> None:
    type(team.calendar).objects.filter(pk=team.calendar_id).update(week=[[]] * 7)
    assert "calendar of" in add(admin, team).content.decode()


@pytest.mark.parametrize("address", ["add/", "add/?from={}"])
def test_begin_with_a_ladder_for_every_trigger(admin: Client, team: Team, address: str) -> None:
    policy = team.policies.get(kind="fix")
    policy.steps.exclude(trigger="overdue").delete()
    page = admin.get(f"/admin/commitments/policy/{address.format(policy.pk)}")
    rungs = page.context["inline_admin_formsets"][0].formset.forms
    assert {rung["trigger"].value() for rung in rungs} - {None, ""} == set(Trigger)


class TestANamedRung:
    def test_reaches_a_supervisor_who_is_named(self, admin: Client, team: Team) -> None:
        sofia = factories.supervisor(team=team)
        assert add(admin, team, **{"steps-1-target": "person", "steps-1-person": str(sofia.pk)}).status_code == 302

    def test_reaches_none_where_an_agent_is_named(self, admin: Client, team: Team) -> None:
        ben = factories.agent(team=team)
        page = add(admin, team, **{"steps-1-target": "person", "steps-1-person": str(ben.pk)})
        assert "never reaches a supervisor" in page.content.decode()

    @pytest.mark.parametrize("supervised", [True, False])
    def test_reaches_one_in_a_team_that_has_one(self, admin: Client, team: Team, supervised: bool) -> None:
        other = factories.team()
        if supervised:
            factories.supervisor(team=other)
        page = add(admin, team, **{"steps-1-target": "team", "steps-1-target_team": str(other.pk)})
        assert (page.status_code == 302) is supervised

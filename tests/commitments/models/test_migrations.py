"""Policies that were stored before there were seven causes of an escalation."""

from importlib import import_module

import pytest
from django.apps import apps

from commitments.models import EscalationStep
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

ladders = import_module("commitments.migrations.0007_ladders_for_every_cause")
OLD_CAUSES = ["overdue", "silent", "undeliverable"]


def rungs(trigger: str) -> list[tuple[int, str, str]]:
    steps = EscalationStep.objects.filter(trigger=trigger).order_by("policy", "position")
    return [(step.policy_id, str(step.after), step.target) for step in steps]


def test_get_the_overdue_ladder_for_each_new_cause() -> None:
    factories.team()
    EscalationStep.objects.exclude(trigger__in=OLD_CAUSES).delete()
    ladders.add_ladders(apps, None)
    for cause in ladders.NEW_CAUSES:
        assert rungs(cause) == rungs("overdue") != []


def test_keep_the_ladders_that_they_have() -> None:
    factories.team()
    before = {cause: rungs(cause) for cause in ladders.NEW_CAUSES}
    ladders.add_ladders(apps, None)
    assert {cause: rungs(cause) for cause in ladders.NEW_CAUSES} == before

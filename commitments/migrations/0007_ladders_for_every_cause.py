"""Give policies made before there were seven causes a ladder for each: the one for an overdue promise."""

from typing import Any

from django.db import migrations

NEW_CAUSES = ("unanswered", "disputed", "untold", "handoff_lapsed")
RUNG = ("position", "after", "target", "person_id", "target_team_id", "repeat_every")


def add_ladders(apps: Any, schema_editor: Any) -> None:
    """Copy each policy's overdue rungs to the causes that have none."""
    step_model = apps.get_model("commitments", "EscalationStep")
    has_rungs = set(step_model.objects.filter(trigger__in=NEW_CAUSES).values_list("policy_id", "trigger"))
    rungs = step_model.objects.filter(trigger="overdue").values("policy_id", *RUNG)
    step_model.objects.bulk_create(
        (
            step_model(trigger=cause, **rung)
            for rung in rungs
            for cause in NEW_CAUSES
            if (rung["policy_id"], cause) not in has_rungs
        ),
        batch_size=1000,
    )


class Migration(migrations.Migration):
    """Data alone."""

    dependencies = [("commitments", "0006_holidays")]

    operations = [migrations.RunPython(add_ladders, migrations.RunPython.noop)]

"""Let the database refuse to change or delete events.

Three traps. On SQLite, Django rebuilds a table to alter it and drops its triggers silently: every later migration that
alters commitments_commitmentevent must run CREATE again (a test looks after the last migration). TRUNCATE on PostgreSQL
fires no row trigger, so it has one of its own. The erasable text beside the events stays free to change.
"""

from typing import Any

from django.db import migrations

TABLE = "commitments_commitmentevent"

CREATE = {
    "sqlite": [
        f"""CREATE TRIGGER IF NOT EXISTS event_no_update BEFORE UPDATE ON {TABLE}
            BEGIN SELECT RAISE(ABORT, 'The timeline is append-only: an event cannot be changed.'); END""",
        f"""CREATE TRIGGER IF NOT EXISTS event_no_delete BEFORE DELETE ON {TABLE}
            BEGIN SELECT RAISE(ABORT, 'The timeline is append-only: an event cannot be deleted.'); END""",
    ],
    "postgresql": [
        """CREATE OR REPLACE FUNCTION commitments_refuse_event_change() RETURNS trigger LANGUAGE plpgsql AS $$
           BEGIN RAISE EXCEPTION 'The timeline is append-only: no % of its events.', lower(TG_OP)
               USING ERRCODE = 'integrity_constraint_violation'; END $$""",
        f"""CREATE OR REPLACE TRIGGER event_no_change BEFORE UPDATE OR DELETE ON {TABLE}
            FOR EACH ROW EXECUTE FUNCTION commitments_refuse_event_change()""",
        f"""CREATE OR REPLACE TRIGGER event_no_truncate BEFORE TRUNCATE ON {TABLE}
            FOR EACH STATEMENT EXECUTE FUNCTION commitments_refuse_event_change()""",
    ],
}
DROP = {
    "sqlite": ["DROP TRIGGER IF EXISTS event_no_update", "DROP TRIGGER IF EXISTS event_no_delete"],
    "postgresql": [
        f"DROP TRIGGER IF EXISTS event_no_change ON {TABLE}",
        f"DROP TRIGGER IF EXISTS event_no_truncate ON {TABLE}",
    ],
}


def create(apps: Any, schema_editor: Any) -> None:
    """Create the triggers of this database; `params=None` leaves the percent signs alone."""
    for statement in CREATE[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


def drop(apps: Any, schema_editor: Any) -> None:
    """Drop them again."""
    for statement in DROP[schema_editor.connection.vendor]:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    """Refuse UPDATE, DELETE and TRUNCATE of the timeline."""

    dependencies = [("commitments", "0001_initial")]

    operations = [migrations.RunPython(create, drop)]

"""Mails that were stored before …"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tests.factories import NOW, promise

BEFORE = [("notifications", "0004_whom_mails_are_for")]
AFTER = [("notifications", "0005_customers_of_mails")]


def migrate(targets: list[tuple[str, str]]) -> Any:
    """Migrate to `targets`, and give the applications as they are then."""
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return MigrationExecutor(connection).loader.project_state(targets).apps


@pytest.fixture
def before(transactional_db: None) -> Iterator[Any]:
    """Return the applications as they were, and bring everything up again afterwards."""
    yield migrate(BEFORE)
    call_command("migrate", verbosity=0)


def test_go_to_their_promises_customer(before: Any) -> None:
    made = promise()
    event = made.events.get()
    rows = before.get_model("notifications", "Notification").objects
    common = {"commitment_id": made.pk, "event_id": event.pk, "planned_at": NOW, "allowed_from": NOW}
    to_customer = rows.create(
        id=event.pk, key="1", kind="promised", to_customer=True, is_automatic=False, message_id="<1@x>", **common
    )
    other = promise()
    to_colleague = rows.create(
        id=other.events.get().pk,
        key="2",
        kind="overdue",
        to_customer=False,
        recipient_id=made.owner_id,
        is_automatic=True,
        message_id="<2@x>",
        **common,
    )
    stored = migrate(AFTER).get_model("notifications", "Notification").objects
    assert stored.get(pk=to_customer.pk).customer_id == made.customer_id
    assert stored.get(pk=to_colleague.pk).customer_id is None
    stored.all().delete()

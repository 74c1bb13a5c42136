"""The timeline, in the database itself: it can be added to, and nothing else."""

import pytest
from django.db import IntegrityError, connection, transaction

from commitments.models import CommitmentEvent, EventText
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def test_refuses_to_change_an_event() -> None:
    factories.promise()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        CommitmentEvent.objects.update(kind="kept")
    assert CommitmentEvent.objects.get().kind == "made"


def test_refuses_to_delete_an_event() -> None:
    factories.promise()
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        CommitmentEvent.objects.all()._raw_delete(using="default")
    assert CommitmentEvent.objects.count() == 1


@pytest.mark.postgres
def test_refuses_to_be_emptied() -> None:
    factories.promise()
    with connection.cursor() as cursor:
        # What the rows above still owe to foreign keys would be refused before the trigger is asked.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            cursor.execute("TRUNCATE commitments_commitmentevent CASCADE")


def test_lets_personal_text_be_erased_beside_it() -> None:
    factories.promise()
    EventText.objects.update(words="", erased_at=factories.NOW)
    assert set(EventText.objects.values_list("words", flat=True)) == {""}


def test_has_its_triggers_after_the_last_migration() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        names = {name for (name,) in cursor.fetchall()}
    wanted = {
        "postgresql": {"event_no_change", "event_no_truncate"},
        "sqlite": {"event_no_update", "event_no_delete"},
    }
    assert wanted[connection.vendor] <= names

"""The database refuses rows that no service would write."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from commitments.models import Commitment, CommitmentEvent, Escalation
from commitments.models.identifiers import time_ordered_id
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


def refuses(**changes: object) -> bool:
    """Tell whether the database refuses to change a promise so."""
    promise = factories.promise()
    try:
        with transaction.atomic():
            Commitment.objects.filter(pk=promise.pk).update(**changes)
    except IntegrityError:
        return True
    return False


def test_a_promise_without_an_owner_is_refused() -> None:
    assert refuses(owner=None)


def test_a_due_time_before_it_was_set_is_refused() -> None:
    assert refuses(due_at=NOW)


def test_a_promise_of_nothing_is_refused() -> None:
    assert refuses(promise="")


def test_an_ended_promise_without_its_end_is_refused() -> None:
    assert refuses(status="kept")


def test_an_open_promise_that_nothing_would_look_at_is_refused() -> None:
    assert refuses(next_check_at=None)


def test_two_open_escalations_of_one_trigger_are_refused() -> None:
    promise = factories.promise()
    Escalation.objects.create(commitment=promise, trigger="overdue", opened_at=NOW, ended_at=NOW)
    Escalation.objects.create(commitment=promise, trigger="overdue", opened_at=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        Escalation.objects.create(commitment=promise, trigger="overdue", opened_at=NOW + timedelta(hours=1))


def test_an_event_of_time_stands_once_per_promise_kind_and_instant() -> None:
    promise = factories.promise()

    def add(kind: str) -> None:
        CommitmentEvent.objects.create(
            id=time_ordered_id(now=NOW), commitment=promise, kind=kind, occurred_at=NOW, recorded_at=NOW
        )

    add("became_overdue")
    add("mail_sent")
    add("mail_sent")
    with pytest.raises(IntegrityError), transaction.atomic():
        add("became_overdue")

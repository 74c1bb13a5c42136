"""The sweep."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commitments.models import Commitment, CommitmentEvent, Escalation, PendingEvent, Word
from commitments.services.promising import keep
from commitments.services.sweeping import sweep
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

DUE_AT = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)


def test_records_that_a_promise_became_overdue_at_the_due_time_itself() -> None:
    promise = factories.promise(due_at=DUE_AT)
    sweep(now=DUE_AT + timedelta(seconds=7))
    event = promise.events.get(kind="became_overdue")
    assert event.occurred_at == DUE_AT
    assert event.recorded_at == DUE_AT + timedelta(seconds=7)


def test_counts_the_break_and_opens_the_ladder() -> None:
    promise = factories.promise(due_at=DUE_AT)
    sweep(now=DUE_AT)
    promise.refresh_from_db()
    assert promise.times_broken == 1
    assert promise.overdue_since == DUE_AT
    assert promise.escalations.get().trigger == "overdue"


def test_run_twice_adds_nothing() -> None:
    factories.promise(due_at=DUE_AT)
    later = DUE_AT + timedelta(hours=3)
    sweep(now=later)
    before = (CommitmentEvent.objects.count(), PendingEvent.objects.count(), Word.objects.count())
    assert sweep(now=later).promises == 0
    assert (CommitmentEvent.objects.count(), PendingEvent.objects.count(), Word.objects.count()) == before


def test_adds_nothing_when_a_row_is_swept_again_from_before() -> None:
    promise = factories.promise(due_at=DUE_AT)
    stale = {
        field.attname: getattr(promise, field.attname)
        for field in Commitment._meta.concrete_fields
        if field.attname != "id"
    }
    sweep(now=DUE_AT)
    before = (CommitmentEvent.objects.filter(kind="became_overdue").count(), PendingEvent.objects.count())
    Commitment.objects.filter(pk=promise.pk).update(**stale)
    Escalation.objects.filter(commitment=promise).delete()
    sweep(now=DUE_AT)
    assert (CommitmentEvent.objects.filter(kind="became_overdue").count(), PendingEvent.objects.count()) == before


def test_does_not_count_as_an_act_of_a_person() -> None:
    promise = factories.promise(due_at=DUE_AT)
    sweep(now=DUE_AT)
    promise.refresh_from_db()
    assert promise.version == 1


def test_leaves_ended_promises_alone() -> None:
    promise = factories.promise(due_at=DUE_AT)
    keep(actor=promise.owner, reference=promise.reference, now=NOW)
    assert sweep(now=DUE_AT + timedelta(days=3)).promises == 0


def test_takes_more_promises_than_a_batch_holds() -> None:
    owner = factories.agent(team=factories.team())
    customer = factories.customer()
    for _ in range(5):
        factories.promise(owner=owner, customer=customer, due_at=DUE_AT)
    assert sweep(now=DUE_AT, batch=2).promises == 5


@pytest.mark.parametrize("others", [1, 12])
def test_takes_as_many_queries_for_many_promises_as_for_few(others: int) -> None:
    assert _queries_for(promises=2 + others) == _queries_for(promises=2)


def _queries_for(*, promises: int) -> int:
    owner = factories.agent(team=factories.team())
    customer = factories.customer()
    for _ in range(promises):
        factories.promise(owner=owner, customer=customer, due_at=DUE_AT)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        sweep(now=DUE_AT)
    # SQLite writes rows one by one in one prepared statement; those are no queries of their own.
    return len([query for query in queries.captured_queries if not query["sql"].startswith("UPDATE")])


def test_that_comes_late_tells_people_the_latest_of_each_prompt_alone() -> None:
    team = factories.team()
    factories.supervisor(team=team)
    promise = factories.promise(team=team, due_at=DUE_AT)
    sweep(now=DUE_AT + timedelta(days=5))
    told = PendingEvent.objects.filter(event__commitment=promise)
    assert promise.events.filter(kind="reminder_due").count() == 2
    assert told.filter(event__kind="reminder_due").count() == 1
    steps = promise.events.filter(kind="overdue_step").order_by("occurred_at")
    assert steps.count() > 3
    assert [row.event_id for row in told.filter(event__kind="overdue_step").order_by("event")] == [
        steps.first().id,
        steps.last().id,
    ]

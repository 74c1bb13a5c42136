"""Taking note of what is wrong …"""

from datetime import UTC, datetime, timedelta

import pytest

from commitments.domain.escalation import Trigger
from commitments.models import Commitment, Escalation
from commitments.services.escalations import acknowledge
from commitments.services.promising import keep
from commitments.services.refusals import Refused
from commitments.services.replies import customer_message
from commitments.services.sweeping import sweep
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
DUE_AT = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)


def overdue_and_unanswered() -> Commitment:
    promise = factories.promise(due_at=DUE_AT)
    message = {"channel": "email", "words": "Where is it?"}
    customer_message(actor=promise.owner, reference=promise.reference, now=NOW + MINUTE, **message)
    sweep(now=DUE_AT)
    return promise


def taken(promise: Commitment, *, trigger: Trigger | None = None) -> None:
    acknowledge(
        actor=promise.owner, reference=promise.reference, trigger=trigger, now=DUE_AT + 5 * MINUTE, note="I call."
    )


def until(promise: Commitment) -> dict[str, datetime | None]:
    rows = Escalation.objects.filter(commitment=promise, ended_at=None)
    return dict(rows.values_list("trigger", "acknowledged_until"))


def test_without_a_trigger_takes_all_that_are_open() -> None:
    promise = overdue_and_unanswered()
    taken(promise)
    end = datetime(2026, 11, 18, 17, 5, tzinfo=UTC)
    assert until(promise) == {"overdue": end, "unanswered": end}
    rows = Escalation.objects.filter(commitment=promise)
    assert {row.acknowledged_by for row in rows} == {promise.owner}
    facts = promise.events.get(kind="acknowledged").facts
    assert (set(facts["triggers"]), facts["until"]) == ({"overdue", "unanswered"}, end.isoformat())


def test_of_one_trigger_leaves_the_others_climbing() -> None:
    promise = overdue_and_unanswered()
    taken(promise, trigger=Trigger.OVERDUE)
    assert until(promise)["unanswered"] is None
    assert until(promise)["overdue"] is not None


def test_stops_the_climb_and_then_it_climbs_on_in_nobodys_name() -> None:
    promise = overdue_and_unanswered()
    taken(promise, trigger=Trigger.OVERDUE)
    sweep(now=DUE_AT + 2 * HOUR)
    assert promise.events.filter(kind="overdue_step").count() == 1
    sweep(now=DUE_AT + 2 * HOUR + 5 * MINUTE)
    assert promise.events.filter(kind="overdue_step").count() == 2
    row = Escalation.objects.get(commitment=promise, trigger="overdue")
    assert (row.acknowledged_until, row.acknowledged_by) == (None, None)


def test_of_what_only_this_act_notices_is_stored_as_well() -> None:
    promise = factories.promise(due_at=DUE_AT)
    taken(promise)
    row = Escalation.objects.get(commitment=promise, trigger="overdue")
    assert (row.acknowledged_by, row.acknowledged_until is not None) == (promise.owner, True)


def test_is_possible_on_an_ended_promise_about_which_somebody_waits() -> None:
    promise = factories.promise()
    keep(actor=promise.owner, reference=promise.reference, now=NOW + MINUTE)
    message = {"channel": "email", "words": "Not yet.", "needs_answer": True}
    customer_message(actor=promise.owner, reference=promise.reference, now=NOW + 2 * MINUTE, **message)  # type: ignore[arg-type]
    sweep(now=DUE_AT)
    taken(promise)
    assert until(promise)["unanswered"] is not None


def test_is_refused_where_nothing_is_open() -> None:
    promise = factories.promise()
    with pytest.raises(Refused, match="nothing here to take note of"):
        taken(promise)
    overdue = overdue_and_unanswered()
    with pytest.raises(Refused, match="nothing here to take note of"):
        taken(overdue, trigger=Trigger.SILENT)

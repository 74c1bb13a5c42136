"""Two sweeps at once, on a real PostgreSQL: not one event more than one sweep writes."""

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from commitments.domain.timeline import TIMES_OWN
from commitments.models import Commitment, CommitmentEvent, Escalation, PendingEvent, Word
from commitments.services.sweeping import sweep
from tests import factories

DUE_AT = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)
PROMISES = 120


@pytest.fixture
def promises(transactional_db: None) -> None:
    """Store promises that are all due at one instant; half have a holding mail to plan before."""
    owner = factories.agent(team=factories.team())
    for number in range(PROMISES):
        due_at = DUE_AT if number % 2 else DUE_AT + timedelta(days=5)
        # A customer each: the broken dates of one would strain them, and hold the mails of the others back.
        factories.promise(owner=owner, customer=factories.customer(), due_at=due_at)


@pytest.mark.postgres
@pytest.mark.usefixtures("promises")
def test_two_sweeps_at_once_write_what_one_would() -> None:
    # SQLite lets one writer in at a time: there are no two sweeps at once, hence the mark.
    now = DUE_AT + timedelta(days=1)
    start = threading.Barrier(2)
    looked_at = []

    def run() -> None:
        start.wait()
        try:
            looked_at.append(sweep(now=now, batch=10).promises)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(looked_at) == PROMISES
    assert not Commitment.objects.due_for_a_check(now=now).exists()
    by_time = CommitmentEvent.objects.filter(kind__in=TIMES_OWN)
    times = Counter(by_time.values_list("commitment", "kind", "occurred_at"))
    assert set(times.values()) == {1}
    assert CommitmentEvent.objects.filter(kind="became_overdue").count() == PROMISES // 2
    assert CommitmentEvent.objects.filter(kind="holding_mail_planned").count() == PROMISES // 2
    assert Escalation.objects.filter(trigger="overdue").count() == PROMISES // 2
    assert Word.objects.filter(sort="holding").count() == PROMISES // 2
    counts = (CommitmentEvent.objects.count(), PendingEvent.objects.count())
    sweep(now=now)
    assert (CommitmentEvent.objects.count(), PendingEvent.objects.count()) == counts

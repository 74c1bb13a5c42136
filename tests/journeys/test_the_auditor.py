"""The auditor, with a real worker, beat, broker and database, and a watchman who listens."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from commitments import clock
from commitments.models import Commitment
from notifications.tasks import audit_task
from tests import factories
from tests.journeys.waiting import until
from tests.notifications.watchman import SECRET, on_watch
from tests.plugin.worker import CeleryProcess

pytestmark = [pytest.mark.worker]

Start = Callable[..., CeleryProcess]


def test_is_heard_from_the_start_on_and_its_address_stays_out_of_the_logs(
    start_celery_worker: Start, start_celery_beat: Start
) -> None:
    with on_watch() as watchman:
        worker = start_celery_worker(HEARTBEAT_URL=watchman.url)
        beat = start_celery_beat()
        until(lambda: watchman.asked, what="heartbeat")
        worker.stop()
        assert SECRET not in worker.output() + beat.output()


def test_tells_nobody_that_all_is_well_while_nothing_sweeps(start_celery_worker: Start) -> None:
    now = clock.now()
    made = factories.promise(now=now, due_at=now + timedelta(days=2), notify_customer=False)
    Commitment.objects.filter(pk=made.pk).update(next_check_at=now - timedelta(minutes=6))
    with on_watch() as watchman:
        worker = start_celery_worker(HEARTBEAT_URL=watchman.url)
        # No beat: the worker is asked to look, and to do nothing else.
        audit_task.delay()
        until(lambda: "promises not swept" in worker.output(), what="line about what is late")
        assert watchman.asked == []

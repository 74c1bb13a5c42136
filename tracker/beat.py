"""Beat: rings for every entry of the schedule, again and again.

The schedule stands in the settings and is kept in memory: a file would be one more thing to break.
"""

import time
from typing import Any

import structlog
from celery.beat import ScheduleEntry, Scheduler

from commitments import doorbell

log = structlog.get_logger(__name__)

LONGEST_NAP = 5.0
"""Seconds between two looks at the schedule at most, so that a request to stop is not kept waiting."""
QUIET = 60.0
"""Seconds between two lines about the same trouble."""


class Beat(Scheduler):
    """Rings by a clock that cannot be set: a step of the machine's own clock neither stops nor hurries it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.next_rings: dict[str, float] = {}
        self.quiet_until = float("-inf")
        super().__init__(*args, **kwargs)

    def tick(self, *_: Any, **__: Any) -> float:
        """Ring for every entry whose interval has passed; return the seconds until the next one."""
        for name, entry in self.schedule.items():
            if time.monotonic() >= self.next_rings.get(name, 0.0):
                every = float(self.app.conf.beat_schedule[name]["schedule"])
                self.next_rings[name] = time.monotonic() + every
                self.apply_entry(entry, producer=self.producer)
        soonest = min(self.next_rings.values(), default=time.monotonic() + LONGEST_NAP)
        return min(max(soonest - time.monotonic(), 0.0), LONGEST_NAP)

    def apply_entry(self, entry: ScheduleEntry, producer: Any = None) -> None:
        """Ring for one entry, unless the worker is far behind already; trouble is logged, and tried again."""
        try:
            queue = self.app.conf.task_default_queue
            if doorbell.waiting(producer.connection, queue=queue) < doorbell.ENOUGH:
                self.apply_async(entry, producer=producer, advance=False)
        except Exception as error:  # noqa: BLE001 - whatever the broker's client raises, the next ring may be heard
            if time.monotonic() >= self.quiet_until:
                self.quiet_until = time.monotonic() + QUIET
                log.warning("broker_does_not_answer", task=entry.task, error=str(error))

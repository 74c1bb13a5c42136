"""`manage.py dispatch`: one pass of the outbox, the same service as the worker's."""

from typing import Any

from django.core.management.base import BaseCommand

from commitments import clock
from notifications.services.sending import dispatch


class Command(BaseCommand):
    """Plan what has happened, and send what is due."""

    help = "Plan and send every mail that is due, and print how many."

    def handle(self, *_: Any, **__: Any) -> None:
        """Dispatch until nothing is due."""
        counts = dispatch(now_source=clock.now)
        self.stdout.write(f"planned {counts.planned}")
        if counts.held:
            self.stdout.write(f"held for a supervisor’s go {counts.held}")
        for state, count in sorted(counts.ended.items()):
            self.stdout.write(f"{state} {count}")
        if counts.outage:
            self.stderr.write(f"no mail can leave: {counts.outage}")

"""`manage.py audit`: what should have happened more than five minutes ago and did not."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from commitments import clock
from notifications.selectors.lateness import find_late


class Command(BaseCommand):
    """Print what is late; end with 1 when anything is."""

    help = "Look for anything that should have happened and did not; exit 1 if there is."

    def handle(self, *_: Any, **__: Any) -> None:
        """Print one line for each sort of work that is late."""
        late = find_late(now=clock.now())
        for item in late:
            self.stdout.write(f"{item.what}: {item.count}, the oldest due since {item.since:%Y-%m-%d %H:%M} UTC")
        if late:
            raise CommandError(f"{sum(item.count for item in late)} late", returncode=1)
        self.stdout.write("nothing is late")

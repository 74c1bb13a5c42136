"""`manage.py sweep`: one pass of everything that time does."""

from typing import Any

from django.core.management.base import BaseCommand

from commitments import clock
from commitments.services.absences import apply_absences
from commitments.services.sweeping import sweep


class Command(BaseCommand):
    """Let time act on whatever is due, as the worker does, and print what happened."""

    help = "Let time act on whatever is due, and print the counts."

    def handle(self, *_: Any, **__: Any) -> None:
        """Sweep once."""
        now = clock.now()
        away = apply_absences(now=now)
        counts = sweep(now=now)
        self.stdout.write(f"{counts.promises} promises looked at")
        if away.begun or away.over:
            self.stdout.write(f"{away.begun} absences begun, {away.over} over")
        if counts.failed:
            self.stderr.write(f"{len(counts.failed)} promises could not be worked out; the log says why")
        for kind, count in sorted(counts.events.items()):
            self.stdout.write(f"{count:>6} {kind}")

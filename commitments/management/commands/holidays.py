"""`manage.py holidays`: what the public holidays of this year and two more change on the calendars."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from commitments import clock
from commitments.services.calendars import HolidayChanges, bring_holidays_up, show_holidays


class Command(BaseCommand):
    """Show what would change, and write it with --apply. The worker does the same once a day."""

    help = "Show what the public holidays would change on the calendars; --apply writes it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --apply."""
        parser.add_argument("--apply", action="store_true", help="write the changes and time open promises anew")

    def handle(self, *_: Any, apply: bool, **__: Any) -> None:
        """Show or write."""
        now = clock.now()
        every = bring_holidays_up(now=now) if apply else show_holidays(now=now)
        for changes in every:
            self._show(changes)
        if not apply and any(every):
            self.stdout.write("Nothing has been written; --apply does.")

    def _show(self, changes: HolidayChanges) -> None:
        calendar = changes.calendar
        place = " ".join(filter(None, [calendar.country, calendar.subdivision])) or "no country"
        self.stdout.write(f"{calendar.name} ({place}), {changes.years[0]} to {changes.years[-1]}")
        if changes.trouble:
            self.stderr.write(f"  cannot be worked out: {changes.trouble}")
            return
        for day in changes.removed:
            self.stdout.write(f"  - {day.on} {day.name}")
        for day in changes.added:
            self.stdout.write(f"  + {day.on} {day.name}")
        for day, before in changes.renamed:
            self.stdout.write(f"  ~ {day.on} {day.name} (was {before})")
        if not changes:
            self.stdout.write("  nothing changes")
        if changes.retimed:
            self.stdout.write(f"  {changes.retimed} open promises were timed anew")

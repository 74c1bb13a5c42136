"""`manage.py when`: reads a due time as the quick-log line does."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError

from commitments import clock
from commitments.domain.phrases import Choice, Due, read_due


class Command(BaseCommand):
    """Print the due time that a text says, or a question mark, why, and what may have been meant."""

    help = "Read a due time as the quick-log line does: `when call back tomorrow 3pm`."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the text, and when and where it is said."""
        parser.add_argument("text", nargs="+", help="a line as it would be typed")
        parser.add_argument(
            "--at", default="", help="when it is said, as 2026-11-18T10:20 in the zone; now if left out"
        )
        parser.add_argument(
            "--zone", default="UTC", help="whose clocks it is read by, as Europe/London (UTC if left out)"
        )
        parser.add_argument("--month-first", action="store_true", help="read 3/12 as 12 March")

    def handle(self, *_: Any, text: list[str], at: str, zone: str, month_first: bool, **__: Any) -> None:
        """Read and print."""
        where = _zone(zone)
        due = read_due(
            " ".join(text), now=_instant(at, where) if at else clock.now(), zone=where, month_first=month_first
        )
        if due is None:
            self.stdout.write("? No time is said.")
        elif isinstance(due, Due):
            self.stdout.write(_written(due))
        else:
            self.stdout.write(f"? {due.why}")
            for choice in due.choices:
                self.stdout.write(f"  {choice.phrase}: {_written(choice)}")


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise CommandError(f"“{name}” is no time zone: write one as Europe/London.") from None


def _instant(text: str, zone: ZoneInfo) -> datetime:
    try:
        said = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"“{text}” is no date and time: write it as 2026-11-18T10:20.") from None
    return said if said.tzinfo else said.replace(tzinfo=zone)


def _written(said: Due | Choice) -> str:
    """Write a date alone as 2026-11-24, an instant in its zone as 2026-11-19T15:00."""
    if said.at is None:
        return said.on.isoformat()
    return said.at.replace(tzinfo=None).isoformat(timespec="seconds" if said.at.second else "minutes")

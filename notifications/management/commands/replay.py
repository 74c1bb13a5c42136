"""`manage.py replay FILE --out RESULTS.csv`: a real help desk's log, lived through by Kept."""

import csv
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError

from commitments.domain.incident_log import LogError, read_log
from notifications.services.replaying import Result, private_database, replay


class Command(BaseCommand):
    """Replay an incident log on a simulated clock, in a private database, mailing nobody."""

    help = "Replay a help desk's incident log through Kept, and write what became of each incident."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the log and where the results go."""
        parser.add_argument("log", type=Path, metavar="FILE", help="an incident log in CSV, as ServiceNow exports it")
        parser.add_argument("--out", type=Path, required=True, metavar="RESULTS.csv", help="where the results go")

    def handle(self, *_: Any, log: Path, out: Path, **__: Any) -> None:
        """Read all of the log, replay it, then write; a log that cannot be read leaves nothing behind."""
        try:
            with log.open(newline="", encoding="utf-8-sig") as lines:
                incidents = read_log(lines)
        except LogError as error:
            raise CommandError(f"{log}: {error}") from error
        except OSError as error:
            raise CommandError(f"{log} cannot be read: {error.strerror}.") from error
        try:
            with _whole_or_not_at_all(out) as file:
                with private_database():
                    results = replay(incidents)
                writer = csv.writer(file)
                writer.writerow(Result.__slots__)
                writer.writerows(result.as_row() for result in results)
        except OSError as error:
            raise CommandError(f"{out} cannot be written: {error.strerror}.") from error
        self.stdout.write(_summary(results))


@contextmanager
def _whole_or_not_at_all(path: Path) -> Iterator[TextIO]:
    """Write a file beside `path` and put it in its place at the end; raise OSError at once where that cannot be."""
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("w", newline="", encoding="utf-8") as file:
            yield file
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _summary(results: list[Result]) -> str:
    """Tell the totals in one line."""
    outcomes = [result.outcome.value for result in results]
    return (
        f"{len(results)} incidents: {outcomes.count('kept_on_time')} kept on time, "
        f"{outcomes.count('kept_late')} kept late, {outcomes.count('open')} open; "
        f"{sum(result.times_broken for result in results)} broken, "
        f"{sum(result.holding_mails for result in results)} holding mails, "
        f"{sum(result.missed_mails for result in results)} missed mails, "
        f"{sum(result.silent_count for result in results)} silences "
        f"in {sum(result.silent_seconds for result in results):,} s, "
        f"{sum(result.handoffs for result in results)} handoffs, "
        f"{sum(result.times_reopened for result in results)} reopened"
    )

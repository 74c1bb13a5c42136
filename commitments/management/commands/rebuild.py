"""`manage.py rebuild`: are the rows what their timelines say?"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.template.defaultfilters import pluralize

from commitments.models import Commitment
from commitments.selectors.rebuilding import differences

BATCH = 500


class Command(BaseCommand):
    """Work promises out again from their timelines and print what differs from their rows; change nothing."""

    help = "Work promises out again from their timelines and print what differs from their rows."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take references; without any, all promises are compared."""
        parser.add_argument("references", nargs="*", metavar="REFERENCE", help="Promises to compare (default: all)")

    def handle(self, *_: Any, references: list[str], **__: Any) -> None:
        """Compare in batches. Raises CommandError (exit code 1) for an unknown reference and where anything differs."""
        promises = Commitment.objects.order_by("pk")
        if references:
            wanted = {reference.upper() for reference in references}
            promises = promises.filter(reference__in=wanted)
            unknown = wanted - set(promises.values_list("reference", flat=True))
            if unknown:
                raise CommandError(f"There is no promise {', '.join(sorted(unknown))}.")
        compared = found = 0
        last = 0
        while batch := list(promises.filter(pk__gt=last)[:BATCH]):
            for difference in differences(batch):
                self.stdout.write(str(difference))
                found += 1
            compared += len(batch)
            last = batch[-1].pk
        self.stdout.write(f"{compared} promise{pluralize(compared)} compared with the timeline")
        if found:
            raise CommandError(f"{found} column{pluralize(found)} not as the timeline says.")

"""What the worker runs for this application: thin shells around services."""

from typing import Any

from celery import shared_task

from commitments import clock
from commitments.services.absences import apply_absences
from commitments.services.calendars import bring_holidays_up
from commitments.services.sweeping import sweep


@shared_task(name="commitments.sweep")
def sweep_task(**_: Any) -> None:
    """Let time act on whatever is due. Unknown arguments of a newer release are accepted and ignored."""
    sweep(now=clock.now())


@shared_task(name="commitments.calendars")
def calendars_task(**_: Any) -> None:
    """Renew the public holidays of every calendar, and time open promises anew where its hours have changed."""
    bring_holidays_up(now=clock.now())


@shared_task(name="commitments.absences")
def absences_task(**_: Any) -> None:
    """Carry out absences that have begun or ended."""
    apply_absences(now=clock.now())

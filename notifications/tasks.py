"""What the worker runs for this application: a thin shell around the service."""

from typing import Any

from celery import shared_task

from commitments import clock, doorbell
from notifications.services.auditing import audit
from notifications.services.sending import dispatch
from notifications.services.shift_lists import plan_shift_lists

AT_MOST_SECONDS = 5.0
"""A longer backlog is done in several goes, so that a worker that is asked to stop can."""


@shared_task(name="notifications.dispatch")
def dispatch_task(**_: Any) -> None:
    """Plan and send what is due. Unknown arguments of a newer release are accepted and ignored."""
    counts = dispatch(now_source=clock.now, at_most_seconds=AT_MOST_SECONDS)
    if counts.more_is_due:
        doorbell.ring("notifications.dispatch")


@shared_task(name="notifications.audit")
def audit_task(**_: Any) -> None:
    """Look for what is late; send the heartbeat when nothing is."""
    audit(now=clock.now())


@shared_task(name="notifications.shift_lists")
def shift_lists_task(**_: Any) -> None:
    """Plan the lists of those whose working day begins."""
    plan_shift_lists(now=clock.now())

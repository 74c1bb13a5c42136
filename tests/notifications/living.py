"""Letting time pass in a test: one sweep and one dispatch at an instant, as a worker would."""

from datetime import datetime
from typing import Any

from commitments.models import Commitment, CommitmentEvent
from commitments.services.sweeping import sweep
from notifications.models import Notification
from notifications.services.planning import plan
from notifications.services.sending import DispatchCounts, dispatch


def send(now: datetime, **options: Any) -> DispatchCounts:
    """Dispatch at an instant."""
    return dispatch(now_source=lambda: now, **options)


def notice(now: datetime) -> None:
    """Sweep and plan at an instant, and send nothing."""
    sweep(now=now)
    plan(now=now)


def live(now: datetime) -> DispatchCounts:
    """Sweep and dispatch at an instant."""
    sweep(now=now)
    return send(now)


def mails(commitment: Commitment | None = None) -> list[tuple[str, str]]:
    """Give kind and state of every mail, in the order of what it is about."""
    rows = Notification.objects.order_by("event", "id")
    if commitment is not None:
        rows = rows.filter(commitment=commitment)
    return list(rows.values_list("kind", "state"))


def one(kind: str, **fields: Any) -> Notification:
    """Give the only mail of a kind."""
    return Notification.objects.get(kind=kind, **fields)


def told(commitment: Commitment, kind: str) -> list[dict[str, Any]]:
    """Give the facts of the timeline's events of one kind."""
    events = CommitmentEvent.objects.filter(commitment=commitment, kind=kind).order_by("id")
    return list(events.values_list("facts", flat=True))

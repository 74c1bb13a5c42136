"""Letting time pass in a test: one sweep and one dispatch at an instant, as a worker would; and what is stored then."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core import serializers

from commitments.domain.timeline import Event, EventKind
from commitments.models import Commitment, CommitmentEvent
from commitments.services.acting import holding
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


def note(
    commitment: Commitment,
    kind: EventKind,
    at: datetime,
    *,
    actor: Any = None,
    texts: Mapping[str, str] | None = None,
    columns: Mapping[str, Any] | None = None,
    **facts: Any,
) -> CommitmentEvent:
    """Put an act on a timeline through the one way of recording, with the columns that it changes."""
    with holding(pk=commitment.pk, now=at) as held:
        held.actor = actor or held.commitment.owner
        held.texts = texts or {}
        for name, value in (columns or {}).items():
            setattr(held.commitment, name, value)
            held.changed.add(name)
        held.note(Event(kind, at, facts))
    return CommitmentEvent.objects.filter(commitment=commitment, kind=kind.value).latest("id")


def everything() -> str:
    """Give all that is stored about promises and mails."""
    models = [*apps.get_app_config("commitments").get_models(), *apps.get_app_config("notifications").get_models()]
    return "\n".join(
        # On SQLite an index of words gives another number at every reading; which rows it has can be compared.
        serializers.serialize("json", model._default_manager.order_by("pk"), fields=None if model._meta.managed else ())
        for model in models
    )

"""What a supervisor decides about automatic mails that an outage has piled up: let them go, or drop them."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext

from commitments import doorbell
from commitments.models import Commitment
from commitments.services.refusals import Refused
from notifications.domain.kinds import Hold, MailState, NotSent
from notifications.models import Notification
from notifications.models.outbox import NotificationQuerySet


def release_held(*, actor: Any, now: datetime) -> int:
    """Let the held mails go of the promises that `actor` supervises; give how many. Raises Refused.

    Each is looked at once more before it goes: what no longer holds is not said, times too near are worked out again.
    """
    with transaction.atomic():
        released = _theirs(actor).update(
            state=MailState.PLANNED.value, hold="", is_catching_up=False, allowed_from=_now_or_planned(now)
        )
        return _done(released)


def drop_held(*, actor: Any, now: datetime) -> int:
    """Drop the held mails of the promises that `actor` supervises; give how many. Raises Refused.

    Only the decision is noted here; the next dispatch closes the mails and takes back the words they carried.
    """
    with transaction.atomic():
        dropped = _theirs(actor).update(
            state=MailState.PLANNED.value,
            hold="",
            not_sent_because=NotSent.DROPPED.value,
            allowed_from=_now_or_planned(now),
        )
        return _done(dropped)


def _now_or_planned(now: datetime) -> Greatest:
    """Give `now`, or the instant of planning where another worker's lies a moment later."""
    return Greatest(F("planned_at"), Value(now))


def _theirs(actor: Any) -> NotificationQuerySet:
    held = Notification.objects.unfinished().filter(state=MailState.HELD.value, hold=Hold.CATCH_UP.value)
    return held.filter(commitment__in=Commitment.objects.supervised_by(actor))


def _done(count: int) -> int:
    if not count:
        raise Refused(
            gettext("Nothing is held that you may decide about: somebody was faster, or it is another team’s.")
        )
    doorbell.ring("notifications.dispatch")
    return count

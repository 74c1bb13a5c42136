"""What should have happened and did not: anything more than five minutes late."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q

from commitments.models import Commitment, PendingEvent
from notifications.domain.kinds import MailState
from notifications.models import Notification

TOLERANCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Late:
    """One sort of work that is late: how many, and since when the oldest has been due."""

    what: str
    count: int
    since: datetime


def find_late(*, now: datetime, tolerance: timedelta = TOLERANCE) -> list[Late]:
    """Look for promises that time should have acted on, events not planned, and mails not sent; empty when all is well.

    A mail counts from when it was allowed to go; one that waits for a person's decision is not late.
    """
    limit = now - tolerance
    mails = Notification.objects.filter(
        Q(state=MailState.PLANNED.value, allowed_from__lt=limit)
        | Q(state=MailState.SENDING.value, lease_until__lt=limit, allowed_from__lt=limit)
    )
    looked_at = {
        "promises not swept": Commitment.objects.open()
        .filter(next_check_at__lt=limit)
        .aggregate(count=Count("id"), since=Min("next_check_at")),
        "events not planned": PendingEvent.objects.filter(noted_at__lt=limit).aggregate(
            count=Count("event"), since=Min("noted_at")
        ),
        "mails not sent": mails.aggregate(count=Count("id"), since=Min("allowed_from")),
    }
    return [Late(what, found["count"], found["since"]) for what, found in looked_at.items() if found["count"]]

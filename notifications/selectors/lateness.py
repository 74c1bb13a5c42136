"""What should have happened and did not: anything more than five minutes late.

Reads only, and three queries however much there is.
"""

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q

from commitments.models import Commitment, PendingEvent
from notifications.domain.kinds import MailState
from notifications.models import Notification

TOLERANCE = timedelta(minutes=5)


class Work(enum.StrEnum):
    """What can be late."""

    PROMISES = "promises not swept"
    """Time should have acted on them."""
    EVENTS = "events not planned"
    """Nobody has looked yet at who has to be told of them."""
    MAILS = "mails not sent"
    """They were allowed to go."""


@dataclass(frozen=True, slots=True)
class Late:
    """One sort of work that is late: how many, and since when the oldest has been due."""

    what: Work
    count: int
    since: datetime


def find_late(*, now: datetime, tolerance: timedelta = TOLERANCE) -> list[Late]:
    """Look for promises that time should have acted on, events not planned, and mails not sent; empty when all is well.

    A mail counts from when it was allowed to go; one that waits for a person's decision is not late.
    """
    limit = now - tolerance
    mails = Notification.objects.unfinished().filter(
        # What goes in another mail waits for that one.
        Q(state=MailState.PLANNED.value, allowed_from__lt=limit, gathered_in__isnull=True)
        | Q(state=MailState.SENDING.value, lease_until__lt=limit, allowed_from__lt=limit)
    )
    looked_at = {
        Work.PROMISES: Commitment.objects.filter(next_check_at__lt=limit).aggregate(
            count=Count("id"), since=Min("next_check_at")
        ),
        Work.EVENTS: PendingEvent.objects.filter(noted_at__lt=limit).aggregate(
            count=Count("event"), since=Min("noted_at")
        ),
        Work.MAILS: mails.aggregate(count=Count("id"), since=Min("allowed_from")),
    }
    return [Late(what, found["count"], found["since"]) for what, found in looked_at.items() if found["count"]]

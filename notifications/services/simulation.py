"""Life on a simulated clock: acts and deadlines in their order, through the services, sweeps and mails of live work.

Used by the replay of a log and by the demonstration data. No worker is rung, and mail goes through the connections
that are given, never into a real mailbox.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any

from django.db.models import Max

from commitments import doorbell
from commitments.models import Commitment, CommitmentEvent
from commitments.services.sweeping import sweep
from notifications.models import Notification
from notifications.services.sending import dispatch


@dataclass(frozen=True, slots=True)
class Act:
    """Something that a person does at an instant: `do` is called with that instant as `now`."""

    at: datetime
    do: Callable[[datetime], Any]


def live_through(acts: Iterable[Act], *, until: datetime, connect: Callable[[datetime], Any]) -> None:
    """Do the acts in the order of their instants, and let time act at each deadline between them, up to `until`.

    `connect` gives the mail connection for an instant. Acts of one instant keep the order in which they are given.
    Who acts on the dot is on time: a deadline at the very instant of an act comes after it.
    """
    # What is there already has been lived up to its last event.
    since: datetime | None = CommitmentEvent.objects.aggregate(at=Max("recorded_at"))["at"]
    with doorbell.muted():
        for at, now in groupby(sorted(acts, key=attrgetter("at")), key=attrgetter("at")):
            _pass_time(since=since, until=at, connect=connect)
            for act in now:
                act.do(at)
            _send(at, connect)
            since = at
        _pass_time(since=since, until=until, connect=connect)
        sweep(now=until)
        _send(until, connect)


def _pass_time(*, since: datetime | None, until: datetime, connect: Callable[[datetime], Any]) -> None:
    """Sweep and send at each instant before `until` at which time has something to do, or a mail that waits may go.

    `since` is the instant up to which everything has; where nothing has happened at all there is nothing to do.
    """
    if since is None:
        return
    while (at := _next_instant(after=since)) is not None and at < until:
        sweep(now=at)
        _send(at, connect)
        since = max(at, since)


def _next_instant(*, after: datetime) -> datetime | None:
    """Give the next deadline or end of a mail's waiting; a mail that did not go when it might waits for another."""
    checks, mails = _checks_and_mails()
    instants = (checks.first(), mails.filter(allowed_from__gt=after).first())
    return min((at for at in instants if at is not None), default=None)


@cache
def _checks_and_mails() -> tuple[Any, Any]:
    """Give all instants of checks and of mails that wait, earliest first, unread."""
    checks = Commitment.objects.filter(next_check_at__isnull=False).order_by("next_check_at")
    mails = Notification.objects.unfinished().order_by("allowed_from")
    return checks.values_list("next_check_at", flat=True), mails.values_list("allowed_from", flat=True)


def _send(at: datetime, connect: Callable[[datetime], Any]) -> None:
    dispatch(now_source=lambda: at, connection=connect(at))

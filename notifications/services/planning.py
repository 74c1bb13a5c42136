"""From events to mails: who is told of what, each occurrence once.

One transaction takes pending events that no other planner holds, inserts a row for each recipient (a unique key makes
a second insert nothing) and deletes what it took. The statements are as many for one event as for a batch.
"""

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection, transaction

from commitments.domain.timeline import EventKind
from commitments.domain.waking_hours import next_waking
from commitments.models import Commitment, CommitmentEvent, PendingEvent
from commitments.models.identifiers import time_ordered_id
from commitments.models.policy import waking_hours
from commitments.selectors.acting_owners import acting_owners
from notifications.domain.kinds import WAKING_HOURS_HOLD, Hold, MailKind, MailState
from notifications.models import Notification
from notifications.models.outbox import UNFINISHED_STATES

BATCH = 500
CATCHING_UP_AFTER = timedelta(minutes=5)
"""A sweep that notices a deadline so much later is making up for an outage."""
CATCH_UP_LIMIT = 200
"""So many automatic mails may catch up at once; more wait for a supervisor."""

TO_CUSTOMER = {
    EventKind.MADE: MailKind.PROMISED,
    EventKind.WORD_GIVEN: MailKind.UPDATE,
    EventKind.RENEGOTIATED: MailKind.RENEGOTIATED,
    EventKind.KEPT: MailKind.KEPT,
    EventKind.WITHDRAWN: MailKind.WITHDRAWN,
    EventKind.HOLDING_MAIL_PLANNED: MailKind.HOLDING,
    EventKind.MISSED_MAIL_PLANNED: MailKind.MISSED,
}
TO_OWNER = {
    EventKind.REMINDER_DUE: MailKind.REMINDER,
    EventKind.WORD_ASKED: MailKind.STILL_ON_IT,
}
TO_LADDER = {
    EventKind.OVERDUE_STEP: MailKind.OVERDUE,
    EventKind.SILENT_STEP: MailKind.SILENT,
    EventKind.UNDELIVERABLE_STEP: MailKind.UNDELIVERABLE,
}
BY_ITSELF = frozenset({EventKind.HOLDING_MAIL_PLANNED, EventKind.MISSED_MAIL_PLANNED})
MADE_BY_ITSELF = frozenset({Commitment.Channel.IMPORT.value, Commitment.Channel.API.value})
"""Channels in which no person spoke to the customer: the receipt is an automatic mail."""

COLUMNS = (
    "id",
    "kind",
    "facts",
    "occurred_at",
    "recorded_at",
    "commitment_id",
    "commitment__owner_id",
    "commitment__channel",
    "commitment__customer__email",
    "commitment__customer__time_zone",
    "commitment__policy__waking_from",
    "commitment__policy__waking_until",
)
OWNER = COLUMNS.index("commitment__owner_id")


@dataclass(slots=True)
class PlanCounts:
    """What one planning did: events taken, mails planned (by kind), and mails held for a supervisor's go."""

    events: int
    mails: Counter[str]
    held: int = 0


def plan(*, now: datetime, batch: int = BATCH) -> PlanCounts:
    """Turn up to `batch` pending events into planned mails, oldest first, in one transaction."""
    counts = PlanCounts(events=0, mails=Counter())
    with transaction.atomic():
        taken = _take(batch)
        if not taken:
            return counts
        events = list(CommitmentEvent.objects.filter(id__in=taken).order_by("id").values_list(*COLUMNS))
        events = _with_acting_owners(events, now=now)
        addresses = _addresses_of_staff(events)
        mails = [mail for event in events for mail in _mails_about(event, addresses, now=now)]
        counts.held = _hold_what_catches_up(mails, now=now)
        # Promises are locked in the order of their ids wherever many are: here by the rows that refer to them.
        mails.sort(key=attrgetter("commitment_id"))
        Notification.objects.bulk_create(mails, ignore_conflicts=True)
        PendingEvent.objects.filter(event__in=taken).delete()
    counts.events = len(taken)
    counts.mails.update(mail.kind for mail in mails)
    return counts


def message_id_domain() -> str:
    """Give what stands behind the @ of our Message-IDs: our own mail domain."""
    domain = settings.INBOUND_DOMAIN or parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return str(domain or "localhost")


def _take(batch: int) -> list[uuid.UUID]:
    pending = PendingEvent.objects.order_by("event")
    if connection.features.has_select_for_update_skip_locked:
        pending = pending.select_for_update(skip_locked=True)
    return list(pending.values_list("event_id", flat=True)[:batch])


def _with_acting_owners(events: Sequence[tuple[Any, ...]], *, now: datetime) -> list[tuple[Any, ...]]:
    """Put whoever acts for an owner who is away in the owner's place, where an event is for the owner."""
    owners = {event[OWNER] for event in events if EventKind(event[1]) in TO_OWNER}
    acting = acting_owners(owners=owners, now=now) if owners else {}
    return [
        (*event[:OWNER], acting[event[OWNER]].pk, *event[OWNER + 1 :]) if event[OWNER] in acting else event
        for event in events
    ]


def _staff_told(event: tuple[Any, ...]) -> list[int]:
    """Give the ids of the users whom an event tells."""
    kind, facts, owner = EventKind(event[1]), event[2], event[OWNER]
    if kind in TO_OWNER:
        return [owner]
    return list(dict.fromkeys(facts.get("recipients", ()))) if kind in TO_LADDER else []


def _addresses_of_staff(events: Iterable[tuple[Any, ...]]) -> dict[int, str]:
    users = {user for event in events for user in _staff_told(event)}
    if not users:
        return {}
    return dict(get_user_model().objects.filter(id__in=users).values_list("id", "email"))


def _mails_about(event: tuple[Any, ...], addresses: Mapping[int, str], *, now: datetime) -> Iterator[Notification]:
    """Make the rows of one event, unsaved."""
    event_id, kind_name, _, occurred_at, recorded_at, commitment, _, channel, email, zone, start, end = event
    kind = EventKind(kind_name)
    if kind in TO_CUSTOMER:
        by_itself = kind in BY_ITSELF
        mail = _row(
            event_id,
            commitment,
            TO_CUSTOMER[kind],
            recipient=None,
            address=email,
            is_automatic=by_itself or (kind is EventKind.MADE and channel in MADE_BY_ITSELF),
            now=now,
        )
        mail.is_catching_up = by_itself and recorded_at - occurred_at > CATCHING_UP_AFTER
        if mail.kind in WAKING_HOURS_HOLD:
            mail.allowed_from = next_waking(now, zone=zone, waking=waking_hours(start, end))
            mail.hold = Hold.WAKING_HOURS.value if mail.allowed_from > now else ""
        yield mail
        return
    mail_kind = TO_OWNER.get(kind) or TO_LADDER.get(kind)
    if mail_kind is None:
        return
    for user in _staff_told(event):
        address = addresses.get(user, "")
        yield _row(event_id, commitment, mail_kind, recipient=user, address=address, is_automatic=True, now=now)


def _row(
    event_id: uuid.UUID,
    commitment: int,
    kind: MailKind,
    *,
    recipient: int | None,
    address: str,
    is_automatic: bool,
    now: datetime,
) -> Notification:
    row_id = time_ordered_id(now=now)
    to = "customer" if recipient is None else f"user-{recipient}"
    return Notification(
        id=row_id,
        key=f"{event_id}:{kind.value}:{to}",
        commitment_id=commitment,
        event_id=event_id,
        kind=kind.value,
        to_customer=recipient is None,
        recipient_id=recipient,
        address=address,
        is_automatic=is_automatic,
        planned_at=now,
        allowed_from=now,
        message_id=f"<{row_id.hex}@{message_id_domain()}>",
    )


def _hold_what_catches_up(mails: Iterable[Notification], *, now: datetime) -> int:
    """Hold all that catches up once there is too much of it; give how many of `mails` are held."""
    late = [mail for mail in mails if mail.is_catching_up]
    if not late:
        return 0
    waiting = Notification.objects.filter(is_catching_up=True, state__in=UNFINISHED_STATES)
    if waiting.count() + len(late) <= CATCH_UP_LIMIT:
        return 0
    waiting.filter(state=MailState.PLANNED.value).update(state=MailState.HELD.value, hold=Hold.CATCH_UP.value)
    for mail in late:
        mail.state, mail.hold = MailState.HELD.value, Hold.CATCH_UP.value
    return len(late)

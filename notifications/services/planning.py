"""From events to mails: who is told of what, each occurrence once.

One transaction takes pending events that no other planner holds, inserts a row for each recipient (a unique key makes
a second insert nothing) and deletes what it took. The statements are as many for one event as for a batch.
"""

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from functools import cache
from operator import attrgetter
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection, transaction

from commitments.domain.escalation import Trigger
from commitments.domain.timeline import EventKind
from commitments.domain.waking_hours import next_waking
from commitments.models import Commitment, CommitmentEvent, Customer, Membership, PendingEvent, Watcher
from commitments.models.identifiers import time_ordered_id
from commitments.models.policy import waking_hours
from commitments.selectors.acting_owners import acting_owners
from notifications.domain.kinds import (
    WAKING_HOURS_HOLD,
    Hold,
    MailKind,
    MailState,
    Suppressed,
)
from notifications.models import Notification
from notifications.selectors.last_mails import LastMail, last_mails
from notifications.services.suppression import suppress

BATCH = 500
CATCHING_UP_AFTER = timedelta(minutes=5)
"""A sweep that notices a deadline so much later is making up for an outage."""
CATCH_UP_LIMIT = 200
"""So many automatic mails may catch up at once; more wait for a supervisor."""

ASKED_AFTER = timedelta(hours=1)
"""How long after keeping the customer is asked whether it is solved: they need time to see."""

TO_CUSTOMER = {
    EventKind.MADE: MailKind.PROMISED,
    EventKind.WORD_GIVEN: MailKind.UPDATE,
    EventKind.RENEGOTIATED: MailKind.RENEGOTIATED,
    EventKind.ATTEMPTED: MailKind.UPDATE,
    EventKind.KEPT: MailKind.KEPT,
    EventKind.WITHDRAWN: MailKind.WITHDRAWN,
    EventKind.REOPENED: MailKind.REOPENED,
    EventKind.HANDOFF_ACCEPTED: MailKind.HANDED_OVER,
    EventKind.REASSIGNED: MailKind.HANDED_OVER,
    EventKind.COVER_STARTED: MailKind.HANDED_OVER,
    EventKind.CORRECTED: MailKind.CORRECTED,
    EventKind.VOIDED: MailKind.CORRECTED,
    EventKind.HOLDING_MAIL_PLANNED: MailKind.HOLDING,
    EventKind.MISSED_MAIL_PLANNED: MailKind.MISSED,
}
TO_OWNER = {
    EventKind.REMINDER_DUE: MailKind.REMINDER,
    EventKind.WORD_ASKED: MailKind.STILL_ON_IT,
    EventKind.ANSWER_NOT_GIVEN: MailKind.ANSWER_NOT_GIVEN,
}
TO_LADDER = {trigger.step_kind: MailKind(trigger.value) for trigger in Trigger}
BY_ITSELF = frozenset({EventKind.HOLDING_MAIL_PLANNED, EventKind.MISSED_MAIL_PLANNED})
"""Automatic words; a sweep that comes late plans them late."""
NOBODY_WROTE_IT = BY_ITSELF | {EventKind.COVER_STARTED}
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
    "commitment__customer_id",
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
        events = _with_acting_owners(taken, now=now)
        mails = _mails_about(events, now=now)
        counts.held = _hold_what_catches_up(mails, now=now)
        # Promises are locked in the order of their ids wherever many are: here by the rows that refer to them.
        mails.sort(key=attrgetter("commitment_id"))
        Notification.objects.bulk_create(mails, ignore_conflicts=True)
        # After the mails: a promise is held before its customer.
        _leave_alone([event[2]["customer"] for event in events if event[1] == EventKind.NOT_FOR_ME], now=now)
        PendingEvent.objects.filter(event__in=[event[0] for event in taken]).delete()
    counts.events = len(taken)
    counts.mails.update(mail.kind for mail in mails)
    return counts


def mails_about(taken: Collection[uuid.UUID], *, now: datetime) -> list[Notification]:
    """Make the rows of all mails that some events (by id) call for, unsaved, in the order of the events."""
    return _mails_about(_read(taken, now=now), now=now)


def _read(taken: Collection[uuid.UUID], *, now: datetime) -> list[tuple[Any, ...]]:
    events = list(CommitmentEvent.objects.filter(id__in=taken).order_by("id").values_list(*COLUMNS))
    return _with_acting_owners(events, now=now)


def _mails_about(events: Sequence[tuple[Any, ...]], *, now: datetime) -> list[Notification]:
    people = _People(events)
    changed = {event[5]: (event[0], event[2]["customer"]) for event in events if event[1] == EventKind.ADDRESS_CHANGED}
    again = last_mails(changed) if changed else {}
    return [mail for event in events for mail in (*_mails_of(event, people, now=now), *_again(event, again, now=now))]


def _leave_alone(customers: Collection[int], *, now: datetime) -> None:
    """Put the addresses of customers on the list of those that get no mail, where they still are the ones refused.

    Whoever had asked for no mail before keeps that reason of their own.
    """
    if not customers:
        return
    refused = Customer.objects.filter(pk__in=customers).exclude(do_not_mail=Customer.DoNotMail.NO).exclude(email="")
    for address in sorted(refused.values_list("email", flat=True)):
        suppress(address=address, reason=Suppressed.NOT_FOR_ME, now=now)


def message_id_domain() -> str:
    """Give what stands behind the @ of our Message-IDs: our own mail domain."""
    domain = settings.INBOUND_DOMAIN or parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return str(domain or "localhost")


def _take(batch: int) -> list[tuple[Any, ...]]:
    """Take up to `batch` pending events, oldest first; give their `COLUMNS`."""
    pending = _pending_with_columns()
    if connection.features.has_select_for_update_skip_locked:
        pending = pending.select_for_update(skip_locked=True, of=("self",))
    return list(pending[:batch])


@cache
def _pending_with_columns() -> Any:
    """Give all pending events with what is read of them, unread: to find where the columns stand takes its time."""
    return PendingEvent.objects.order_by("event").values_list(*(f"event__{name}" for name in COLUMNS))


def _with_acting_owners(events: Sequence[tuple[Any, ...]], *, now: datetime) -> list[tuple[Any, ...]]:
    """Put whoever acts for an owner who is away in the owner's place, where an event is for the owner."""
    owners = {event[OWNER] for event in events if EventKind(event[1]) in TO_OWNER}
    acting = acting_owners(owners=owners, now=now) if owners else {}
    return [
        (*event[:OWNER], acting[event[OWNER]].pk, *event[OWNER + 1 :])
        if event[OWNER] in acting and EventKind(event[1]) in TO_OWNER
        else event
        for event in events
    ]


@dataclass(frozen=True, slots=True)
class _Customer:
    """Somebody who gets a customer's mails."""

    id: int
    email: str
    zone: str
    is_copied: bool = False


class _People:
    """Whom a batch of events tells: watchers, members of teams, and colleagues' addresses; three statements at most."""

    def __init__(self, events: Iterable[tuple[Any, ...]]) -> None:
        listed = list(events)
        told = {event[5] for event in listed if EventKind(event[1]) in TO_CUSTOMER}
        self.watchers: dict[int, list[_Customer]] = defaultdict(list)
        if told:
            watchers = Watcher.objects.filter(commitment__in=told).order_by("id")
            for commitment, customer, email, zone in watchers.values_list(
                "commitment_id", "customer_id", "customer__email", "customer__time_zone"
            ):
                self.watchers[commitment].append(_Customer(customer, email, zone, is_copied=True))
        teams = {team for event in listed if (team := _team_asked(event)) is not None}
        self.members: dict[int, list[int]] = defaultdict(list)
        if teams:
            members = Membership.objects.filter(team__in=teams, user__is_active=True).order_by("user_id")
            for team, user in members.values_list("team_id", "user_id"):
                self.members[team].append(user)
        users = {user for event in listed for user in self.staff_told(event)}
        found = get_user_model().objects.filter(id__in=users).values_list("id", "email") if users else ()
        self.addresses: dict[int, str] = dict(found)

    def staff_told(self, event: tuple[Any, ...]) -> list[int]:
        """Give the ids of the users whom an event tells."""
        kind, facts, owner = EventKind(event[1]), event[2], event[OWNER]
        if kind in TO_OWNER:
            return [owner]
        if kind is EventKind.HANDOFF_OFFERED:
            team = _team_asked(event)
            asked = [facts["to"]] if team is None else self.members[team]
            return [user for user in asked if user != owner]
        return list(dict.fromkeys(facts.get("recipients", ()))) if kind in TO_LADDER else []


def _team_asked(event: tuple[Any, ...]) -> int | None:
    """Give the team of which anybody may take over; nothing where one person is asked."""
    asks = event[1] == EventKind.HANDOFF_OFFERED and not event[2].get("to")
    return event[2].get("team") if asks else None


def _mails_of(event: tuple[Any, ...], people: _People, *, now: datetime) -> Iterator[Notification]:
    """Make the rows of one event, unsaved."""
    kind = EventKind(event[1])
    if kind in TO_CUSTOMER:
        yield from _mails_to_customers(event, people, now=now)
    mail_kind = MailKind.HANDOFF_OFFERED if kind is EventKind.HANDOFF_OFFERED else None
    mail_kind = mail_kind or TO_OWNER.get(kind) or TO_LADDER.get(kind)
    if mail_kind is None:
        return
    for user in people.staff_told(event):
        yield mail_to_colleague(
            event[0], event[5], mail_kind, recipient=user, address=people.addresses.get(user, ""), now=now
        )


def _mails_to_customers(event: tuple[Any, ...], people: _People, *, now: datetime) -> Iterator[Notification]:
    """Make a row for the promise's customer and one for each watcher, of each mail that an event calls for.

    Where a promise proves to be another customer's, the one it was taken for is told so, and the right one gets what
    is a receipt to them.
    """
    event_id, kind_name, facts, occurred_at, recorded_at, commitment, _, channel, customer, email, zone, start, end = (
        event
    )
    kind = EventKind(kind_name)
    mail_kind = TO_CUSTOMER[kind]
    is_automatic = kind in NOBODY_WROTE_IT or (kind is EventKind.MADE and channel in MADE_BY_ITSELF)
    told = [_Customer(customer, email, zone), *people.watchers[commitment]]
    mails = [(mail_kind, who) for who in told]
    if kind is EventKind.KEPT:
        mails = mails if facts.get("notify_customer") else []
        mails += [(MailKind.AFTERCARE, told[0])] if facts.get("asks_if_solved") else []
    if kind is EventKind.ATTEMPTED and facts.get("was_due_at"):
        mails = [(MailKind.RENEGOTIATED, who) for who in told]
    if kind is EventKind.CORRECTED and facts.get("from_customer"):
        wrong = _Customer(facts["from_customer"], "", zone, is_copied=True)
        mails = [(MailKind.CORRECTED, wrong)] if facts.get("tell_wrong_customer") else []
        mails += [(MailKind.PROMISED, told[0])] if facts.get("notify_customer") else []
    for mail_kind, who in mails:
        mail = _row(
            event_id,
            commitment,
            mail_kind,
            to=f"customer-{who.id}" if who.is_copied else "customer",
            address=who.email,
            is_automatic=is_automatic or mail_kind is MailKind.AFTERCARE,
            now=now,
        )
        mail.to_customer, mail.customer_id, mail.is_copy = True, who.id, who.is_copied
        mail.is_catching_up = kind in BY_ITSELF and recorded_at - occurred_at > CATCHING_UP_AFTER
        if mail_kind in WAKING_HOURS_HOLD:
            may_ask_at = max(now, recorded_at + ASKED_AFTER) if mail_kind is MailKind.AFTERCARE else now
            mail.allowed_from = next_waking(may_ask_at, zone=who.zone, waking=waking_hours(start, end))
            is_tried = may_ask_at > now and mail.allowed_from == may_ask_at
            waits = Hold.TRYING if is_tried else Hold.WAKING_HOURS
            mail.hold = waits.value if mail.allowed_from > now else ""
        yield mail


def _again(event: tuple[Any, ...], lasts: Mapping[uuid.UUID, LastMail], *, now: datetime) -> Iterator[Notification]:
    """Make the row of a mail that goes again, to a new address."""
    last = lasts.get(event[0])
    if last is None:
        return
    mail = _row(
        last.event,
        event[5],
        last.kind,
        to=f"again:{last.changed_by}",
        address=event[COLUMNS.index("commitment__customer__email")],
        is_automatic=last.is_automatic,
        now=now,
    )
    mail.to_customer, mail.customer_id, mail.is_again = True, last.customer, True
    yield mail


def mail_to_colleague(
    event_id: uuid.UUID, commitment: int, kind: MailKind, *, recipient: int, address: str, now: datetime
) -> Notification:
    """Make the row of a mail to a colleague, unsaved; it waits to be gathered with others (`gathering.gather`)."""
    mail = _row(event_id, commitment, kind, to=f"user-{recipient}", address=address, is_automatic=True, now=now)
    mail.to_customer, mail.recipient_id = False, recipient
    mail.hold = Hold.GATHERING.value
    return mail


def _row(
    event_id: uuid.UUID,
    commitment: int,
    kind: MailKind,
    *,
    to: str,
    address: str,
    is_automatic: bool,
    now: datetime,
) -> Notification:
    row_id = time_ordered_id(now=now)
    return Notification(
        id=row_id,
        key=f"{event_id}:{kind.value}:{to}",
        commitment_id=commitment,
        event_id=event_id,
        kind=kind.value,
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
    waiting = Notification.objects.unfinished().filter(is_catching_up=True)
    if waiting.count() + len(late) <= CATCH_UP_LIMIT:
        return 0
    waiting.filter(state=MailState.PLANNED.value).update(state=MailState.HELD.value, hold=Hold.CATCH_UP.value)
    for mail in late:
        mail.state, mail.hold = MailState.HELD.value, Hold.CATCH_UP.value
    return len(late)

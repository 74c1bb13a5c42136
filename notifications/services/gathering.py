"""Mails to one colleague that come close together go as one: at most one in a quarter of an hour.

Staff mails are planned waiting (`Hold.GATHERING`). Before each batch is taken, this lets go what goes alone, and puts
what goes together into one mail (`gathered_in`): rows are never moved out of it again, and end with it. A worker locks
a colleague's inbox while it decides, so that two never decide about the same mails.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import connection, transaction

from commitments.models.bulk import update_rows
from commitments.models.identifiers import time_ordered_id
from notifications.domain import guard
from notifications.domain.gathering import DEADLINE_FACT, TOGETHER_FOR, go_now
from notifications.domain.kinds import MailKind
from notifications.domain.letter import Letter, StaffList
from notifications.models import Inbox, Notification
from notifications.selectors.material import Material
from notifications.services.planning import message_id_domain

COLLEAGUES = 500
"""So many colleagues are looked at in one go."""


@dataclass(slots=True)
class _Decided:
    """What becomes of the mails that wait: rows with the columns that change."""

    alone: list[Notification]
    lists: list[Notification]
    gathered: list[Notification]
    later: list[Notification]
    written_to: list[Inbox]


def gather(*, now: datetime) -> None:
    """Decide what goes now, alone or together, and what waits; as many statements for one colleague as for many."""
    waiting = Notification.objects.to_gather().filter(allowed_from__lte=now)
    users = sorted(set(waiting.order_by().values_list("recipient_id", flat=True).distinct()[:COLLEAGUES]))
    if not users:
        return
    with transaction.atomic():
        Inbox.objects.bulk_create([Inbox(user_id=user) for user in users], ignore_conflicts=True)
        inboxes = Inbox.objects.filter(user__in=users).order_by("user_id")
        if connection.features.has_select_for_update_skip_locked:
            inboxes = inboxes.select_for_update(skip_locked=True)
        locked = {inbox.user_id: inbox for inbox in inboxes}
        rows: dict[int, list[Notification]] = defaultdict(list)
        mine = Notification.objects.to_gather().filter(recipient__in=locked).order_by("event", "id")
        for row in mine.select_related("event").only(*_READ):
            rows[row.recipient_id or 0].append(row)
        _write(_decide(rows, locked, now=now))


_READ = ("kind", "recipient_id", "address", "allowed_from", "planned_at", "event__facts")


def _decide(rows: Mapping[int, list[Notification]], inboxes: Mapping[int, Inbox], *, now: datetime) -> _Decided:
    decided = _Decided([], [], [], [], [])
    for user, waiting in rows.items():
        inbox = inboxes[user]
        if not any(row.allowed_from <= now for row in waiting):
            # Another worker was faster.
            continue
        deadlines = (_deadline(row) for row in waiting)
        if not go_now(gathers_until=inbox.gathers_until, deadlines=deadlines, now=now):
            for row in waiting:
                row.allowed_from = max(row.allowed_from, inbox.gathers_until or now)
            decided.later += waiting
            continue
        inbox.gathers_until = now + TOGETHER_FOR
        decided.written_to.append(inbox)
        carrier = next((row for row in waiting if row.kind == MailKind.SHIFT_LIST), None)
        if carrier is None and len(waiting) == 1:
            carrier = waiting[0]
        if carrier is None:
            carrier = new_list(MailKind.GATHERED, recipient=user, key=f"{waiting[0].pk}", now=now)
            decided.lists.append(carrier)
        else:
            decided.alone.append(carrier)
        for row in waiting:
            if row is not carrier:
                row.gathered_in = carrier
                decided.gathered.append(row)
    return decided


def _deadline(row: Notification) -> datetime | None:
    """Give by when a waiting mail is of use."""
    fact = DEADLINE_FACT.get(MailKind(row.kind))
    said = row.event.facts.get(fact) if fact is not None and row.event is not None else None
    return datetime.fromisoformat(said) if said else None


def _write(decided: _Decided) -> None:
    Notification.objects.bulk_create(decided.lists)
    Notification.objects.filter(id__in=[row.pk for row in decided.alone]).update(hold="")
    update_rows(decided.gathered, fields=["gathered_in"])
    update_rows(decided.later, fields=["allowed_from"])
    update_rows(decided.written_to, fields=["gathers_until"])


def new_list(kind: MailKind, *, recipient: int, key: str, now: datetime) -> Notification:
    """Make the row of a mail about many promises, unsaved; the unique `key` is its kind's, recipient's and own."""
    row_id = time_ordered_id(now=now)
    return Notification(
        id=row_id,
        key=f"{kind.value}:user-{recipient}:{key}",
        kind=kind.value,
        to_customer=False,
        recipient_id=recipient,
        is_automatic=True,
        planned_at=now,
        allowed_from=now,
        message_id=f"<{row_id.hex}@{message_id_domain()}>",
    )


def look_again(material: Material, *, only_to: Iterable[str], now: datetime) -> Material:
    """Judge what goes in a list once more: what is no longer so is dropped, and a single thing goes as its own mail."""
    if not isinstance(material.letter, StaffList):
        return material
    standing: list[Material] = []
    dropped = []
    for item in material.items:
        decision = guard.decide(item.facts, sent_today=0, only_to=tuple(only_to), now=now)
        if isinstance(decision, guard.Drop):
            dropped.append((item, decision.reason))
        else:
            standing.append(item)
    letters = tuple(item.letter for item in standing if isinstance(item.letter, Letter))
    letter: Letter | StaffList = replace(material.letter, items=letters)
    if len(letters) == 1 and material.letter.desk.is_empty:
        letter = letters[0]
    facts = replace(material.facts, has_contents=bool(letters) or not material.letter.desk.is_empty)
    return replace(material, letter=letter, items=tuple(standing), dropped=tuple(dropped), facts=facts)

"""The list that a colleague gets as their working day begins: what is due, overdue, silent, waiting, offered.

Each colleague's inbox holds the next instant under an index (`Inbox.next_list_at`), so that a round reads only those
whose day begins. The list is a mail like any other: planned here once a day (a unique key), written from what holds
when it goes, and together with whatever else waits for the same person.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.db import connection, transaction

from commitments import doorbell
from commitments.domain.business_time import Calendar
from commitments.models.bulk import update_rows
from notifications.domain.kinds import Hold, MailKind
from notifications.domain.shifts import begins_at, ends_at, local_date, next_begin
from notifications.models import Inbox, Notification
from notifications.selectors.desks import read_desks
from notifications.selectors.hours import away, read_hours
from notifications.services.gathering import new_list

BATCH = 500
LOOKS_AGAIN_AFTER = timedelta(days=1)
"""When to look again for somebody whose calendar is never open."""


def plan_shift_lists(*, now: datetime) -> int:
    """Plan the lists of those whose working day has begun; give how many. A round that comes late makes up for it."""
    _note_newcomers(now=now)
    planned = 0
    while True:
        taken, lists = _plan_batch(now=now)
        planned += lists
        if taken < BATCH:
            return planned


def _note_newcomers(*, now: datetime) -> None:
    """Work out the first list of colleagues who have none coming."""
    users = get_user_model().objects.filter(is_active=True, memberships__isnull=False)
    new = sorted(set(users.exclude(inbox__next_list_at__isnull=False).values_list("id", flat=True)[:BATCH]))
    if not new:
        return
    Inbox.objects.bulk_create([Inbox(user_id=user) for user in new], ignore_conflicts=True)
    _schedule([Inbox(user_id=user) for user in new], read_hours(new), now=now)


@transaction.atomic
def _plan_batch(*, now: datetime) -> tuple[int, int]:
    """Take the colleagues whose instant has come; give how many they were, and how many get a list."""
    due = Inbox.objects.filter(next_list_at__lte=now).order_by("next_list_at")
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True)
    inboxes = list(due[:BATCH])
    if not inboxes:
        return 0, 0
    users = [inbox.user_id for inbox in inboxes]
    hours = read_hours(users)
    absent = away(users, now=now)
    begun = {user: day for user in users if user not in absent and (day := _day_begun(hours.get(user, ()), now=now))}
    busy = read_desks(begun.keys(), now=now)
    lists = []
    for user in sorted(busy):
        row = new_list(MailKind.SHIFT_LIST, recipient=user, key=begun[user], now=now)
        row.hold = Hold.GATHERING.value
        lists.append(row)
    Notification.objects.bulk_create(lists, ignore_conflicts=True)
    _schedule(inboxes, hours, now=now)
    if lists:
        doorbell.ring("notifications.dispatch")
    return len(inboxes), len(lists)


def _day_begun(hours: Iterable[Calendar], *, now: datetime) -> str:
    """Name the working day that is under way for somebody with these calendars; empty if none is.

    Calendars may have changed since the instant was worked out, so that the day may be closed or begin later.
    """
    for calendar in hours:
        day = local_date(now, calendar=calendar)
        begins, ends = begins_at(day, calendar=calendar), ends_at(day, calendar=calendar)
        if begins is not None and ends is not None and begins <= now < ends:
            return day.isoformat()
    return ""


def _schedule(inboxes: Iterable[Inbox], hours: Mapping[int, Collection[Calendar]], *, now: datetime) -> None:
    """Write when the next working day of each begins; nothing for those who belong to no team any more."""
    changed = []
    for inbox in inboxes:
        calendars = hours.get(inbox.user_id, ())
        begins = [at for calendar in calendars if (at := next_begin(now, calendar=calendar)) is not None]
        inbox.next_list_at = min(begins) if begins else now + LOOKS_AGAIN_AFTER if calendars else None
        changed.append(inbox)
    update_rows(changed, fields=["next_list_at"])

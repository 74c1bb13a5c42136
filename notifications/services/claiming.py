"""Which mails a worker takes: the oldest of each conversation, under a lease, in one short transaction.

Workers never see each other's rows: those that another one is just taking are skipped, those that are taken carry a
lease, and only the last taking (`attempt`) may record how it ended.
"""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Greatest

from commitments.domain.timeline import EventKind
from commitments.models import PendingEvent, Word
from commitments.services.word import MailEntry, record_mail
from notifications.domain.kinds import NAMES_A_TIME, Hold, MailState
from notifications.models import Notification
from notifications.services import lost_mail

LEASE = timedelta(minutes=2)
"""Longer than any batch may take; after it, somebody else takes what a dead worker left behind."""

WAITING = (MailState.PLANNED.value, MailState.HELD.value)
GATHERING = Hold.GATHERING.value
HOLDS = sorted(hold.value for hold in Hold if hold not in {Hold.GATHERING, Hold.LOST})
"""Holds that can end because something else has changed."""


def claim(*, now: datetime, limit: int, lease: timedelta = LEASE) -> dict[uuid.UUID, int]:
    """Take up to `limit` mails that may go now, longest waiting first; give their ids and which taking this is.

    What was left behind by a worker is taken once more and marked as a possible duplicate, or held where its team wants
    a person to decide; what was left behind twice is not taken again (see `tidy`).
    """
    with transaction.atomic():
        due = Notification.objects.due(now=now).exclude(_blocked(now=now)).order_by("allowed_from", "event", "id")
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True, of=("self",))
        taken = list(due.values_list("id", "state", "attempt")[:limit])
        if not taken:
            return {}
        left_behind = [id_ for id_, state, _ in taken if state == MailState.SENDING.value]
        if left_behind:
            held = lost_mail.hold(left_behind, now=now)
            taken = [row for row in taken if row[0] not in held]
            Notification.objects.filter(id__in=set(left_behind) - held).update(possible_duplicate=True)
        ids = [id_ for id_, _, _ in taken]
        Notification.objects.filter(id__in=ids).update(
            state=MailState.SENDING.value, hold="", attempt=F("attempt") + 1, lease_until=now + lease
        )
    return {id_: attempt + 1 for id_, _, attempt in taken}


def _blocked(*, now: datetime) -> Q:
    """Say which mails have to let another go first: an earlier one, to the same reader about the same promise.

    A mail that waits for the customer's morning or for a person's decision lets others pass: it says nothing yet. An
    event that is not planned yet may become a mail that comes before. Lists have no promise, and wait for nothing.
    """
    same = Q(customer=OuterRef("customer")) | Q(recipient=OuterRef("recipient"))
    may_go = Q(state=MailState.PLANNED.value) & (Q(hold="") | Q(allowed_from__lte=now) & ~Q(hold=GATHERING))
    going = Q(state=MailState.SENDING.value) | may_go
    thread = Notification.objects.unfinished().filter(commitment=OuterRef("commitment"), event__lt=OuterRef("event"))
    earlier = thread.filter(same, going)
    unplanned = PendingEvent.objects.filter(event__commitment=OuterRef("commitment"), event__lt=OuterRef("event"))
    return Q(Exists(earlier)) | Q(Exists(unplanned))


def tidy(*, now: datetime) -> None:
    """See to what waits for something other than its time, and to what lost workers have left behind twice."""
    lost = Q(state=MailState.SENDING.value, lease_until__lte=now, possible_duplicate=True)
    found = Notification.objects.unfinished().filter(_may_be_woken() | lost).order_by()
    states = set(found.values_list("state", flat=True).distinct())
    if states & set(WAITING):
        wake(now=now)
    if MailState.SENDING.value in states:
        give_up_unknown(now=now)


def _may_be_woken() -> Q:
    """Say which mails wait for something that can be over before their time: a switch, a call, or their word's turn."""
    carries_a_word = Q(kind__in=sorted(kind.value for kind in NAMES_A_TIME), hold__in=HOLDS)
    return Q(state__in=WAITING) & (carries_a_word | Q(hold__in=[Hold.CALLING.value, Hold.STOP_SWITCH.value]))


def wake(*, now: datetime) -> int:
    """Let go on what waits for nothing any more; give how many.

    That is: mails that a stop switch held which is off again, mails that waited for a call that is over, and waiting
    automatic words that a person's word has overtaken, so that they are closed now and not in the morning.
    """
    waiting = Notification.objects.unfinished().filter(_may_be_woken())
    word_is_over = Word.objects.filter(event=OuterRef("event"), state__in=[Word.State.CANCELLED, Word.State.VOID])
    over = Q(kind__in=sorted(kind.value for kind in NAMES_A_TIME)) & Q(Exists(word_is_over))
    call_is_over = Q(commitment__calling_until__isnull=True) | Q(commitment__calling_until__lte=now)
    over |= Q(hold=Hold.CALLING.value) & call_is_over
    if not settings.MAIL_STOP:
        over |= Q(hold=Hold.STOP_SWITCH.value, commitment__team__automatic_mail_stopped=False)
    ids = list(waiting.filter(over).values_list("id", flat=True))
    if not ids:
        return 0
    return Notification.objects.filter(id__in=ids, state__in=WAITING).update(
        state=MailState.PLANNED.value, hold="", allowed_from=Greatest(F("planned_at"), Value(now))
    )


def give_up_unknown(*, now: datetime) -> int:
    """End what was left behind a second time: nobody can tell whether it went, and a third copy would be too many."""
    with transaction.atomic():
        left = Notification.objects.unfinished().filter(
            state=MailState.SENDING.value, lease_until__lte=now, possible_duplicate=True
        )
        if connection.features.has_select_for_update_skip_locked:
            left = left.select_for_update(skip_locked=True)
        columns = ("id", "commitment_id", "event_id", "kind", "to_customer", "recipient_id")
        rows: list[tuple[Any, ...]] = list(left.values_list(*columns))
        if not rows:
            return 0
        error = "A worker was lost while sending it, twice."
        # What was to go in a list ends with it.
        items = Notification.objects.filter(gathered_in__in=[row[0] for row in rows], state=MailState.PLANNED.value)
        rows += items.values_list(*columns)
        Notification.objects.filter(id__in=[row[0] for row in rows]).update(
            state=MailState.UNKNOWN.value, hold="", lease_until=None, finished_at=now, last_error=error
        )
        record_mail(
            entries=[
                MailEntry(
                    commitment_id=commitment,
                    kind=EventKind.MAIL_FAILED,
                    occurred_at=now,
                    facts={
                        "mail": kind,
                        "event": str(event),
                        "notification": str(id_),
                        "to": "customer" if to_customer else recipient,
                        "reason": "unknown",
                    },
                )
                for id_, commitment, event, kind, to_customer, recipient in rows
                if commitment is not None
            ],
            now=now,
        )
    return len(rows)

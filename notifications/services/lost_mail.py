"""Mails of which nobody can tell whether they went, where the team wants a person to decide rather than a second copy.

Such a mail is held and its promise's owner asked. A person says what is done; a provider's report that comes later
says it for them.
"""

import contextlib
import uuid
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext

from commitments import doorbell
from commitments.domain.timeline import EventKind
from commitments.models import Commitment
from commitments.services.refusals import Refused
from commitments.services.word import MailEntry, confirm_words, record_mail
from notifications.domain.kinds import Hold, MailKind, MailState
from notifications.models import Notification
from notifications.services.planning import mail_to_colleague


def hold(ids: Collection[uuid.UUID], *, now: datetime) -> set[uuid.UUID]:
    """Hold those of the mails left behind by a lost worker whose teams want to be asked; give which."""
    rows = Notification.objects.filter(id__in=ids, state=MailState.SENDING.value, to_customer=True)
    held = set(rows.filter(commitment__team__asks_about_lost_mail=True).values_list("id", flat=True))
    if held:
        Notification.objects.filter(id__in=held).update(
            state=MailState.HELD.value,
            hold=Hold.LOST.value,
            lease_until=None,
            allowed_from=Greatest(F("planned_at"), Value(now)),
            last_error="A worker was lost while sending it.",
        )
        ask(held, now=now)
    return held


def ask(ids: Collection[uuid.UUID], *, now: datetime) -> None:
    """Ask the owners about mails that have just been held, once for each thing that was to be told."""
    if not ids:
        return
    about = Notification.objects.filter(id__in=ids).values_list("event_id", "commitment_id", "commitment__owner_id")
    asked: list[tuple[Any, ...]] = sorted(set(about), key=lambda row: row[1])
    Notification.objects.bulk_create(
        [
            mail_to_colleague(event, commitment, MailKind.LOST_MAIL, recipient=owner, address="", now=now)
            for event, commitment, owner in asked
        ],
        ignore_conflicts=True,
    )


def it_went(*, mail: Notification, now: datetime, actor: Any = None) -> None:
    """Let a held mail count as gone when it was handed over: somebody (or, without `actor`, the provider) says so.

    The provider also knows it of one that was given up, or that a lost worker left behind. Raises Refused: nothing is
    in doubt about it any more.
    """
    with transaction.atomic():
        _lock(mail)
        in_doubt = Q(state=MailState.HELD.value, hold=Hold.LOST.value)
        if actor is None:
            in_doubt |= Q(state=MailState.UNKNOWN.value)
            in_doubt |= Q(state=MailState.SENDING.value, lease_until__lte=now)
        gone = Notification.objects.filter(in_doubt, id=mail.pk)
        sent = {"state": MailState.SENT.value, "sent_at": F("allowed_from"), "finished_at": now}
        if not gone.update(**sent, hold="", lease_until=None):
            raise _decided()
        if mail.event_id is not None and not mail.is_copy:
            confirm_words(event_ids=[mail.event_id], now=now)
        if mail.commitment_id is not None:
            facts = {
                "mail": mail.kind,
                "event": str(mail.event_id),
                "notification": str(mail.pk),
                "to": "other" if mail.is_copy else "customer",
                "said_by": actor.pk if actor is not None else None,
            }
            record_mail(entries=[MailEntry(mail.commitment_id, EventKind.MAIL_SENT, now, facts)], now=now)
    mail.refresh_from_db()


def settle(*, now: datetime) -> None:
    """Let mails that lost workers left behind count as gone where the provider has reported on them: they are not
    sent again.
    """
    left = Notification.objects.unfinished().filter(lease_until__lte=now, to_customer=True)
    for mail in left.exclude(delivery="").order_by("commitment_id", "id"):
        # Its worker may have come back meanwhile.
        with contextlib.suppress(Refused):
            it_went(mail=mail, now=now)


def send_it(*, mail: Notification, now: datetime) -> None:
    """Have a held mail sent, as a copy of itself if it did go; it is looked at once more before. Raises Refused."""
    with transaction.atomic():
        _lock(mail)
        held = Notification.objects.lost().filter(id=mail.pk)
        again_from = Greatest(F("planned_at"), Value(now))
        if not held.update(state=MailState.PLANNED.value, hold="", possible_duplicate=True, allowed_from=again_from):
            raise _decided()
        doorbell.ring("notifications.dispatch")
    mail.refresh_from_db()


def _lock(mail: Notification) -> None:
    """Hold the promise first, as everybody does who writes about it."""
    if connection.features.has_select_for_update and mail.commitment_id is not None:
        Commitment.objects.select_for_update().get(pk=mail.commitment_id)


def _decided() -> Refused:
    return Refused(
        gettext("Somebody was faster, or the provider has said it: the mail does not wait for you any more.")
    )

"""What comes back about mails that have gone: each report once, in whatever order they arrive.

Delivery counts, sending does not: what did not arrive is no word, and somebody has to call. What a report means is
said by `domain.tracking`.
"""

import uuid
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from commitments.domain.timeline import EventKind
from commitments.models import Customer, CustomerLink
from commitments.services.customer_answers import only_real_news
from commitments.services.reachability import flag_undeliverable, look_again_at
from commitments.services.word import MailEntry, record_mail, void_words
from notifications.domain.kinds import NOT_RECEIVED, Delivery, Hold, MailKind, MailState, Suppressed
from notifications.domain.tracking import says_more
from notifications.models import DeliveryEvent, Notification
from notifications.models.outbox import NotificationQuerySet
from notifications.services import lost_mail
from notifications.services.recording import lock_promises, recipient_of
from notifications.services.suppression import suppress


class NotYetKnown(Exception):
    """A report is about a mail that is being handed over at this moment: it has to come again."""


def record_delivery(
    *,
    message_id: str,
    mail_id: str = "",
    result: Delivery,
    occurred_at: datetime,
    now: datetime,
    suppressed: Suppressed | None = None,
    provider_event_id: str = "",
    recipient: str = "",
    detail: str = "",
) -> Notification | None:
    """Note what came back about a mail; what did not arrive takes its word back and asks for a call.

    The mail is found by `mail_id` (ours, where the provider gives it back), else by either `message_id`. With
    `suppressed` no more mail goes to its address. Reports without an id of the provider's are told apart by
    their instants. Give the mail, or nothing if we know no such mail or were told this before.

    Raises NotYetKnown for a mail that may be on its way to `recipient` just now.
    """
    known = _find(message_id=message_id, mail_id=mail_id)
    if known is None:
        if recipient and _on_its_way(recipient).exists():
            raise NotYetKnown(f"{message_id} to {recipient}")
        return None
    id_, commitment = known
    with transaction.atomic():
        lock_promises({commitment} if commitment is not None else set())
        mail = _locked(id_)
        _, is_new = DeliveryEvent.objects.get_or_create(
            notification=mail,
            provider_event_id=(provider_event_id or f"at {occurred_at.isoformat()}")[:200],
            result=result.value,
            defaults={"occurred_at": occurred_at, "recorded_at": now, "detail": detail[:500]},
        )
        if not is_new:
            return None
        is_lost = mail.state == MailState.HELD.value and mail.hold == Hold.LOST.value
        if is_lost or (mail.state == MailState.UNKNOWN.value and mail.to_customer):
            # Nobody could tell whether it went: it did.
            lost_mail.it_went(mail=mail, now=now)
        was_received = mail.delivery not in NOT_RECEIVED
        if says_more(result, than=mail.delivery):
            mail.delivery, mail.delivery_at = result.value, occurred_at
            mail.save(update_fields=["delivery", "delivery_at"])
            if was_received and result in NOT_RECEIVED:
                _not_received(mail, result, why=suppressed, occurred_at=occurred_at, now=now)
        if suppressed is not None and mail.to_customer:
            suppress(address=mail.address, reason=suppressed, mail=mail.id, detail=detail, now=now)
    # With nothing held: both look at all the customer's promises, and a promise is held before its customer.
    if result is Delivery.UNSUBSCRIBED:
        _only_real_news(mail, now=now)
    if suppressed is not None and mail.to_customer:
        look_again_at(address=mail.address, now=now)
    return mail


def _find(*, message_id: str, mail_id: str) -> tuple[uuid.UUID, int | None] | None:
    """Give a mail's id and its promise: by our own id, where the provider gives it back, or by either message id."""
    mails = Notification.objects.order_by("id").values_list("id", "commitment_id")
    if (ours := read_uuid(mail_id)) is not None and (found := mails.filter(id=ours).first()) is not None:
        return found
    if not message_id:
        return None
    return mails.filter(Q(provider_id=message_id) | Q(message_id=message_id)).first()


def _on_its_way(address: str) -> NotificationQuerySet:
    """Give the mails to an address that are being handed over."""
    return Notification.objects.unfinished().filter(state=MailState.SENDING.value, address__iexact=address)


def read_uuid(text: str) -> uuid.UUID | None:
    """Give the id that a text is; nothing for any other text."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _locked(id_: Any) -> Notification:
    """Hold a mail's row: two reports about one mail are noted one after the other."""
    rows = Notification.objects.select_related("event__word")
    if connection.features.has_select_for_update_of:
        rows = rows.select_for_update(of=("self",))
    return rows.get(id=id_)


def _only_real_news(mail: Notification, *, now: datetime) -> None:
    """Send whoever got a mail no holding mails any more: what people have to say still goes."""
    link = CustomerLink.objects.filter(commitment=mail.commitment_id, customer=mail.customer_id).order_by("-id").first()
    if link is not None:
        only_real_news(link=link, wanted=True, now=now)


def _not_received(
    mail: Notification, result: Delivery, *, why: Suppressed | None, occurred_at: datetime, now: datetime
) -> None:
    """Take back the word of a mail that did not arrive, and see to it that somebody calls."""
    mail.voided_at = now
    mail.save(update_fields=["voided_at"])
    if mail.commitment_id is None:
        return
    facts: dict[str, Any] = {
        "mail": mail.kind,
        "event": str(mail.event_id),
        "notification": str(mail.id),
        "reason": result.value,
        "to": recipient_of(to_customer=mail.to_customer, is_copy=mail.is_copy, recipient=mail.recipient_id),
    }
    record_mail(entries=[MailEntry(mail.commitment_id, EventKind.MAIL_FAILED, occurred_at, facts)], now=now)
    if not mail.to_customer or mail.is_copy:
        return
    word = getattr(mail.event, "word", None)
    if word is not None and word.sort != word.Sort.CONVERSATION and not mail.is_again:
        void_words(event_ids=[word.pk], reason=result.value, now=now)
    flag_undeliverable(
        commitment_id=mail.commitment_id,
        address=mail.address,
        why=Customer.DoNotMail(why.value) if why is not None else None,
        also_ended=mail.kind == MailKind.WITHDRAWN,
        now=now,
    )

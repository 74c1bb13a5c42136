"""Arrived mail: filed on the timeline of the promise that it belongs to, or parked until a person has read it.

Whose mail it is says a token that only they have, or a Message-ID together with the address that we wrote to; never a
subject, and never a sender alone. Each mail counts once for each promise, however often it is handed to us.
"""

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.utils.translation import gettext

from commitments.domain.tokens import Purpose
from commitments.models import Commitment, CommitmentEvent, Customer
from commitments.models.people import is_staff_member
from commitments.services.links import LinkGone, open_link, read_staff_token, staff_token
from commitments.services.refusals import Refused
from commitments.services.replies import contact, customer_message, dispute
from notifications.domain.inbound import (
    Arrived,
    Filing,
    InboundState,
    Ourselves,
    Parked,
    addresses_of_ours,
    answered_ids,
    machine_of,
    without_tokens,
)
from notifications.domain.wording import clean_line
from notifications.models import InboundAttachment, InboundMail, Notification
from notifications.services.planning import message_id_domain

DAY = timedelta(days=1)
ADDRESSES_AT_MOST = 10
"""One mail may answer several promises' mails, and hardly more."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mail belongs, as far as can be known, and why it cannot be filed there; nothing where it can."""

    address: str = ""
    commitment: Commitment | None = None
    customer: Customer | None = None
    colleague: Any = None
    because: Parked | None = None


def receive(*, mail: Arrived, now: datetime) -> list[InboundMail]:
    """Take in a mail, once for each promise that it is about; one that was taken in before changes nothing."""
    return [row for place in _places(mail, now=now) if (row := _take_in(mail, place, now=now)) is not None]


def park_unreadable(*, raw: bytes, error: str, now: datetime) -> None:
    """Keep what arrived and cannot be read as a mail, so that a person sees that something did."""
    InboundMail.objects.get_or_create(
        key=hashlib.sha256(raw).hexdigest(),
        defaults={
            "received_at": now,
            "state": InboundState.PARKED.value,
            "because": Parked.UNREADABLE.value,
            "detail": clean_line(error, at_most=500),
            "text": raw[:10_000].decode("ascii", "replace").replace("\x00", "\N{REPLACEMENT CHARACTER}"),
        },
    )


@transaction.atomic
def file_mail(*, actor: Any, mail: int, reference: str, filing: Filing, now: datetime) -> InboundMail:
    """Put a parked mail on a promise's timeline as what the customer wrote when it arrived.

    Raises Refused: no such mail or promise that `actor` may see, or one that somebody has dealt with already.
    """
    row = _parked(actor, mail)
    promise = Commitment.objects.visible_to(actor).filter(reference=reference.strip().upper()).first()
    if promise is None:
        sentence = gettext(
            "You see no promise with this reference. It has up to eight letters and digits, as in K7Q4M."
        )
        raise Refused(sentence, field="reference")
    at: datetime | None = max(row.received_at, promise.started_at)
    if filing is not Filing.TELLS and promise.ended_at is not None and row.received_at <= promise.ended_at:
        # It came before the end; who says now that it needs an answer starts the clock now.
        at = None
    said = _said(row.words or row.text, list(row.attachments.order_by("id").values_list("name", flat=True)))
    writer = next((known for known in _customers(promise) if known.pk == row.customer_id), None)
    if filing is Filing.DISPUTES:
        filed = dispute(
            actor=None,
            reference=promise.reference,
            channel="email",
            words=said,
            writer=writer,
            happened_at=at,
            now=now,
        )
    else:
        filed = customer_message(
            actor=None,
            reference=promise.reference,
            channel="email",
            words=said,
            writer=writer,
            needs_answer=filing is Filing.ASKS,
            happened_at=at,
            now=now,
        )
    row.state, row.commitment, row.event = InboundState.FILED.value, filed, _last_act(filed)
    row.decided_by, row.decided_at = actor, now
    row.save(update_fields=["state", "commitment", "event", "decided_by", "decided_at"])
    return row


@transaction.atomic
def dismiss_mail(*, actor: Any, mail: int, now: datetime) -> InboundMail:
    """Note that a person has read a parked mail and that it belongs to no promise. Raises Refused as `file_mail`."""
    row = _parked(actor, mail)
    row.state, row.decided_by, row.decided_at = InboundState.DISMISSED.value, actor, now
    row.save(update_fields=["state", "decided_by", "decided_at"])
    return row


def dismiss_machines(*, actor: Any, mails: Collection[int], now: datetime) -> int:
    """Dismiss those of some mails that machines sent and nobody has dealt with; give how many."""
    rows = InboundMail.objects.filter(pk__in=InboundMail.objects.visible_to(actor).by_machines().filter(pk__in=mails))
    return rows.update(state=InboundState.DISMISSED.value, decided_by=actor, decided_at=now)


def staff_address_of(promise: Commitment) -> str:
    """Give the address that makes a colleague's mail count as word on a promise; none where no mail arrives."""
    return f"{staff_token(promise.reference)}@{settings.INBOUND_DOMAIN}" if settings.INBOUND_DOMAIN else ""


# -- Where it belongs -----------------------------------------------------------------------------------------------


def _places(mail: Arrived, *, now: datetime) -> Iterator[Place]:
    """Give each promise that a mail is about once, or the one place for a mail that is about none."""
    ours = addresses_of_ours(mail, domain=settings.INBOUND_DOMAIN)
    found = [_of_a_reply(mail, token, now=now) for token in ours.replies[:ADDRESSES_AT_MOST]]
    found += [_of_a_colleague(mail, token) for token in ours.staff[:ADDRESSES_AT_MOST]]
    if not found:
        because = Parked.PROMISE_UNKNOWN if ours.others else Parked.STRANGER
        found = [_of_an_answer(mail, because=because)]
    # Of several addresses of one promise the one counts that lets the mail be filed.
    found.sort(key=lambda place: place.because is None)
    yield from {place.commitment.pk if place.commitment else place.address: place for place in found}.values()


def _of_a_reply(mail: Arrived, token: str, *, now: datetime) -> Place:
    """Read the address at which a customer's answers arrive: whoever has it was given it."""
    try:
        link = open_link(token=token, purpose=Purpose.REPLY, now=now)
    except LinkGone:
        return replace(_of_an_answer(mail, because=None), address=token, because=Parked.PROMISE_UNKNOWN)
    place = Place(token, link.commitment, link.customer)
    is_theirs = mail.from_address == link.customer.email.lower()
    if not is_theirs and any(is_staff_member(user) for user in _users(mail.from_address)):
        return replace(place, because=Parked.COLLEAGUE)
    return place


def _of_a_colleague(mail: Arrived, token: str) -> Place:
    """Read a promise's address for colleagues: a person's word, where the customer got it as well."""
    reference = read_staff_token(token)
    promise = Commitment.objects.select_related("customer").filter(reference=reference or "").first()
    if promise is None:
        return Place(token, because=Parked.PROMISE_UNKNOWN)
    for user in _users(mail.from_address):
        if Commitment.objects.visible_to(user).filter(pk=promise.pk).exists():
            return Place(token, promise, colleague=user, because=_why_no_word(mail, promise))
    # Whoever answers all takes the colleagues' address along.
    for customer in _customers(promise):
        if customer.email and mail.from_address == customer.email.lower():
            return Place(token, promise, customer, because=Parked.FORGED if mail.has_failed_authentication else None)
    return Place(token, promise, because=Parked.STRANGER)


def _why_no_word(mail: Arrived, promise: Commitment) -> Parked | None:
    if mail.has_failed_authentication:
        return Parked.FORGED
    address = promise.customer.email.lower()
    was_told = promise.customer.can_be_mailed and address in mail.addressed_to
    return None if was_told else Parked.NOT_TO_CUSTOMER


def _of_an_answer(mail: Arrived, *, because: Parked | None) -> Place:
    """Read what a mail answers; without an address of ours it is only theirs whom we wrote to, at that address."""
    answered = _answered(mail)
    if answered is None or answered.commitment is None or answered.customer is None:
        return Place(because=because)
    customer = answered.customer.merged_into or answered.customer
    place = Place("", answered.commitment, customer)
    is_theirs = (
        mail.from_address == answered.address.lower() == customer.email.lower()
        and not mail.has_failed_authentication
        and customer.do_not_mail != Customer.DoNotMail.NOT_FOR_ME
        and customer.pk in {theirs.pk for theirs in _customers(answered.commitment)}
    )
    return place if is_theirs else replace(place, because=Parked.STRANGER)


def _answered(mail: Arrived) -> Notification | None:
    """Give the customer mail that an arrived one says to answer: by our Message-ID, or the provider's own."""
    ids = answered_ids(mail)
    if not ids:
        return None
    names = [name for id_ in ids for name in (f"<{id_}>", id_, id_.rpartition("@")[0]) if name]
    mails = Notification.objects.filter(to_customer=True).select_related("commitment", "customer__merged_into")
    return (
        mails.filter(message_id__in=names).order_by("-id").first()
        or mails.filter(provider_id__in=names).order_by("-id").first()
    )


def _customers(promise: Commitment) -> list[Customer]:
    """Give the promise's customer and whoever watches it."""
    return [promise.customer, *Customer.objects.filter(watching__commitment=promise)]


def _users(address: str) -> list[Any]:
    if not address:
        return []
    return list(get_user_model()._default_manager.filter(email__iexact=address, is_active=True).order_by("pk")[:5])


# -- What is done with it -------------------------------------------------------------------------------------------


def _take_in(mail: Arrived, place: Place, *, now: datetime) -> InboundMail | None:
    """Keep a mail and file it where nothing speaks against it; nothing is given for one that we have."""
    because = _machine(mail, place, now=now) or place.because or _why_not_now(place, now=now)
    with transaction.atomic():
        # Without its promise at first: a row that refers to one must not be locked before the promise is.
        row, is_new = InboundMail.objects.get_or_create(
            key=_key(mail, place),
            defaults=_contents(mail)
            | {
                "received_at": now,
                "state": InboundState.PARKED.value,
                "because": (because or Parked.REFUSED).value,
            },
        )
        if not is_new:
            return None
        # Anybody can write to an address at our domain: what strangers send must not fill the database.
        keeps_files = place.commitment is not None and _may_bring_files(place.commitment, now=now)
        InboundAttachment.objects.bulk_create(
            [
                InboundAttachment(
                    mail=row,
                    name=file.name,
                    content_type=file.content_type,
                    size=file.size,
                    content=file.content if keeps_files else None,
                )
                for file in mail.attachments
            ]
        )
        if because is None and place.commitment is not None:
            try:
                with transaction.atomic():
                    row.event = _record(mail, place, place.commitment.reference, now=now)
            except Refused as refused:
                row.detail = refused.message[:500]
            else:
                row.state, row.because = InboundState.FILED.value, ""
        row.commitment, row.customer, row.colleague = place.commitment, place.customer, place.colleague
        row.save(update_fields=["state", "because", "detail", "event", "commitment", "customer", "colleague"])
    return row


def _machine(mail: Arrived, place: Place, *, now: datetime) -> Parked | None:
    ours = Ourselves(message_id_domain=message_id_domain(), from_address=parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
    sent_at = None
    if place.commitment is not None and place.customer is not None:
        went = Notification.objects.filter(commitment=place.commitment, customer=place.customer, sent_at__lte=now)
        sent_at = went.order_by("-sent_at").values_list("sent_at", flat=True).first()
    return machine_of(mail, ours=ours, after=now - sent_at if sent_at is not None else None)


def _why_not_now(place: Place, *, now: datetime) -> Parked | None:
    """Say why a mail that could be filed must wait for a person all the same."""
    if place.commitment is None:
        return Parked.STRANGER
    if place.customer is not None and place.commitment.ended_at is not None:
        return Parked.PROMISE_ENDED
    lately = InboundMail.objects.filter(
        commitment=place.commitment,
        customer=place.customer,
        colleague=place.colleague,
        state=InboundState.FILED.value,
        received_at__gt=now - DAY,
    )
    return Parked.TOO_MANY if lately.count() >= settings.INBOUND_DAILY_LIMIT else None


def _may_bring_files(promise: Commitment, *, now: datetime) -> bool:
    """Tell whether so few mails about a promise have come in a day, whatever became of them, that files are kept."""
    lately = InboundMail.objects.filter(commitment=promise, received_at__gt=now - DAY)
    return lately.count() < settings.INBOUND_DAILY_LIMIT


def _record(mail: Arrived, place: Place, reference: str, *, now: datetime) -> CommitmentEvent:
    """Put a mail on the timeline: what the customer wrote, or what a colleague told them. Raises Refused."""
    said = _said(mail.words, [attachment.name for attachment in mail.attachments])
    if place.colleague is not None:
        told = contact(
            actor=place.colleague, reference=reference, direction="out", message=said, channel="email", now=now
        )
        return _last_act(told)
    asked = customer_message(
        actor=None, reference=reference, channel="email", words=said, writer=place.customer, now=now
    )
    if asked.ended_at is not None:
        raise Refused("The promise ended just before this mail came.")
    return _last_act(asked)


def _said(words: str, files: list[str]) -> str:
    """Give what a mail says for the timeline: its words, and the names of the files that came with it.

    Whoever answers below what they quote brings their own link along.
    """
    named = f"Attached: {', '.join(files)}" if files else ""
    said = "\n\n".join(part for part in (words.strip(), named) if part) or "(A mail without words.)"
    return without_tokens(said)


def _last_act(commitment: Commitment) -> CommitmentEvent:
    return commitment.events.get(sequence=commitment.version)


def _parked(actor: Any, mail: int) -> InboundMail:
    rows = InboundMail.objects.visible_to(actor)
    if connection.features.has_select_for_update_of:
        rows = rows.select_for_update(of=("self",))
    row = rows.filter(pk=mail).first()
    if row is None:
        raise Refused(gettext("You see no such mail."))
    if not row.is_parked:
        raise Refused(gettext("Somebody has dealt with this mail already."))
    return row


def _key(mail: Arrived, place: Place) -> str:
    """Tell one mail from another: by its Message-ID and the promise, or the address, that it came to."""
    itself = mail.message_id or "\n".join([mail.from_address, mail.subject, mail.text, *mail.all("date")])
    where = str(place.commitment.pk) if place.commitment is not None else f"{place.address} {mail.envelope_recipients}"
    because = place.because.value if place.because is not None else ""
    return hashlib.sha256("\n".join([itself, where, because]).encode()).hexdigest()


def _contents(mail: Arrived) -> dict[str, Any]:
    recipients = dict.fromkeys((*mail.envelope_recipients, *mail.addressed_to))
    return {
        "message_id": mail.message_id,
        "from_name": mail.from_name,
        "from_address": mail.from_address,
        "recipients": ", ".join(recipients)[:5_000],
        "subject": mail.subject,
        "words": mail.words,
        "text": mail.text,
        "html": mail.html,
        "headers": [list(header) for header in mail.headers],
    }

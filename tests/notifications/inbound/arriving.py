"""Mails as they arrive: written out whole, and handed over as a provider's webhook does."""

from collections.abc import Iterable
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

from anymail.inbound import AnymailInboundMessage
from anymail.signals import AnymailInboundEvent, EventType, inbound

from commitments.domain.tokens import Purpose
from commitments.models import Commitment, Customer
from commitments.services.links import issue, staff_token
from notifications.models import InboundMail
from tests.factories import NOW

DOMAIN = "in.kept.example"
"""Where customers' replies arrive, in these tests."""
LATER = NOW + timedelta(minutes=30)
"""When the mails of these tests arrive."""


def reply_to(promise: Commitment, customer: Customer | None = None) -> str:
    """Give the address at which a customer's answers about a promise arrive."""
    whose = customer or promise.customer
    link = issue(pairs={(promise.pk, whose.pk)}, now=NOW)[promise.pk, whose.pk]
    return f"reply.{link.token(Purpose.REPLY)}@{DOMAIN}"


def staff_address(promise: Commitment) -> str:
    """Give a promise's address for colleagues."""
    return f"{staff_token(promise.reference)}@{DOMAIN}"


def written(
    *,
    sender: str = "Maria Lopez <maria@example.org>",
    to: str = "",
    text: str = "It still does not work.",
    headers: Iterable[tuple[str, str]] = (),
    **fields: str,
) -> EmailMessage:
    """Write a mail as a person's mail program does."""
    mail = EmailMessage()
    values = {
        "From": sender,
        "To": to,
        "Subject": fields.pop("subject", "Re: Your replacement router"),
        "Message-ID": fields.pop("message_id", "<reply-1@mail.example.org>"),
        "In-Reply-To": fields.pop("in_reply_to", "<promised@in.kept.example>"),
        "Cc": fields.pop("cc", ""),
    }
    for name, value in values.items():
        if value:
            mail[name] = value
    for name, value in headers:
        mail[name] = value
    mail.set_content(text)
    return mail


def arrive(
    raw: EmailMessage | bytes, *, to: str = "", sender: str | None = None, report: Any = None
) -> list[InboundMail]:
    """Hand a mail over as anymail does after a webhook's post; give all that is kept, oldest first."""
    content = raw.as_bytes() if isinstance(raw, EmailMessage) else raw
    message = AnymailInboundMessage.parse_raw_mime_bytes(content)
    message.envelope_recipient = to or None
    message.envelope_sender = sender
    event = AnymailInboundEvent(event_type=EventType.INBOUND, message=message, esp_event=report)
    inbound.send(sender=None, event=event, esp_name="Test")
    return list(InboundMail.objects.order_by("id"))


def one_kept() -> InboundMail:
    """Give the only mail that is kept."""
    return InboundMail.objects.get()

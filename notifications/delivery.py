"""The only module that sends.

Builds the message from plain values, hands it to the configured backend, and says in our own terms why one did not go.
"""

import re
import smtplib
import traceback
from email.utils import parseaddr
from types import TracebackType
from typing import Any

from anymail.exceptions import (  # type: ignore[import-untyped]
    AnymailAPIError,
    AnymailConfigurationError,
    AnymailError,
    AnymailRecipientsRefused,
)
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMultiAlternatives, get_connection

from notifications.domain.inbound import OWN_HEADER
from notifications.domain.letter import Envelope, Fault, Rendered
from notifications.domain.wording import clean_line

LOGIN_CODES = frozenset({530, 534, 535, 538})
"""SMTP replies that mean: not with this login."""
POLICY = re.compile(r"\b5\.7\.\d|relay|authenticat|not permitted|denied|policy|blocked|blacklist|spam", re.IGNORECASE)
"""Words of a server that refuses us rather than the address (RFC 3463: class 5.7 is about permission)."""
PROVIDER_SETUP_STATUS = frozenset({401, 402, 403, 404, 407, 408, 425, 429})
"""HTTP replies of a provider that say nothing about the mail at hand."""


KNOWS_A_SECOND_COPY = frozenset({"Brevo", "Resend"})
"""Providers that take a mail with the same key once (Brevo for half an hour, Resend for a day)."""
ALREADY_TAKEN = frozenset({"duplicate_parameter", "invalid_idempotent_request"})
"""How they answer a second copy that they do not take: Brevo always, Resend if it reads otherwise than the first."""
NAMES_THE_MAIL = frozenset(
    {
        *("Amazon SES", "Brevo", "Mailgun", "Mailjet", "Mailtrap", "Mandrill"),
        *("Postmark", "Resend", "SendGrid", "SparkPost", "Unisender Go"),
    }
)
"""Providers that keep data of ours with a mail and give it back in reports; the others would refuse the mail."""
OUR_ID = "kept_mail"
"""Under this name they keep our id of a mail."""


class TransportError(Exception):
    """A mail, or no mail at all, could be handed over; `fault` says what is to be done about it."""

    def __init__(self, message: str, *, fault: Fault, perhaps_delivered: bool = False) -> None:
        super().__init__(message)
        self.message = " ".join(message.split())[:500]
        self.fault = fault
        self.perhaps_delivered = perhaps_delivered

    @property
    def permanent(self) -> bool:
        """Whether trying this mail again is pointless."""
        return self.fault in {Fault.ADDRESS, Fault.REFUSED}

    @property
    def broken_setup(self) -> bool:
        """Whether no mail can leave at all."""
        return self.fault is Fault.SETUP


def connect() -> Any:
    """Open the configured way out, once for a batch. Raises TransportError (broken set-up)."""
    try:
        connection = get_connection()
        connection.open()
    except (OSError, ImproperlyConfigured, AnymailError, ValueError) as error:
        raise TransportError(_said(error), fault=Fault.SETUP) from error
    return connection


def close(connection: Any) -> None:
    """Close a connection; one that has broken off needs no goodbye."""
    try:
        connection.close()
    except OSError:
        return


def send(rendered: Rendered, envelope: Envelope, *, connection: Any) -> str:
    """Hand one mail over, and give the provider's id for it (empty with SMTP). Raises TransportError."""
    provider = str(getattr(connection, "esp_name", ""))
    try:
        message = build(rendered, envelope)
        if provider in NAMES_THE_MAIL:
            message.metadata = {OUR_ID: envelope.mail_id}  # type: ignore[attr-defined]  # anymail's
        if provider in KNOWS_A_SECOND_COPY:
            _give_key(message, envelope.mail_id, connection)
        connection.send_messages([message])
    except AnymailRecipientsRefused as error:
        raise TransportError(_said(error), fault=Fault.ADDRESS) from error
    except AnymailConfigurationError as error:
        raise TransportError(_said(error), fault=Fault.SETUP) from error
    except AnymailAPIError as error:
        if provider in KNOWS_A_SECOND_COPY and _code(error) in ALREADY_TAKEN:
            if envelope.is_repeat:
                # The first copy, of which we did not hear, had gone.
                return ""
            raise TransportError(_said(error), fault=Fault.TEMPORARY) from error
        raise _provider_error(error) from error
    except OSError as error:
        raise _smtp_error(error) from error
    except (AnymailError, ValueError) as error:
        # An address that cannot be one, or something that this provider cannot say.
        fault = Fault.REFUSED if isinstance(error, AnymailError) else Fault.ADDRESS
        raise TransportError(_said(error), fault=fault) from error
    status = getattr(message, "anymail_status", None)
    return str(getattr(status, "message_id", None) or "")


def _give_key(message: EmailMultiAlternatives, key: str, connection: Any) -> None:
    """Have the provider know the mail by its key, where its interface wants it: one among the headers, one above."""
    if connection.esp_name == "Brevo":
        message.extra_headers["idempotencyKey"] = key
    else:
        connection.session.headers["Idempotency-Key"] = key


def build(rendered: Rendered, envelope: Envelope) -> EmailMultiAlternatives:
    """Make the message: who it is from and to, what it belongs to, and that a machine sent it if one did."""
    headers = {
        "Message-ID": envelope.message_id,
        "References": envelope.thread,
        "In-Reply-To": envelope.thread,
    }
    headers[OWN_HEADER] = "1"
    if envelope.is_automatic:
        headers["Auto-Submitted"] = "auto-generated"
        headers["X-Auto-Response-Suppress"] = "All"
    if envelope.unsubscribe_url:
        # One press, without a page in between (RFC 8058).
        headers["List-Unsubscribe"] = f"<{envelope.unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message = EmailMultiAlternatives(
        subject=clean_line(rendered.subject, at_most=400),
        body=rendered.text,
        from_email=sender(envelope.from_name),
        to=[mailbox(envelope.to_name, envelope.to_address)],
        reply_to=[mailbox(envelope.from_name, envelope.reply_to)] if envelope.reply_to else None,
        headers=headers,
    )
    if rendered.html:
        message.attach_alternative(rendered.html, "text/html")
    return message


def sender(name: str) -> str:
    """Give the From line: our one address, under the name of whoever speaks (our own where nobody does)."""
    own_name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return mailbox(name or own_name, address)


def mailbox(name: str, address: str) -> str:
    """Write a name and an address as one header value, quoted where need be. Raises ValueError for no address."""
    local, at, domain = address.rpartition("@")
    if not at or not local or not domain or not address.isprintable() or " " in address:
        raise ValueError(f"“{address}” is no mail address.")
    name = clean_line(name)
    if not name:
        return address
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}" <{address}>'


# -- What went wrong ------------------------------------------------------------------------------------------------


def _said(error: BaseException) -> str:
    """Give an error's own words: a server's reply as text, else what Python says."""
    reply = getattr(error, "smtp_error", None)
    if reply is not None:
        words = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else str(reply)
        return f"{getattr(error, 'smtp_code', '')} {words}".strip()
    return str(error) or type(error).__name__


def _smtp_error(error: OSError) -> TransportError:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, reply = next(iter(error.recipients.values()))
        words = f"{code} {reply.decode('utf-8', 'replace')}"
        if code in LOGIN_CODES:
            return TransportError(words, fault=Fault.SETUP)
        if 500 <= code < 600:
            return TransportError(words, fault=Fault.REFUSED if POLICY.search(words) else Fault.ADDRESS)
        return TransportError(words, fault=Fault.LOST if code == 421 else Fault.TEMPORARY)
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return TransportError(_said(error), fault=Fault.LOST, perhaps_delivered=_was_handing_over(error.__traceback__))
    if isinstance(error, smtplib.SMTPSenderRefused):
        # Every mail has the same sender: what is refused is not this mail. 552 speaks of its size.
        fault = Fault.REFUSED if error.smtp_code == 552 else Fault.LOST if error.smtp_code == 421 else Fault.SETUP
        return TransportError(_said(error), fault=fault)
    if isinstance(error, smtplib.SMTPDataError):
        code = error.smtp_code
        fault = Fault.LOST if code == 421 else Fault.REFUSED if 500 <= code < 600 else Fault.TEMPORARY
        return TransportError(_said(error), fault=fault)
    if isinstance(error, smtplib.SMTPException):
        return TransportError(_said(error), fault=Fault.SETUP)
    return TransportError(_said(error), fault=Fault.LOST, perhaps_delivered=_was_handing_over(error.__traceback__))


def _was_handing_over(trace: TracebackType | None) -> bool:
    """Tell whether the connection broke while the mail itself was under way, so that it may have arrived."""
    return any(frame.f_code.co_name == "data" for frame, _ in traceback.walk_tb(trace))


def _code(error: AnymailAPIError) -> str:
    """Give the provider's own word for what was wrong, if its answer has one."""
    try:
        answer = error.response.json()
    except (AttributeError, ValueError):
        return ""
    return str(answer.get("code") or answer.get("name") or "") if isinstance(answer, dict) else ""


def _provider_error(error: AnymailAPIError) -> TransportError:
    status = error.status_code
    words = _said(error)
    if status is None:
        # No reply at all: a timeout may have come after the mail was taken.
        return TransportError(words, fault=Fault.LOST, perhaps_delivered="imeout" in words)
    if status in PROVIDER_SETUP_STATUS or status >= 500:
        return TransportError(words, fault=Fault.SETUP)
    return TransportError(words, fault=Fault.REFUSED)

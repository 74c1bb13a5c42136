"""The embedded installation's way out: mails stay in the database, and /mailbox/ shows them as they would have gone."""

import email
import email.policy
import re
from collections.abc import Sequence
from datetime import datetime
from email.header import decode_header, make_header
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from commitments import clock
from notifications.models import MailboxMessage


class DatabaseMailbox(BaseEmailBackend):
    """An e-mail backend that keeps what it is given, as received at an instant or when it comes."""

    def __init__(self, *args: Any, received_at: datetime | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.received_at = received_at

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Keep the mails; gives how many."""
        now = self.received_at or clock.now()
        kept = []
        for message in email_messages:
            # Read back from its bytes: what is shown has been through everything that a real mail goes through.
            sent = message.message().as_bytes()
            wire = email.message_from_bytes(sent, policy=email.policy.default)
            text, html = wire.get_body(("plain",)), wire.get_body(("html",))
            headers = [(name, _decoded(value)) for name, value in email.message_from_bytes(sent).items()]
            named = dict(headers)
            kept.append(
                MailboxMessage(
                    received_at=now,
                    sender=named["From"][:400],
                    recipients=named.get("To") or ", ".join(message.recipients()),
                    subject=named.get("Subject", ""),
                    headers=headers,
                    text=text.get_content() if text else "",
                    html=html.get_content() if html else "",
                )
            )
        MailboxMessage.objects.bulk_create(kept)
        return len(kept)


def _decoded(header: str) -> str:
    """Decode a header (RFC 2047). The newer parser of Python 3.11 leaves a space within a word that took two lines."""
    return str(make_header(decode_header(re.sub(r"\r?\n(?=[ \t])", "", header))))

"""The embedded installation's way out: mails stay in the database, and /mailbox/ shows them as they would have gone."""

import email
import email.policy
import re
from collections.abc import Sequence
from datetime import datetime
from email.utils import getaddresses
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from commitments import clock
from notifications.models import MailboxMessage
from notifications.services.reading_mail import decoded


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
            wire = email.message_from_bytes(message.message().as_bytes(), policy=email.policy.default)
            text, html = wire.get_body(("plain",)), wire.get_body(("html",))
            headers = [(name, _unfolded(value)) for name, value in wire.raw_items()]
            named = dict(headers)
            kept.append(
                MailboxMessage(
                    received_at=now,
                    sender=_people(named["From"])[:400],
                    recipients=_people(named.get("To", "")) or ", ".join(message.recipients()),
                    subject=decoded(named.get("Subject", "")),
                    headers=[(name, decoded(value)) for name, value in headers],
                    text=text.get_content() if text else "",
                    html=html.get_content() if html else "",
                )
            )
        MailboxMessage.objects.bulk_create(kept)
        return len(kept)


def _unfolded(header: str) -> str:
    """Put a header into one line as it was sent: decoded by the newer parser, Python 3.11 leaves a space in a word."""
    return re.sub(r"\r?\n(?=[ \t])", "", header)


def _people(header: str) -> str:
    """Write names and addresses as people read them, without the quotes of a header."""
    return ", ".join(f"{decoded(name)} <{address}>" if name else address for name, address in getaddresses([header]))

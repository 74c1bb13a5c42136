"""The embedded installation's way out: mails stay in the database, and /mailbox/ shows them as they would have gone."""

import email
import email.policy
import re
from collections.abc import Sequence
from datetime import datetime
from email.header import decode_header, make_header
from email.utils import getaddresses
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
            headers = [(name, _unfolded(value)) for name, value in email.message_from_bytes(sent).items()]
            named = dict(headers)
            kept.append(
                MailboxMessage(
                    received_at=now,
                    sender=_people(named["From"])[:400],
                    recipients=_people(named.get("To", "")) or ", ".join(message.recipients()),
                    subject=_decoded(named.get("Subject", "")),
                    headers=[(name, _decoded(value)) for name, value in headers],
                    text=text.get_content() if text else "",
                    html=html.get_content() if html else "",
                )
            )
        MailboxMessage.objects.bulk_create(kept)
        return len(kept)


def _unfolded(header: str) -> str:
    return re.sub(r"\r?\n(?=[ \t])", "", header)


def _decoded(words: str) -> str:
    """Decode words of a header (RFC 2047). The newer parser of Python 3.11 leaves a space where they took two lines."""
    return str(make_header(decode_header(words)))


def _people(header: str) -> str:
    """Write names and addresses as people read them, without the quotes of a header."""
    return ", ".join(f"{_decoded(name)} <{address}>" if name else address for name, address in getaddresses([header]))

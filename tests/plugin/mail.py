"""A real SMTP server that keeps what it is given."""

import email
import email.policy
from dataclasses import dataclass, field
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.plugin import processes


@dataclass(frozen=True)
class Received:
    """One mail as it came over the wire."""

    sender: str
    recipients: list[str]
    message: EmailMessage


@dataclass
class MailServer:
    """Keeps mails in `messages`; `refusals` gives recipients' answers, such as `550 5.1.1 No such user`."""

    port: int = field(default_factory=processes.free_port)
    messages: list[Received] = field(default_factory=list)
    refusals: dict[str, str] = field(default_factory=dict)

    host = "127.0.0.1"

    def __post_init__(self) -> None:
        self._controller = Controller(self, hostname=self.host, port=self.port)

    @property
    def url(self) -> str:
        """What EMAIL_URL has to say to reach it."""
        return f"smtp://{self.host}:{self.port}"

    def start(self) -> None:
        """Listen."""
        self._controller.start()

    def stop(self) -> None:
        """Stop listening and let go of the port."""
        self._controller.stop()

    def clear(self) -> None:
        """Forget every mail and every refusal."""
        self.messages.clear()
        self.refusals.clear()

    def to(self, address: str) -> list[Received]:
        """Return the mails to an address, in the order of their coming."""
        return [received for received in self.messages if address in received.recipients]

    async def handle_RCPT(  # noqa: N802 - the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take or refuse one recipient."""
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep one mail."""
        message = email.message_from_bytes(envelope.original_content or b"", policy=email.policy.default)
        self.messages.append(
            Received(sender=envelope.mail_from or "", recipients=list(envelope.rcpt_tos), message=message)
        )
        return "250 OK"

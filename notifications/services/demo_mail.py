"""What arrives by mail in the demonstration: an answer, one about a kept promise, an absence, and a stranger's."""

from datetime import datetime
from email.message import EmailMessage

from notifications.domain.kinds import MailKind, MailState
from notifications.models import Notification
from notifications.services.inbound import receive
from notifications.services.reading_mail import read_mail

ASKS = "Thank you. May it also be after six?\n\nOn Wednesday Customer care wrote:\n> Hello, we promised to …"
IS_DARK = "I thought that was settled, but since this morning it is the same again. Could you look once more?"
IS_AWAY = "I am out of the office until Monday and read my mail then."


def bring_mail(*, now: datetime) -> None:
    """Let mails arrive, as far as mails have gone that they can answer."""
    went = Notification.objects.filter(to_customer=True, state=MailState.SENT.value, commitment__isnull=False)
    kinds = went.select_related("commitment", "customer").order_by("-sent_at", "-id")
    is_open = kinds.filter(commitment__ended_at__isnull=True)
    machine = [("Auto-Submitted", "auto-replied"), ("X-Autoreply", "yes")]
    answered = is_open.filter(kind=MailKind.PROMISED.value).first()
    if answered is not None:
        _answer(answered, ASKS, at=now)
    kept = kinds.filter(kind=MailKind.KEPT.value, commitment__ended_at__isnull=False).first()
    if kept is not None:
        _answer(kept, IS_DARK, at=now)
    held = is_open.filter(kind=MailKind.HOLDING.value).first()
    if held is not None:
        _answer(held, IS_AWAY, at=now, headers=machine)
    if answered is not None:
        _answer(answered, "She asks me to say that Tuesday suits her.", at=now, sender="A neighbour <n@example.net>")


def _answer(
    mail: Notification, words: str, *, at: datetime, sender: str = "", headers: list[tuple[str, str]] | None = None
) -> None:
    written = EmailMessage()
    written["From"] = sender or mail.address
    written["Subject"] = f"Re: {' '.join(mail.subject.split())}"
    written["Message-ID"] = f"<{at.timestamp():.0f}.{mail.pk.hex}@mail.example.org>"
    written["In-Reply-To"] = mail.message_id
    for name, value in headers or []:
        written[name] = value
    written.set_content(words)
    receive(mail=read_mail(written), now=at)

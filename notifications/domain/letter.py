"""What a mail says, and on what envelope: plain values between reading, rendering and delivery."""

import enum
from dataclasses import dataclass
from datetime import datetime

from notifications.domain.kinds import MailKind


@dataclass(frozen=True, slots=True)
class News:
    """What a person last told the customer in words."""

    at: datetime
    words: str
    is_question: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """The recorded facts that a mail may state. Instants are UTC; an empty text or None is a fact not on record."""

    kind: MailKind
    now: datetime
    reference: str
    promise: str
    customer: str
    zone: str
    """The reader's: the customer's zone, or the team's for colleagues."""
    made_at: datetime
    due_at: datetime
    is_open: bool
    owner: str
    team: str
    team_phone: str = ""
    team_hours: str = ""
    language: str = "en"
    need: str = ""
    hear_by: datetime | None = None
    """By when the customer hears from us; nothing when that is past or the promise has ended."""
    named_at: datetime | None = None
    """The time to which this very mail binds us."""
    writer: str = ""
    """Who wrote or did it; nobody for automatic mail."""
    written_at: datetime | None = None
    meaning: str = ""
    message: str = ""
    was_due_at: datetime | None = None
    """The date that this mail moves."""
    is_bad_news: bool = False
    what_happened: str = ""
    what_next: str = ""
    choices: str = ""
    ended_at: datetime | None = None
    last_person_word_at: datetime | None = None
    last_word_at: datetime | None = None
    news: News | None = None
    reader: str = ""
    """The colleague who reads it; the customer otherwise."""
    customer_phone: str = ""
    reached_best: str = ""
    overdue_since: datetime | None = None
    silent_since: datetime | None = None
    times_broken: int = 0
    url: str = ""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A mail's contents as they go."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who a mail goes to and from, and the headers by which machines know it."""

    to_name: str
    to_address: str
    from_name: str
    message_id: str
    thread: str
    """Names the conversation: one for each promise and recipient."""
    is_automatic: bool


class Fault(enum.StrEnum):
    """Why a mail did not go, by what is to be done about it."""

    ADDRESS = "address"
    """This address takes no mail from us, now or later."""
    REFUSED = "refused"
    """Refused for good, and not for the address's sake: this mail's fault, or all mail's."""
    TEMPORARY = "temporary"
    """Not now; later perhaps."""
    LOST = "lost"
    """The connection broke off."""
    SETUP = "setup"
    """No mail can leave: unreachable server, refused login, refused sender."""

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


class CallBecause(enum.StrEnum):
    """Why a person has to call where otherwise a mail would do."""

    BY_PHONE = "by_phone"
    """The customer hears from us by phone only."""
    UNMAILABLE = "unmailable"
    """There is no address, or mail may not go there."""
    STRAINED = "strained"
    """The customer has been treated badly lately: nothing goes by itself."""


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
    """The customer's, as it was noted; the frame is in the team's where there is no catalogue for it."""
    team_language: str = "en"
    signature: str = ""
    """The team's lines under what a person writes."""
    colour: str = ""
    """The team's, as in ``#1f5fa3``."""
    logo_url: str = ""
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
    page_url: str = ""
    """Where the customer whom it goes to reads and answers this promise."""

    copied_for: str = ""
    """The promise's customer, where somebody beside them gets a copy."""
    is_withdrawn: bool = False
    explains: bool = False
    """It answers a customer about a promise that has ended."""
    question: News | None = None
    """What we asked and have no answer to."""
    answer_by: datetime | None = None
    """By when we need the answer to a question: this mail's, or the one that stands open."""
    attempt: str = ""
    """How it went when somebody tried to call: no_answer, engaged or voicemail."""
    next_try_at: datetime | None = None
    handed_from: str = ""
    """Whose promise it was, or is while somebody stands in."""
    handed_to: str = ""
    stands_in: str = ""
    """Who acts for the owner while they are away."""
    stands_in_until: datetime | None = None
    corrected: frozenset[str] = frozenset()
    """What was recorded wrongly: promise, due_at, customer …"""
    wrong_promise: str = ""
    """The words that were recorded wrongly."""
    was_mailed: bool = True
    """Whether what was recorded wrongly had been mailed to them."""
    is_voided: bool = False
    is_not_for_reader: bool = False
    """It puts right that an earlier mail went to somebody it was not meant for."""

    call_because: CallBecause | None = None
    said: News | None = None
    """What the customer said that waits for an answer."""
    customer_waiting_since: datetime | None = None
    disputed_since: datetime | None = None
    untold_since: datetime | None = None
    asked: str = ""
    """Which colleague or team was asked to take over."""
    lapses_at: datetime | None = None
    story: str = ""


@dataclass(frozen=True, slots=True)
class Desk:
    """What is on a colleague's desk as their working day begins: promises by the first of these that fits."""

    overdue: tuple["Line", ...] = ()
    silent: tuple["Line", ...] = ()
    waiting: tuple["Line", ...] = ()
    """Customers who wait for an answer."""
    handoffs: tuple["Line", ...] = ()
    """To be accepted or declined."""
    due: tuple["Line", ...] = ()
    """Due before the day is over."""

    @property
    def lines(self) -> tuple["Line", ...]:
        """All that is on it."""
        return (*self.overdue, *self.silent, *self.waiting, *self.handoffs, *self.due)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing on it."""
        return not self.lines


@dataclass(frozen=True, slots=True)
class Line:
    """One promise on a list."""

    at: datetime
    """The instant that the list says of it: since when, or by when."""
    is_word: bool
    """Whether that is when the customer must hear from us, rather than the promised date."""
    reference: str
    promise: str
    customer: str
    url: str
    zone: str


@dataclass(frozen=True, slots=True)
class StaffList:
    """A mail to a colleague about many promises."""

    kind: MailKind
    now: datetime
    reader: str
    zone: str
    items: tuple[Letter, ...] = ()
    """What would have been mails of their own."""
    desk: Desk = Desk()
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
    mail_id: str = ""
    """Our own id (a UUID): by it a provider knows a second copy, and names the mail in reports."""
    is_repeat: bool = False
    """Whether it may have gone before."""
    reply_to: str = ""
    """The address that takes answers, if not the sender's."""
    unsubscribe_url: str = ""
    """Where the recipient asks for no more of this kind with one press; only where there is something to ask for."""


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

"""One entry of a promise's timeline, as a line that a person reads; `commitments.web.story` puts lines in order."""

import enum
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext

from commitments.domain.escalation import Trigger
from commitments.domain.timeline import PEOPLES_ACTS, EventKind
from commitments.models import CommitmentEvent, EventText, Word
from commitments.models.people import person
from commitments.selectors.story import Story
from commitments.web.sentences_acts import SENTENCES as ACTS
from commitments.web.sentences_time import SENTENCES as TIMES
from commitments.web.telling import Telling, Write

NOTICED_LATE = timedelta(minutes=1)
"""From how much later on it is shown when something was noticed, recorded or sent."""


class Mark(enum.Enum):
    """What an entry was to the customer."""

    MAILED = "mailed"
    """They got a mail."""
    TOLD = "told"
    """They were told in a conversation."""
    THEIRS = "theirs"
    """It came from them."""


MAILS_FATE = frozenset({EventKind.MAIL_SENT, EventKind.MAIL_SHADOWED, EventKind.MAIL_NOT_SENT, EventKind.MAIL_FAILED})

SHOWN_TEXTS = (
    EventText.Field.SAID,
    EventText.Field.MESSAGE,
    EventText.Field.HAPPENED,
    EventText.Field.NEXT,
    EventText.Field.CHOICES,
    EventText.Field.REASON,
    EventText.Field.NOTE,
)
"""What a line shows of what a person wrote, in this order."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a timeline, with times in the team's zone.

    `marks`: what it was to the customer. `mail`: the id of the mail that went with it, as it went. `late`: when it was
    noticed or typed in. `was`: the words that `text` takes the place of. `is_struck`: it proved not to be so.
    `count` lines that say the same were the first at `at` and the last at `until`.
    """

    at: datetime
    icon: str
    tone: str
    words: str
    by_person: bool
    marks: tuple[Mark, ...] = ()
    mail: str = ""
    note: str = ""
    text: str = ""
    was: str = ""
    late: datetime | None = None
    is_struck: bool = False
    leads_to: str = ""
    """The reference of the other promise that it is about."""
    message: str = ""
    """The id of what the customer said, which can become a promise of its own."""
    count: int = 1
    until: datetime | None = None

    @property
    def reached(self) -> bool:
        """Whether the customer has this from us."""
        return Mark.MAILED in self.marks or Mark.TOLD in self.marks


def line_of(
    event: CommitmentEvent,
    *,
    story: Story,
    write: Write,
    marks: tuple[Mark, ...] = (),
    mails: Collection[CommitmentEvent] = (),
    is_struck: bool = False,
    taken_back: bool = False,
) -> Line:
    """Write one event, with times as `write` writes them. `mails`: what went because of it, soon after."""
    kind = EventKind(event.kind)
    icon, tone = LOOKS.get(kind, ("clock", "plain"))
    text = _text(event)
    was = story.promised.get(event.pk, "") if kind is EventKind.CORRECTED else ""
    if was:
        promised = next(text for text in event.texts.all() if text.field == EventText.Field.PROMISE)
        text = "\n\n".join(part for part in (_erased_or_words(promised), text) if part)
    return Line(
        at=event.occurred_at,
        icon=icon,
        tone="plain" if is_struck else tone,
        words=_words(kind, event, story=story, write=write),
        by_person=kind in PEOPLES_ACTS,
        marks=marks,
        mail=_mail_of(event, mails),
        note=gettext("Taken back later.") if taken_back else _note(kind, event, mails=mails, write=write),
        text=text,
        was=was,
        late=event.recorded_at if event.recorded_at - event.occurred_at > NOTICED_LATE else None,
        is_struck=is_struck,
        leads_to=event.facts.get(LEADS_TO[kind]) or "" if kind in LEADS_TO else "",
        message=str(event.pk) if kind is EventKind.CUSTOMER_MESSAGE else "",
    )


def _mail_of(event: CommitmentEvent, mails: Collection[CommitmentEvent]) -> str:
    """Give the id of the mail to the customer that an entry is about, or nothing."""
    for about in (*mails, event):
        if about.facts.get("to") == "customer" and about.kind in MAILS_FATE:
            try:
                return str(uuid.UUID(str(about.facts.get("notification"))))
            except ValueError:
                continue
    return ""


LEADS_TO = {EventKind.MADE: "split_from", EventKind.SPLIT_OFF: "into"}
"""The fact that names another promise, to be looked at."""


LOOKS = {
    EventKind.MADE: ("flag", "person"),
    EventKind.WORD_GIVEN: ("message-2", "person"),
    EventKind.RENEGOTIATED: ("calendar-due", "person"),
    EventKind.KEPT: ("check", "kept"),
    EventKind.WITHDRAWN: ("x", "person"),
    EventKind.REOPENED: ("arrow-back-up", "person"),
    EventKind.HANDOFF_OFFERED: ("users", "person"),
    EventKind.HANDOFF_ACCEPTED: ("users", "person"),
    EventKind.HANDOFF_DECLINED: ("users", "person"),
    EventKind.HANDOFF_TAKEN_BACK: ("users", "person"),
    EventKind.REASSIGNED: ("users", "person"),
    EventKind.CUSTOMER_MESSAGE: ("message", "customer"),
    EventKind.REVEALED: ("user", "person"),
    EventKind.SPLIT_OFF: ("arrow-right", "person"),
    EventKind.THANKED: ("circle-check", "person"),
    EventKind.CONTACTED: ("phone", "person"),
    EventKind.ATTEMPTED: ("phone", "plain"),
    EventKind.CALL_STARTED: ("phone", "plain"),
    EventKind.CALL_ENDED: ("phone", "plain"),
    EventKind.RISK_NOTED: ("alert-triangle", "person"),
    EventKind.DISPUTED: ("message", "overdue"),
    EventKind.BREAK_EXPLAINED: ("message-2", "person"),
    EventKind.ACKNOWLEDGED: ("circle-check", "person"),
    EventKind.CORRECTED: ("arrow-back-up", "person"),
    EventKind.VOIDED: ("x", "person"),
    EventKind.WATCHER_ADDED: ("users", "person"),
    EventKind.WATCHER_REMOVED: ("users", "person"),
    EventKind.CONTACT_ROUTE_CHANGED: ("phone", "person"),
    EventKind.CADENCE_AGREED: ("clock", "person"),
    EventKind.POLICY_MOVED: ("clock", "person"),
    EventKind.CUSTOMER_MERGED: ("users", "person"),
    EventKind.CONFIRMED: ("circle-check", "customer"),
    EventKind.ANSWER_TAKEN_BACK: ("arrow-back-up", "customer"),
    EventKind.REAL_NEWS_ONLY: ("bell", "customer"),
    EventKind.NOT_FOR_ME: ("mail-off", "undeliverable"),
    EventKind.REMINDER_DUE: ("bell", "plain"),
    EventKind.ANSWER_NOT_GIVEN: ("help-circle", "plain"),
    EventKind.BECAME_UNANSWERED: ("hourglass", "overdue"),
    EventKind.BAD_NEWS_UNTOLD: ("hourglass", "overdue"),
    EventKind.HANDOFF_LAPSED: ("hourglass", "overdue"),
    EventKind.CLOCKS_RETIMED: ("clock", "plain"),
    EventKind.COVER_STARTED: ("users", "plain"),
    EventKind.COVER_ENDED: ("users", "plain"),
    EventKind.WORD_ASKED: ("help-circle", "plain"),
    EventKind.BECAME_OVERDUE: ("alert-triangle", "overdue"),
    EventKind.HOLDING_MAIL_PLANNED: ("mail", "calm"),
    EventKind.MISSED_MAIL_PLANNED: ("mail", "calm"),
    EventKind.BECAME_SILENT: ("volume-off", "silent"),
    EventKind.WORD_MISSED: ("volume-off", "silent"),
    **{trigger.step_kind: ("stairs-up", "overdue") for trigger in Trigger},
    EventKind.SILENT_STEP: ("stairs-up", "silent"),
    EventKind.UNDELIVERABLE_STEP: ("stairs-up", "undeliverable"),
    EventKind.BREAK_TAKEN_BACK: ("arrow-back-up", "kept"),
    EventKind.DATE_RESTORED: ("arrow-back-up", "undeliverable"),
    EventKind.SILENCE_ENDED: ("message-2", "kept"),
    EventKind.SILENCE_TAKEN_BACK: ("arrow-back-up", "kept"),
    EventKind.ADDRESS_CHANGED: ("mail", "plain"),
    EventKind.WORD_VOIDED: ("message-off", "undeliverable"),
    EventKind.NAMED_TIME_MOVED: ("clock", "plain"),
    EventKind.ESCALATION_OPENED: ("urgent", "plain"),
    EventKind.ESCALATION_ENDED: ("circle-check", "plain"),
    EventKind.MAIL_SENT: ("send", "calm"),
    EventKind.MAIL_SHADOWED: ("eye-off", "plain"),
    EventKind.MAIL_NOT_SENT: ("mail-off", "plain"),
    EventKind.MAIL_NOT_PLANNED: ("mail-off", "plain"),
    EventKind.MAIL_FAILED: ("mail-off", "undeliverable"),
}


SENTENCES = {**ACTS, **TIMES}


def _words(kind: EventKind, event: CommitmentEvent, *, story: Story, write: Write) -> str:
    """Write what happened; an event whose facts are not the expected ones still gives a sentence."""
    who = person(event.actor) if event.actor is not None else gettext("Somebody")
    word: Word | None = getattr(event, "word", None)
    told = Telling(
        kind=kind,
        who=who,
        actor=event.actor_id,
        facts=event.facts,
        people=story.people,
        customers=story.customers,
        write=write,
        has_gone=word is not None and word.state == Word.State.GONE,
    )
    return SENTENCES[kind](told)


def _note(kind: EventKind, event: CommitmentEvent, *, mails: Collection[CommitmentEvent], write: Write) -> str:
    """Say whether the mail that carries a word has gone, and when, if that was not at once."""
    if any(mail.kind == EventKind.MAIL_SHADOWED and mail.facts.get("to") == "customer" for mail in mails):
        return gettext("In shadow mode: its mail did not go.")
    word: Word | None = getattr(event, "word", None)
    if word is None or word.sort == Word.Sort.CONVERSATION:
        went = any(mail.facts.get("to") == "customer" for mail in mails)
        if went or not event.facts.get("notify_customer"):
            return ""
        if kind is EventKind.MADE:
            return gettext("The customer gets a receipt by mail.")
        if kind in {EventKind.KEPT, EventKind.WITHDRAWN}:
            return gettext("The customer gets a mail that says so.")
        return ""
    match word.state:
        case Word.State.PLANNED:
            return gettext("Its mail waits to go.")
        case Word.State.GONE:
            if word.gone_at is None:
                return gettext("Its mail went.")
            at_once = word.gone_at - event.recorded_at <= NOTICED_LATE
            return "" if at_once and mails else gettext("Its mail went at %(time)s.") % {"time": write(word.gone_at)}
        case Word.State.CANCELLED:
            return gettext("Its mail did not go: a person’s word, or the end of the promise, took its place.")
        case _:
            reason = word.void_reason or gettext("no reason recorded")
            return gettext("It did not reach the customer and does not count (%(reason)s).") % {"reason": reason}


def _text(event: CommitmentEvent) -> str:
    """Give the words that a person wrote; the promise and the need stand elsewhere on the page."""
    texts = {text.field: text for text in event.texts.all()}
    return "\n\n".join(_erased_or_words(texts[field]) for field in SHOWN_TEXTS if field in texts)


def _erased_or_words(text: EventText) -> str:
    return gettext("(erased)") if text.erased_at is not None else text.words

"""A promise's timeline, as sentences that a person reads."""

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext

from commitments.domain.escalation import Trigger
from commitments.domain.timeline import PEOPLES_ACTS, EventKind
from commitments.models import CommitmentEvent, EventText, Word
from commitments.models.people import person
from commitments.selectors.story import Story
from commitments.web.sentences_acts import SENTENCES as ACTS
from commitments.web.sentences_time import SENTENCES as TIMES
from commitments.web.telling import Telling, Write
from commitments.web.times import in_zone

NOTICED_LATE = timedelta(minutes=1)
"""From how much later on it is shown when something was noticed or recorded."""

FOLDED_FROM = 3
STAFFS_OWN = frozenset(
    {
        EventKind.REMINDER_DUE,
        EventKind.WORD_ASKED,
        EventKind.ANSWER_NOT_GIVEN,
        EventKind.HANDOFF_LAPSED,
        *(trigger.step_kind for trigger in Trigger),
        EventKind.ESCALATION_OPENED,
        EventKind.ESCALATION_ENDED,
    }
)
MAILS_FATE = frozenset({EventKind.MAIL_SENT, EventKind.MAIL_SHADOWED, EventKind.MAIL_NOT_SENT, EventKind.MAIL_FAILED})
TAKES_BACK = {
    EventKind.BREAK_TAKEN_BACK: (EventKind.BECAME_OVERDUE, "due_at"),
    EventKind.SILENCE_TAKEN_BACK: (EventKind.BECAME_SILENT, "since"),
}

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
    """One line of a timeline.

    `reached`: the customer has this from us. `is_staffs`: only our own people were told or reminded. `late`: when it
    was noticed or typed in.
    """

    at: datetime
    icon: str
    tone: str
    words: str
    by_person: bool
    is_staffs: bool = False
    reached: bool = False
    note: str = ""
    text: str = ""
    late: datetime | None = None
    late_word: str = ""
    leads_to: str = ""
    """The reference of the other promise that it is about."""
    message: str = ""
    """The id of what the customer said, which can become a promise of its own."""


@dataclass(frozen=True, slots=True)
class Fold:
    """A run of lines in which only our own people were told or reminded, to be opened; the latest first."""

    lines: tuple[Line, ...]

    @property
    def first_at(self) -> datetime:
        """When the run began."""
        return self.lines[-1].at

    @property
    def last_at(self) -> datetime:
        """When the run ended."""
        return self.lines[0].at


def lines_of(story: Story, *, zone: str, now: datetime) -> list[Line]:
    """Write a story's events, the latest first, with times in `zone`."""

    def write(instant: Any) -> str:
        if isinstance(instant, str):
            instant = datetime.fromisoformat(instant)
        return in_zone(instant, zone=zone, now=now) if instant is not None else gettext("a time not recorded")

    undone = _taken_back(story.events)
    answers = {event.facts.get("event") for event in story.events if event.kind == EventKind.ANSWER_TAKEN_BACK}
    return [
        replace(line, tone="plain", note=gettext("Taken back later."))
        if (event.kind, event.occurred_at) in undone or str(event.pk) in answers
        else line
        for event in story.events
        for line in [_line(event, story=story, write=write)]
    ]


def _taken_back(events: Iterable[CommitmentEvent]) -> set[tuple[str, datetime]]:
    """Name the breaks and silences (kind and instant) that something recorded later took back."""
    undone = set()
    for event in events:
        what, fact = TAKES_BACK.get(EventKind(event.kind), (None, ""))
        if what is not None and fact in event.facts:
            undone.add((what.value, datetime.fromisoformat(event.facts[fact])))
    return undone


def folded(lines: Iterable[Line]) -> list[Line | Fold]:
    """Fold runs of `FOLDED_FROM` or more lines about our own people, so that the customer's story stands out."""
    entries: list[Line | Fold] = []
    for is_staffs, run in itertools.groupby(lines, key=lambda line: line.is_staffs):
        found = tuple(run)
        if is_staffs and len(found) >= FOLDED_FROM:
            entries.append(Fold(found))
        else:
            entries += found
    return entries


def since_version(story: Story, *, version: int, zone: str, now: datetime) -> list[Line]:
    """Write what people have done to a promise since it had `version`, the latest first."""
    newer = tuple(event for event in story.events if event.sequence is not None and event.sequence > version)
    return lines_of(replace(story, events=newer, earlier=0), zone=zone, now=now)


def _line(event: CommitmentEvent, *, story: Story, write: Write) -> Line:
    kind = EventKind(event.kind)
    icon, tone = LOOKS.get(kind, ("clock", "plain"))
    by_person = kind in PEOPLES_ACTS
    late = event.recorded_at - event.occurred_at > NOTICED_LATE
    word: Word | None = getattr(event, "word", None)
    return Line(
        at=event.occurred_at,
        icon=icon,
        tone=tone,
        words=_words(kind, event, story=story, write=write),
        by_person=by_person,
        is_staffs=kind in STAFFS_OWN or (kind in MAILS_FATE and event.facts.get("to") != "customer"),
        reached=_reached(kind, event, word=word),
        note=_note(kind, event, word=word, write=write),
        text=_text(event),
        late=event.recorded_at if late else None,
        late_word=gettext("recorded") if by_person else gettext("noticed"),
        leads_to=event.facts.get(LEADS_TO[kind]) or "" if kind in LEADS_TO else "",
        message=str(event.pk) if kind is EventKind.CUSTOMER_MESSAGE else "",
    )


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
    told = Telling(
        kind=kind,
        who=who,
        actor=event.actor_id,
        facts=event.facts,
        people=story.people,
        customers=story.customers,
        write=write,
    )
    return SENTENCES[kind](told)


def _note(kind: EventKind, event: CommitmentEvent, *, word: Word | None, write: Write) -> str:
    """Say whether the mail that carries a word has gone."""
    if word is None or word.sort == Word.Sort.CONVERSATION:
        if kind is EventKind.MADE and event.facts.get("notify_customer"):
            return gettext("The customer gets a receipt by mail.")
        if kind in {EventKind.KEPT, EventKind.WITHDRAWN} and event.facts.get("notify_customer"):
            return gettext("The customer gets a mail that says so.")
        return ""
    match word.state:
        case Word.State.PLANNED:
            return gettext("Its mail waits to go.")
        case Word.State.GONE:
            if not word.gone_at:
                return gettext("Its mail went.")
            return gettext("Its mail went at %(at)s.") % {"at": write(word.gone_at)}
        case Word.State.CANCELLED:
            return gettext("Its mail did not go: a person’s word, or the end of the promise, took its place.")
        case _:
            reason = word.void_reason or gettext("no reason recorded")
            return gettext("It did not reach the customer and does not count (%(reason)s).") % {"reason": reason}


def _reached(kind: EventKind, event: CommitmentEvent, *, word: Word | None) -> bool:
    if kind is EventKind.MAIL_SENT:
        return bool(event.facts.get("to") == "customer")
    if kind is EventKind.WITHDRAWN:
        return bool(event.facts.get("told"))
    return word is not None and word.sort == Word.Sort.CONVERSATION


def _text(event: CommitmentEvent) -> str:
    """Give the words that a person wrote; the promise and the need stand elsewhere on the page."""
    texts = {text.field: text for text in event.texts.all()}
    shown = [texts[field] for field in SHOWN_TEXTS if field in texts]
    return "\n\n".join(gettext("(erased)") if text.erased_at is not None else text.words for text in shown)

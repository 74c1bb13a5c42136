"""A promise's timeline, as sentences that a person reads."""

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from commitments.domain.escalation import Trigger
from commitments.domain.promise import Outcome
from commitments.domain.timeline import PEOPLES_ACTS, EventKind
from commitments.models import Commitment, CommitmentEvent, EventText, Word
from commitments.models.people import person
from commitments.selectors.story import Story
from commitments.web.times import in_zone

NOTICED_LATE = timedelta(minutes=1)
"""From how much later on it is shown when something was noticed or recorded."""

FOLDED_FROM = 3
STAFFS_OWN = frozenset(
    {
        EventKind.REMINDER_DUE,
        EventKind.WORD_ASKED,
        EventKind.OVERDUE_STEP,
        EventKind.SILENT_STEP,
        EventKind.UNDELIVERABLE_STEP,
        EventKind.ESCALATION_OPENED,
        EventKind.ESCALATION_ENDED,
    }
)
MAILS_FATE = frozenset({EventKind.MAIL_SENT, EventKind.MAIL_SHADOWED, EventKind.MAIL_NOT_SENT, EventKind.MAIL_FAILED})
TAKES_BACK = {
    EventKind.BREAK_TAKEN_BACK: (EventKind.BECAME_OVERDUE, "due_at"),
    EventKind.SILENCE_TAKEN_BACK: (EventKind.BECAME_SILENT, "since"),
}

Write = Callable[[Any], str]
"""Writes an instant, or its ISO text out of an event's facts, in the team's zone."""

CHANNELS = {
    Commitment.Channel.PHONE: "on the phone",
    Commitment.Channel.EMAIL: "by e-mail",
    Commitment.Channel.CHAT: "in a chat",
    Commitment.Channel.IN_PERSON: "in person",
    Commitment.Channel.IMPORT: "(imported)",
    Commitment.Channel.API: "(by another system)",
}
MEANINGS = {
    "news": "gave the customer an update",
    "nothing_new": "told the customer: on track, nothing new",
    "at_risk": "told the customer that the date may not hold",
    "will_miss": "told the customer that the date will not hold",
    "question": "asked the customer a question",
}
OUTCOMES = {
    Outcome.KEPT_ON_TIME: "on time",
    Outcome.KEPT_LATE: "late",
}
NOT_BROKEN = {
    "renegotiated": "The customer had been told of a new date before this one passed",
    "not_told": "The customer was never told of this date",
}
MAILS = {
    "promised": "The receipt",
    "holding": "The holding mail",
    "update": "The update",
    "missed": "The “we missed our promise” mail",
    "renegotiated": "The mail with the new date",
    "kept": "The mail that it is kept",
    "withdrawn": "The mail that it is withdrawn",
    "reminder": "The reminder",
    "still_on_it": "The question “still on it?”",
    "overdue": "The overdue notice",
    "silent": "The silence notice",
    "undeliverable": "The notice that mail does not arrive",
}
SHOWN_TEXTS = (
    EventText.Field.MESSAGE,
    EventText.Field.HAPPENED,
    EventText.Field.NEXT,
    EventText.Field.CHOICES,
    EventText.Field.NOTE,
)
"""What a line shows of what a person wrote, in this order."""
TRIGGERS = {
    Trigger.OVERDUE: "it is overdue",
    Trigger.SILENT: "the customer has heard nothing",
    Trigger.UNDELIVERABLE: "our mail does not reach the customer",
}


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
        return in_zone(instant, zone=zone, now=now) if instant is not None else "a time not recorded"

    undone = _taken_back(story.events)
    return [
        replace(line, tone="plain", note="Taken back later.") if (event.kind, event.occurred_at) in undone else line
        for event in story.events
        for line in [_line(event, people=story.people, write=write)]
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
    return lines_of(Story(events=newer, people=story.people, earlier=0), zone=zone, now=now)


def _line(event: CommitmentEvent, *, people: Mapping[int, Any], write: Write) -> Line:
    kind = EventKind(event.kind)
    icon, tone = LOOKS.get(kind, ("clock", "plain"))
    by_person = kind in PEOPLES_ACTS
    late = event.recorded_at - event.occurred_at > NOTICED_LATE
    word: Word | None = getattr(event, "word", None)
    return Line(
        at=event.occurred_at,
        icon=icon,
        tone=tone,
        words=_words(kind, event, people=people, write=write),
        by_person=by_person,
        is_staffs=kind in STAFFS_OWN or (kind in MAILS_FATE and event.facts.get("to") != "customer"),
        reached=_reached(kind, event, word=word),
        note=_note(kind, event, word=word, write=write),
        text=_text(event),
        late=event.recorded_at if late else None,
        late_word="recorded" if by_person else "noticed",
    )


LOOKS = {
    EventKind.MADE: ("flag", "person"),
    EventKind.WORD_GIVEN: ("message-2", "person"),
    EventKind.RENEGOTIATED: ("calendar-due", "person"),
    EventKind.KEPT: ("check", "kept"),
    EventKind.WITHDRAWN: ("x", "person"),
    EventKind.REOPENED: ("arrow-back-up", "person"),
    EventKind.HANDOFF_OFFERED: ("users", "person"),
    EventKind.HANDOFF_ACCEPTED: ("users", "person"),
    EventKind.REMINDER_DUE: ("bell", "plain"),
    EventKind.WORD_ASKED: ("help-circle", "plain"),
    EventKind.BECAME_OVERDUE: ("alert-triangle", "overdue"),
    EventKind.HOLDING_MAIL_PLANNED: ("mail", "calm"),
    EventKind.MISSED_MAIL_PLANNED: ("mail", "calm"),
    EventKind.BECAME_SILENT: ("volume-off", "silent"),
    EventKind.WORD_MISSED: ("volume-off", "silent"),
    EventKind.OVERDUE_STEP: ("stairs-up", "overdue"),
    EventKind.SILENT_STEP: ("stairs-up", "silent"),
    EventKind.UNDELIVERABLE_STEP: ("stairs-up", "undeliverable"),
    EventKind.BREAK_TAKEN_BACK: ("arrow-back-up", "kept"),
    EventKind.DATE_RESTORED: ("arrow-back-up", "undeliverable"),
    EventKind.SILENCE_ENDED: ("message-2", "kept"),
    EventKind.SILENCE_TAKEN_BACK: ("arrow-back-up", "kept"),
    EventKind.WORD_VOIDED: ("message-off", "undeliverable"),
    EventKind.NAMED_TIME_MOVED: ("clock", "plain"),
    EventKind.ESCALATION_OPENED: ("urgent", "plain"),
    EventKind.ESCALATION_ENDED: ("circle-check", "plain"),
    EventKind.MAIL_SENT: ("send", "calm"),
    EventKind.MAIL_SHADOWED: ("eye-off", "plain"),
    EventKind.MAIL_NOT_SENT: ("mail-off", "plain"),
    EventKind.MAIL_FAILED: ("mail-off", "undeliverable"),
}


def _words(kind: EventKind, event: CommitmentEvent, *, people: Mapping[int, Any], write: Write) -> str:
    """Write what happened; an event whose facts are not the expected ones still gives a sentence."""
    facts = event.facts
    who = person(event.actor) if event.actor is not None else "Somebody"

    def named(fact: str) -> str:
        user = people.get(facts.get(fact, 0))
        return person(user) if user is not None else "somebody"

    match kind:
        case EventKind.MADE:
            channel = CHANNELS.get(facts.get("channel", ""), "")
            other_owner = facts.get("owner") not in {None, event.actor_id}
            in_name = f", in the name of {named('owner')}" if other_owner else ""
            return f"{who} promised this {channel}{in_name}, by {write(facts.get('due_at'))}"
        case EventKind.WORD_GIVEN:
            way = "by mail" if facts.get("notify_customer") else "in a conversation"
            return f"{who} {MEANINGS.get(facts.get('meaning', ''), 'gave the customer word')}, {way}"
        case EventKind.RENEGOTIATED:
            way = "by mail" if facts.get("notify_customer") else "in a conversation"
            late = "" if facts.get("warned_before_due", True) else "; the old one had passed"
            dates = f"from {write(facts.get('was_due_at'))} to {write(facts.get('due_at'))}"
            return f"{who} moved the date {dates} and told the customer {way}{late}"
        case EventKind.KEPT:
            outcome = OUTCOMES.get(facts.get("outcome", ""), "")
            return f"{who} kept the promise{f', {outcome}' if outcome else ''}"
        case EventKind.WITHDRAWN:
            way = "by mail" if facts.get("notify_customer") else "in a conversation"
            return f"{who} withdrew the promise and told the customer why, {way}"
        case EventKind.REOPENED:
            return f"{who} opened it again, now by {write(facts.get('due_at'))}"
        case EventKind.HANDOFF_OFFERED:
            return f"{who} asked {named('to')} to take over"
        case EventKind.HANDOFF_ACCEPTED:
            return f"{who} took over from {named('from')} and told the customer"
        case EventKind.REMINDER_DUE:
            return f"The owner was reminded: due by {write(facts.get('due_at'))}"
        case EventKind.WORD_ASKED:
            return (
                f"The owner was asked “still on it?”: the customer must hear by {write(facts.get('next_word_due_at'))}"
            )
        case EventKind.BECAME_OVERDUE:
            return "The date passed with the promise open: overdue"
        case EventKind.HOLDING_MAIL_PLANNED:
            return f"A holding mail was due: the customer hears again by {write(facts.get('named_at'))}"
        case EventKind.MISSED_MAIL_PLANNED:
            return f"A mail was due that we missed our promise: a person is in touch by {write(facts.get('named_at'))}"
        case EventKind.BECAME_SILENT:
            return "The customer should have heard from us by now and has not: silent"
        case EventKind.WORD_MISSED:
            return "A time that we had named passed without word"
        case EventKind.OVERDUE_STEP | EventKind.SILENT_STEP | EventKind.UNDELIVERABLE_STEP:
            found = [people[user] for user in facts.get("recipients", ()) if user in people]
            told = told_people(found, "was", "were")
            cause = next(words for trigger, words in TRIGGERS.items() if trigger.step_kind is kind)
            return f"{told} told that {cause}" if told else f"There was nobody to tell that {cause}"
        case EventKind.BREAK_TAKEN_BACK:
            because = NOT_BROKEN.get(
                facts.get("because", ""), "It had been kept or withdrawn before its date after all"
            )
            return f"{because}: it counts as not broken"
        case EventKind.DATE_RESTORED:
            return (
                f"The customer was not told of the new date after all: it is due by {write(facts.get('due_at'))} again"
            )
        case EventKind.SILENCE_ENDED:
            return f"The silence since {write(facts.get('since'))} ended"
        case EventKind.SILENCE_TAKEN_BACK:
            return "The customer had heard from us before the silence began: it counts as none"
        case EventKind.WORD_VOIDED:
            return f"A word did not reach the customer and does not count ({_reason(facts)})"
        case EventKind.NAMED_TIME_MOVED:
            return f"The waiting mail names a later time: {write(facts.get('named_at'))}"
        case EventKind.ESCALATION_OPENED:
            return f"Escalation opened: {_cause(facts)}"
        case EventKind.ESCALATION_ENDED:
            return f"Escalation ended: {_cause(facts)}"
        case EventKind.MAIL_SENT:
            return f"{_mail(facts)} went{_to(facts, people)}"
        case EventKind.MAIL_SHADOWED:
            return f"{_mail(facts)} would have gone{_to(facts, people)}, but the team is in shadow mode"
        case EventKind.MAIL_NOT_SENT:
            return f"{_mail(facts)} was not sent ({_reason(facts)})"
        case EventKind.MAIL_FAILED:
            return f"{_mail(facts)} did not arrive ({_reason(facts)})"


def _note(kind: EventKind, event: CommitmentEvent, *, word: Word | None, write: Write) -> str:
    """Say whether the mail that carries a word has gone."""
    if word is None or word.sort == Word.Sort.CONVERSATION:
        if kind is EventKind.MADE and event.facts.get("notify_customer"):
            return "The customer gets a receipt by mail."
        if kind in {EventKind.KEPT, EventKind.WITHDRAWN} and event.facts.get("notify_customer"):
            return "The customer gets a mail that says so."
        return ""
    match word.state:
        case Word.State.PLANNED:
            return "Its mail waits to go."
        case Word.State.GONE:
            return f"Its mail went at {write(word.gone_at)}." if word.gone_at else "Its mail went."
        case Word.State.CANCELLED:
            return "Its mail did not go: a person's word, or the end of the promise, took its place."
        case _:
            return f"It did not reach the customer and does not count ({word.void_reason or 'no reason recorded'})."


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
    return "\n\n".join("(erased)" if text.erased_at is not None else text.words for text in shown)


def _mail(facts: Mapping[str, Any]) -> str:
    name = str(facts.get("mail") or facts.get("kind") or "")
    return MAILS.get(name, "A mail")


def _to(facts: Mapping[str, Any], people: Mapping[int, Any]) -> str:
    to = facts.get("to")
    if to == "customer":
        return " to the customer"
    return f" to {person(people[to])}" if isinstance(to, int) and to in people else ""


def _reason(facts: Mapping[str, Any]) -> str:
    return str(facts.get("reason") or "no reason recorded").replace("_", " ")


def _cause(facts: Mapping[str, Any]) -> str:
    try:
        return TRIGGERS[Trigger(facts.get("trigger", ""))]
    except ValueError:
        return "its cause is not recorded"


def told_people(users: Iterable[Any], singular: str, plural: str) -> str:
    """List people with the verb that fits them; nothing for nobody."""
    names = [person(user) for user in users]
    if not names:
        return ""
    if len(names) == 1:
        return f"{names[0]} {singular}"
    shown = names if len(names) <= 4 else [*names[:3], f"{len(names) - 3} more"]
    return f"{', '.join(shown[:-1])} and {shown[-1]} {plural}"

"""The examples on the pages in docs/clocks: short stories, told by the domain itself.

A story says what people do; what time does, and when, comes out of the clocks. Ana Ruiz looks after Maria Lopez in
Lisbon, Monday to Friday from 09:00 to 18:00, under the policy that a team starts with.
"""

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from commitments.domain.business_time import Calendar, OpenInterval
from commitments.domain.clocks import Rules, Surroundings
from commitments.domain.escalation import Target, Trigger
from commitments.domain.promise import Promise
from commitments.domain.timeline import Event, EventKind
from commitments.domain.waking_hours import WakingHours
from tests.commitments.domain.factories import Case, rules, step, surroundings

LISBON = ZoneInfo("Europe/Lisbon")
OFFICE = Calendar(
    zone="Europe/Lisbon",
    week=((OpenInterval(start_minute=9 * 60, end_minute=18 * 60),),) * 5 + ((), ()),
    closed_on=frozenset(),
)
STARTING: Rules = rules(
    cadence="1bd",
    reminders=("4bh", "30min"),
    ask_lead="30bmin",
    facts_max_age="3bd",
    recovery="2bh",
    round_to=timedelta(minutes=15),
    waking=WakingHours(time(8), time(20)),
    ladders={trigger: (step(), step("1bh", Target.SUPERVISORS, repeat_every="4bh")) for trigger in Trigger},
)
"""What a team starts with for a fix; a test compares it."""


class Mark(enum.StrEnum):
    """Who or what brought a line about."""

    PERSON = "person"
    MAIL = "mail"
    STAFF = "staff"
    CLOCK = "clock"


@dataclass(frozen=True)
class Line:
    """One thing that happened."""

    at: datetime
    mark: Mark
    text: str


@dataclass(frozen=True)
class Bar:
    """How long something ran."""

    lane: int
    start: datetime
    end: datetime


@dataclass(frozen=True)
class Lane:
    """Something that runs: its name, its colour, and what tells one running of it from the next."""

    name: str
    colour: str
    running: Callable[[Promise], Any]


DUE = Lane("due clock", "due", lambda p: p.due_at if p.is_open and p.overdue_since is None else None)
OVERDUE = Lane("overdue", "bad", lambda p: p.overdue_since)
WORD = Lane("word clock", "word", lambda p: p.next_word_due_at if p.is_open and p.silent_since is None else None)
SILENT = Lane("silent", "bad", lambda p: p.silent_since)


def ladder(trigger: Trigger) -> Lane:
    """Make the lane of one trigger's ladder."""
    return Lane(
        f"{trigger.value} ladder",
        "bad" if trigger is Trigger.OVERDUE else "ladder",
        lambda p: next((open_.opened_at for open_ in p.escalations if open_.trigger is trigger), None),
    )


def at(text: str) -> datetime:
    """Give the instant of `Wed 10:20` in Lisbon, in the week of 16 November 2026."""
    day, clock = text.split()
    date = datetime(2026, 11, 16 + ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun").index(day), tzinfo=LISBON)
    return datetime.combine(date, time.fromisoformat(clock), tzinfo=LISBON).astimezone(UTC)


def said(instant: datetime, *, on: datetime) -> str:
    """Say an instant briefly; the day too where it is another one."""
    local = instant.astimezone(LISBON)
    return f"{local:%H:%M}" if local.date() == on.astimezone(LISBON).date() else f"{local:%A %H:%M}"


class Story:
    """A promise lived through, line by line. Mails arrive at once."""

    def __init__(
        self,
        title: str,
        *lanes: Lane,
        made: str,
        due: str,
        opening: str,
        with_rules: Rules = STARTING,
        around: Surroundings | None = None,
    ) -> None:
        self.title, self.lanes = title, lanes
        self.case = Case(
            made_at=at(made),
            due_at=at(due),
            rules=with_rules,
            surroundings=around or surroundings(calendar=OFFICE, customer_zone="Europe/Lisbon"),
        )
        self.lines = [Line(at(made), Mark.PERSON, opening)]
        self.states = [(at(made), self.case.promise)]
        self._told = 0

    def person(self, when: str, text: str, do: Callable[[Case, datetime], object]) -> "Story":
        """Let time pass up to `when`, then somebody acts."""
        self._pass_time(at(when), inclusive=False)
        self.lines.append(Line(at(when), Mark.PERSON, text))
        do(self.case, at(when))
        self._note(at(when))
        return self

    def until(self, when: str) -> "Story":
        """Let time pass up to `when`."""
        self._pass_time(at(when), inclusive=True)
        return self

    def bars(self) -> list[Bar]:
        """Give what ran from when to when, by the promise's own state."""
        found = []
        for number, lane in enumerate(self.lanes):
            start, key = self.states[0][0], None
            for instant, promise in self.states:
                running = lane.running(promise)
                if running != key:
                    if key is not None and instant > start:
                        found.append(Bar(number, start, instant))
                    start, key = instant, running
            if key is not None and self.states[-1][0] > start:
                found.append(Bar(number, start, self.states[-1][0]))
        return found

    def _pass_time(self, until: datetime, *, inclusive: bool) -> None:
        while (due := self.case.next_check_at) is not None and (due < until or (inclusive and due == until)):
            self.case.pass_time(due)
            self.case.mails_go()
            self._note(due)

    def _note(self, instant: datetime) -> None:
        for event in self.case.events[self._told :]:
            if event.kind not in UNSAID:
                mark, text = SAYS[event.kind](event)
                self.lines.append(Line(event.occurred_at, mark, text))
        self._told = len(self.case.events)
        self.states.append((instant, self.case.promise))


UNSAID = frozenset({EventKind.ESCALATION_OPENED, EventKind.ESCALATION_ENDED})
"""What the bars show already."""


def _step(event: Event) -> tuple[Mark, str]:
    told = {
        Target.OWNER.value: "Ana is told",
        Target.SUPERVISORS.value: "Sofia, the supervisor, is told",
        None: "Nobody is there to be told",
    }[event.facts["target"]]
    why = event.facts["trigger"].replace("_", " ")
    passed = " Whoever is away is passed over." if event.facts["passed_over"] else ""
    return Mark.STAFF, f"{told}: {why}.{passed}"


def _clock(text: str) -> Callable[[Event], tuple[Mark, str]]:
    return lambda _: (Mark.CLOCK, text)


SAYS: Mapping[EventKind, Callable[[Event], tuple[Mark, str]]] = {
    EventKind.REMINDER_DUE: lambda event: (
        Mark.STAFF,
        f"Ana is reminded: due {said(event.facts['due_at'], on=event.occurred_at)}.",
    ),
    EventKind.WORD_ASKED: lambda event: (
        Mark.STAFF,
        f"Ana is asked: still on it? Maria must hear by {said(event.facts['next_word_due_at'], on=event.occurred_at)}.",
    ),
    EventKind.BECAME_OVERDUE: _clock("The date passes: overdue, and broken for good."),
    EventKind.MISSED_MAIL_PLANNED: lambda event: (
        Mark.MAIL,
        f"Maria is mailed: we missed our promise; a person will be in touch by "
        f"{said(event.facts['named_at'], on=event.occurred_at)}.",
    ),
    EventKind.HOLDING_MAIL_PLANNED: lambda event: (
        Mark.MAIL,
        f"Maria is mailed: no news yet; you hear from us again by "
        f"{said(event.facts['named_at'], on=event.occurred_at)}.",
    ),
    EventKind.BECAME_SILENT: _clock("Maria should have heard by now: silent."),
    EventKind.WORD_MISSED: _clock("The time that we named passes as well."),
    EventKind.SILENCE_ENDED: _clock("The silence ends."),
    EventKind.OVERDUE_STEP: _step,
    EventKind.SILENT_STEP: _step,
    EventKind.UNDELIVERABLE_STEP: _step,
}
"""How each of time's events reads. One that an example meets and that is missing here stops the drawing."""


def _due() -> Story:
    story = Story(
        "The due clock of one promise, from Wednesday 10:20 to Thursday 11:40",
        DUE,
        OVERDUE,
        made="Wed 10:20",
        due="Wed 15:00",
        opening="On the phone, Ana promises Maria a new router by 15:00.",
    )
    story.person(
        "Wed 16:20",
        "Ana calls: the courier was late. Moved to Thursday 12:00; the break stays.",
        lambda case, now: case.renegotiate(now, due_at=at("Thu 12:00")),
    )
    return story.person("Thu 11:40", "The router is there: kept, late.", lambda case, now: case.keep(now))


def _word() -> Story:
    story = Story(
        "The word clock of one promise, from Tuesday 10:20 to Friday 14:40",
        WORD,
        SILENT,
        made="Tue 10:20",
        due="Fri 15:00",
        opening="On the phone, Ana promises Maria a new router by Friday 15:00.",
    )
    story.person(
        "Thu 11:50",
        "Ana calls: the courier has the parcel. That is a person’s word.",
        lambda case, now: case.say(now),
    )
    story.person(
        "Fri 11:40",
        "Ana mails: on track, nothing new. From now on the due clock comes first.",
        lambda case, now: case.say(now, by_mail=True),
    )
    return story.person("Fri 14:40", "The router is there: kept on time.", lambda case, now: case.keep(now))


def _escalation() -> Story:
    story = Story(
        "A ladder being climbed, from Wednesday 14:00 to Thursday 11:30",
        ladder(Trigger.OVERDUE),
        ladder(Trigger.SILENT),
        made="Wed 14:00",
        due="Wed 15:00",
        opening="On the phone, Ana promises Maria a new router by 15:00.",
    )
    return story.person("Thu 11:30", "The router is there: kept, late.", lambda case, now: case.keep(now))


EXAMPLES: Mapping[str, Callable[[], Story]] = {"due": _due, "word": _word, "escalation": _escalation}
"""The stories by the page they stand on."""

"""How an example on a page in docs/clocks is told: a promise lived through, by the domain itself.

A story says what people do; what time does, and when, comes out of the clocks. The stories are in `clock_examples`.
"""

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
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
MONDAY = date(2026, 11, 16)
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
STARTING: Rules = rules(
    cadence="1bd",
    reminders=("4bh", "30min"),
    ask_lead="30bmin",
    facts_max_age="3bd",
    recovery="2bh",
    round_to=timedelta(minutes=15),
    waking=WakingHours(time(8), time(20)),
    reply_time="4bh",
    untold_after="1bh",
    acceptance_time="2bh",
    acknowledged_for="2bh",
    strain_threshold=4,
    ladders={
        **dict.fromkeys(Trigger, (step(), step("1bh", Target.SUPERVISORS, repeat_every="4bh"))),
        Trigger.HANDOFF_LAPSED: (step(target=Target.SUPERVISORS, repeat_every="4bh"),),
    },
)
"""What a team starts with for a fix; a test compares it."""


class Mark(enum.StrEnum):
    """Who or what brought a line about."""

    PERSON = "person"
    CUSTOMER = "customer"
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
WAITING = Lane("customer waits", "wait", lambda p: p.customer_waiting_since)
OFFERED = Lane("handoff offered", "wait", lambda p: p.handoff_lapses_at)
SILENT = Lane("silent", "bad", lambda p: p.silent_since)


def ladder(trigger: Trigger) -> Lane:
    """Make the lane of one trigger's ladder."""
    return Lane(
        f"{trigger.value.replace('_', ' ')} ladder",
        "ladder",
        lambda p: next((open_.opened_at for open_ in p.escalations if open_.trigger is trigger), None),
    )


def at(text: str) -> datetime:
    """Give the instant of `Wed 10:20` in Lisbon, in the week of 16 November 2026; or of `2026-10-19 11:00`."""
    day, clock = text.split()
    on = date.fromisoformat(day) if day[0].isdigit() else MONDAY + timedelta(days=DAYS.index(day))
    return datetime.combine(on, time.fromisoformat(clock), tzinfo=LISBON).astimezone(UTC)


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
        self.added: list[Bar] = []
        """What runs beside the promise's own state."""
        self._told = 0

    def person(self, when: str, text: str, do: Callable[[Case, datetime], object] | None = None) -> None:
        """Let time pass up to `when`, then one of us acts."""
        self._act(when, Mark.PERSON, text, do)

    def customer(self, when: str, text: str, do: Callable[[Case, datetime], object] | None = None) -> None:
        """Let time pass up to `when`, then the customer acts."""
        self._act(when, Mark.CUSTOMER, text, do)

    def _act(self, when: str, mark: Mark, text: str, do: Callable[[Case, datetime], object] | None) -> None:
        self._pass_time(at(when))
        self.lines.append(Line(at(when), mark, text))
        if do is not None:
            do(self.case, at(when))
        self._note(at(when))

    def bars(self) -> list[Bar]:
        """Give what ran from when to when, by the promise's own state."""
        found = list(self.added)
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

    def _pass_time(self, until: datetime) -> None:
        """Let time act before `until`: who acts on the dot is on time."""
        while (due := self.case.next_check_at) is not None and due < until:
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
    EventKind.BECAME_UNANSWERED: _clock("Maria should have been answered by now: unanswered."),
    EventKind.BAD_NEWS_UNTOLD: _clock("Maria should have been told by now: untold."),
    EventKind.HANDOFF_LAPSED: _clock("Nobody has taken over in time: the offer lapses."),
    EventKind.ANSWER_NOT_GIVEN: lambda event: (
        Mark.STAFF,
        f"Ana is asked to move the date: no answer yet, and due {said(event.facts['due_at'], on=event.occurred_at)}.",
    ),
    **{trigger.step_kind: _step for trigger in Trigger},
}
"""How each of time's events reads. One that an example meets and that is missing here stops the drawing."""

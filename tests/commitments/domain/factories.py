"""Boring defaults for the clocks of one promise, and a promise in a test's hands.

The default calendar never closes, nothing is rounded and nobody sleeps, so that instants can be worked out in the
head: a word binds for 4 hours, a missed mail for 2, mails go 10 minutes ahead.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from commitments.domain import acts, lifecycle, words
from commitments.domain.asks import Ask, AskSort
from commitments.domain.business_time import Calendar, Duration, OpenInterval
from commitments.domain.clocks import Rules, Surroundings, WakingHours, WordMeaning
from commitments.domain.escalation import OpenEscalation, Step, Target, Trigger
from commitments.domain.promise import Promise
from commitments.domain.standing import Word
from commitments.domain.strain import StrainReason
from commitments.domain.timeline import Event, EventKind

ALWAYS = Calendar.always_open()
NINE_TO_FIVE = (OpenInterval(start_minute=540, end_minute=1020),)
OFFICE = Calendar(zone="Europe/London", week=(NINE_TO_FIVE,) * 5 + ((), ()), closed_on=frozenset())
"""Monday to Friday, 09:00 to 17:00, London."""


def at(clock: str, day: int = 18, month: int = 11) -> datetime:
    """Give an instant of 2026 in UTC; 18 November is a Wednesday, and London keeps UTC then."""
    return datetime.combine(date(2026, month, day), time.fromisoformat(clock), tzinfo=UTC)


def lasting(text: str) -> Duration:
    """Read a duration as policies write it: 4bh, 1bd, 24h, 10min."""
    return Duration.parse(text)


def step(
    after: str = "0min",
    target: Target = Target.OWNER,
    *,
    target_id: int | None = None,
    repeat_every: str | None = None,
) -> Step:
    """Make a rung of a ladder."""
    return Step(
        after=lasting(after),
        target=target,
        target_id=target_id,
        repeat_every=lasting(repeat_every) if repeat_every else None,
    )


def rules(
    *,
    cadence: str = "4h",
    reminders: Sequence[str] = (),
    ask_lead: str = "30min",
    holding_mails: int = 1,
    holding_lead: timedelta = timedelta(minutes=10),
    facts_max_age: str | None = None,
    missed_grace: timedelta = timedelta(minutes=10),
    recovery: str = "2h",
    round_to: timedelta = timedelta(),
    waking: WakingHours | None = None,
    reply_time: str | None = "4h",
    untold_after: str = "1h",
    acceptance_time: str = "2h",
    acknowledged_for: str = "2h",
    strain_threshold: float | None = None,
    ladders: Mapping[Trigger, Sequence[Step]] | None = None,
) -> Rules:
    """Make a policy's numbers."""
    return Rules(
        cadence=lasting(cadence),
        reminders=tuple(lasting(reminder) for reminder in reminders),
        ask_lead=lasting(ask_lead),
        holding_mails=holding_mails,
        holding_lead=holding_lead,
        facts_max_age=lasting(facts_max_age) if facts_max_age else None,
        missed_grace=missed_grace,
        recovery=lasting(recovery),
        round_to=round_to,
        waking=waking,
        untold_after=lasting(untold_after),
        acceptance_time=lasting(acceptance_time),
        acknowledged_for=lasting(acknowledged_for),
        reply_time=lasting(reply_time) if reply_time else None,
        strain_threshold=strain_threshold,
        ladders=ladders or {},
    )


def everybody_is_there(step: Step, at: datetime) -> bool:
    """Let every step of a ladder find somebody."""
    return True


def surroundings(
    *,
    calendar: Calendar = ALWAYS,
    working: Calendar | None = None,
    customer_zone: str = "UTC",
    mailable: bool = True,
    real_news_only: bool = False,
    strain: Sequence[StrainReason] = (),
    absent: Sequence[Target] = (),
) -> Surroundings:
    """Make what a promise's clocks see around it; nobody is there at `absent`."""
    return Surroundings(
        calendar=calendar,
        working=working or calendar,
        customer_zone=customer_zone,
        mailable=mailable,
        real_news_only=real_news_only,
        strain=tuple(strain),
        reaches=(lambda step, at: step.target not in absent) if absent else everybody_is_there,
    )


MADE_AT = at("08:00")
DUE_AT = at("23:00")


class Case:
    """A promise with its words and its timeline, treated as the services treat one.

    Before an act time passes up to the moment of recording; the act takes the place of automatic mails that have not
    gone. Mails wait until `mails_go`.
    """

    def __init__(
        self,
        *,
        made_at: datetime,
        due_at: datetime,
        told: bool = True,
        rules: Rules,
        surroundings: Surroundings,
        agreed_cadence: str | None = None,
    ) -> None:
        self.rules, self.surroundings = rules, surroundings
        self.promise: Promise = acts.make(
            at=made_at,
            due_at=due_at,
            told=told,
            rules=rules,
            surroundings=surroundings,
            agreed_cadence=lasting(agreed_cadence) if agreed_cadence else None,
        )
        self.words = [self._first_word(told=told)]
        self.events: list[Event] = []
        self.asks: list[Ask] = []

    def _first_word(self, *, told: bool) -> Word:
        started_at = self.promise.started_at
        return Word(
            at=started_at,
            named_at=self.promise.word_deadline,
            by_person=told,
            has_gone=told,
            meets=None if told else started_at,
        )

    def pass_time(self, until: datetime, *, inclusive: bool = True) -> list[Event]:
        """Let time act up to `until`; give what happened."""
        self.promise, events = lifecycle.advance(
            self.promise,
            words=self.words,
            asks=self.asks,
            rules=self.rules,
            surroundings=self.surroundings,
            until=until,
            inclusive=inclusive,
        )
        self._note(events, noticed_at=until)
        return events

    def _note(self, events: list[Event], *, noticed_at: datetime) -> None:
        self.events += events
        for event in events:
            if event.kind in {EventKind.HOLDING_MAIL_PLANNED, EventKind.MISSED_MAIL_PLANNED}:
                self.words.append(
                    Word(
                        at=event.occurred_at,
                        named_at=event.facts["named_at"],
                        by_person=False,
                        is_holding_mail=event.kind is EventKind.HOLDING_MAIL_PLANNED,
                        is_missed_mail=event.kind is EventKind.MISSED_MAIL_PLANNED,
                        has_gone=False,
                        meets=event.facts["meets"],
                    )
                )
            if event.kind is EventKind.WORD_VOIDED:
                named = event.facts.get("due_at", MADE_AT)
                self.words = [
                    replace(word, is_void=True)
                    if not word.has_gone and (word.named_at <= noticed_at or word.at < named)
                    else word
                    for word in self.words
                ]

    def mails_go(self) -> None:
        """Let every waiting mail arrive."""
        self.words = [replace(word, has_gone=True) for word in self.words]
        self.promise = words.confirm_word(self.promise)

    def live(self, until: datetime, *, every: timedelta = timedelta(minutes=5)) -> None:
        """Let time act in small steps up to `until`, each mail arriving at once."""
        now = self.promise.checked_until
        while now < until:
            now = min(now + every, until)
            self.pass_time(now)
            self.mails_go()

    def say(
        self,
        said_at: datetime,
        *,
        recorded_at: datetime | None = None,
        by_mail: bool = False,
        meaning: WordMeaning = WordMeaning.NEWS,
    ) -> list[Event]:
        """Have a person give word; give what that changed."""
        recorded_at = recorded_at or said_at
        self.pass_time(recorded_at, inclusive=False)
        word = Word(
            at=said_at,
            named_at=words.named_by(self.promise, at=said_at, rules=self.rules, surroundings=self.surroundings),
            by_person=True,
            announces_miss=meaning is WordMeaning.WILL_MISS,
            warns=meaning in acts.WARNS,
            asks_something=meaning is WordMeaning.QUESTION,
            tells=meaning not in acts.TELLS_NO_BAD_NEWS,
            has_gone=not by_mail,
            meets=self.promise.deadline_to_meet if by_mail else None,
        )
        self.promise, events = acts.give_word(
            self.promise,
            at=said_at,
            recorded_at=recorded_at,
            by_mail=by_mail,
            meaning=meaning,
            words=self.words,
            asks=self.asks,
            rules=self.rules,
            surroundings=self.surroundings,
        )
        self.words = [
            replace(other, is_void=True, is_overtaken=True)
            if words.overtakes(other, said_at=said_at, due_at=self.promise.due_at)
            else other
            for other in self.words
        ]
        if not by_mail:
            self.words = [
                replace(other, told_at=other.told_at or said_at)
                if other.new_due_at and other.meets and other.at < said_at and not other.is_void
                else other
                for other in self.words
            ]
        self.words = sorted([*self.words, word], key=lambda word: word.at)
        self._note(events, noticed_at=recorded_at)
        return events

    def renegotiate(
        self, told_at: datetime, *, due_at: datetime, recorded_at: datetime | None = None, by_mail: bool = False
    ) -> list[Event]:
        """Have the date moved and the customer told; give what that changed."""
        recorded_at = recorded_at or told_at
        self.pass_time(recorded_at, inclusive=False)
        old_due_at, meets = self.promise.due_at, self.promise.deadline_to_meet
        self.promise, events = acts.renegotiate(
            self.promise,
            at=told_at,
            recorded_at=recorded_at,
            due_at=due_at,
            by_mail=by_mail,
            words=self.words,
            asks=self.asks,
            rules=self.rules,
            surroundings=self.surroundings,
        )
        word = Word(
            at=told_at,
            named_at=words.named_by(self.promise, at=told_at, rules=self.rules, surroundings=self.surroundings),
            by_person=True,
            has_gone=not by_mail,
            meets=meets if by_mail else None,
            old_due_at=old_due_at,
            new_due_at=due_at,
        )
        self.words = [
            replace(other, is_void=True, is_overtaken=True)
            if words.overtakes(other, said_at=told_at, due_at=None)
            else other
            for other in self.words
        ]
        self.words = sorted([*self.words, word], key=lambda word: word.at)
        self._note(events, noticed_at=recorded_at)
        return events

    def ask(self, asked_at: datetime, *sorts: AskSort, recorded_at: datetime | None = None) -> list[Event]:
        """Have something wait for a person's word (a message of the customer); give what that changed."""
        recorded_at = recorded_at or asked_at
        sorts = sorts or (AskSort.MESSAGE,)
        self.pass_time(recorded_at, inclusive=False)
        self.promise, events = acts.ask(
            self.promise,
            sorts=sorts,
            at=asked_at,
            recorded_at=recorded_at,
            words=self.words,
            asks=self.asks,
            rules=self.rules,
            surroundings=self.surroundings,
        )
        self.asks += [Ask(asked_at, sort) for sort in sorts]
        self._note(events, noticed_at=recorded_at)
        return events

    def lose(self, word_at: datetime, *, known_at: datetime) -> list[Event]:
        """Have the mail of the word at `word_at` come back at `known_at`; give what that changed."""
        mails = [index for index, word in enumerate(self.words) if word.at == word_at and word.meets]
        return self.lose_nth(mails[0], known_at=known_at)

    def lose_nth(self, index: int, *, known_at: datetime) -> list[Event]:
        """Have the mail of one of the words come back at `known_at`; give what that changed."""
        self.pass_time(known_at, inclusive=False)
        before = list(self.words)
        self.words[index] = replace(self.words[index], is_void=True)
        self.promise, events = words.void_word(
            self.promise,
            at=known_at,
            words=self.words,
            before=before,
            asks=self.asks,
            rules=self.rules,
            surroundings=self.surroundings,
        )
        self._note(events, noticed_at=known_at)
        return events

    def keep(self, kept_at: datetime, *, recorded_at: datetime | None = None) -> list[Event]:
        """Have it kept; give what that changed."""
        self.pass_time(recorded_at or kept_at, inclusive=False)
        self.promise, events = acts.keep(self.promise, at=kept_at)
        self._note(events, noticed_at=recorded_at or kept_at)
        return events

    def withdraw(self, told_at: datetime, *, recorded_at: datetime | None = None) -> list[Event]:
        """Have it taken back; give what that changed."""
        self.pass_time(recorded_at or told_at, inclusive=False)
        self.promise, events = acts.withdraw(self.promise, at=told_at)
        self._note(events, noticed_at=recorded_at or told_at)
        return events

    def reopen(self, reopened_at: datetime, *, due_at: datetime) -> None:
        """Have it opened again, the customer told."""
        self.promise, events = acts.reopen(
            self.promise, at=reopened_at, due_at=due_at, rules=self.rules, surroundings=self.surroundings
        )
        self.words = [self._first_word(told=True)]
        self._note(events, noticed_at=reopened_at)

    @property
    def next_check_at(self) -> datetime | None:
        """When time next looks at it."""
        return lifecycle.next_check_at(self.promise, rules=self.rules, surroundings=self.surroundings)

    def of(self, *kinds: EventKind) -> list[Event]:
        """Give the events of some kinds, in the order in which they were noted."""
        return [event for event in self.events if event.kind in kinds]

    def when(self, *kinds: EventKind) -> list[datetime]:
        """Give the instants of the events of some kinds, earliest first."""
        return sorted(event.occurred_at for event in self.of(*kinds))

    def ladder(self, trigger: Trigger) -> list[OpenEscalation]:
        """Give the open ladders of a trigger: none or one."""
        return [escalation for escalation in self.promise.escalations if escalation.trigger is trigger]


def case(
    *,
    made_at: datetime = MADE_AT,
    due_at: datetime = DUE_AT,
    told: bool = True,
    with_rules: Rules | None = None,
    around: Surroundings | None = None,
    agreed_cadence: str | None = None,
) -> Case:
    """Make a promise at 08:00 for 23:00, in conversation: its first word binds until 12:00."""
    return Case(
        made_at=made_at,
        due_at=due_at,
        told=told,
        rules=with_rules or rules(),
        surroundings=around or surroundings(),
        agreed_cadence=agreed_cadence,
    )

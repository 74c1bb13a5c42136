"""What time and people do to one promise: a small state machine over its two clocks.

`advance` lets time act, deadline by deadline, each at its own instant. The other public functions are people's acts
and what comes back from the mail. All are pure: they take a `Promise` and give the next one with the events to record.

A person's act is applied after `advance(..., inclusive=False)` up to the moment of recording: whoever acts on the dot
is on time.
"""

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from commitments.domain.business_time import Duration, subtract
from commitments.domain.clocks import (
    Rules,
    Surroundings,
    WordMeaning,
    named_time,
    next_word_due,
    reminder_instants,
)
from commitments.domain.escalation import OpenEscalation, Trigger, climb, hasten, open_ladder
from commitments.domain.timeline import Event, EventKind

JUST_BEFORE = timedelta(microseconds=1)
IDLE_CHECK = timedelta(days=7)


class Status(enum.StrEnum):
    """What people have decided about a promise; what time does (overdue, silent) is derived."""

    OPEN = "open"
    """It is to be kept."""
    KEPT = "kept"
    """It has been kept."""
    WITHDRAWN = "withdrawn"
    """It was taken back, with a reason, and the customer was told."""


class Outcome(enum.StrEnum):
    """What became of a promise, derived from its timeline."""

    OPEN = "open"
    """Not ended."""
    KEPT_ON_TIME = "kept_on_time"
    """Kept, and no date broke since it was made or last reopened."""
    KEPT_LATE = "kept_late"
    """Kept after a date had broken."""
    WITHDRAWN = "withdrawn"
    """Withdrawn."""


class NotOpen(Exception):
    """The promise has ended; what was asked needs an open one."""


class NotKept(Exception):
    """The promise has not been kept; only a kept promise can be reopened."""


@dataclass(frozen=True, slots=True)
class Promise:
    """Everything about one promise that its clocks run by. Instants are UTC; field names are the row's columns."""

    due_at: datetime
    due_set_at: datetime
    started_at: datetime
    """When it was made or last reopened."""
    checked_until: datetime
    """Prompts up to this instant have been given."""
    next_word_due_at: datetime | None = None
    status: Status = Status.OPEN
    ended_at: datetime | None = None
    agreed_cadence: Duration | None = None
    last_word_at: datetime | None = None
    last_person_word_at: datetime | None = None
    overdue_since: datetime | None = None
    silent_since: datetime | None = None
    word_missed_at: datetime | None = None
    missed_mail_decided: bool = False
    """Whether the question of a missed mail for this due time has been settled, either way."""
    missed_mail_at: datetime | None = None
    """The missed mail planned since the last person's word."""
    miss_announced_at: datetime | None = None
    """When the customer was told that this due time would not hold."""
    holding_mails_used: int = 0
    holding_barred: bool = False
    """Whether no holding mail may be planned before the next person's word, whatever the allowance."""
    unconfirmed_meets: datetime | None = None
    """The deadline that the last word was to meet, while its mail has not gone."""
    times_broken: int = 0
    breaks_since_started: int = 0
    times_reopened: int = 0
    nothing_new_run: int = 0
    escalations: tuple[OpenEscalation, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it is still to be kept."""
        return self.status is Status.OPEN

    @property
    def word_deadline(self) -> datetime:
        """By when the customer must hear from us: the word clock, or the due clock while that comes first."""
        return self.next_word_due_at or self.due_at

    @property
    def outcome(self) -> Outcome:
        """What became of it so far."""
        if self.status is Status.KEPT:
            return Outcome.KEPT_LATE if self.breaks_since_started else Outcome.KEPT_ON_TIME
        return Outcome(self.status.value)


Step = tuple[Promise, list[Event]]


# -- Making --------------------------------------------------------------------------------------------------------


def make(
    *,
    at: datetime,
    due_at: datetime,
    told: bool,
    rules: Rules,
    surroundings: Surroundings,
    agreed_cadence: Duration | None = None,
) -> Promise:
    """Start the clocks of a new promise. `told`: it was made in conversation, which is a person's word.

    Otherwise its receipt is its first word, and until that has gone the silence would count from the start.
    """
    promise = Promise(
        due_at=due_at,
        due_set_at=at,
        started_at=at,
        checked_until=at,
        agreed_cadence=agreed_cadence,
        last_word_at=at,
        last_person_word_at=at if told else None,
        unconfirmed_meets=None if told else at,
    )
    return replace(promise, next_word_due_at=_next_word(promise, at, rules, surroundings))


# -- Time ----------------------------------------------------------------------------------------------------------


class _Deadline(enum.IntEnum):
    """What may fall due, in the order in which deadlines of one instant act: the due clock first."""

    DUE = 0
    MISSED_MAIL = 1
    WORD_NOT_GONE = 2
    HOLDING_MAIL = 3
    SILENCE = 4
    NAMED_TIME_IN_SILENCE = 5
    LADDER = 6
    REMINDER = 7
    ASK = 8


def advance(
    promise: Promise,
    *,
    rules: Rules,
    surroundings: Surroundings,
    until: datetime,
    inclusive: bool = True,
) -> Step:
    """Let time act up to `until`, each deadline at its own instant and in their order.

    `until` is also the moment of noticing: no mail is planned whose named time has passed by then. With
    `inclusive=False` deadlines at `until` itself stay (a person acts on the dot).
    """
    limit = until if inclusive else until - JUST_BEFORE
    events: list[Event] = []
    while promise.is_open:
        at, deadline = min(_deadlines(promise, rules, surroundings), default=(None, None))
        if at is None or deadline is None or at > limit:
            break
        promise, happened = _act(promise, deadline, at, rules, surroundings, until)
        events += happened
    if limit > promise.checked_until:
        promise = replace(promise, checked_until=limit)
    return promise, events


def next_check_at(promise: Promise, *, rules: Rules, surroundings: Surroundings) -> datetime | None:
    """Give when time next looks at it; nothing for an ended promise.

    An open promise whose deadlines have all acted and whose ladders are at the top is looked at once a week, so that
    none is ever out of sight.
    """
    if not promise.is_open:
        return None
    idle = promise.checked_until + IDLE_CHECK
    return min((at for at, _ in _deadlines(promise, rules, surroundings)), default=idle)


def missed_mail_awaited(promise: Promise, surroundings: Surroundings) -> bool:
    """Tell whether a missed mail follows if the due time passes, as things stand: the word clock waits for it."""
    return (
        not promise.missed_mail_decided
        and promise.miss_announced_at is None
        and surroundings.mailable
        and (promise.last_person_word_at is None or promise.last_person_word_at <= promise.due_at)
    )


def _deadlines(promise: Promise, rules: Rules, surroundings: Surroundings) -> Iterator[tuple[datetime, _Deadline]]:
    """List every deadline that has not acted yet, each with its instant."""
    due_at, word_due_at, silent = promise.due_at, promise.next_word_due_at, promise.silent_since is not None
    awaited = missed_mail_awaited(promise, surroundings)
    if promise.overdue_since is None:
        yield due_at, _Deadline.DUE
        for instant in reminder_instants(due_at, reminders=rules.reminders, calendar=surroundings.calendar):
            if promise.checked_until < instant < due_at and instant > promise.due_set_at:
                yield instant, _Deadline.REMINDER
    elif awaited:
        yield due_at + rules.missed_grace, _Deadline.MISSED_MAIL

    def waits(instant: datetime) -> bool:
        return awaited and instant >= due_at

    deadline = promise.word_deadline
    if promise.unconfirmed_meets is not None and not waits(deadline):
        yield deadline, _Deadline.WORD_NOT_GONE
    if not silent and not waits(deadline):
        yield deadline, _Deadline.SILENCE
    if word_due_at is not None and not silent:
        holding_at = word_due_at - rules.holding_lead
        if not waits(holding_at) and _holding_allowed(promise, holding_at, rules, surroundings):
            yield holding_at, _Deadline.HOLDING_MAIL
        asked_at = subtract(word_due_at, rules.ask_lead, calendar=surroundings.calendar)
        if asked_at > promise.checked_until and _after(asked_at, promise.last_word_at) and not waits(asked_at):
            yield asked_at, _Deadline.ASK
    if (
        silent
        and word_due_at is not None
        and _after(word_due_at, promise.silent_since)
        and promise.word_missed_at != word_due_at
    ):
        yield word_due_at, _Deadline.NAMED_TIME_IN_SILENCE
    for escalation in promise.escalations:
        if escalation.next_step_at is not None:
            yield escalation.next_step_at, _Deadline.LADDER


def _after(instant: datetime, other: datetime | None) -> bool:
    return other is None or instant > other


def _holding_allowed(promise: Promise, at: datetime, rules: Rules, surroundings: Surroundings) -> bool:
    """Tell whether a holding mail planned at `at` would be an honest and an allowed word."""
    confirmed_at = promise.last_person_word_at or promise.started_at
    return (
        promise.holding_mails_used < rules.holding_mails
        and not promise.holding_barred
        and promise.missed_mail_at is None
        and surroundings.mailable
        and not surroundings.real_news_only
        and _after(at, promise.last_word_at)
        and (
            rules.facts_max_age is None
            or subtract(at, rules.facts_max_age, calendar=surroundings.calendar) <= confirmed_at
        )
    )


def _act(
    promise: Promise,
    deadline: _Deadline,
    at: datetime,
    rules: Rules,
    surroundings: Surroundings,
    noticed_at: datetime,
) -> Step:
    """Let one deadline act at its instant."""
    match deadline:
        case _Deadline.DUE:
            return _become_overdue(promise, rules, surroundings)
        case _Deadline.MISSED_MAIL:
            return _plan_missed_mail(promise, at, rules, surroundings, noticed_at)
        case _Deadline.WORD_NOT_GONE:
            return _void_word_not_gone(promise, at, rules, surroundings)
        case _Deadline.HOLDING_MAIL:
            return _plan_holding_mail(promise, at, rules, surroundings, noticed_at)
        case _Deadline.SILENCE:
            return _fall_silent(promise, at, rules, surroundings, ladder_from=at)
        case _Deadline.NAMED_TIME_IN_SILENCE:
            return _miss_word(promise, at, rules)
        case _Deadline.LADDER:
            return _take_step(promise, at, rules, surroundings)
        case _Deadline.REMINDER:
            return replace(promise, checked_until=at), [Event(EventKind.REMINDER_DUE, at, {"due_at": promise.due_at})]
        case _Deadline.ASK:
            return replace(promise, checked_until=at), [
                Event(EventKind.WORD_ASKED, at, {"next_word_due_at": promise.next_word_due_at})
            ]


def _become_overdue(promise: Promise, rules: Rules, surroundings: Surroundings) -> Step:
    at = promise.due_at
    promise = replace(
        promise,
        overdue_since=at,
        times_broken=promise.times_broken + 1,
        breaks_since_started=promise.breaks_since_started + 1,
    )
    promise, opened = _open(promise, Trigger.OVERDUE, at, rules, surroundings)
    return promise, [Event(EventKind.BECAME_OVERDUE, at, {"due_at": at}), *opened]


def _plan_missed_mail(
    promise: Promise, at: datetime, rules: Rules, surroundings: Surroundings, noticed_at: datetime
) -> Step:
    named_at = named_time(
        at,
        wait=rules.recovery,
        rules=rules,
        calendar=surroundings.calendar,
        customer_zone=surroundings.customer_zone,
    )
    promise = replace(promise, missed_mail_decided=True)
    if named_at <= noticed_at:
        return promise, []
    meets = promise.silent_since or promise.word_deadline
    event = Event(EventKind.MISSED_MAIL_PLANNED, at, {"named_at": named_at, "meets": meets})
    return replace(
        promise,
        missed_mail_at=at,
        last_word_at=at,
        next_word_due_at=named_at,
        unconfirmed_meets=meets,
    ), [event]


def _plan_holding_mail(
    promise: Promise, at: datetime, rules: Rules, surroundings: Surroundings, noticed_at: datetime
) -> Step:
    meets = promise.word_deadline
    next_at = _next_word(promise, at, rules, surroundings)
    named_at = next_at or promise.due_at
    if named_at <= noticed_at:
        return replace(promise, holding_barred=True), []
    event = Event(EventKind.HOLDING_MAIL_PLANNED, at, {"named_at": named_at, "meets": meets})
    return replace(
        promise,
        holding_mails_used=promise.holding_mails_used + 1,
        last_word_at=at,
        next_word_due_at=next_at,
        unconfirmed_meets=meets,
    ), [event]


def _void_word_not_gone(promise: Promise, at: datetime, rules: Rules, surroundings: Surroundings) -> Step:
    """Take back the last word: the time it names has come and its mail has not gone."""
    meets = promise.unconfirmed_meets
    if meets is None:
        raise ValueError("Every word has gone.")
    event = Event(EventKind.WORD_VOIDED, at, {"reason": "not_gone_in_time", "meets": meets})
    promise = replace(promise, unconfirmed_meets=None, holding_barred=True)
    if promise.silent_since is not None:
        return replace(promise, next_word_due_at=promise.silent_since), [event]
    promise, silent = _fall_silent(promise, meets, rules, surroundings, ladder_from=at)
    return promise, [event, *silent]


def _fall_silent(
    promise: Promise,
    deadline: datetime,
    rules: Rules,
    surroundings: Surroundings,
    *,
    ladder_from: datetime,
) -> Step:
    """Begin a silence at the deadline that was missed; its ladder counts from when it could be known."""
    promise = replace(promise, silent_since=deadline, next_word_due_at=deadline)
    promise, opened = _open(promise, Trigger.SILENT, ladder_from, rules, surroundings)
    return promise, [Event(EventKind.BECAME_SILENT, deadline, {"deadline": deadline}), *opened]


def _miss_word(promise: Promise, at: datetime, rules: Rules) -> Step:
    hastened = tuple(
        hasten(escalation, at=at, ladder=rules.ladders.get(Trigger.SILENT, ()))
        if escalation.trigger is Trigger.SILENT
        else escalation
        for escalation in promise.escalations
    )
    event = Event(EventKind.WORD_MISSED, at, {"named_at": at})
    return replace(promise, word_missed_at=at, escalations=hastened), [event]


def _take_step(promise: Promise, at: datetime, rules: Rules, surroundings: Surroundings) -> Step:
    due = next(escalation for escalation in promise.escalations if escalation.next_step_at == at)
    climbed, taken = climb(
        due,
        ladder=rules.ladders.get(due.trigger, ()),
        calendar=surroundings.calendar,
        reaches=surroundings.reaches,
    )
    event = Event(
        due.trigger.step_kind,
        at,
        {
            "trigger": due.trigger.value,
            "position": taken.position,
            "target": taken.step.target.value if taken.step else None,
            "target_id": taken.step.target_id if taken.step else None,
            "passed_over": list(taken.passed_over),
        },
    )
    others = tuple(other for other in promise.escalations if other is not due)
    return replace(promise, escalations=(*others, climbed)), [event]


# -- People --------------------------------------------------------------------------------------------------------


def give_word(
    promise: Promise,
    *,
    at: datetime,
    by_mail: bool,
    meaning: WordMeaning,
    rules: Rules,
    surroundings: Surroundings,
) -> Step:
    """Give a person's word that was said at `at`. By mail it counts from the act and is void if it never arrives.

    Raises NotOpen.
    """
    _require_open(promise)
    meets = promise.silent_since or promise.word_deadline
    later_word_stands = (
        promise.last_word_at is not None and promise.last_word_at > at and promise.unconfirmed_meets is None
    )
    promise, events = _end_silence(promise, at)
    promise = replace(
        promise,
        last_person_word_at=max(at, promise.last_person_word_at or at),
        nothing_new_run=promise.nothing_new_run + 1 if meaning is WordMeaning.NOTHING_NEW else 0,
        miss_announced_at=at
        if meaning is WordMeaning.WILL_MISS and at <= promise.due_at
        else promise.miss_announced_at,
    )
    if later_word_stands:
        # Recorded late: the customer has heard from us since, and the time named then is the one that binds.
        return promise, events
    return replace(
        promise,
        last_word_at=at,
        next_word_due_at=_next_word(promise, at, rules, surroundings),
        holding_mails_used=0,
        holding_barred=False,
        missed_mail_at=None,
        word_missed_at=None,
        unconfirmed_meets=meets if by_mail else None,
    ), events


def keep(promise: Promise, *, at: datetime) -> Step:
    """End a promise that was kept at `at`. Kept at or before its date, it takes a break back. Raises NotOpen."""
    _require_open(promise)
    events = []
    if promise.overdue_since is not None and at <= promise.overdue_since:
        events.append(Event(EventKind.BREAK_TAKEN_BACK, at, {"due_at": promise.overdue_since}))
        promise = replace(
            promise,
            overdue_since=None,
            times_broken=promise.times_broken - 1,
            breaks_since_started=promise.breaks_since_started - 1,
        )
    promise, silence = _end_silence(promise, at)
    ended = _end_escalations(promise, at)
    promise = replace(
        promise,
        status=Status.KEPT,
        ended_at=at,
        next_word_due_at=None,
        unconfirmed_meets=None,
        overdue_since=None,
        escalations=(),
    )
    return promise, [*events, *silence, *ended]


def reopen(promise: Promise, *, at: datetime, due_at: datetime, rules: Rules, surroundings: Surroundings) -> Step:
    """Open a kept promise again with a new date that the customer was told at `at`. Raises NotKept."""
    if promise.status is not Status.KEPT:
        raise NotKept
    begun = make(
        at=at,
        due_at=due_at,
        told=True,
        rules=rules,
        surroundings=surroundings,
        agreed_cadence=promise.agreed_cadence,
    )
    return replace(begun, times_broken=promise.times_broken, times_reopened=promise.times_reopened + 1), []


# -- What comes back from the mail ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Word:
    """One statement to the customer as it counts now. `named_at` is the time by which it said they hear again."""

    at: datetime
    named_at: datetime
    by_person: bool
    is_missed_mail: bool = False
    is_holding_mail: bool = False
    announces_miss: bool = False
    is_void: bool = False
    has_gone: bool = True
    meets: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How the word clock stands by the words that count."""

    deadline: datetime
    silent_since: datetime | None
    last_word_at: datetime | None
    last_person_word_at: datetime | None
    holding_mails_used: int
    missed_mail_at: datetime | None
    miss_announced_at: datetime | None
    unconfirmed_meets: datetime | None


def standing(words: Sequence[Word], *, started_at: datetime) -> Standing:
    """Fold the words since a promise was made or reopened, earliest first, into how the word clock stands.

    A void word moves nothing but has used its allowance. A silence runs from a missed deadline to the next person's
    word; an automatic word ends none.
    """
    deadline, silent_since = started_at, None
    last: Word | None = None
    person_at = missed_at = announced_at = None
    used = 0
    for word in sorted(words, key=lambda word: word.at):
        used += word.is_holding_mail
        if word.is_void:
            continue
        waited_for = word.is_missed_mail and word.meets == deadline
        if silent_since is None and deadline < word.at and not waited_for:
            silent_since = deadline
        if word.by_person:
            silent_since, used, missed_at, person_at = None, 0, None, word.at
        if word.is_missed_mail:
            missed_at = word.at
        if word.announces_miss:
            announced_at = word.at
        deadline, last = word.named_at, word
    return Standing(
        deadline=deadline,
        silent_since=silent_since,
        last_word_at=last.at if last else None,
        last_person_word_at=person_at,
        holding_mails_used=used,
        missed_mail_at=missed_at,
        miss_announced_at=announced_at,
        unconfirmed_meets=last.meets if last and not last.has_gone else None,
    )


def void_word(
    promise: Promise,
    *,
    at: datetime,
    words: Sequence[Word],
    rules: Rules,
    surroundings: Surroundings,
) -> Step:
    """Let the clocks run as if a word had not been: its mail was cancelled, failed or came back at `at`.

    `words` are all since the promise was made or reopened, the void one marked. An ended promise stays as it is.
    """
    if not promise.is_open:
        return promise, []
    now_stands = standing(words, started_at=promise.started_at)
    was_silent = promise.silent_since
    due_governs = now_stands.deadline == promise.due_at
    promise = replace(
        promise,
        next_word_due_at=None if due_governs else now_stands.deadline,
        silent_since=now_stands.silent_since,
        last_word_at=now_stands.last_word_at,
        last_person_word_at=now_stands.last_person_word_at,
        holding_mails_used=now_stands.holding_mails_used,
        holding_barred=True,
        missed_mail_at=now_stands.missed_mail_at,
        miss_announced_at=now_stands.miss_announced_at,
        unconfirmed_meets=now_stands.unconfirmed_meets,
    )
    if (
        promise.silent_since is None
        and promise.word_deadline < at
        and not _still_waits(promise, at, rules, surroundings)
    ):
        return _fall_silent(promise, promise.word_deadline, rules, surroundings, ladder_from=at)
    if promise.silent_since is not None and was_silent is None:
        return _fall_silent(promise, promise.silent_since, rules, surroundings, ladder_from=at)
    return promise, []


def _still_waits(promise: Promise, at: datetime, rules: Rules, surroundings: Surroundings) -> bool:
    """Tell whether the word clock waits for a missed mail that may still go."""
    return missed_mail_awaited(promise, surroundings) and at < promise.due_at + rules.missed_grace


def confirm_word(promise: Promise) -> Promise:
    """Note that the last word has gone."""
    return replace(promise, unconfirmed_meets=None)


def move_named_time(
    promise: Promise, *, at: datetime, missed: bool, rules: Rules, surroundings: Surroundings
) -> Promise:
    """Work the word clock out again for a waiting automatic mail that would name a time too near or past."""
    if missed:
        next_at: datetime | None = named_time(
            at,
            wait=rules.recovery,
            rules=rules,
            calendar=surroundings.calendar,
            customer_zone=surroundings.customer_zone,
        )
    else:
        next_at = _next_word(promise, at, rules, surroundings)
    return replace(promise, next_word_due_at=next_at)


def open_escalation(
    promise: Promise, trigger: Trigger, *, at: datetime, rules: Rules, surroundings: Surroundings
) -> Step:
    """Open the ladder of a trigger that is no clock; nothing happens if it is open already. Raises NotOpen."""
    _require_open(promise)
    return _open(promise, trigger, at, rules, surroundings)


def end_escalation(promise: Promise, trigger: Trigger, *, at: datetime) -> Step:
    """End one trigger's ladder because its cause ended; nothing happens if it is not open."""
    events = _end_escalations(promise, at, only=trigger)
    kept = tuple(escalation for escalation in promise.escalations if escalation.trigger is not trigger)
    return replace(promise, escalations=kept), events


# -- Shared --------------------------------------------------------------------------------------------------------


def _require_open(promise: Promise) -> None:
    if not promise.is_open:
        raise NotOpen


def _next_word(promise: Promise, at: datetime, rules: Rules, surroundings: Surroundings) -> datetime | None:
    return next_word_due(
        at,
        due_at=promise.due_at,
        cadence=promise.agreed_cadence or rules.cadence,
        rules=rules,
        calendar=surroundings.calendar,
        customer_zone=surroundings.customer_zone,
    )


def _end_silence(promise: Promise, at: datetime) -> Step:
    since = promise.silent_since
    if since is None:
        return promise, []
    kind = EventKind.SILENCE_TAKEN_BACK if at <= since else EventKind.SILENCE_ENDED
    promise, ended = end_escalation(promise, Trigger.SILENT, at=at)
    return replace(promise, silent_since=None), [Event(kind, at, {"since": since}), *ended]


def _open(promise: Promise, trigger: Trigger, at: datetime, rules: Rules, surroundings: Surroundings) -> Step:
    if any(escalation.trigger is trigger for escalation in promise.escalations):
        return promise, []
    opened = open_ladder(trigger, at=at, ladder=rules.ladders.get(trigger, ()), calendar=surroundings.calendar)
    event = Event(EventKind.ESCALATION_OPENED, at, {"trigger": trigger.value})
    return replace(promise, escalations=(*promise.escalations, opened)), [event]


def _end_escalations(promise: Promise, at: datetime, *, only: Trigger | None = None) -> list[Event]:
    return [
        Event(EventKind.ESCALATION_ENDED, at, {"trigger": escalation.trigger.value})
        for escalation in promise.escalations
        if only is None or escalation.trigger is only
    ]

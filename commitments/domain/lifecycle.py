"""What time does to one promise: its deadlines, each acting at its own instant.

Pure: a `Promise` goes in, the next one comes out with the events to record. What people do is in `acts`; what becomes
of words that never arrived, in `words`.
"""

import enum
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from commitments.domain.asks import Ask
from commitments.domain.business_time import add, subtract
from commitments.domain.clocks import Rules, Surroundings, reminder_instants
from commitments.domain.escalation import Trigger
from commitments.domain.ladders import open_escalation, take_step
from commitments.domain.promise import Change, Promise
from commitments.domain.silence import begin_silence, miss_named_time
from commitments.domain.standing import Word
from commitments.domain.timeline import Event, EventKind
from commitments.domain.words import missed_mail_awaited, next_word_after, recovery_time, void_words_not_gone

JUST_BEFORE = timedelta(microseconds=1)
IDLE_CHECK = timedelta(days=7)


class _Deadline(enum.IntEnum):
    """What may fall due, in the order in which deadlines of one instant act: the due clock first."""

    DUE = 0
    WORD_NOT_GONE = 1
    MISSED_MAIL = 2
    HOLDING_MAIL = 3
    SILENCE = 4
    NAMED_TIME_IN_SILENCE = 5
    REPLY = 6
    UNTOLD = 7
    HANDOFF = 8
    LADDER = 9
    PROMPT = 10


def advance(
    promise: Promise,
    *,
    words: Sequence[Word] = (),
    asks: Sequence[Ask] = (),
    rules: Rules,
    surroundings: Surroundings,
    until: datetime,
    inclusive: bool = True,
) -> Change:
    """Let time act up to `until`, each deadline at its own instant and in their order.

    `until` is also the moment of noticing: no mail is planned whose named time has passed by then. With
    `inclusive=False` deadlines at `until` itself stay (a person acts on the dot). `words` and `asks` (all since the
    promise was made or reopened) are read only while a mail is on its way (`unconfirmed_meets`), and then needed:
    ValueError.
    """
    limit = until if inclusive else until - JUST_BEFORE
    events: list[Event] = []
    while True:
        at, deadline = min(_deadlines(promise, rules, surroundings), default=(None, None))
        if at is None or deadline is None or at > limit:
            break
        if deadline is _Deadline.WORD_NOT_GONE:
            promise, happened = void_words_not_gone(
                promise, at=at, words=words, asks=asks, rules=rules, surroundings=surroundings
            )
        else:
            promise, happened = _act(promise, deadline, at, rules, surroundings, until)
        events += happened
    if promise.is_open and limit > promise.checked_until:
        promise = replace(promise, checked_until=limit)
    return promise, events


def next_check_at(promise: Promise, *, rules: Rules, surroundings: Surroundings) -> datetime | None:
    """Give when time next looks at it; nothing for an ended promise about which nobody waits.

    While a mail is on its way, also when time would do something if it had gone: its arrival is noted without asking
    the clocks. An open promise whose deadlines have all acted and whose ladders are at the top is looked at once a
    week, so that none is ever out of sight.
    """
    instants = [at for at, _ in _deadlines(promise, rules, surroundings)]
    if not promise.is_open:
        return min(instants, default=None)
    if promise.unconfirmed_meets is not None:
        arrived = replace(promise, unconfirmed_meets=None)
        instants += [at for at, _ in _deadlines(arrived, rules, surroundings) if at > promise.checked_until]
    return min(instants, default=promise.checked_until + IDLE_CHECK)


def _deadlines(promise: Promise, rules: Rules, surroundings: Surroundings) -> Iterator[tuple[datetime, _Deadline]]:
    """List every deadline that has not acted yet, each with its instant."""
    yield from _waiting_customers(promise, rules, surroundings)
    if not promise.is_open:
        return
    due_at, silent = promise.due_at, promise.silent_since is not None
    missed_mail_at = due_at + rules.missed_grace
    awaited = missed_mail_awaited(promise, surroundings=surroundings)

    def waits(instant: datetime) -> bool:
        return awaited and instant >= due_at

    if promise.overdue_since is None:
        yield due_at, _Deadline.DUE
    elif awaited:
        yield missed_mail_at, _Deadline.MISSED_MAIL
    deadline = promise.word_deadline
    if promise.unconfirmed_meets is not None:
        # What names the due time has the grace to go in, as long as a missed mail follows otherwise.
        yield max(deadline, missed_mail_at) if waits(deadline) else deadline, _Deadline.WORD_NOT_GONE
    if not waits(deadline):
        if not silent:
            yield deadline, _Deadline.SILENCE
        elif _names_a_time_in_silence(promise):
            yield deadline, _Deadline.NAMED_TIME_IN_SILENCE
    holding_at = _holding_mail_at(promise, rules, surroundings)
    if holding_at is not None and not waits(holding_at):
        yield holding_at, _Deadline.HOLDING_MAIL
    if promise.untold_since is not None and not _is_climbed(promise, Trigger.UNTOLD):
        yield add(promise.untold_since, rules.untold_after, calendar=surroundings.working), _Deadline.UNTOLD
    if promise.handoff_lapses_at is not None:
        yield promise.handoff_lapses_at, _Deadline.HANDOFF
    for prompt in _prompts(promise, rules, surroundings):
        yield prompt.occurred_at, _Deadline.PROMPT


def _waiting_customers(
    promise: Promise, rules: Rules, surroundings: Surroundings
) -> Iterator[tuple[datetime, _Deadline]]:
    """List the deadlines that an ended promise can have as well: answers owed, and the ladders' steps."""
    since = promise.customer_waiting_since
    if since is not None and rules.reply_time is not None and not _is_climbed(promise, Trigger.UNANSWERED):
        yield add(since, rules.reply_time, calendar=surroundings.working), _Deadline.REPLY
    for escalation in promise.escalations:
        if escalation.next_step_at is not None:
            yield escalation.next_step_at, _Deadline.LADDER


def _is_climbed(promise: Promise, trigger: Trigger) -> bool:
    return any(escalation.trigger is trigger for escalation in promise.escalations)


def _names_a_time_in_silence(promise: Promise) -> bool:
    """Tell whether a missed mail has named a time during this silence that has not been missed yet."""
    named_at = promise.next_word_due_at
    return (
        named_at is not None
        and promise.silent_since is not None
        and named_at > promise.silent_since
        and named_at != promise.word_missed_at
    )


def _holding_mail_at(promise: Promise, rules: Rules, surroundings: Surroundings) -> datetime | None:
    """Give when a holding mail goes, if it would be an honest and an allowed word then."""
    if promise.next_word_due_at is None or promise.silent_since is not None:
        return None
    at = promise.next_word_due_at - rules.holding_lead
    confirmed_at = promise.last_person_word_at or promise.started_at
    allowed = (
        promise.holding_mails_used < rules.holding_mails
        and not promise.holding_barred
        and promise.missed_mail_at is None
        # It would only queue behind a mail that is still on its way.
        and promise.unconfirmed_meets is None
        and surroundings.mailable
        and not surroundings.real_news_only
        and not surroundings.is_strained(at, rules=rules)
        and at > (promise.last_word_at or promise.started_at)
        and (
            rules.facts_max_age is None
            or subtract(at, rules.facts_max_age, calendar=surroundings.calendar) <= confirmed_at
        )
    )
    return at if allowed else None


def _prompts(promise: Promise, rules: Rules, surroundings: Surroundings) -> Iterator[Event]:
    """List what the owner is still to be reminded of or asked, each at its instant."""
    due_at, word_due_at = promise.due_at, promise.next_word_due_at
    if promise.overdue_since is None:
        for at in reminder_instants(due_at, reminders=rules.reminders, calendar=surroundings.working):
            # Nothing is checked before the making, so that a reminder before it is left out as well.
            if promise.checked_until < at < due_at:
                yield Event(EventKind.REMINDER_DUE, at, {"due_at": due_at})
    if word_due_at is not None and promise.silent_since is None:
        at = subtract(word_due_at, rules.ask_lead, calendar=surroundings.working)
        if at > max(promise.checked_until, promise.last_word_at or promise.started_at):
            yield Event(EventKind.WORD_ASKED, at, {"next_word_due_at": word_due_at})
    if promise.answer_by is not None and promise.checked_until < promise.answer_by:
        yield Event(EventKind.ANSWER_NOT_GIVEN, promise.answer_by, {"answer_by": promise.answer_by, "due_at": due_at})


def _act(
    promise: Promise,
    deadline: _Deadline,
    at: datetime,
    rules: Rules,
    surroundings: Surroundings,
    noticed_at: datetime,
) -> Change:
    """Let one deadline act at its instant."""
    match deadline:
        case _Deadline.DUE:
            return _become_overdue(promise, rules, surroundings)
        case _Deadline.MISSED_MAIL:
            return _plan_missed_mail(promise, at, rules, surroundings, noticed_at)
        case _Deadline.HOLDING_MAIL:
            return _plan_holding_mail(promise, at, rules, surroundings, noticed_at)
        case _Deadline.SILENCE:
            return begin_silence(promise, since=at, known_at=at, rules=rules, surroundings=surroundings)
        case _Deadline.NAMED_TIME_IN_SILENCE:
            return miss_named_time(promise, at=at, rules=rules)
        case _Deadline.REPLY:
            facts = {"since": promise.customer_waiting_since}
            return _escalate(promise, Trigger.UNANSWERED, EventKind.BECAME_UNANSWERED, at, facts, rules, surroundings)
        case _Deadline.UNTOLD:
            facts = {"since": promise.untold_since}
            return _escalate(promise, Trigger.UNTOLD, EventKind.BAD_NEWS_UNTOLD, at, facts, rules, surroundings)
        case _Deadline.HANDOFF:
            promise = replace(promise, handoff_lapses_at=None)
            return _escalate(promise, Trigger.HANDOFF_LAPSED, EventKind.HANDOFF_LAPSED, at, {}, rules, surroundings)
        case _Deadline.LADDER:
            return take_step(promise, at=at, rules=rules, surroundings=surroundings)
        case _:
            # All prompts of one instant at once: the next ones are looked for after it.
            prompts = [prompt for prompt in _prompts(promise, rules, surroundings) if prompt.occurred_at == at]
            return replace(promise, checked_until=at), prompts


def _escalate(
    promise: Promise,
    trigger: Trigger,
    kind: EventKind,
    at: datetime,
    facts: Mapping[str, Any],
    rules: Rules,
    surroundings: Surroundings,
) -> Change:
    """Say that somebody has waited too long, and open the ladder: it counts from when that could be known."""
    known_at = max(at, promise.checked_until)
    promise, opened = open_escalation(promise, trigger, at=known_at, rules=rules, surroundings=surroundings)
    return promise, [Event(kind, at, facts), *opened]


def _become_overdue(promise: Promise, rules: Rules, surroundings: Surroundings) -> Change:
    at = promise.due_at
    promise = replace(
        promise,
        overdue_since=at,
        times_broken=promise.times_broken + 1,
        breaks_since_started=promise.breaks_since_started + 1,
    )
    promise, opened = open_escalation(promise, Trigger.OVERDUE, at=at, rules=rules, surroundings=surroundings)
    return promise, [Event(EventKind.BECAME_OVERDUE, at, {"due_at": at}), *opened]


def _plan_missed_mail(
    promise: Promise, at: datetime, rules: Rules, surroundings: Surroundings, noticed_at: datetime
) -> Change:
    named_at = recovery_time(at=at, rules=rules, surroundings=surroundings)
    promise = replace(promise, missed_mail_decided=True)
    if named_at <= noticed_at:
        return promise, [_left_out("missed", at, named_at)]
    meets = promise.deadline_to_meet
    event = Event(EventKind.MISSED_MAIL_PLANNED, at, {"named_at": named_at, "meets": meets})
    return replace(
        promise,
        missed_mail_at=at,
        holding_barred=False,
        last_word_at=at,
        next_word_due_at=named_at,
        unconfirmed_meets=meets,
    ), [event]


def _left_out(mail: str, at: datetime, named_at: datetime) -> Event:
    return Event(EventKind.MAIL_NOT_PLANNED, at, {"mail": mail, "named_at": named_at})


def _plan_holding_mail(
    promise: Promise, at: datetime, rules: Rules, surroundings: Surroundings, noticed_at: datetime
) -> Change:
    meets = promise.deadline_to_meet
    next_at = next_word_after(promise, at=at, rules=rules, surroundings=surroundings)
    named_at = next_at or promise.due_at
    if named_at <= noticed_at:
        return replace(promise, holding_barred=True), [_left_out("holding", at, named_at)]
    event = Event(EventKind.HOLDING_MAIL_PLANNED, at, {"named_at": named_at, "meets": meets})
    return replace(
        promise,
        holding_mails_used=promise.holding_mails_used + 1,
        last_word_at=at,
        next_word_due_at=next_at,
        unconfirmed_meets=meets,
    ), [event]

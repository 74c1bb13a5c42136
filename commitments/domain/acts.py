"""What people do to one promise: making it, giving word, moving its date, keeping, withdrawing and reopening it.

Each act takes the promise and gives the next one with the events to record beside the act's own. It is applied after
`lifecycle.advance(..., inclusive=False)` up to the moment of recording: whoever acts on the dot is on time.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from commitments.domain.business_time import Duration
from commitments.domain.clocks import Rules, Surroundings, WordMeaning
from commitments.domain.escalation import Trigger
from commitments.domain.ladders import end_all_escalations, end_escalation
from commitments.domain.promise import Change, NotKept, Promise, Status, require_open
from commitments.domain.silence import end_silence
from commitments.domain.timeline import Event, EventKind
from commitments.domain.words import Word, named_by, next_word_after, overtakes, stand_by


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
    next_at = next_word_after(promise, at=at, rules=rules, surroundings=surroundings)
    return replace(promise, next_word_due_at=next_at)


def give_word(
    promise: Promise,
    *,
    at: datetime,
    recorded_at: datetime,
    by_mail: bool,
    meaning: WordMeaning,
    words: Sequence[Word] = (),
    rules: Rules,
    surroundings: Surroundings,
) -> Change:
    """Give a person's word that was said at `at`. By mail it counts from the act and is void if it never arrives.

    `words` (all since the promise was made or reopened, without this one) matter only if one of them is later than
    `at`: that one has named its own time, which binds. Raises NotOpen; ValueError if they are needed and missing.
    """
    require_open(promise)
    meets = promise.deadline_to_meet if by_mail else None
    named_at = named_by(promise, at=at, rules=rules, surroundings=surroundings)
    announces_miss = meaning is WordMeaning.WILL_MISS
    run = promise.nothing_new_run + 1 if meaning is WordMeaning.NOTHING_NEW else 0
    promise = replace(promise, nothing_new_run=run)
    word = Word(
        at=at,
        named_at=named_at,
        by_person=True,
        announces_miss=announces_miss,
        has_gone=not by_mail,
        meets=meets,
    )
    return _say(promise, word, recorded_at=recorded_at, words=words, rules=rules, surroundings=surroundings)


def renegotiate(
    promise: Promise,
    *,
    at: datetime,
    recorded_at: datetime,
    due_at: datetime,
    by_mail: bool,
    words: Sequence[Word] = (),
    rules: Rules,
    surroundings: Surroundings,
) -> Change:
    """Move the date to `due_at`, the customer told at `at`: a person's word, which is void as in `give_word`.

    Told at or before the old date it counts as a renegotiation, and takes back a break noted meanwhile; after it the
    break stays, and what was overdue is so no more. `words` as in `give_word`. Raises NotOpen.
    """
    require_open(promise)
    meets = promise.deadline_to_meet if by_mail else None
    old_due_at = promise.due_at
    in_time = at <= old_due_at
    events = []
    if in_time and promise.overdue_since is not None:
        facts = {"due_at": old_due_at, "because": "renegotiated"}
        events.append(Event(EventKind.BREAK_TAKEN_BACK, at, facts))
        promise = replace(
            promise,
            times_broken=promise.times_broken - 1,
            breaks_since_started=promise.breaks_since_started - 1,
        )
    promise, ended = end_escalation(promise, Trigger.OVERDUE, at=at)
    promise = replace(
        promise,
        due_at=due_at,
        due_set_at=at,
        times_renegotiated=promise.times_renegotiated + in_time,
        overdue_since=None,
        missed_mail_decided=False,
        miss_announced_at=None,
        nothing_new_run=0,
    )
    word = Word(
        at=at,
        named_at=named_by(promise, at=at, rules=rules, surroundings=surroundings),
        by_person=True,
        has_gone=not by_mail,
        meets=meets,
        old_due_at=old_due_at,
        new_due_at=due_at,
    )
    promise, said = _say(promise, word, recorded_at=recorded_at, words=words, rules=rules, surroundings=surroundings)
    return promise, [*events, *ended, *said]


def _say(
    promise: Promise,
    word: Word,
    *,
    recorded_at: datetime,
    words: Sequence[Word],
    rules: Rules,
    surroundings: Surroundings,
) -> Change:
    """Let a person's word count; `words` are the others."""
    at = word.at
    if promise.last_word_at is not None and at < promise.last_word_at and not words:
        raise ValueError("A word recorded after a later one needs the words of the promise to be told.")
    if any(other.at > at for other in words):
        due_at = None if word.new_due_at is not None else promise.due_at
        others = (
            replace(other, is_void=True, is_overtaken=True) if overtakes(other, said_at=at, due_at=due_at) else other
            for other in words
        )
        promise, events = stand_by(
            promise,
            [*others, word],
            known_at=recorded_at,
            said_at=at,
            rules=rules,
            surroundings=surroundings,
        )
    else:
        promise, events = end_silence(promise, at=at)
        promise = replace(
            promise,
            last_word_at=at,
            last_person_word_at=at,
            next_word_due_at=next_word_after(promise, at=at, rules=rules, surroundings=surroundings),
            holding_mails_used=0,
            holding_barred=False,
            missed_mail_at=None,
            miss_announced_at=at if word.announces_miss and at <= promise.due_at else promise.miss_announced_at,
            unconfirmed_meets=word.meets,
        )
    if not word.has_gone:
        return promise, events
    promise, reached = end_escalation(promise, Trigger.UNDELIVERABLE, at=at)
    return promise, [*events, *reached]


def keep(promise: Promise, *, at: datetime) -> Change:
    """End a promise that was kept at `at`. Kept at or before its date, it takes a break back. Raises NotOpen."""
    return _end(promise, Status.KEPT, at=at)


def withdraw(promise: Promise, *, at: datetime) -> Change:
    """End a promise that was taken back at `at`, the customer told then. Breaks are as in `keep`. Raises NotOpen."""
    return _end(promise, Status.WITHDRAWN, at=at)


def _end(promise: Promise, status: Status, *, at: datetime) -> Change:
    require_open(promise)
    events = []
    if promise.overdue_since is not None and at <= promise.overdue_since:
        events.append(Event(EventKind.BREAK_TAKEN_BACK, at, {"due_at": promise.overdue_since}))
        promise = replace(
            promise,
            times_broken=promise.times_broken - 1,
            breaks_since_started=promise.breaks_since_started - 1,
        )
    promise, silence = end_silence(promise, at=at)
    promise, ended = end_all_escalations(promise, at=at)
    promise = replace(
        promise,
        status=status,
        ended_at=at,
        next_word_due_at=None,
        unconfirmed_meets=None,
        overdue_since=None,
    )
    return promise, [*events, *silence, *ended]


def reopen(promise: Promise, *, at: datetime, due_at: datetime, rules: Rules, surroundings: Surroundings) -> Change:
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
    begun = replace(
        begun,
        times_broken=promise.times_broken,
        times_reopened=promise.times_reopened + 1,
        times_renegotiated=promise.times_renegotiated,
    )
    return begun, []

"""Words to the customer as they count for the word clock, and what happens when one does not count after all.

An act or a planned mail moves the clock forward as it comes. Whatever changes the past (a mail that came back or never
went, a conversation recorded after a later word) is worked out again from all the words, which `standing` folds.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from commitments.domain.asks import Ask, settle
from commitments.domain.business_time import add
from commitments.domain.clocks import Rules, Surroundings, named_time, next_word_due
from commitments.domain.escalation import Trigger
from commitments.domain.ladders import end_escalation, open_escalation
from commitments.domain.promise import Change, Promise
from commitments.domain.silence import begin_silence, end_silence
from commitments.domain.standing import Word, answered_by, dates_by, has_missed_mail, standing
from commitments.domain.timeline import Event, EventKind

# -- What a word names ---------------------------------------------------------------------------------------------


def next_word_after(promise: Promise, *, at: datetime, rules: Rules, surroundings: Surroundings) -> datetime | None:
    """Give the word clock after a word at `at`; empty while the due clock comes first."""
    return next_word_due(
        at,
        due_at=promise.due_at,
        agreed_cadence=promise.agreed_cadence,
        rules=rules,
        surroundings=surroundings,
    )


def named_by(promise: Promise, *, at: datetime, rules: Rules, surroundings: Surroundings) -> datetime:
    """Give the time by which a word at `at` says that the customer hears again: the earlier of the two clocks."""
    return next_word_after(promise, at=at, rules=rules, surroundings=surroundings) or promise.due_at


def recovery_time(*, at: datetime, rules: Rules, surroundings: Surroundings) -> datetime:
    """Give the time by which a missed mail at `at` says that a person will be in touch."""
    recovered_at = add(at, rules.recovery, calendar=surroundings.calendar)
    return named_time(recovered_at, rules=rules, customer_zone=surroundings.customer_zone)


# -- Words that wait -----------------------------------------------------------------------------------------------


def missed_mail_awaited(promise: Promise, *, surroundings: Surroundings) -> bool:
    """Tell whether a missed mail follows if the due time passes, as things stand: the word clock waits for it."""
    return (
        not promise.missed_mail_decided
        and promise.miss_announced_at is None
        and surroundings.mailable
        and (promise.last_person_word_at is None or promise.last_person_word_at <= promise.due_at)
    )


def overtakes(word: Word, *, said_at: datetime, due_at: datetime | None) -> bool:
    """Tell whether a person's word said at `said_at` takes the place of `word`, an automatic mail that still waits.

    A word said at or before the due time is none since, so it does not stop the mail that tells of the break; one that
    moves the date (no `due_at`) does.
    """
    if word.has_gone or word.is_void:
        return False
    return word.is_holding_mail or (word.is_missed_mail and (due_at is None or said_at > due_at))


def confirm_word(promise: Promise) -> Promise:
    """Note that the last word has gone."""
    return replace(promise, unconfirmed_meets=None)


def move_named_time(
    promise: Promise, *, at: datetime, missed: bool, rules: Rules, surroundings: Surroundings
) -> Promise:
    """Work the word clock out again for a waiting automatic mail that would name a time too near or past."""
    next_at: datetime | None
    if missed:
        next_at = recovery_time(at=at, rules=rules, surroundings=surroundings)
    else:
        next_at = next_word_after(promise, at=at, rules=rules, surroundings=surroundings)
    return replace(promise, next_word_due_at=next_at)


# -- Words that do not count after all -----------------------------------------------------------------------------


def void_word(
    promise: Promise,
    *,
    at: datetime,
    words: Sequence[Word],
    before: Sequence[Word] = (),
    asks: Sequence[Ask] = (),
    rules: Rules,
    surroundings: Surroundings,
) -> Change:
    """Let the clocks run as if a word had not been: its mail was cancelled, failed or came back at `at`.

    `words` and `asks` are all since the promise was made or reopened, the void word marked; `before` are the words as
    they stood, needed where one of them moved the date. An ended promise stays as it is, but for what it answered.
    """
    promise, waiting = settle(
        promise,
        asks,
        answered=answered_by(promise, words),
        known_at=at,
        rules=rules,
        surroundings=surroundings,
    )
    if not promise.is_open:
        return promise, waiting
    promise = _forget_question(promise, words)
    promise, restored = restore_date(
        promise, before=before, words=words, known_at=at, rules=rules, surroundings=surroundings
    )
    promise, changed = stand_by(promise, words, known_at=at, rules=rules, surroundings=surroundings)
    return promise, [*waiting, *restored, *changed]


def _forget_question(promise: Promise, words: Sequence[Word]) -> Promise:
    """Wait for no answer to a question that did not reach the customer."""
    asked = max((word for word in words if word.asks_something), key=lambda word: word.at, default=None)
    return replace(promise, answer_by=None) if asked is not None and asked.is_void else promise


def void_words_not_gone(
    promise: Promise,
    *,
    at: datetime,
    words: Sequence[Word],
    asks: Sequence[Ask] = (),
    rules: Rules,
    surroundings: Surroundings,
) -> Change:
    """Take back what has not gone although the time that it names has come.

    A mail names the earlier of the two clocks, so that a date which holds again can be earlier than what it was to name
    (the event then says which date). Raises ValueError without `words`, and where they leave all as it is: time would
    act on it for ever.
    """
    if not words:
        raise ValueError("A promise with a mail on its way needs its words to be told.")
    waiting = [word for word in words if not (word.has_gone or word.is_void)]
    by_the_date = [word for word in waiting if at < word.named_at and word.at < promise.due_at <= at]
    late = [word for word in waiting if word.named_at <= at] + by_the_date
    facts = {"reason": "not_gone_in_time", "meets": promise.unconfirmed_meets}
    if by_the_date:
        facts["due_at"] = promise.due_at
    events = [Event(EventKind.WORD_VOIDED, at, facts)] if late else []
    left = [replace(word, is_void=True) if word in late else word for word in words]
    stands, changed = void_word(
        promise, at=at, words=left, before=words, asks=asks, rules=rules, surroundings=surroundings
    )
    if not late and stands == promise:
        raise ValueError("No mail on its way names a time that has come.")
    return stands, [*events, *changed]


def stand_by(
    promise: Promise,
    words: Sequence[Word],
    *,
    known_at: datetime,
    said_at: datetime | None = None,
    rules: Rules,
    surroundings: Surroundings,
) -> Change:
    """Set the clocks by the words that count, as is known at `known_at`, and say what that changes in the silence.

    `said_at`: when the word was said that is recorded late; without it the past changes because a word is void.
    """
    stands = standing(
        words,
        started_at=promise.started_at,
        due_at=promise.due_at,
        due_set_at=promise.due_set_at,
        grace=rules.missed_grace,
        noted_silence=promise.silent_since,
    )
    deadline = stands.deadline
    promise = replace(
        promise,
        next_word_due_at=None if deadline == promise.due_at else deadline,
        last_word_at=stands.last_word_at,
        last_person_word_at=stands.last_person_word_at,
        holding_mails_used=stands.holding_mails_used,
        holding_barred=stands.holding_barred,
        missed_mail_at=stands.missed_mail_at,
        miss_announced_at=stands.miss_announced_at,
        unconfirmed_meets=stands.unconfirmed_meets,
    )
    since = stands.silent_since
    if since is None and deadline < known_at and not _waits(promise, known_at, rules, surroundings):
        since = deadline
    was = promise.silent_since
    events: list[Event] = []
    if was is not None and (since is None or was < since):
        promise, events = end_silence(promise, at=said_at or known_at, taken_back=said_at is None)
    if since is None:
        return promise, events
    # In a silence a named time binds even if it is the due time.
    promise = replace(promise, next_word_due_at=deadline)
    if since == was:
        return promise, events
    promise, begun = begin_silence(promise, since=since, known_at=known_at, rules=rules, surroundings=surroundings)
    return promise, [*events, *begun]


def _waits(promise: Promise, at: datetime, rules: Rules, surroundings: Surroundings) -> bool:
    """Tell whether the word clock waits at `at` for a missed mail that is pending."""
    return (
        promise.word_deadline >= promise.due_at
        and at <= promise.due_at + rules.missed_grace
        and missed_mail_awaited(promise, surroundings=surroundings)
    )


# -- Dates that words moved ----------------------------------------------------------------------------------------


def restore_date(
    promise: Promise,
    *,
    before: Sequence[Word],
    words: Sequence[Word],
    known_at: datetime,
    rules: Rules,
    surroundings: Surroundings,
) -> Change:
    """Take back the dates of which the customer was not told after all, as is known at `known_at`.

    An earlier date that has passed by then was broken at its own instant; its ladder counts from when that could be
    known. `before` and `words`: the words as they stood and as they stand. Raises ValueError without `before`.
    """
    if all(word.new_due_at is None for word in words):
        return promise, []
    if not before:
        raise ValueError("A promise whose date was moved needs its words as they stood to be told.")
    was, stands = dates_by(before, promise=promise), dates_by(words, promise=promise)
    if was == stands:
        return promise, []
    due_at = stands.due_at
    passed = {due_at} if due_at < known_at else set()
    noted = was.broken | ({promise.overdue_since} if promise.overdue_since is not None else set())
    broken = stands.broken | passed
    events = [
        Event(EventKind.BREAK_TAKEN_BACK, known_at, {"due_at": date, "because": "not_told"})
        for date in sorted(noted - broken)
    ]
    if due_at != promise.due_at:
        events.append(Event(EventKind.DATE_RESTORED, known_at, {"due_at": due_at, "was_due_at": promise.due_at}))
    events += [Event(EventKind.BECAME_OVERDUE, date, {"due_at": date}) for date in sorted(broken - noted)]
    more = len(broken) - len(noted)
    promise = replace(
        promise,
        due_at=due_at,
        due_set_at=stands.due_set_at,
        times_renegotiated=promise.times_renegotiated + stands.renegotiated - was.renegotiated,
        times_broken=promise.times_broken + more,
        breaks_since_started=promise.breaks_since_started + more,
        overdue_since=due_at if passed else None,
        missed_mail_decided=has_missed_mail(words, due_at=due_at),
    )
    if passed:
        promise, laddered = open_escalation(
            promise, Trigger.OVERDUE, at=known_at, rules=rules, surroundings=surroundings
        )
    else:
        promise, laddered = end_escalation(promise, Trigger.OVERDUE, at=known_at)
    return promise, [*events, *laddered]

"""Words to the customer as they count for the word clock, and what happens when one does not count after all.

An act or a planned mail moves the clock forward as it comes. Whatever changes the past (a mail that came back or never
went, a conversation recorded after a later word) is worked out again from all the words: `standing` folds them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from commitments.domain.clocks import Rules, Surroundings, named_time, next_word_due
from commitments.domain.promise import Change, Promise
from commitments.domain.silence import begin_silence, end_silence
from commitments.domain.timeline import Event, EventKind


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
    """It did not reach the customer."""
    is_overtaken: bool = False
    """It is void because a person's word took its place before it went; that costs no allowance."""
    has_gone: bool = True
    meets: datetime | None = None
    """The deadline that a mail was to meet."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How the word clock stands by the words that count."""

    deadline: datetime
    silent_since: datetime | None
    """The beginning of a silence in which a word has been sent that did not end it."""
    last_word_at: datetime | None
    last_person_word_at: datetime | None
    holding_mails_used: int
    holding_barred: bool
    missed_mail_at: datetime | None
    miss_announced_at: datetime | None
    unconfirmed_meets: datetime | None


def standing(
    words: Sequence[Word],
    *,
    started_at: datetime,
    due_at: datetime,
    grace: timedelta,
    noted_silence: datetime | None = None,
) -> Standing:
    """Fold the words since a promise was made or reopened into how the word clock stands.

    A void word moves nothing but has used its allowance, and no second holding mail goes for one deadline. A silence
    runs from a missed deadline to the next person's word; an automatic word ends none. A deadline within the `grace`
    before a missed mail waited for that mail, unless a silence was noted at it (nobody could be mailed then).
    """
    deadline, silent_since = started_at, None
    last: Word | None = None
    person_at = missed_at = announced_at = None
    used = 0
    for word in sorted(words, key=lambda word: word.at):
        used += word.is_holding_mail and not word.is_overtaken
        if word.is_void:
            continue
        waited_for = word.is_missed_mail and word.at - grace <= deadline and deadline != noted_silence
        if silent_since is None and deadline < word.at and not waited_for:
            silent_since = deadline
        if word.by_person:
            silent_since, used, missed_at, person_at = None, 0, None, word.at
        if word.is_missed_mail:
            missed_at = word.at
        if word.announces_miss and word.at <= due_at:
            announced_at = word.at
        deadline, last = word.named_at, word
    return Standing(
        deadline=deadline,
        silent_since=silent_since,
        last_word_at=last.at if last else None,
        last_person_word_at=person_at,
        holding_mails_used=used,
        holding_barred=any(word.is_holding_mail and word.is_void and word.meets == deadline for word in words),
        missed_mail_at=missed_at,
        miss_announced_at=announced_at,
        unconfirmed_meets=last.meets if last and not last.has_gone else None,
    )


# -- What a word names ---------------------------------------------------------------------------------------------


def next_word_after(promise: Promise, *, at: datetime, rules: Rules, surroundings: Surroundings) -> datetime | None:
    """Give the word clock after a word at `at`; empty while the due clock comes first."""
    return next_word_due(
        at,
        due_at=promise.due_at,
        cadence=promise.agreed_cadence or rules.cadence,
        rules=rules,
        calendar=surroundings.calendar,
        customer_zone=surroundings.customer_zone,
    )


def named_by(promise: Promise, *, at: datetime, rules: Rules, surroundings: Surroundings) -> datetime:
    """Give the time by which a word at `at` says that the customer hears again: the earlier of the two clocks."""
    return next_word_after(promise, at=at, rules=rules, surroundings=surroundings) or promise.due_at


def recovery_time(*, at: datetime, rules: Rules, surroundings: Surroundings) -> datetime:
    """Give the time by which a missed mail at `at` says that a person will be in touch."""
    return named_time(
        at,
        wait=rules.recovery,
        rules=rules,
        calendar=surroundings.calendar,
        customer_zone=surroundings.customer_zone,
    )


# -- Words that wait -----------------------------------------------------------------------------------------------


def missed_mail_awaited(promise: Promise, *, surroundings: Surroundings) -> bool:
    """Tell whether a missed mail follows if the due time passes, as things stand: the word clock waits for it."""
    return (
        not promise.missed_mail_decided
        and promise.miss_announced_at is None
        and surroundings.mailable
        and (promise.last_person_word_at is None or promise.last_person_word_at <= promise.due_at)
    )


def overtakes(word: Word, *, said_at: datetime, due_at: datetime) -> bool:
    """Tell whether a person's word said at `said_at` takes the place of `word`, an automatic mail that still waits.

    A word said at or before the due time is none since, so it does not stop the mail that tells of the break.
    """
    if word.has_gone or word.is_void:
        return False
    return word.is_holding_mail or (word.is_missed_mail and said_at > due_at)


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
    rules: Rules,
    surroundings: Surroundings,
) -> Change:
    """Let the clocks run as if a word had not been: its mail was cancelled, failed or came back at `at`.

    `words` are all since the promise was made or reopened, the void one marked. An ended promise stays as it is.
    """
    if not promise.is_open:
        return promise, []
    return stand_by(promise, words, known_at=at, rules=rules, surroundings=surroundings)


def void_words_not_gone(
    promise: Promise,
    *,
    at: datetime,
    words: Sequence[Word],
    rules: Rules,
    surroundings: Surroundings,
) -> Change:
    """Take back what has not gone although the time that it names has come. Raises ValueError without `words`."""
    if not words:
        raise ValueError("A promise with a mail on its way needs its words to be told.")
    late = [word for word in words if not (word.has_gone or word.is_void) and word.named_at <= at]
    events = (
        [Event(EventKind.WORD_VOIDED, at, {"reason": "not_gone_in_time", "meets": promise.unconfirmed_meets})]
        if late
        else []
    )
    left = [replace(word, is_void=True) if word in late else word for word in words]
    promise, changed = stand_by(promise, left, known_at=at, rules=rules, surroundings=surroundings)
    return promise, [*events, *changed]


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
        grace=rules.missed_grace,
        noted_silence=promise.silent_since,
    )
    promise = replace(
        promise,
        next_word_due_at=None if stands.deadline == promise.due_at else stands.deadline,
        last_word_at=stands.last_word_at,
        last_person_word_at=stands.last_person_word_at,
        holding_mails_used=stands.holding_mails_used,
        holding_barred=stands.holding_barred,
        missed_mail_at=stands.missed_mail_at,
        miss_announced_at=stands.miss_announced_at,
        unconfirmed_meets=stands.unconfirmed_meets,
    )
    since = stands.silent_since
    if since is None and stands.deadline < known_at and not _waits(promise, known_at, rules, surroundings):
        since = stands.deadline
    was = promise.silent_since
    events: list[Event] = []
    if was is not None and (since is None or was < since):
        promise, events = end_silence(promise, at=said_at or known_at, taken_back=said_at is None)
    if since is None:
        return promise, events
    # In a silence a named time binds even if it is the due time.
    promise = replace(promise, next_word_due_at=stands.deadline)
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

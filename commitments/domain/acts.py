"""What people do to one promise: making it, giving word, moving its date, keeping, withdrawing and reopening it.

Each act takes the promise and gives the next one with the events to record beside the act's own. It is applied after
`lifecycle.advance(..., inclusive=False)` up to the moment of recording: whoever acts on the dot is on time.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from commitments.domain.asks import WAITING, Ask, AskSort, settle, settle_all
from commitments.domain.business_time import Duration
from commitments.domain.clocks import Rules, Surroundings, WordMeaning
from commitments.domain.escalation import Trigger
from commitments.domain.ladders import end_all_escalations, end_escalation
from commitments.domain.promise import Change, NotEnded, NotKept, Promise, Status, require_open
from commitments.domain.silence import end_silence
from commitments.domain.standing import Word, answered_by
from commitments.domain.timeline import Event, EventKind
from commitments.domain.words import named_by, next_word_after, overtakes, stand_by

TELLS_NO_BAD_NEWS = frozenset({WordMeaning.NOTHING_NEW, WordMeaning.QUESTION})
"""What may be said to a customer without telling them the bad news that was noted."""
WARNS = frozenset({WordMeaning.AT_RISK, WordMeaning.WILL_MISS})
"""What tells a customer that the date may not hold, or will not."""


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
    answer_by: datetime | None = None,
    answers: bool = True,
    in_conversation: bool = True,
    at_latest: datetime | None = None,
    words: Sequence[Word] = (),
    asks: Sequence[Ask] = (),
    rules: Rules,
    surroundings: Surroundings,
) -> Change:
    """Give a person's word that was said at `at`. By mail it counts from the act and is void if it never arrives.

    `answer_by`: by when a question needs the customer's answer. `answers=False` leaves open what the customer asked
    (somebody has only taken over). `in_conversation=False`: what was not mailed was left on voicemail. `at_latest`: by
    when it says itself that the customer hears again, where that is earlier than the cadence. `words` (all since the
    promise was made or reopened, without this one) matter only if one of them is later than `at`: that one has named
    its own time, which binds. `asks` are all since then; without them, what the promise says is waiting. Raises
    NotOpen; ValueError if words are needed and missing.
    """
    require_open(promise)
    meets = promise.deadline_to_meet if by_mail else None
    named_at = named_by(promise, at=at, rules=rules, surroundings=surroundings)
    if at_latest is not None:
        named_at = min(named_at, at_latest)
    announces_miss = meaning is WordMeaning.WILL_MISS
    run = promise.nothing_new_run + 1 if meaning is WordMeaning.NOTHING_NEW else 0
    promise = replace(
        promise,
        nothing_new_run=run,
        answer_by=answer_by if meaning is WordMeaning.QUESTION else promise.answer_by,
    )
    word = Word(
        at=at,
        named_at=named_at,
        by_person=True,
        announces_miss=announces_miss,
        warns=meaning in WARNS,
        asks_something=meaning is WordMeaning.QUESTION,
        answers=answers,
        tells=meaning not in TELLS_NO_BAD_NEWS,
        has_gone=not by_mail,
        meets=meets,
    )
    return _say(
        promise,
        word,
        recorded_at=recorded_at,
        words=words,
        asks=asks,
        in_conversation=in_conversation,
        rules=rules,
        surroundings=surroundings,
    )


def renegotiate(
    promise: Promise,
    *,
    at: datetime,
    recorded_at: datetime,
    due_at: datetime,
    by_mail: bool,
    answers: bool = True,
    in_conversation: bool = True,
    corrects: bool = False,
    words: Sequence[Word] = (),
    asks: Sequence[Ask] = (),
    rules: Rules,
    surroundings: Surroundings,
) -> Change:
    """Move the date to `due_at`, the customer told at `at`: a person's word, which is void as in `give_word`.

    Told at or before the old date it counts as a renegotiation, and takes back a break noted meanwhile; after it the
    break stays, and what was overdue is so no more. `corrects`: the old date was logged wrongly, so that it was
    neither moved nor broken. `answers`, `in_conversation`, `words` and `asks` as in `give_word`. Raises NotOpen.
    """
    require_open(promise)
    meets = promise.deadline_to_meet if by_mail else None
    old_due_at = promise.due_at
    in_time = at <= old_due_at
    events: list[Event] = []
    if in_time or corrects:
        promise, events = take_break_back(promise, at=at, because="corrected" if corrects else "renegotiated")
    promise, ended = end_escalation(promise, Trigger.OVERDUE, at=at)
    promise = replace(
        promise,
        due_at=due_at,
        due_set_at=at,
        times_renegotiated=promise.times_renegotiated + (in_time and not corrects),
        overdue_since=None,
        missed_mail_decided=False,
        miss_announced_at=None,
        nothing_new_run=0,
        answer_by=None,
    )
    word = Word(
        at=at,
        named_at=named_by(promise, at=at, rules=rules, surroundings=surroundings),
        by_person=True,
        answers=answers,
        corrects=corrects,
        has_gone=not by_mail,
        meets=meets,
        old_due_at=old_due_at,
        new_due_at=due_at,
    )
    promise, said = _say(
        promise,
        word,
        recorded_at=recorded_at,
        words=words,
        asks=asks,
        in_conversation=in_conversation,
        rules=rules,
        surroundings=surroundings,
    )
    return promise, [*events, *ended, *said]


def take_break_back(promise: Promise, *, at: datetime, because: str = "") -> Change:
    """Take back that the date was broken, if that was noted, as `at` shows."""
    if promise.overdue_since is None:
        return promise, []
    facts = {"due_at": promise.overdue_since} | ({"because": because} if because else {})
    promise = replace(
        promise,
        overdue_since=None,
        times_broken=promise.times_broken - 1,
        breaks_since_started=promise.breaks_since_started - 1,
    )
    return promise, [Event(EventKind.BREAK_TAKEN_BACK, at, facts)]


def _say(
    promise: Promise,
    word: Word,
    *,
    recorded_at: datetime,
    words: Sequence[Word],
    asks: Sequence[Ask],
    in_conversation: bool,
    rules: Rules,
    surroundings: Surroundings,
) -> Change:
    """Let a person's word count; `words` are the others. Only a conversation proves that the customer is reached."""
    at = word.at
    promise = replace(promise, calling_until=None)
    promise, settled = _settle(
        promise, word, words=words, asks=asks, known_at=recorded_at, rules=rules, surroundings=surroundings
    )
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
            next_word_due_at=None if at < promise.due_at == word.named_at else word.named_at,
            holding_mails_used=0,
            holding_barred=False,
            missed_mail_at=None,
            miss_announced_at=at if word.announces_miss and at <= promise.due_at else promise.miss_announced_at,
            unconfirmed_meets=word.meets,
        )
    if not (word.has_gone and in_conversation):
        return promise, [*settled, *events]
    promise, reached = end_escalation(promise, Trigger.UNDELIVERABLE, at=at)
    return promise, [*settled, *events, *reached]


def _settle(
    promise: Promise,
    word: Word,
    *,
    words: Sequence[Word],
    asks: Sequence[Ask],
    known_at: datetime,
    rules: Rules,
    surroundings: Surroundings,
) -> Change:
    """Let a person's word settle what waited for one."""
    if not (word.answers or word.tells_bad_news):
        return promise, []
    return settle(
        promise,
        asks or _asks_waiting(promise),
        answered=answered_by(promise, [*words, word]),
        known_at=known_at,
        rules=rules,
        surroundings=surroundings,
    )


def _asks_waiting(promise: Promise) -> list[Ask]:
    """Give what the promise itself says is waiting."""
    since = ((sort, getattr(promise, field)) for sort, (field, _) in WAITING.items())
    return [Ask(at, sort) for sort, at in since if at is not None]


def explain(
    promise: Promise,
    *,
    at: datetime,
    by_mail: bool,
    words: Sequence[Word] = (),
    asks: Sequence[Ask] = (),
    rules: Rules,
    surroundings: Surroundings,
) -> Change:
    """Answer a customer about a promise that has ended, at `at`: what they asked or disputed is settled.

    The promise stays ended. `words` and `asks` are all since it was made or reopened. Raises NotEnded.
    """
    if promise.is_open:
        raise NotEnded
    word = Word(at=at, named_at=at, by_person=True, has_gone=not by_mail)
    promise, settled = _settle(
        promise, word, words=words, asks=asks, known_at=at, rules=rules, surroundings=surroundings
    )
    if by_mail:
        return promise, settled
    promise, reached = end_escalation(promise, Trigger.UNDELIVERABLE, at=at)
    return promise, [*settled, *reached]


def ask(
    promise: Promise,
    *,
    sorts: Sequence[AskSort],
    at: datetime,
    recorded_at: datetime,
    words: Sequence[Word] = (),
    asks: Sequence[Ask] = (),
    rules: Rules,
    surroundings: Surroundings,
) -> Change:
    """Let something that was asked or noted at `at` wait for a person's word, unless one has answered it already.

    A customer who gets in touch after our question has answered it as well; no `sorts` if that needs no word of ours.
    `words` and `asks` (without this one) are all since the promise was made or reopened.
    """
    if AskSort.RISK in sorts:
        require_open(promise)
    elif not any(word.asks_something and word.at > at for word in words):
        promise = replace(promise, answer_by=None)
    return settle(
        promise,
        [*(asks or _asks_waiting(promise)), *(Ask(at, sort) for sort in sorts)],
        answered=answered_by(promise, words),
        known_at=recorded_at,
        rules=rules,
        surroundings=surroundings,
    )


def keep(promise: Promise, *, at: datetime, on_the_call: bool = False) -> Change:
    """End a promise that was kept at `at`. Kept at or before its date, it takes a break back. Raises NotOpen.

    `on_the_call`: on the very call on which it was made.
    """
    promise, events = _end(promise, Status.KEPT, at=at)
    return replace(promise, kept_on_the_call=on_the_call), events


def withdraw(promise: Promise, *, at: datetime) -> Change:
    """End a promise that was taken back at `at`, the customer told then. Breaks are as in `keep`. Raises NotOpen."""
    return _end(promise, Status.WITHDRAWN, at=at)


def _end(promise: Promise, status: Status, *, at: datetime) -> Change:
    require_open(promise)
    events: list[Event] = []
    if promise.overdue_since is not None and at <= promise.overdue_since:
        promise, events = take_break_back(promise, at=at)
    promise, silence = end_silence(promise, at=at)
    promise, settled = settle_all(promise, at=at)
    promise, ended = end_all_escalations(promise, at=at)
    promise = replace(
        promise,
        status=status,
        ended_at=at,
        next_word_due_at=None,
        unconfirmed_meets=None,
        overdue_since=None,
        answer_by=None,
        handoff_lapses_at=None,
        calling_until=None,
    )
    return promise, [*events, *silence, *settled, *ended]


def reopen(
    promise: Promise,
    *,
    at: datetime,
    due_at: datetime,
    by_mail: bool = False,
    rules: Rules,
    surroundings: Surroundings,
) -> Change:
    """Open a kept promise again with a new date that the customer is told at `at`. Raises NotKept.

    By mail that is void if the mail does not arrive: the silence then counts from the reopening.
    """
    if promise.status is not Status.KEPT:
        raise NotKept
    promise, ended = end_all_escalations(promise, at=at)
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
        unconfirmed_meets=at if by_mail else None,
        times_broken=promise.times_broken,
        times_reopened=promise.times_reopened + 1,
        times_renegotiated=promise.times_renegotiated,
    )
    return begun, ended

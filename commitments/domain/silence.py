"""A silence of one promise: begun at the deadline that passed without word, ended by a person's word or the end."""

from dataclasses import replace
from datetime import datetime

from commitments.domain.clocks import Rules, Surroundings
from commitments.domain.escalation import Trigger
from commitments.domain.ladders import end_escalation, hasten_ladder, open_escalation
from commitments.domain.promise import Change, Promise
from commitments.domain.timeline import Event, EventKind


def begin_silence(
    promise: Promise, *, since: datetime, known_at: datetime, rules: Rules, surroundings: Surroundings
) -> Change:
    """Begin a silence at the deadline that was missed; its ladder counts from when that could be known."""
    promise = replace(promise, silent_since=since, next_word_due_at=promise.next_word_due_at or since)
    promise, opened = open_escalation(promise, Trigger.SILENT, at=known_at, rules=rules, surroundings=surroundings)
    return promise, [Event(EventKind.BECAME_SILENT, since, {"deadline": since}), *opened]


def end_silence(promise: Promise, *, at: datetime, taken_back: bool = False) -> Change:
    """End a silence at `at`, if there is one. What comes at or before its beginning takes it back.

    `taken_back`: there had been none in truth, whatever `at` is.
    """
    since = promise.silent_since
    if since is None:
        return promise, []
    kind = EventKind.SILENCE_TAKEN_BACK if taken_back or at <= since else EventKind.SILENCE_ENDED
    promise, ended = end_escalation(promise, Trigger.SILENT, at=at)
    return replace(promise, silent_since=None, word_missed_at=None), [Event(kind, at, {"since": since}), *ended]


def miss_named_time(promise: Promise, *, at: datetime, rules: Rules) -> Change:
    """Note that a time which we named during a silence has passed: the silent ladder's next step comes at once."""
    promise = hasten_ladder(promise, Trigger.SILENT, at=at, rules=rules)
    return replace(promise, word_missed_at=at), [Event(EventKind.WORD_MISSED, at, {"named_at": at})]

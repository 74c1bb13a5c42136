"""Putting right what was logged wrongly, where nobody was told what was wrong; and promises that never were.

Where the customer has been told, putting a date right is a person's word (`acts.renegotiate`, `corrects`).
"""

from dataclasses import replace
from datetime import datetime

from commitments.domain.acts import take_break_back, withdraw
from commitments.domain.asks import settle_all
from commitments.domain.clocks import Rules, Surroundings
from commitments.domain.escalation import Trigger
from commitments.domain.ladders import end_all_escalations, end_escalation
from commitments.domain.promise import Change, Promise, Status, require_open
from commitments.domain.silence import end_silence
from commitments.domain.words import next_word_after


def correct_date(
    promise: Promise, *, at: datetime, due_at: datetime, rules: Rules, surroundings: Surroundings
) -> Change:
    """Let the promise have had the date `due_at` from the start: no word has been said since it was made.

    A break and a silence of the wrong date are taken back; what the right one brings, time does. Raises NotOpen.
    """
    require_open(promise)
    promise, broken = take_break_back(promise, at=at, because="corrected")
    promise, overdue = end_escalation(promise, Trigger.OVERDUE, at=at)
    promise, silence = end_silence(promise, at=at, taken_back=True)
    promise = replace(promise, due_at=due_at, missed_mail_decided=False, miss_announced_at=None)
    next_at = next_word_after(promise, at=promise.started_at, rules=rules, surroundings=surroundings)
    return replace(promise, next_word_due_at=next_at), [*broken, *overdue, *silence]


def void(promise: Promise, *, at: datetime) -> Change:
    """Let a promise that was logged by mistake count no more, ended or not; nothing waits and nothing climbs."""
    if promise.is_open:
        return withdraw(promise, at=at)
    promise, settled = settle_all(promise, at=at)
    promise, ended = end_all_escalations(promise, at=at)
    return replace(promise, status=Status.WITHDRAWN), [*settled, *ended]

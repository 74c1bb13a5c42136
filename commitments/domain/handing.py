"""Handing a promise over, as its clocks see it: until somebody accepts, who asked answers for it. Pure."""

from dataclasses import replace
from datetime import datetime

from commitments.domain.escalation import Trigger
from commitments.domain.ladders import end_escalation
from commitments.domain.promise import Change, Promise, require_open


def offer(promise: Promise, *, at: datetime, lapses_at: datetime) -> Change:
    """Ask somebody to take over by `lapses_at`; what nobody took over in time before is past. Raises NotOpen."""
    require_open(promise)
    promise, ended = end_escalation(promise, Trigger.HANDOFF_LAPSED, at=at)
    return replace(promise, handoff_lapses_at=lapses_at), ended


def settle_offer(promise: Promise, *, at: datetime) -> Change:
    """End the waiting: somebody took over, or who asked keeps it."""
    promise, ended = end_escalation(promise, Trigger.HANDOFF_LAPSED, at=at)
    return replace(promise, handoff_lapses_at=None), ended


def decline(promise: Promise) -> Change:
    """End the waiting because who was asked would not. A ladder that nobody's taking over opened goes on."""
    return replace(promise, handoff_lapses_at=None), []

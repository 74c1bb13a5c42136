"""Calling now: while somebody is on the line with the customer, automatic mail about the promise waits."""

from dataclasses import replace
from datetime import datetime, timedelta

from commitments.domain.promise import Promise, require_open

CALL_AT_MOST = timedelta(minutes=30)
"""How long a call holds automatic mail, if nobody says that it is over."""


def is_calling(promise: Promise, *, at: datetime) -> bool:
    """Tell whether somebody is on the line at `at`."""
    return promise.calling_until is not None and at < promise.calling_until


def start_call(promise: Promise, *, at: datetime) -> Promise:
    """Note that somebody begins to call at `at`. Raises NotOpen."""
    require_open(promise)
    return replace(promise, calling_until=at + CALL_AT_MOST)


def end_call(promise: Promise) -> Promise:
    """Note that nobody is on the line any more."""
    return replace(promise, calling_until=None)

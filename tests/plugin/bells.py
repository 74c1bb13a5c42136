"""The doorbell of the tests' own process, which outlives each test."""

import contextlib
import threading

from commitments import doorbell

PATIENCE = 60.0
"""Seconds: longer than a call to a broker that does not answer takes."""


def forget() -> None:
    """Let the bell forget what earlier tests have asked for, also what it is just passing on.

    It rests for a second after a broker did not answer, and would otherwise ring in the middle of the next test.
    """
    bell = doorbell._bell
    if bell.thread is None or not bell.thread.is_alive():
        return
    forgotten = threading.Event()
    bell.pass_on = lambda names: forgotten.set()  # type: ignore[method-assign]
    try:
        # One thread passes on: once it comes here, it is through with whatever it was at.
        bell.ring("forget")
        if not forgotten.wait(PATIENCE):
            raise AssertionError("The doorbell's thread does not answer.")
    finally:
        with contextlib.suppress(AttributeError):
            del bell.pass_on

"""Waiting for what other processes do."""

import time
from collections.abc import Callable


def until(happened: Callable[[], object], *, what: str, seconds: float = 15.0) -> None:
    """Wait until `happened` gives something true; fail with `what` was missing."""
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            raise AssertionError(f"After {seconds:.0f} s still no {what}.")
        time.sleep(0.1)

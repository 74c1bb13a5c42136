"""Waiting for what other processes do."""

import time
from collections.abc import Callable


def until(happened: Callable[[], object], *, what: str, seconds: float = 60.0) -> None:
    """Wait until `happened` gives something true; fail with `what` was missing.

    Patient, for a busy machine; what the processes beside the test last wrote is shown with the failure.
    """
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            raise AssertionError(f"After {seconds:.0f} s still no {what}.")
        time.sleep(0.1)

"""How long to wait before a mail, or a mail server, is tried again."""

from datetime import timedelta

AFTER_FAILURES = tuple(
    timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 20, 30, 60, 60, 120, 120, 240, 240, 240, 240)
)
"""After the first temporary failure, the second, …; together a little under a day."""

SETUP_STARTS_WITH = timedelta(seconds=5)
SETUP_AT_MOST = timedelta(seconds=60)


def wait_after(failures: int) -> timedelta | None:
    """Give how long a mail waits after its nth temporary failure (n from 1); nothing when it has had its chances."""
    if failures < 1:
        raise ValueError("Nothing has failed yet.")
    return AFTER_FAILURES[failures - 1] if failures <= len(AFTER_FAILURES) else None


def wait_for_setup(tries: int) -> timedelta:
    """Give how long all mail waits after the nth try (n from 1) with a mail set-up that does not work."""
    if tries < 1:
        raise ValueError("Nothing has been tried yet.")
    return min(SETUP_STARTS_WITH * (1 << min(tries - 1, 8)), SETUP_AT_MOST)

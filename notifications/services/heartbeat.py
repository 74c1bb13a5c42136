"""The heartbeat: one request to a watchman elsewhere, who raises the alarm when it stays away.

Its address is a secret: whoever knows it can pretend that all is well. So no log line holds it.
"""

from http.client import HTTPException
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import structlog

log = structlog.get_logger(__name__)

AT_MOST_SECONDS = 5.0
"""How long the watchman may keep the worker waiting for a connection or an answer."""


def ping(url: str) -> bool:
    """Tell the watchman at an http or https address that all is well; give whether it was heard. Never raises."""
    request = Request(url, headers={"User-Agent": "Kept"})  # noqa: S310 - the settings let http and https in only
    try:
        with urlopen(request, timeout=AT_MOST_SECONDS):  # noqa: S310
            return True
    except (OSError, HTTPException, ValueError) as error:
        log.warning("heartbeat_not_heard", error=_told_safely(error))
        return False


def _told_safely(error: Exception) -> str:
    """Say what went wrong without words that may hold the address."""
    if isinstance(error, HTTPError):
        error.close()
        return f"status {error.code}"
    cause = error.reason if isinstance(error, URLError) and isinstance(error.reason, OSError) else error
    return f"{type(cause).__name__} {cause.errno or ''}".strip() if isinstance(cause, OSError) else type(cause).__name__

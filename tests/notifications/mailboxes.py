"""Having the embedded mailbox in a test, or not, whatever database the run uses."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager

from django.urls import clear_url_caches
from pytest_django import Settings

from notifications import urls


@contextmanager
def mailbox_is(there: bool, *, settings: Settings) -> Iterator[None]:
    """Have the mailbox's pages at their addresses, or not; afterwards as before."""
    before, settings.MAILBOX = settings.MAILBOX, there
    _read_addresses_again()
    yield
    settings.MAILBOX = before
    _read_addresses_again()


def _read_addresses_again() -> None:
    importlib.reload(urls)
    importlib.reload(importlib.import_module("tracker.urls"))
    clear_url_caches()

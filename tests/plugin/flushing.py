"""Lets a test's flush empty tables that are append-only, once nobody is at work in them.

The database refuses to delete or truncate the timeline; between two tests it has to go all the same. The triggers
are off for that one statement and back before the next test. Those that keep what search reads stay on: its tables are
none of Django's and are emptied by them.

A browser that has been closed may have left the live server with a request; the flush waits for its answer, or the two
would lock each other out.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.signals import request_finished, request_started
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.operations import BaseDatabaseOperations

PATIENCE = 10.0
"""Seconds."""

flush_as_django_does = BaseDatabaseOperations.execute_sql_flush
_answering: set[int] = set()
"""The threads that are answering a request."""


def _begin(**_: object) -> None:
    _answering.add(threading.get_ident())


def _end(**_: object) -> None:
    _answering.discard(threading.get_ident())


request_started.connect(_begin)
request_finished.connect(_end)


def _wait_for_answers() -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        others = {thread.ident for thread in threading.enumerate()} - {threading.get_ident()}
        if not _answering & others:
            return
        time.sleep(0.01)


def flush(self: BaseDatabaseOperations, sql_list: list[str]) -> None:
    """Run the statements of a flush with the triggers off."""
    _wait_for_answers()
    connection = connections[self.connection.alias]
    with transaction.atomic(using=connection.alias), TRIGGERS_OFF[connection.vendor](connection):
        flush_as_django_does(self, sql_list)


@contextmanager
def _off_on_postgresql(connection: BaseDatabaseWrapper) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger"
            " WHERE NOT tgisinternal AND NOT starts_with(tgname, 'search_')"
        )
        triggers = cursor.fetchall()
        for table, name in triggers:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
        yield
        for table, name in triggers:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER {name}")


@contextmanager
def _off_on_sqlite(connection: BaseDatabaseWrapper) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND instr(name, '_search_') = 0")
        triggers = cursor.fetchall()
        for name, _ in triggers:
            cursor.execute(f"DROP TRIGGER {connection.ops.quote_name(name)}")
        yield
        for _, statement in triggers:
            cursor.execute(statement)


TRIGGERS_OFF = {"postgresql": _off_on_postgresql, "sqlite": _off_on_sqlite}

"""The doorbell: on commit, asks the worker by task name to come and look.

Rows say what is due and a sweep finds it anyway; a ring only makes it sooner. So a ring never raises, never makes
its caller wait, and may be lost. It is handed to one daemon thread of the process, where rings for the same task
become one.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any

import structlog
from celery import Celery, current_app
from django.db import DEFAULT_DB_ALIAS, transaction

log = structlog.get_logger(__name__)

ENOUGH = 100
"""So many messages waiting are enough: another one would tell the worker nothing new.

A limit on the queue rather than an expiry on the message: expiry compares two machines' clocks, and a worker whose
clock is wrong would drop every call.
"""
REST, REST_AFTER_TROUBLE = 0.05, 1.0
"""Seconds in which rings gather before the next ones are passed on; the first one never waits."""
QUIET = 60.0
"""Seconds between two lines about a broker that does not answer."""


_muted: ContextVar[bool] = ContextVar("doorbell_muted", default=False)


def ring(*task_names: str, using: str = DEFAULT_DB_ALIAS) -> None:
    """Ask for these tasks once the current transaction is committed, or now where there is none.

    Nothing is asked for when the transaction is rolled back, or inside `muted`.
    """
    if _muted.get():
        return
    transaction.on_commit(partial(_bell.ring, *task_names), using=using, robust=True)


@contextmanager
def muted() -> Iterator[None]:
    """Ring nobody: for work on a simulated clock, which no worker of ours could help with."""
    token = _muted.set(True)
    try:
        yield
    finally:
        _muted.reset(token)


def waiting(connection: Any, *, queue: str) -> int:
    """Return how many messages wait in a queue of the broker."""
    try:
        return int(connection.default_channel.queue_declare(queue=queue, passive=True).message_count)
    except connection.channel_errors:
        # An empty queue does not exist in Redis.
        return 0


class Bell:
    """What rings in this process: the names asked for, and the thread that passes them on."""

    def __init__(self) -> None:
        """Begin with nothing asked for and no thread."""
        self.names: set[str] = set()
        self.wanted = threading.Condition()
        self.thread: threading.Thread | None = None
        self.connection: Any = None
        self.quiet_until = float("-inf")

    def ring(self, *task_names: str) -> None:
        """Note the names and return."""
        with self.wanted:
            self.names.update(task_names)
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self.run, name="doorbell", daemon=True)
                self.thread.start()
            self.wanted.notify()

    def run(self) -> None:
        """Pass on what is asked for, for as long as the process lives."""
        while True:
            with self.wanted:
                self.wanted.wait_for(lambda: self.names)
                names, self.names = self.names, set()
            rest = REST
            try:
                self.pass_on(names)
            except Exception as error:  # noqa: BLE001 - whatever the broker's client raises, the bell rings on
                self.hang_up()
                rest = REST_AFTER_TROUBLE
                if time.monotonic() >= self.quiet_until:
                    self.quiet_until = time.monotonic() + QUIET
                    log.warning("doorbell_not_heard", tasks=sorted(names), error=str(error))
            time.sleep(rest)

    def pass_on(self, names: set[str]) -> None:
        """Send one message for each name; raises what the broker's client raises."""
        app: Celery = current_app._get_current_object()  # type: ignore[attr-defined]
        if self.connection is None:
            self.connection = app.connection_for_write()
        self.connection.ensure_connection(max_retries=0)
        if waiting(self.connection, queue=app.conf.task_default_queue) >= ENOUGH:
            return
        producer = app.amqp.Producer(self.connection)
        for name in sorted(names):
            app.send_task(name, producer=producer, retry=False, ignore_result=True)

    def hang_up(self) -> None:
        """Let go of a connection that has failed."""
        connection, self.connection = self.connection, None
        try:
            if connection is not None:
                connection.release()
        except Exception as error:  # noqa: BLE001 - it is given up either way
            log.debug("doorbell_connection_not_closed", error=str(error))


_bell = Bell()


def _begin_anew() -> None:
    global _bell
    _bell = Bell()


os.register_at_fork(after_in_child=_begin_anew)

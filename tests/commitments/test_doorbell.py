"""The doorbell: what is asked for on commit, and what happens when nobody hears it."""

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from celery import Celery, current_app
from django.db import transaction

from commitments import doorbell
from tests.plugin.broker import Broker

pytestmark = pytest.mark.sqlite

QUEUE = "kept"


@pytest.fixture
def bell(monkeypatch: pytest.MonkeyPatch) -> Iterator[doorbell.Bell]:
    """Give the process a new bell, as after a fork."""
    # What the process's own bell was still asked for, by a test before, must not reach this one's broker.
    monkeypatch.setattr(doorbell._bell, "pass_on", lambda names: None)
    new = doorbell.Bell()
    monkeypatch.setattr(doorbell, "_bell", new)
    yield new
    # What this test's thread has not passed on yet must not reach the next test's broker.
    new.pass_on = lambda names: None  # type: ignore[method-assign]


@pytest.fixture
def ring_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Offer a function that makes another socket the broker's."""

    def choose(path: Path) -> None:
        app = Celery("elsewhere", broker=f"redis+socket://{path}", set_as_current=False)
        app.conf.broker_transport_options = {"socket_timeout": 60, "socket_connect_timeout": 60}
        app.conf.task_default_queue = QUEUE
        monkeypatch.setattr(doorbell, "current_app", SimpleNamespace(_get_current_object=lambda: app))

    return choose


class Listener:
    """A broker that takes every call and never says a word."""

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.bind(str(path))
        self.socket.listen()
        self.called = threading.Event()
        self.open: list[socket.socket] = []
        self.thread = threading.Thread(target=self.take_calls, daemon=True)
        self.thread.start()

    def take_calls(self) -> None:
        while True:
            try:
                self.open.append(self.socket.accept()[0])
            except OSError:
                return
            self.called.set()

    def close(self) -> None:
        self.socket.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        for each in [self.socket, *self.open]:
            each.close()


@pytest.fixture
def listener(services_folder: Path) -> Iterator[Listener]:
    path = services_folder / f"mute-{os.getpid()}.sock"
    mute = Listener(path)
    yield mute
    mute.close()
    path.unlink()


def wait_until(is_so: Callable[[], bool], *, seconds: float = 60.0) -> None:
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.02)


def queued(broker: Broker) -> int:
    return int(broker.client.llen(QUEUE))  # type: ignore[arg-type]


@pytest.mark.django_db(transaction=True)
def test_rings_when_the_transaction_is_committed(broker: Broker, bell: doorbell.Bell) -> None:
    with transaction.atomic():
        doorbell.ring("commitments.sweep")
        assert bell.thread is None
    wait_until(lambda: queued(broker) == 1)
    assert b"commitments.sweep" in broker.client.lindex(QUEUE, 0)  # type: ignore[operator]


@pytest.mark.django_db(transaction=True)
def test_is_silent_when_the_transaction_is_rolled_back(broker: Broker, bell: doorbell.Bell) -> None:
    with transaction.atomic():
        doorbell.ring("commitments.sweep")
        transaction.set_rollback(True)
    assert bell.thread is None


@pytest.mark.django_db(transaction=True)
def test_carries_nothing_that_compares_clocks(broker: Broker, bell: doorbell.Bell) -> None:
    doorbell.ring("commitments.sweep")
    wait_until(lambda: queued(broker) == 1)
    message = broker.client.lindex(QUEUE, 0)
    assert b'"expires": null' in message  # type: ignore[operator]
    assert b'"eta": null' in message  # type: ignore[operator]


@pytest.mark.django_db(transaction=True)
def test_rings_again_after_the_broker_was_away(broker: Broker, bell: doorbell.Bell) -> None:
    doorbell.ring("commitments.sweep")
    wait_until(lambda: queued(broker) == 1)
    broker.stop()
    doorbell.ring("commitments.sweep")
    wait_until(lambda: bell.connection is None)
    broker.start()
    broker.flush()
    doorbell.ring("notifications.dispatch")
    wait_until(lambda: queued(broker) == 1)


@pytest.mark.django_db(transaction=True)
def test_stops_when_enough_messages_wait(broker: Broker, bell: doorbell.Bell) -> None:
    broker.client.rpush(QUEUE, *["{}"] * doorbell.ENOUGH)
    bell.pass_on({"commitments.sweep"})
    assert queued(broker) == doorbell.ENOUGH


def test_counts_an_empty_queue_as_empty(broker: Broker) -> None:
    with current_app.connection_for_write() as connection:
        assert doorbell.waiting(connection, queue="a-queue-that-is-not-there") == 0


@pytest.mark.django_db(transaction=True)
def test_keeps_nobody_waiting_while_the_broker_hangs(
    listener: Listener, bell: doorbell.Bell, ring_at: Callable[[Path], None], services_folder: Path
) -> None:
    ring_at(services_folder / f"mute-{os.getpid()}.sock")
    doorbell.ring("commitments.sweep")
    assert listener.called.wait(60)
    # The bell's thread is in the middle of a call that is not answered; everybody else goes on.
    for _ in range(1000):
        doorbell.ring("commitments.sweep", "notifications.dispatch")
    assert bell.names == {"commitments.sweep", "notifications.dispatch"}
    assert bell.thread is not None
    assert bell.thread.is_alive()


@pytest.mark.django_db(transaction=True)
def test_says_only_once_that_it_is_not_heard(
    bell: doorbell.Bell,
    ring_at: Callable[[Path], None],
    monkeypatch: pytest.MonkeyPatch,
    services_folder: Path,
) -> None:
    heard: list[str] = []
    tries: list[None] = []
    monkeypatch.setattr(doorbell.log, "warning", lambda event, **_: heard.append(event))
    monkeypatch.setattr(bell, "hang_up", lambda: tries.append(None))
    ring_at(services_folder / "nobody.sock")
    for tried in (1, 2):
        doorbell.ring("commitments.sweep")
        wait_until(lambda tried=tried: len(tries) == tried)
    assert heard == ["doorbell_not_heard"]


@pytest.mark.django_db(transaction=True)
def test_rings_in_a_forked_process_too(broker: Broker, bell: doorbell.Bell) -> None:
    doorbell.ring("commitments.sweep")
    wait_until(lambda: queued(broker) == 1)
    child = os.fork()
    if child == 0:
        try:
            doorbell._bell.ring("notifications.dispatch")
            wait_until(lambda: queued(broker) == 2)
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    assert queued(broker) == 2


@pytest.mark.django_db(transaction=True)
def test_makes_one_of_many_rings(broker: Broker, bell: doorbell.Bell) -> None:
    for _ in range(500):
        doorbell.ring("commitments.sweep")
    wait_until(lambda: not bell.names)
    time.sleep(2 * doorbell.REST)
    assert 1 <= queued(broker) < 50

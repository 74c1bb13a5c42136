"""The worker and beat, when the broker goes away and comes back."""

import time
from collections.abc import Callable

import pytest
from kombu.exceptions import OperationalError
from kombu.utils import functional

from tests.plugin.broker import Broker
from tests.plugin.worker import CeleryProcess
from tracker.broker import LONGEST_WAIT, PatientConnection

BACK_WITHIN = 25.0
"""Seconds: less than the pause of 30 that Celery's clients come to by themselves, and enough for a busy machine."""
DONE = "Task commitments.sweep"


@pytest.mark.sqlite
def test_are_never_asleep_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    waits: list[float] = []
    monkeypatch.setattr(functional, "sleep", slept.append)
    connection = PatientConnection("redis+socket:///nowhere/broker.sock")
    with pytest.raises(OperationalError):
        connection.ensure_connection(lambda error, interval: waits.append(interval), max_retries=40)
    assert max(waits) == LONGEST_WAIT
    assert len(waits) == 40


def sweeps(worker: CeleryProcess) -> int:
    return sum(DONE in line and "succeeded" in line for line in worker.output().splitlines())


def wait_until(is_so: Callable[[], bool], *, seconds: float) -> None:
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.1)


@pytest.fixture
def pair(
    start_celery_worker: Callable[..., CeleryProcess], start_celery_beat: Callable[..., CeleryProcess]
) -> CeleryProcess:
    """Run a worker that logs each task, and a beat; return the worker."""
    worker = start_celery_worker(LOG_LEVEL="DEBUG")
    start_celery_beat()
    wait_until(lambda: sweeps(worker) > 0, seconds=60)
    return worker


@pytest.mark.worker
@pytest.mark.parametrize("outage", [8, pytest.param(300, marks=pytest.mark.long)])
def test_go_on_soon_after_it_is_back(pair: CeleryProcess, broker: Broker, outage: float) -> None:
    broker.stop()
    time.sleep(outage)
    before = sweeps(pair)
    broker.start()
    wait_until(lambda: sweeps(pair) > before, seconds=BACK_WITHIN)


@pytest.mark.worker
def test_go_on_with_a_broker_that_has_forgotten_everything(pair: CeleryProcess, broker: Broker) -> None:
    broker.flush()
    before = sweeps(pair)
    wait_until(lambda: sweeps(pair) > before, seconds=BACK_WITHIN)

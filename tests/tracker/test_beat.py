"""Beat: when it rings, and what it makes of trouble."""

from types import SimpleNamespace
from typing import Any

import pytest
from celery import current_app
from time_machine import travel

from commitments import doorbell
from tracker import beat
from tracker.beat import Beat

pytestmark = pytest.mark.sqlite

OFTEN = {"commitments.sweep", "notifications.dispatch"}
SELDOM = {"commitments.absences", "commitments.calendars", "notifications.audit", "notifications.shift_lists"}
EVERYTHING = OFTEN | SELDOM


class Watched(Beat):
    """A beat that notes what it would send, on a clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.producer = SimpleNamespace(connection=None)  # type: ignore[assignment]
        super().__init__(current_app)

    def apply_async(self, entry: Any, producer: Any = None, advance: bool = True, **_: Any) -> None:
        self.sent.append(entry.task)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the one reading of the monotonic clock, to be changed."""
    reading = [1000.0]
    monkeypatch.setattr(beat, "time", SimpleNamespace(monotonic=lambda: reading[0]))
    return reading


@pytest.fixture
def watched(clock: list[float], monkeypatch: pytest.MonkeyPatch) -> Watched:
    monkeypatch.setattr(doorbell, "waiting", lambda connection, queue: 0)
    return Watched()


def test_rings_for_everything_at_its_start(watched: Watched) -> None:
    watched.tick()
    assert set(watched.sent) == EVERYTHING


def test_rings_again_every_five_seconds(watched: Watched, clock: list[float]) -> None:
    watched.tick()
    clock[0] += 4.9
    watched.tick()
    assert len(watched.sent) == len(EVERYTHING)
    clock[0] += 0.2
    watched.tick()
    assert sorted(watched.sent[len(EVERYTHING) :]) == sorted(OFTEN)


def test_rings_for_the_auditor_once_a_minute(watched: Watched, clock: list[float]) -> None:
    for _ in range(24):
        watched.tick()
        clock[0] += 5.0
    assert watched.sent.count("notifications.audit") == 2


def test_sleeps_until_the_next_ring(watched: Watched, clock: list[float]) -> None:
    assert watched.tick() == 5.0
    clock[0] += 3.5
    assert watched.tick() == 1.5


@pytest.mark.parametrize("step", [-3600, 3600])
def test_takes_no_notice_when_the_machines_clock_is_set(watched: Watched, clock: list[float], step: int) -> None:
    with travel(1_800_000_000, tick=False) as machine:
        watched.tick()
        machine.shift(step)
        clock[0] += 5.0
        watched.tick()
        clock[0] += 1.0
        watched.tick()
    assert len(watched.sent) == len(EVERYTHING) + len(OFTEN)


def test_does_not_pile_rings_up(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doorbell, "waiting", lambda connection, queue: doorbell.ENOUGH)
    watched.tick()
    assert watched.sent == []


def test_goes_on_through_trouble_and_says_so_once(
    watched: Watched, clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(connection: Any, queue: str) -> int:
        raise ConnectionError("gone")

    said: list[str] = []
    monkeypatch.setattr(beat.log, "warning", lambda event, **_: said.append(event))
    monkeypatch.setattr(doorbell, "waiting", broken)
    for _ in range(3):
        assert watched.tick() == 5.0
        clock[0] += 5.0
    assert said == ["broker_does_not_answer"]
    clock[0] += beat.QUIET
    watched.tick()
    assert len(said) == 2

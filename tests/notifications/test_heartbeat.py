"""The heartbeat …"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from pytest_django import Settings
from structlog.testing import capture_logs

from commitments import clock
from notifications.services import heartbeat
from notifications.tasks import audit_task
from tests.factories import NOW, promise
from tests.notifications.living import send
from tests.notifications.watchman import SECRET, Watchman, on_watch
from tests.plugin.processes import free_port

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

SIX_MINUTES = timedelta(minutes=6)


@pytest.fixture
def watchman(settings: Settings) -> Iterator[Watchman]:
    """Offer a watchman, and settings that name it."""
    with on_watch() as server:
        settings.HEARTBEAT_URL = server.url
        yield server


@pytest.fixture(autouse=True)
def _at_a_known_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def test_beats_when_nothing_is_late(watchman: Watchman) -> None:
    promise()
    send(NOW)
    audit_task()
    assert watchman.asked == [f"/ping/{SECRET}"]


def test_stays_away_while_anything_is_late(watchman: Watchman, monkeypatch: pytest.MonkeyPatch) -> None:
    promise()
    monkeypatch.setattr(clock, "now", lambda: NOW + SIX_MINUTES)
    with capture_logs() as lines:
        audit_task()
    assert watchman.asked == []
    assert [(line["event"], line["what"], line["count"]) for line in lines] == [("late", "events not planned", 1)]


def test_beats_again_once_the_work_is_done(watchman: Watchman, monkeypatch: pytest.MonkeyPatch) -> None:
    promise()
    monkeypatch.setattr(clock, "now", lambda: NOW + SIX_MINUTES)
    audit_task()
    send(NOW + SIX_MINUTES)
    audit_task()
    assert len(watchman.asked) == 1


def test_goes_nowhere_where_no_address_is_set(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.HEARTBEAT_URL = ""
    monkeypatch.setattr(heartbeat, "ping", lambda url: pytest.fail("There is nobody to tell."))
    audit_task()


def test_hurts_nothing_when_nobody_listens(settings: Settings) -> None:
    settings.HEARTBEAT_URL = f"http://127.0.0.1:{free_port()}/ping/{SECRET}"
    with capture_logs() as lines:
        audit_task()
    assert [line["event"] for line in lines] == ["heartbeat_not_heard"]
    assert SECRET not in str(lines)


def test_hurts_nothing_when_it_is_refused(watchman: Watchman) -> None:
    watchman.status = 503
    with capture_logs() as lines:
        audit_task()
    assert [line["error"] for line in lines] == ["status 503"]
    assert SECRET not in str(lines)


def test_does_not_wait_for_a_watchman_who_sleeps(watchman: Watchman, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heartbeat, "AT_MOST_SECONDS", 0.2)
    watchman.awake.clear()
    assert not heartbeat.ping(watchman.url)


@pytest.mark.parametrize("address", ["/ping/f3a1 c2d4", ":x/ping/f3a1c2d4", "/f3a1c2d4\u00e9"])
def test_tells_no_secret_of_an_address_that_cannot_be_asked(address: str) -> None:
    with capture_logs() as lines:
        assert not heartbeat.ping(f"http://127.0.0.1{address}")
    assert "f3a1" not in str(lines)


def test_takes_arguments_of_a_newer_release(watchman: Watchman) -> None:
    audit_task(anything=1)
    assert len(watchman.asked) == 1

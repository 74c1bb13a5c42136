"""`manage.py dispatch` and the worker's task …"""

from io import StringIO

import pytest
from django.core.management import call_command
from pytest_django import Settings

from commitments import clock, doorbell
from notifications.services import sending
from notifications.tasks import dispatch_task
from tests.factories import NOW, promise
from tests.notifications.living import one
from tests.plugin.mail import MailServer
from tests.plugin.processes import free_port

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture(autouse=True)
def _at_a_known_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def test_says_what_it_has_done() -> None:
    promise()
    out = StringIO()
    call_command("dispatch", stdout=out)
    assert out.getvalue() == "planned 1\nsent 1\n"


def test_says_why_no_mail_can_leave(smtp_server: MailServer, settings: Settings) -> None:
    settings.EMAIL_PORT = free_port()
    promise()
    errors = StringIO()
    call_command("dispatch", stdout=StringIO(), stderr=errors)
    assert errors.getvalue().startswith("no mail can leave: ")


def test_takes_arguments_of_a_newer_release() -> None:
    promise()
    dispatch_task(colour="blue")
    assert one("promised").state == "sent"


def test_asks_for_another_go_when_it_stops_for_want_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[str] = []
    monkeypatch.setattr(doorbell, "ring", lambda *names: rung.extend(names))
    monkeypatch.setattr(sending, "dispatch", None)
    monkeypatch.setattr("notifications.tasks.dispatch", lambda **_: sending.DispatchCounts(more_is_due=True))
    dispatch_task()
    assert rung == ["notifications.dispatch"]

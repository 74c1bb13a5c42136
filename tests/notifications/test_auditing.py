"""The auditor reports …"""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from commitments import clock
from commitments.models import Commitment
from notifications.models import Notification
from notifications.selectors.lateness import find_late
from notifications.services.planning import plan
from tests.factories import NOW, promise
from tests.notifications.living import live, notice, send

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

SIX_MINUTES = timedelta(minutes=6)


def late(now: object) -> list[str]:
    return [item.what for item in find_late(now=now)]  # type: ignore[arg-type]


def test_nothing_when_all_is_well() -> None:
    promise()
    send(NOW)
    assert late(NOW) == []


def test_promises_that_time_has_passed_by() -> None:
    made = promise(notify_customer=False)
    assert late(made.next_check_at + timedelta(minutes=4)) == []
    assert late(made.next_check_at + SIX_MINUTES) == ["promises not swept"]


def test_no_ended_promise() -> None:
    made = promise(notify_customer=False)
    Commitment.objects.update(status="kept", ended_at=NOW, next_check_at=None)
    assert late(made.next_check_at + SIX_MINUTES) == []


def test_events_that_nobody_has_planned() -> None:
    promise()
    assert late(NOW + SIX_MINUTES) == ["events not planned"]


def test_mails_that_have_not_gone() -> None:
    promise()
    plan(now=NOW)
    assert late(NOW + SIX_MINUTES) == ["mails not sent"]


def test_mails_from_when_they_were_allowed_to_go() -> None:
    promise()
    plan(now=NOW)
    Notification.objects.update(allowed_from=NOW + timedelta(hours=1), hold="waking_hours")
    assert late(NOW + SIX_MINUTES) == []
    assert late(NOW + timedelta(hours=1) + SIX_MINUTES) == ["mails not sent"]


def test_no_mail_that_waits_for_a_person() -> None:
    promise()
    plan(now=NOW)
    Notification.objects.update(state="held", hold="stop_switch")
    assert late(NOW + SIX_MINUTES) == []


def test_what_it_finds_with_a_failing_command(monkeypatch: pytest.MonkeyPatch) -> None:
    promise()
    monkeypatch.setattr(clock, "now", lambda: NOW + SIX_MINUTES)
    out = StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("audit", stdout=out)
    assert caught.value.returncode == 1
    assert out.getvalue() == "events not planned: 1, the oldest due since 2026-11-18 10:20 UTC\n"


def test_that_nothing_is_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    out = StringIO()
    call_command("audit", stdout=out)
    assert out.getvalue() == "nothing is late\n"


def test_nothing_twice_over_a_whole_life() -> None:
    made = promise()
    for at in (NOW, made.due_at, made.due_at + timedelta(hours=3)):
        live(at)
        assert late(at) == []
    notice(made.due_at + timedelta(days=1))

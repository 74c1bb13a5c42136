"""While the mail set-up is broken, …"""

import smtplib
from datetime import timedelta
from typing import Any

import pytest
from django.core.mail.backends.smtp import EmailBackend
from pytest_django import Settings

from commitments.models import Word
from notifications.models import MailOutage, Notification
from tests.factories import NOW, agent, customer, promise, team
from tests.notifications.living import one, send
from tests.plugin.mail import MailServer
from tests.plugin.processes import free_port

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

FIVE_SECONDS = timedelta(seconds=5)


@pytest.fixture
def unreachable(smtp_server: MailServer, settings: Settings) -> MailServer:
    """Offer the server, with the settings pointing to where nobody listens."""
    settings.EMAIL_PORT = free_port()
    return smtp_server


def test_all_mail_waits_unharmed(unreachable: MailServer) -> None:
    for _ in range(3):
        promise()
    counts = send(NOW)
    assert "refused" in counts.outage
    assert set(Notification.objects.values_list("state", "failures", "allowed_from")) == {("planned", 0, NOW)}
    outage = MailOutage.objects.get()
    assert (outage.since, outage.next_try_at) == (NOW, NOW + FIVE_SECONDS)


def test_nothing_is_tried_before_its_time(unreachable: MailServer, monkeypatch: pytest.MonkeyPatch) -> None:
    promise()
    send(NOW)
    monkeypatch.setattr(EmailBackend, "open", never)
    send(NOW + timedelta(seconds=4))
    assert MailOutage.objects.get().tries == 1


def test_the_wait_grows_to_a_minute(unreachable: MailServer) -> None:
    promise()
    now, waits = NOW, []
    for _ in range(6):
        send(now)
        outage = MailOutage.objects.get()
        waits.append((outage.next_try_at - now).seconds)
        now = outage.next_try_at
    assert waits == [5, 10, 20, 40, 60, 60]
    assert (outage.since, outage.tries) == (NOW, 6)


def test_it_recovers_by_itself(unreachable: MailServer, settings: Settings) -> None:
    for _ in range(8):
        promise()
    send(NOW)
    settings.EMAIL_PORT = unreachable.port
    counts = send(NOW + FIVE_SECONDS)
    assert counts.ended == {"sent": 8}
    assert counts.outage == ""
    assert not MailOutage.objects.exists()
    assert len(unreachable.messages) == 8


def test_it_recovers_with_nothing_left_to_send(unreachable: MailServer, settings: Settings) -> None:
    promise()
    send(NOW)
    Notification.objects.update(state="superseded", finished_at=NOW, not_sent_because="ended")
    settings.EMAIL_PORT = unreachable.port
    send(NOW + FIVE_SECONDS)
    assert not MailOutage.objects.exists()


def test_mails_are_still_planned(unreachable: MailServer) -> None:
    promise()
    send(NOW)
    promise()
    send(NOW + timedelta(seconds=1))
    assert Notification.objects.count() == 2


@pytest.mark.parametrize(
    "error",
    [
        smtplib.SMTPAuthenticationError(535, b"5.7.8 Bad credentials"),
        smtplib.SMTPConnectError(421, b"Too busy"),
        smtplib.SMTPNotSupportedError("STARTTLS extension not supported by server."),
        OSError("[Errno -2] Name or service not known"),
        TimeoutError("timed out"),
    ],
)
def test_the_reason_is_kept(smtp_server: MailServer, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def refuse(self: EmailBackend) -> bool:
        raise error

    monkeypatch.setattr(EmailBackend, "open", refuse)
    promise()
    send(NOW)
    assert one("promised").state == "planned"
    assert MailOutage.objects.get().error


def test_a_server_that_takes_nobodys_mail_from_us_is_no_thousand_bounces(smtp_server: MailServer) -> None:
    owner = agent(team=team())
    people = [customer() for _ in range(12)]
    for person in people:
        promise(owner=owner, customer=person)
        smtp_server.refusals[person.email] = "554 5.7.1 Relay access denied"
    send(NOW)
    assert set(Notification.objects.values_list("state", flat=True)) == {"planned"}
    assert "Relay access denied" in MailOutage.objects.get().error
    for person in people:
        person.refresh_from_db()
        assert person.do_not_mail == ""
    smtp_server.refusals.clear()
    send(NOW + timedelta(minutes=1))
    send(NOW + timedelta(minutes=2))
    assert set(Notification.objects.values_list("state", flat=True)) == {"sent"}
    assert not MailOutage.objects.exists()


def test_a_single_refused_mail_does_not_stop_the_others_for_ever(smtp_server: MailServer) -> None:
    person = customer()
    promise(customer=person)
    smtp_server.refusals[person.email] = "554 5.7.1 Not from you"
    now = NOW
    for _ in range(3):
        send(now)
        now += timedelta(minutes=1)
    send(now)
    assert one("promised").state == "failed"
    assert not MailOutage.objects.exists()


def test_a_refused_mail_among_others_that_go_is_at_fault_itself(smtp_server: MailServer) -> None:
    person = customer()
    promise(customer=person)
    promise()
    smtp_server.refusals[person.email] = "554 5.7.1 Not from you"
    send(NOW)
    assert sorted(Notification.objects.values_list("state", flat=True)) == ["failed", "sent"]
    assert not MailOutage.objects.exists()


def test_no_word_is_taken_back(unreachable: MailServer) -> None:
    promise()
    send(NOW)
    assert not Word.objects.filter(state="void").exists()


def never(self: EmailBackend) -> Any:
    raise AssertionError("It was tried too early.")

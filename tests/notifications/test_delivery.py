"""A message on the wire …"""

import smtplib
from typing import Any

import pytest
import requests
from anymail.exceptions import (
    AnymailAPIError,
    AnymailConfigurationError,
    AnymailRecipientsRefused,
    AnymailRequestsAPIError,
    AnymailUnsupportedFeature,
)
from pytest_django import Settings

from notifications import delivery
from notifications.domain.letter import Envelope, Fault, Rendered
from tests.plugin.mail import MailServer

RENDERED = Rendered(subject="Where we are [K7Q4M]", text="Olá\n", html="<p>Olá</p>")


def envelope(**fields: Any) -> Envelope:
    values: dict[str, Any] = {
        "to_name": "Maria Lopez",
        "to_address": "maria@example.org",
        "from_name": "Ana Ruiz via Support",
        "message_id": "<one@example.com>",
        "thread": "<promise-k7q4m@example.com>",
        "is_automatic": False,
    }
    return Envelope(**values | fields)


def over_the_wire(server: MailServer, rendered: Rendered = RENDERED, **fields: Any) -> Any:
    """Send one mail, and give it as the server got it."""
    connection = delivery.connect()
    try:
        delivery.send(rendered, envelope(**fields), connection=connection)
    finally:
        delivery.close(connection)
    return server.messages[-1].message


def test_has_the_id_it_was_planned_with(smtp_server: MailServer) -> None:
    assert over_the_wire(smtp_server)["Message-ID"] == "<one@example.com>"


def test_belongs_to_its_promises_thread(smtp_server: MailServer) -> None:
    message = over_the_wire(smtp_server)
    assert message["References"] == message["In-Reply-To"] == "<promise-k7q4m@example.com>"


def test_comes_from_our_address_under_the_name_of_who_speaks(smtp_server: MailServer) -> None:
    message = over_the_wire(smtp_server)
    assert str(message["From"]) == "Ana Ruiz via Support <kept@example.com>"
    assert str(over_the_wire(smtp_server, from_name="")["From"]) == "Kept <kept@example.com>"


@pytest.mark.parametrize("is_automatic", [True, False])
def test_says_that_it_comes_from_kept(smtp_server: MailServer, is_automatic: bool) -> None:
    assert over_the_wire(smtp_server, is_automatic=is_automatic)["X-Kept"] == "1"


def test_says_that_a_machine_sent_it_only_if_one_did(smtp_server: MailServer) -> None:
    automatic = over_the_wire(smtp_server, is_automatic=True)
    assert (automatic["Auto-Submitted"], automatic["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    written = over_the_wire(smtp_server)
    assert (written["Auto-Submitted"], written["X-Auto-Response-Suppress"]) == (None, None)


def test_has_a_text_and_an_html_form(smtp_server: MailServer) -> None:
    message = over_the_wire(smtp_server)
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content().strip() for part in message.iter_parts()] == ["Olá", "<p>Olá</p>"]


@pytest.mark.parametrize(
    "name",
    [
        "Maria\r\nBcc: everybody@example.org",
        'Maria "the boss" Lopez, PhD',
        "Maria <x@evil.example>",
        "محمد\u202e gro.elpmaxe",
        "Zoë; Łukasz: @home",
        "\\",
        "",
        "李" * 200,
    ],
)
def test_lets_no_name_out_of_its_place(smtp_server: MailServer, name: str) -> None:
    message = over_the_wire(smtp_server, to_name=name, from_name=name)
    (received,) = smtp_server.messages
    assert received.recipients == ["maria@example.org"]
    assert received.sender == "kept@example.com"
    assert [address.addr_spec for address in message["To"].addresses] == ["maria@example.org"]
    assert [address.addr_spec for address in message["From"].addresses] == ["kept@example.com"]
    assert message["Bcc"] is None
    assert "\u202e" not in str(message["To"])


def test_lets_no_subject_out_of_its_place(smtp_server: MailServer) -> None:
    rendered = Rendered(subject="Hello\r\nBcc: x@evil.example\u202e", text="x", html="")
    message = over_the_wire(smtp_server, rendered)
    assert message["Subject"] == "Hello Bcc: x@evil.example"
    assert smtp_server.messages[-1].recipients == ["maria@example.org"]


def test_goes_with_others_over_one_connection(smtp_server: MailServer) -> None:
    connection = delivery.connect()
    opened = connection.connection
    for _ in range(3):
        delivery.send(RENDERED, envelope(), connection=connection)
    assert connection.connection is opened
    delivery.close(connection)
    assert len(smtp_server.messages) == 3


@pytest.mark.parametrize("address", ["", "maria", "@example.org", "maria@", "a b@example.org", "a\n@example.org"])
def test_goes_to_no_address_that_is_none(smtp_server: MailServer, address: str) -> None:
    with pytest.raises(delivery.TransportError) as caught:
        over_the_wire(smtp_server, to_address=address)
    assert caught.value.fault is Fault.ADDRESS
    assert caught.value.permanent


class Failing:
    """A connection whose sends raise."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def send_messages(self, messages: list[Any]) -> int:
        """Raise."""
        raise self.error


def answered(status: int) -> AnymailRequestsAPIError:
    response = requests.Response()
    response.status_code = status
    return AnymailRequestsAPIError("Refused", response=response)


def recipients_refused(code: int, reply: bytes) -> smtplib.SMTPRecipientsRefused:
    return smtplib.SMTPRecipientsRefused({"maria@example.org": (code, reply)})


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (recipients_refused(550, b"5.1.1 No such user"), Fault.ADDRESS),
        (recipients_refused(550, b"Mailbox unavailable"), Fault.ADDRESS),
        (recipients_refused(552, b"5.2.2 Mailbox full"), Fault.ADDRESS),
        (recipients_refused(554, b"5.7.1 Relay access denied"), Fault.REFUSED),
        (recipients_refused(550, b"relaying denied"), Fault.REFUSED),
        (recipients_refused(450, b"4.2.0 Greylisted"), Fault.TEMPORARY),
        (recipients_refused(421, b"4.7.0 Too many mails"), Fault.LOST),
        (recipients_refused(530, b"5.7.0 Authentication required"), Fault.SETUP),
        (smtplib.SMTPSenderRefused(553, b"5.7.1 Sender not allowed", "kept@example.com"), Fault.SETUP),
        (smtplib.SMTPSenderRefused(421, b"Closing", "kept@example.com"), Fault.LOST),
        (smtplib.SMTPSenderRefused(552, b"Too large", "kept@example.com"), Fault.REFUSED),
        (smtplib.SMTPDataError(554, b"5.6.0 Looks like spam"), Fault.REFUSED),
        (smtplib.SMTPDataError(451, b"4.3.0 Try again"), Fault.TEMPORARY),
        (smtplib.SMTPServerDisconnected("Connection unexpectedly closed"), Fault.LOST),
        (ConnectionResetError(104, "Connection reset by peer"), Fault.LOST),
        (TimeoutError("timed out"), Fault.LOST),
        (AnymailRecipientsRefused("All message recipients were rejected"), Fault.ADDRESS),
        (AnymailConfigurationError("No API key"), Fault.SETUP),
        (AnymailUnsupportedFeature("No such header"), Fault.REFUSED),
        (AnymailAPIError("No reply"), Fault.LOST),
        (answered(400), Fault.REFUSED),
        (answered(401), Fault.SETUP),
        (answered(429), Fault.SETUP),
        (answered(503), Fault.SETUP),
    ],
)
def test_did_not_go_for_a_reason_of_one_sort(error: Exception, fault: Fault) -> None:
    with pytest.raises(delivery.TransportError) as caught:
        delivery.send(RENDERED, envelope(), connection=Failing(error))
    assert caught.value.fault is fault
    assert caught.value.broken_setup == (fault is Fault.SETUP)
    assert not caught.value.perhaps_delivered
    assert caught.value.message


def test_may_have_gone_when_the_connection_breaks_while_it_is_handed_over(
    smtp_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(self: smtplib.SMTP) -> Any:
        raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")

    connection = delivery.connect()
    delivery.send(RENDERED, envelope(), connection=connection)
    monkeypatch.setattr(connection.connection, "mail", lambda *_: (250, b"OK"))
    monkeypatch.setattr(connection.connection, "rcpt", lambda *_: (250, b"OK"))
    monkeypatch.setattr(smtplib.SMTP, "getreply", break_off)
    with pytest.raises(delivery.TransportError) as caught:
        delivery.send(RENDERED, envelope(), connection=connection)
    delivery.close(connection)
    assert caught.value.perhaps_delivered


def test_cannot_go_without_a_server(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    with pytest.raises(delivery.TransportError) as caught:
        delivery.connect()
    assert caught.value.broken_setup

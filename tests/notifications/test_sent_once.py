"""A second copy of a mail that may have gone …"""

import json
from typing import Any

import pytest
import requests
from anymail.backends.base_requests import AnymailRequestsBackend
from pytest_django import Settings

from notifications import delivery
from notifications.domain.letter import Envelope, Fault, Rendered

RENDERED = Rendered(subject="Where we are [K7Q4M]", text="Olá\n", html="<p>Olá</p>")
ID = "0197aaaa-0000-7000-8000-000000000001"


class Provider:
    """Takes what is posted to a provider, keeps it, and answers as told."""

    def __init__(self) -> None:
        self.posts: list[tuple[dict[str, str], dict[str, Any]]] = []
        self.answer: tuple[int, dict[str, Any]] = (200, {"id": "abc", "messageId": "<abc@brevo>"})

    def take(self, session: requests.Session, method: str, url: str, **fields: Any) -> requests.Response:
        """Stand in for requests' own."""
        headers = dict(session.headers) | dict(fields.get("headers") or {})
        data = fields.get("data") or "{}"
        self.posts.append((headers, json.loads(data) if isinstance(data, str) else dict(data)))
        response = requests.Response()
        response.status_code, body = self.answer
        response.headers.update({"Content-Type": "application/json", "X-Message-Id": "abc"})
        response._content = json.dumps(body).encode()
        return response


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Provider:
    made = Provider()
    monkeypatch.setattr(
        requests.Session, "request", lambda session, *args, **fields: made.take(session, *args, **fields)
    )
    return made


def connect(settings: Settings, name: str) -> AnymailRequestsBackend:
    settings.EMAIL_BACKEND = f"anymail.backends.{name}.EmailBackend"
    settings.ANYMAIL = {
        **{f"{each}_API_KEY": "key" for each in ("BREVO", "RESEND", "MAILGUN", "SENDGRID")},
        **{"POSTMARK_SERVER_TOKEN": "key", "MAILERSEND_API_TOKEN": "key", "MAILGUN_SENDER_DOMAIN": "kept.example"},
    }
    return delivery.connect()


def send(connection: Any, *, is_repeat: bool = False, mail_id: str = ID) -> str:
    envelope = Envelope(
        to_name="Maria Lopez",
        to_address="maria@example.org",
        from_name="Support",
        message_id="<one@example.com>",
        thread="<promise-k7q4m@example.com>",
        is_automatic=True,
        mail_id=mail_id,
        is_repeat=is_repeat,
    )
    return delivery.send(RENDERED, envelope, connection=connection)


def test_has_the_key_of_the_first_above_the_mail_with_resend(settings: Settings, provider: Provider) -> None:
    connection = connect(settings, "resend")
    for mail_id in (ID, ID, "another"):
        send(connection, mail_id=mail_id)
    assert [headers["Idempotency-Key"] for headers, _ in provider.posts] == [ID, ID, "another"]
    assert all("Idempotency-Key" not in body["headers"] for _, body in provider.posts)


def test_has_the_key_of_the_first_among_the_headers_with_brevo(settings: Settings, provider: Provider) -> None:
    connection = connect(settings, "brevo")
    provider.answer = (201, {"messageId": "<abc@brevo>"})
    send(connection)
    ((_, body),) = provider.posts
    assert body["headers"]["idempotencyKey"] == ID


DUPLICATES = [
    ("brevo", 400, {"code": "duplicate_parameter", "message": "idempotencyKey has been used"}),
    ("resend", 409, {"name": "invalid_idempotent_request", "message": "Same key, another payload"}),
]


@pytest.mark.parametrize(("name", "status", "body"), DUPLICATES)
def test_is_not_taken_and_counts_as_gone(
    settings: Settings, provider: Provider, name: str, status: int, body: dict[str, Any]
) -> None:
    connection = connect(settings, name)
    provider.answer = (status, body)
    assert send(connection, is_repeat=True) == ""


@pytest.mark.parametrize(("name", "status", "body"), DUPLICATES)
def test_waits_where_the_first_is_known_not_to_have_gone(
    settings: Settings, provider: Provider, name: str, status: int, body: dict[str, Any]
) -> None:
    connection = connect(settings, name)
    provider.answer = (status, body)
    with pytest.raises(delivery.TransportError) as caught:
        send(connection)
    assert caught.value.fault is Fault.TEMPORARY


@pytest.mark.parametrize(
    "body", [{"code": "invalid_parameter"}, {"name": 7}, ["duplicate_parameter"], "no JSON object"]
)
def test_that_is_refused_for_something_else_has_not_gone(settings: Settings, provider: Provider, body: Any) -> None:
    connection = connect(settings, "brevo")
    provider.answer = (400, body)
    with pytest.raises(delivery.TransportError) as caught:
        send(connection, is_repeat=True)
    assert caught.value.fault is Fault.REFUSED


def test_has_no_key_where_the_provider_knows_none(settings: Settings, provider: Provider) -> None:
    connection = connect(settings, "postmark")
    provider.answer = (200, {"To": "maria@example.org", "MessageID": "abc", "ErrorCode": 0, "Message": "OK"})
    send(connection)
    ((headers, body),) = provider.posts
    assert "idempot" not in json.dumps([headers, body]).lower()


def test_and_the_first_are_named_to_providers_that_give_it_back(settings: Settings, provider: Provider) -> None:
    connection = connect(settings, "postmark")
    provider.answer = (200, {"To": "maria@example.org", "MessageID": "abc", "ErrorCode": 0, "Message": "OK"})
    send(connection)
    assert provider.posts[0][1]["Metadata"] == {"kept_mail": ID}


def test_and_the_first_are_not_named_where_the_mail_would_be_refused(settings: Settings, provider: Provider) -> None:
    connection = connect(settings, "mailersend")
    provider.answer = (202, {"message": "ok"})
    send(connection)
    assert ID not in json.dumps(provider.posts[0][1])

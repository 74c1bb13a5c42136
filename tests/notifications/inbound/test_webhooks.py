"""A mail that a provider posts to us …"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

import pytest
from anymail.webhooks import amazon_ses
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from commitments.models import Commitment, EventText
from notifications.models import InboundMail
from tests.factories import promise
from tests.notifications.inbound.arriving import one_kept, reply_to, staff_address, written

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite, pytest.mark.urls("tests.notifications.urls_of_a_provider")]

SECRET = "kept:a-secret-of-the-webhook"
MAILGUN_KEY = "key-of-mailgun"


@pytest.fixture(autouse=True)
def _with_a_provider(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET, "MAILGUN_WEBHOOK_SIGNING_KEY": MAILGUN_KEY}
    # The Amazon kit is asked for only where a mail has to be fetched from a bucket.
    monkeypatch.setattr(amazon_ses, "_get_anymail_boto3_params", lambda **_: ({}, {}))


def post(path: str, data: Any, *, secret: str = SECRET, **headers: str) -> int:
    """Post as a provider does; give the status of the answer."""
    auth = {"HTTP_AUTHORIZATION": f"Basic {base64.b64encode(secret.encode()).decode()}"} if secret else {}
    client = Client(raise_request_exception=False)
    kind = {"content_type": "application/json"} if isinstance(data, str | bytes) else {}
    return int(client.post(f"/anymail/{path}/", data, **kind, **auth, **headers).status_code)


def signed_by_mailgun(fields: Mapping[str, Any], *, key: str = MAILGUN_KEY) -> dict[str, Any]:
    """Sign a post as Mailgun does: a token and an instant, not the contents."""
    token, timestamp = "c" * 50, "1795000000"
    signature = hmac.new(key.encode(), f"{timestamp}{token}".encode(), hashlib.sha256).hexdigest()
    return {"token": token, "timestamp": timestamp, "signature": signature, **fields}


def from_mailgun(made: Commitment, **fields: Any) -> dict[str, Any]:
    """Give the fields of Mailgun's parsed form, as its route forwards them."""
    headers = [
        ["Received", "from mail.example.org by mxa.mailgun.org with ESMTP"],
        ["X-Envelope-From", "<maria@example.org>"],
        ["Message-Id", "<1@mail.example.org>"],
        ["Subject", "Re: Your replacement router"],
        ["From", "Maria Lopez <maria@example.org>"],
        ["To", f'"Ana Ruiz via Customer care" <{reply_to(made)}>'],
        ["In-Reply-To", "<x@in.kept.example>"],
        ["X-Mailgun-Spf", "Pass"],
        ["X-Mailgun-Dkim-Check-Result", "Pass"],
    ]
    values = {
        "recipient": reply_to(made),
        "sender": "maria@example.org",
        "from": "Maria Lopez <maria@example.org>",
        "subject": "Re: Your replacement router",
        "body-plain": "It is still dark.\r\n\r\nOn Wed, 18 Nov 2026 at 10:20, Ana <a@kept.example> wrote:\r\n> Hi",
        "stripped-text": "It is still dark.",
        "body-html": "<p>It is still dark.</p>",
        "message-headers": json.dumps(headers),
        "content-id-map": "{}",
    }
    return signed_by_mailgun(values | fields)


def from_postmark(made: Commitment, **fields: Any) -> dict[str, Any]:
    """Give Postmark's inbound webhook."""
    to = {"Email": reply_to(made), "Name": "Ana Ruiz via Customer care", "MailboxHash": ""}
    return {
        "FromName": "Maria Lopez",
        "MessageStream": "inbound",
        "From": "maria@example.org",
        "FromFull": {"Email": "maria@example.org", "Name": "Maria Lopez", "MailboxHash": ""},
        "To": f'"Ana Ruiz via Customer care" <{to["Email"]}>',
        "ToFull": [to],
        "Cc": "",
        "CcFull": [],
        "Bcc": "",
        "BccFull": [],
        "OriginalRecipient": to["Email"],
        "Subject": "Re: Your replacement router",
        "MessageID": "22c74902-a0c1-4511-804f-341342852c90",
        "ReplyTo": "",
        "MailboxHash": "",
        "Date": "Wed, 18 Nov 2026 10:45:00 +0000",
        "TextBody": "It is still dark.\n",
        "HtmlBody": "<p>It is still dark.</p>",
        "StrippedTextReply": "It is still dark.",
        "Tag": "",
        "Headers": [
            {"Name": "Return-Path", "Value": "<maria@example.org>"},
            {"Name": "Received-SPF", "Value": "Pass (sender SPF authorized) identity=mailfrom"},
            {"Name": "Message-ID", "Value": "<1@mail.example.org>"},
            {"Name": "In-Reply-To", "Value": "<x@in.kept.example>"},
        ],
        "Attachments": [],
    } | fields


def from_amazon(made: Commitment, *, to: str = "", **fields: Any) -> tuple[str, dict[str, str]]:
    """Give a notification of Amazon SNS about a mail that SES received, and its headers."""
    mail = written(to=to or reply_to(made), message_id="<1@mail.example.org>", text="It is still dark.", **fields)
    report = {
        "notificationType": "Received",
        "mail": {
            "timestamp": "2026-11-18T10:45:00.000Z",
            "source": "maria@example.org",
            "messageId": "o3vrnil0e2ic28tr",
            "destination": [to or reply_to(made)],
        },
        "receipt": {
            "recipients": [to or reply_to(made)],
            "spamVerdict": {"status": "PASS"},
            "spfVerdict": {"status": "PASS"},
            "dkimVerdict": {"status": "PASS"},
            "dmarcVerdict": {"status": "PASS"},
            "action": {"type": "SNS", "topicArn": "arn:aws:sns:eu-west-1:111:inbound", "encoding": "BASE64"},
        },
        "content": base64.b64encode(mail.as_bytes()).decode(),
    }
    message = {
        "Type": "Notification",
        "MessageId": "8f6dee70-c885-558a-be7d-bd48bbf5335e",
        "TopicArn": "arn:aws:sns:eu-west-1:111:inbound",
        "Message": json.dumps(report),
        "Timestamp": "2026-11-18T10:45:00.000Z",
    }
    headers = {"HTTP_X_AMZ_SNS_MESSAGE_TYPE": "Notification", "HTTP_X_AMZ_SNS_MESSAGE_ID": message["MessageId"]}
    return json.dumps(message), headers


def said(made: Commitment) -> list[str]:
    return list(EventText.objects.filter(event__commitment=made, field="said").values_list("words", flat=True))


def test_of_mailgun_counts() -> None:
    made = promise()
    assert post("mailgun/inbound", from_mailgun(made)) == 200
    assert said(made) == ["It is still dark."]
    assert (one_kept().from_address, one_kept().html) == ("maria@example.org", "<p>It is still dark.</p>")


def test_of_mailgun_counts_with_its_files() -> None:
    made = promise()
    fields = from_mailgun(made) | {
        "attachment-count": "1",
        "attachment-1": SimpleUploadedFile("router.png", b"\x89PNG", "image/png"),
    }
    assert post("mailgun/inbound", fields) == 200
    assert said(made) == ["It is still dark.\n\nAttached: router.png"]


def test_of_mailgun_counts_whole_as_it_came() -> None:
    made = promise()
    raw = written(to=reply_to(made), text="It is still dark.").as_string()
    fields = {"recipient": reply_to(made), "sender": "maria@example.org", "body-mime": raw}
    assert post("mailgun/inbound_mime", signed_by_mailgun(fields)) == 200
    assert said(made) == ["It is still dark."]


def test_of_postmark_counts() -> None:
    made = promise()
    assert post("postmark/inbound", json.dumps(from_postmark(made))) == 200
    assert said(made) == ["It is still dark."]


def test_of_postmark_counts_whole_as_it_came() -> None:
    made = promise()
    raw = written(to="kept@kept.example", text="It is still dark.").as_string()
    assert post("postmark/inbound", json.dumps(from_postmark(made, RawEmail=raw))) == 200
    assert said(made) == ["It is still dark."]


def test_of_postmark_is_a_colleagues_word_by_the_address_in_bcc() -> None:
    made = promise()
    fields = from_postmark(
        made,
        From=made.owner.email,
        FromFull={"Email": made.owner.email, "Name": "Ana Ruiz"},
        ToFull=[{"Email": made.customer.email, "Name": "Maria Lopez"}],
        BccFull=[{"Email": staff_address(made), "Name": ""}],
        OriginalRecipient=staff_address(made),
    )
    assert post("postmark/inbound", json.dumps(fields)) == 200
    assert made.events.filter(kind="contacted", actor=made.owner).exists()


def test_of_amazon_counts() -> None:
    made = promise()
    body, headers = from_amazon(made)
    assert post("amazon_ses/inbound", body, **headers) == 200
    assert said(made) == ["It is still dark."]


@pytest.mark.parametrize("times", [2, 5])
def test_that_is_posted_again_counts_once(times: int) -> None:
    made = promise()
    body, headers = from_amazon(made)
    assert {post("amazon_ses/inbound", body, **headers) for _ in range(times)} == {200}
    assert {post("postmark/inbound", json.dumps(from_postmark(made))) for _ in range(times)} == {200}
    assert {post("mailgun/inbound", from_mailgun(made)) for _ in range(times)} == {200}
    assert said(made) == ["It is still dark."]
    assert InboundMail.objects.count() == 1


class TestUnsigned:
    """… or that somebody else posts"""

    def test_is_refused_without_the_secret(self) -> None:
        made = promise()
        body, headers = from_amazon(made)
        assert post("postmark/inbound", json.dumps(from_postmark(made)), secret="") == 400
        assert post("postmark/inbound", json.dumps(from_postmark(made)), secret="kept:wrong") == 400
        assert post("amazon_ses/inbound", body, secret="", **headers) == 401
        assert post("mailgun/inbound", from_mailgun(made), secret="") == 400
        assert not InboundMail.objects.exists()

    def test_is_refused_with_another_signature(self) -> None:
        made = promise()
        fields = from_mailgun(made) | {"signature": "0" * 64}
        assert post("mailgun/inbound", fields) == 400
        assert not InboundMail.objects.exists()

    def test_is_not_kept_where_it_cannot_be_read(self) -> None:
        assert post("postmark/inbound", "{not json", secret="kept:wrong") == 400
        assert not InboundMail.objects.exists()


class TestNonsense:
    """… and that cannot be read"""

    @pytest.mark.parametrize(
        "body",
        [
            "{not json",
            "[]",
            '{"Headers": 5, "FromFull": {"Email": "a@example.org"}}',
            '{"RawEmail": 5}',
            '{"RawEmail": "Subject: \\ud800\\n\\nhello"}',
            '{"Attachments": [{"Name": "x", "ContentType": "a/b", "Content": "%%%"}], "TextBody": "x"}',
            '{"Attachments": [{"Name": "x"}]}',
        ],
    )
    def test_is_kept_for_a_person_and_answered_as_taken(self, body: str) -> None:
        assert post("postmark/inbound", body) == 200
        assert one_kept().state == "parked"

    def test_is_kept_once(self) -> None:
        assert {post("postmark/inbound", "{not json") for _ in range(3)} == {200}
        assert one_kept().because == "unreadable"

    def test_is_a_failure_of_ours_where_the_address_is_for_something_else(self) -> None:
        assert post("postmark/tracking", "{not json") == 500
        assert not InboundMail.objects.exists()

    def test_is_kept_when_a_character_has_no_place_in_the_database(self) -> None:
        made = promise()
        fields = from_postmark(made, TextBody="It is\x00 dark.", Subject="a\x00b\r\nBcc: eve@example.net")
        assert post("postmark/inbound", json.dumps(fields)) == 200
        assert one_kept().state in {"filed", "parked"}


class TestLarge:
    """… however large it is"""

    def test_counts_with_files_of_many_megabytes(self) -> None:
        made = promise()
        content = base64.b64encode(b"x" * 9_000_000).decode()
        file = {"Name": "film.mp4", "ContentType": "video/mp4", "Content": content, "ContentLength": 9_000_000}
        assert post("postmark/inbound", json.dumps(from_postmark(made, Attachments=[file, file, file]))) == 200
        kept = [(file.size, file.content is not None) for file in one_kept().attachments.order_by("id")]
        assert kept == [(9_000_000, True), (9_000_000, True), (9_000_000, False)]

    def test_is_no_leave_for_other_pages(self) -> None:
        answer = Client().post("/sign-in/", b"x" * 11_000_000, content_type="application/x-www-form-urlencoded")
        assert answer.status_code == 413

"""A mail through a real mail server, and what its provider then reports by HTTP, in the provider's own format …"""

import json
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from anymail.webhooks import amazon_ses
from django.db import transaction
from django.test import Client
from django.urls import clear_url_caches
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from commitments import clock
from commitments.models import Commitment, Customer, Word
from notifications.domain.kinds import NOT_RECEIVED, Delivery, MailKind
from notifications.models import DeliveryEvent, Notification, Suppression
from tests import factories
from tests.factories import NOW
from tests.journeys.every_mail import KINDS, have_sent
from tests.journeys.providers import PROVIDERS, SETTINGS, Post, Sent
from tests.notifications import urls_of_a_provider
from tests.plugin.mail import MailServer

MINUTE = timedelta(minutes=1)
EVENTS = [(provider, event) for provider, reports in PROVIDERS.items() for event in reports]
SUPPRESSES = {"bounced": "bounced", "complained": "complained"}
OUTLIVES = {MailKind.WITHDRAWN}
ENDED = {MailKind.KEPT, MailKind.AFTERCARE, MailKind.WITHDRAWN}


@pytest.fixture(autouse=True)
def webhooks(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Answer as an installation does that has a provider and a secret."""
    settings.ANYMAIL = SETTINGS
    settings.ROOT_URLCONF = urls_of_a_provider.__name__
    # What these parameters are for (confirming a subscription, fetching mail from S3) needs boto3; reports do not.
    monkeypatch.setattr(amazon_ses, "_get_anymail_boto3_params", lambda **_: ({}, {}))
    clear_url_caches()
    yield
    clear_url_caches()


def sent_by(server: MailServer, kind: MailKind, promise: Commitment, customer: Customer) -> Sent:
    """Give the mail as the server got it and the provider would know it."""
    mail = Notification.objects.get(kind=kind, to_customer=True, state="sent")
    (received,) = [each for each in server.to(customer.email) if each.message["Message-ID"] == mail.message_id]
    assert mail.sent_at is not None
    return Sent(customer.email, str(received.message["Message-ID"]), str(mail.id), mail.sent_at + MINUTE)


def deliver(client: Client, post: Post) -> int:
    headers: dict[str, Any] = dict(post.headers)
    return client.post(post.path, post.body, **headers).status_code


def undeliverable(promise: Commitment) -> bool:
    return promise.escalations.filter(trigger="undeliverable", ended_at=None).exists()


def expected(event: str) -> tuple[str, str]:
    """Give what the mail shows after a report, and why its address is left alone."""
    return (event if event in set(Delivery) - {"unsubscribed"} else ""), SUPPRESSES.get(event, "")


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_means_the_same_whoever_reports_it(
    kind: MailKind, smtp_server: MailServer, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = factories.agent(team=factories.team())
    maria = factories.customer()
    promise, then = have_sent(kind, owner=owner, customer=maria)
    sent = sent_by(smtp_server, kind, promise, maria)
    monkeypatch.setattr(clock, "now", lambda **_: then + 2 * MINUTE)
    mail = Notification.objects.get(pk=sent.our_id)
    word = Word.objects.filter(event=mail.event_id).exclude(sort="conversation").first()
    for provider, event in EVENTS:
        shown, why = expected(event)
        not_received = shown in NOT_RECEIVED
        with transaction.atomic():
            for _ in range(2):
                assert deliver(client, PROVIDERS[provider][event](sent)) == 200
            mail.refresh_from_db()
            maria.refresh_from_db()
            said = (provider, event)
            assert (said, mail.delivery, maria.do_not_mail) == (said, shown, why)
            assert (said, maria.real_news_only) == (said, event == "unsubscribed")
            assert (said, Suppression.objects.count()) == (said, 1 if why else 0)
            assert (said, DeliveryEvent.objects.count()) == (said, 0 if event == "opened" else 1)
            asks = not_received and (kind not in ENDED or kind in OUTLIVES)
            assert (said, undeliverable(promise)) == (said, asks)
            failed = promise.events.filter(kind="mail_failed").count()
            assert (said, failed) == (said, 1 if not_received else 0)
            if word is not None:
                word.refresh_from_db()
                assert (said, word.state) == (said, "void" if not_received else "gone")
            transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize("provider", PROVIDERS)
def test_counts_for_nothing_when_it_is_not_signed(
    provider: str, smtp_server: MailServer, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    maria = factories.customer()
    promise, then = have_sent(MailKind.UPDATE, owner=factories.agent(team=factories.team()), customer=maria)
    monkeypatch.setattr(clock, "now", lambda **_: then + 2 * MINUTE)
    post = PROVIDERS[provider]["bounced"](sent_by(smtp_server, MailKind.UPDATE, promise, maria))
    nobody = {name: value for name, value in post.headers.items() if name != "HTTP_AUTHORIZATION"}
    wrong = dict(post.headers) | {"HTTP_AUTHORIZATION": "Basic a2VwdDpndWVzc2Vk"}
    assert deliver(client, replace(post, headers=nobody)) in {400, 401}
    assert deliver(client, replace(post, headers=wrong)) == 400
    if provider == "Mailgun":
        forged = json.loads(post.body)
        forged["signature"]["signature"] = "0" * 64
        assert deliver(client, replace(post, body=json.dumps(forged))) == 400
    assert not DeliveryEvent.objects.exists()
    assert not undeliverable(promise)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("provider", PROVIDERS)
def test_comes_over_the_wire(
    provider: str, smtp_server: MailServer, live_server: LiveServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    maria = factories.customer()
    promise, then = have_sent(MailKind.UPDATE, owner=factories.agent(team=factories.team()), customer=maria)
    monkeypatch.setattr(clock, "now", lambda **_: then + 2 * MINUTE)
    post = PROVIDERS[provider]["bounced"](sent_by(smtp_server, MailKind.UPDATE, promise, maria))
    request = urllib.request.Request(  # noqa: S310 - our own server
        live_server.url + post.path, data=post.body.encode(), method="POST"
    )
    for name, value in post.headers.items():
        request.add_header(name.removeprefix("HTTP_").replace("_", "-"), value)
    with urllib.request.urlopen(request, timeout=20) as response:  # noqa: S310 - our own server
        assert response.status == 200
    assert Notification.objects.get(kind="update").delivery == "bounced"
    assert undeliverable(promise)


def test_asks_for_the_secret_first_as_amazon_wants_it(client: Client) -> None:
    sent = Sent("maria@example.org", "<x@example.com>", "0197aaaa-0000-7000-8000-000000000001", NOW)
    post = PROVIDERS["Amazon SES"]["delivered"](sent)
    headers: dict[str, Any] = {name: value for name, value in post.headers.items() if name != "HTTP_AUTHORIZATION"}
    response = client.post(post.path, post.body, **headers)
    assert response.status_code == 401
    assert response["WWW-Authenticate"].startswith("Basic ")

"""Unsubscribing by one press …"""

from datetime import timedelta

import pytest
from django.test import Client

from commitments import clock
from commitments.domain.tokens import Purpose
from commitments.models import Commitment, CommitmentEvent, CustomerLink
from commitments.services.links import issue
from notifications.models import Notification
from tests.factories import NOW, promise
from tests.notifications.living import live

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture(autouse=True)
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the page read the time that the promise was made at."""
    monkeypatch.setattr(clock, "now", lambda **_: NOW)


@pytest.fixture
def client() -> Client:
    """Give a mail program: it knows no cookie."""
    return Client(enforce_csrf_checks=True)


def address_of(made: Commitment, *, purpose: Purpose = Purpose.UNSUBSCRIBE) -> str:
    """Give the address in a mail's header."""
    pair = made.pk, made.customer_id
    return f"/unsubscribe/{issue(pairs={pair}, now=NOW)[pair].token(purpose)}/"


def is_asked_for(made: Commitment) -> bool:
    """Tell whether the customer gets real news only."""
    made.customer.refresh_from_db()
    return made.customer.real_news_only


def test_is_done_by_what_mail_programs_post(client: Client) -> None:
    made = promise()
    response = client.post(
        address_of(made), "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
    )
    assert response.status_code == 200
    assert is_asked_for(made)


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""])
def test_is_done_by_a_post_of_nothing(content_type: str, client: Client) -> None:
    made = promise()
    client.post(address_of(made), "", content_type=content_type)
    assert is_asked_for(made)


def test_is_not_done_by_looking(client: Client) -> None:
    made = promise()
    for _ in range(5):
        assert "Press the button" in client.get(address_of(made)).content.decode()
        client.head(address_of(made))
    assert not is_asked_for(made)


def test_is_undone_there(client: Client) -> None:
    made = promise()
    client.post(address_of(made))
    assert 'value="no"' in client.get(address_of(made)).content.decode()
    client.post(address_of(made), {"wanted": "no"})
    assert not is_asked_for(made)


def test_opens_by_no_token_for_another_purpose(client: Client) -> None:
    made = promise()
    assert client.post(address_of(made, purpose=Purpose.PAGE)).status_code == 404
    assert not is_asked_for(made)


def test_keeps_its_address_to_itself(client: Client) -> None:
    response = client.get(address_of(promise()))
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["Cache-Control"] == "no-store, private"
    assert not response.cookies


def test_stands_on_the_timeline_once(client: Client) -> None:
    made = promise()
    for _ in range(3):
        client.post(address_of(made))
    assert CommitmentEvent.objects.filter(kind="real_news_only").count() == 1


def test_stops_a_holding_mail_that_was_on_its_way(client: Client) -> None:
    made = promise()
    live(NOW)
    client.post(address_of(made))
    live(NOW + timedelta(days=1))
    made.refresh_from_db()
    assert not Notification.objects.filter(kind="holding", state="sent").exists()
    assert CustomerLink.objects.filter(revoked_at__isnull=True).count() == 1

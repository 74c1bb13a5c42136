"""Splitting on the pages …"""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from commitments.domain.timeline import EventKind
from commitments.models import Commitment, CommitmentEvent
from commitments.services.replies import customer_message
from tests.factories import NOW, agent, promise, team

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commitments.clock.now", lambda: NOW + timedelta(hours=1))


@pytest.fixture
def message() -> CommitmentEvent:
    """What a customer wrote about a promise and waits for."""
    made = promise(need="They cannot work.", case_ref="C-1")
    customer_message(
        actor=made.owner,
        reference=made.reference,
        channel="page",
        words="And where is my invoice?",
        now=NOW + timedelta(minutes=10),
    )
    return made.events.get(kind=EventKind.CUSTOMER_MESSAGE)


def shown(client: Client, who: Any, address: str) -> str:
    client.force_login(who)
    response = client.get(address)
    assert response.status_code == 200
    return str(response.content.decode())


def typed(message: CommitmentEvent, **changes: str) -> dict[str, str]:
    return {
        "who": message.commitment.customer.name,
        "customer": str(message.commitment.customer_id),
        "kind": "answer",
        "promise": "send you the invoice",
        "due_at": "2026-11-19T15:00",
        "channel": "email",
        "need": "And where is my invoice?",
        "split": str(message.pk),
        "settles": "on",
    } | changes


def test_is_offered_beside_each_message(client: Client, message: CommitmentEvent) -> None:
    page = shown(client, message.commitment.owner, f"/promises/{message.commitment.reference}/")
    assert page.count(f'href="/?split={message.pk}#log"') == 2


def test_fills_the_form_with_what_the_customer_said(client: Client, message: CommitmentEvent) -> None:
    page = shown(client, message.commitment.owner, f"/?split={message.pk}")
    assert "And where is my invoice?" in page
    assert f'name="split" value="{message.pk}"' in page
    assert f'said about <a href="/promises/{message.commitment.reference}/">' in page
    assert "Kept on this very call" not in page
    assert 'value="C-1"' in page


def test_logs_the_new_promise_and_shows_both_ways(client: Client, message: CommitmentEvent) -> None:
    old = message.commitment
    client.force_login(old.owner)
    assert client.post("/desk/log/", typed(message)).status_code == 302
    made = Commitment.objects.exclude(pk=old.pk).get()
    assert (made.split_from, made.need, made.customer) == (old, "And where is my invoice?", old.customer)
    shown(client, old.owner, "/")
    page = shown(client, old.owner, f"/promises/{old.reference}/")
    assert f"made the customer’s message a promise of its own ({made.reference}), which answers for it" in page
    assert page.count(f'href="/promises/{made.reference}/"') == 2
    page = shown(client, old.owner, f"/promises/{made.reference}/")
    assert f"it is split off from {old.reference}" in page
    assert page.count(f'href="/promises/{old.reference}/"') == 2
    old.refresh_from_db()
    assert old.customer_waiting_since is None


def test_leaves_the_message_waiting_where_the_box_is_empty(client: Client, message: CommitmentEvent) -> None:
    old = message.commitment
    client.force_login(old.owner)
    client.post("/desk/log/", typed(message, settles=""))
    old.refresh_from_db()
    assert old.customer_waiting_since == message.occurred_at
    assert "waits for its answer here as before" in shown(client, old.owner, f"/promises/{old.reference}/")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"is_kept": "1"}, "Log it as a promise of its own first, then keep it."),
        ({"promise": ""}, "Write what was promised"),
        ({"customer": "new", "name": "Rui Costa"}, "It is another customer who wrote that"),
    ],
)
def test_keeps_what_was_typed_where_it_is_refused(
    client: Client, message: CommitmentEvent, changes: dict[str, str], said: str
) -> None:
    client.force_login(message.commitment.owner)
    response = client.post("/desk/log/", typed(message, **changes))
    assert response.status_code == 422
    page = response.content.decode()
    assert said in page
    assert f'name="split" value="{message.pk}"' in page
    assert Commitment.objects.count() == 1


def test_previews_the_receipt(client: Client, message: CommitmentEvent) -> None:
    client.force_login(message.commitment.owner)
    page = client.post("/desk/preview/", typed(message, notify_customer="on")).content.decode()
    assert "What would be mailed" in page
    assert Commitment.objects.count() == 1


def test_is_not_for_whoever_may_not_see_the_promise(client: Client, message: CommitmentEvent) -> None:
    stranger = agent(team=team())
    assert "invoice" not in shown(client, stranger, f"/?split={message.pk}")
    for nothing in (uuid4(), "x", "%00", message.commitment.events.first().pk):
        assert 'name="split" value=""' not in shown(client, message.commitment.owner, f"/?split={nothing}")

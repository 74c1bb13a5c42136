"""The mail with a new date …"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from commitments.models import Commitment, Escalation, Word
from commitments.services.dates import renegotiate
from commitments.services.promising import keep
from notifications.domain.kinds import Delivery, Suppressed
from notifications.services.tracking import record_delivery
from tests.factories import NOW, customer, promise
from tests.notifications.living import live, one, send
from tests.plugin.mail import MailServer

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

MARIA = "maria@example.org"
DUE_AT = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)
NEW = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def moved(made: Commitment, *, now: datetime = NOW, **options: Any) -> Commitment:
    values: dict[str, Any] = {
        "actor": made.owner,
        "due_at": NEW,
        "what_happened": "The courier lost it.",
        "what_next": "We send another one.",
        "choices": "You can fetch one in the shop.",
        "by_mail": True,
    }
    return renegotiate(reference=made.reference, now=now, **values | options)


def promised() -> Commitment:
    return promise(customer=customer(email=MARIA), due_at=DUE_AT, notify_customer=False)


def test_says_what_happened_what_comes_next_and_what_the_customer_can_do(smtp_server: MailServer) -> None:
    made = moved(promised())
    send(NOW)
    (received,) = smtp_server.to(MARIA)
    assert str(received.message["Subject"]).startswith("A new date: send you a replacement router")
    text = one("renegotiated").text
    for words in (
        "We promised you, by Wednesday 18 November, 15:00 (Lisbon time):",
        "We will not make it by then. We are sorry.",
        "Our new promise: by Friday 20 November, 15:00 (Lisbon time).",
        "What happened:\nThe courier lost it.",
        "What happens next:\nWe send another one.",
        "What you can choose or do:\nYou can fetch one in the shop.",
    ):
        assert words in text
    made.refresh_from_db()
    assert made.unconfirmed_meets is None


def test_owns_up_to_a_date_that_has_passed() -> None:
    made = promised()
    live(DUE_AT)
    moved(made, now=DUE_AT + HOUR)
    send(DUE_AT + HOUR)
    assert "We did not do it by then. We are sorry." in one("renegotiated").text


def test_restores_the_old_date_when_it_comes_back_and_asks_for_a_call() -> None:
    made = moved(promised())
    send(NOW)
    at = NOW + HOUR
    record_delivery(
        message_id=one("renegotiated").message_id,
        result=Delivery.BOUNCED,
        suppressed=Suppressed.BOUNCED,
        occurred_at=at,
        now=at,
    )
    made.refresh_from_db()
    assert (made.due_at, made.times_renegotiated) == (DUE_AT, 0)
    assert Escalation.objects.get(ended_at=None).trigger == "undeliverable"


def test_restores_the_old_date_when_the_address_is_refused(smtp_server: MailServer) -> None:
    made = moved(promised())
    smtp_server.refusals[MARIA] = "550 5.1.1 No such user"
    send(NOW)
    made.refresh_from_db()
    assert made.due_at == DUE_AT
    assert Escalation.objects.get(ended_at=None).trigger == "undeliverable"


def test_restores_the_old_date_when_the_customer_may_not_be_mailed_any_more() -> None:
    made = moved(promised())
    made.customer.do_not_mail = "bounced"
    made.customer.save()
    send(NOW)
    made.refresh_from_db()
    assert (one("renegotiated").not_sent_because, made.due_at) == ("do_not_mail", DUE_AT)


def test_does_not_go_when_another_date_has_taken_its_place() -> None:
    made = moved(moved(promised()), now=NOW + timedelta(minutes=1), due_at=NEW + HOUR, by_mail=False)
    send(NOW + timedelta(minutes=1))
    assert one("renegotiated").not_sent_because == "no_longer_so"
    made.refresh_from_db()
    assert (made.due_at, made.times_renegotiated) == (NEW + HOUR, 1)


def test_does_not_go_once_the_promise_has_ended() -> None:
    made = moved(promised())
    keep(actor=made.owner, reference=made.reference, now=NOW, notify_customer=False)
    send(NOW)
    assert one("renegotiated").not_sent_because == "ended"


def test_does_not_go_once_the_old_date_holds_again() -> None:
    made = moved(promised())
    assert made.next_word_due_at is not None
    live(made.next_word_due_at)
    assert (one("renegotiated").not_sent_because, Word.objects.get(event=one("renegotiated").event).state) == (
        "too_late",
        "void",
    )

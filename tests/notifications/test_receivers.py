"""What a provider reports about a mail …"""

from datetime import timedelta
from typing import Any

import pytest
from anymail.signals import AnymailTrackingEvent, EventType, tracking
from django.contrib.auth import get_user_model

from commitments import clock
from commitments.domain.clocks import WordMeaning
from commitments.models import Commitment, Word
from commitments.services.promising import keep
from commitments.services.word import give_word
from notifications.models import DeliveryEvent, Notification
from tests.factories import NOW, customer, promise
from tests.notifications.living import live, one, send, told

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture(autouse=True)
def _soon_after(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(minutes=3))


def report(mail: Notification, what: str, **fields: Any) -> None:
    values: dict[str, Any] = {
        "event_type": what,
        "timestamp": NOW + timedelta(minutes=2),
        "event_id": what,
        "message_id": mail.provider_id or mail.message_id,
        "mta_response": "550 5.1.1 No such user",
    }
    tracking.send(sender=None, event=AnymailTrackingEvent(**values | fields), esp_name="Test")


def an_update_that_went() -> Commitment:
    made = promise(notify_customer=False)
    give_word(
        actor=made.owner, reference=made.reference, now=NOW, meaning=WordMeaning.NEWS, message="Here.", by_mail=True
    )
    send(NOW)
    return made


@pytest.mark.parametrize("what", ["bounced", "rejected", "complained"])
def test_takes_its_word_back_and_asks_for_a_call(what: str) -> None:
    made = an_update_that_went()
    report(one("update"), what)
    mail = one("update")
    assert (mail.state, mail.delivery, mail.voided_at) == ("sent", what, NOW + timedelta(minutes=3))
    assert Word.objects.get(sort="update").state == "void"
    made.customer.refresh_from_db()
    assert made.customer.do_not_mail
    assert made.escalations.filter(trigger="undeliverable", ended_at=None).exists()
    assert [facts["reason"] for facts in told(made, "mail_failed")] == [what]


@pytest.mark.parametrize("what", sorted(value for name, value in vars(EventType).items() if name.isupper()))
def test_of_any_sort_starts_no_reply_clock(what: str) -> None:
    made = an_update_that_went()
    report(one("update"), what)
    made.refresh_from_db()
    assert made.customer_waiting_since is None


def test_is_no_message_of_the_customer() -> None:
    made = an_update_that_went()
    report(one("update"), "bounced")
    made.refresh_from_db()
    assert made.customer_waiting_since is None
    assert not made.events.filter(kind="customer_message").exists()


def test_is_found_by_the_providers_own_id() -> None:
    an_update_that_went()
    Notification.objects.update(provider_id="abc-123")
    report(one("update"), "bounced")
    assert one("update").delivery == "bounced"


def test_counts_once() -> None:
    made = an_update_that_went()
    report(one("update"), "bounced")
    report(one("update"), "bounced")
    assert DeliveryEvent.objects.count() == 1
    assert len(told(made, "mail_failed")) == 1


def test_may_be_a_bounce_that_comes_after_delivered() -> None:
    an_update_that_went()
    report(one("update"), "delivered")
    assert one("update").delivery == "delivered"
    report(one("update"), "bounced")
    assert one("update").delivery == "bounced"
    assert Word.objects.get(sort="update").state == "void"
    report(one("update"), "delivered", event_id="again")
    assert one("update").delivery == "bounced"


def test_leaves_a_conversation_standing_when_its_receipt_bounces() -> None:
    promise()
    send(NOW)
    report(one("promised"), "bounced")
    assert Word.objects.get(sort="conversation").state == "gone"


def test_takes_the_word_of_an_imports_receipt_back() -> None:
    promise(channel=Commitment.Channel.IMPORT)
    send(NOW)
    report(one("promised"), "bounced")
    assert Word.objects.get(sort="receipt").state == "void"


def test_only_flags_the_address_after_the_end() -> None:
    made = promise(notify_customer=False)
    keep(actor=made.owner, reference=made.reference, now=NOW)
    send(NOW)
    report(one("kept"), "bounced")
    made.customer.refresh_from_db()
    assert made.customer.do_not_mail == "bounced"
    assert not made.escalations.filter(ended_at=None).exists()


def test_says_nothing_about_the_customer_when_it_was_a_colleagues_mail() -> None:
    made = promise(notify_customer=False, customer=customer())
    live(made.due_at)
    report(one("overdue", recipient=get_user_model().objects.get(pk=made.owner.pk)), "bounced")
    made.customer.refresh_from_db()
    assert made.customer.do_not_mail == ""


@pytest.mark.parametrize(("what", "message_id"), [("opened", None), ("bounced", "<x@example.com>"), ("bounced", "")])
def test_is_left_alone_when_it_is_none_of_ours(what: str, message_id: str | None) -> None:
    an_update_that_went()
    report(one("update"), what, **({} if message_id is None else {"message_id": message_id}))
    assert not DeliveryEvent.objects.exists()

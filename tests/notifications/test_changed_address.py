"""To a customer's new address, what they were last told by mail …"""

from datetime import timedelta
from typing import Any

import pytest

from commitments.domain.clocks import WordMeaning
from commitments.models import Commitment, CustomerLink, Word
from commitments.services.arrangements import change_route
from commitments.services.customers import change_customer
from commitments.services.dates import renegotiate
from commitments.services.promising import keep
from commitments.services.word import give_word
from notifications.domain.kinds import Delivery, Suppressed
from notifications.models import Notification
from notifications.services.suppression import suppress
from notifications.services.tracking import record_delivery
from tests.factories import NOW, customer, promise
from tests.notifications.living import live, send, told
from tests.plugin.mail import MailServer

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

OLD, NEW = "old@example.org", "new@example.org"
LATER = NOW + timedelta(hours=1)


def made(**fields: Any) -> Commitment:
    return promise(customer=customer(email=OLD), **fields)


def update(commitment: Commitment, *, at: Any = NOW) -> None:
    give_word(
        actor=commitment.owner,
        reference=commitment.reference,
        now=at,
        meaning=WordMeaning.NEWS,
        message="The courier has it.",
        by_mail=True,
    )


def move(commitment: Commitment, *, email: str = NEW, at: Any = LATER) -> None:
    commitment.customer.refresh_from_db()
    change_customer(actor=commitment.owner, customer=commitment.customer, email=email, now=at)


def bounce(kind: str, *, at: Any = NOW) -> None:
    mail = Notification.objects.get(kind=kind, is_again=False)
    record_delivery(
        message_id=mail.message_id, result=Delivery.BOUNCED, suppressed=Suppressed.BOUNCED, occurred_at=at, now=at
    )


def subjects(server: MailServer, address: str = NEW) -> list[str]:
    return [str(received.message["Subject"]).partition(" [")[0] for received in server.to(address)]


def test_goes_again_once(smtp_server: MailServer) -> None:
    commitment = made()
    send(NOW)
    update(commitment)
    send(NOW)
    move(commitment)
    send(LATER)
    send(LATER + timedelta(minutes=1))
    assert len(subjects(smtp_server, OLD)) == 2
    assert subjects(smtp_server) == [subjects(smtp_server, OLD)[1]]
    assert "The courier has it." in smtp_server.to(NEW)[0].message.get_body(("plain",)).get_content()


def test_is_a_mail_of_its_own_with_a_new_link(smtp_server: MailServer) -> None:
    commitment = made()
    send(NOW)
    move(commitment)
    send(LATER)
    (first,), (again,) = smtp_server.to(OLD), smtp_server.to(NEW)
    assert first.message["Message-ID"] != again.message["Message-ID"]
    assert first.message["References"] == again.message["References"]
    old, new = CustomerLink.objects.filter(commitment=commitment).order_by("id")
    assert (old.revoked_at, new.revoked_at) == (LATER, None)


def test_is_the_receipt_that_came_back(smtp_server: MailServer) -> None:
    commitment = made()
    send(NOW)
    bounce("promised")
    move(commitment)
    send(LATER)
    assert subjects(smtp_server) == subjects(smtp_server, OLD)
    assert not commitment.escalations.filter(trigger="undeliverable", ended_at=None).exists()


def test_goes_again_of_each_open_promise_alone(smtp_server: MailServer) -> None:
    commitment = made()
    other = promise(customer=commitment.customer, owner=commitment.owner)
    ended = promise(customer=commitment.customer, owner=commitment.owner)
    send(NOW)
    keep(actor=ended.owner, reference=ended.reference, now=NOW)
    send(NOW)
    move(commitment)
    send(LATER)
    again = Notification.objects.filter(is_again=True)
    assert {mail.commitment_id for mail in again} == {commitment.pk, other.pk}


def test_does_not_go_where_nothing_was_mailed_yet(smtp_server: MailServer) -> None:
    commitment = made(notify_customer=False)
    move(commitment)
    send(LATER)
    assert smtp_server.messages == []


def test_goes_once_where_it_had_not_gone_yet(smtp_server: MailServer) -> None:
    commitment = made()
    move(commitment)
    send(LATER)
    assert (len(smtp_server.to(OLD)), len(smtp_server.to(NEW))) == (0, 1)


def test_does_not_go_where_they_hear_by_phone_by_then(smtp_server: MailServer) -> None:
    commitment = made()
    send(NOW)
    change_route(actor=commitment.owner, reference=commitment.reference, route=Commitment.ContactRoute.PHONE, now=NOW)
    move(commitment)
    send(LATER)
    assert smtp_server.to(NEW) == []


def test_does_not_go_where_mail_may_not_go_there_either(smtp_server: MailServer) -> None:
    commitment = made()
    send(NOW)
    suppress(address=NEW, reason=Suppressed.COMPLAINED, now=NOW)
    move(commitment)
    send(LATER)
    assert smtp_server.to(NEW) == []


def test_does_not_go_for_another_way_of_writing_the_address(smtp_server: MailServer) -> None:
    commitment = made()
    send(NOW)
    move(commitment, email=OLD.upper())
    send(LATER)
    assert len(smtp_server.messages) == 1
    assert told(commitment, "address_changed") == []


def test_is_not_a_date_that_does_not_hold_any_more(smtp_server: MailServer) -> None:
    commitment = made()
    send(NOW)
    renegotiate(
        actor=commitment.owner,
        reference=commitment.reference,
        due_at=commitment.due_at + timedelta(days=1),
        what_happened="It is lost.",
        what_next="Another comes.",
        choices="Collect it.",
        by_mail=True,
        now=NOW,
    )
    send(NOW)
    bounce("renegotiated")
    move(commitment)
    send(LATER)
    assert subjects(smtp_server) == subjects(smtp_server, OLD)[:1]


def test_changes_no_word_that_counts(smtp_server: MailServer) -> None:
    commitment = made(notify_customer=False)
    update(commitment)
    send(NOW)
    word = Word.objects.get(sort="update")
    commitment.refresh_from_db()
    stood = commitment.next_word_due_at
    move(commitment)
    send(LATER)
    again = Notification.objects.get(is_again=True)
    record_delivery(
        message_id=again.message_id,
        result=Delivery.BOUNCED,
        suppressed=Suppressed.BOUNCED,
        occurred_at=LATER,
        now=LATER,
    )
    word.refresh_from_db()
    commitment.refresh_from_db()
    assert (word.state, commitment.next_word_due_at) == ("gone", stood)
    assert commitment.escalations.filter(trigger="undeliverable", ended_at=None).exists()


def test_takes_no_word_back_when_it_is_not_sent_after_all(smtp_server: MailServer) -> None:
    commitment = made(channel=Commitment.Channel.IMPORT)
    send(NOW)
    move(commitment)
    keep(actor=commitment.owner, reference=commitment.reference, now=LATER)
    send(LATER)
    assert Notification.objects.get(is_again=True).not_sent_because == "ended"
    assert Word.objects.get(sort="receipt").state == "gone"


def test_stands_on_the_timeline(smtp_server: MailServer) -> None:
    commitment = made()
    send(NOW)
    move(commitment)
    send(LATER)
    assert told(commitment, "address_changed") == [{"customer": commitment.customer_id, "notify_customer": True}]
    assert told(commitment, "mail_sent")[-1]["again"]


def test_goes_again_of_a_holding_mail_while_the_time_that_it_names_lies_ahead(smtp_server: MailServer) -> None:
    commitment = made(notify_customer=False, due_at=NOW + timedelta(days=5))
    commitment.refresh_from_db()
    assert commitment.next_word_due_at is not None
    at = commitment.next_word_due_at - timedelta(minutes=10)
    live(at)
    assert len(smtp_server.to(OLD)) == 1
    move(commitment, at=at + timedelta(hours=1))
    send(at + timedelta(hours=1))
    assert subjects(smtp_server) == subjects(smtp_server, OLD)


def test_is_not_an_update_that_a_conversation_has_overtaken(smtp_server: MailServer) -> None:
    commitment = made()
    send(NOW)
    update(commitment)
    send(NOW)
    give_word(
        actor=commitment.owner,
        reference=commitment.reference,
        now=NOW + timedelta(minutes=30),
        meaning=WordMeaning.NEWS,
        message="It is here.",
        by_mail=False,
    )
    move(commitment)
    send(LATER)
    assert subjects(smtp_server) == subjects(smtp_server, OLD)[:1]


def test_is_not_a_holding_mail_once_a_person_has_given_word(smtp_server: MailServer) -> None:
    commitment = made(notify_customer=False, due_at=NOW + timedelta(days=5))
    commitment.refresh_from_db()
    assert commitment.next_word_due_at is not None
    at = commitment.next_word_due_at - timedelta(minutes=10)
    live(at)
    give_word(
        actor=commitment.owner,
        reference=commitment.reference,
        now=at + timedelta(minutes=1),
        meaning=WordMeaning.NEWS,
        message="It is here.",
        by_mail=False,
    )
    move(commitment, at=at + timedelta(hours=1))
    send(at + timedelta(hours=1))
    assert smtp_server.to(NEW) == []

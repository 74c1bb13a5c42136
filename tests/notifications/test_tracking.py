"""What comes back about a mail, in any order …"""

import itertools
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from commitments.domain.clocks import WordMeaning
from commitments.models import Commitment, Customer, Word
from commitments.services.customers import change_customer
from commitments.services.promising import keep
from commitments.services.word import give_word
from notifications.domain.kinds import Delivery, Suppressed
from notifications.models import DeliveryEvent, Notification, Suppression
from notifications.services import tracking
from notifications.services.tracking import NotYetKnown, record_delivery
from tests import factories
from tests.factories import NOW, customer, promise
from tests.notifications.living import live, one, send, told
from tests.plugin.mail import MailServer

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

LATER = NOW + timedelta(minutes=3)


def an_update_that_went(made_before: timedelta = timedelta(0), **fields: Any) -> Commitment:
    made = promise(notify_customer=False, now=NOW - made_before, **fields)
    give_word(
        actor=made.owner, reference=made.reference, now=NOW, meaning=WordMeaning.NEWS, message="Here.", by_mail=True
    )
    send(NOW)
    return made


def report(result: Delivery, mail: Notification | None = None, **fields: Any) -> Notification | None:
    suppressed = {Delivery.BOUNCED: Suppressed.BOUNCED, Delivery.COMPLAINED: Suppressed.COMPLAINED}.get(result)
    values: dict[str, Any] = {
        "message_id": (mail or one("update")).message_id,
        "result": result,
        "suppressed": suppressed,
        "occurred_at": LATER,
        "now": LATER,
    }
    return record_delivery(**values | fields)


def undeliverable(made: Commitment) -> bool:
    return made.escalations.filter(trigger="undeliverable", ended_at=None).exists()


def stands(made: Commitment) -> tuple[Any, ...]:
    """Give everything that reports may change."""
    made.refresh_from_db()
    mail, word = one("update"), Word.objects.get(sort="update")
    return (
        mail.delivery,
        mail.voided_at is not None,
        word.state,
        Customer.objects.get(pk=made.customer_id).do_not_mail,
        undeliverable(made),
        made.next_word_due_at,
        [facts["reason"] for facts in told(made, "mail_failed")],
        list(Suppression.objects.values_list("reason", flat=True)),
    )


REPORTS = (Delivery.DEFERRED, Delivery.DELIVERED, Delivery.BOUNCED)


@pytest.mark.parametrize("order", list(itertools.permutations(REPORTS)))
def test_ends_the_same(order: tuple[Delivery, ...]) -> None:
    made = an_update_that_went()
    for place, result in enumerate(order):
        report(result, provider_event_id=str(place))
    assert stands(made) == ("bounced", True, "void", "bounced", True, made.next_word_due_at, ["bounced"], ["bounced"])


def test_changes_nothing_when_it_is_all_replayed() -> None:
    made = an_update_that_went()
    for result in REPORTS:
        report(result, provider_event_id=result.value)
    before = stands(made)
    for result in reversed(REPORTS):
        assert report(result, provider_event_id=result.value, now=LATER + timedelta(days=1)) is None
    assert stands(made) == before
    assert DeliveryEvent.objects.count() == len(REPORTS)


def test_is_told_apart_by_its_instant_where_the_provider_gives_no_id() -> None:
    an_update_that_went()
    for minutes in (3, 3, 8):
        report(Delivery.DEFERRED, occurred_at=NOW + timedelta(minutes=minutes), now=NOW + timedelta(minutes=9))
    assert DeliveryEvent.objects.count() == 2


def test_is_shown_and_changes_no_clock_while_it_is_only_tried_again() -> None:
    made = an_update_that_went()
    before = stands(made)
    report(Delivery.DEFERRED)
    assert stands(made) == ("deferred", *before[1:])


def test_takes_the_word_back_and_leaves_the_address_alone_where_the_mailbox_was_full() -> None:
    made = an_update_that_went()
    report(Delivery.SOFT_BOUNCED)
    assert stands(made)[:5] == ("soft_bounced", True, "void", "", True)
    assert not Suppression.objects.exists()


def test_of_a_full_mailbox_is_an_automatic_answer_where_the_mail_was_delivered() -> None:
    made = an_update_that_went()
    report(Delivery.DELIVERED)
    before = stands(made)
    report(Delivery.SOFT_BOUNCED)
    assert stands(made) == before
    assert DeliveryEvent.objects.filter(result="soft_bounced").exists()


def test_takes_the_word_back_where_the_provider_could_not_send_it() -> None:
    made = an_update_that_went()
    report(Delivery.FAILED)
    assert stands(made)[:5] == ("failed", True, "void", "", True)


def test_works_the_clocks_out_again_and_tells_the_owner_to_call() -> None:
    made = an_update_that_went(made_before=timedelta(hours=1))
    made.refresh_from_db()
    promised = made.next_word_due_at
    report(Delivery.BOUNCED)
    made.refresh_from_db()
    assert promised is not None
    assert made.next_word_due_at == promised - timedelta(hours=1)
    live(LATER)
    assert one("undeliverable", recipient=made.owner).state == "sent"


def test_of_a_complaint_after_a_bounce_takes_nothing_back_twice_and_says_why_for_good() -> None:
    made = an_update_that_went()
    report(Delivery.BOUNCED)
    report(Delivery.COMPLAINED)
    assert stands(made)[0] == "complained"
    assert [facts["reason"] for facts in told(made, "mail_failed")] == ["bounced"]
    assert Suppression.objects.get().reason == "complained"


def test_leaves_everybody_alone_who_is_reached_there_however_it_is_written() -> None:
    made = an_update_that_went(customer=customer(email="family@example.org"))
    other = customer(name="João Lopez", email="Family@Example.org")
    somebody = customer(name="Ana Family", email="family@example.com")
    report(Delivery.BOUNCED)
    for each, flag in ((made.customer, "bounced"), (other, "bounced"), (somebody, "")):
        each.refresh_from_db()
        assert each.do_not_mail == flag
    assert Suppression.objects.get().address == "family@example.org"


def test_after_the_end_only_leaves_the_address_alone() -> None:
    made = promise(notify_customer=False)
    keep(actor=made.owner, reference=made.reference, now=NOW)
    send(NOW)
    report(Delivery.BOUNCED, one("kept"))
    assert Suppression.objects.filter(reason="bounced", notification=one("kept")).exists()
    assert not undeliverable(made)


def test_about_an_address_that_was_put_right_meanwhile_leaves_the_new_one_alone() -> None:
    made = an_update_that_went(customer=customer(email="old@example.org"))
    change_customer(actor=made.owner, customer=made.customer, email="new@example.org", now=NOW)
    report(Delivery.BOUNCED)
    made.customer.refresh_from_db()
    assert made.customer.do_not_mail == ""
    assert Suppression.objects.get().address == "old@example.org"
    assert not undeliverable(made)


def test_about_a_colleagues_mail_leaves_no_address_alone() -> None:
    made = promise(notify_customer=False)
    Notification.objects.all().delete()
    factories.told(made, now=NOW)
    from_staff = Notification.objects.create(
        id="0197aaaa-0000-7000-8000-000000000001",
        key="x",
        commitment=made,
        event=made.events.order_by("id").first(),
        kind="reminder",
        to_customer=False,
        recipient=made.owner,
        address=made.owner.email,
        is_automatic=True,
        planned_at=NOW,
        allowed_from=NOW,
        state="sent",
        sent_at=NOW,
        finished_at=NOW,
        message_id="<staff@kept.example>",
    )
    report(Delivery.BOUNCED, from_staff)
    assert not Suppression.objects.exists()


def test_has_to_come_again_while_its_mail_is_being_handed_over() -> None:
    made = an_update_that_went()
    Notification.objects.filter(kind="update").update(state="sending", sent_at=None, finished_at=None, lease_until=NOW)
    with pytest.raises(NotYetKnown):
        report(Delivery.BOUNCED, message_id="not-known-yet", recipient=made.customer.email.upper())


def test_of_one_who_unsubscribes_stops_holding_mails_and_nothing_else(smtp_server: MailServer) -> None:
    made = an_update_that_went(due_at=NOW + timedelta(days=5))
    report(Delivery.UNSUBSCRIBED)
    made.customer.refresh_from_db()
    assert (made.customer.real_news_only, made.customer.do_not_mail) == (True, "")
    assert (one("update").delivery, Word.objects.get(sort="update").state) == ("", "gone")
    made.refresh_from_db()
    assert made.next_word_due_at is not None
    live(made.next_word_due_at)
    assert not Notification.objects.filter(kind="holding", state="sent").exists()
    give_word(
        actor=made.owner, reference=made.reference, now=LATER, meaning=WordMeaning.NEWS, message="Soon.", by_mail=True
    )
    send(LATER)
    assert len(smtp_server.to(made.customer.email)) == 2


def test_of_one_who_unsubscribes_is_noted_once() -> None:
    made = an_update_that_went()
    for _ in range(2):
        report(Delivery.UNSUBSCRIBED)
    assert len(told(made, "real_news_only")) == 1


def test_of_one_who_unsubscribes_holds_nothing_while_their_promises_are_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    an_update_that_went()
    held: list[list[str]] = []
    monkeypatch.setattr(tracking, "only_real_news", lambda **_: held.append(list(connection.savepoint_ids)))
    report(Delivery.UNSUBSCRIBED)
    assert held == [[]]


def test_is_left_alone_where_nobody_knows_the_mail() -> None:
    made = an_update_that_went()
    assert report(Delivery.BOUNCED, message_id="of-somebody-else", recipient=made.customer.email) is None

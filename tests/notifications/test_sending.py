"""Dispatch sends what is due, and …"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from commitments.domain.clocks import WordMeaning
from commitments.models import Commitment, Word
from commitments.services.correcting import Right, correct
from commitments.services.promising import keep, reopen
from commitments.services.word import give_word
from notifications import delivery
from notifications.domain.letter import Letter, Rendered
from notifications.models import Notification
from notifications.services import planning, sending
from tests.factories import NOW, agent, customer, promise, supervisor, team
from tests.notifications.living import live, mails, notice, one, send, told
from tests.plugin.mail import MailServer

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

MARIA = "maria@example.org"
HOLDING_AT = NOW + timedelta(days=1)
"""When the holding mail of a promise made at NOW goes: ten minutes before its word clock, at 10:30."""


def update(made: Commitment, message: str = "It is here.", *, at: datetime = NOW) -> None:
    give_word(
        actor=made.owner,
        reference=made.reference,
        now=at,
        meaning=WordMeaning.NEWS,
        message=message,
        by_mail=True,
    )


def test_hands_it_to_the_mail_server(smtp_server: MailServer) -> None:
    made = promise(customer=customer(email=MARIA))
    assert send(NOW).ended == {"sent": 1}
    (received,) = smtp_server.to(MARIA)
    assert received.message["Subject"] == f"Our promise: send you a replacement router [{made.reference}]"


def test_hands_a_batch_over_on_one_connection_in_the_order_of_each_promise(
    smtp_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[object] = []
    connect = delivery.connect
    monkeypatch.setattr(delivery, "connect", lambda: opened.append(connect()) or opened[-1])
    promises = [promise(notify_customer=False) for _ in range(6)]
    for words in ("The first word.", "The second word.", "The third word."):
        for made in promises:
            update(made, words)
    send(NOW)
    assert len(opened) == 1
    for made in promises:
        texts = [
            received.message.get_body(("plain",)).get_content() for received in smtp_server.to(made.customer.email)
        ]
        assert [text.partition("The ")[2].partition(" word.")[0] for text in texts] == ["first", "second", "third"]


def test_keeps_it_as_it_went(smtp_server: MailServer) -> None:
    promise(customer=customer(email=MARIA))
    send(NOW)
    mail = one("promised")
    body = smtp_server.to(MARIA)[0].message
    assert mail.text == body.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert mail.html.strip() == body.get_body(("html",)).get_content().replace("\r\n", "\n").strip()
    assert (mail.subject, mail.sent_at, mail.finished_at, mail.lease_until) == (body["Subject"], NOW, NOW, None)


def test_sends_nothing_twice(smtp_server: MailServer) -> None:
    promise(customer=customer(email=MARIA))
    send(NOW)
    send(NOW)
    send(NOW + timedelta(hours=1))
    assert len(smtp_server.to(MARIA)) == 1


def test_says_so_on_the_timeline() -> None:
    made = promise()
    send(NOW)
    (facts,) = told(made, "mail_sent")
    mail = one("promised")
    assert facts == {"mail": "promised", "event": str(mail.event_id), "notification": str(mail.id), "to": "customer"}


def test_confirms_the_word_that_a_mail_carries() -> None:
    made = promise()
    update(made)
    send(NOW)
    assert Word.objects.get(sort="update").state == "gone"
    made.refresh_from_db()
    assert made.unconfirmed_meets is None


def test_lets_the_holding_mail_go_when_no_word_has_been_given(smtp_server: MailServer) -> None:
    promise(customer=customer(email=MARIA))
    live(NOW)
    live(HOLDING_AT)
    holding = smtp_server.to(MARIA)[-1].message
    assert str(holding["Subject"]).startswith("Where we are: ")
    assert "again by Friday 20 November, 10:30 (Lisbon time)" in one("holding").text
    assert Word.objects.get(sort="holding").state == "gone"


def test_repeats_the_last_news_in_the_holding_mail() -> None:
    made = promise()
    update(made, "The courier has the parcel.")
    live(NOW)
    made.refresh_from_db()
    live(made.next_word_due_at - timedelta(minutes=10))
    text = one("holding").text
    assert (
        "The last confirmed news is from Wednesday 18 November, 10:20 (Lisbon time):\n\n“The courier has the parcel.”"
        in text
    )


def test_says_that_the_promise_was_missed() -> None:
    made = promise()
    due = made.due_at
    for at in (NOW, HOLDING_AT, due, due + timedelta(minutes=10)):
        live(at)
    text = one("missed").text
    assert "We have no record that we did. We are sorry." in text
    assert f"by {due:%A %-d %B}, 17:15 (Lisbon time)" in text


def test_writes_the_words_that_hold_when_it_goes() -> None:
    made = promise(notify_customer=False)
    notice(HOLDING_AT)
    boss = supervisor(team=made.team)
    right = Right(promise="send you a new modem")
    correct(actor=boss, reference=made.reference, right=right, reason="Misheard.", now=HOLDING_AT)
    send(HOLDING_AT)
    mail = one("holding")
    assert mail.state == "sent"
    assert "send you a new modem" in mail.text
    assert "router" not in mail.text


def test_drops_a_waiting_holding_mail_when_a_person_has_given_word() -> None:
    made = promise()
    live(NOW)
    notice(HOLDING_AT)
    update(made, at=HOLDING_AT)
    send(HOLDING_AT)
    assert mails(made) == [
        ("promised", "sent"),
        ("still_on_it", "superseded"),
        ("holding", "superseded"),
        ("update", "sent"),
    ]
    assert one("holding").not_sent_because == "overtaken"
    assert Word.objects.get(sort="holding").state == "cancelled"


def test_drops_what_the_end_has_overtaken() -> None:
    made = promise(notify_customer=False)
    notice(HOLDING_AT)
    keep(actor=made.owner, reference=made.reference, now=HOLDING_AT, customer_confirmed=True)
    send(HOLDING_AT)
    assert mails(made)[:3] == [("still_on_it", "superseded"), ("holding", "superseded"), ("kept", "sent")]
    assert {facts["reason"] for facts in told(made, "mail_not_sent")} == {"ended"}


def test_says_nothing_of_an_end_that_was_taken_back_before_the_mail_went() -> None:
    made = promise(notify_customer=False)
    keep(actor=made.owner, reference=made.reference, now=NOW)
    later = NOW + timedelta(minutes=1)
    reopen(actor=made.owner, reference=made.reference, now=later, due_at=NOW + timedelta(days=3))
    send(later)
    assert one("kept").not_sent_because == "no_longer_so"


def test_writes_to_the_address_that_holds_now(smtp_server: MailServer) -> None:
    person = customer(email="old@example.org")
    promise(customer=person)
    planning.plan(now=NOW)
    person.email = MARIA
    person.save()
    send(NOW)
    assert [received.recipients for received in smtp_server.messages] == [[MARIA]]
    assert one("promised").address == MARIA


def test_mails_nobody_without_an_address() -> None:
    person = customer()
    made = promise(customer=person)
    update(made)
    person.email = ""
    person.save()
    send(NOW)
    assert one("update").not_sent_because == "no_address"
    assert Word.objects.get(sort="update").state == "void"


def test_takes_no_conversation_back_when_its_receipt_does_not_go() -> None:
    person = customer()
    promise(customer=person)
    person.do_not_mail = "asked"
    person.save()
    send(NOW)
    assert one("promised").not_sent_because == "do_not_mail"
    assert Word.objects.get(sort="conversation").state == "gone"


def test_mails_listed_domains_only(settings: Settings, smtp_server: MailServer) -> None:
    settings.MAIL_ONLY_TO = ["test.example"]
    made = promise(customer=customer(email=MARIA), channel=Commitment.Channel.IMPORT)
    promise(customer=customer(email="joe@test.example"))
    send(NOW)
    assert [received.recipients for received in smtp_server.messages] == [["joe@test.example"]]
    assert [facts["reason"] for facts in told(made, "mail_not_sent")] == ["only_listed"]
    assert Word.objects.get(commitment=made).state == "void"


def test_only_shows_what_would_go_in_shadow_mode(smtp_server: MailServer) -> None:
    made = promise(team=team(is_shadow=True), customer=customer(email=MARIA))
    update(made)
    send(NOW)
    assert smtp_server.messages == []
    mail = one("update")
    assert (mail.state, mail.sent_at) == ("shadowed", NOW)
    assert "It is here." in mail.text
    assert Word.objects.get(sort="update").state == "gone"
    assert [facts["mail"] for facts in told(made, "mail_shadowed")] == ["promised", "update"]


def test_still_tells_colleagues_in_shadow_mode(smtp_server: MailServer) -> None:
    made = promise(team=team(is_shadow=True))
    live(made.due_at)
    assert {received.recipients[0] for received in smtp_server.messages} == {made.owner.email}


def test_holds_automatic_customer_mail_while_the_team_has_stopped_it() -> None:
    made = promise()
    live(NOW)
    made.team.automatic_mail_stopped = True
    made.team.save()
    live(HOLDING_AT)
    assert (one("holding").state, one("holding").hold) == ("held", "stop_switch")
    update(made, at=HOLDING_AT)
    send(HOLDING_AT)
    assert one("update").state == "sent"


def test_sends_what_was_stopped_when_the_switch_is_off_again(settings: Settings) -> None:
    promise()
    live(NOW)
    settings.MAIL_STOP = True
    live(HOLDING_AT)
    assert one("holding").state == "held"
    settings.MAIL_STOP = False
    send(HOLDING_AT + timedelta(minutes=5))
    assert one("holding").state == "sent"


def test_stops_at_the_days_limit_of_automatic_mails_to_an_address() -> None:
    its_team = team()
    owner = agent(team=its_team)
    made = [promise(owner=owner, customer=customer(email=MARIA), notify_customer=False) for _ in range(7)]
    live(HOLDING_AT)
    states = list(
        Notification.objects.filter(kind="holding").order_by("event").values_list("state", "not_sent_because")
    )
    assert states == [("sent", "")] * 5 + [("superseded", "daily_limit")] * 2
    assert Word.objects.filter(sort="holding", state="void").count() == 2
    update(made[-1], at=HOLDING_AT)
    send(HOLDING_AT)
    assert one("update").state == "sent"


def test_counts_the_days_limit_over_batches_too() -> None:
    its_team = team()
    owner = agent(team=its_team)
    for _ in range(7):
        promise(owner=owner, customer=customer(email=MARIA), notify_customer=False)
    notice(HOLDING_AT)
    send(HOLDING_AT, batch=2)
    assert Notification.objects.filter(kind="holding", state="sent").count() == 5


def test_keeps_the_order_within_a_promise(smtp_server: MailServer) -> None:
    made = promise(customer=customer(email=MARIA))
    for number in range(5):
        update(made, f"Message {number}")
    keep(actor=made.owner, reference=made.reference, now=NOW)
    send(NOW, batch=2)
    went = list(Notification.objects.filter(state="sent").order_by("event").values_list("subject", flat=True))
    assert [received.message["Subject"] for received in smtp_server.to(MARIA)] == went
    assert len(went) == 6


def test_lets_a_person_pass_what_waits_for_the_morning() -> None:
    far_away = customer(time_zone="Pacific/Auckland")
    made = promise(customer=far_away, due_at=NOW + timedelta(days=5), notify_customer=False)
    notice(made.next_word_due_at)
    night = made.next_word_due_at.replace(hour=12)
    made.refresh_from_db()
    update(made, at=night)
    send(night)
    assert one("update").state == "sent"


def test_takes_as_many_statements_for_many_mails_as_for_one() -> None:
    owner = agent(team=team())

    def statements(count: int) -> int:
        for _ in range(count):
            promise(owner=owner)
        with CaptureQueriesContext(connection) as caught:
            assert send(NOW).ended == {"sent": count}
        return len(caught)

    rows = 30 if connection.vendor == "sqlite" else 0
    assert abs(statements(30) - statements(1)) <= rows


def test_gives_back_what_it_has_no_time_for(monkeypatch: pytest.MonkeyPatch) -> None:
    promise()
    promise()
    monkeypatch.setattr(sending, "BATCH_AT_MOST", 0.0)
    counts = send(NOW, at_most_seconds=0.05)
    assert counts.more_is_due
    assert set(Notification.objects.values_list("state", "lease_until")) == {("planned", None)}


def test_goes_on_when_one_mail_cannot_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = promise(promise="break")
    promise()
    render = sending.rendering.render

    def fragile(letter: Letter) -> Rendered:
        if letter.promise == "break":
            raise KeyError("missing")
        return render(letter)

    monkeypatch.setattr(sending.rendering, "render", fragile)
    assert send(NOW).ended == {"sent": 1, "planned": 1}
    mail = one("promised", commitment=broken)
    assert (mail.failures, mail.allowed_from) == (1, NOW + timedelta(minutes=1))
    assert "missing" in mail.last_error


def test_records_what_has_gone_when_the_database_would_not_take_it_at_first(
    monkeypatch: pytest.MonkeyPatch, smtp_server: MailServer
) -> None:
    record, failures = sending.record, [OperationalError("deadlock detected")]

    def hesitant(*args: Any, **kwargs: Any) -> Any:
        if failures:
            raise failures.pop()
        return record(*args, **kwargs)

    monkeypatch.setattr(sending, "record", hesitant)
    monkeypatch.setattr(sending, "RECORD_AGAIN_AFTER", (0.0,))
    promise()
    assert send(NOW).ended == {"sent": 1}
    assert len(smtp_server.messages) == 1

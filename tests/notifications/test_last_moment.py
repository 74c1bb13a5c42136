"""What happens between a mail's planning and its going, or after it has gone: the truth of the moment counts."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import clear_url_caches

from commitments.domain.answers import Answer
from commitments.domain.clocks import WordMeaning
from commitments.domain.tokens import Purpose
from commitments.models import BusinessCalendar, Commitment, Customer, Word
from commitments.services.customer_answers import give_answer, take_back
from commitments.services.customers import change_customer
from commitments.services.links import issue, open_link
from commitments.services.promising import keep
from commitments.services.sweeping import sweep
from commitments.services.word import give_word
from notifications import rendering
from notifications.domain.kinds import Delivery, Suppressed
from notifications.models import Notification
from notifications.services.catching_up import release_held
from notifications.services.tracking import record_delivery
from tests.factories import NOW, agent, customer, promise, supervisor, team

# Imported before a test changes a setting, for its own addresses are settled with it.
from tests.notifications import urls_of_a_provider
from tests.notifications.living import live, mails, notice, one, send
from tests.plugin.mail import MailServer

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

MINUTE = timedelta(minutes=1)
TWO_HOURS = timedelta(hours=2)


def call(made: Commitment, *, at: Any) -> None:
    give_word(
        actor=made.owner,
        reference=made.reference,
        now=at,
        meaning=WordMeaning.NEWS,
        by_mail=False,
        message="I called: it takes an hour more.",
    )


def test_a_person_who_speaks_before_a_late_sweep_takes_the_missed_mails_place() -> None:
    made = promise(due_at=NOW + TWO_HOURS)
    send(NOW)
    late = NOW + TWO_HOURS + 20 * MINUTE
    call(made, at=late)
    send(late)
    live(late + MINUTE)
    assert Word.objects.get(sort="missed").state == "cancelled"
    assert ("missed", "sent") not in mails(made)


def test_a_person_who_speaks_before_a_late_sweep_takes_the_holding_mails_place() -> None:
    made = promise()
    send(NOW)
    assert made.next_word_due_at is not None
    late = made.next_word_due_at - 5 * MINUTE
    call(made, at=late)
    send(late)
    live(late + MINUTE)
    assert Word.objects.get(sort="holding").state == "cancelled"
    assert ("holding", "sent") not in mails(made)


def test_a_promise_kept_before_a_late_sweep_is_told_of_no_more() -> None:
    made = promise(due_at=NOW + TWO_HOURS)
    send(NOW)
    late = NOW + TWO_HOURS + 20 * MINUTE
    keep(actor=made.owner, reference=made.reference, now=late)
    live(late + MINUTE)
    assert ("missed", "sent") not in mails(made)
    assert ("kept", "sent") in mails(made)


def test_a_holding_mail_whose_named_time_has_come_is_void_and_stays_so() -> None:
    made = promise()
    send(NOW)
    assert made.next_word_due_at is not None
    notice(made.next_word_due_at - 10 * MINUTE)
    word = Word.objects.get(sort="holding")
    send(word.named_at + MINUTE)
    word.refresh_from_db()
    assert word.state == "void"
    assert ("holding", "superseded") in mails(made)
    made.refresh_from_db()
    assert made.silent_since == word.meets


def test_a_customer_who_asks_for_real_news_only_gets_no_holding_mail_that_waits() -> None:
    made = promise(customer=customer(time_zone="Pacific/Auckland"))
    send(NOW)
    assert made.next_word_due_at is not None
    notice(made.next_word_due_at - 10 * MINUTE)
    Customer.objects.update(real_news_only=True)
    send(one("holding").allowed_from)
    assert ("holding", "sent") not in mails(made)


def test_a_holding_mail_that_is_cancelled_gives_back_the_deadline_that_it_was_to_meet() -> None:
    made = promise(customer=customer(time_zone="Pacific/Auckland"))
    send(NOW)
    deadline = made.next_word_due_at
    assert deadline is not None
    notice(deadline - 10 * MINUTE)
    made.refresh_from_db()
    assert made.next_word_due_at != deadline
    Customer.objects.update(real_news_only=True)
    send(one("holding").allowed_from)
    assert Word.objects.get(sort="holding").state == "void"
    made.refresh_from_db()
    assert (made.next_word_due_at, made.holding_mails_used) == (deadline, 1)
    live(deadline)
    made.refresh_from_db()
    assert made.silent_since == deadline


def test_listed_domains_alone_are_mailed_even_where_a_team_is_in_shadow_mode(
    settings: Any, smtp_server: MailServer
) -> None:
    settings.MAIL_ONLY_TO = ["listed.example"]
    shadowed = team(is_shadow=True)
    owner = agent(team=shadowed, email="ana@real.example")
    promise(owner=owner, team=shadowed, due_at=NOW + TWO_HOURS)
    live(NOW + TWO_HOURS + MINUTE)
    assert smtp_server.to("ana@real.example") == []


def test_a_late_bounce_of_an_old_address_leaves_the_new_one_alone() -> None:
    reader = customer(email="old@example.org")
    made = promise(customer=reader)
    send(NOW)
    change_customer(actor=made.owner, customer=reader, now=NOW + MINUTE, email="new@example.org")
    late = NOW + 2 * MINUTE
    record_delivery(
        message_id=one("promised").message_id,
        result=Delivery.BOUNCED,
        suppressed=Suppressed.BOUNCED,
        occurred_at=late,
        now=late,
    )
    reader.refresh_from_db()
    assert reader.can_be_mailed
    assert not made.escalations.filter(trigger="undeliverable").exists()


def test_a_complaint_is_remembered_as_one() -> None:
    made = promise()
    send(NOW)
    late = NOW + 2 * MINUTE
    record_delivery(
        message_id=one("promised").message_id,
        result=Delivery.COMPLAINED,
        suppressed=Suppressed.COMPLAINED,
        occurred_at=late,
        now=late,
    )
    assert Customer.objects.get(pk=made.customer_id).do_not_mail == "complained"


def test_a_mail_that_we_cannot_write_is_not_the_customers_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Any) -> Any:
        raise RuntimeError("the template is broken")

    monkeypatch.setattr(rendering, "render", broken)
    made = promise(due_at=NOW + timedelta(days=5))
    for half_hours in range(60):
        send(NOW + half_hours * 30 * MINUTE)
    assert one("promised").state == "failed"
    assert Customer.objects.get(pk=made.customer_id).can_be_mailed


def test_held_mails_are_let_go_even_by_a_clock_a_moment_behind() -> None:
    its_team = team()
    made = promise(team=its_team)
    send(NOW)
    assert made.next_word_due_at is not None
    at = made.next_word_due_at - 10 * MINUTE
    notice(at)
    Notification.objects.filter(kind="holding").update(state="held", hold="catch_up", is_catching_up=True)
    assert release_held(actor=supervisor(team=its_team), now=at - timedelta(milliseconds=5)) == 1
    assert one("holding").allowed_from == at


def test_one_promise_that_cannot_be_worked_out_does_not_stop_time_for_the_others() -> None:
    broken = promise(due_at=NOW + TWO_HOURS)
    sound = promise(due_at=NOW + TWO_HOURS)
    BusinessCalendar.objects.filter(pk=broken.team.calendar_id).update(zone="Europe/Nowhere")
    counts = sweep(now=NOW + TWO_HOURS)
    sound.refresh_from_db()
    broken.refresh_from_db()
    assert sound.overdue_since == NOW + TWO_HOURS
    assert counts.failed == [broken.pk]
    assert broken.next_check_at is not None
    assert broken.next_check_at <= NOW + TWO_HOURS


@pytest.fixture
def webhooks(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Give the addresses that an installation with a provider and a secret answers."""
    settings.ANYMAIL = {"WEBHOOK_SECRET": "name:password", "POSTMARK_SERVER_TOKEN": "token"}
    settings.ROOT_URLCONF = urls_of_a_provider.__name__
    clear_url_caches()
    yield
    clear_url_caches()


@pytest.mark.usefixtures("webhooks")
def test_a_providers_report_of_a_bounce_comes_in_by_http(client: Client) -> None:
    made = promise()
    send(NOW)
    Notification.objects.filter(kind="promised").update(provider_id="883953f4-6105-42a2-a16a-77a8eac79483")
    report = {
        "RecordType": "Bounce",
        "ID": 4323372036854775807,
        "Type": "HardBounce",
        "TypeCode": 1,
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Description": "The server was unable to deliver your message",
        "Email": made.customer.email,
        "BouncedAt": "2026-11-18T10:22:00Z",
    }
    signed = "Basic " + base64.b64encode(b"name:password").decode()
    answer = client.post(
        "/anymail/postmark/tracking/",
        json.dumps(report),
        content_type="application/json",
        headers={"authorization": signed},
    )
    assert answer.status_code == 200
    assert Customer.objects.get(pk=made.customer_id).do_not_mail == "bounced"
    assert made.escalations.filter(trigger="undeliverable", ended_at=None).exists()


@pytest.mark.usefixtures("webhooks")
def test_a_report_without_the_secret_changes_nothing(client: Client) -> None:
    made = promise()
    send(NOW)
    answer = client.post("/anymail/postmark/tracking/", "{}", content_type="application/json")
    assert answer.status_code == 400
    assert Customer.objects.get(pk=made.customer_id).can_be_mailed


def test_there_is_no_such_address_without_a_secret(client: Client) -> None:
    assert client.post("/anymail/postmark/tracking/", "{}", content_type="application/json").status_code == 404


@pytest.mark.parametrize(("taken_back", "state"), [(False, "superseded"), (True, "sent")])
def test_nobody_is_asked_whether_it_is_solved_who_has_said_so(taken_back: bool, state: str) -> None:
    made = promise()
    keep(actor=made.owner, reference=made.reference, now=NOW)
    send(NOW)
    pair = made.pk, made.customer_id
    token = issue(pairs={pair}, now=NOW)[pair].token(Purpose.PAGE)
    link = open_link(token=token, purpose=Purpose.PAGE, now=NOW)
    later = NOW + timedelta(minutes=5)
    give_answer(link=link, answer=Answer.SOLVED, words="", now=later)
    if taken_back:
        take_back(link=link, event=made.events.get(kind="confirmed").pk, now=later)
    send(NOW + timedelta(hours=2))
    assert one("aftercare").state == state

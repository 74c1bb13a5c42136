"""A watcher …"""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commitments.domain.clocks import WordMeaning
from commitments.models import Commitment, Customer, Escalation, Watcher, Word
from commitments.services.promising import keep
from commitments.services.word import give_word
from notifications.domain.kinds import Delivery, Suppressed
from notifications.models import Notification
from notifications.services.planning import plan
from notifications.services.tracking import record_delivery
from tests import factories
from tests.factories import NOW, agent, customer, promise, team
from tests.notifications.living import live, one, send, told
from tests.plugin.mail import MailServer

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

MARIA, CARLA = "maria@example.org", "carla@example.org"


def watch(made: Commitment, **fields: Any) -> Customer:
    who = customer(**({"name": "Carla Dias", "email": CARLA} | fields))
    Watcher.objects.create(commitment=made, customer=who, added_at=NOW, added_by=made.owner)
    return who


def watched(**fields: Any) -> Commitment:
    made = promise(customer=customer(email=MARIA), notify_customer=False, **fields)
    watch(made)
    return made


def say(made: Commitment, message: str = "It is on its way.") -> None:
    give_word(
        actor=made.owner, reference=made.reference, now=NOW, meaning=WordMeaning.NEWS, message=message, by_mail=True
    )


def test_gets_a_mail_of_their_own(smtp_server: MailServer) -> None:
    say(watched())
    send(NOW)
    (mine,), (theirs,) = smtp_server.to(MARIA), smtp_server.to(CARLA)
    assert (mine.recipients, theirs.recipients) == ([MARIA], [CARLA])
    assert "Hello Carla Dias," in theirs.message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert mine.message["References"] != theirs.message["References"]
    assert mine.message["Message-ID"] != theirs.message["Message-ID"]


def test_reads_that_it_is_a_copy_and_whose() -> None:
    say(watched())
    send(NOW)
    copy, mail = one("update", is_copy=True), one("update", is_copy=False)
    for form in (copy.text, copy.html):
        assert "This is a copy of our mail to" in form
        assert "Maria Lopez" in form
    assert "copy" not in mail.text


def test_gets_mail_in_their_own_zone() -> None:
    made = promise(notify_customer=False)
    watch(made, time_zone="Asia/Tokyo")
    say(made)
    send(NOW)
    assert "Saturday 21 November, 00:00 (Tokyo time)" in one("update", is_copy=True).text
    assert "Friday 20 November, 15:00 (Lisbon time)" in one("update", is_copy=False).text


def test_gets_every_kind_of_customer_mail() -> None:
    made = watched(due_at=NOW + timedelta(days=4))
    live(made.next_word_due_at - timedelta(minutes=10))
    live(made.due_at)
    live(made.due_at + timedelta(minutes=10))
    keep(actor=made.owner, reference=made.reference, now=made.due_at + timedelta(minutes=20))
    send(made.due_at + timedelta(minutes=20))
    for kind in ("holding", "missed", "kept"):
        assert one(kind, is_copy=True).state == one(kind, is_copy=False).state == "sent"


def test_says_nothing_for_the_word_when_their_mail_is_refused(smtp_server: MailServer) -> None:
    made = watched()
    say(made)
    smtp_server.refusals[CARLA] = "550 5.1.1 No such user"
    send(NOW)
    assert Word.objects.get(sort="update").state == "gone"
    assert Customer.objects.get(email=CARLA).do_not_mail == "bounced"
    assert Customer.objects.get(email=MARIA).do_not_mail == ""
    assert not Escalation.objects.exists()
    assert told(made, "mail_failed")[-1]["to"] == "other"


def test_alone_is_flagged_when_their_mail_comes_back() -> None:
    made = watched()
    say(made)
    send(NOW)
    later = NOW + timedelta(hours=1)
    mail = one("update", is_copy=True)
    record_delivery(
        message_id=mail.message_id, result=Delivery.BOUNCED, suppressed=Suppressed.BOUNCED, occurred_at=later, now=later
    )
    assert Word.objects.get(sort="update").state == "gone"
    assert Customer.objects.get(email=CARLA).do_not_mail == "bounced"
    assert Customer.objects.get(email=MARIA).do_not_mail == ""
    assert not Escalation.objects.exists()


def test_does_not_keep_a_word_alive_that_never_reached_the_customer(smtp_server: MailServer) -> None:
    say(watched())
    smtp_server.refusals[MARIA] = "550 5.1.1 No such user"
    send(NOW)
    assert len(smtp_server.to(CARLA)) == 1
    assert Word.objects.get(sort="update").state == "void"
    assert Escalation.objects.get().trigger == "undeliverable"


def test_gets_no_holding_mail_once_a_person_has_spoken() -> None:
    made = watched(due_at=NOW + timedelta(days=5))
    at = made.next_word_due_at - timedelta(minutes=10)
    Customer.objects.filter(email=CARLA).update(time_zone="Pacific/Auckland")  # asleep for hours yet
    live(at)
    assert one("holding", is_copy=False).state == "sent"
    assert one("holding", is_copy=True).hold == "waking_hours"
    factories.told(made, now=at + timedelta(minutes=5))
    live(at.replace(hour=19))
    assert one("holding", is_copy=True).not_sent_because == "overtaken"


def test_gets_their_holding_mail_in_their_own_morning() -> None:
    made = watched(due_at=NOW + timedelta(days=5))
    Customer.objects.filter(email=CARLA).update(time_zone="Pacific/Auckland")
    at = made.next_word_due_at - timedelta(minutes=10)
    live(at)
    live(at.replace(hour=19))
    assert one("holding", is_copy=True).state == "sent"


def test_may_ask_for_real_news_only_without_the_customer_losing_theirs() -> None:
    made = watched(due_at=NOW + timedelta(days=5))
    Customer.objects.filter(email=CARLA).update(real_news_only=True)
    live(made.next_word_due_at - timedelta(minutes=10))
    assert one("holding", is_copy=True).not_sent_because == "no_longer_so"
    assert one("holding", is_copy=False).state == "sent"


def test_gets_nothing_more_when_they_watch_no_longer() -> None:
    made = watched()
    say(made)
    plan(now=NOW)
    Watcher.objects.all().delete()
    send(NOW)
    assert one("update", is_copy=True).not_sent_because == "no_longer_so"
    assert one("update", is_copy=False).state == "sent"


def test_is_mailed_where_the_customer_was_merged_into() -> None:
    made = watched()
    say(made)
    plan(now=NOW)
    new = customer(name="Carla M. Dias", email="carla.m@example.org")
    Customer.objects.filter(email=CARLA).update(merged_into=new)
    Watcher.objects.update(customer=new)
    send(NOW)
    assert one("update", is_copy=True).address == "carla.m@example.org"


def test_costs_one_statement_in_planning_however_many_there_are() -> None:
    its_team = team()
    owner = agent(team=its_team)

    def statements(watchers: int) -> int:
        made = promise(owner=owner, notify_customer=False)
        for number in range(watchers):
            watch(made, email=f"watcher{watchers}-{number}@example.org")
        say(made)
        with CaptureQueriesContext(connection) as queries:
            plan(now=NOW)
        return len(queries)

    assert statements(6) == statements(1)
    assert Notification.objects.filter(is_copy=True).count() == 7

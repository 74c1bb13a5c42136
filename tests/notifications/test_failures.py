"""A mail that the server does not take …"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from commitments.domain.clocks import WordMeaning
from commitments.models import Commitment, Word
from commitments.services.word import give_word
from notifications import delivery
from notifications.domain.backoff import AFTER_FAILURES
from notifications.domain.letter import Fault
from notifications.models import MailOutage, Notification
from tests.factories import NOW, agent, customer, promise, team
from tests.notifications.living import live, one, send, told
from tests.plugin.mail import MailServer

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

MARIA = "maria@example.org"


def an_update(**fields: Any) -> Commitment:
    """Have a person's mail to Maria waiting."""
    made = promise(customer=customer(email=MARIA), notify_customer=False, **fields)
    give_word(
        actor=made.owner,
        reference=made.reference,
        now=NOW,
        meaning=WordMeaning.NEWS,
        message="It is here.",
        by_mail=True,
    )
    return made


def test_is_refused_for_the_addresss_sake_and_somebody_is_asked_to_phone(smtp_server: MailServer) -> None:
    made = an_update()
    smtp_server.refusals[MARIA] = "550 5.1.1 No such user"
    send(NOW)
    mail = one("update")
    assert (mail.state, mail.last_error) == ("failed", "550 5.1.1 No such user")
    assert Word.objects.get(sort="update").state == "void"
    made.customer.refresh_from_db()
    assert made.customer.do_not_mail == "bounced"
    assert made.escalations.filter(trigger="undeliverable", ended_at=None).exists()
    assert [facts["reason"] for facts in told(made, "mail_failed")] == ["550 5.1.1 No such user"]


def test_takes_no_other_mail_with_it(smtp_server: MailServer) -> None:
    an_update()
    smtp_server.refusals[MARIA] = "550 5.1.1 No such user"
    promise(customer=customer(email="joe@example.org"))
    send(NOW)
    assert [received.recipients for received in smtp_server.messages] == [["joe@example.org"]]
    assert not MailOutage.objects.exists()


def test_is_tried_again_later_when_it_is_only_for_now(smtp_server: MailServer) -> None:
    an_update()
    smtp_server.refusals[MARIA] = "451 4.7.1 Greylisted, come back"
    send(NOW)
    mail = one("update")
    assert (mail.state, mail.failures, mail.allowed_from) == ("planned", 1, NOW + timedelta(minutes=1))
    assert Word.objects.get(sort="update").state == "planned"
    smtp_server.refusals.clear()
    send(NOW + timedelta(seconds=59))
    assert not smtp_server.messages
    send(NOW + timedelta(minutes=1))
    assert one("update").state == "sent"


def test_holds_up_what_comes_after_it_in_its_thread(smtp_server: MailServer) -> None:
    made = promise(customer=customer(email=MARIA))
    smtp_server.refusals[MARIA] = "451 4.7.1 Greylisted, come back"
    send(NOW)
    smtp_server.refusals.clear()
    give_word(
        actor=made.owner,
        reference=made.reference,
        now=NOW,
        meaning=WordMeaning.NEWS,
        message="It is here.",
        by_mail=True,
    )
    send(NOW)
    assert not smtp_server.messages
    send(NOW + timedelta(minutes=1))
    assert [mail.message["Subject"].split(":")[0] for mail in smtp_server.messages] == ["Our promise", "News"]


def test_is_given_up_after_a_day_of_trying(smtp_server: MailServer) -> None:
    made = an_update()
    smtp_server.refusals[MARIA] = "451 4.7.1 Greylisted, come back"
    send(NOW)
    Notification.objects.filter(kind="update").update(failures=len(AFTER_FAILURES))
    send(NOW + timedelta(minutes=1))
    assert one("update").state == "failed"
    made.customer.refresh_from_db()
    assert made.customer.do_not_mail == "bounced"


def test_goes_after_all_when_the_server_had_only_hung_up_in_between(monkeypatch: pytest.MonkeyPatch) -> None:
    an_update()
    with broken_now_and_then(monkeypatch, [lost(perhaps_delivered=False), None]) as tries:
        send(NOW)
    assert tries == [1, 1]
    assert (one("update").state, one("update").possible_duplicate) == ("sent", False)


def test_is_marked_when_it_may_have_gone_already(monkeypatch: pytest.MonkeyPatch) -> None:
    an_update()
    with broken_now_and_then(monkeypatch, [lost(perhaps_delivered=True), None]):
        send(NOW)
        assert (one("update").state, one("update").possible_duplicate) == ("planned", True)
        send(NOW + timedelta(minutes=1))
    assert (one("update").state, one("update").possible_duplicate) == ("sent", True)


def test_is_not_sent_a_third_time_when_nobody_can_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    made = an_update()
    with broken_now_and_then(monkeypatch, [lost(perhaps_delivered=True), lost(perhaps_delivered=True)]):
        send(NOW)
        send(NOW + timedelta(minutes=1))
    assert one("update").state == "unknown"
    assert len(told(made, "mail_failed")) == 1


def test_says_what_is_wrong_with_a_colleagues_address_too(smtp_server: MailServer) -> None:
    owner = agent(team=team())
    made = promise(owner=owner, notify_customer=False)
    smtp_server.refusals[owner.email] = "550 5.1.1 No such user"
    live(made.due_at)
    assert one("overdue", recipient=owner).state == "failed"
    made.customer.refresh_from_db()
    assert made.customer.do_not_mail == ""


def lost(*, perhaps_delivered: bool) -> delivery.TransportError:
    return delivery.TransportError("Connection closed", fault=Fault.LOST, perhaps_delivered=perhaps_delivered)


class broken_now_and_then:  # noqa: N801 - reads as a phrase
    """Let sends end as listed: an error, or None for a mail that goes."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, ends: list[delivery.TransportError | None]) -> None:
        self.monkeypatch, self.ends, self.tries = monkeypatch, list(ends), []
        self.send: Callable[..., str] = delivery.send

    def __enter__(self) -> list[int]:
        self.monkeypatch.setattr(delivery, "send", self)
        return self.tries

    def __exit__(self, *_: object) -> None:
        self.monkeypatch.setattr(delivery, "send", self.send)

    def __call__(self, *args: Any, **kwargs: Any) -> str:
        self.tries.append(1)
        end = self.ends.pop(0)
        if end is not None:
            raise end
        return self.send(*args, **kwargs)

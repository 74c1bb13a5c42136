"""A mail of which nobody can tell whether it went, where the team wants to be asked …"""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from commitments import clock
from commitments.domain.clocks import WordMeaning
from commitments.models import Commitment, Word
from commitments.services.promising import keep
from commitments.services.refusals import Refused
from commitments.services.word import give_word
from notifications import delivery
from notifications.domain.kinds import Delivery
from notifications.domain.letter import Fault
from notifications.models import Notification
from notifications.services import lost_mail
from notifications.services.claiming import LEASE, claim
from notifications.services.planning import plan
from notifications.services.tracking import record_delivery
from tests import factories
from tests.factories import NOW, agent, promise
from tests.notifications.living import live, one, send, told
from tests.plugin.mail import MailServer

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

LATER = NOW + LEASE
THEN = LATER + timedelta(minutes=5)


def a_word(**fields: Any) -> Commitment:
    """Have a person's word by mail planned, in a team that wants to be asked."""
    team = factories.team(**({"asks_about_lost_mail": True} | fields))
    made = promise(team=team, owner=agent(team=team), notify_customer=False)
    give_word(
        actor=made.owner, reference=made.reference, now=NOW, meaning=WordMeaning.NEWS, message="Here.", by_mail=True
    )
    return made


def lost_by_a_worker(**fields: Any) -> Commitment:
    """Have a worker die after it took the mail."""
    made = a_word(**fields)
    plan(now=NOW)
    assert claim(now=NOW, limit=9)
    return made


def state_of(mail: Notification) -> tuple[str, str]:
    return mail.state, mail.hold


def test_is_held_and_not_sent_again_when_a_worker_is_lost(smtp_server: MailServer) -> None:
    lost_by_a_worker()
    send(LATER)
    assert state_of(one("update")) == ("held", "lost")
    send(LATER)
    assert [kind for (kind,) in Notification.objects.filter(state="sent").values_list("kind")] == ["lost_mail"]
    assert len(smtp_server.messages) == 1


def test_is_held_when_the_connection_breaks_while_it_is_handed_over(
    monkeypatch: pytest.MonkeyPatch, smtp_server: MailServer
) -> None:
    a_word()

    def break_off(*_: Any, **__: Any) -> str:
        raise delivery.TransportError("Connection closed", fault=Fault.LOST, perhaps_delivered=True)

    monkeypatch.setattr(delivery, "send", break_off)
    send(NOW)
    assert state_of(one("update")) == ("held", "lost")
    assert one("lost_mail").state == "planned"


def test_is_sent_once_more_where_the_team_does_not_want_to_be_asked(smtp_server: MailServer) -> None:
    lost_by_a_worker(asks_about_lost_mail=False)
    send(LATER)
    assert (one("update").state, one("update").possible_duplicate) == ("sent", True)
    assert not Notification.objects.filter(kind="lost_mail").exists()


def test_asks_the_owner_once(smtp_server: MailServer) -> None:
    made = lost_by_a_worker()
    for now in (LATER, LATER, THEN):
        send(now)
    (received,) = smtp_server.to(made.owner.email)
    assert str(received.message["Subject"]).startswith("Did our mail go?")
    assert len(smtp_server.messages) == 1


def test_asks_nobody_who_has_said_it_meanwhile(smtp_server: MailServer) -> None:
    lost_by_a_worker()
    lost_mail.hold([one("update").id], now=LATER)
    lost_mail.it_went(mail=one("update"), now=LATER)
    send(LATER)
    assert smtp_server.messages == []
    assert one("lost_mail").state == "superseded"


def test_lets_others_of_its_thread_pass(smtp_server: MailServer) -> None:
    made = lost_by_a_worker()
    send(LATER)
    keep(actor=made.owner, reference=made.reference, now=THEN, notify_customer=True)
    send(THEN)
    assert len(smtp_server.to(made.customer.email)) == 1


def test_says_that_it_went_and_its_word_counts() -> None:
    made = lost_by_a_worker()
    send(LATER)
    lost_mail.it_went(mail=one("update"), actor=made.owner, now=THEN)
    mail = one("update")
    assert (mail.state, mail.sent_at, mail.possible_duplicate) == ("sent", LATER, False)
    assert Word.objects.get(sort="update").state == "gone"
    assert told(made, "mail_sent")[-1]["said_by"] == made.owner.pk


def test_is_sent_when_somebody_says_so_with_the_id_that_it_had(smtp_server: MailServer) -> None:
    made = lost_by_a_worker()
    send(LATER)
    lost_mail.send_it(mail=one("update"), now=THEN)
    send(THEN)
    (received,) = smtp_server.to(made.customer.email)
    assert received.message["Message-ID"] == one("update").message_id
    assert (one("update").state, one("update").possible_duplicate) == ("sent", True)


def test_is_looked_at_once_more_before_it_is_sent(smtp_server: MailServer) -> None:
    made = promise(
        team=(team := factories.team(asks_about_lost_mail=True)), owner=agent(team=team), due_at=NOW + timedelta(days=2)
    )
    plan(now=NOW)
    claim(now=NOW, limit=9)
    send(LATER)
    keep(actor=made.owner, reference=made.reference, now=THEN)
    lost_mail.send_it(mail=one("promised"), now=THEN)
    send(THEN)
    assert one("promised").not_sent_because == "ended"
    assert [received.message["Message-ID"] for received in smtp_server.to(made.customer.email)] == [
        one("kept").message_id
    ]


@pytest.mark.parametrize("result", [Delivery.DELIVERED, Delivery.DEFERRED, Delivery.BOUNCED])
def test_has_gone_when_the_provider_says_anything_about_it(result: Delivery) -> None:
    lost_by_a_worker()
    send(LATER)
    record_delivery(message_id=one("update").message_id, result=result, occurred_at=LATER, now=THEN)
    assert (one("update").state, one("update").delivery) == ("sent", result.value)
    expected = "void" if result is Delivery.BOUNCED else "gone"
    assert Word.objects.get(sort="update").state == expected


def test_that_was_given_up_has_gone_when_the_provider_says_so(smtp_server: MailServer) -> None:
    lost_by_a_worker(asks_about_lost_mail=False)
    assert claim(now=LATER, limit=9)
    send(LATER + LEASE)
    assert one("update").state == "unknown"
    record_delivery(message_id=one("update").message_id, result=Delivery.DELIVERED, occurred_at=LATER, now=THEN)
    assert (one("update").state, one("update").delivery) == ("sent", "delivered")
    assert Word.objects.get(sort="update").state == "gone"


@pytest.mark.parametrize("asks", [True, False])
def test_is_not_sent_again_where_the_provider_has_reported_on_it(asks: bool, smtp_server: MailServer) -> None:
    lost_by_a_worker(asks_about_lost_mail=asks)
    record_delivery(message_id=one("update").message_id, result=Delivery.DELIVERED, occurred_at=NOW, now=NOW)
    assert one("update").state == "sending"
    send(LATER)
    assert (one("update").state, one("update").possible_duplicate) == ("sent", False)
    assert Word.objects.get(sort="update").state == "gone"
    assert smtp_server.messages == []


def test_is_decided_once() -> None:
    lost_by_a_worker()
    send(LATER)
    lost_mail.it_went(mail=one("update"), now=THEN)
    for act in (lost_mail.it_went, lost_mail.send_it):
        with pytest.raises(Refused, match="Somebody was faster"):
            act(mail=one("update"), now=THEN)


def test_leaves_the_word_void_that_was_so_by_then() -> None:
    made = lost_by_a_worker()
    send(LATER)
    made.refresh_from_db()
    assert made.next_word_due_at is not None
    late = made.next_word_due_at + timedelta(minutes=1)
    live(late)
    assert Word.objects.get(sort="update").state == "void"
    lost_mail.it_went(mail=one("update"), actor=made.owner, now=late)
    assert Word.objects.get(sort="update").state == "void"
    assert one("update").state == "sent"


class TestOnThePage:
    """On the promise's mails, a mail that may have gone …"""

    @pytest.fixture(autouse=True)
    def _then(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(clock, "now", lambda: THEN)

    def test_has_two_buttons(self, client: Client) -> None:
        made = lost_by_a_worker()
        send(LATER)
        client.force_login(made.owner)
        for address in ("", f"{one('update').id}/"):
            page = client.get(f"/promises/{made.reference}/mails/{address}").content.decode()
            assert "It went" in page
            assert "Send it" in page
        assert "nobody can tell whether it went: somebody has to decide" in page
        assert "It has not gone" not in page

    @pytest.mark.parametrize(("press", "state"), [("went", "sent"), ("send", "planned")])
    def test_goes_as_the_button_says(self, client: Client, press: str, state: str) -> None:
        made = lost_by_a_worker()
        send(LATER)
        client.force_login(made.owner)
        address = f"/promises/{made.reference}/mails/{one('update').id}/{press}/"
        assert client.get(address).status_code == 405
        assert client.post(address, follow=True).status_code == 200
        assert one("update").state == state
        assert "Somebody was faster" in client.post(address, follow=True).content.decode()

    def test_is_nobody_elses_to_decide(self, client: Client) -> None:
        made = lost_by_a_worker()
        send(LATER)
        client.force_login(agent(team=factories.team()))
        assert client.post(f"/promises/{made.reference}/mails/{one('update').id}/went/").status_code == 404
        assert one("update").state == "held"

"""An address that takes no mail …"""

from datetime import timedelta
from typing import Any

import pytest

from commitments.domain.clocks import WordMeaning
from commitments.models import Commitment, Customer
from commitments.services.customers import change_customer, new_customer
from commitments.services.refusals import Refused
from commitments.services.watching import add_watcher
from commitments.services.word import give_word
from notifications.domain.kinds import Suppressed
from notifications.models import Suppression
from notifications.services.suppression import lift, suppress
from tests import factories
from tests.factories import NOW, agent, customer, promise, supervisor
from tests.notifications.living import live, one, send
from tests.plugin.mail import MailServer

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def boss() -> Any:
    return supervisor(team=factories.team())


def left_alone(address: str = "maria@example.org", reason: Suppressed = Suppressed.BOUNCED) -> Suppression:
    suppress(address=address, reason=reason, now=NOW)
    return Suppression.objects.in_force().get(address=address.casefold())


def flag_of(who: Customer) -> str:
    who.refresh_from_db()
    return who.do_not_mail


@pytest.mark.parametrize("reason", list(Suppressed))
def test_flags_who_is_reached_there(reason: Suppressed) -> None:
    maria = customer(email="maria@example.org")
    left_alone(reason=reason)
    assert flag_of(maria) == reason.value


def test_leaves_who_asked_not_to_be_mailed_as_they_are() -> None:
    maria = customer(email="maria@example.org", do_not_mail="asked", do_not_mail_at=NOW)
    row = left_alone()
    lift(actor=supervisor(team=factories.team()), pk=row.pk, because="They called.", now=LATER)
    assert flag_of(maria) == "asked"


def test_is_one_address_however_it_is_written() -> None:
    left_alone("Maria@Example.org")
    assert not suppress(address="maria@EXAMPLE.org", reason=Suppressed.BOUNCED, now=LATER)
    assert Suppression.objects.get().since == NOW


def test_gets_nothing_for_a_customer_taken_down_later_and_their_owner_is_asked_to_call(
    smtp_server: MailServer,
) -> None:
    left_alone()
    made = promise(customer=customer(email="Maria@example.org"))
    live(NOW)
    assert smtp_server.to("Maria@example.org") == []
    assert one("promised").not_sent_because == "do_not_mail"
    assert flag_of(made.customer) == "bounced"
    assert made.escalations.filter(trigger="undeliverable", ended_at=None).exists()


def test_takes_the_word_back_that_a_mail_there_was_to_carry() -> None:
    left_alone()
    made = promise(customer=customer(email="maria@example.org"), channel=Commitment.Channel.IMPORT)
    live(NOW)
    assert made.words.get(sort="receipt").state == "void"


def test_gets_no_watchers_copy_and_nobody_is_asked_to_call(smtp_server: MailServer) -> None:
    left_alone("watcher@example.org")
    made, watcher = promise(notify_customer=False), customer(email="Watcher@example.org")
    add_watcher(actor=made.owner, reference=made.reference, customer=watcher, now=NOW)
    give_word(
        actor=made.owner, reference=made.reference, now=NOW, meaning=WordMeaning.NEWS, message="Here.", by_mail=True
    )
    send(NOW)
    assert [received.recipients for received in smtp_server.messages] == [[made.customer.email]]
    assert flag_of(watcher) == "bounced"
    assert not made.escalations.filter(trigger="undeliverable").exists()


def test_is_known_of_a_new_customer_from_the_others_who_are_reached_there() -> None:
    customer(email="family@example.org")
    left_alone("family@example.org")
    made = new_customer(actor=None, name="João Lopez", email="Family@example.org", now=LATER)
    assert flag_of(made) == "bounced"


def test_is_known_of_a_customer_whose_address_is_changed_to_it() -> None:
    customer(email="family@example.org")
    left_alone("family@example.org")
    maria = customer(email="maria@example.org")
    change_customer(actor=agent(team=factories.team()), customer=maria, email="family@example.org", now=LATER)
    assert flag_of(maria) == "bounced"


def test_is_left_behind_with_another_address() -> None:
    maria = customer(email="maria@example.org")
    left_alone()
    change_customer(actor=agent(team=factories.team()), customer=maria, email="new@example.org", now=LATER)
    assert flag_of(maria) == ""
    assert Suppression.objects.in_force().exists()


def test_is_not_another_one_because_it_is_written_in_capitals() -> None:
    maria = customer(email="maria@example.org")
    left_alone()
    change_customer(actor=agent(team=factories.team()), customer=maria, email="Maria@Example.org", now=LATER)
    assert flag_of(maria) == "bounced"


class TestLifted:
    """A suppression that a supervisor lifts …"""

    def test_lets_mail_go_there_again(self, boss: Any, smtp_server: MailServer) -> None:
        maria = customer(email="maria@example.org")
        row = left_alone()
        lift(actor=boss, pk=row.pk, because="The mailbox is back.", now=LATER)
        assert flag_of(maria) == ""
        promise(customer=maria, now=LATER)
        send(LATER)
        assert len(smtp_server.to("maria@example.org")) == 1

    def test_stays_on_record_with_who_and_why(self, boss: Any) -> None:
        row = lift(actor=boss, pk=left_alone().pk, because="  The mailbox\nis back. ", now=LATER)
        assert (row.lifted_by, row.lifted_at, row.lifted_because) == (boss, LATER, "The mailbox is back.")

    def test_can_be_suppressed_anew(self, boss: Any) -> None:
        lift(actor=boss, pk=left_alone().pk, because="The mailbox is back.", now=LATER)
        left_alone(reason=Suppressed.COMPLAINED)
        assert Suppression.objects.count() == 2

    def test_lets_time_look_again_at_their_promises_at_once(self, boss: Any) -> None:
        made = promise(customer=customer(email="maria@example.org"))
        row = left_alone()
        lift(actor=boss, pk=row.pk, because="The mailbox is back.", now=LATER)
        made.refresh_from_db()
        assert made.next_check_at == LATER

    def test_leaves_what_they_were_not_told_to_be_told(self, boss: Any) -> None:
        left_alone()
        made = promise(customer=customer(email="maria@example.org"))
        live(NOW)
        lift(actor=boss, pk=Suppression.objects.get().pk, because="The mailbox is back.", now=LATER)
        assert made.escalations.filter(trigger="undeliverable", ended_at=None).exists()

    @pytest.mark.parametrize("because", ["", "  ", "x" * 301])
    def test_needs_a_reason_of_one_sentence(self, boss: Any, because: str) -> None:
        row = left_alone()
        with pytest.raises(Refused) as refused:
            lift(actor=boss, pk=row.pk, because=because, now=LATER)
        assert refused.value.field == "because"
        assert Suppression.objects.in_force().exists()

    def test_is_not_an_agents_to_lift(self) -> None:
        with pytest.raises(Refused, match="Only a supervisor"):
            lift(actor=agent(team=factories.team()), pk=left_alone().pk, because="Please.", now=LATER)

    def test_is_lifted_once(self, boss: Any) -> None:
        row = left_alone()
        lift(actor=boss, pk=row.pk, because="The mailbox is back.", now=LATER)
        with pytest.raises(Refused, match="already"):
            lift(actor=boss, pk=row.pk, because="Me too.", now=LATER)

"""From an act to the mail on the wire: …"""

from datetime import timedelta

import pytest

from commitments.domain.clocks import WordMeaning
from commitments.models import Commitment, Customer, Escalation, Word
from commitments.services.absences import note_absence
from commitments.services.attempts import AttemptResult, attempt, end_call, start_call
from commitments.services.correcting import Right, correct, void
from commitments.services.handoff import accept_handoff, offer_handoff, reassign
from commitments.services.merging import merge_customers
from commitments.services.promising import keep, reopen
from commitments.services.replies import customer_message, dispute
from commitments.services.watching import add_watcher
from commitments.services.word import give_word
from notifications.domain.kinds import Delivery, Suppressed
from notifications.models import Notification
from notifications.services.planning import plan
from notifications.services.tracking import record_delivery
from tests.factories import NOW, agent, customer, promise, supervisor
from tests.notifications.living import live, one, send
from tests.plugin.mail import MailServer

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

MARIA, CARLA = "maria@example.org", "carla@example.org"
SOON = NOW + timedelta(minutes=5)


@pytest.fixture
def made(smtp_server: MailServer) -> Commitment:
    """Return a promise of which Maria has the receipt."""
    made = promise(customer=customer(email=MARIA))
    send(NOW)
    smtp_server.clear()
    return made


def subjects(server: MailServer, address: str) -> list[str]:
    return [str(received.message["Subject"]).partition(":")[0] for received in server.to(address)]


def test_a_handoff_asks_the_colleague_and_then_tells_the_customer(made: Commitment, smtp_server: MailServer) -> None:
    rui = agent(team=made.team, first_name="Rui", last_name="Costa", email="rui@kept.example")
    offer_handoff(actor=made.owner, reference=made.reference, to=rui, story="She called twice.", now=NOW)
    live(NOW)
    assert "She called twice." in one("handoff_offered").text
    accept_handoff(actor=rui, reference=made.reference, now=SOON)
    live(SOON)
    assert subjects(smtp_server, MARIA) == ["Rui Costa looks after this now"]
    word = Word.objects.get(event__kind="handoff_accepted")
    assert (word.state, word.answers) == ("gone", False)


def test_a_supervisors_choice_tells_the_customer(made: Commitment, smtp_server: MailServer) -> None:
    boss = supervisor(team=made.team)
    rui = agent(team=made.team, first_name="Rui", last_name="Costa")
    reassign(actor=boss, reference=made.reference, to=rui, now=SOON)
    live(SOON)
    assert subjects(smtp_server, MARIA) == ["Rui Costa looks after this now"]


def test_somebody_who_is_away_for_days_is_introduced_by_whoever_stands_in(
    made: Commitment, smtp_server: MailServer
) -> None:
    rui = agent(team=made.team, first_name="Rui", last_name="Costa")
    until = NOW + timedelta(days=5)
    note_absence(actor=made.owner, user=made.owner, cover=rui, from_at=NOW, until_at=until, now=NOW)
    live(NOW)
    assert subjects(smtp_server, MARIA) == ["Rui Costa stands in for Ana Ruiz"]


def test_words_put_right_go_out_with_what_was_wrong(made: Commitment) -> None:
    right = Right(promise="send you a replacement modem")
    correct(actor=made.owner, reference=made.reference, right=right, now=SOON)
    send(SOON)
    assert "Wrong:\n\n“send you a replacement router”" in one("corrected").text
    assert one("corrected").state == "sent"


@pytest.mark.parametrize("notify", [True, False])
def test_a_mistake_is_said_to_have_been_mailed_only_where_it_was(notify: bool) -> None:
    made = promise(customer=customer(email=MARIA), notify_customer=notify)
    live(NOW)
    right = Right(due_at=made.due_at + timedelta(days=3))
    late = NOW + timedelta(minutes=11)
    correct(actor=supervisor(team=made.team), reference=made.reference, right=right, reason="It was Monday.", now=late)
    send(late)
    for text in (one("corrected").text, one("corrected").html):
        assert "We recorded our promise to you wrongly" in text
        assert ("and wrote it to you so" in text) is notify


def test_who_puts_the_customer_right_is_not_said_to_have_promised(made: Commitment) -> None:
    boss = supervisor(team=made.team)
    right = Right(customer=customer(name="Carla Dias", email=CARLA))
    late = NOW + timedelta(minutes=11)
    correct(actor=boss, reference=made.reference, right=right, reason="Another Maria.", now=late)
    send(late)
    text = Notification.objects.get(kind="promised", address=CARLA).text
    assert "Sofia" not in text
    assert f"{made.team} promised you" in text.translate(dict.fromkeys((0x2068, 0x2069)))


def test_a_date_put_right_moves_with_its_mail(made: Commitment) -> None:
    right = Right(due_at=made.due_at + timedelta(days=3))
    correct(actor=made.owner, reference=made.reference, right=right, now=SOON)
    send(SOON)
    text = one("corrected").text
    assert "Wrong: by Friday 20 November, 15:00 (Lisbon time)." in text
    assert "Right, by Monday 23 November, 15:00 (Lisbon time):" in text


def test_the_wrong_customer_learns_only_that_they_were_the_wrong_one(made: Commitment, smtp_server: MailServer) -> None:
    carla = customer(name="Carla Dias", email=CARLA)
    correct(actor=made.owner, reference=made.reference, right=Right(customer=carla), now=SOON)
    send(SOON)
    assert subjects(smtp_server, MARIA) == [f"A mail that was not meant for you [{made.reference}]"]
    assert subjects(smtp_server, CARLA) == ["Our promise"]


def test_a_voided_promise_is_taken_out_of_the_world(made: Commitment, smtp_server: MailServer) -> None:
    void(actor=made.owner, reference=made.reference, now=SOON)
    send(SOON)
    assert subjects(smtp_server, MARIA) == ["Recorded by mistake"]


def test_a_try_to_call_says_when_the_next_one_is(made: Commitment, smtp_server: MailServer) -> None:
    attempt(
        actor=made.owner,
        reference=made.reference,
        result=AttemptResult.NO_ANSWER,
        next_try_at=NOW + timedelta(hours=3),
        by_mail=True,
        now=SOON,
    )
    send(SOON)
    assert subjects(smtp_server, MARIA) == ["We tried to call you"]
    assert "The next try is by Wednesday 18 November, 13:20 (Lisbon time)." in one("update").text


def test_a_call_holds_the_holding_mail_until_it_is_over(smtp_server: MailServer) -> None:
    made = promise(customer=customer(email=MARIA), notify_customer=False, due_at=NOW + timedelta(days=5))
    at = made.next_word_due_at - timedelta(minutes=10)
    start_call(actor=made.owner, reference=made.reference, now=at - timedelta(minutes=1))
    live(at)
    assert smtp_server.to(MARIA) == []
    end_call(actor=made.owner, reference=made.reference, now=at + timedelta(minutes=2))
    live(at + timedelta(minutes=2))
    assert subjects(smtp_server, MARIA) == ["Where we are"]


def test_what_was_kept_is_asked_after_unless_it_was_disputed(made: Commitment, smtp_server: MailServer) -> None:
    keep(actor=made.owner, reference=made.reference, now=NOW)
    other = promise(customer=customer(email=CARLA), notify_customer=False)
    keep(actor=other.owner, reference=other.reference, now=NOW)
    live(NOW)
    dispute(actor=other.owner, reference=other.reference, channel="phone", words="It is not.", now=SOON)
    live(NOW + timedelta(hours=1))
    assert subjects(smtp_server, MARIA) == ["Done", f"Is it solved? send you a replacement router [{made.reference}]"]
    assert subjects(smtp_server, CARLA) == ["Done"]


def test_what_is_opened_again_is_said_with_its_date(made: Commitment, smtp_server: MailServer) -> None:
    keep(actor=made.owner, reference=made.reference, now=NOW)
    reopen(
        actor=made.owner,
        reference=made.reference,
        due_at=NOW + timedelta(days=1),
        reason="It broke.",
        by_mail=True,
        now=SOON,
    )
    send(SOON)
    assert subjects(smtp_server, MARIA)[-1] == "Open again"


def test_a_customer_who_waits_too_long_is_told_of_with_their_words(made: Commitment) -> None:
    customer_message(actor=made.owner, reference=made.reference, channel="phone", words="Where is it?", now=SOON)
    live(SOON + timedelta(hours=4))
    assert "They said on Wednesday 18 November, 10:25 (Lisbon time): “Where is it?”" in one("unanswered").text


def test_a_watcher_is_written_to_as_well(made: Commitment, smtp_server: MailServer) -> None:
    carla = customer(name="Carla Dias", email=CARLA)
    add_watcher(actor=made.owner, reference=made.reference, customer=carla, now=NOW)
    give_word(
        actor=made.owner,
        reference=made.reference,
        now=SOON,
        meaning=WordMeaning.NEWS,
        message="It is here.",
        by_mail=True,
    )
    send(SOON)
    assert subjects(smtp_server, MARIA) == subjects(smtp_server, CARLA) == ["News"]


def test_a_merged_customer_is_mailed_where_they_are_now(made: Commitment, smtp_server: MailServer) -> None:
    boss = supervisor(team=made.team)
    give_word(
        actor=made.owner,
        reference=made.reference,
        now=NOW,
        meaning=WordMeaning.NEWS,
        message="It is here.",
        by_mail=True,
    )
    plan(now=NOW)
    new = customer(name="Maria L.", email=CARLA)
    merge_customers(actor=boss, duplicate=Customer.objects.get(email=MARIA), into=new, now=NOW)
    send(SOON)
    assert subjects(smtp_server, CARLA) == ["News"]


def test_a_bounce_from_the_wrong_customer_is_about_their_address_alone(made: Commitment) -> None:
    carla = customer(name="Carla Dias", email=CARLA)
    correct(actor=made.owner, reference=made.reference, right=Right(customer=carla), now=SOON)
    send(SOON)
    receipt = one("promised", customer=Customer.objects.get(email=MARIA))
    later = NOW + timedelta(hours=1)
    record_delivery(
        message_id=receipt.message_id,
        result=Delivery.BOUNCED,
        suppressed=Suppressed.BOUNCED,
        occurred_at=later,
        now=later,
    )
    assert Customer.objects.get(email=MARIA).do_not_mail == "bounced"
    assert Customer.objects.get(email=CARLA).do_not_mail == ""
    assert not Escalation.objects.exists()

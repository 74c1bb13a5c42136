"""The mails that people's acts call for …"""

from datetime import datetime, timedelta
from typing import Any

import pytest

from commitments.domain.clocks import WordMeaning
from commitments.domain.timeline import EventKind
from commitments.models import Commitment, Customer, Word
from commitments.services.absences import note_absence
from commitments.services.promising import reopen
from commitments.services.sweeping import sweep
from commitments.services.word import give_word
from notifications.models import Notification
from notifications.services.planning import plan
from tests.factories import NOW, agent, customer, promise
from tests.notifications.living import live, note, one, send
from tests.plugin.mail import MailServer

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

MARIA, CARLA = "maria@example.org", "carla@example.org"
LATER = NOW + timedelta(hours=2)
MORNING = NOW.replace(day=19, hour=8, minute=0)


@pytest.fixture
def made() -> Commitment:
    """Return a promise to Maria about which nothing has been mailed."""
    return promise(customer=customer(email=MARIA), notify_customer=False)


def by_mail(made: Commitment, **facts: Any) -> dict[str, Any]:
    """Give the facts of an act that tells the customer by mail."""
    return {"told": False, "notify_customer": True, "named_at": made.due_at, "meets": made.next_word_due_at, **facts}


def handed_over(made: Commitment, **facts: Any) -> Any:
    new = agent(team=made.team, first_name="Rui", last_name="Costa")
    values = by_mail(made, to=new.pk, team=made.team_id, answers=False) | {"from": made.owner_id} | facts
    note(made, EventKind.HANDOFF_ACCEPTED, NOW, actor=new, columns={"owner": new}, **values)
    return new


# -- Handed over ----------------------------------------------------------------------------------------------------


def test_say_who_has_taken_over_and_that_nothing_need_be_said_again(made: Commitment, smtp_server: MailServer) -> None:
    handed_over(made)
    send(NOW)
    (mail,) = smtp_server.to(MARIA)
    assert str(mail.message["Subject"]).startswith("Rui Costa looks after this now: ")
    assert str(mail.message["From"]).startswith("Rui Costa via ")
    text = one("handed_over").text
    assert "Rui Costa has taken this over from Ana Ruiz" in text
    assert "you need not explain anything again" in text
    assert Word.objects.get(sort="update").state == "gone"


def test_do_not_name_somebody_who_has_handed_it_on_by_then(made: Commitment) -> None:
    handed_over(made)
    made.refresh_from_db()
    plan(now=NOW)
    handed_over(made)
    send(NOW)
    assert sorted(Notification.objects.values_list("state", flat=True)) == ["sent", "superseded"]


def test_do_not_name_a_new_owner_when_the_word_is_void(made: Commitment) -> None:
    handed_over(made)
    Word.objects.filter(sort="update").update(state="void")
    send(NOW)
    assert one("handed_over").not_sent_because == "too_late"


def test_name_the_new_owner_whom_a_supervisor_chose(made: Commitment) -> None:
    new = agent(team=made.team, first_name="Rui", last_name="Costa")
    facts = by_mail(made, to=new.pk, team=made.team_id, answers=False) | {"from": made.owner_id}
    note(made, EventKind.REASSIGNED, NOW, actor=new, columns={"owner": new}, **facts)
    send(NOW)
    assert "Rui Costa has taken this over" in one("handed_over").text
    assert Word.objects.get(sort="update").state == "gone"


def cover(made: Commitment, until: datetime) -> None:
    rui = agent(team=made.team, first_name="Rui", last_name="Costa")
    note_absence(actor=made.owner, user=made.owner, cover=rui, from_at=NOW, until_at=until, now=NOW)


def test_say_who_stands_in_and_until_when(made: Commitment) -> None:
    cover(made, NOW + timedelta(days=3))
    send(NOW)
    mail = one("handed_over")
    assert "Ana Ruiz is away. Rui Costa stands in until Saturday 21 November, 10:20 (Lisbon time)" in mail.text
    assert mail.is_automatic
    assert not Word.objects.filter(sort="update").exists()


def test_do_not_speak_of_a_cover_that_is_over(made: Commitment) -> None:
    cover(made, NOW + timedelta(days=3))
    plan(now=NOW)
    send(NOW + timedelta(days=3))
    assert one("handed_over").not_sent_because == "no_longer_so"


# -- Kept, and opened again ------------------------------------------------------------------------------------------


def kept(made: Commitment, at: datetime = NOW, **facts: Any) -> None:
    ended = {"status": "kept", "ended_at": at, "next_word_due_at": None}
    Commitment.objects.filter(pk=made.pk).update(**ended)
    note(made, EventKind.KEPT, at, outcome="kept_on_time", due_at=made.due_at, **facts)


def test_ask_after_a_while_whether_it_is_solved(made: Commitment, smtp_server: MailServer) -> None:
    kept(made, notify_customer=True, asks_if_solved=True)
    send(NOW)
    assert [str(mail.message["Subject"])[:4] for mail in smtp_server.to(MARIA)] == ["Done"]
    assert one("aftercare").hold == "trying"
    send(NOW + timedelta(hours=1))
    assert "Has it solved the matter for you?" in one("aftercare").text
    assert smtp_server.to(MARIA)[-1].message["Auto-Submitted"] == "auto-generated"


def test_ask_even_if_the_customer_knows_that_it_was_done(made: Commitment) -> None:
    kept(made, notify_customer=False, asks_if_solved=True)
    send(NOW + timedelta(hours=2))
    assert list(Notification.objects.values_list("kind", flat=True)) == ["aftercare"]


def test_ask_in_waking_hours(made: Commitment) -> None:
    night = NOW.replace(hour=22)
    kept(made, night, notify_customer=False, asks_if_solved=True)
    plan(now=night)
    mail = one("aftercare")
    assert (mail.hold, mail.allowed_from) == ("waking_hours", MORNING)


@pytest.mark.parametrize(
    "columns",
    [
        {"status": "open", "ended_at": None},
        {"customer_waiting_since": LATER},
        {"disputed_since": LATER},
    ],
)
def test_do_not_ask_once_the_customer_has_said_that_it_is_not(made: Commitment, columns: dict[str, Any]) -> None:
    kept(made, notify_customer=False, asks_if_solved=True)
    plan(now=NOW)
    Commitment.objects.update(**columns, next_check_at=LATER + timedelta(days=30))
    send(LATER)
    assert one("aftercare").state == "superseded"


def test_do_not_ask_about_what_was_logged_by_mistake(made: Commitment) -> None:
    kept(made, notify_customer=False, asks_if_solved=True)
    plan(now=NOW)
    void(made)
    send(LATER)
    assert one("aftercare").not_sent_because == "no_longer_so"


def test_say_once_that_it_was_logged_by_mistake(made: Commitment) -> None:
    facts = {"fields": ["promise"], "notify_customer": True, "told": False}
    note(made, EventKind.CORRECTED, NOW, columns={"promise": "send you a modem"}, **facts)
    void(made)
    send(LATER)
    mails = Notification.objects.filter(kind="corrected").order_by("event")
    assert [mail.state for mail in mails] == ["superseded", "sent"]
    assert "there is no such promise" in mails[1].text


def test_say_that_it_is_open_again_with_its_new_date(made: Commitment) -> None:
    kept(made, notify_customer=False)
    new = NOW + timedelta(days=1, hours=1)
    reopen(actor=made.owner, reference=made.reference, due_at=new, now=LATER)
    note(made, EventKind.REOPENED, LATER, due_at=new, told=True, notify_customer=True, texts={"message": "It broke."})
    send(LATER)
    text = one("reopened").text
    assert "Our new promise: by Thursday 19 November, 11:20 (Lisbon time)." in text
    assert "It broke." in text


def test_do_not_name_a_date_that_has_moved_on(made: Commitment) -> None:
    facts = {"due_at": made.due_at + timedelta(days=1), "told": True, "notify_customer": True}
    note(made, EventKind.REOPENED, NOW, **facts)
    send(NOW)
    assert one("reopened").not_sent_because == "no_longer_so"


# -- Put right ------------------------------------------------------------------------------------------------------


def test_say_what_was_wrong_and_what_is_right(made: Commitment) -> None:
    note(
        made,
        EventKind.CORRECTED,
        LATER,
        columns={"promise": "send you a replacement modem"},
        texts={"promise": "send you a replacement modem", "reason": "He typed router."},
        fields=["promise"],
        notify_customer=True,
    )
    send(LATER)
    text = one("corrected").text
    assert "Wrong:\n\n“send you a replacement router”" in text
    assert "Right, by Friday 20 November, 15:00 (Lisbon time):\n\n“send you a replacement modem”" in text
    assert "He typed" not in text


def test_say_which_date_was_wrong_and_are_void_with_their_word(made: Commitment) -> None:
    was, new = made.due_at, made.due_at + timedelta(days=1)
    facts = by_mail(made, was_due_at=was, due_at=new, fields=["due_at"])
    note(made, EventKind.CORRECTED, LATER, columns={"due_at": new}, **facts)
    Commitment.objects.update(due_at=new)
    send(LATER)
    text = one("corrected").text
    assert "Wrong: by Friday 20 November, 15:00 (Lisbon time)." in text
    assert "Right, by Saturday 21 November, 15:00 (Lisbon time):" in text
    assert Word.objects.get(sort="update").state == "gone"


def void(made: Commitment) -> None:
    Commitment.objects.filter(pk=made.pk).update(status="withdrawn", ended_at=NOW, voided_at=NOW)
    note(made, EventKind.VOIDED, NOW, notify_customer=True, texts={"reason": "Typed into the wrong window."})


def test_say_that_a_promise_was_recorded_by_mistake(made: Commitment) -> None:
    void(made)
    send(NOW)
    mail = one("corrected")
    assert mail.subject.startswith("Recorded by mistake: ")
    assert "there is no such promise" in mail.text
    assert "wrong window" not in mail.text
    assert "looks after this" not in mail.text


@pytest.fixture
def taken_for_another(made: Commitment) -> Commitment:
    """Return a promise that was recorded, and mailed about, as Maria's and is Carla's."""
    maria, carla = made.customer, customer(name="Carla Dias", email=CARLA)
    facts = {"fields": ["customer"], "from_customer": maria.pk, "to_customer": carla.pk, "notify_customer": True}
    facts["tell_wrong_customer"] = True
    note(made, EventKind.CORRECTED, NOW, columns={"customer": carla}, **facts)
    return made


@pytest.mark.usefixtures("taken_for_another")
def test_tell_somebody_for_whom_it_was_not_meant_so_and_nothing_else(smtp_server: MailServer) -> None:
    send(NOW)
    (mail,) = smtp_server.to(MARIA)
    said = mail.message.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "was not meant for you" in said
    assert "Hello Maria Lopez," in said
    for secret in ("router", "Carla", "20 November", "looks after this", "copy"):
        assert secret not in said + str(mail.message["Subject"])


@pytest.mark.usefixtures("taken_for_another")
def test_tell_the_right_customer_what_was_promised(smtp_server: MailServer) -> None:
    send(NOW)
    (mail,) = smtp_server.to(CARLA)
    assert str(mail.message["Subject"]).startswith("Our promise: send you a replacement router")


@pytest.mark.parametrize(
    ("tells_wrong", "tells_right", "kinds"),
    [(True, False, ["corrected"]), (False, True, ["promised"]), (False, False, [])],
)
def test_go_to_either_customer_only_where_they_have_to_know(
    made: Commitment, tells_wrong: bool, tells_right: bool, kinds: list[str]
) -> None:
    carla = customer(name="Carla Dias", email=CARLA)
    facts = {"fields": ["customer"], "from_customer": made.customer_id, "to_customer": carla.pk}
    facts |= {"notify_customer": tells_right, "tell_wrong_customer": tells_wrong}
    note(made, EventKind.CORRECTED, NOW, columns={"customer": carla}, **facts)
    plan(now=NOW)
    assert list(Notification.objects.values_list("kind", flat=True)) == kinds


def test_do_not_go_to_somebody_else_than_they_were_planned_for(made: Commitment) -> None:
    note(made, EventKind.WORD_GIVEN, NOW, texts={"message": "Secret."}, **by_mail(made, meaning="news"))
    plan(now=NOW)
    Commitment.objects.update(customer=customer(email=CARLA))
    send(NOW)
    assert (one("update").state, one("update").not_sent_because) == ("superseded", "no_longer_so")


def test_go_to_whom_the_customer_was_merged_into(made: Commitment, smtp_server: MailServer) -> None:
    note(made, EventKind.WORD_GIVEN, NOW, texts={"message": "Here it is."}, **by_mail(made, meaning="news"))
    plan(now=NOW)
    carla = customer(name="Maria L.", email=CARLA)
    Customer.objects.filter(email=MARIA).update(merged_into=carla)
    Commitment.objects.update(customer=carla)
    send(NOW)
    assert len(smtp_server.to(CARLA)) == 1
    assert smtp_server.to(MARIA) == []


# -- Tried, asked, explained -----------------------------------------------------------------------------------------


def test_say_when_somebody_tried_to_call_and_when_they_try_again(made: Commitment) -> None:
    facts = by_mail(made, result="no_answer", next_try_at=LATER)
    note(made, EventKind.ATTEMPTED, NOW, **facts)
    send(NOW)
    mail = one("update")
    assert mail.subject.startswith("We tried to call you: ")
    assert (
        "Ana Ruiz tried to call you on Wednesday 18 November, 10:20 (Lisbon time) and did not reach you." in mail.text
    )
    assert "The next try is by Wednesday 18 November, 12:20 (Lisbon time)." in mail.text


def test_do_not_name_a_next_try_that_has_passed(made: Commitment) -> None:
    note(made, EventKind.ATTEMPTED, NOW, **by_mail(made, result="no_answer", next_try_at=LATER))
    plan(now=NOW)
    send(LATER)
    assert one("update").not_sent_because == "no_longer_so"


def test_name_the_new_date_when_a_try_moves_it(made: Commitment) -> None:
    new = made.due_at + timedelta(hours=2)
    facts = by_mail(made, result="engaged", next_try_at=new, was_due_at=made.due_at, due_at=new)
    note(made, EventKind.ATTEMPTED, NOW, columns={"due_at": new}, **facts)
    Commitment.objects.update(due_at=new)
    send(NOW)
    text = one("renegotiated").text
    assert "Your line was engaged." in text
    assert "The next try, and our new promise: by Friday 20 November, 17:00 (Lisbon time)." in text
    assert "What happened" not in text


def ask(made: Commitment) -> None:
    facts = by_mail(made, meaning="question", answer_by=LATER)
    note(made, EventKind.WORD_GIVEN, NOW, texts={"message": "Which address?"}, **facts)
    Commitment.objects.update(answer_by=LATER)


def test_say_by_when_we_need_an_answer(made: Commitment) -> None:
    ask(made)
    send(NOW)
    assert "Please answer by Wednesday 18 November, 12:20 (Lisbon time)." in one("update").text


def test_repeat_an_open_question_and_its_date_when_the_promise_is_missed(made: Commitment) -> None:
    ask(made)
    send(NOW)
    Commitment.objects.update(next_word_due_at=None)
    live(made.due_at)
    live(made.due_at + timedelta(minutes=10))
    text = one("missed").text
    assert "On Wednesday 18 November, 10:20 (Lisbon time) we asked you:\n\n“Which address?”" in text
    assert "We asked for your answer by Wednesday 18 November, 12:20 (Lisbon time), and have none on record." in text


def test_do_not_repeat_a_question_that_was_answered(made: Commitment) -> None:
    ask(made)
    send(NOW)
    Commitment.objects.update(next_word_due_at=None, answer_by=None)
    live(made.due_at)
    live(made.due_at + timedelta(minutes=10))
    assert "Which address" not in one("missed").text


def test_explain_a_promise_that_has_ended(made: Commitment) -> None:
    kept(made, notify_customer=False)
    facts = by_mail(made, meaning="news", explains=True)
    note(made, EventKind.WORD_GIVEN, LATER, texts={"message": "The lamp stays red for a day."}, **facts)
    send(LATER)
    mail = one("update")
    assert mail.subject.startswith("An answer for you: ")
    assert "what we recorded as done on Wednesday 18 November, 10:20 (Lisbon time)" in mail.text
    assert "You will hear from us" not in mail.text


def test_tell_bad_news_with_what_happened_what_next_and_choices(made: Commitment) -> None:
    texts = {"happened": "The van broke down.", "next": "Another van comes.", "choices": "Fetch it yourself."}
    note(made, EventKind.WORD_GIVEN, NOW, texts=texts, **by_mail(made, meaning="at_risk"))
    send(NOW)
    mail = one("update")
    for words in ("We may not make it by then.", "The van broke down.", "Another van comes.", "Fetch it yourself."):
        assert words in mail.text
        assert words in mail.html


@pytest.mark.parametrize(("overdue", "says"), [(False, "It is on track"), (True, "There is nothing new yet.")])
def test_call_on_track_only_what_is(made: Commitment, overdue: bool, says: str) -> None:
    now = made.due_at if overdue else NOW
    sweep(now=now)
    give_word(actor=made.owner, reference=made.reference, meaning=WordMeaning.NOTHING_NEW, by_mail=True, now=now)
    live(now)
    text = Notification.objects.get(kind="update").text
    assert says in text
    assert ("on track" in text) is not overdue

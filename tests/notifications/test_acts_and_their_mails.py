"""What a person does about a promise, up to the mail that the customer reads …"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from commitments.domain.clocks import WordMeaning
from commitments.models import Commitment, Escalation, Kind, Word
from commitments.services.attempts import AttemptResult, attempt, end_call, start_call
from commitments.services.keeping import AfterCare, keep_on_the_call, keep_with_after_care
from commitments.services.promising import keep, reopen
from commitments.services.replies import customer_message, dispute
from commitments.services.word import give_word
from notifications.domain.kinds import Delivery, Suppressed
from notifications.services.tracking import record_delivery
from tests.factories import NOW, agent, customer, promise, team
from tests.notifications.living import live, mails, one, send
from tests.plugin.mail import MailServer

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

MARIA = "maria@example.org"
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
DUE_AT = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)
NEXT = datetime(2026, 11, 19, 10, 0, tzinfo=UTC)


def promised(**fields: Any) -> Commitment:
    return promise(customer=customer(email=MARIA), notify_customer=False, **fields)


def on(made: Commitment, now: datetime) -> dict[str, Any]:
    return {"actor": made.owner, "reference": made.reference, "now": now}


def text_to_maria(server: MailServer) -> str:
    (received,) = server.to(MARIA)
    return str(received.message.get_body(("plain",)).get_content())


def bounce(kind: str, *, now: datetime) -> None:
    """Have the mail of a kind come back."""
    mail = one(kind)
    record_delivery(
        message_id=mail.message_id, result=Delivery.BOUNCED, suppressed=Suppressed.BOUNCED, occurred_at=now, now=now
    )


def test_an_attempt_at_a_callback_names_the_next_try_as_the_new_date(smtp_server: MailServer) -> None:
    made = promised(kind=Kind.CALLBACK, due_at=DUE_AT)
    attempt(**on(made, NOW + HOUR), result=AttemptResult.NO_ANSWER, next_try_at=NEXT, by_mail=True)
    send(NOW + HOUR)
    text = text_to_maria(smtp_server)
    assert "Ana Ruiz tried to call you on Wednesday 18 November, 11:20 (Lisbon time)" in text
    assert "Thursday 19 November, 10:00 (Lisbon time)" in text
    made.refresh_from_db()
    assert (made.due_at, made.unconfirmed_meets) == (NEXT, None)


def test_an_attempt_whose_mail_comes_back_restores_the_date(smtp_server: MailServer) -> None:
    made = promised(kind=Kind.CALLBACK, due_at=DUE_AT)
    attempt(**on(made, NOW + HOUR), result=AttemptResult.NO_ANSWER, next_try_at=NEXT, by_mail=True)
    send(NOW + HOUR)
    bounce("renegotiated", now=NOW + 2 * HOUR)
    made.refresh_from_db()
    assert made.due_at == DUE_AT
    assert Escalation.objects.filter(commitment=made, trigger="undeliverable", ended_at=None).exists()


def test_bad_news_says_what_the_customer_can_choose(smtp_server: MailServer) -> None:
    made = promised()
    texts = {"what_happened": "Customs are slow.", "what_next": "We ask again.", "choices": "You can cancel."}
    give_word(**on(made, NOW + HOUR), meaning=WordMeaning.AT_RISK, by_mail=True, **texts)
    send(NOW + HOUR)
    text = text_to_maria(smtp_server)
    for words in texts.values():
        assert words in text


def test_an_answer_about_an_ended_promise_goes_and_is_word_until_it_comes_back(smtp_server: MailServer) -> None:
    made = promised(kind=Kind.CALLBACK)
    keep(**on(made, NOW + HOUR), notify_customer=False)
    dispute(**on(made, NOW + 2 * HOUR), channel="phone", words="It still does not work.")
    give_word(**on(made, NOW + 3 * HOUR), meaning=WordMeaning.NEWS, by_mail=True, message="You have to turn it on.")
    send(NOW + 3 * HOUR)
    assert "You have to turn it on." in text_to_maria(smtp_server)
    made.refresh_from_db()
    assert made.disputed_since is None
    bounce("update", now=NOW + 4 * HOUR)
    made.refresh_from_db()
    assert made.disputed_since == made.customer_waiting_since == NOW + 2 * HOUR


def test_a_reopening_by_mail_gives_the_new_date(smtp_server: MailServer) -> None:
    made = promised(kind=Kind.CALLBACK)
    keep(**on(made, NOW + HOUR), notify_customer=False)
    reopen(**on(made, NOW + 2 * HOUR), due_at=NEXT, by_mail=True, reason="One part was missing.")
    send(NOW + 2 * HOUR)
    text = text_to_maria(smtp_server)
    assert "Thursday 19 November, 10:00 (Lisbon time)" in text
    assert "One part was missing." in text
    assert Word.objects.get(event__kind="reopened").state == "gone"


def test_what_is_kept_on_the_call_mails_no_receipt_and_asks_later_whether_it_is_solved() -> None:
    care = team()
    kept = keep_on_the_call(
        actor=agent(team=care),
        customer=customer(email=MARIA),
        kind=Kind.ANSWER,
        promise="tell you the fee",
        channel="phone",
        now=NOW,
    )
    send(NOW)
    assert [kind for kind, _ in mails(kept)] == ["aftercare"]


def test_what_they_have_called_solved_asks_nothing() -> None:
    made = promised()
    keep(**on(made, NOW + HOUR), notify_customer=False, customer_confirmed=True)
    send(NOW + HOUR)
    assert mails(made) == []


def test_after_care_that_they_have_not_been_told_of_goes_as_a_receipt(smtp_server: MailServer) -> None:
    made = promised(kind=Kind.CALLBACK)
    care = AfterCare(kind=Kind.CALLBACK, promise="to ask how it works", due_at=NOW + 72 * HOUR)
    _, follows = keep_with_after_care(**on(made, NOW + HOUR), notify_customer=False, after_care=care)
    send(NOW + HOUR)
    assert "to ask how it works" in text_to_maria(smtp_server)
    follows.refresh_from_db()
    assert follows.unconfirmed_meets is None


def test_a_call_holds_the_missed_mail_until_it_is_over(smtp_server: MailServer) -> None:
    made = promised(due_at=DUE_AT)
    start_call(**on(made, DUE_AT + 5 * MINUTE))
    live(DUE_AT + 10 * MINUTE)
    assert not smtp_server.to(MARIA)
    end_call(**on(made, DUE_AT + 15 * MINUTE))
    live(DUE_AT + 15 * MINUTE)
    assert "We have no record that we did" in text_to_maria(smtp_server)


def test_a_message_that_nobody_answers_tells_the_owner_and_then_the_supervisors(smtp_server: MailServer) -> None:
    made = promised()
    customer_message(**on(made, NOW + MINUTE), channel="email", words="Where is it?")
    live(NOW + MINUTE + 4 * HOUR)
    assert [kind for kind, _ in mails(made)] == ["unanswered"]
    assert smtp_server.to(made.owner.email)

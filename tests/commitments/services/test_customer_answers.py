"""What customers do on their page."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from commitments.domain.answers import Answer
from commitments.domain.timeline import EventKind
from commitments.domain.tokens import Purpose
from commitments.models import Commitment, CommitmentEvent, Customer, CustomerLink, Escalation, Strain
from commitments.selectors.rebuilding import differences
from commitments.services.customer_answers import (
    WORDS_AT_MOST,
    give_answer,
    not_for_me,
    only_real_news,
    take_back,
)
from commitments.services.links import LinkGone, issue, open_link
from commitments.services.merging import merge_customers
from commitments.services.promising import keep, withdraw
from commitments.services.refusals import Refused
from commitments.services.replies import contact
from commitments.services.watching import add_watcher
from tests.factories import NOW, customer, promise, supervisor

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

LATER = NOW + timedelta(hours=1)
ASKING = [Answer.ANOTHER_TIME, Answer.CALL_ME, Answer.MESSAGE, Answer.NOT_YET]


def opened(made: Commitment, *, reader: Customer | None = None) -> CustomerLink:
    """Give a link as whoever opens the page holds it."""
    pair = made.pk, (reader or made.customer).pk
    token = issue(pairs={pair}, now=NOW)[pair].token(Purpose.PAGE)
    return open_link(token=token, purpose=Purpose.PAGE, now=NOW)


def press(link: CustomerLink, answer: Answer, words: str = "", *, minutes: int = 0) -> None:
    """Answer, `minutes` after LATER."""
    give_answer(link=link, answer=answer, words=words, now=LATER + timedelta(minutes=minutes))


def kept(**fields: Any) -> Commitment:
    """Make a promise and keep it."""
    made = promise(**fields)
    keep(actor=made.owner, reference=made.reference, now=NOW + timedelta(minutes=30))
    made.refresh_from_db()
    return made


def fits(answer: Answer) -> Commitment:
    """Make a promise that an answer fits."""
    return kept() if answer in {Answer.SOLVED, Answer.NOT_YET} else promise()


def last(made: Commitment) -> CommitmentEvent:
    """Give what was put on the timeline last."""
    return made.events.order_by("-sequence").filter(sequence__isnull=False)[0]


def clocks(made: Commitment) -> tuple[Any, ...]:
    """Give what no answer may change."""
    made.refresh_from_db()
    return made.status, made.due_at, made.next_word_due_at, made.ended_at, made.last_word_at, made.last_person_word_at


class TestAnswering:
    """An answer …"""

    @pytest.mark.parametrize("answer", list(Answer))
    def test_closes_no_promise_and_moves_no_clock(self, answer: Answer) -> None:
        made = fits(answer)
        before = clocks(made)
        press(opened(made), answer, "Tomorrow, please.")
        assert clocks(made) == before

    @pytest.mark.parametrize("answer", list(Answer))
    def test_stands_on_the_timeline_as_the_customers_own(self, answer: Answer) -> None:
        made = fits(answer)
        press(opened(made), answer, "Tomorrow, please.")
        event = last(made)
        assert event.actor is None
        assert (event.facts["customer"], event.facts["channel"]) == (made.customer_id, "page")
        assert event.facts["answer"] == answer.value
        assert event.texts.get().words == "Tomorrow, please."

    @pytest.mark.parametrize("answer", ASKING)
    def test_starts_the_reply_clock_where_it_asks_for_something(self, answer: Answer) -> None:
        made = fits(answer)
        press(opened(made), answer, "Tomorrow, please.")
        made.refresh_from_db()
        assert made.customer_waiting_since == LATER

    def test_that_it_is_solved_asks_for_nothing(self) -> None:
        made = kept()
        press(opened(made), Answer.SOLVED)
        made.refresh_from_db()
        assert made.customer_waiting_since is None
        assert last(made).kind == EventKind.CONFIRMED

    def test_that_it_is_not_solved_opens_the_dispute(self) -> None:
        made = kept()
        press(opened(made), Answer.NOT_YET)
        made.refresh_from_db()
        assert made.disputed_since == LATER
        assert made.status == "kept"

    @pytest.mark.parametrize("answer", [Answer.ANOTHER_TIME, Answer.CALL_ME, Answer.SOLVED, Answer.NOT_YET])
    def test_does_without_words_where_the_press_says_it(self, answer: Answer) -> None:
        made = fits(answer)
        press(opened(made), answer)
        assert last(made).facts["answer"] == answer.value
        assert not last(made).texts.exists()

    @pytest.mark.parametrize("answer", list(Answer))
    def test_pressed_twice_counts_once(self, answer: Answer) -> None:
        made = fits(answer)
        link = opened(made)
        press(link, answer, "Tomorrow, please.")
        press(link, answer, "Tomorrow, please.", minutes=1)
        assert made.events.filter(facts__answer=answer.value).count() == 1
        assert not Strain.objects.filter(sort="chase").exists()

    def test_in_the_same_words_is_a_chase_where_it_comes_later(self) -> None:
        made = promise()
        link = opened(made)
        press(link, Answer.MESSAGE, "Any news?")
        press(link, Answer.MESSAGE, "Any news?", minutes=24 * 60)
        assert made.events.filter(facts__answer="message").count() == 2
        assert Strain.objects.filter(sort="chase").exists()

    def test_in_the_same_words_counts_where_it_was_answered_in_between(self) -> None:
        made = promise()
        link = opened(made)
        press(link, Answer.CALL_ME)
        answered_at = LATER + timedelta(minutes=2)
        contact(actor=made.owner, reference=made.reference, direction="out", message="Later.", now=answered_at)
        press(link, Answer.CALL_ME, minutes=4)
        assert made.events.filter(facts__answer="call_me").count() == 2

    def test_with_other_words_is_another_one(self) -> None:
        made = promise()
        link = opened(made)
        press(link, Answer.CALL_ME, "Tomorrow, please.")
        press(link, Answer.CALL_ME, "Better today.", minutes=1)
        assert made.events.filter(facts__answer="call_me").count() == 2

    def test_without_words_is_no_message(self) -> None:
        made = promise()
        with pytest.raises(Refused, match="Write your message first"):
            press(opened(made), Answer.MESSAGE, "  \n ")
        assert last(made).kind == EventKind.MADE

    def test_of_too_many_words_is_refused(self) -> None:
        made = promise()
        with pytest.raises(Refused, match=r"at most 4000 characters"):
            press(opened(made), Answer.MESSAGE, "x" * (WORDS_AT_MOST + 1))

    @pytest.mark.parametrize("answer", [Answer.ANOTHER_TIME, Answer.CALL_ME])
    def test_for_an_open_promise_fits_no_kept_one(self, answer: Answer) -> None:
        with pytest.raises(Refused, match="Something has changed meanwhile"):
            press(opened(kept()), answer)

    @pytest.mark.parametrize("answer", [Answer.SOLVED, Answer.NOT_YET])
    def test_for_a_kept_promise_fits_no_open_one(self, answer: Answer) -> None:
        with pytest.raises(Refused, match="Something has changed meanwhile"):
            press(opened(promise()), answer)

    def test_about_a_promise_that_is_over_waits_for_nobody(self) -> None:
        made = kept()
        press(opened(made), Answer.MESSAGE, "Thank you!")
        made.refresh_from_db()
        assert made.customer_waiting_since is None


class TestWatching:
    """Whoever watches a promise …"""

    def test_writes_messages_that_wait_for_an_answer(self) -> None:
        made, other = promise(), customer(name="Jan Novak")
        add_watcher(actor=made.owner, reference=made.reference, customer=other, now=NOW)
        press(opened(made, reader=other), Answer.MESSAGE, "How is it going?")
        made.refresh_from_db()
        assert made.customer_waiting_since == LATER
        assert last(made).facts["customer"] == other.pk

    @pytest.mark.parametrize("answer", [answer for answer in Answer if answer is not Answer.MESSAGE])
    def test_gives_none_of_the_customers_own_answers(self, answer: Answer) -> None:
        made, other = promise(), customer(name="Jan Novak")
        add_watcher(actor=made.owner, reference=made.reference, customer=other, now=NOW)
        link = opened(made, reader=other)
        if answer in {Answer.SOLVED, Answer.NOT_YET}:
            keep(actor=made.owner, reference=made.reference, now=LATER)
        with pytest.raises(Refused):
            press(link, answer)


class TestTakingBack:
    """An answer that is taken back …"""

    @pytest.mark.parametrize("answer", ASKING)
    def test_waits_for_nobody_any_more(self, answer: Answer) -> None:
        made = fits(answer)
        link = opened(made)
        press(link, answer, "Tomorrow, please.")
        take_back(link=link, event=last(made).pk, now=LATER + timedelta(minutes=5))
        made.refresh_from_db()
        assert (made.customer_waiting_since, made.disputed_since) == (None, None)
        assert not Escalation.objects.filter(commitment=made, ended_at__isnull=True).exists()

    @pytest.mark.parametrize("answer", list(Answer))
    def test_is_forgotten_by_the_rebuilt_row_too(self, answer: Answer) -> None:
        made = fits(answer)
        link = opened(made)
        press(link, answer, "Tomorrow, please.")
        take_back(link=link, event=last(made).pk, now=LATER + timedelta(minutes=5))
        assert list(differences([Commitment.objects.select_related("policy").get(pk=made.pk)])) == []

    def test_stays_to_be_read(self) -> None:
        made = promise()
        link = opened(made)
        press(link, Answer.MESSAGE, "Where is it?")
        message = last(made)
        take_back(link=link, event=message.pk, now=LATER)
        assert last(made).facts == {"event": str(message.pk), "customer": made.customer_id}
        assert message.texts.get().words == "Where is it?"

    def test_leaves_an_earlier_one_waiting(self) -> None:
        made = promise()
        link = opened(made)
        press(link, Answer.CALL_ME)
        press(link, Answer.MESSAGE, "Where is it?", minutes=20)
        take_back(link=link, event=last(made).pk, now=LATER + timedelta(minutes=30))
        made.refresh_from_db()
        assert made.customer_waiting_since == LATER

    def test_strains_nobody_any_more(self) -> None:
        made = promise()
        link = opened(made)
        press(link, Answer.CALL_ME)
        press(link, Answer.MESSAGE, "Where is it?", minutes=20)
        assert Strain.objects.filter(sort="chase", taken_back_at__isnull=True).exists()
        take_back(link=link, event=last(made).pk, now=LATER + timedelta(minutes=30))
        assert not Strain.objects.filter(sort="chase", taken_back_at__isnull=True).exists()

    def test_twice_is_taken_back_once(self) -> None:
        made = promise()
        link = opened(made)
        press(link, Answer.CALL_ME)
        event = last(made).pk
        take_back(link=link, event=event, now=LATER)
        take_back(link=link, event=event, now=LATER)
        assert made.events.filter(kind=EventKind.ANSWER_TAKEN_BACK).count() == 1

    def test_can_be_given_again(self) -> None:
        made = promise()
        link = opened(made)
        press(link, Answer.CALL_ME)
        take_back(link=link, event=last(made).pk, now=LATER)
        press(link, Answer.CALL_ME, minutes=1)
        made.refresh_from_db()
        assert made.customer_waiting_since == LATER + timedelta(minutes=1)

    def test_is_their_own(self) -> None:
        made, other = promise(), customer(name="Jan Novak")
        add_watcher(actor=made.owner, reference=made.reference, customer=other, now=NOW)
        press(opened(made), Answer.CALL_ME)
        with pytest.raises(Refused, match="no such answer"):
            take_back(link=opened(made, reader=other), event=last(made).pk, now=LATER)

    def test_is_an_answer(self) -> None:
        made = promise()
        for event in (last(made).pk, uuid.uuid4()):
            with pytest.raises(Refused, match="no such answer"):
                take_back(link=opened(made), event=event, now=LATER)

    def test_was_given_before_two_entries_became_one(self) -> None:
        made, into = promise(), customer()
        press(opened(made), Answer.CALL_ME)
        event = last(made).pk
        link = opened(made)
        merge_customers(actor=supervisor(team=made.team), duplicate=made.customer, into=into, now=LATER)
        token = link.token(Purpose.PAGE)
        take_back(link=open_link(token=token, purpose=Purpose.PAGE, now=LATER), event=event, now=LATER)
        made.refresh_from_db()
        assert made.customer_waiting_since is None


class TestRealNewsOnly:
    """A customer who asks for real news only …"""

    def test_is_noted_with_the_promise_they_asked_about(self) -> None:
        made = promise()
        only_real_news(link=opened(made), wanted=True, now=LATER)
        made.customer.refresh_from_db()
        assert made.customer.real_news_only
        assert last(made).facts == {"customer": made.customer_id, "wanted": True}

    def test_is_noted_once(self) -> None:
        made = promise()
        for _ in range(2):
            only_real_news(link=opened(made), wanted=True, now=LATER)
        assert made.events.filter(kind=EventKind.REAL_NEWS_ONLY).count() == 1

    def test_can_have_the_others_again(self) -> None:
        made = promise(customer=customer(real_news_only=True))
        only_real_news(link=opened(made), wanted=False, now=LATER)
        made.customer.refresh_from_db()
        assert not made.customer.real_news_only

    def test_is_looked_at_at_once_for_all_their_promises(self) -> None:
        made = promise()
        other = promise(customer=made.customer, owner=made.owner)
        only_real_news(link=opened(made), wanted=True, now=LATER)
        other.refresh_from_db()
        assert other.next_check_at == LATER


class TestNotForMe:
    """Somebody who says that it is not for them …"""

    def test_gets_no_more_mail(self) -> None:
        made = promise()
        not_for_me(link=opened(made), now=LATER)
        made.customer.refresh_from_db()
        assert (made.customer.do_not_mail, made.customer.do_not_mail_at) == ("not_for_me", LATER)

    def test_leaves_a_mark_on_the_timeline(self) -> None:
        made = promise()
        not_for_me(link=opened(made), now=LATER)
        event = made.events.get(kind=EventKind.NOT_FOR_ME)
        assert (event.actor, event.facts) == (None, {"customer": made.customer_id, "is_copy": False})

    def test_has_a_person_called_instead(self) -> None:
        made = promise()
        not_for_me(link=opened(made), now=LATER)
        assert Escalation.objects.get(commitment=made, ended_at__isnull=True).trigger == "undeliverable"

    def test_opens_nothing_any_more(self) -> None:
        made = promise()
        link = opened(made)
        not_for_me(link=link, now=LATER)
        with pytest.raises(LinkGone):
            open_link(token=link.token(Purpose.PAGE), purpose=Purpose.PAGE, now=LATER)

    def test_means_all_that_went_to_the_customer_there(self) -> None:
        made = promise()
        other = promise(customer=made.customer, owner=made.owner)
        theirs = opened(other)
        not_for_me(link=opened(made), now=LATER)
        assert Escalation.objects.filter(commitment=other, trigger="undeliverable", ended_at__isnull=True).exists()
        with pytest.raises(LinkGone):
            open_link(token=theirs.token(Purpose.PAGE), purpose=Purpose.PAGE, now=LATER)

    def test_leaves_a_kept_promise_kept(self) -> None:
        made = kept()
        not_for_me(link=opened(made), now=LATER)
        assert not Escalation.objects.filter(commitment=made).exists()

    def test_has_them_called_who_were_told_of_a_withdrawal_by_mail_alone(self) -> None:
        by_mail, by_phone = promise(), promise()
        for made, mailed in ((by_mail, True), (by_phone, False)):
            link = opened(made)
            withdraw(actor=made.owner, reference=made.reference, reason="It is sold out.", by_mail=mailed, now=NOW)
            not_for_me(link=link, now=LATER)
        assert [escalation.commitment for escalation in Escalation.objects.filter(ended_at__isnull=True)] == [by_mail]

    def test_who_only_watches_leaves_the_customer_told(self) -> None:
        made, other = promise(), customer(name="Jan Novak")
        add_watcher(actor=made.owner, reference=made.reference, customer=other, now=NOW)
        not_for_me(link=opened(made, reader=other), now=LATER)
        other.refresh_from_db()
        made.customer.refresh_from_db()
        assert (other.do_not_mail, made.customer.do_not_mail) == ("not_for_me", "")
        assert not Escalation.objects.exists()
        assert made.events.get(kind=EventKind.NOT_FOR_ME).facts["is_copy"]

    def test_flags_nobody_else_where_the_address_has_just_been_taken_out(self) -> None:
        made, nobody = promise(), customer(name="Jan Novak", email="")
        link = opened(made)
        Customer.objects.filter(pk=made.customer_id).update(email="")
        link.customer.refresh_from_db()
        not_for_me(link=link, now=LATER)
        nobody.refresh_from_db()
        assert nobody.do_not_mail == ""

    def test_is_as_the_timeline_says(self) -> None:
        made = promise()
        not_for_me(link=opened(made), now=LATER)
        assert list(differences([Commitment.objects.select_related("policy").get(pk=made.pk)])) == []

"""What can be done on a promise's page …"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commitments.models import Commitment, Kind
from commitments.services.attempts import start_call
from commitments.services.promising import keep
from commitments.services.replies import dispute
from commitments.web.acts import ACTS
from tests import factories
from tests.commitments.web.acting import act, asked, page_of, refused

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.fixture
def promise(ana: Any, now: datetime) -> Commitment:
    """Make a promise two hours ago, due on Friday."""
    customer = factories.customer(phone="+351210000102")
    return factories.promise(owner=ana, customer=customer, now=now - 2 * HOUR)


@pytest.fixture
def kept(promise: Commitment, ana: Any, now: datetime) -> Commitment:
    """Keep the promise, an hour ago."""
    keep(actor=ana, reference=promise.reference, now=now - HOUR)
    promise.refresh_from_db()
    return promise


@pytest.mark.parametrize("name", [act.name for act in ACTS])
def test_is_not_there_for_another_team(db: None, promise: Commitment, name: str) -> None:
    stranger = Client()
    stranger.force_login(factories.agent(team=factories.team()))
    assert act(stranger, promise, name).status_code == 404


@pytest.mark.parametrize("path", [act.path for act in ACTS])
def test_is_answered_with_the_page_when_it_is_only_looked_at(client: Client, promise: Commitment, path: str) -> None:
    assert client.get(f"/promises/{promise.reference}/{path}/")["Location"] == f"/promises/{promise.reference}/"


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("message", {"words": "My own long story", "channel": "phone"}),
        ("contact", {"direction": "in", "message": "My own long story"}),
        ("attempt", {"result": "engaged", "next_try_at": "2026-11-19T10:00", "message": "My own long story"}),
        ("acknowledge", {"note": "My own long story"}),
        ("calling", {}),
    ],
)
def test_is_refused_with_what_somebody_else_did_meanwhile(
    client: Client, promise: Commitment, sofia: Any, now: datetime, name: str, values: dict[str, str]
) -> None:
    keep(actor=sofia, reference=promise.reference, now=now)
    page = refused(act(client, promise, name, **values, version=1))
    assert "Sofia Lindqvist kept the promise, on time" in page
    assert values == {} or "My own long story" in page


class TestMessage:
    def test_shows_who_waits_with_their_words(self, client: Client, promise: Commitment) -> None:
        said = {"words": "Where is it?", "channel": "email", "needs_answer": "on"}
        assert act(client, promise, "message", **said).status_code == 302
        page = page_of(client, promise)
        assert "The customer wrote a mail" in page
        assert "Customer waits since" in page
        assert page.index("They last said") < page.index("Where is it?")
        assert page.index("The customer waits for an answer") < page.rindex("Where is it?")

    def test_needs_no_answer_where_that_is_said(self, client: Client, promise: Commitment) -> None:
        act(client, promise, "message", words="Thank you!", channel="email")
        assert "Customer waits since" not in page_of(client, promise)

    def test_is_refused_without_words_and_keeps_what_was_typed(self, client: Client, promise: Commitment) -> None:
        typed = {"words": " ", "channel": "chat", "happened_at": "2026-11-18T09:30"}
        page = refused(act(client, promise, "message", **typed))
        assert "Write what the customer said." in page
        assert "2026-11-18T09:30" in page

    def test_is_marked_as_thanks_with_one_press(self, client: Client, promise: Commitment, now: datetime) -> None:
        asked(promise, now=now - HOUR, words="Great, thanks!")
        message = promise.events.get(kind="customer_message")
        assert f'value="{message.pk}"' in page_of(client, promise)
        assert act(client, promise, "thanks", message=message.pk).status_code == 302
        page = page_of(client, promise)
        assert "marked the customer’s message as thanks" in page
        assert "Customer waits since" not in page

    def test_is_refused_as_thanks_where_it_is_none(self, client: Client, promise: Commitment, now: datetime) -> None:
        asked(promise, now=now - HOUR)
        made = promise.events.get(kind="made")
        assert "has no such message" in refused(act(client, promise, "thanks", message=made.pk))
        assert "Choose a message." in refused(act(client, promise, "thanks"))


class TestConversation:
    def test_answers_a_customer_who_waits(self, client: Client, promise: Commitment, now: datetime) -> None:
        asked(promise, now=now - HOUR)
        said = {"direction": "in", "message": "Told her that it is on its way."}
        assert act(client, promise, "contact", **said).status_code == 302
        page = page_of(client, promise)
        assert "The customer called and spoke with Ana Ruiz" in page
        assert "Customer waits since" not in page

    def test_is_refused_without_what_was_said(self, client: Client, promise: Commitment) -> None:
        assert "Write what was said." in refused(act(client, promise, "contact", direction="in", message=""))


class TestDispute:
    def test_asks_for_an_answer_or_a_new_date(self, client: Client, kept: Commitment, sofia: Any) -> None:
        said = {"words": "It still does not work.", "channel": "phone"}
        assert act(client, kept, "dispute", **said).status_code == 302
        page = page_of(client, kept)
        assert "Not solved, they say, since" in page
        assert "Answer the customer" in page
        assert "Open it again" in page
        assert "Sofia Lindqvist is told that the customer says that it is not solved" in page

    def test_is_not_offered_on_an_open_promise(self, client: Client, promise: Commitment) -> None:
        assert "They say that it is not solved" not in page_of(client, promise)
        said = {"words": "It does not work.", "channel": "phone"}
        assert "record what the customer said as a message" in refused(act(client, promise, "dispute", **said))

    def test_ends_with_an_answer(self, client: Client, kept: Commitment, ana: Any, now: datetime) -> None:
        dispute(actor=ana, reference=kept.reference, channel="phone", words="No!", now=now - MINUTE)
        answer = {"message": "You have to turn it on.", "by_mail": "told"}
        assert act(client, kept, "answer", **answer).status_code == 302
        page = page_of(client, kept)
        assert "Not solved, they say" not in page
        assert "Kept on time" in page

    def test_ends_with_a_new_date(self, client: Client, kept: Commitment, ana: Any, now: datetime) -> None:
        dispute(actor=ana, reference=kept.reference, channel="phone", words="No!", now=now - MINUTE)
        again = {"due_at": "2026-11-20T12:00", "reason": "We send another one.", "by_mail": "told"}
        assert act(client, kept, "reopen", **again).status_code == 302
        page = page_of(client, kept)
        assert "Ana Ruiz opened it again, now by Fri 20 Nov, 12:00 (Lisbon)" in page
        assert "We send another one." in page
        assert "Give word" in page

    @pytest.mark.parametrize(
        ("values", "sentence"),
        [
            ({"due_at": ""}, "Give a date and a time."),
            ({"due_at": "2026-11-17T12:00"}, "That time has passed"),
            ({"due_at": "2027-03-28T01:30"}, "does not exist in Europe/Lisbon"),
        ],
    )
    def test_is_not_ended_by_a_date_that_cannot_be(
        self, client: Client, kept: Commitment, values: dict[str, str], sentence: str
    ) -> None:
        page = refused(act(client, kept, "reopen", by_mail="told", reason="Half a story", **values))
        assert sentence in page
        assert "Half a story" in page


class TestBadNews:
    BAD = {"what_happened": "Customs are slow.", "what_next": "We ask again.", "choices": "You can cancel."}

    def test_is_told_with_what_the_customer_can_choose(self, client: Client, promise: Commitment) -> None:
        told = {"meaning": "at_risk", "by_mail": "mail", **self.BAD}
        assert act(client, promise, "word", **told).status_code == 302
        page = page_of(client, promise)
        assert "told the customer that the date may not hold, by mail" in page
        assert "You can cancel." in page

    def test_is_refused_without_a_choice_and_keeps_the_rest(self, client: Client, promise: Commitment) -> None:
        told = {"meaning": "will_miss", "by_mail": "told", **self.BAD, "choices": ""}
        page = refused(act(client, promise, "word", **told))
        assert "name at least one thing" in page
        assert "Customs are slow." in page

    def test_is_noted_where_it_cannot_be_told_yet(self, client: Client, promise: Commitment) -> None:
        noted = {"meaning": "will_miss", "by_mail": "later", "note": "Customs call back at two."}
        assert act(client, promise, "word", **noted).status_code == 302
        page = page_of(client, promise)
        assert "noted that the date will not hold; the customer is still to be told" in page
        assert "Bad news untold since" in page
        assert "Customs call back at two." in page

    def test_alone_can_wait_to_be_told(self, client: Client, promise: Commitment) -> None:
        later = {"meaning": "news", "by_mail": "later", "message": "Something."}
        assert "Only bad news can be noted" in refused(act(client, promise, "word", **later))
        assert not promise.events.filter(kind="risk_noted").exists()


class TestQuestion:
    def test_shows_until_when_the_promise_waits_for_the_customer(self, client: Client, promise: Commitment) -> None:
        question = {"meaning": "question", "message": "Which colour?", "by_mail": "told"}
        assert act(client, promise, "word", answer_by="2026-11-19T12:00", **question).status_code == 302
        assert "Waiting for the customer until <time" in page_of(client, promise)

    def test_is_refused_with_a_date_after_the_promises_own(self, client: Client, promise: Commitment) -> None:
        question = {"meaning": "question", "message": "Which colour?", "by_mail": "told"}
        page = refused(act(client, promise, "word", answer_by="2026-11-25T12:00", **question))
        assert "before the promised date" in page
        assert "Which colour?" in page


class TestCalling:
    def test_shows_who_is_on_the_line_until_it_is_over(
        self, client: Client, supervisors_client: Client, promise: Commitment
    ) -> None:
        assert "I am calling now" in page_of(client, promise)
        assert act(client, promise, "calling").status_code == 302
        assert "You are calling the customer" in page_of(client, promise)
        others = page_of(supervisors_client, promise)
        assert "Ana Ruiz is calling the customer" in others
        assert "I am calling now" not in others
        assert act(supervisors_client, promise, "hang-up").status_code == 302
        assert "I am calling now" in page_of(client, promise)

    def test_is_over_only_once(self, client: Client, promise: Commitment, sofia: Any, now: datetime) -> None:
        start_call(actor=sofia, reference=promise.reference, now=now - 31 * MINUTE)
        assert "Nobody is on the line with this customer." in refused(act(client, promise, "hang-up"))

    def test_is_refused_while_somebody_else_is_on_the_line(
        self, client: Client, promise: Commitment, sofia: Any, now: datetime
    ) -> None:
        start_call(actor=sofia, reference=promise.reference, now=now - MINUTE)
        assert "Sofia Lindqvist is calling this customer now." in refused(act(client, promise, "calling"))


class TestAttempt:
    def test_by_mail_moves_a_callbacks_date(self, client: Client, ana: Any, now: datetime) -> None:
        promise = factories.promise(owner=ana, kind=Kind.CALLBACK, due_at=now + HOUR, now=now - HOUR)
        tried = {"result": "no_answer", "next_try_at": "2026-11-19T10:00", "by_mail": "on"}
        assert act(client, promise, "attempt", **tried).status_code == 302
        page = page_of(client, promise)
        assert (
            "tried to call the customer at Wed 18 Nov, 10:20 (Lisbon) (nobody answered), and told them so by mail"
            in page
        )
        assert "Thu 19 Nov, 10:00 (Lisbon)" in page
        assert "date moved once" in page

    def test_says_when_it_was_tried_where_the_mail_came_later(self, client: Client, promise: Commitment) -> None:
        tried = {"result": "engaged", "next_try_at": "2026-11-19T10:00", "by_mail": "on"}
        act(client, promise, "attempt", happened_at="2026-11-18T09:30", **tried)
        assert "tried to call the customer at Wed 18 Nov, 09:30 (Lisbon)" in page_of(client, promise)

    def test_is_refused_without_the_next_try(self, client: Client, promise: Commitment) -> None:
        page = refused(act(client, promise, "attempt", result="engaged", next_try_at="", message="Half a story"))
        assert "Say when you will try again." in page
        assert "Half a story" in page

    def test_is_refused_by_mail_to_who_cannot_be_mailed_any_more(self, client: Client, ana: Any) -> None:
        promise = factories.promise(owner=ana, customer=factories.customer(email=""))
        tried = {"result": "engaged", "next_try_at": "2026-11-19T10:00", "by_mail": "on"}
        assert "This customer cannot be mailed; call them" in refused(act(client, promise, "attempt", **tried))


def test_asks_the_database_as_often_however_much_there_is_to_answer(
    client: Client, promise: Commitment, now: datetime
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page_of(client, promise)
        return len(captured)

    asked(promise, now=now - HOUR)
    # The second one is a chase, whose strain is shown as well.
    asked(promise, now=now - 55 * MINUTE)
    few = queries()
    for minute in range(5):
        asked(promise, now=now - (50 - minute) * MINUTE)
    assert queries() == few


def test_untold_bad_news_stands_on_the_board(supervisors_client: Client, client: Client, promise: Commitment) -> None:
    act(client, promise, "word", meaning="at_risk", by_mail="later")
    assert promise.reference in supervisors_client.get("/board/?state=untold").content.decode()
    promise.refresh_from_db()
    assert promise.untold_since == factories.NOW

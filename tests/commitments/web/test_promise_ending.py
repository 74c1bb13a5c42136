"""Keeping, breaking and following up a promise on its page …"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from commitments.domain.clocks import WordMeaning
from commitments.models import BusinessCalendar, Commitment, Kind
from commitments.services.promising import keep, withdraw
from commitments.services.sweeping import sweep
from commitments.services.word import give_word
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


class TestKeeping:
    CARE = {"care": "on", "care_kind": "callback", "care_promise": "ask how it works", "care_told": "on"}

    def test_asks_whether_it_is_solved_unless_they_have_said_so(self, client: Client, promise: Commitment) -> None:
        assert "They have told me that it is solved" in page_of(client, promise)
        act(client, promise, "keep", customer_confirmed="on")
        assert promise.events.get(kind="kept").facts["asks_if_solved"] is False

    def test_has_nothing_to_ask_after_a_callback(self, client: Client, ana: Any) -> None:
        promise = factories.promise(owner=ana, kind=Kind.CALLBACK)
        assert "They have told me that it is solved" not in page_of(client, promise)

    def test_makes_the_next_promise_in_the_same_step(self, client: Client, promise: Commitment) -> None:
        care = self.CARE | {"care_due_at": "2026-11-25T12:00"}
        assert act(client, promise, "keep", **care).status_code == 302
        follows = promise.followed_by.get()
        page = page_of(client, promise)
        assert "Followed by" in page
        assert f"/promises/{follows.reference}/" in page
        assert "Follows" in page_of(client, follows)

    @pytest.mark.parametrize(
        ("values", "sentence"),
        [
            ({"care_due_at": ""}, "Give a date and a time."),
            ({"care_due_at": "2026-11-17T12:00"}, "That time has passed"),
            ({"care_due_at": "2026-11-25T12:00", "care_promise": ""}, "Write what was promised"),
        ],
    )
    def test_keeps_nothing_where_the_next_promise_is_refused(
        self, client: Client, promise: Commitment, values: dict[str, str], sentence: str
    ) -> None:
        page = refused(act(client, promise, "keep", how="Brought it.", **self.CARE | values))
        assert sentence in page
        assert "Brought it." in page
        promise.refresh_from_db()
        assert promise.status == "open"


class TestWhatWentWrong:
    @pytest.fixture
    def overdue(self, ana: Any, now: datetime) -> Commitment:
        """Make a promise whose date passed an hour ago."""
        promise = factories.promise(owner=ana, now=now - 3 * HOUR, due_at=now - HOUR)
        sweep(now=now)
        return promise

    def test_is_taken_note_of_and_says_by_whom_and_until_when(
        self, client: Client, supervisors_client: Client, overdue: Commitment
    ) -> None:
        assert act(client, overdue, "acknowledge", note="I am on it.").status_code == 302
        page = page_of(client, overdue)
        assert "Ana Ruiz has taken note, until" in page
        assert "Ana Ruiz has taken note that it is overdue" in page
        assert "I am on it." in page
        assert "Ana Ruiz took note, until" in supervisors_client.get("/board/").content.decode()

    def test_is_nothing_where_all_is_well(self, client: Client, promise: Commitment) -> None:
        assert "Take note of what is wrong" not in page_of(client, promise)
        assert "nothing here to take note of" in refused(act(client, promise, "acknowledge"))

    def test_is_asked_for_until_it_is_explained(self, client: Client, overdue: Commitment, now: datetime) -> None:
        assert "Why was the date broken?" in page_of(client, overdue)
        due_at = (now - HOUR).isoformat()
        assert "Write why the date was broken." in refused(act(client, overdue, "break", due_at=due_at, reason=""))
        explained = act(client, overdue, "break", due_at=due_at, reason="The courier was ill.")
        assert explained.status_code == 302
        page = page_of(client, overdue)
        assert "Why was the date broken?" not in page
        assert "The courier was ill." in page


class TestOutcome:
    def test_says_that_the_customer_was_warned_before_the_date_that_broke(
        self, client: Client, ana: Any, now: datetime
    ) -> None:
        promise = factories.promise(owner=ana, now=now - 3 * HOUR, due_at=now - HOUR)
        told = {"what_happened": "It is late.", "what_next": "We ask.", "choices": "Cancel."}
        give_word(
            actor=ana,
            reference=promise.reference,
            now=now - 2 * HOUR,
            meaning=WordMeaning.AT_RISK,
            by_mail=False,
            **told,
        )
        sweep(now=now)
        assert "warned before the date" in page_of(client, promise)

    def test_says_nothing_of_a_warning_where_there_was_none(self, client: Client, ana: Any, now: datetime) -> None:
        promise = factories.promise(owner=ana, now=now - 3 * HOUR, due_at=now - HOUR)
        sweep(now=now)
        assert "warned before the date" not in page_of(client, promise)


class TestAnew:
    @pytest.fixture
    def withdrawn(self, promise: Commitment, ana: Any, now: datetime) -> Commitment:
        """Withdraw the promise."""
        withdraw(actor=ana, reference=promise.reference, reason="Sold out.", by_mail=False, now=now - HOUR)
        return promise

    def test_fills_the_log_form_and_links_the_two(self, client: Client, withdrawn: Commitment) -> None:
        assert f"?anew={withdrawn.reference}#log" in page_of(client, withdrawn)
        desk = client.get(f"/?anew={withdrawn.reference}").content.decode()
        assert "send you a replacement router</textarea>" in desk
        assert f'name="previous" value="{withdrawn.reference}"' in desk
        assert "Promised anew after" in desk
        assert "Give a date" not in desk
        made = self.logged(client, withdrawn)
        assert made.previous == withdrawn

    def test_is_offered_to_whoever_promises_it_anew(self, client: Client, withdrawn: Commitment, ana: Any) -> None:
        first = factories.agent(team=withdrawn.team, first_name="Aaron")
        desk = client.get(f"/?anew={withdrawn.reference}").content.decode()
        assert f'<option value="{ana.pk}" selected>' in desk
        assert f'<option value="{first.pk}" selected>' not in desk

    def logged(self, client: Client, withdrawn: Commitment, **values: Any) -> Commitment:
        typed = {
            "who": "Maria",
            "customer": withdrawn.customer_id,
            "kind": "fix",
            "promise": "send you another one",
            "due_at": "2026-11-20T12:00",
            "channel": "phone",
            "previous": withdrawn.reference,
        } | values
        assert client.post("/desk/log/", typed).status_code == 302
        return Commitment.objects.latest("pk")

    def test_is_not_linked_for_another_customer(self, client: Client, withdrawn: Commitment, ana: Any) -> None:
        other = factories.promise(owner=ana).customer
        assert self.logged(client, withdrawn, customer=other.pk).previous is None

    def test_is_nothing_for_a_promise_that_one_may_not_see(self, client: Client, now: datetime) -> None:
        other = factories.promise(now=now - 2 * HOUR, promise="a secret")
        withdraw(actor=other.owner, reference=other.reference, reason="No.", by_mail=False, now=now - HOUR)
        desk = client.get(f"/?anew={other.reference}").content.decode()
        assert "a secret" not in desk
        assert "Promised anew" not in desk
        assert client.get("/?anew=%00").status_code == 200


class TestKeptOnTheCall:
    def logged(self, client: Client, ana: Any, **values: Any) -> Any:
        typed = {
            "who": "Maria",
            "customer": factories.promise(owner=ana).customer_id,
            "kind": "answer",
            "promise": "tell you the fee",
            "channel": "phone",
            "notify_customer": "on",
            "is_kept": "1",
        }
        return client.post("/desk/log/", typed | values)

    def test_is_logged_with_one_press_and_no_date(self, client: Client, ana: Any) -> None:
        assert self.logged(client, ana, how="Told her on the spot.").status_code == 302
        made = Commitment.objects.latest("pk")
        assert made.kept_on_the_call
        assert made.events.get(kind="kept").facts["notify_customer"] is False
        page = page_of(client, made)
        assert "kept on the call" in page
        assert "Ana Ruiz kept the promise on the very call" in page

    def test_says_nothing_of_who_works_at_a_date_that_is_over(self, client: Client, ana: Any) -> None:
        BusinessCalendar.objects.update(week=[[["09:00", "10:00"]]] * 5 + [[], []])
        self.logged(client, ana)
        assert "Nobody works then" not in client.get("/").content.decode()

    def test_is_refused_without_words_and_keeps_what_was_typed(self, client: Client, ana: Any) -> None:
        page = refused(self.logged(client, ana, promise="", how="Told her."))
        assert "Write what was promised" in page
        assert "Told her." in page
        assert 'details class="log-more" open' in page


class TestEndedPromise:
    def test_that_somebody_waits_for_stands_on_the_desk_and_the_board(
        self, client: Client, supervisors_client: Client, kept: Commitment, now: datetime
    ) -> None:
        assert kept.reference not in client.get("/").content.decode()
        asked(kept, now=now - MINUTE, needs_answer=True)
        assert f"/promises/{kept.reference}/#answer" in client.get("/").content.decode()
        assert "They have waited for 1 min." in page_of(client, kept)
        for query in ("", "?state=waiting"):
            assert kept.reference in supervisors_client.get(f"/board/{query}").content.decode()
        for query in ("?state=overdue", "?state=due_soon"):
            assert kept.reference not in supervisors_client.get(f"/board/{query}").content.decode()

    def test_offers_no_answer_where_nobody_waits(self, client: Client, kept: Commitment) -> None:
        assert "Answer the customer" not in page_of(client, kept)
        assert "has already ended" in refused(act(client, kept, "answer", message="Hello.", by_mail="told"))

"""The customer's page …"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from icalendar import Calendar
from pytest_django import DjangoAssertNumQueries

from commitments.domain.answers import Answer
from commitments.domain.clocks import WordMeaning
from commitments.domain.timeline import EventKind
from commitments.domain.tokens import Purpose
from commitments.models import Commitment, CommitmentEvent, Customer, CustomerLink, Picture, Team
from commitments.services.attempts import AttemptResult, attempt
from commitments.services.customer_answers import give_answer, take_back
from commitments.services.dates import renegotiate
from commitments.services.links import issue, open_link, revoke
from commitments.services.promising import keep, reopen, withdraw
from commitments.services.replies import contact
from commitments.services.watching import add_watcher
from commitments.services.word import give_word, note_risk
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

BEFORE = NOW - timedelta(hours=3)
"""When what these tests look at was promised; the pages read NOW."""


@pytest.fixture
def client() -> Client:
    """Give a browser that is not signed in."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def made(ana: Any) -> Commitment:
    """Make a promise to Maria, three hours ago."""
    return factories.promise(owner=ana, now=BEFORE)


def link_to(made: Commitment, *, reader: Customer | None = None) -> CustomerLink:
    """Give somebody's link as a mail of a while ago carried it."""
    pair = made.pk, (reader or made.customer).pk
    return issue(pairs={pair}, now=BEFORE)[pair]


def address_of(made: Commitment, *, reader: Customer | None = None) -> str:
    """Give where somebody's page is."""
    return f"/p/{link_to(made, reader=reader).token(Purpose.PAGE)}/"


def words_on(response: HttpResponse) -> str:
    """Give what a page says, on one line."""
    return " ".join(response.content.decode().split())


def told(made: Commitment, message: str = "The courier has the parcel.", *, at: datetime = NOW) -> None:
    """Have the owner tell the customer something."""
    give_word(
        actor=made.owner,
        reference=made.reference,
        now=at,
        meaning=WordMeaning.NEWS,
        message=message,
        by_mail=False,
    )


class TestShowing:
    """Without an account, it …"""

    def test_says_what_was_promised_by_when_in_their_zone_and_who_looks_after_it(
        self, client: Client, made: Commitment
    ) -> None:
        page = words_on(client.get(address_of(made)))
        assert "send you a replacement router" in page
        assert "Friday 20 November, 15:00 (Lisbon time)" in page
        assert "<bdi>Ana Ruiz</bdi> looks after this." in page
        assert made.reference in page
        assert "+351 21 000 0101" in page

    def test_says_by_when_they_hear_from_us(self, client: Client, made: Commitment) -> None:
        page = words_on(client.get(address_of(made)))
        assert "You will hear from us by <strong><time" in page
        assert "Thursday 19 November" in page

    def test_tells_the_last_news_and_who_told_it(self, client: Client, made: Commitment) -> None:
        told(made, at=NOW - timedelta(hours=1))
        page = words_on(client.get(address_of(made)))
        assert "<bdi>Ana Ruiz</bdi> told you:" in page
        assert "The courier has the parcel." in page

    @pytest.mark.parametrize("direction", ["in", "out"])
    def test_tells_of_a_call_without_the_note_that_was_taken_of_it(
        self, client: Client, made: Commitment, direction: str
    ) -> None:
        told(made, at=NOW - timedelta(hours=1))
        contact(
            actor=made.owner,
            reference=made.reference,
            direction=direction,
            message="She shouted at me.",
            now=NOW - timedelta(minutes=5),
        )
        page = words_on(client.get(address_of(made)))
        assert "She shouted" not in page
        assert "You last heard from <bdi>Ana Ruiz</bdi>" in page

    def test_tells_what_a_colleague_wrote_to_them_from_a_mail_program(self, client: Client, made: Commitment) -> None:
        contact(
            actor=made.owner,
            reference=made.reference,
            direction="out",
            message="The courier has it.",
            channel="email",
            now=NOW,
        )
        assert "The courier has it." in words_on(client.get(address_of(made)))

    def test_shows_a_question_with_the_date_of_its_answer(self, client: Client, made: Commitment) -> None:
        give_word(
            actor=made.owner,
            reference=made.reference,
            now=NOW,
            meaning=WordMeaning.QUESTION,
            message="Which colour?",
            answer_by=NOW + timedelta(hours=20),
            by_mail=False,
        )
        page = words_on(client.get(address_of(made)))
        assert "<bdi>Ana Ruiz</bdi> asked you:" in page
        assert "We need your answer by" in page

    def test_lists_the_dates_that_were_promised(self, client: Client, made: Commitment) -> None:
        renegotiate(
            actor=made.owner,
            reference=made.reference,
            due_at=datetime.fromisoformat("2026-11-24T12:00:00Z"),
            what_happened="The router is late.",
            what_next="We send it on Monday.",
            choices="You can have another one.",
            by_mail=False,
            now=NOW,
        )
        page = words_on(client.get(address_of(made)))
        assert "The dates we promised" in page
        dates = page.partition("The dates we promised")[2]
        assert dates.index("Friday 20 November, 15:00") < dates.index("Tuesday 24 November, 12:00")
        assert "not kept in time" not in dates

    def test_marks_the_date_that_holds_once_where_it_was_moved_away_and_back(
        self, client: Client, made: Commitment
    ) -> None:
        for days, minutes in ((1, -40), (0, -20)):
            renegotiate(
                actor=made.owner,
                reference=made.reference,
                due_at=made.due_at + timedelta(days=days),
                what_happened="The router is late.",
                what_next="We send it.",
                choices="You can have another one.",
                by_mail=False,
                now=NOW + timedelta(minutes=minutes),
            )
        dates = words_on(client.get(address_of(made))).partition("The dates we promised")[2]
        assert dates.partition("</ol>")[0].count("<strong>") == 1

    def test_says_that_a_date_passed(self, client: Client, ana: Any) -> None:
        made = factories.promise(owner=ana, now=BEFORE, due_at=NOW - timedelta(hours=1))
        page = words_on(client.get(address_of(made)))
        assert "We missed our promise" in page
        assert "We have no record that we did it. We are sorry." in page
        assert "not kept in time" in page

    def test_says_that_it_was_kept_and_asks_whether_that_solved_it(self, client: Client, made: Commitment) -> None:
        keep(actor=made.owner, reference=made.reference, how="It stands at your door.", now=NOW)
        page = words_on(client.get(address_of(made)))
        assert "We have kept our promise" in page
        assert "It stands at your door." in page
        assert "Is it solved?" in page
        assert f'action="{address_of(made)}not-yet/"' in page

    def test_asks_anew_whether_it_is_solved_where_it_was_opened_again_and_kept_again(
        self, client: Client, made: Commitment
    ) -> None:
        keep(actor=made.owner, reference=made.reference, now=NOW - timedelta(minutes=50))
        solved_at = NOW - timedelta(minutes=40)
        link = open_link(token=link_to(made).token(Purpose.PAGE), purpose=Purpose.PAGE, now=solved_at)
        give_answer(link=link, answer=Answer.SOLVED, words="", now=solved_at)
        reopen(
            actor=made.owner,
            reference=made.reference,
            due_at=made.due_at,
            by_mail=False,
            now=NOW - timedelta(minutes=30),
        )
        keep(actor=made.owner, reference=made.reference, now=NOW - timedelta(minutes=20))
        assert f'action="{address_of(made)}solved/"' in words_on(client.get(address_of(made)))

    def test_says_that_it_was_taken_back_and_why(self, client: Client, made: Commitment) -> None:
        withdraw(actor=made.owner, reference=made.reference, reason="It is sold out.", by_mail=False, now=NOW)
        page = words_on(client.get(address_of(made)))
        assert "We have taken our promise back" in page
        assert "It is sold out." in page
        assert "calling is the surest way" in page

    def test_says_nothing_that_was_written_for_colleagues(self, client: Client, made: Commitment) -> None:
        note_risk(
            actor=made.owner, reference=made.reference, meaning=WordMeaning.AT_RISK, note="Supplier is bust.", now=NOW
        )
        attempt(
            actor=made.owner,
            reference=made.reference,
            result=AttemptResult.NO_ANSWER,
            next_try_at=NOW + timedelta(hours=2),
            message="Sounded angry.",
            by_mail=False,
            now=NOW,
        )
        page = words_on(client.get(address_of(made)))
        assert "bust" not in page
        assert "angry" not in page

    def test_shows_a_watcher_the_same_and_no_answers_of_the_customers_own(
        self, client: Client, made: Commitment
    ) -> None:
        other = factories.customer(name="Jan Novak", time_zone="Europe/Prague")
        add_watcher(actor=made.owner, reference=made.reference, customer=other, now=NOW)
        page = words_on(client.get(address_of(made, reader=other)))
        assert "kept informed of what we promised <bdi>Maria Lopez</bdi>" in page
        assert "16:00 (Prague time)" in page
        assert "call-me" not in page
        assert "/message/" in page

    def test_speaks_the_customers_language(self, client: Client, made: Commitment) -> None:
        made.customer.language = "de"
        made.customer.save()
        page = words_on(client.get(address_of(made)))
        assert '<html lang="de">' in page
        assert "Freitag" in page

    def test_speaks_the_teams_language_where_theirs_is_not_known(self, client: Client, made: Commitment) -> None:
        Team.objects.update(language="de")
        assert '<html lang="de">' in words_on(client.get(address_of(made)))

    def test_reads_a_name_from_right_to_left_by_itself(self, client: Client, ana: Any) -> None:
        made = factories.promise(owner=ana, now=BEFORE, customer=factories.customer(name="עדה לוי <b>"))
        assert "<bdi>עדה לוי &lt;b&gt;</bdi>" in words_on(client.get(address_of(made)))

    @pytest.mark.parametrize("events", [1, 12])
    def test_costs_as_many_statements_however_long_its_story(
        self, events: int, client: Client, made: Commitment, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        address = address_of(made)
        for number in range(events):
            at = NOW + timedelta(seconds=number)
            told(made, f"News {number}.", at=at)
            link = open_link(token=address[3:-1], purpose=Purpose.PAGE, now=at)
            give_answer(link=link, answer=Answer.MESSAGE, words=f"And {number}?", now=at)
        with django_assert_num_queries(9):
            client.get(address)


class TestPrivacy:
    """It is nobody else's: it …"""

    def test_is_kept_by_no_cache_found_by_no_search_engine_and_named_to_no_other_site(
        self, client: Client, made: Commitment
    ) -> None:
        for address in (address_of(made), f"{address_of(made)}promise.ics", "/p/nothing/"):
            response = client.get(address)
            assert response["Cache-Control"] == "no-store, private"
            assert response["Referrer-Policy"] == "no-referrer"
            assert response["X-Robots-Tag"] == "noindex, nofollow"

    def test_sets_no_cookie_and_asks_for_none(self, client: Client, made: Commitment) -> None:
        for response in (client.get(address_of(made)), client.post(f"{address_of(made)}call-me/")):
            assert not response.cookies
            assert "Cookie" not in response.get("Vary", "")

    def test_loads_nothing_from_elsewhere_and_runs_nothing(self, client: Client, made: Commitment) -> None:
        page = words_on(client.get(address_of(made)))
        assert "<script" not in page
        assert "http://" not in page
        assert "https://" not in page

    @pytest.mark.parametrize("token", ["nothing", "a" * 32, "A" * 500, "..", "%00", "é"])
    def test_tells_nothing_about_a_link_that_opens_nothing(self, client: Client, token: str) -> None:
        response = client.get(f"/p/{token}/")
        assert response.status_code == 404
        assert "This link no longer works" in words_on(response)

    def test_says_the_same_of_a_link_that_was_revoked(self, client: Client, made: Commitment) -> None:
        address = address_of(made)
        revoke(customer=made.customer, now=NOW)
        assert client.get(address).content == client.get("/p/nothing/").content

    def test_gives_what_was_written_back_where_the_link_has_just_gone(self, client: Client, made: Commitment) -> None:
        address = address_of(made)
        revoke(customer=made.customer, now=NOW)
        response = client.post(f"{address}message/", {"words": "Where <is> it?"})
        assert response.status_code == 404
        assert "Where &lt;is&gt; it?" in words_on(response)

    def test_opens_no_page_of_ours(self, client: Client, made: Commitment) -> None:
        client.get(address_of(made))
        assert client.get(f"/promises/{made.reference}/").status_code == 302


class TestAnswering:
    """An answer there …"""

    @pytest.mark.parametrize("path", ["another-time", "call-me", "message"])
    def test_is_taken_and_leads_back_to_the_page(self, path: str, client: Client, made: Commitment) -> None:
        response = client.post(f"{address_of(made)}{path}/", {"words": "Tomorrow, please."})
        assert (response.status_code, response["Location"]) == (302, f"{address_of(made)}#answers")
        assert made.events.latest("id").kind == EventKind.CUSTOMER_MESSAGE
        page = words_on(client.get(address_of(made)))
        assert "Tomorrow, please." in page
        assert "It waits for a person’s answer." in page

    @pytest.mark.parametrize(
        ("path", "said"), [("solved", "You told us that it is solved."), ("not-yet", "it is not solved yet")]
    )
    def test_about_a_kept_promise_stands_there(self, path: str, said: str, client: Client, made: Commitment) -> None:
        keep(actor=made.owner, reference=made.reference, now=NOW - timedelta(hours=1))
        client.post(f"{address_of(made)}{path}/")
        page = words_on(client.get(address_of(made)))
        assert said in page
        assert f"{path}/" not in page

    def test_can_be_taken_back(self, client: Client, made: Commitment) -> None:
        client.post(f"{address_of(made)}call-me/")
        event = made.events.latest("id")
        undo = f"{address_of(made)}back/{event.pk}/"
        assert undo in words_on(client.get(address_of(made)))
        assert client.post(undo).status_code == 302
        made.refresh_from_db()
        assert made.customer_waiting_since is None
        page = words_on(client.get(address_of(made)))
        assert "You asked us to call you" not in page
        assert "call-me/" in page

    def test_that_was_answered_can_not_be_taken_back(self, client: Client, made: Commitment) -> None:
        client.post(f"{address_of(made)}message/", {"words": "Where is it?"})
        told(made, at=NOW)
        page = words_on(client.get(address_of(made)))
        assert "Where is it?" in page
        assert "Take it back" not in page

    def test_is_shown_again_with_what_was_written_where_it_is_refused(self, client: Client, made: Commitment) -> None:
        address = address_of(made)
        keep(actor=made.owner, reference=made.reference, now=NOW)
        response = client.post(f"{address}another-time/", {"words": "After six."})
        assert response.status_code == 422
        assert "Something has changed meanwhile." in words_on(response)
        long = "very " * 1_000
        response = client.post(f"{address}message/", {"words": long})
        assert response.status_code == 422
        assert long.strip() in words_on(response)

    def test_needs_no_cookie_that_forms_elsewhere_need(self, client: Client, made: Commitment) -> None:
        assert client.post(f"{address_of(made)}call-me/").status_code == 302

    def test_says_so_on_the_page_of_colleagues(self, client: Client, made: Commitment, ana: Any) -> None:
        client.post(f"{address_of(made)}call-me/", {"words": "At six."})
        event = made.events.latest("id")
        take_back(link=open_link(token=address_of(made)[3:-1], purpose=Purpose.PAGE, now=NOW), event=event.pk, now=NOW)
        colleague = Client()
        colleague.force_login(ana)
        page = words_on(colleague.get(f"/promises/{made.reference}/"))
        assert "Maria Lopez asked to be called, on their page" in page
        assert "Maria Lopez took back what they had answered on their page" in page
        assert "Taken back later." in page


class TestLooking:
    """Looking changes nothing: …"""

    @pytest.mark.parametrize("method", ["get", "head"])
    @pytest.mark.parametrize(
        "path", ["", *(f"{answer.value.replace('_', '-')}/" for answer in Answer), "not-for-me/", "promise.ics"]
    )
    def test_every_address_can_be_fetched_again_and_again(
        self, method: str, path: str, client: Client, made: Commitment
    ) -> None:
        address = f"{address_of(made)}{path}"
        before = CommitmentEvent.objects.count(), CustomerLink.objects.values_list().get(), made.version
        for _ in range(5):
            assert getattr(client, method)(address).status_code in {200, 302}
        made.refresh_from_db()
        assert (CommitmentEvent.objects.count(), CustomerLink.objects.values_list().get(), made.version) == before

    def test_nothing_is_taken_back_by_it(self, client: Client, made: Commitment) -> None:
        client.post(f"{address_of(made)}call-me/")
        event = made.events.latest("id")
        assert client.get(f"{address_of(made)}back/{event.pk}/").status_code == 302
        assert made.events.latest("id") == event

    def test_mails_are_turned_off_by_a_press_alone(self, client: Client, made: Commitment) -> None:
        assert client.get(f"{address_of(made)}real-news/").status_code == 302
        made.customer.refresh_from_db()
        assert not made.customer.real_news_only


class TestTheirMails:
    """What goes to them …"""

    def test_is_real_news_only_when_they_ask_for_that_until_they_undo_it(
        self, client: Client, made: Commitment
    ) -> None:
        client.post(f"{address_of(made)}real-news/", {"wanted": "yes"})
        made.customer.refresh_from_db()
        assert made.customer.real_news_only
        assert "You asked us for real news only" in words_on(client.get(address_of(made)))
        client.post(f"{address_of(made)}real-news/", {"wanted": "no"})
        made.customer.refresh_from_db()
        assert not made.customer.real_news_only

    def test_is_asked_about_before_it_is_not_for_them(self, client: Client, made: Commitment) -> None:
        page = words_on(client.get(f"{address_of(made)}not-for-me/"))
        assert "Did our mail reach the wrong person?" in page
        assert "router" not in page
        assert "Maria" not in page

    def test_ends_when_it_is_not_for_them(self, client: Client, made: Commitment) -> None:
        address = address_of(made)
        response = client.post(f"{address}not-for-me/")
        assert response.status_code == 200
        assert "We write to this mail address no more." in words_on(response)
        made.customer.refresh_from_db()
        assert made.customer.do_not_mail == "not_for_me"
        assert client.get(address).status_code == 404


class TestTheCalendarFile:
    """The calendar file …"""

    def entry(self, client: Client, made: Commitment) -> Any:
        """Fetch and read it."""
        response = client.get(f"{address_of(made)}promise.ics")
        assert response["Content-Type"] == "text/calendar; charset=utf-8"
        (event,) = Calendar.from_ical(response.content).walk("VEVENT")
        return event

    def test_holds_the_date_and_the_words(self, client: Client, made: Commitment) -> None:
        entry = self.entry(client, made)
        assert entry.start == made.due_at
        assert entry["summary"] == "Promised by now: send you a replacement router"
        assert entry["uid"] == f"promise-{made.reference.lower()}@testserver"

    def test_holds_no_link(self, client: Client, made: Commitment) -> None:
        assert link_to(made).number not in client.get(f"{address_of(made)}promise.ics").content.decode().lower()

    def test_brings_an_earlier_one_up_to_date(self, client: Client, made: Commitment) -> None:
        first = self.entry(client, made)
        renegotiate(
            actor=made.owner,
            reference=made.reference,
            due_at=datetime.fromisoformat("2026-11-24T12:00:00Z"),
            what_happened="It is late.",
            what_next="We send it.",
            choices="",
            is_bad_news=False,
            by_mail=False,
            now=NOW,
        )
        second = self.entry(client, made)
        assert second["uid"] == first["uid"]
        assert second["sequence"] > first["sequence"]
        assert second.start == datetime.fromisoformat("2026-11-24T12:00:00Z")

    def test_takes_the_entry_away_when_the_promise_is_taken_back(self, client: Client, made: Commitment) -> None:
        withdraw(actor=made.owner, reference=made.reference, reason="Sold out.", by_mail=False, now=NOW)
        assert self.entry(client, made)["status"] == "CANCELLED"

    def test_carries_words_that_would_break_lines(self, client: Client, ana: Any) -> None:
        made = factories.promise(owner=ana, now=BEFORE, promise="call; back,\r\nBEGIN:VALARM\\n" + "é" * 100)
        entry = self.entry(client, made)
        assert not entry.subcomponents
        assert entry["summary"].startswith("Promised by now: call; back, BEGIN:VALARM\\n")


class TestTheBrand:
    """The team's brand …"""

    def test_colours_the_page_by_day_and_in_the_dark(self, client: Client, made: Commitment) -> None:
        made.team.colour = "#7A1FA3"
        made.team.save()
        page = words_on(client.get(address_of(made)))
        assert 'href="/pictures/7a1fa3.css"' in page
        sheet = client.get("/pictures/7a1fa3.css")
        assert sheet["Content-Type"] == "text/css"
        assert sheet.content.decode().startswith(":root{--accent:#7a1fa3}@media (prefers-color-scheme:dark)")

    def test_shows_its_picture_with_its_name(self, client: Client, made: Commitment) -> None:
        made.team.logo = Picture.objects.create(
            digest="0" * 32, media_type="image/png", contents=b"\x89PNG", kept_at=NOW
        )
        made.team.save()
        page = words_on(client.get(address_of(made)))
        assert f'<img src="/pictures/{"0" * 32}" alt="Customer care"' in page

    def test_lends_its_language_to_a_customer_whose_own_we_do_not_speak(self, client: Client, made: Commitment) -> None:
        made.team.language = "de"
        made.team.save()
        made.customer.language = "fi"
        made.customer.save()
        assert '<html lang="de">' in words_on(client.get(address_of(made)))

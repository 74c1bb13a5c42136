"""The Desk."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commitments import clock
from commitments.domain.clocks import WordMeaning
from commitments.models import Commitment, Team
from commitments.selectors import desk
from commitments.selectors.shift import read_shift
from commitments.services.attempts import start_call
from commitments.services.sweeping import sweep
from commitments.services.word import give_word
from tests import factories
from tests.commitments.web.acting import asked

pytestmark = pytest.mark.sqlite


def page_of(client: Client, address: str = "/") -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def press(client: Client, promise: Commitment, **values: Any) -> Any:
    values = {"how": "told", "version": promise.version} | values
    return client.post(f"/desk/{promise.reference}/on-track/", values)


def test_shows_my_open_promises_and_nobody_elses(client: Client, ana: Any, team: Team) -> None:
    factories.promise(owner=ana, promise="call you about the bill")
    factories.promise(owner=factories.agent(team=team), promise="send you the spare part")
    page = page_of(client)
    assert "call you about the bill" in page
    assert "send you the spare part" not in page


def test_says_when_nothing_is_open(client: Client) -> None:
    assert "Nothing open" in page_of(client)


def test_puts_what_is_wrong_first_and_says_since_when(client: Client, ana: Any, now: datetime) -> None:
    factories.promise(owner=ana, promise="the distant one", due_at=now + timedelta(days=6))
    factories.promise(owner=ana, promise="the near one", due_at=now + timedelta(minutes=40))
    factories.promise(owner=ana, promise="the late one", now=now - timedelta(hours=5), due_at=now - timedelta(hours=2))
    sweep(now=now)
    page = page_of(client)
    assert page.index("Needs you now") < page.index("the late one") < page.index("the near one")
    assert page.index("the near one") < page.index("Tomorrow") < page.index("the distant one")
    assert "Overdue since" in page
    assert "2 h ago" in page
    assert "in 40 min" in page


def test_says_since_when_a_customer_has_heard_nothing(client: Client, ana: Any, now: datetime) -> None:
    customer = factories.customer(email="")
    factories.promise(
        owner=ana, customer=customer, now=now - timedelta(days=5), due_at=now + timedelta(days=2), kind="fix"
    )
    sweep(now=now)
    assert "Silent since" in page_of(client)


def test_gives_word_that_was_said_with_one_press(client: Client, ana: Any) -> None:
    promise = factories.promise(owner=ana)
    response = press(client, promise)
    assert response.status_code == 302
    assert response["Location"] == "/"
    promise.refresh_from_db()
    assert promise.version == 2
    assert promise.events.get(kind="word_given").facts["told"] is True


def test_mails_the_customer_with_one_press(client: Client, ana: Any) -> None:
    promise = factories.promise(owner=ana)
    press(client, promise, how="mail")
    assert promise.events.get(kind="word_given").facts["notify_customer"] is True


def test_offers_no_mail_to_a_customer_who_cannot_be_mailed(client: Client, ana: Any) -> None:
    factories.promise(owner=ana, customer=factories.customer(email=""))
    page = page_of(client)
    assert "Told them" in page
    assert "Mail it" not in page


def test_keeps_a_promise_with_one_press(client: Client, ana: Any) -> None:
    promise = factories.promise(owner=ana)
    response = client.post(f"/desk/{promise.reference}/kept/", {"version": 1})
    assert response.status_code == 302
    promise.refresh_from_db()
    assert promise.status == "kept"
    assert f"{promise.reference} is kept" in page_of(client)


def test_asks_for_a_sentence_at_the_third_nothing_new_and_takes_it(client: Client, ana: Any, now: datetime) -> None:
    promise = factories.promise(owner=ana)
    for _ in range(2):
        give_word(actor=ana, reference=promise.reference, now=now, meaning=WordMeaning.NOTHING_NEW, by_mail=False)
    promise.refresh_from_db()
    response = press(client, promise)
    page = response.content.decode()
    assert response.status_code == 422
    assert "This would be the third “nothing new” running" in page
    assert 'name="message"' in page
    assert press(client, promise, message="The part is still at customs.").status_code == 302


def test_shows_a_promise_that_somebody_else_has_answered_meanwhile(client: Client, ana: Any, now: datetime) -> None:
    promise = factories.promise(owner=ana)
    give_word(actor=ana, reference=promise.reference, now=now, meaning=WordMeaning.NOTHING_NEW, by_mail=False)
    response = press(client, promise, version=1)
    assert response.status_code == 422
    assert "Somebody has changed this promise since you opened it" in response.content.decode()
    assert promise.events.filter(kind="word_given").count() == 1


def test_shows_a_promise_that_has_ended_meanwhile_with_the_reason(client: Client, ana: Any) -> None:
    promise = factories.promise(owner=ana)
    client.post(f"/desk/{promise.reference}/kept/")
    response = client.post(f"/desk/{promise.reference}/kept/")
    assert response.status_code == 422
    assert "has already ended (kept)" in response.content.decode()


def test_answers_a_look_at_an_answers_address_with_the_desk(client: Client, ana: Any) -> None:
    promise = factories.promise(owner=ana)
    assert client.get(f"/desk/{promise.reference}/on-track/")["Location"] == "/"
    assert client.get(f"/desk/{promise.reference}/kept/")["Location"] == "/"


def test_answers_for_nobody_elses_team(client: Client) -> None:
    promise = factories.promise()
    assert press(client, promise).status_code == 404
    assert client.post(f"/desk/{promise.reference}/kept/").status_code == 404
    promise.refresh_from_db()
    assert promise.version == 1


def test_gives_only_its_promises_to_the_element_that_refreshes_itself(client: Client, ana: Any) -> None:
    factories.promise(owner=ana, promise="call you about the bill")
    response = client.get("/", headers={"HX-Request": "true", "HX-Trigger": "promises", "HX-Target": "promises"})
    piece = response.content.decode()
    assert "call you about the bill" in piece
    assert "<html" not in piece
    assert "HX-Trigger" in response["Vary"]


def queries(client: Client) -> int:
    with CaptureQueriesContext(connection) as captured:
        page_of(client)
    return len(captured)


def made_before(ana: Any, now: datetime) -> Commitment:
    return factories.promise(owner=ana, now=now - timedelta(hours=1))


def something_of_each(ana: Any, now: datetime, *, times: int) -> None:
    """Make promises that are open, waited for, on the line, and to be called about."""
    for _ in range(times):
        factories.promise(owner=ana, customer=factories.customer(time_zone="Asia/Tokyo"))
        asked(made_before(ana, now), now=now)
        start_call(actor=ana, reference=factories.promise(owner=ana).reference, now=now)
        factories.promise(owner=ana, customer=factories.customer(email=""), due_at=now + timedelta(minutes=5))


def test_takes_as_many_queries_for_sixty_promises_as_for_four(client: Client, ana: Any, now: datetime) -> None:
    something_of_each(ana, now, times=1)
    few = queries(client)
    something_of_each(ana, now, times=14)
    assert queries(client) == few


def test_weighs_little_for_fifty_promises(client: Client, ana: Any) -> None:
    for _ in range(50):
        factories.promise(owner=ana, customer=factories.customer(name="Wanjiru Kamau", time_zone="Asia/Tokyo"))
    piece = client.get("/", headers={"HX-Request": "true", "HX-Trigger": "promises"}).content
    assert piece.count(b"data-row=") == 50
    assert len(piece) < 90_000


def test_shows_the_most_urgent_and_all_on_request(
    client: Client, ana: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "SHOWN_AT_MOST", 2)
    for hours, words in ((1, "the first"), (2, "the second"), (30, "the third")):
        factories.promise(owner=ana, promise=words, due_at=now + timedelta(hours=hours))
    page = page_of(client)
    assert "the third" not in page
    assert "the 2 most urgent are shown" in page
    assert "the third" in page_of(client, "/?all=1")


def test_says_what_a_waiting_customer_wrote(client: Client, ana: Any, now: datetime) -> None:
    promise = made_before(ana, now)
    asked(promise, now=now, words="Where is my router?")
    page = page_of(client)
    assert "Where is my router?" in page
    assert f'data-thanks="{promise.events.get(kind="customer_message").pk}"' in page


def test_names_no_message_as_thanks_where_there_are_several(client: Client, ana: Any, now: datetime) -> None:
    promise = made_before(ana, now)
    for words in ("Where is it?", "Thank you!"):
        asked(promise, now=now, words=words)
    page = page_of(client)
    assert 'data-can="kcanumht"' in page
    assert "data-thanks" not in page


def test_says_who_is_on_the_line(client: Client, ana: Any, team: Team, now: datetime) -> None:
    mine, colleagues = factories.promise(owner=ana), factories.promise(owner=ana)
    start_call(actor=ana, reference=mine.reference, now=now)
    start_call(
        actor=factories.agent(team=team, first_name="Ben", last_name="Tal"), reference=colleagues.reference, now=now
    )
    page = page_of(client)
    assert "You are on the line" in page
    assert "Ben Tal is on the line" in " ".join(page.split())


def test_lets_one_key_say_what_was_said_where_no_mail_can_go(client: Client, ana: Any) -> None:
    factories.promise(owner=ana, customer=factories.customer(email=""))
    assert 'data-way="told"' in page_of(client)


def test_says_how_today_stands_against_my_shifts_end(client: Client, ana: Any, now: datetime) -> None:
    factories.promise(owner=ana, now=now - timedelta(hours=5), due_at=now - timedelta(hours=2))
    for minutes in (20, 40):
        factories.promise(owner=ana, due_at=now + timedelta(minutes=minutes))
    words = re.sub(r"\s+", " ", re.sub("<[^>]+>", "", page_of(client)))
    assert "My day ends" in words
    assert "1 late" in words
    assert "2 more before then" in words
    assert "before your next shift" not in words


@pytest.mark.usefixtures("ana")
def test_claims_of_an_empty_list_no_more_than_that_it_is_empty(client: Client) -> None:
    assert "<p>No promise in your name is open." in page_of(client)
    assert "promise of yours is kept" not in page_of(client)


@pytest.mark.parametrize(
    ("hours", "words"),
    [(10, "My day has ended"), (3 * 24, "No shift today; the next one begins")],
    ids=["in the evening", "on Saturday"],
)
def test_says_that_a_day_has_ended_only_where_there_was_one(
    client: Client, ana: Any, now: datetime, monkeypatch: pytest.MonkeyPatch, hours: int, words: str
) -> None:
    monkeypatch.setattr(clock, "now", lambda **_: now + timedelta(hours=hours))
    assert ("My day has ended" in page_of(client)) is ("ended" in words)
    assert words in page_of(client)
    assert words.partition(",")[0] in page_of(client, "/shift/")


def test_says_near_my_shifts_end_what_cannot_wait_for_the_next(
    client: Client, ana: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    shift = read_shift(actor=ana, now=now)
    assert shift is not None
    promise = factories.promise(owner=ana, kind="callback")
    Commitment.objects.filter(pk=promise.pk).update(due_at=shift.ends_at + timedelta(minutes=30), next_word_due_at=None)
    monkeypatch.setattr(clock, "now", lambda **_: shift.ends_at - timedelta(minutes=30))
    assert "1 falls due before your next shift" in page_of(client)


@pytest.mark.parametrize("address", ["/desk/ABCDE/on-track/", "/desk/ABCDE/kept/"])
def test_does_not_know_a_promise_that_is_not_there(client: Client, address: str) -> None:
    assert client.post(address).status_code == 404

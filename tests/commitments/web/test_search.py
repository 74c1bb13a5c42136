"""The search page, and what stands beneath the field while somebody types."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commitments.models import Team
from tests import factories

pytestmark = pytest.mark.sqlite

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
"""Differs from page to page."""

NASTY = [
    "\x00",
    "%",
    "_",
    "'",
    "x" * 5000,
    "\u202e",
    "🙂",
    "++++",
    "' \" & | ! : * ( ) \\ -",
    "AND OR NOT",
    "NEAR(a b)",
    '"',
    "words : x",
    "a:* & b",
    "<->",
    "-",
    "0" * 200,
    "+" + "9" * 190,
    "\u0667" * 8,
    "https://",
    "[]",
    "a\\",
    "\ud7ff\ue000",
]


def page_of(client: Client, words: str, **more: Any) -> str:
    response = client.get("/search/", {"q": words} | more)
    assert response.status_code == 200
    return TOKEN.sub("", response.content.decode())


def piece_of(client: Client, words: str, target: str = "top-found") -> str:
    headers = {"HX-Request": "true", "HX-Target": target, "HX-Trigger": "search"}
    response = client.get("/search/", {"q": words}, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def test_shows_promises_and_customers(client: Client, ana: Any) -> None:
    promise = factories.promise(owner=ana, promise="find the lost parcel", customer=factories.customer(name="Eva Lost"))
    page = page_of(client, "lost")
    assert f'href="/promises/{promise.reference}/"' in page
    assert "find the <mark>lost</mark> parcel" in page
    assert "Eva <mark>Lost</mark>" in page
    assert "1 open" in page


def test_opens_a_promise_by_its_reference(client: Client, ana: Any) -> None:
    promise = factories.promise(owner=ana)
    typed = f" {promise.reference[:2].lower()} {promise.reference[2:]}"
    response = client.get("/search/", {"q": typed})
    assert response.headers["Location"] == f"/promises/{promise.reference}/"


def test_shows_a_word_that_happens_to_be_a_reference(client: Client, ana: Any) -> None:
    named = factories.promise(owner=ana)
    type(named).objects.filter(pk=named.pk).update(reference="TRACK")
    factories.promise(owner=ana, promise="track the parcel")
    page = page_of(client, "track")
    assert page.index("/promises/TRACK/") < page.index("<mark>track</mark> the parcel")


def test_asks_whether_another_reference_was_meant(client: Client, ana: Any) -> None:
    promise = factories.promise(owner=ana)
    type(promise).objects.filter(pk=promise.pk).update(reference="K7Q4M")
    page = page_of(client, "k7o4m")
    assert "Did you mean" in page
    assert 'href="/promises/K7Q4M/"' in page


def test_leads_nowhere_for_the_reference_of_a_promise_that_one_may_not_see(client: Client) -> None:
    promise = factories.promise(promise="the words promised", customer=factories.customer(name="Eva Else"))
    hidden, unknown = (page_of(client, words) for words in (promise.reference, "22222"))
    assert "the words promised" not in hidden
    assert hidden.replace(promise.reference, "22222") == unknown


@pytest.mark.parametrize("words", ["the words promised", "INC-4711", "inc4711", "https://crm.example.com/cases/4711"])
def test_shows_no_trace_of_a_promise_that_one_may_not_see(client: Client, words: str) -> None:
    before = page_of(client, words), piece_of(client, words)
    factories.promise(
        promise="the words promised",
        need="the words promised",
        case_ref="INC-4711",
        case_url="https://crm.example.com/cases/4711",
    )
    assert (page_of(client, words), piece_of(client, words)) == before


def test_shows_nothing_to_somebody_without_a_team(db: None) -> None:
    factories.promise(promise="find the lost parcel", customer=factories.customer(name="Eva Lost"))
    client = Client()
    client.force_login(factories.user())
    assert "Nothing fits" in page_of(client, "lost")


def test_marks_what_was_found_and_breaks_nothing(client: Client, ana: Any) -> None:
    factories.promise(owner=ana, promise='<script>alert("x")</script> & <mark>b', need="<img src=x onerror=alert(1)>")
    for page in (page_of(client, "script alert"), piece_of(client, "script alert"), page_of(client, "img")):
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "&lt;" in page
    assert "&lt;<mark>script</mark>&gt;<mark>alert</mark>(" in page_of(client, "script alert")


@pytest.mark.parametrize("words", NASTY)
def test_takes_whatever_is_typed(client: Client, ana: Any, words: str) -> None:
    factories.promise(owner=ana)
    page_of(client, words)
    piece_of(client, words)
    piece_of(client, words, target="found")


@pytest.mark.parametrize("query", ["after=22222", "after=%00", "customers=0", "customers=99999999999", "customers=x"])
def test_takes_whatever_stands_in_the_address(client: Client, ana: Any, query: str) -> None:
    factories.promise(owner=ana)
    assert client.get(f"/search/?q=router&{query}").status_code == 200


def test_goes_on_where_the_list_ended(client: Client, ana: Any) -> None:
    made = [factories.promise(owner=ana, promise=f"send part {number:02}").reference for number in range(45)]
    listed: list[str] = []
    after = ""
    for _ in range(3):
        page = page_of(client, "part", **({"after": after} if after else {}))
        listed += [reference for reference in reversed(made) if f'href="/promises/{reference}/"' in page]
        after = page.partition("&amp;after=")[2][:5]
    assert listed == made[::-1]
    assert after == ""


def test_goes_on_through_customers(client: Client) -> None:
    for number in range(28):
        factories.customer(name=f"Maria Number {number:02}")
    first, full, rest = (page_of(client, "maria", **more) for more in ({}, {"customers": 1}, {"customers": 2}))
    assert 'href="/search/?q=maria&amp;customers=1"' in first
    assert first.count("people-link") == 5
    assert 'href="/search/?q=maria&amp;customers=2"' in full
    assert full.count("people-link") == 20
    assert rest.count("people-link") == 8
    assert "More customers" not in rest


def test_asks_what_to_look_for_when_nothing_is_typed(client: Client) -> None:
    assert "What are you looking for?" in page_of(client, "  ")
    assert "found-link" not in piece_of(client, "")


def test_says_that_nothing_fits(client: Client) -> None:
    assert "Nothing fits “<bdi>&lt;nobody&gt;</bdi>”" in page_of(client, "<nobody>")
    assert "Nothing fits that." in piece_of(client, "nobody")


def test_leads_from_the_customers_address(client: Client) -> None:
    assert client.get("/customers/", {"q": "josé & co"}).headers["Location"] == "/search/?q=jos%C3%A9+%26+co"
    assert client.get("/customers/").headers["Location"] == "/search/"


def test_keeps_the_address_when_it_answers_as_one_types(client: Client, ana: Any) -> None:
    factories.promise(owner=ana)
    headers = {"HX-Request": "true", "HX-Target": "found", "HX-Trigger": "search"}
    response = client.get("/search/", {"q": "router"}, headers=headers)
    assert response.headers["HX-Replace-Url"] == "/search/?q=router"
    assert "<html" not in response.content.decode()


@pytest.mark.parametrize("words", ["router", "020 7946 0018", "INC-4711", "K7O4M"])
def test_takes_no_more_queries_for_60_hits_than_for_3(client: Client, ana: Any, team: Team, words: str) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page_of(client, words)
            piece_of(client, words)
        return len(captured)

    def add(count: int) -> None:
        for number in range(count):
            organisation = factories.organisation(name=f"Router {factories.customer().pk} {number}")
            customer = factories.customer(name=f"Router {number}", phone="+442079460018", organisation=organisation)
            factories.promise(owner=ana, customer=customer, case_ref=f"INC-4711-{number}", need="router")

    add(3)
    few = queries()
    add(57)
    # Fewer, where the open ones fill the list.
    assert queries() <= few

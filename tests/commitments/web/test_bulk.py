"""One act over the promises chosen on the Board …"""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commitments.models import Commitment, Team
from commitments.services.promising import keep
from commitments.web import bulk_acts
from tests import factories
from tests.factories import NOW

WORD = {"bulk-meaning": "news", "bulk-message": "The courier has it."}
DATE = {
    "bulk-how": "one",
    "bulk-due_at": "2026-11-23T16:30",
    "bulk-unit": "bd",
    "bulk-what_happened": "The courier lost it.",
    "bulk-what_next": "We send another one.",
    "bulk-choices": "Fetch one in the shop.",
    "bulk-is_bad_news": "on",
}


@pytest.fixture
def three(ana: Any) -> list[Commitment]:
    return [factories.promise(owner=ana) for _ in range(3)]


@pytest.fixture
def ben(team: Team) -> Any:
    return factories.agent(team=team, first_name="Ben", last_name="Okafor")


def chosen(promises: list[Commitment]) -> list[str]:
    return [f"{promise.reference}.{promise.version}" for promise in promises]


def form_of(client: Client, act: str, promises: list[Commitment], **more: Any) -> Any:
    return client.get("/board/bulk/", {"act": act, "chosen": chosen(promises)} | more)


def hidden(response: Any, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
    return found[1] if found else ""


def look(client: Client, act: str, promises: list[Commitment], data: dict[str, Any], **more: Any) -> Any:
    """Post what the preview of an act's form posts."""
    values = {"chosen": chosen(promises), "issued": hidden(form_of(client, act, promises), "issued")} | more
    return client.post(f"/board/bulk/{act}/preview/", data | values)


def do(client: Client, act: str, promises: list[Commitment], data: dict[str, Any], **more: Any) -> Any:
    """Look at who is mailed what, and do it."""
    values: dict[str, Any] = {"chosen": chosen(promises)}
    if act == "acknowledge":
        values["issued"] = hidden(form_of(client, act, promises), "issued")
    else:
        looked = look(client, act, promises, data)
        values |= {"issued": hidden(looked, "issued"), "seen": hidden(looked, "seen")}
    return client.post(f"/board/bulk/{act}/", data | values | more)


def page_of(response: Any, status: int = 200) -> str:
    assert response.status_code == status
    return str(response.content.decode())


class TestItsForm:
    @pytest.mark.parametrize(
        ("act", "title"),
        [
            ("reassign", "Hand 3 promises over"),
            ("acknowledge", "Take note of 3 promises"),
            ("word", "Give word about 3 promises"),
            ("date", "Move the dates of 3 promises"),
        ],
    )
    def test_lists_what_was_chosen(
        self, supervisors_client: Client, three: list[Commitment], act: str, title: str
    ) -> None:
        page = page_of(form_of(supervisors_client, act, three))
        assert title in page
        for promise in three:
            assert f'value="{promise.reference}.1"' in page

    def test_is_only_for_who_supervises(self, client: Client, three: list[Commitment]) -> None:
        assert form_of(client, "word", three).status_code == 404
        assert client.post("/board/bulk/word/", {"chosen": chosen(three)}).status_code == 404

    def test_is_there_for_known_acts_only(self, supervisors_client: Client, three: list[Commitment]) -> None:
        assert form_of(supervisors_client, "delete", three).status_code == 404
        assert supervisors_client.post("/board/bulk/delete/").status_code == 404

    def test_shows_nothing_of_other_teams_promises(self, supervisors_client: Client, three: list[Commitment]) -> None:
        strange = factories.promise(customer=factories.customer(name="Not Yours"))
        page = page_of(form_of(supervisors_client, "word", [*three, strange]))
        assert "Not Yours" not in page
        assert "not among those of your teams" in page

    def test_takes_no_more_than_two_hundred(self, supervisors_client: Client, three: list[Commitment]) -> None:
        many = [*chosen(three), *(f"R{number}.1" for number in range(198))]
        page = page_of(supervisors_client.get("/board/bulk/", {"act": "word", "chosen": many}), 422)
        assert "201 promises are too many at once; choose at most 200" in page
        page = page_of(supervisors_client.post("/board/bulk/word/", WORD | {"chosen": many}), 422)
        assert "201 promises are too many at once" in page

    def test_says_that_nothing_is_chosen(self, supervisors_client: Client, three: list[Commitment]) -> None:
        assert "Nothing is chosen" in page_of(form_of(supervisors_client, "word", []))
        garbage = {"act": "word", "chosen": ["", "x", "x.y", "\x00.1", ".1", f"A.{'9' * 5000}"]}
        assert "Nothing is chosen" in page_of(supervisors_client.get("/board/bulk/", garbage))

    def test_leads_back_to_the_board_as_it_was_narrowed(
        self, supervisors_client: Client, three: list[Commitment]
    ) -> None:
        page = page_of(form_of(supervisors_client, "word", three, back="?state=silent&q=<b>"))
        assert 'href="/board/?state=silent&amp;q=%3Cb%3E"' in page

    def test_lists_all_that_fit(
        self, supervisors_client: Client, monkeypatch: pytest.MonkeyPatch, three: list[Commitment]
    ) -> None:
        other = factories.promise(owner=three[0].owner, kind="answer")
        asked = {"act": "word", "fit": "1", "back": "?kind=answer", "chosen": chosen(three)}
        page = page_of(supervisors_client.get("/board/bulk/", asked))
        assert f'value="{other.reference}.1"' in page
        assert f'value="{three[0].reference}.1"' not in page
        monkeypatch.setattr(bulk_acts, "AT_MOST", 3)
        page = page_of(supervisors_client.get("/board/bulk/", {"act": "word", "fit": "1"}), 422)
        assert "4 promises are too many at once" in page

    def test_is_a_piece_of_the_board_for_a_script(self, supervisors_client: Client, three: list[Commitment]) -> None:
        asked = {"act": "word", "chosen": chosen(three)}
        page = page_of(supervisors_client.get("/board/bulk/", asked, headers={"HX-Request": "true"}))
        assert "<html" not in page
        assert 'id="bulk-form"' in page

    def test_takes_as_many_queries_for_many_as_for_one(
        self, supervisors_client: Client, ana: Any, three: list[Commitment]
    ) -> None:
        counts = []
        for promises in (three[:1], [*three, *(factories.promise(owner=ana) for _ in range(9))]):
            with CaptureQueriesContext(connection) as queries:
                page_of(form_of(supervisors_client, "reassign", promises))
            counts.append(len(queries))
        assert counts[0] == counts[1]


class TestDoing:
    def test_gives_word(self, supervisors_client: Client, three: list[Commitment]) -> None:
        response = do(supervisors_client, "word", three, WORD, back="?state=overdue")
        assert response["Location"] == "/board/?state=overdue"
        assert "Word is given about 3 promises." in page_of(supervisors_client.get("/board/"))
        assert all(promise.events.filter(kind="word_given").count() == 1 for promise in three)

    def test_gives_away(self, supervisors_client: Client, ben: Any, three: list[Commitment]) -> None:
        response = do(supervisors_client, "reassign", three, {"bulk-to": ben.pk, "bulk-note": ""})
        assert response.status_code == 302
        assert Commitment.objects.filter(owner=ben).count() == 3

    def test_takes_note(self, supervisors_client: Client, three: list[Commitment]) -> None:
        for promise in three:
            promise.escalations.create(trigger="silent", opened_at=NOW, next_step_at=NOW)
        response = do(supervisors_client, "acknowledge", three, {"bulk-note": "I call."})
        assert response.status_code == 302
        assert all(promise.events.filter(kind="acknowledged").exists() for promise in three)

    def test_moves_dates_to_one(self, supervisors_client: Client, three: list[Commitment]) -> None:
        assert do(supervisors_client, "date", three, DATE).status_code == 302
        assert {f"{promise.due_at:%d %H:%M}" for promise in Commitment.objects.all()} == {"23 16:30"}

    def test_moves_each_date_by_the_same(self, supervisors_client: Client, three: list[Commitment]) -> None:
        later = DATE | {"bulk-how": "later", "bulk-due_at": "", "bulk-amount": "3", "bulk-unit": "bh"}
        assert do(supervisors_client, "date", three, later).status_code == 302
        assert {f"{promise.due_at:%d %H:%M}" for promise in Commitment.objects.all()} == {"20 18:00"}

    def test_takes_a_day_alone_for_its_end(self, supervisors_client: Client, three: list[Commitment]) -> None:
        assert do(supervisors_client, "date", three, DATE | {"bulk-whole_day": "on"}).status_code == 302
        assert {f"{promise.due_at:%d %H:%M}" for promise in Commitment.objects.all()} == {"23 18:00"}

    def test_wants_to_be_looked_at_first(self, supervisors_client: Client, three: list[Commitment]) -> None:
        response = supervisors_client.post("/board/bulk/word/", WORD | {"chosen": chosen(three)})
        assert "Look first at who is mailed what" in page_of(response, 422)
        assert not three[0].events.filter(kind="word_given").exists()

    @pytest.mark.parametrize("changed", [{"bulk-message": "Other words."}, {"chosen": []}], ids=["words", "whom"])
    def test_does_only_what_was_looked_at(
        self, supervisors_client: Client, three: list[Commitment], changed: dict[str, Any]
    ) -> None:
        if "chosen" in changed:
            changed = {"chosen": chosen(three[:2])}
        response = do(supervisors_client, "word", three, WORD, **changed)
        assert "Look first at who is mailed what" in page_of(response, 422)
        assert not three[0].events.filter(kind="word_given").exists()

    def test_takes_nobody_elses_look_for_ones_own(
        self, supervisors_client: Client, team: Team, three: list[Commitment]
    ) -> None:
        looked = look(supervisors_client, "word", three, WORD)
        other = Client()
        other.force_login(factories.supervisor(team=team))
        marks = {name: hidden(looked, name) for name in ("issued", "seen")}
        response = other.post("/board/bulk/word/", WORD | marks | {"chosen": chosen(three)})
        assert "Look first" in page_of(response, 422)

    def test_once_however_often_it_is_pressed(self, supervisors_client: Client, three: list[Commitment]) -> None:
        looked = look(supervisors_client, "word", three, WORD)
        data = WORD | {name: hidden(looked, name) for name in ("issued", "seen")} | {"chosen": chosen(three)}
        for _ in range(2):
            assert supervisors_client.post("/board/bulk/word/", data).status_code == 302
        assert all(promise.events.filter(kind="word_given").count() == 1 for promise in three)


class TestWhatCouldNotBeDone:
    def test_stays_chosen_with_the_reason_and_what_was_typed(
        self, supervisors_client: Client, three: list[Commitment]
    ) -> None:
        looked = look(supervisors_client, "word", three, WORD)
        keep(actor=three[1].owner, reference=three[1].reference, now=NOW)
        data = WORD | {name: hidden(looked, name) for name in ("issued", "seen")} | {"chosen": chosen(three)}
        page = page_of(supervisors_client.post("/board/bulk/word/", data), 422)
        assert "Word is given about 2 promises." in page
        assert "Somebody has changed this promise" in page
        assert "The courier has it." in page
        assert f'value="{three[1].reference}.2"' in page
        assert f'value="{three[0].reference}.' not in page

    def test_says_what_the_other_supervisor_has_done(
        self, supervisors_client: Client, team: Team, three: list[Commitment]
    ) -> None:
        looked = look(supervisors_client, "word", three, WORD)
        quicker = Client()
        quicker.force_login(factories.supervisor(team=team, first_name="Noor", last_name="Haddad"))
        do(quicker, "word", three[:2], WORD | {"bulk-message": "It is on its way."})
        data = WORD | {name: hidden(looked, name) for name in ("issued", "seen")} | {"chosen": chosen(three)}
        page = page_of(supervisors_client.post("/board/bulk/word/", data), 422)
        assert page.count("Noor Haddad") == 2
        assert page.count("It is on its way.") == 2
        assert "Word is given about 1 promise." in page
        # Looked at once more, it is done as well.
        for promise in three[:2]:
            promise.refresh_from_db()
        assert do(supervisors_client, "word", three[:2], WORD).status_code == 302

    def test_is_said_at_its_field_where_it_is_the_same_for_all(
        self, supervisors_client: Client, three: list[Commitment]
    ) -> None:
        response = look(supervisors_client, "date", three, DATE | {"bulk-what_happened": ""})
        assert 'id="id_bulk-what_happened_error"' in page_of(response, 422)

    @pytest.mark.parametrize(
        ("changed", "sentence"),
        [
            ({"bulk-due_at": ""}, "Give a date and a time."),
            ({"bulk-due_at": "soon"}, "Write date and time as in"),
            ({"bulk-due_at": "2026-11-17T10:00"}, "That time has passed"),
            ({"bulk-how": "later", "bulk-amount": ""}, "Write a whole number from 1 to 999."),
            ({"bulk-how": "later", "bulk-amount": "0"}, "Write a whole number from 1 to 999."),
            ({"bulk-what_next": "Ask {somebody}"}, "“{somebody}” is filled in by nothing"),
        ],
    )
    def test_is_refused_with_a_sentence(
        self, supervisors_client: Client, three: list[Commitment], changed: dict[str, str], sentence: str
    ) -> None:
        assert sentence in page_of(look(supervisors_client, "date", three, DATE | changed), 422)

    def test_names_those_of_other_teams(
        self, supervisors_client: Client, sofia: Any, ben: Any, three: list[Commitment]
    ) -> None:
        billing = factories.team(name="Billing")
        billing.memberships.create(user=sofia, role="supervisor")
        other = factories.promise(team=billing)
        response = look(supervisors_client, "reassign", [*three, other], {"bulk-to": ben.pk})
        assert f"{other.reference} (Billing)" in page_of(response, 422)


class TestASlice:
    def test_does_only_its_promises_and_answers_with_their_rows(
        self, supervisors_client: Client, three: list[Commitment]
    ) -> None:
        for number, promise in enumerate(three):
            response = do(supervisors_client, "word", three, WORD, slice=promise.reference) if not number else None
            if response is not None:
                page = page_of(response)
                assert "<html" not in page
                assert f'id="pick-{promise.reference}" class="bulk-row is-done"' in page
        assert [promise.events.filter(kind="word_given").count() for promise in three] == [1, 0, 0]

    def test_says_how_each_stands_by_then(self, supervisors_client: Client, ben: Any, three: list[Commitment]) -> None:
        page = page_of(do(supervisors_client, "reassign", three, {"bulk-to": ben.pk}, slice=three[0].reference))
        assert "Ben Okafor · due Fri 15:00" in re.sub(r"<[^>]+>", "", page)
        data = DATE | {"bulk-due_at": "2026-11-23T16:30"}
        page = page_of(do(supervisors_client, "date", three[1:], data, slice=three[1].reference))
        assert "due Mon 16:30" in re.sub(r"<[^>]+>", "", page)

    def test_follows_another_by_the_same_look(self, supervisors_client: Client, three: list[Commitment]) -> None:
        looked = look(supervisors_client, "word", three, WORD)
        data = WORD | {name: hidden(looked, name) for name in ("issued", "seen")} | {"chosen": chosen(three)}
        for part in (f"{three[0].reference} {three[1].reference}", three[2].reference, three[2].reference):
            page = page_of(supervisors_client.post("/board/bulk/word/", data | {"slice": part}))
            assert "is-refused" not in page
        assert "Done already, by the press before." in page
        assert all(promise.events.filter(kind="word_given").count() == 1 for promise in three)

    def test_says_of_each_why_not(self, supervisors_client: Client, three: list[Commitment]) -> None:
        looked = look(supervisors_client, "word", three, WORD)
        factories.told(three[0], now=NOW)
        data = WORD | {name: hidden(looked, name) for name in ("issued", "seen")} | {"chosen": chosen(three)}
        page = page_of(supervisors_client.post("/board/bulk/word/", data | {"slice": three[0].reference}))
        assert "is-refused" in page
        assert "Ana Ruiz" in page

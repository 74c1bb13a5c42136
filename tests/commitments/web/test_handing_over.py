"""Handing over, on the Desk, a promise's page and the Board …"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commitments.models import Commitment, Handoff, Team
from commitments.services.handoff import decline_handoff, offer_handoff
from commitments.services.promising import keep
from commitments.services.sweeping import sweep
from tests import factories


@pytest.fixture
def ben(team: Team) -> Any:
    return factories.agent(team=team, first_name="Ben", last_name="Okafor")


@pytest.fixture
def bens(ben: Any) -> Client:
    client = Client()
    client.force_login(ben)
    return client


@pytest.fixture
def promise(ana: Any) -> Commitment:
    return factories.promise(owner=ana, need="She is moving house.", notify_customer=False)


def page_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def offered(promise: Commitment, to: Any, now: datetime) -> None:
    offer_handoff(actor=promise.owner, reference=promise.reference, to=to, story="Call her at noon.", now=now)


def at(promise: Commitment, path: str = "") -> str:
    return f"/promises/{promise.reference}/{path}"


class TestAPromisesPage:
    def test_asks_a_colleague_with_the_story_drafted_from_the_timeline(
        self, client: Client, promise: Commitment, ben: Any
    ) -> None:
        page = page_of(client, at(promise))
        assert "What they need: She is moving house." in page
        values = {"handoff-to": f"user-{ben.pk}", "handoff-story": "All is said.", "handoff-version": "1"}
        response = client.post(at(promise, "handoff/"), values)
        assert response["Location"] == at(promise)
        assert (Handoff.objects.get().to_user, Handoff.objects.get().story) == (ben, "All is said.")
        assert "Ben Okafor is asked to take it over by" in page_of(client, at(promise))

    def test_asks_a_team(self, client: Client, promise: Commitment, ben: Any) -> None:
        other = factories.team(name="Billing")
        factories.agent(team=other)
        client.post(at(promise, "handoff/"), {"handoff-to": f"team-{other.pk}"})
        assert (Handoff.objects.get().to_user, Handoff.objects.get().to_team) == (None, other)
        assert "Anyone in Billing is asked" in page_of(client, at(promise))

    def test_keeps_what_was_typed_where_nobody_was_chosen(self, client: Client, promise: Commitment) -> None:
        response = client.post(at(promise, "handoff/"), {"handoff-to": "", "handoff-story": "Much to tell."})
        assert response.status_code == 422
        assert "Choose a colleague or a team" in response.content.decode()
        assert "Much to tell." in response.content.decode()

    def test_takes_it_over(self, bens: Client, promise: Commitment, ben: Any, now: datetime) -> None:
        offered(promise, ben, now)
        page = page_of(bens, at(promise))
        assert "You are asked to take this over" in page
        assert "Call her at noon." in page
        bens.post(at(promise, "accept/"), {"accept-how": "told"})
        promise.refresh_from_db()
        assert promise.owner == ben
        assert promise.events.get(kind="handoff_accepted").facts["told"] is True

    def test_offers_no_mail_to_a_customer_who_cannot_be_mailed(
        self, bens: Client, ana: Any, ben: Any, now: datetime
    ) -> None:
        promise = factories.promise(owner=ana, customer=factories.customer(email=""))
        offered(promise, ben, now)
        assert 'name="accept-how" value="mail"' not in page_of(bens, at(promise))
        bens.post(at(promise, "accept/"), {"accept-how": "not"})
        promise.refresh_from_db()
        assert promise.owner == ben

    def test_declines_it_with_a_reason(self, bens: Client, promise: Commitment, ben: Any, now: datetime) -> None:
        offered(promise, ben, now)
        assert bens.post(at(promise, "decline/"), {"decline-reason": ""}).status_code == 422
        bens.post(at(promise, "decline/"), {"decline-reason": "I am full."})
        assert Handoff.objects.get().reason == "I am full."
        assert "I am full." in page_of(bens, at(promise))

    def test_is_seen_by_a_team_that_is_asked_and_by_nobody_of_it_after(
        self, promise: Commitment, now: datetime
    ) -> None:
        other = factories.team(name="Billing")
        carla = Client()
        carla.force_login(factories.agent(team=other, first_name="Carla"))
        assert carla.get(at(promise)).status_code == 404
        offer_handoff(actor=promise.owner, reference=promise.reference, team=other, now=now)
        assert "You are asked to take this over" in page_of(carla, at(promise))
        keep(actor=promise.owner, reference=promise.reference, now=now)
        assert carla.get(at(promise)).status_code == 404

    def test_keeps_it_after_all(self, client: Client, promise: Commitment, ben: Any, now: datetime) -> None:
        offered(promise, ben, now)
        assert "I keep it after all" in page_of(client, at(promise))
        client.post(at(promise, "keep-it/"))
        assert Handoff.objects.get().state == "taken_back"

    def test_keeps_what_was_declined_too_late(
        self, client: Client, promise: Commitment, ben: Any, now: datetime
    ) -> None:
        offered(promise, ben, now - timedelta(days=1))
        decline_handoff(actor=ben, reference=promise.reference, reason="I am full.", now=now)
        assert "I keep it after all" in page_of(client, at(promise))
        assert client.post(at(promise, "keep-it/")).status_code == 302
        assert "I keep it after all" not in page_of(client, at(promise))

    def test_has_no_form_to_hand_on_anothers_promise(self, bens: Client, promise: Commitment) -> None:
        page = page_of(bens, at(promise))
        assert "Hand it over" not in page
        assert "Give it to somebody at once" not in page

    def test_lets_a_supervisor_give_it_to_somebody_at_once(
        self, supervisors_client: Client, promise: Commitment, ben: Any
    ) -> None:
        assert "Give it to somebody at once" in page_of(supervisors_client, at(promise))
        assert supervisors_client.post(at(promise, "reassign/"), {"reassign-how": "mail"}).status_code == 422
        values = {"reassign-to": ben.pk, "reassign-how": "mail", "reassign-note": "Ana is ill."}
        supervisors_client.post(at(promise, "reassign/"), values)
        promise.refresh_from_db()
        assert promise.owner == ben
        page = page_of(supervisors_client, at(promise))
        assert "gave it from Ana Ruiz to Ben Okafor and told the customer by mail" in page
        assert "Ana is ill." in page


class TestTheDesk:
    def test_shows_what_waits_to_be_accepted(self, bens: Client, promise: Commitment, ben: Any, now: datetime) -> None:
        offered(promise, ben, now)
        page = page_of(bens, "/")
        assert "Waiting for you to accept" in page
        assert "Ana Ruiz asks you to take it over; accept by" in page
        assert "Call her at noon." in page

    def test_accepts_with_one_press(self, bens: Client, promise: Commitment, ben: Any, now: datetime) -> None:
        offered(promise, ben, now)
        response = bens.post(f"/desk/{promise.reference}/accept/", {"how": "mail", "version": "2"})
        assert response["Location"] == "/"
        promise.refresh_from_db()
        assert promise.owner == ben
        assert promise.events.get(kind="handoff_accepted").facts["notify_customer"] is True

    def test_declines_and_says_why_it_could_not(
        self, bens: Client, promise: Commitment, ben: Any, now: datetime
    ) -> None:
        offered(promise, ben, now)
        response = bens.post(f"/desk/{promise.reference}/decline/", {"reason": " "})
        assert response.status_code == 422
        assert "Say why, so that it can be handed to somebody else." in response.content.decode()
        assert bens.post(f"/desk/{promise.reference}/decline/", {"reason": "I am full."}).status_code == 302
        assert Handoff.objects.get().state == "declined"

    def test_says_that_an_offer_is_gone(self, bens: Client, promise: Commitment, ben: Any, now: datetime) -> None:
        offered(promise, ben, now)
        keep(actor=promise.owner, reference=promise.reference, now=now)
        response = bens.post(f"/desk/{promise.reference}/accept/", {"how": "told"})
        assert response.status_code == 422
        assert "has already ended" in response.content.decode()

    def test_shows_a_promise_in_my_name(self, bens: Client, ana: Any, ben: Any) -> None:
        factories.promise(actor=ana, owner=ben)
        assert "Ana Ruiz promised this in your name" in page_of(bens, "/")

    def test_shows_what_became_of_my_asking(
        self, client: Client, promise: Commitment, ben: Any, now: datetime, team: Team
    ) -> None:
        offered(promise, ben, now)
        assert "Ben Okafor is asked until" in page_of(client, "/")
        decline_handoff(actor=ben, reference=promise.reference, reason="I am full.", now=now)
        assert "I am full." in page_of(client, "/")

    def test_shows_that_nobody_took_it_over_in_time(self, client: Client, ana: Any, ben: Any, now: datetime) -> None:
        yesterday = now - timedelta(days=1)
        offered(factories.promise(owner=ana, now=yesterday), ben, yesterday)
        sweep(now=now)
        assert "Ben Okafor has not taken it over in time" in page_of(client, "/")

    def test_takes_as_many_queries_for_many_offers_as_for_one(self, bens: Client, ana: Any, ben: Any) -> None:
        counts = []
        for number in (1, 8):
            for _ in range(number):
                factories.promise(actor=ana, owner=ben)
            with CaptureQueriesContext(connection) as queries:
                page_of(bens, "/")
            counts.append(len(queries))
        assert counts[0] == counts[1]


class TestTheBoard:
    def test_shows_what_waits_to_be_taken_over(
        self, supervisors_client: Client, promise: Commitment, ben: Any, now: datetime
    ) -> None:
        assert "asks Ben Okafor, until" not in page_of(supervisors_client, "/board/")
        offered(promise, ben, now)
        assert "· asks Ben Okafor, until 12:20" in page_of(supervisors_client, "/board/?state=handoffs")

    def test_says_what_was_not_taken_over_in_time(
        self, supervisors_client: Client, promise: Commitment, ben: Any, now: datetime
    ) -> None:
        offered(promise, ben, now - timedelta(days=1))
        sweep(now=now)
        assert "· Ben Okafor has not taken it over by" in page_of(supervisors_client, "/board/?state=handoffs")

    def test_shows_what_other_teams_ask_of_mine(
        self, supervisors_client: Client, team: Team, ben: Any, now: datetime
    ) -> None:
        other = factories.promise()
        offer_handoff(actor=other.owner, reference=other.reference, team=team, now=now)
        assert "asks anyone in Customer care" in page_of(supervisors_client, "/board/")

    def test_shows_nothing_of_teams_that_i_do_not_supervise(self, supervisors_client: Client, now: datetime) -> None:
        other = factories.promise()
        offer_handoff(actor=other.owner, reference=other.reference, to=factories.agent(team=other.team), now=now)
        assert other.reference not in page_of(supervisors_client, "/board/")

    def test_takes_as_many_queries_for_many_offers_as_for_one(
        self, supervisors_client: Client, ana: Any, ben: Any
    ) -> None:
        counts = []
        for number in (1, 8):
            for _ in range(number):
                factories.promise(actor=ana, owner=ben)
            with CaptureQueriesContext(connection) as queries:
                page_of(supervisors_client, "/board/")
            counts.append(len(queries))
        assert counts[0] == counts[1]

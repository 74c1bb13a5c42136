"""What the Board is narrowed to: counts that link, filters in the address, and what is said of those that mean none."""

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from commitments.domain.clocks import WordMeaning
from commitments.models import Commitment, Customer, Escalation, Team
from commitments.selectors.board import fitting
from commitments.selectors.board_filters import Filters, State
from commitments.services.handoff import offer_handoff
from commitments.services.promising import keep, withdraw
from commitments.services.reachability import flag_undeliverable
from commitments.services.replies import customer_message, dispute
from commitments.services.sweeping import sweep
from commitments.services.word import note_risk
from tests import factories

pytestmark = pytest.mark.sqlite


def shown(client: Client, query: str) -> list[str]:
    """Give the words of the promises on all pages."""
    board = client.get(f"/board/{query}").context["board"]
    return [row.commitment.promise for row in board.rows]


@pytest.fixture
def everything(ana: Any, team: Team, now: datetime) -> dict[State, str]:
    """Make a promise in each state, and give its words."""
    ben = factories.agent(team=team, first_name="Ben")
    late = now - timedelta(hours=6)
    factories.promise(owner=ana, now=late, due_at=now - timedelta(hours=2), promise="overdue")
    phone_only = {"customer": factories.customer(email=""), "contact_route": "phone"}
    factories.promise(owner=ana, now=late, due_at=now - timedelta(hours=1), promise="silent and to call", **phone_only)
    waiting = factories.promise(owner=ana, now=late, promise="waiting")
    customer_message(actor=ana, reference=waiting.reference, channel="phone", words="Well?", now=now)
    kept = factories.promise(owner=ana, promise="disputed")
    keep(actor=ana, reference=kept.reference, now=now)
    dispute(actor=ana, reference=kept.reference, channel="phone", words="It is not.", now=now)
    untold = factories.promise(owner=ana, now=late, promise="untold")
    note_risk(actor=ana, reference=untold.reference, meaning=WordMeaning.WILL_MISS, now=now)
    fails = factories.promise(owner=ana, promise="mail fails")
    flag_undeliverable(commitment_id=fails.pk, address=fails.customer.email, why=Customer.DoNotMail.BOUNCED, now=now)
    offered = factories.promise(owner=ana, promise="offered")
    offer_handoff(actor=ana, reference=offered.reference, to=ben, story="", now=now)
    factories.promise(owner=ana, promise="soon", due_at=now + timedelta(hours=3))
    factories.promise(owner=ana, promise="far", due_at=now + timedelta(days=9))
    sweep(now=now)
    return {
        State.OVERDUE: "overdue",
        State.SILENT: "silent and to call",
        State.WAITING: "waiting",
        State.DISPUTED: "disputed",
        State.UNTOLD: "untold",
        State.UNDELIVERABLE: "mail fails",
        State.HANDOFFS: "offered",
        State.CALLS: "silent and to call",
        State.DUE_SOON: "soon",
    }


class TestEachCount:
    def test_is_the_number_of_rows_that_its_link_shows(
        self, supervisors_client: Client, everything: dict[State, str]
    ) -> None:
        page = supervisors_client.get("/board/")
        assert len(page.context["tiles"]) == 8
        for tile in page.context["tiles"]:
            rows = shown(supervisors_client, tile["query"])
            assert (str(tile["label"]), tile["count"]) == (str(tile["label"]), len(rows))
            assert tile["count"] > 0

    def test_stays_true_beside_another_filter(
        self, supervisors_client: Client, everything: dict[State, str], ana: Any
    ) -> None:
        for narrowed in (f"?owner={ana.pk}", "?kind=callback", "?q=nobody", "?due_from=2026-11-18T00:00Z"):
            for tile in supervisors_client.get(f"/board/{narrowed}").context["tiles"]:
                assert tile["count"] == len(shown(supervisors_client, tile["query"]))

    @pytest.mark.parametrize("state", list(State))
    def test_has_the_promise_that_it_is_about(
        self, supervisors_client: Client, everything: dict[State, str], state: State
    ) -> None:
        assert everything[state] in shown(supervisors_client, f"?state={state.value}")
        assert "far" not in shown(supervisors_client, f"?state={state.value}")

    def test_has_a_withdrawal_of_which_the_customer_could_not_be_told(
        self, supervisors_client: Client, ana: Any, now: datetime
    ) -> None:
        promise = factories.promise(owner=ana, promise="withdrawn")
        withdraw(actor=ana, reference=promise.reference, reason="Sold out.", by_mail=True, now=now)
        assert shown(supervisors_client, "") == []
        Escalation.objects.create(commitment=promise, trigger="undeliverable", opened_at=now)
        assert shown(supervisors_client, "?state=undeliverable") == ["withdrawn"]
        assert shown(supervisors_client, "?state=calls") == ["withdrawn"]


class TestTheAddress:
    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("?due_from=2026-11-18T12:00Z&due_until=2026-11-18T13:00Z", {"at noon"}),
            ("?due_from=2026-11-18T13:00%2B01:00&due_until=2026-11-18T14:00%2B01:00", {"at noon"}),
            ("?due_from=2026-11-18T13:00+01:00&due_until=2026-11-18T14:00+01:00", {"at noon"}),
            ("?due_until=2026-11-18T12:00Z", set()),
            ("?due_from=2026-11-18T13:00Z", {"at three"}),
            ("?q=%2B351%20912%20345%20678", {"at noon"}),
            ("?q=912-345-678", {"at noon"}),
            ("?q=maria@lopez", {"at noon"}),
            ("?q=%20", {"at noon", "at three"}),
        ],
    )
    def test_narrows_by_hour_and_by_what_was_typed(
        self, supervisors_client: Client, ana: Any, now: datetime, query: str, found: set[str]
    ) -> None:
        maria = factories.customer(phone="+351912345678", email="maria@lopez.example")
        factories.promise(owner=ana, promise="at noon", customer=maria, due_at=datetime.fromisoformat(NOON))
        factories.promise(owner=ana, promise="at three", due_at=datetime.fromisoformat("2026-11-18T15:00Z"))
        assert set(shown(supervisors_client, query)) == found

    def test_narrows_to_a_customer_and_names_them(self, supervisors_client: Client, ana: Any) -> None:
        promise = factories.promise(owner=ana, promise="hers")
        factories.promise(owner=ana, promise="another’s")
        page = supervisors_client.get(f"/board/?customer={promise.customer_id}&kind=fix")
        assert [row.commitment.promise for row in page.context["board"].rows] == ["hers"]
        assert "for Maria Lopez" in page.content.decode()
        assert f'name="customer" value="{promise.customer_id}"' in page.content.decode()
        assert 'class="chip" href="/board/?kind=fix"' in page.content.decode()

    @pytest.mark.parametrize(
        ("query", "sentence"),
        [
            ("?state=nonsense", "“nonsense” is no state, so that narrows nothing."),
            ("?kind=%3Cb%3E", "“&lt;b&gt;” is no kind of promise, so that narrows nothing."),
            ("?team=x", "You supervise no team “x”, so that narrows nothing."),
            ("?owner=99999999999999999999", "There is no colleague “99999999999999999999”, so that narrows nothing."),
            ("?customer=4711", "There is no customer “4711”, so that narrows nothing."),
            ("?due_from=2026-11-18T12:00", "“2026-11-18T12:00” is no time with its zone, so that narrows nothing."),
            ("?due_until=0001-01-01T00:00%2B14:00", "is no time with its zone, so that narrows nothing."),
            ("?due_from=0001-01-01T00:00Z", "is no time with its zone, so that narrows nothing."),
            ("?due_until=9999-12-31T23:59Z", "is no time with its zone, so that narrows nothing."),
        ],
    )
    def test_says_what_it_does_not_understand_and_narrows_nothing_by_it(
        self, supervisors_client: Client, ana: Any, query: str, sentence: str
    ) -> None:
        factories.promise(owner=ana, promise="the only one")
        page = supervisors_client.get(f"/board/{query}")
        assert sentence in page.content.decode()
        assert [row.commitment.promise for row in page.context["board"].rows] == ["the only one"]
        assert 'hx-get="/board/"' in page.content.decode()

    def test_says_the_same_of_a_team_that_one_does_not_supervise(self, supervisors_client: Client, ana: Any) -> None:
        factories.promise(owner=ana, promise="ours")
        theirs = factories.promise(promise="theirs")
        page = supervisors_client.get(f"/board/?team={theirs.team_id}")
        assert "You supervise no team" in page.content.decode()
        assert [row.commitment.promise for row in page.context["board"].rows] == ["ours"]

    def test_names_an_owner_who_has_left(self, supervisors_client: Client) -> None:
        gone = get_user_model().objects.create(username="gone", first_name="Olga", last_name="Berg", is_active=False)
        assert f'<option value="{gone.pk}" selected>Olga Berg' in page_of(supervisors_client, f"?owner={gone.pk}")

    def test_shows_the_times_of_the_chosen_team(self, supervisors_client: Client, sofia: Any) -> None:
        tokyo = factories.team(name="Zuletzt", zone="Asia/Tokyo")
        tokyo.memberships.create(user=sofia, role="supervisor")
        assert "As of 10:20:00 (Lisbon)" in page_of(supervisors_client)
        assert "As of 19:20:00 (Tokyo)" in page_of(supervisors_client, f"?team={tokyo.pk}")


class TestTheBrowsersHistory:
    def ask(self, client: Client, query: str, *, came_from: str) -> Any:
        headers = {
            "HX-Request": "true",
            "HX-Trigger": "filters",
            "HX-Target": "board",
            "HX-Current-URL": f"http://testserver/board/{came_from}",
        }
        return client.get(f"/board/{query}", headers=headers)

    def test_has_an_entry_for_each_filter(self, supervisors_client: Client) -> None:
        answer = self.ask(supervisors_client, "?q=&kind=fix&state=silent", came_from="?kind=fix")
        assert answer["HX-Push-Url"] == "/board/?kind=fix&state=silent"
        assert "HX-Replace-Url" not in answer

    def test_has_one_entry_for_a_search_however_slowly_it_is_typed(self, supervisors_client: Client) -> None:
        assert self.ask(supervisors_client, "?q=m", came_from="")["HX-Push-Url"] == "/board/?q=m"
        assert self.ask(supervisors_client, "?q=mar", came_from="?q=m")["HX-Replace-Url"] == "/board/?q=mar"
        assert self.ask(supervisors_client, "?q=mar&kind=fix", came_from="?q=m")["HX-Push-Url"]

    def test_survives_an_address_that_is_none(self, supervisors_client: Client) -> None:
        headers = {"HX-Request": "true", "HX-Trigger": "filters", "HX-Current-URL": "http://[x/?q=1"}
        assert supervisors_client.get("/board/?q=m", headers=headers).status_code == 200


class TestAllThatFits:
    def test_is_what_the_pages_list_in_the_same_order(
        self, supervisors_client: Client, everything: dict[State, str], sofia: Any, now: datetime
    ) -> None:
        for filters in (Filters(), Filters(state=State.CALLS), Filters(state=State.OVERDUE, q="lopez")):
            query = f"?state={filters.state or ''}&q={quote(filters.q)}"
            listed = [promise.promise for promise in fitting(actor=sofia, filters=filters, now=now)]
            assert listed == shown(supervisors_client, query)
            assert listed

    def test_is_nothing_for_somebody_who_supervises_nobody(
        self, everything: dict[State, str], ana: Any, now: datetime
    ) -> None:
        assert list(fitting(actor=ana, filters=Filters(), now=now)) == []


NOON = "2026-11-18T12:00Z"


def page_of(client: Client, query: str = "") -> str:
    return client.get(f"/board/{query}").content.decode()


def test_keeps_its_words_short_where_an_address_is_long(supervisors_client: Client) -> None:
    assert f"“{'x' * 39}…” is no state" in page_of(supervisors_client, f"?state={'x' * 5000}")
    assert Commitment.objects.count() == 0

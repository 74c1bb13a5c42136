"""The Board."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commitments.models import LEADERS, Commitment, Customer, Team
from commitments.services.promising import keep
from commitments.services.reachability import flag_undeliverable
from commitments.services.sweeping import sweep
from tests import factories

pytestmark = pytest.mark.sqlite


def page_of(client: Client, query: str = "") -> str:
    response = client.get(f"/board/{query}")
    assert response.status_code == 200
    return response.content.decode()


def late_promise(owner: Any, now: datetime, *, hours: int = 2, **fields: Any) -> Commitment:
    """Make a promise that became overdue `hours` ago; what time does to it is still to be swept."""
    return factories.promise(
        owner=owner, now=now - timedelta(hours=hours + 4), due_at=now - timedelta(hours=hours), **fields
    )


def test_is_there_for_supervisors_alone(client: Client, supervisors_client: Client) -> None:
    assert client.get("/board/").status_code == 404
    assert supervisors_client.get("/board/").status_code == 200


def test_is_linked_for_supervisors_alone(client: Client, supervisors_client: Client) -> None:
    assert 'href="/board/"' not in client.get("/").content.decode()
    assert 'href="/board/"' in supervisors_client.get("/").content.decode()


def test_is_there_for_leaders_with_all_teams(db: None, now: datetime) -> None:
    leader = factories.user()
    leader.groups.add(Group.objects.get_or_create(name=LEADERS)[0])
    factories.promise(promise="the one of the first team")
    factories.promise(promise="the one of the second team")
    client = Client()
    client.force_login(leader)
    page = page_of(client)
    assert "the one of the first team" in page
    assert "the one of the second team" in page


def test_leaves_out_other_teams_and_what_has_ended(supervisors_client: Client, ana: Any, now: datetime) -> None:
    factories.promise(owner=ana, promise="ours and open")
    ended = factories.promise(owner=ana, promise="ours and kept")
    keep(actor=ana, reference=ended.reference, now=now)
    factories.promise(promise="theirs")
    page = page_of(supervisors_client)
    assert "ours and open" in page
    assert "ours and kept" not in page
    assert "theirs" not in page


def test_shows_only_the_teams_that_one_supervises(supervisors_client: Client, sofia: Any) -> None:
    elsewhere = factories.team()
    elsewhere.memberships.create(user=sofia, role="agent")
    factories.promise(team=elsewhere, promise="where she is an agent")
    assert "where she is an agent" not in page_of(supervisors_client)


def test_puts_the_worst_first(supervisors_client: Client, ana: Any, now: datetime) -> None:
    factories.promise(owner=ana, promise="nothing wrong", due_at=now + timedelta(hours=3))
    unreachable = factories.promise(owner=ana, promise="no mail arrives", due_at=now + timedelta(days=2))
    flag_undeliverable(
        commitment_id=unreachable.pk, address=unreachable.customer.email, why=Customer.DoNotMail.BOUNCED, now=now
    )
    late_promise(ana, now, hours=1, promise="late an hour")
    late_promise(ana, now, hours=3, promise="late three hours")
    late_promise(
        ana, now, hours=2, promise="late and silent", customer=factories.customer(email=""), contact_route="phone"
    )
    sweep(now=now)
    page = page_of(supervisors_client)
    order = ["late and silent", "late three hours", "late an hour", "no mail arrives", "nothing wrong"]
    places = [page.index(words) for words in order]
    assert places == sorted(places)


def test_counts_each_state_on_top(supervisors_client: Client, ana: Any, now: datetime) -> None:
    late_promise(ana, now)
    late_promise(ana, now)
    factories.promise(owner=ana, due_at=now + timedelta(hours=3))
    sweep(now=now)
    board = supervisors_client.get("/board/").context["board"]
    assert board.counts.listed == 3
    assert board.counts.overdue == 2
    assert board.counts.due_soon == 1
    assert board.counts.undeliverable == 0


def test_says_who_has_it_when_the_last_word_was_and_whom_the_ladder_told(
    supervisors_client: Client, ana: Any, now: datetime
) -> None:
    late_promise(ana, now, hours=3)
    sweep(now=now)
    page = page_of(supervisors_client)
    assert "Ana Ruiz" in page
    assert "Customer care" in page
    assert "2 h 50 min ago" in page  # the missed mail, ten minutes after the due time
    assert "its mail waits to go" in page
    assert "Told Sofia Lindqvist" in page
    assert "next " in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?state=overdue", {"late"}),
        ("?state=due_soon", {"soon"}),
        ("?state=silent", set()),
        ("?kind=callback", {"soon"}),
        ("?q=Carter", {"far"}),
        ("?q=CASE-9", {"far"}),
        ("?q=nothing fits this", set()),
        ("?state=overdue&kind=callback", set()),
        ("?state=nonsense&kind=nonsense&team=x&owner=99999999999999999999&page=-3", {"late", "soon", "far"}),
        ("?q=%00", {"late", "soon", "far"}),
    ],
)
def test_is_narrowed_by_its_address(
    supervisors_client: Client, ana: Any, now: datetime, query: str, found: set[str]
) -> None:
    late_promise(ana, now, promise="late")
    factories.promise(owner=ana, promise="soon", kind="callback", due_at=now + timedelta(hours=3))
    carter = factories.customer(name="Emily Carter")
    factories.promise(owner=ana, promise="far", customer=carter, case_ref="CASE-9", due_at=now + timedelta(days=3))
    sweep(now=now)
    board = supervisors_client.get(f"/board/{query}").context["board"]
    assert {row.commitment.promise for row in board.rows} == found


def test_is_narrowed_by_owner_team_and_reference(supervisors_client: Client, sofia: Any, ana: Any, team: Team) -> None:
    ben = factories.agent(team=team, first_name="Ben")
    other_team = factories.team()
    other_team.memberships.create(user=sofia, role="supervisor")
    bens = factories.promise(owner=ben, promise="bens")
    factories.promise(owner=ana, promise="anas")
    factories.promise(team=other_team, promise="the other teams")

    def found(query: str) -> set[str]:
        board = supervisors_client.get(f"/board/{query}").context["board"]
        return {row.commitment.promise for row in board.rows}

    assert found(f"?owner={ben.pk}") == {"bens"}
    assert found(f"?team={other_team.pk}") == {"the other teams"}
    assert found(f"?q={bens.reference.lower()}") == {"bens"}


def test_says_for_which_teams_mail_is_held_back(supervisors_client: Client, team: Team) -> None:
    assert "shadow mode" not in page_of(supervisors_client)
    team.is_shadow = True
    team.save()
    assert "is in shadow mode: everything runs, and no customer is mailed" in page_of(supervisors_client)
    team.is_shadow, team.automatic_mail_stopped = False, True
    team.save()
    assert "automatic mail to customers is stopped" in page_of(supervisors_client)


def test_keeps_its_filters_in_the_address_when_it_refreshes(supervisors_client: Client, ana: Any) -> None:
    factories.promise(owner=ana)
    page = page_of(supervisors_client, "?kind=fix&q=Maria")
    assert 'hx-get="/board/?kind=fix&amp;q=Maria"' in page
    assert 'hx-trigger="every 15s, seen"' in page
    assert 'value="Maria"' in page


def test_gives_only_itself_when_it_refreshes(supervisors_client: Client, ana: Any) -> None:
    factories.promise(owner=ana, promise="call you about the bill")
    headers = {"HX-Request": "true", "HX-Trigger": "board", "HX-Target": "board"}
    piece = supervisors_client.get("/board/", headers=headers).content.decode()
    assert "call you about the bill" in piece
    assert "<html" not in piece


def test_writes_a_short_address_when_it_is_narrowed(supervisors_client: Client) -> None:
    headers = {"HX-Request": "true", "HX-Trigger": "filters", "HX-Target": "board"}
    response = supervisors_client.get("/board/?q=&owner=&kind=fix&state=", headers=headers)
    assert response["HX-Push-Url"] == "/board/?kind=fix"


def test_is_whole_when_the_browser_goes_back_to_it(supervisors_client: Client) -> None:
    headers = {"HX-Request": "true", "HX-Trigger": "board", "HX-History-Restore-Request": "true"}
    assert "<html" in supervisors_client.get("/board/", headers=headers).content.decode()


def test_shows_fifty_a_page(supervisors_client: Client, ana: Any) -> None:
    customer = factories.customer()
    for _ in range(53):
        factories.promise(owner=ana, customer=customer)
    first = supervisors_client.get("/board/").context["board"]
    second = supervisors_client.get("/board/?page=2").context["board"]
    assert len(first.rows) == 50
    assert len(second.rows) == 3
    shown = {row.commitment.pk for row in (*first.rows, *second.rows)}
    assert len(shown) == 53
    assert "Page 1 of 2" in page_of(supervisors_client)


def test_says_when_all_is_quiet_and_when_nothing_fits(supervisors_client: Client) -> None:
    assert "All quiet" in page_of(supervisors_client)
    assert "Nothing fits" in page_of(supervisors_client, "?q=zzz")


BANNER = 12
"""What the banner above every page takes at most."""


def test_takes_as_many_queries_for_many_promises_as_for_two(
    supervisors_client: Client, team: Team, now: datetime
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            page_of(supervisors_client)
        return len(captured)

    for _ in range(2):
        late_promise(factories.agent(team=team), now)
    sweep(now=now)
    few = queries()
    for _ in range(6):
        late_promise(factories.agent(team=team), now, hours=7)
    sweep(now=now)
    assert queries() == few
    assert few < 50 + BANNER

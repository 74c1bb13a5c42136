"""On their page, the addresses that are left alone …"""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from notifications.domain.kinds import Delivery, Suppressed
from notifications.models import Suppression
from notifications.services.suppression import lift, suppress
from notifications.services.tracking import record_delivery
from tests import factories
from tests.factories import NOW, agent, customer, promise, supervisor
from tests.notifications.living import one, send

pytestmark = pytest.mark.django_db

PAGE = "/suppressions/"


@pytest.fixture
def boss() -> Any:
    return supervisor(team=factories.team())


@pytest.fixture
def client(boss: Any) -> Client:
    client = Client()
    client.force_login(boss)
    return client


def shown(client: Client, address: str = PAGE, **fields: str) -> str:
    response = client.get(address, fields)
    assert response.status_code == 200
    return str(response.content.decode())


def left_alone(address: str, *, detail: str = "") -> Suppression:
    suppress(address=address, reason=Suppressed.BOUNCED, detail=detail, now=NOW)
    return Suppression.objects.get(address=address)


def test_are_listed_with_why_since_when_and_which_mail(client: Client, boss: Any) -> None:
    made = promise(
        team=boss.teams.get(), owner=agent(team=boss.teams.get()), customer=customer(email="maria@example.org")
    )
    send(NOW)
    record_delivery(
        message_id=one("promised").message_id,
        result=Delivery.BOUNCED,
        suppressed=Suppressed.BOUNCED,
        occurred_at=NOW,
        now=NOW,
        detail="550 5.1.1 No such user <b>",
    )
    page = shown(client)
    assert "maria@example.org" in page
    assert "Mail came back" in page
    assert "550 5.1.1 No such user &lt;b&gt;" in page
    assert f"/promises/{made.reference}/mails/{one('promised').id}/" in page


def test_name_no_promise_of_another_team(client: Client) -> None:
    made = promise()
    send(NOW)
    suppress(address=made.customer.email, reason=Suppressed.COMPLAINED, mail=one("promised").id, now=NOW)
    page = shown(client)
    assert made.customer.email in page
    assert made.reference not in page


def test_are_found_by_a_part(client: Client) -> None:
    left_alone("maria@example.org")
    left_alone("joao@example.com")
    page = shown(client, q="MARIA")
    assert "maria@example.org" in page
    assert "joao@example.com" not in page
    assert "No such address" in shown(client, q="nobody")


def test_are_lifted_with_one_press_and_a_reason(client: Client) -> None:
    row = left_alone("maria@example.org")
    response = client.post(f"{PAGE}{row.pk}/lift/", {"because": "The mailbox is back."}, follow=True)
    page = response.content.decode()
    assert "Mail may go to maria@example.org again." in page
    assert "Mail may go everywhere" in page
    assert "The mailbox is back." in shown(client, lifted="1")


def test_stay_where_no_reason_is_given_and_the_typing_is_kept(client: Client) -> None:
    row = left_alone("maria@example.org")
    response = client.post(f"{PAGE}{row.pk}/lift/", {"because": "x" * 301})
    assert response.status_code == 422
    page = response.content.decode()
    assert "Say it in at most 300 characters." in page
    assert "x" * 301 in page
    assert Suppression.objects.in_force().exists()


def test_that_somebody_else_has_lifted_are_said_to_be(client: Client, boss: Any) -> None:
    row = left_alone("maria@example.org")
    lift(actor=boss, pk=row.pk, because="The mailbox is back.", now=NOW + timedelta(minutes=1))
    response = client.post(f"{PAGE}{row.pk}/lift/", {"because": "Me too."})
    assert response.status_code == 422
    assert "Somebody else has already let mail go there again." in response.content.decode()


def test_are_no_agents_business() -> None:
    row = left_alone("maria@example.org")
    client = Client()
    client.force_login(agent(team=factories.team()))
    assert client.get(PAGE).status_code == 404
    assert client.post(f"{PAGE}{row.pk}/lift/", {"because": "Please."}).status_code == 404
    assert PAGE not in client.get("/").content.decode()


def test_are_in_a_supervisors_menu(client: Client) -> None:
    assert PAGE in shown(client, "/board/")


def test_cost_as_many_queries_however_many_there_are(client: Client) -> None:
    counts = []
    for number in range(12):
        made = promise()
        send(NOW)
        suppress(
            address=f"more{number}@example.org", reason=Suppressed.BOUNCED, mail=made.notifications.get().id, now=NOW
        )
        if number in {0, 11}:
            with CaptureQueriesContext(connection) as captured:
                shown(client)
            counts.append(len(captured))
    assert counts[0] == counts[1]

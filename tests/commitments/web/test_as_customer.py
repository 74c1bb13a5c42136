"""The customer's page, as colleagues see it …"""

import re
from datetime import timedelta

import pytest
from django.test import Client

from commitments.domain.answers import Answer
from commitments.models import Commitment, CustomerLink
from commitments.services.links import issue
from commitments.services.splitting import split_off
from commitments.services.watching import add_watcher
from tests.commitments.services.test_splitting import DUE_AT, wrote
from tests.factories import NOW, agent, customer, promise, team

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commitments.clock.now", lambda: NOW + timedelta(hours=1))


@pytest.fixture
def made() -> Commitment:
    return promise()


def seen(client: Client, made: Commitment, query: str = "") -> str:
    client.force_login(made.owner)
    response = client.get(f"/promises/{made.reference}/customer-page/{query}")
    assert response.status_code == 200
    return str(response.content.decode())


def main_of(page: str) -> str:
    """Give what the page says, without where its forms go and whether they can be pressed."""
    text = page.split("<main>")[1].split("</main>")[0]
    text = re.sub(r"<a [^>]*>|</a>", "", re.sub(r' action="[^"]*"| disabled', "", text))
    return re.sub(r"<p>Put this date into my calendar</p>", "", text)


def words_of(page: str) -> list[str]:
    return re.sub(r"<[^>]+>", " ", main_of(page)).split()


def test_says_what_theirs_says(client: Client, made: Commitment) -> None:
    link = issue(pairs={(made.pk, made.customer_id)}, now=NOW)[made.pk, made.customer_id]
    theirs = client.get(f"/{link.page_url.split('/', 3)[3]}")
    assert theirs.status_code == 200
    assert words_of(seen(client, made)) == words_of(theirs.content.decode())


def test_takes_no_answer(client: Client, made: Commitment) -> None:
    page = seen(client, made)
    assert "As the customer sees it." in page
    buttons = re.findall(r"<button[^>]*>|<textarea[^>]*>", page)
    assert buttons
    assert all("disabled" in button for button in buttons)
    assert "action=" not in page
    assert "/p/" not in page
    assert client.post(f"/promises/{made.reference}/customer-page/", {"words": "x"}).status_code == 405
    assert not CustomerLink.objects.exists()


def test_is_in_their_language_with_a_note_in_ours(client: Client) -> None:
    made = promise(customer=customer(language="de"))
    page = seen(client, made)
    assert '<html lang="de"' in page
    assert "As the customer sees it." in page


def test_can_be_that_of_whoever_watches(client: Client, made: Commitment) -> None:
    row = add_watcher(
        actor=made.owner, reference=made.reference, name="João Lopez", email="joao@example.org", customer=None, now=NOW
    )
    page = seen(client, made)
    assert f'href="?reader={row.customer_id}"' in page
    assert "João Lopez" not in main_of(page)
    assert "you are kept informed" in seen(client, made, f"?reader={row.customer_id}")
    assert "Hello <bdi>Maria Lopez</bdi>" in seen(client, made, f"?reader={customer().pk}")


def test_is_for_who_may_see_the_promise(client: Client, made: Commitment) -> None:
    client.force_login(agent(team=team()))
    assert client.get(f"/promises/{made.reference}/customer-page/").status_code == 404
    client.logout()
    assert client.get(f"/promises/{made.reference}/customer-page/").status_code == 302


def test_is_led_to_from_the_promise(client: Client, made: Commitment) -> None:
    client.force_login(made.owner)
    page = client.get(f"/promises/{made.reference}/").content.decode()
    assert f'href="/promises/{made.reference}/customer-page/"' in page


def test_waits_for_no_answer_to_what_another_promise_answers(client: Client, made: Commitment) -> None:
    first = wrote(made, channel="page", writer=made.customer, answer=Answer.MESSAGE)
    wrote(made, now=NOW + timedelta(minutes=5))
    assert seen(client, made).count("It waits for a person’s answer.") == 1
    split_off(
        actor=made.owner,
        reference=made.reference,
        message=first.pk,
        customer=made.customer,
        kind="answer",
        promise="send you the invoice",
        due_at=DUE_AT,
        channel="email",
        team=made.team,
        now=NOW + timedelta(minutes=20),
    )
    assert "It waits for a person’s answer." not in seen(client, made)

"""The embedded installation's mailbox …"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from notifications.models import MailboxMessage
from tests.factories import NOW, agent, customer, promise, team, user
from tests.notifications.living import send
from tests.notifications.mailboxes import mailbox_is

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[None]:
    """Have mail stay in the database, with the pages to read it."""
    settings.EMAIL_BACKEND = "notifications.mailbox.DatabaseMailbox"
    with mailbox_is(True, settings=settings):
        yield


@pytest.fixture
def real_mail(settings: Settings) -> Iterator[None]:
    """Have mail leave the house, whatever database the run uses."""
    with mailbox_is(False, settings=settings):
        yield


@pytest.fixture
def staff(client: Client) -> Client:
    """Sign somebody in who belongs to a team."""
    client.force_login(agent(team=team()))
    return client


def text(response: Any) -> str:
    return str(response.content.decode())


@pytest.mark.parametrize(
    "name",
    [
        "مريم بنت خالد بن عبد الرحمن الراشد",
        "Nguyễn Thị Minh Khai " * 3,
        "👩‍👩‍👧‍👦 The Family 🎉🎉🎉",
        "Lopez, Mia (PhD)",
    ],
)
def test_keeps_a_name_whole_that_takes_several_lines_of_a_header(mailbox: None, name: str) -> None:
    promise(customer=customer(name=name.strip(), email="family@example.org"))
    send(NOW)
    kept = MailboxMessage.objects.get(recipients__contains="family@example.org")
    assert kept.recipients.removesuffix(" <family@example.org>") == name.strip()


def test_keeps_mails_as_they_would_have_gone(mailbox: None) -> None:
    made = promise(customer=customer(name="Zoë Łukasz", email="zoe@example.org"))
    send(NOW)
    message = MailboxMessage.objects.get()
    assert message.recipients == "Zoë Łukasz <zoe@example.org>"
    assert message.subject.endswith(f"[{made.reference}]")
    assert "Hello Zoë Łukasz" in message.text
    assert "<bdi>Zoë Łukasz</bdi>" in message.html
    assert "Message-ID" in dict(message.headers)


def test_lists_the_newest_first_and_shows_each(mailbox: None, staff: Client) -> None:
    made = promise(customer=customer(email="zoe@example.org"))
    send(NOW)
    assert made.reference in text(staff.get("/mailbox/"))
    message = MailboxMessage.objects.get()
    shown = text(staff.get(f"/mailbox/{message.pk}/"))
    assert "sandbox" in shown
    assert "Auto-Submitted" not in shown
    assert "Message-ID" in shown


def test_finds_by_address_and_subject(mailbox: None, staff: Client) -> None:
    made = promise(customer=customer(email="zoe@example.org"))
    send(NOW)
    assert made.reference in text(staff.get("/mailbox/?q=zoe@"))
    assert "Nothing found" in text(staff.get("/mailbox/?q=nobody"))


def test_shows_html_where_nothing_runs_or_loads(mailbox: None, staff: Client) -> None:
    promise()
    send(NOW)
    response = staff.get(f"/mailbox/{MailboxMessage.objects.get().pk}/html/")
    policy = response["Content-Security-Policy"]
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert "default-src 'none'" in policy
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_is_for_people_who_are_signed_in(mailbox: None, client: Client) -> None:
    for address in ("/mailbox/", "/mailbox/1/", "/mailbox/1/html/"):
        assert client.get(address).status_code == 302


def test_is_not_there_when_mail_leaves_the_house(real_mail: None, staff: Client) -> None:
    assert staff.get("/mailbox/").status_code == 404


def test_is_not_there_for_somebody_in_no_team(mailbox: None, client: Client) -> None:
    client.force_login(user())
    assert client.get("/mailbox/").status_code == 404

"""Many mails to many customers: each holds its own, and nothing that is written in one gets out of its place."""

import re
from collections.abc import Iterator
from email.message import EmailMessage
from html.parser import HTMLParser

import pytest

from commitments.models import CustomerLink
from notifications.domain.kinds import MailKind
from notifications.models import Notification
from tests import factories
from tests.journeys.every_mail import KINDS, STORIES, Words, have_sent
from tests.notifications.living import live
from tests.plugin.mail import MailServer, Received

CANARY = re.compile(r"canary\d{4}")
TOKEN = re.compile(r"/p/([0-9a-z]{32})/")
MARKS = "\u202e\u202d\u2066\u200f\u2029"
"""What turns a line around, or breaks it."""


def marked(mark: str) -> Words:
    """Give words of which each bears a mark."""
    words = Words()
    for name in ("promise", "right", "need", "message", "happened", "next", "choices", "reason"):
        setattr(words, name, f"{getattr(words, name)} {mark}")
    return words


def parts_of(message: EmailMessage) -> Iterator[str]:
    """Give everything that a reader or a machine finds in a mail, decoded."""
    for name, value in message.items():
        yield f"{name}: {value}"
    for part in message.walk():
        if not part.is_multipart():
            yield str(part.get_content())


def check_own(received: Received, *, canary: str, addresses: dict[str, str]) -> None:
    """Look at one mail: one recipient, whose canary it bears, and no other."""
    (recipient,) = received.recipients
    assert addresses[recipient] == canary
    assert [address.addr_spec for address in received.message["To"].addresses] == [recipient]
    assert received.message["Cc"] is received.message["Bcc"] is None
    everything = "\n".join(parts_of(received.message))
    assert set(CANARY.findall(everything)) == {canary}
    links = CustomerLink.objects.filter(customer__email=recipient).values_list("number", flat=True)
    for token in TOKEN.findall(everything):
        assert any(token.startswith(number) for number in links), "That is somebody else's link."


def hold_their_own(server: MailServer, *, count: int) -> None:
    """Mail so many customers, with every kind in turn, and look at all that the server got."""
    team = factories.team()
    addresses: dict[str, str] = {}
    times = set()
    for number in range(count):
        canary = f"canary{number:04}"
        owner = factories.agent(team=team, first_name=f"Ana {canary}", email=f"staff{number}@kept.example")
        email = f"maria.{canary}@example.org"
        addresses[email] = canary
        customer = factories.customer(name=f"Maria {canary}", email=email)
        _, then = STORIES[KINDS[number % len(KINDS)]](owner, customer, marked(canary))
        times.add(then)
    for then in sorted(times):
        live(then)
    mails = [received for received in server.messages if received.recipients[0] in addresses]
    assert len(mails) >= count
    for received in mails:
        check_own(received, canary=addresses[received.recipients[0]], addresses=addresses)
    went = Notification.objects.filter(to_customer=True, state="sent")
    assert went.count() == len(mails)
    assert set(went.values_list("address", flat=True)) == set(addresses)
    assert set(went.values_list("kind", flat=True)) == {kind.value for kind in KINDS}


@pytest.mark.django_db
def test_a_few_mails_of_every_kind_hold_their_own_alone(smtp_server: MailServer) -> None:
    hold_their_own(smtp_server, count=4 * len(KINDS))


@pytest.mark.django_db
@pytest.mark.long
def test_five_hundred_mails_hold_their_own_alone(smtp_server: MailServer) -> None:
    hold_their_own(smtp_server, count=500)


# -- What is written stays in its place -----------------------------------------------------------------------------

ATTACK = f"\r\nBcc: everybody@evil.example\r\n\r\n<script>x</script>{MARKS}"
HARMLESS = "\nBcc: everybody at evil.example\n\nscript x"


class Tags(HTMLParser):
    """Notes the elements of a page in their order: its layout, without its words."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note where one begins."""
        self.seen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Note where one ends."""
        self.seen.append(f"/{tag}")


def layout(html: str) -> list[str]:
    tags = Tags()
    tags.feed(html)
    return tags.seen


def written_with(mark: str, kind: MailKind, server: MailServer) -> EmailMessage:
    """Live the story of a mail with a mark in everything that anybody writes; give it as the server got it."""
    team = factories.team(name=f"Support{mark}", phone=f"+351 21{mark}"[:40], hours=f"9 to 18{mark}")
    owner = factories.agent(team=team, first_name=f"Ana{mark}", last_name=f"Ruiz{mark}")
    customer = factories.customer(name=f"Maria{mark}", reached_best=f"by phone{mark}")
    have_sent(kind, owner=owner, customer=customer, words=marked(mark))
    (received,) = [
        each
        for each in server.to(customer.email)
        if Notification.objects.filter(kind=kind, message_id=each.message["Message-ID"]).exists()
    ]
    assert received.recipients == [customer.email]
    assert received.sender == "kept@example.com"
    return received.message


@pytest.mark.django_db
@pytest.mark.parametrize("kind", KINDS)
def test_what_anybody_writes_stays_in_its_place(kind: MailKind, smtp_server: MailServer) -> None:
    plain = written_with(HARMLESS, kind, smtp_server)
    message = written_with(ATTACK, kind, smtp_server)
    assert message.keys() == plain.keys()
    assert message["Bcc"] is None
    assert [address.domain for address in message["From"].addresses] == ["example.com"]
    text, html = (message.get_body((sort,)) for sort in ("plain", "html"))
    plain_html = plain.get_body(("html",))
    assert text is not None
    assert html is not None
    assert plain_html is not None
    for part in (*message.values(), text.get_content(), html.get_content()):
        assert not set(MARKS) & set(str(part))
    assert all("\n" not in value and "\r" not in value for value in map(str, message.values()))
    assert "<script" not in html.get_content()
    assert layout(html.get_content()) == layout(plain_html.get_content())

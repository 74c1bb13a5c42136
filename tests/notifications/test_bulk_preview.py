"""Who would be mailed what, by one act over many promises …"""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commitments.models import Commitment, Customer, Team
from commitments.services.watching import add_watcher
from notifications.models import Notification
from notifications.web import bulk
from tests import factories
from tests.factories import NOW
from tests.notifications.living import everything, send

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

LATER = NOW + timedelta(minutes=5)
WORD = {"bulk-meaning": "news", "bulk-message": "{promise}: the courier has it."}
DATE = {
    "bulk-how": "later",
    "bulk-amount": "1",
    "bulk-unit": "bd",
    "bulk-what_happened": "The courier lost it.",
    "bulk-what_next": "We send another one.",
    "bulk-choices": "Fetch one in the shop.",
    "bulk-is_bad_news": "on",
}
AS_A_PIECE = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commitments.clock.now", lambda: LATER)


@pytest.fixture
def team(db: None) -> Team:
    return factories.team(name="Customer care")


@pytest.fixture
def ana(team: Team) -> Any:
    return factories.agent(team=team)


@pytest.fixture
def ben(team: Team) -> Any:
    return factories.agent(team=team, first_name="Ben", last_name="Okafor")


@pytest.fixture
def client(team: Team) -> Client:
    client = Client()
    client.force_login(factories.supervisor(team=team))
    return client


@pytest.fixture
def three(ana: Any) -> list[Commitment]:
    """Promises of five minutes ago, their receipts sent."""
    names = ("Maria Lopez", "Emily Carter", "Rui Costa")
    made = [factories.promise(owner=ana, customer=factories.customer(name=name)) for name in names]
    send(NOW)
    return made


def look(
    client: Client, act: str, promises: list[Commitment], data: dict[str, Any], headers: Any = None, **more: Any
) -> Any:
    chosen = {"chosen": [f"{promise.reference}.{promise.version}" for promise in promises]}
    return client.post(f"/board/bulk/{act}/preview/", data | chosen | more, headers=headers or {})


def do(client: Client, act: str, promises: list[Commitment], data: dict[str, Any]) -> None:
    context = look(client, act, promises, data).context
    marks = {"issued": context["issued"], "seen": context["seen"]}
    chosen = {"chosen": [f"{promise.reference}.{promise.version}" for promise in promises]}
    assert client.post(f"/board/bulk/{act}/", data | marks | chosen).status_code == 302


def mails_in(response: Any) -> list[Any]:
    """Give the mails that a preview lists, as the service found them."""
    context = response.context
    return [one["mail"] for line in [*context["lines"], *context["more"]] for one in line.mails]


def data_of(act: str, ben: Any) -> dict[str, Any]:
    return {"word": WORD, "date": DATE, "reassign": {"bulk-to": ben.pk}}[act]


@pytest.mark.parametrize("act", ["word", "date", "reassign"])
def test_is_what_is_mailed_a_moment_later_to_the_letter(
    client: Client, ben: Any, three: list[Commitment], act: str
) -> None:
    previewed = mails_in(look(client, act, three, data_of(act, ben)))
    assert len(previewed) == 3
    do(client, act, three, data_of(act, ben))
    send(LATER)
    sent = Notification.objects.filter(to_customer=True, sent_at=LATER).order_by("event", "id")
    assert [(mail.to_address, mail.rendered.subject, mail.rendered.text) for mail in previewed] == [
        (mail.address, mail.subject, mail.text) for mail in sent
    ]


@pytest.mark.parametrize("act", ["word", "date", "reassign"])
def test_leaves_no_trace(
    client: Client, ben: Any, three: list[Commitment], act: str, django_capture_on_commit_callbacks: Any
) -> None:
    before = everything()
    with django_capture_on_commit_callbacks() as rung:
        assert look(client, act, three, data_of(act, ben)).status_code == 200
    assert everything() == before
    assert rung == []


def test_counts_mails_addresses_and_those_left_out(client: Client, ana: Any, three: list[Commitment]) -> None:
    family = factories.customer(name="João Lopez", email=three[0].customer.email)
    twice = [factories.promise(owner=ana, customer=customer) for customer in (family, three[1].customer)]
    Customer.objects.filter(pk=three[2].customer_id).update(email="")
    factories.told(three[1], now=NOW)
    response = look(client, "word", [*three, *twice], WORD)
    page = response.content.decode()
    assert "<b>3</b> mails go to 2 addresses" in " ".join(page.split())
    assert "<b>2</b> promises are left as they are" in page
    assert "This customer cannot be mailed" in page
    assert "Somebody has changed this promise" in page
    assert "Give word about 3 promises" in page


def test_sends_two_mails_to_a_customer_of_two_promises(client: Client, ana: Any, three: list[Commitment]) -> None:
    other = factories.promise(owner=ana, customer=three[0].customer, promise="call you back")
    mails = mails_in(look(client, "word", [three[0], other], WORD))
    assert [mail.reference for mail in mails] == [three[0].reference, other.reference]
    assert len({mail.to_address for mail in mails}) == 1
    assert "call you back: the courier has it." in mails[1].rendered.text


def test_names_who_gets_a_copy(client: Client, ana: Any, three: list[Commitment]) -> None:
    add_watcher(actor=ana, reference=three[0].reference, name="Inês", email="ines@example.org", customer=None, now=NOW)
    three[0].refresh_from_db()
    mails = mails_in(look(client, "word", three, WORD))
    assert [mail.is_copy for mail in mails] == [False, True, False, False]


def test_says_why_nobody_is_mailed(client: Client, ben: Any, three: list[Commitment]) -> None:
    Customer.objects.filter(pk=three[0].customer_id).update(email="")
    page = look(client, "reassign", three[:1], {"bulk-to": ben.pk}).content.decode()
    assert "Nobody is mailed: no mail address of Maria Lopez is known." in page
    assert "No mail goes" in page
    assert "<b>1</b> customer is not mailed" in page


def test_says_that_in_shadow_mode_nothing_goes(client: Client, three: list[Commitment]) -> None:
    Team.objects.update(is_shadow=True)
    page = look(client, "word", three, WORD).content.decode()
    assert "never: the team is in shadow mode" in page
    assert "No mail goes" in page


def test_offers_to_do_nothing_where_nothing_can_be_done(client: Client, three: list[Commitment]) -> None:
    factories.told(three[0], now=NOW)
    page = look(client, "word", three[:1], WORD).content.decode()
    assert "data-bulk-do" not in page
    assert "<b>1</b> promise is left as it is" in page


def test_names_the_new_date_of_each(client: Client, three: list[Commitment]) -> None:
    page = look(client, "date", three[:1], DATE).content.decode()
    assert "Mon 23 Nov, 15:00 (Lisbon)" in page


class TestOneMail:
    def test_is_opened_in_full(self, client: Client, three: list[Commitment]) -> None:
        before = everything()
        response = look(client, "word", three, WORD, headers=AS_A_PIECE, open=three[1].reference)
        piece = response.content.decode()
        assert "send you a replacement router: the courier has it." in piece
        assert "Emily Carter" in piece
        assert "<html" not in piece
        assert everything() == before

    def test_is_opened_below_its_line_without_scripts(self, client: Client, three: list[Commitment]) -> None:
        page = look(client, "word", three, WORD, open=three[1].reference).content.decode()
        assert "<html" in page
        assert page.count("data-preview") == 1

    def test_is_only_one_of_those_chosen(self, client: Client, three: list[Commitment]) -> None:
        strange = factories.promise()
        response = look(client, "word", three, WORD, headers=AS_A_PIECE, open=strange.reference)
        assert response.content == b""
        response = look(client, "word", [strange, three[0]], WORD, headers=AS_A_PIECE, open=strange.reference)
        assert response.content == b""


class TestManyPromises:
    def test_show_the_first_lines_at_once_and_count_all(
        self, client: Client, ana: Any, monkeypatch: pytest.MonkeyPatch, three: list[Commitment]
    ) -> None:
        monkeypatch.setattr(bulk, "SHOWN_AT_ONCE", 2)
        response = look(client, "word", three, WORD)
        assert (len(response.context["lines"]), len(response.context["more"])) == (2, 1)
        assert "<b>3</b> mails go" in response.content.decode()

    def test_are_tried_a_few_in_one_transaction(
        self, client: Client, monkeypatch: pytest.MonkeyPatch, three: list[Commitment]
    ) -> None:
        monkeypatch.setattr("notifications.services.preview.TRIED_TOGETHER", 2)
        assert len(mails_in(look(client, "word", three, WORD))) == 3

    def test_cost_the_same_each(self, client: Client, ana: Any, three: list[Commitment]) -> None:
        counts = []
        nine = [*three, *(factories.promise(owner=ana) for _ in range(6))]
        send(NOW)
        for promises in (three[:1], nine[:3], nine):
            with CaptureQueriesContext(connection) as queries:
                look(client, "word", promises, WORD, headers=AS_A_PIECE)
            counts.append(len(queries))
        each = (counts[2] - counts[1]) / 6
        assert each == (counts[1] - counts[0]) / 2
        assert each <= 30


def test_is_for_who_supervises_and_for_acts_that_mail(client: Client, ana: Any, three: list[Commitment]) -> None:
    assert look(client, "acknowledge", three, {}).status_code == 404
    assert look(client, "delete", three, {}).status_code == 404
    assert client.get("/board/bulk/word/preview/").status_code == 302
    client.force_login(ana)
    assert look(client, "word", three, WORD).status_code == 404


def test_says_what_is_wrong_with_the_form(client: Client, three: list[Commitment]) -> None:
    response = look(client, "word", three, WORD | {"bulk-message": ""})
    assert response.status_code == 422
    assert 'id="id_bulk-message_error"' in response.content.decode()

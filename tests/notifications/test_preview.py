"""A preview …"""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from commitments.models import Commitment, Team
from commitments.services.sweeping import sweep
from commitments.services.watching import add_watcher
from notifications.models import Notification
from notifications.services.preview import preview_next
from tests.factories import NOW, agent, customer, promise, team
from tests.notifications.living import everything, one, send

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

AS_A_PIECE = {"HTTP_HX_REQUEST": "true"}
LATER = NOW + timedelta(minutes=5)
NEXT = "2026-11-23T15:00"
PREVIEWED = {
    "word": {
        "word-meaning": "news",
        "word-message": "The courier has it.\nIt is <b>soon</b> there.",
        "word-by_mail": "mail",
    },
    "date": {
        "date-due_at": NEXT,
        "date-what_happened": "The courier lost it.",
        "date-what_next": "We send another one.",
        "date-choices": "Fetch one in the shop.",
        "date-is_bad_news": "on",
        "date-by_mail": "mail",
    },
    "kept": {"keep-how": "We changed the cable.", "keep-notify_customer": "on"},
    "withdrawn": {"withdraw-reason": "It is no longer made.", "withdraw-by_mail": "mail"},
    "attempt": {"attempt-result": "no_answer", "attempt-next_try_at": "2026-11-19T10:00", "attempt-by_mail": "on"},
    "correct": {
        "correct-promise": "send you a new router",
        "correct-due_at": "2026-11-20T16:00",
        "correct-kind": "fix",
    },
    "void": {"void-reason": "Typed twice."},
}
ANSWERS = ("word", "date", "kept", "withdrawn", "attempt", "correct", "void")


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commitments.clock.now", lambda: LATER)


@pytest.fixture
def made() -> Commitment:
    """A promise of five minutes ago, its receipt sent."""
    made = promise(customer=customer(email="maria@example.org"))
    send(NOW)
    return made


def ask(client: Client, made: Commitment, path: str, **changes: Any) -> Any:
    client.force_login(made.owner)
    data = PREVIEWED[path] | {f"{prefix(path)}-version": str(made.version)} | changes
    return client.post(f"/promises/{made.reference}/preview/{path}/", data, **AS_A_PIECE)


def prefix(path: str) -> str:
    return {"kept": "keep", "withdrawn": "withdraw"}.get(path, path)


def shown(response: Any) -> list[Any]:
    """Give the mails that a preview shows, as the service found them."""
    return [entry["mail"] for entry in response.context["mails"]]


@pytest.mark.parametrize("path", ANSWERS)
def test_shows_what_is_mailed_a_moment_later_to_the_letter(client: Client, made: Commitment, path: str) -> None:
    previewed = shown(ask(client, made, path))
    assert previewed
    data = PREVIEWED[path] | {f"{prefix(path)}-version": str(made.version)}
    assert client.post(f"/promises/{made.reference}/{path}/", data).status_code == 302
    send(LATER)
    sent = Notification.objects.filter(to_customer=True, sent_at=LATER).order_by("event", "id")
    went = [mail for mail in previewed if mail.hold is None]
    assert [(mail.rendered.subject, mail.rendered.text, mail.rendered.html) for mail in went] == [
        (mail.subject, mail.text, mail.html) for mail in sent
    ]
    assert [mail.to_address for mail in went] == [mail.address for mail in sent]


@pytest.mark.parametrize("path", ANSWERS)
def test_leaves_no_trace(
    client: Client,
    made: Commitment,
    path: str,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    client.force_login(made.owner)
    before = everything()
    with django_capture_on_commit_callbacks() as rung:
        assert ask(client, made, path).status_code == 200
    assert everything() == before
    assert rung == []


def test_writes_a_mail_that_has_to_wait_as_it_reads_now(client: Client, made: Commitment) -> None:
    kept, asks = shown(ask(client, made, "kept"))
    assert (kept.kind, asks.kind) == ("kept", "aftercare")
    assert asks.hold == "trying"
    assert "send you a replacement router" in asks.rendered.text


def test_names_who_gets_a_copy(client: Client, made: Commitment) -> None:
    add_watcher(
        actor=made.owner, reference=made.reference, name="João Lopez", email="joao@example.org", customer=None, now=NOW
    )
    made.refresh_from_db()
    response = ask(client, made, "word")
    assert [(mail.to_address, mail.is_copy) for mail in shown(response)] == [
        ("maria@example.org", False),
        ("joao@example.org", True),
    ]
    assert "a copy of their own" in response.content.decode()


@pytest.mark.parametrize(
    ("columns", "path", "changes", "because"),
    [
        ({}, "word", {"word-by_mail": "told"}, "you have told Maria Lopez yourself"),
        ({}, "kept", {"keep-notify_customer": "", "keep-customer_confirmed": "on"}, "you have not asked for a mail"),
        ({"email": ""}, "kept", {}, "no mail address of Maria Lopez is known"),
        ({"do_not_mail": "bounced"}, "kept", {}, "Maria Lopez may not be mailed: mail came back"),
    ],
)
def test_says_why_nobody_is_mailed(
    client: Client, made: Commitment, columns: dict[str, str], path: str, changes: dict[str, str], because: str
) -> None:
    type(made.customer).objects.filter(pk=made.customer_id).update(**columns)
    said = ask(client, made, path, **changes).content.decode()
    assert f"Nobody will be mailed, because {because}." in said


def test_says_that_a_bad_news_noted_for_later_is_no_mail(client: Client, made: Commitment) -> None:
    said = ask(client, made, "word", **{"word-meaning": "at_risk", "word-by_mail": "later"}).content.decode()
    assert "the customer still has to be told" in said


def test_says_that_in_shadow_mode_nothing_goes(client: Client, made: Commitment) -> None:
    Team.objects.update(is_shadow=True)
    assert "never: the team is in shadow mode" in ask(client, made, "word").content.decode()


def test_says_what_the_installation_does_not_let_out(client: Client, made: Commitment, settings: Any) -> None:
    settings.MAIL_ONLY_TO = ["kept.example"]
    said = ask(client, made, "word").content.decode()
    assert "never: this installation mails listed domains only" in said


def test_says_what_is_wrong_as_the_act_would(client: Client, made: Commitment) -> None:
    response = ask(client, made, "withdrawn", **{"withdraw-reason": ""})
    assert response.status_code == 422
    assert "Why?: Write why it is withdrawn; the customer is told this." in response.content.decode()
    assert "<form" not in response.content.decode()


def test_says_that_somebody_was_faster(client: Client, made: Commitment) -> None:
    response = ask(client, made, "word", **{"word-version": "0"})
    assert response.status_code == 422
    assert "Somebody has changed this promise since you opened it" in response.content.decode()


def test_is_the_page_with_what_was_typed_where_there_are_no_scripts(client: Client, made: Commitment) -> None:
    client.force_login(made.owner)
    address = f"/promises/{made.reference}/preview/word/"
    page = client.post(address, PREVIEWED["word"]).content.decode()
    assert "<html" in page
    assert "The courier has it." in page.split("<textarea")[1]
    assert "What would be mailed" in page
    refused = client.post(address, PREVIEWED["word"] | {"word-message": ""})
    assert refused.status_code == 422
    assert "What would be mailed" not in refused.content.decode()
    stale = client.post(address, PREVIEWED["word"] | {"word-version": "0"})
    assert "Somebody has changed this promise" in stale.content.decode()
    assert client.get(address).status_code == 302


def test_has_a_button_beside_every_press_that_may_mail(client: Client, made: Commitment) -> None:
    client.force_login(made.owner)
    page = client.get(f"/promises/{made.reference}/").content.decode()
    offered = set(re.findall(rf'formaction="/promises/{made.reference}/preview/([a-z-]+)/', page))
    assert offered == {"word", "date", "kept", "withdrawn", "attempt", "correct", "void"}
    assert 'formaction="/desk/preview/#log"' in client.get("/").content.decode()


def test_is_for_who_may_see_the_promise(client: Client, made: Commitment) -> None:
    client.force_login(agent(team=team()))
    assert client.post(f"/promises/{made.reference}/preview/word/", PREVIEWED["word"]).status_code == 404


def test_is_not_there_for_an_act_that_mails_nobody(client: Client, made: Commitment) -> None:
    client.force_login(made.owner)
    assert client.post(f"/promises/{made.reference}/preview/cadence/").status_code == 404


REFERENCE = re.compile(r"\b[2-9A-HJKMNP-Z]{5}\b")
IDS = re.compile(rf"{REFERENCE.pattern}|/p/[a-z2-7]{{32}}/")
LOGGED = {
    "who": "Rui",
    "customer": "new",
    "name": "Rui Costa",
    "email": "rui@example.org",
    "kind": "callback",
    "promise": "call you back about the refund",
    "due_at": "2026-11-19T15:00",
    "channel": "phone",
    "notify_customer": "on",
}


def test_shows_the_receipt_of_a_promise_that_is_not_logged_yet(client: Client, made: Commitment) -> None:
    client.force_login(made.owner)
    before = everything()
    (previewed,) = shown(client.post("/desk/preview/", LOGGED, **AS_A_PIECE))
    assert everything() == before
    client.post("/desk/log/", LOGGED)
    send(LATER)
    mail = Notification.objects.get(address="rui@example.org")
    assert REFERENCE.sub("", previewed.rendered.subject) == REFERENCE.sub("", mail.subject)
    assert IDS.sub("", previewed.rendered.text) == IDS.sub("", mail.text)
    assert IDS.sub("", previewed.rendered.html) == IDS.sub("", mail.html)
    assert previewed.to_address == "rui@example.org"


def test_of_the_logging_form_says_what_is_wrong(client: Client, made: Commitment) -> None:
    client.force_login(made.owner)
    response = client.post("/desk/preview/", LOGGED | {"promise": ""}, **AS_A_PIECE)
    assert response.status_code == 422
    assert "Write what was promised" in response.content.decode()
    page = client.post("/desk/preview/", LOGGED)
    assert "<html" in page.content.decode()
    assert "What would be mailed" in page.content.decode()
    assert client.get("/desk/preview/").status_code == 302


class TestOfWhatGoesNext:
    """What goes by itself, if nobody acts."""

    def next_of(self, client: Client, made: Commitment) -> str:
        client.force_login(made.owner)
        return str(client.get(f"/promises/{made.reference}/preview/next/", **AS_A_PIECE).content.decode())

    def test_is_the_mail_that_then_goes(self, client: Client, made: Commitment) -> None:
        before = everything()
        due_at, found = preview_next(commitment=made, now=LATER) or pytest.fail("Nothing goes.")
        assert everything() == before
        (previewed,) = found.mails
        assert previewed.kind == "holding"
        at = due_at + timedelta(microseconds=1)
        sweep(now=at)
        send(at)
        mail = one("holding")
        assert (previewed.rendered.subject, previewed.rendered.text) == (mail.subject, mail.text)
        assert (previewed.rendered.html, previewed.to_address) == (mail.html, mail.address)

    def test_is_shown_with_its_time(self, client: Client, made: Commitment) -> None:
        shown = self.next_of(client, made)
        assert "Holding mail" in shown
        assert "if nobody acts before" in shown
        page = client.get(f"/promises/{made.reference}/preview/next/").content.decode()
        assert "<html" in page
        assert "Holding mail" in page
        promise_page = client.get(f"/promises/{made.reference}/").content.decode()
        assert f'href="/promises/{made.reference}/preview/next/"' in promise_page

    def test_says_where_nothing_goes(self, client: Client) -> None:
        made = promise(customer=customer(email=""))
        assert "Nothing goes to the customer by itself" in self.next_of(client, made)
        assert "preview/next/" not in client.get(f"/promises/{made.reference}/").content.decode()

    def test_is_for_who_may_see_the_promise(self, client: Client, made: Commitment) -> None:
        client.force_login(agent(team=team()))
        assert client.get(f"/promises/{made.reference}/preview/next/").status_code == 404


class TestItsFrame:
    def signed(self, client: Client, made: Commitment) -> str:
        return str(ask(client, made, "word").context["mails"][0]["signed_html"])

    def test_holds_the_mail_and_nothing_else(self, client: Client, made: Commitment) -> None:
        signed = self.signed(client, made)
        framed = client.post("/mail/preview/", {"mail": signed})
        assert "The courier has it." in framed.content.decode()
        assert framed["Content-Security-Policy"].startswith("sandbox ")

    def test_takes_nothing_that_we_have_not_shown_to_this_person(self, client: Client, made: Commitment) -> None:
        signed = self.signed(client, made)
        assert client.post("/mail/preview/", {"mail": "<p>forged</p>"}).status_code == 404
        client.force_login(agent(team=made.team))
        assert client.post("/mail/preview/", {"mail": signed}).status_code == 404

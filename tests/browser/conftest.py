"""A team at work in a live server, and a browser that complains about everything that a page does wrong."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect
from pytest_django.live_server_helper import LiveServer

from commitments import clock
from commitments.models import Team
from tests import factories

PASSWORD = "a-long-password-for-tests"
EXPECTED = ("Unprocessable Entity", "htmx:sendAbort", "htmx:afterRequest")
"""What a browser notes of its own accord when a form is shown again with what was wrong, and htmx when it drops a
request for a newer one; one that fails is noted under a name of its own."""


# A busy machine is slow, not wrong.
expect.set_options(timeout=20_000)


@dataclass(frozen=True)
class Workplace:
    """A team that works round the clock, with an agent and a supervisor."""

    team: Team
    ana: Any
    sofia: Any


@pytest.fixture
def workplace(transactional_db: None) -> Workplace:
    """Make a team with people who can sign in."""
    team = factories.team(name="Customer care", week=factories.ALWAYS)
    ana = factories.agent(team=team, username="ana")
    sofia = factories.supervisor(team=team, username="sofia")
    for user in (ana, sofia):
        user.set_password(PASSWORD)
        user.save()
    return Workplace(team=team, ana=ana, sofia=sofia)


@pytest.fixture
def promises(workplace: Workplace) -> list[Any]:
    """Make promises of several customers, some minutes ago: longer than any test lets an act wait."""
    now = clock.now()
    made_at = now - timedelta(minutes=5)
    names = ["Maria Lopez", "Emily Carter", "مريم بنت خالد", "x" * 200]
    return [
        factories.promise(
            owner=workplace.ana,
            now=made_at,
            customer=factories.customer(name=name, time_zone="Asia/Tokyo", created_at=made_at),
            promise=words,
            due_at=now + timedelta(hours=hours),
        )
        for name, words, hours in zip(
            names, ["call you back", "send the part", "y" * 400, "find out why"], (1, 5, 30, 80), strict=True
        )
    ]


SignIn = Callable[[Page, str], None]


@pytest.fixture
def sign_in(live_server: LiveServer) -> SignIn:
    """Offer a function that signs somebody in."""

    def do(page: Page, username: str) -> None:
        page.goto(f"{live_server.url}/sign-in/")
        page.get_by_label("Name").fill(username)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url(f"{live_server.url}/")

    return do


@pytest.fixture
def context(context: BrowserContext) -> Iterator[BrowserContext]:
    """Fail at the end for errors in the console, for exceptions and for what the policy has blocked."""
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and not any(expected in message.text for expected in EXPECTED):
            complaints.append(message.text)

    context.on("console", listen)
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    context.set_default_timeout(20_000)
    yield context
    assert not complaints


def stand_still(page: Page) -> None:
    """Let the page's clock go only where a test moves it (`page.clock.run_for`)."""
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 1)


def let_waiting_acts_go(page: Page, *, until: Callable[[], bool]) -> None:
    """Let the time pass in which an act could be undone, until something is so; `page.clock.install` came before."""
    for _ in range(200):
        if until():
            return
        if page.locator(".held-act[data-state='waiting']").count():
            page.clock.fast_forward(6_000)
        page.wait_for_timeout(100)
    raise AssertionError("No act that waited has gone.")


def open_full_form(page: Page) -> None:
    """Put the full form in the place of the line that logs a promise."""
    page.locator("#log-full > summary").click()
    expect(page.get_by_label("What did you promise?")).to_be_visible()

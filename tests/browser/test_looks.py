"""The main pages, wide and narrow, light and dark."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from pytest_django.live_server_helper import LiveServer

from commitments import clock
from commitments.models import Commitment
from commitments.services.attempts import start_call
from commitments.services.handoff import offer_handoff
from commitments.services.promising import keep
from commitments.services.replies import customer_message, dispute
from tests.browser.conftest import SignIn, Workplace, open_full_form

pytestmark = pytest.mark.browser

WIDE, NARROW = (1280, 900), (390, 844)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def look_at(page: Page) -> list[str]:
    """Give what is wrong with the page as it stands: rules broken, and what sticks out sideways."""
    found = [
        f"{fault['id']}: {fault['nodes'][0]['html']}" for fault in Axe().run(page, options=RULES).response["violations"]
    ]
    sticks_out = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*found, f"{sticks_out} px too wide"] if sticks_out > 0 else found


def something_is_wrong(waiting: Commitment, kept: Commitment) -> None:
    """Let one customer wait while somebody calls them, and another say that what was kept is not solved."""
    asks: dict[str, Any] = {"actor": waiting.owner, "reference": waiting.reference}
    customer_message(**asks, channel="email", words="Where is it?", now=clock.now())
    start_call(**asks, now=clock.now())
    disputes: dict[str, Any] = {"actor": kept.owner, "reference": kept.reference}
    keep(**disputes, now=clock.now())
    dispute(**disputes, channel="phone", words="It still does not work.", now=clock.now())


@pytest.mark.parametrize(
    ("size", "colours"),
    [
        pytest.param(WIDE, "light", id="wide and light"),
        pytest.param(NARROW, "dark", id="narrow and dark"),
        pytest.param(WIDE, "dark", id="wide and dark", marks=pytest.mark.long),
        pytest.param(NARROW, "light", id="narrow and light", marks=pytest.mark.long),
    ],
)
def test_pass_every_rule_and_fit(
    browser: Browser,
    live_server: LiveServer,
    workplace: Workplace,
    promises: list[Any],
    sign_in: SignIn,
    size: tuple[int, int],
    colours: Any,
) -> None:
    width, height = size
    # Axe is a script of the test's own; the policy is looked at by the other tests.
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=colours, bypass_csp=True, reduced_motion="reduce"
    )
    page = context.new_page()
    faults: dict[str, list[str]] = {}
    page.goto(f"{live_server.url}/sign-in/")
    faults["sign in"] = look_at(page)
    sign_in(page, "sofia")
    asked = promises[0]
    offer_handoff(
        actor=workplace.ana, reference=asked.reference, to=workplace.sofia, story="Call at noon.", now=clock.now()
    )
    waiting, long_one, kept = promises[1], promises[2], promises[3]
    something_is_wrong(waiting, kept)
    addresses = [
        "/",
        "/board/",
        "/board/?q=nobody",
        "/status",
        f"/promises/{promises[0].reference}/?keep=1",
        f"/promises/{long_one.reference}/",
        f"/promises/{asked.reference}/?handoff=1&reassign=1&decline=1",
        "/shift/",
        "/away/",
        f"/promises/{waiting.reference}/?word=will_miss&attempt=1&withdraw=1",
        f"/promises/{kept.reference}/?reopen=1&dispute=1",
        f"/customers/{promises[3].customer_id}/?change=1",
        "/search/?q=a",
        "/nowhere/",
    ]
    for address in addresses:
        page.goto(live_server.url + address)
        page.wait_for_load_state("networkidle")
        faults[address] = look_at(page)
    page.goto(live_server.url)
    open_full_form(page)
    page.get_by_label("Customer", exact=True).fill("mar")
    page.get_by_text("None of these").wait_for()
    page.get_by_role("button", name="Log the promise").click()
    page.locator("#id_who_error").wait_for()
    faults["refused"] = look_at(page)
    context.close()
    assert {address: found for address, found in faults.items() if found} == {}

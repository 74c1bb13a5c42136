"""The search in a browser: as one types, by keyboard alone, wide and narrow, light and dark."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from commitments import clock
from tests import factories
from tests.browser.conftest import SignIn, Workplace
from tests.browser.test_looks import NARROW, WIDE, look_at, open_window

pytestmark = pytest.mark.browser


@pytest.fixture(params=[pytest.param(WIDE, id="wide"), pytest.param(NARROW, id="narrow")])
def size(request: pytest.FixtureRequest) -> tuple[int, int]:
    """Give a size of the window."""
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def desk(page: Page, workplace: Workplace, promises: list[Any], sign_in: SignIn, size: tuple[int, int]) -> Page:
    """Give the Desk of an agent with promises to four customers."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    sign_in(page, "ana")
    return page


def test_finds_as_one_types_and_opens_by_keyboard_alone(
    desk: Page, live_server: LiveServer, promises: list[Any]
) -> None:
    # On the Desk somebody may be typing already.
    desk.goto(f"{live_server.url}/away/")
    desk.keyboard.press("/")
    field = desk.get_by_role("searchbox", name="Find a customer or a promise")
    expect(field).to_be_focused()
    desk.keyboard.type("find ou")
    found = desk.locator("#top-found")
    expect(found.get_by_role("link", name="find out why")).to_be_visible()
    expect(desk.locator("#search-said")).to_have_text("0 customers, 1 promise")
    desk.keyboard.press("ArrowDown")
    expect(found.get_by_role("link", name="find out why")).to_be_focused()
    desk.keyboard.press("ArrowUp")
    expect(field).to_be_focused()
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("End")
    expect(found.get_by_role("link", name="Everything that fits")).to_be_focused()
    desk.keyboard.press("Home")
    desk.keyboard.press("Enter")
    desk.wait_for_url(f"**/promises/{promises[3].reference}/")


def test_closes_with_escape_and_keeps_what_was_typed(desk: Page) -> None:
    field = desk.locator("#search")
    field.press_sequentially("maria")
    found = desk.locator("#top-found")
    expect(found.get_by_role("link", name="Maria Lopez")).to_be_visible()
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Escape")
    expect(found).to_be_hidden()
    expect(field).to_be_focused()
    expect(field).to_have_value("maria")
    desk.keyboard.press("ArrowDown")
    expect(found.get_by_role("link", name="Maria Lopez")).to_be_focused()
    desk.keyboard.press("Tab")
    desk.locator("#main").click(position={"x": 2, "y": 2})
    expect(found).to_be_hidden()


def test_leads_to_everything_with_enter_and_to_a_promise_by_its_reference(
    desk: Page, promises: list[Any], live_server: LiveServer
) -> None:
    field = desk.locator("#search")
    field.press_sequentially("call")
    field.press("Enter")
    desk.wait_for_url(f"{live_server.url}/search/?q=call")
    expect(desk.get_by_role("heading", name="Promises")).to_be_visible()
    expect(desk.locator("mark")).to_have_text("call")
    field = desk.locator("#search")
    reference = promises[1].reference
    field.fill(f"{reference[:3].lower()} {reference[3:]}")
    field.press("Enter")
    desk.wait_for_url(f"{live_server.url}/promises/{reference}/")


def test_answers_on_its_own_page_as_one_types(desk: Page, live_server: LiveServer) -> None:
    desk.goto(f"{live_server.url}/search/")
    expect(desk.locator("#search")).to_be_focused()
    desk.keyboard.type("مريم")
    expect(desk.get_by_role("link", name="مريم بنت خالد")).to_be_visible()
    desk.wait_for_url("**/search/?q=*")
    desk.reload()
    expect(desk.get_by_role("link", name="مريم بنت خالد")).to_be_visible()
    desk.locator("#search").fill("nobody at all")
    expect(desk.locator("#found")).to_contain_text("Nothing fits “nobody at all”")
    expect(desk.locator("#search-said")).to_have_text("Nothing found")


def test_shows_only_what_fits_the_last_letters(desk: Page) -> None:
    waits: list[Route] = []
    desk.route("**/search/?q=mar", lambda route: waits.append(route))
    field = desk.locator("#search")
    with desk.expect_request("**/search/?q=mar"):
        field.fill("mar")
    field.fill("emily")
    found = desk.locator("#top-found")
    expect(found.get_by_role("link", name="Emily Carter")).to_be_visible()
    # The answer to the first letters comes late.
    for late in waits:
        with suppress(Error):
            late.continue_()
    desk.wait_for_load_state("networkidle")
    expect(found.get_by_role("link", name="Emily Carter")).to_be_visible()
    expect(found.get_by_role("link", name="Maria Lopez")).to_have_count(0)


def test_works_without_scripts(
    browser: Browser, live_server: LiveServer, workplace: Workplace, promises: list[Any], sign_in: SignIn
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, "ana")
    page.locator("#search").fill("emily")
    page.locator("#search").press("Enter")
    page.get_by_role("link", name="Emily Carter").first.click()
    page.wait_for_url(f"{live_server.url}/customers/{promises[1].customer_id}/")
    context.close()


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_passes_every_rule_and_fits(
    browser: Browser,
    live_server: LiveServer,
    workplace: Workplace,
    promises: list[Any],
    sign_in: SignIn,
    size: tuple[int, int],
    colours: Any,
) -> None:
    words = "call <b>" + "x" * 150
    customer = factories.customer(name="Call مريم " + "y" * 150, phone="+442079460018", created_at=clock.now())
    factories.promise(
        owner=workplace.ana,
        customer=customer,
        promise=words,
        need=words,
        case_ref="CALL-1",
        now=clock.now(),
        due_at=clock.now() + timedelta(hours=9),
    )
    context = open_window(browser, size, colours)
    page = context.new_page()
    sign_in(page, "ana")
    faults = {}
    for address in ("/search/", "/search/?q=call", "/search/?q=nobody", "/search/?q=CALL-1&customers=1"):
        page.goto(live_server.url + address)
        page.wait_for_load_state("networkidle")
        faults[address] = look_at(page)
    page.goto(live_server.url)
    page.locator("#search").press_sequentially("call")
    page.locator("#top-found a").first.wait_for()
    page.keyboard.press("ArrowDown")
    faults["as one types"] = look_at(page)
    context.close()
    assert {address: found for address, found in faults.items() if found} == {}

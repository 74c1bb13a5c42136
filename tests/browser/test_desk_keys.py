"""The Desk by keyboard: rows, keys, the help that lists them, and where the keyboard is afterwards."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from commitments import clock
from commitments.services.promising import keep
from tests.browser.conftest import SignIn, Workplace

pytestmark = pytest.mark.browser


def row_of(page: Page, promise: Any) -> Any:
    return page.locator(f"#row-{promise.reference}")


def link_of(page: Page, promise: Any) -> Any:
    return row_of(page, promise).locator(".row-words")


def test_arrows_move_between_rows_and_enter_opens_one(page: Page, promises: list[Any], sign_in: SignIn) -> None:
    sign_in(page, "ana")
    first, second, last = promises[0], promises[1], promises[3]
    link_of(page, first).focus()
    page.keyboard.press("ArrowDown")
    expect(link_of(page, second)).to_be_focused()
    page.keyboard.press("End")
    expect(link_of(page, last)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(link_of(page, last)).to_be_focused()
    page.keyboard.press("Home")
    expect(link_of(page, first)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"/promises/{second.reference}/"))


def test_tab_comes_to_one_row_only(page: Page, promises: list[Any], sign_in: SignIn) -> None:
    sign_in(page, "ana")
    link_of(page, promises[1]).focus()
    expect(row_of(page, promises[1]).get_by_role("button", name="Kept")).not_to_have_attribute("tabindex", "-1")
    expect(link_of(page, promises[0])).to_have_attribute("tabindex", "-1")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("document.activeElement.closest('[data-row]')") is None


def test_a_refresh_keeps_the_keyboard_on_its_row_or_gives_it_to_the_next(
    page: Page, workplace: Workplace, promises: list[Any], sign_in: SignIn
) -> None:
    page.clock.install()
    sign_in(page, "ana")
    first, second, third = promises[:3]
    link_of(page, second).focus()
    keep(actor=workplace.ana, reference=first.reference, now=clock.now())
    page.clock.fast_forward("01:01")
    expect(row_of(page, first)).to_have_count(0)
    expect(link_of(page, second)).to_be_focused()
    keep(actor=workplace.ana, reference=second.reference, now=clock.now())
    page.clock.fast_forward("01:01")
    expect(row_of(page, second)).to_have_count(0)
    expect(link_of(page, third)).to_be_focused()


def test_a_refresh_moves_nothing(page: Page, promises: list[Any], sign_in: SignIn) -> None:
    sign_in(page, "ana")
    page.wait_for_load_state("networkidle")
    page.evaluate("""() => {
        window.shifts = [];
        new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
            window.shifts.push(...entry.sources.map((source) => [
                source.node && (source.node.outerHTML || source.node.textContent),
                JSON.stringify(source.previousRect), JSON.stringify(source.currentRect),
            ]));
        })).observe({ type: "layout-shift" });
    }""")
    with page.expect_response(lambda response: response.request.headers.get("hx-trigger") == "promises"):
        page.evaluate("htmx.trigger('#promises', 'kept-refresh')")
    page.wait_for_load_state("networkidle")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.evaluate("window.shifts") == []


def test_slash_goes_to_the_search_and_question_mark_lists_the_keys(
    page: Page, promises: list[Any], sign_in: SignIn
) -> None:
    sign_in(page, "ana")
    link_of(page, promises[0]).focus()
    page.keyboard.press("/")
    expect(page.get_by_role("search").get_by_role("searchbox")).to_be_focused()
    link_of(page, promises[0]).focus()
    page.keyboard.press("?")
    help_list = page.get_by_role("dialog", name="Keys")
    expect(help_list).to_contain_text("On the row that has the focus")
    page.keyboard.press("Escape")
    expect(help_list).to_be_hidden()
    expect(link_of(page, promises[0])).to_be_focused()


def test_single_keys_can_be_turned_off_and_stay_off(
    page: Page, live_server: LiveServer, promises: list[Any], sign_in: SignIn
) -> None:
    sign_in(page, "ana")
    page.get_by_role("button", name="Keys").click()
    page.get_by_role("checkbox", name=re.compile("Single keys")).uncheck()
    page.keyboard.press("Escape")
    page.reload()
    link_of(page, promises[0]).focus()
    for key in "k/?":
        page.keyboard.press(key)
    expect(link_of(page, promises[0])).to_be_focused()
    expect(page.locator(".held-act")).to_have_count(0)
    page.keyboard.press("ArrowDown")
    expect(link_of(page, promises[1])).to_be_focused()


def test_keys_say_nothing_while_somebody_types(page: Page, promises: list[Any], sign_in: SignIn) -> None:
    sign_in(page, "ana")
    search = page.get_by_role("search").get_by_role("searchbox")
    search.focus()
    page.keyboard.type("k?/n")
    expect(search).to_have_value("k?/n")
    expect(page.locator(".held-act")).to_have_count(0)


def test_the_menu_offers_what_can_be_done_and_the_number_to_call(
    page: Page, promises: list[Any], sign_in: SignIn
) -> None:
    customer = promises[0].customer
    customer.phone = "+351210000000"
    customer.save()
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, "ana")
    row = row_of(page, promises[0])
    expect(row.get_by_role("button", name="Told them")).to_be_hidden()
    row.get_by_label("More").click()
    menu = page.locator("#acts")
    expect(menu.get_by_role("link")).to_have_attribute("href", "tel:+351210000000")
    assert menu.get_by_role("button").all_inner_texts() == [
        "Kept\nK",
        "Nothing new: mail it\nN",
        "Nothing new: I told them",
        "Update\nU",
        "I am calling now\nC",
        "Tried to call\nA",
        "Move the date\nM",
        "Hand over\nH",
    ]
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()

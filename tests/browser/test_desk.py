"""The Desk's acts in place: their forms, what is half typed, and what two people do at once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from commitments import clock
from commitments.models import CommitmentEvent, Handoff
from commitments.services.replies import customer_message
from commitments.web.times import local
from tests import factories
from tests.browser.conftest import SignIn, Workplace, stand_still
from tests.browser.test_looks import NARROW, WIDE, look_at, open_window

pytestmark = pytest.mark.browser

SENTENCE = "The courier has the part."


def row_of(page: Page, promise: Any) -> Locator:
    return page.locator(f"#row-{promise.reference}")


def press(page: Page, promise: Any, key: str) -> Locator:
    """Press a key on a promise's row; give the dialog that it may open."""
    row_of(page, promise).locator(".row-words").focus()
    page.keyboard.press(key)
    return page.locator("#act")


def acts(promise: Any, kind: str) -> int:
    return CommitmentEvent.objects.filter(commitment=promise.pk, kind=kind).count()


def stored(page: Page) -> None:
    """Let the wait pass, and expect that the server has said what was done."""
    expect(page.locator(".held-act")).to_have_count(1)
    page.clock.run_for(6000)
    expect(page.locator(".held-act").last).to_have_attribute("data-state", "done")
    page.clock.run_for(9000)
    expect(page.locator(".held-act")).to_have_count(0)


def by_menu(page: Page, promise: Any, name: str) -> Locator:
    """Choose an act from a row's menu, as people without a keyboard do."""
    row_of(page, promise).get_by_label("More").click()
    page.locator("#acts").get_by_role("button", name=name).click()
    return page.locator("#act")


@pytest.mark.parametrize("size", [pytest.param(WIDE, id="wide, by key"), pytest.param(NARROW, id="narrow, by menu")])
def test_does_every_act_from_its_row(
    page: Page, workplace: Workplace, promises: list[Any], sign_in: SignIn, size: tuple[int, int]
) -> None:
    is_wide = size == WIDE
    ben = factories.agent(team=workplace.team, username="ben", first_name="Ben", last_name="Tal")
    now = clock.now()
    promise, other = promises[1], promises[0]
    customer_message(actor=workplace.ana, reference=promise.reference, channel="email", words="Thanks!", now=now)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.clock.install()
    sign_in(page, "ana")
    stand_still(page)

    def start(key: str, name: str, about: Any = promise) -> Locator:
        return press(page, about, key) if is_wide else by_menu(page, about, name)

    expect(row_of(page, promise)).to_contain_text("“Thanks!”")
    start("t", "Only thanks")
    stored(page)
    assert acts(promise, "thanked") == 1

    start("c", "I am calling now")
    stored(page)
    expect(row_of(page, promise)).to_contain_text("You are on the line")
    start("c", "The call is over")
    stored(page)
    expect(row_of(page, promise)).not_to_contain_text("You are on the line")

    start("n", "Nothing new: mail it")
    stored(page)
    assert CommitmentEvent.objects.get(commitment=promise.pk, kind="word_given").facts["notify_customer"] is True

    dialog = start("a", "Tried to call")
    dialog.get_by_label("When will you try again?").fill(_later(hours=2))
    dialog.get_by_role("button", name="Record the attempt").click()
    stored(page)
    assert acts(promise, "attempted") == 1

    dialog = start("u", "Update")
    dialog.get_by_label("In your words").fill(SENTENCE)
    dialog.get_by_role("button", name="Give word").click()
    stored(page)
    assert acts(promise, "word_given") == 2

    dialog = start("m", "Move the date")
    dialog.get_by_label("New date").fill(_later(hours=50))
    dialog.get_by_label("What happened?").fill("The courier lost it.")
    dialog.get_by_label("What happens next?").fill("Another one is on its way.")
    dialog.get_by_role("button", name="Move the date").click()
    expect(dialog.get_by_label("What can the customer choose or do?")).to_be_focused()
    dialog.get_by_label("What can the customer choose or do?").fill("Collect it in the shop.")
    dialog.get_by_role("button", name="Move the date").click()
    stored(page)
    assert acts(promise, "renegotiated") == 1

    dialog = start("h", "Hand over")
    dialog.get_by_label("To whom?").select_option(label="Ben Tal")
    dialog.get_by_role("button", name="Ask them").click()
    stored(page)
    assert Handoff.objects.get(commitment=promise.pk).to_user == ben
    expect(page.locator(f"#sent-{promise.reference}")).to_contain_text("Ben Tal is asked")

    start("k", "Kept", other)
    stored(page)
    expect(row_of(page, other)).to_have_count(0)
    assert acts(other, "kept") == 1


def _later(*, hours: int) -> str:
    at = clock.now() + timedelta(hours=hours)
    return f"{local(at, zone='Europe/Lisbon'):%Y-%m-%dT%H:%M}"


def test_asks_for_bad_news_in_three_parts_and_for_a_sentence_at_the_third_nothing_new(
    page: Page, promises: list[Any], sign_in: SignIn
) -> None:
    promise = promises[0]
    type(promise).objects.filter(pk=promise.pk).update(nothing_new_run=2)
    page.clock.install()
    sign_in(page, "ana")
    stand_still(page)
    dialog = press(page, promise, "u")
    dialog.get_by_label("Will miss").check()
    for question in ("What happened?", "What happens next?", "What can the customer choose or do?"):
        expect(dialog.get_by_label(question)).to_be_visible()
    expect(dialog.get_by_label("In your words")).to_be_hidden()
    page.keyboard.press("Escape")
    dialog = press(page, promise, "n")
    dialog.get_by_role("button", name="Start anew").click()
    expect(dialog.get_by_label("On track, nothing new")).to_be_checked()
    dialog.get_by_role("button", name="Give word").click()
    expect(dialog).to_contain_text("third “nothing new” running")
    dialog.get_by_label("In your words").fill("Still at customs; I ask every morning.")
    dialog.get_by_role("button", name="Give word").click()
    stored(page)
    assert acts(promise, "word_given") == 1


def test_escape_a_refresh_and_a_reload_lose_nothing_that_was_typed(
    page: Page, live_server: LiveServer, promises: list[Any], sign_in: SignIn
) -> None:
    sign_in(page, "ana")
    words = press(page, promises[0], "u").get_by_label("In your words")
    words.fill("half a sent")
    page.evaluate("htmx.trigger('#promises', 'kept-refresh')")
    page.wait_for_load_state("networkidle")
    expect(words).to_be_focused()
    expect(words).to_have_value("half a sent")
    page.keyboard.press("Escape")
    expect(page.locator("#act")).to_be_hidden()
    expect(row_of(page, promises[0]).locator(".row-words")).to_be_focused()
    page.reload()
    expect(press(page, promises[0], "u").get_by_label("In your words")).to_have_value("half a sent")
    page.goto(f"{live_server.url}/promises/{promises[0].reference}/")
    composer = page.locator("#composer")
    expect(composer.get_by_label("In your words")).to_have_value("half a sent")
    composer.get_by_label("In your words").fill(SENTENCE)
    composer.get_by_role("button", name="Give word").click()
    expect(page.locator("#held")).to_contain_text("the mail is on its way", timeout=20_000)
    expect(composer.get_by_label("In your words")).to_have_value("")
    page.goto(live_server.url)
    expect(press(page, promises[0], "u").get_by_label("In your words")).to_have_value("")


def test_signing_out_takes_along_what_is_half_typed_and_stores_what_waits(
    page: Page, workplace: Workplace, promises: list[Any], sign_in: SignIn
) -> None:
    sign_in(page, "ana")
    press(page, promises[0], "u").get_by_label("In your words").fill("half a sentence")
    page.keyboard.press("Escape")
    press(page, promises[1], "k")
    page.locator("details.menu summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in/**")
    assert acts(promises[1], "kept") == 1
    assert page.evaluate("Object.keys(sessionStorage).filter((name) => name.startsWith('kept-draft'))") == []


def test_undone_the_form_still_has_what_was_typed(page: Page, promises: list[Any], sign_in: SignIn) -> None:
    page.clock.install()
    sign_in(page, "ana")
    stand_still(page)
    dialog = press(page, promises[0], "u")
    dialog.get_by_label("In your words").fill(SENTENCE)
    dialog.get_by_role("button", name="Give word").click()
    expect(page.locator(".held-act")).to_be_visible()
    page.keyboard.press("z")
    expect(page.locator(".held-act")).to_have_count(0)
    expect(press(page, promises[0], "u").get_by_label("In your words")).to_have_value(SENTENCE)


def test_judges_when_the_connection_is_back_what_was_written_without_one(
    page: Page, promises: list[Any], sign_in: SignIn
) -> None:
    page.clock.install()
    sign_in(page, "ana")
    stand_still(page)
    dialog = press(page, promises[0], "u")
    dialog.get_by_label("Will miss").check()
    dialog.get_by_label("What happened?").fill("It is lost.")
    page.context.set_offline(True)
    dialog.get_by_role("button", name="Give word").click()
    page.clock.run_for(6000)
    expect(page.locator(".held-act")).to_contain_text("Not stored yet: no connection")
    page.context.set_offline(False)
    page.clock.run_for(6000)
    expect(page.locator(".held-act")).to_have_attribute("data-state", "refused")
    page.locator(".held-act").get_by_role("link", name="Look at it").click()
    expect(page.locator("#act").get_by_label("What happened?")).to_have_value("It is lost.")
    assert acts(promises[0], "word_given") == 0


def test_shows_both_of_two_who_answer_at_once_the_truth(
    page: Page, live_server: LiveServer, promises: list[Any], sign_in: SignIn, browser: Browser, workplace: Workplace
) -> None:
    promise = promises[0]
    other = browser.new_context()
    anas = other.new_page()
    pages = (page, anas)
    for each, words in zip(pages, ("The van is on its way.", "The part has come."), strict=True):
        each.clock.install()
        sign_in(each, "ana")
        stand_still(each)
        press(each, promise, "u").get_by_label("In your words").fill(words)
    page.locator("#act").get_by_role("button", name="Give word").click()
    stored(page)
    second = anas.locator("#act")
    second.get_by_role("button", name="Give word").click()
    expect(second.get_by_role("alert")).to_contain_text("Somebody has changed this promise")
    expect(second.get_by_role("alert")).to_contain_text("The van is on its way.")
    expect(second.get_by_label("In your words")).to_have_value("The part has come.")
    second.get_by_role("button", name="Give word").click()
    stored(anas)
    other.close()
    assert acts(promise, "word_given") == 2


STATES: dict[str, Callable[[Page, Any], Any]] = {
    "the list": lambda page, promise: None,
    "the help": lambda page, promise: press(page, promise, "?"),
    "the menu": lambda page, promise: press(page, promise, "."),
    "a form": lambda page, promise: press(page, promise, "u").get_by_label("Will miss").check(),
    "a refused form": lambda page, promise: _refused(page, promise),
    "an act that waits": lambda page, promise: press(page, promise, "k"),
}


def _refused(page: Page, promise: Any) -> None:
    dialog = press(page, promise, "m")
    dialog.get_by_role("button", name="Move the date").click()
    expect(dialog.locator("[aria-invalid=true]").first).to_be_visible()


@pytest.mark.parametrize(
    ("size", "colours"),
    [
        pytest.param(WIDE, "dark", id="wide and dark"),
        pytest.param(NARROW, "light", id="narrow and light"),
        pytest.param(WIDE, "light", id="wide and light", marks=pytest.mark.long),
        pytest.param(NARROW, "dark", id="narrow and dark", marks=pytest.mark.long),
    ],
)
def test_passes_every_rule_in_every_state(
    browser: Browser,
    live_server: LiveServer,
    workplace: Workplace,
    promises: list[Any],
    sign_in: SignIn,
    size: tuple[int, int],
    colours: Any,
) -> None:
    words = "Where is it? " * 40
    customer_message(
        actor=workplace.ana, reference=promises[2].reference, channel="email", words=words, now=clock.now()
    )
    context = open_window(browser, size, colours)
    page = context.new_page()
    page.clock.install()
    sign_in(page, "ana")
    # No time passes for what waits, but timers run on: axe works by them.
    began_at = page.evaluate("Date.now()") / 1000
    page.clock.set_fixed_time(began_at)
    faults = {}
    for name, reach in STATES.items():
        reach(page, promises[0])
        faults[name] = look_at(page)
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)
    page.context.set_offline(True)
    page.clock.set_fixed_time(began_at + 6)
    expect(page.locator(".held-act")).to_contain_text("no connection")
    faults["an act without a connection"] = look_at(page)
    context.close()
    assert {name: found for name, found in faults.items() if found} == {}

"""The quick-log line, by keyboard, wide and narrow."""

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from commitments import clock
from commitments.models import Commitment, Customer
from tests import factories
from tests.browser.conftest import SignIn, Workplace
from tests.browser.test_looks import SIZES_AND_COLOURS, look_at, open_window

pytestmark = pytest.mark.browser

LINE = "call Maria Lopez tomorrow 3pm about the refund"
SECONDS_A_KEY = 0.2
"""What one key takes somebody who types as people do who type all day (Card, Moran and Newell, 1980)."""
COUNT = """
    window.presses = 0; window.pointed = 0;
    document.addEventListener("keydown", () => window.presses++, true);
    document.addEventListener("pointerdown", () => window.pointed++, true);
"""
ARABIC = "مريم بنت خالد"


@pytest.fixture
def maria(workplace: Workplace) -> Customer:
    return factories.customer(name="Maria Lopez", email="maria@example.org", phone="+351910000001")


def line_of(page: Page) -> Locator:
    return page.locator("#id_line")


def read(page: Page) -> Locator:
    return page.locator("#line-read")


def write(page: Page, words: str) -> None:
    """Type a line, and wait for what it is read as."""
    line_of(page).press_sequentially(words)
    expect(page.locator("input[name='line-shown']")).to_have_value(re.compile(re.escape(words)))


def where(page: Page) -> Any:
    return page.evaluate("document.activeElement.id")


def top_of(page: Page, selector: str) -> Any:
    return page.locator(selector).evaluate("element => element.getBoundingClientRect().top + window.scrollY")


def test_takes_one_line_and_one_key_from_the_ring_to_the_promise(
    page: Page, live_server: LiveServer, maria: Customer, sign_in: SignIn
) -> None:
    sign_in(page, "ana")
    page.goto(live_server.url)
    page.evaluate(COUNT)
    page.keyboard.type(LINE)
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Logged for Maria Lopez")
    presses, pointed = page.evaluate("[window.presses, window.pointed]")
    assert presses == len(LINE) + 1
    assert pointed == 0
    assert presses * SECONDS_A_KEY < 10
    promise = Commitment.objects.get()
    assert promise.customer == maria
    expect(page.locator("#messages")).to_contain_text(" ".join(promise.reference))
    expect(page.locator(f"#row-{promise.reference}")).to_be_visible()
    expect(line_of(page)).to_have_value("")
    expect(line_of(page)).to_be_focused()


def test_shows_what_it_means_and_moves_nothing(page: Page, maria: Customer, sign_in: SignIn) -> None:
    factories.customer(name="Maria Santos")
    factories.customer(name="Maria Oliveira")
    sign_in(page, "ana")
    below = top_of(page, "#promises")
    for words in ("call Mar", "ia Lopez", " tomorrow", " 3pm about the refund"):
        line_of(page).press_sequentially(words)
        expect(page.locator("input[name='line-shown']")).to_have_value(re.compile(re.escape(words)))
        assert top_of(page, "#promises") == below
    expect(read(page)).to_contain_text("15:00 (Lisbon)")
    expect(read(page).get_by_role("radio", name=re.compile("Maria Lopez"))).to_be_checked()
    expect(line_of(page)).to_be_focused()


def test_never_moves_the_caret(page: Page, maria: Customer, sign_in: SignIn) -> None:
    sign_in(page, "ana")
    write(page, LINE)
    line_of(page).evaluate("line => line.setSelectionRange(5, 5)")
    page.keyboard.type("dear ")
    expect(page.locator("input[name='line-shown']")).to_have_value(re.compile("call dear Maria"))
    assert line_of(page).evaluate("line => [line.selectionStart, line.selectionEnd]") == [10, 10]


def test_keeps_what_is_typed_beside_it_while_an_answer_is_on_its_way(
    page: Page, workplace: Workplace, sign_in: SignIn
) -> None:
    held: list[Route] = []
    sign_in(page, "ana")
    write(page, LINE)
    page.route("**/desk/line/read/", lambda route: held.append(route))
    page.get_by_label("Name", exact=True).fill("Maria Lopez Garcia")
    page.get_by_label("Mail", exact=True).press_sequentially("maria@")
    page.wait_for_function("document.querySelector('.line-reads').classList.contains('htmx-request')")
    for route in held:
        route.continue_()
    page.unroute("**/desk/line/read/")
    expect(page.locator(".line-reads")).not_to_have_class(re.compile("htmx-request"))
    page.keyboard.type("example.org")
    expect(page.get_by_label("Mail", exact=True)).to_have_value("maria@example.org")
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Logged for Maria Lopez Garcia")
    assert Customer.objects.get().email == "maria@example.org"


def test_asks_which_time_is_meant_and_takes_the_answer_by_keyboard(
    page: Page, maria: Customer, sign_in: SignIn
) -> None:
    sign_in(page, "ana")
    write(page, "call Maria Lopez tomorrow 3 about the refund")
    page.keyboard.press("Enter")
    choices = read(page).get_by_role("group", name="Which time is meant?").get_by_role("button")
    expect(choices.first).to_be_focused()
    choices.filter(has_text="15:00").focus()
    page.keyboard.press("Enter")
    expect(line_of(page)).to_be_focused()
    expect(read(page)).to_contain_text("15:00 (Lisbon)")
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Logged for Maria Lopez")


def test_asks_who_is_meant_and_takes_the_answer_by_arrow_keys(page: Page, maria: Customer, sign_in: SignIn) -> None:
    other = factories.customer(name="Maria Lopez", email="other@example.org")
    sign_in(page, "ana")
    write(page, LINE)
    page.keyboard.press("Enter")
    expect(read(page)).to_contain_text("Several fit: choose the customer.")
    expect(read(page).get_by_role("radio").first).to_be_focused()
    assert not Commitment.objects.exists()
    line_of(page).focus()
    page.keyboard.press("ArrowDown")
    chosen = read(page).get_by_role("radio", name=re.compile("other@example.org"))
    while not chosen.is_checked():
        page.keyboard.press("ArrowDown")
    expect(chosen).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Logged for Maria Lopez")
    assert Commitment.objects.get().customer == other


def test_shows_the_open_promises_of_whoever_calls(
    page: Page, workplace: Workplace, maria: Customer, sign_in: SignIn
) -> None:
    now = clock.now()
    factories.promise(
        owner=workplace.ana, now=now, customer=maria, due_at=now + timedelta(hours=3), promise="send the part"
    )
    sign_in(page, "ana")
    write(page, "910 000 001")
    expect(read(page)).to_contain_text("Promised already and still open")
    expect(read(page).get_by_role("link", name="send the part")).to_be_visible()


def test_logs_once_however_fast_enter_is_pressed(page: Page, maria: Customer, sign_in: SignIn) -> None:
    sign_in(page, "ana")
    line_of(page).fill(LINE)
    page.evaluate("form = document.querySelector('#line-form'); form.requestSubmit(); form.requestSubmit()")
    expect(page.locator("#messages")).to_contain_text("Logged for Maria Lopez")
    page.wait_for_load_state("networkidle")
    assert Commitment.objects.count() == 1


def test_is_taken_back_by_one_press(page: Page, maria: Customer, sign_in: SignIn) -> None:
    sign_in(page, "ana")
    write(page, LINE)
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Logged for Maria Lopez")
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Undo")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("counts no more. Nobody was mailed.")
    expect(line_of(page)).to_have_value(LINE)
    expect(line_of(page)).to_be_focused()
    assert Commitment.objects.get().voided_at is not None


def test_leads_to_the_full_form_and_back_without_loss(page: Page, maria: Customer, sign_in: SignIn) -> None:
    sign_in(page, "ana")
    write(page, LINE)
    page.keyboard.press("F2")
    form = page.locator("#log-form")
    expect(form.get_by_label("What did you promise?")).to_have_value("to call you about the refund")
    expect(form.get_by_role("radio", name=re.compile("Maria Lopez"))).to_be_checked()
    expect(line_of(page)).not_to_be_visible()
    form.get_by_text("More: need, owner, case").click()
    form.get_by_label("What do they need").fill("She is moving house.")
    page.keyboard.press("F2")
    expect(line_of(page)).to_be_focused()
    expect(line_of(page)).to_have_value(LINE)
    page.keyboard.type(" and the fee")
    expect(read(page).locator("[name='line-promise']")).to_have_value(re.compile("and the fee"))
    page.keyboard.press("F2")
    expect(form.get_by_label("What did you promise?")).to_have_value(re.compile("and the fee"))
    expect(form.get_by_label("What do they need")).to_have_value("She is moving house.")
    form.get_by_role("button", name="Log the promise").click()
    expect(page.locator("#messages")).to_contain_text("Logged for Maria Lopez")
    assert Commitment.objects.get().need == "She is moving house."


def test_previews_the_mail_with_one_press(page: Page, maria: Customer, sign_in: SignIn) -> None:
    sign_in(page, "ana")
    write(page, LINE)
    read(page).get_by_role("button", name="Preview the mail").click()
    shown = page.locator("#preview-line")
    expect(shown).to_contain_text("maria@example.org")
    expect(shown.frame_locator("iframe").get_by_text("call you about the refund").first).to_be_visible()
    assert not Commitment.objects.exists()
    line_of(page).press("!")
    expect(shown).to_be_empty()


def test_says_a_short_summary_once_the_typing_rests(page: Page, maria: Customer, sign_in: SignIn) -> None:
    sign_in(page, "ana")
    page.evaluate(
        """window.said = [];
        new MutationObserver(() => window.said.push(document.querySelector("#line-said").textContent))
            .observe(document.querySelector("#line-said"), {childList: true, characterData: true, subtree: true})"""
    )
    page.clock.install()
    write(page, LINE)
    page.clock.run_for(5_000)
    expect(page.locator("#line-said")).to_contain_text("Enter logs it.")
    (said,) = page.evaluate("window.said")
    assert "for Maria Lopez" in said


def test_keeps_what_is_typed_while_the_connection_is_lost(browser: Browser, maria: Customer, sign_in: SignIn) -> None:
    # A context of its own: the browser complains of each request that fails.
    context = browser.new_context()
    page = context.new_page()
    sign_in(page, "ana")
    context.set_offline(True)
    line_of(page).press_sequentially(LINE)
    expect(page.locator("#line-trouble")).to_contain_text("No connection: what you type stays here.")
    page.keyboard.press("Enter")
    expect(page.locator("#line-trouble")).to_contain_text("Press Enter to try again; it is logged once.")
    expect(line_of(page)).to_have_value(LINE)
    context.set_offline(False)
    expect(read(page)).to_contain_text("15:00 (Lisbon)")
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Logged for Maria Lopez")
    context.close()
    assert Commitment.objects.count() == 1


def test_keeps_what_is_half_typed_over_a_reload(page: Page, maria: Customer, sign_in: SignIn) -> None:
    sign_in(page, "ana")
    write(page, LINE)
    page.reload()
    expect(line_of(page)).to_have_value(LINE)
    expect(read(page)).to_contain_text("15:00 (Lisbon)")
    line_of(page).press("Enter")
    expect(page.locator("#messages")).to_contain_text("Logged for Maria Lopez")
    page.reload()
    expect(line_of(page)).to_be_focused()
    expect(line_of(page)).to_have_value("")


def test_works_without_scripts(browser: Browser, maria: Customer, sign_in: SignIn) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, "ana")
    line_of(page).fill("call Maria Lopez about the refund")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Say by when")).to_be_visible()
    line_of(page).fill("call Maria Lopez tomorrow 3 about the refund")
    page.get_by_role("button", name="Look at it first").click()
    page.get_by_role("button", name=re.compile("15:00")).click()
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Log", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("Logged for Maria Lopez")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#messages")).to_contain_text("counts no more")
    context.close()


@pytest.mark.parametrize(("size", "colours"), SIZES_AND_COLOURS)
def test_passes_every_rule_and_fits_in_all_its_states(
    browser: Browser, workplace: Workplace, maria: Customer, sign_in: SignIn, size: tuple[int, int], colours: Any
) -> None:
    context = open_window(browser, size, colours)
    page = context.new_page()
    now = clock.now()
    factories.customer(name="x" * 200)
    arabic = factories.customer(name=ARABIC, time_zone="Asia/Riyadh")
    for customer in (maria, arabic):
        factories.promise(
            owner=workplace.ana, now=now, customer=customer, due_at=now + timedelta(hours=3), promise="y" * 300
        )
    sign_in(page, "ana")
    faults = {"nothing typed": look_at(page)}
    for words in (
        LINE,
        f"call {ARABIC} tomorrow 3pm",
        "call Maria Lopez tomorrow 3 about the refund",
        "call Nobody Known tomorrow 3pm about the refund",
        "call x" + "x" * 100 + " tomorrow 3pm",
        "z" * 500,
    ):
        line_of(page).fill(words)
        expect(page.locator("input[name='line-shown']")).to_have_value(re.compile(re.escape(words[:60])))
        faults[words] = look_at(page)
        page.keyboard.press("Tab")
        line_of(page).focus()
    line_of(page).fill("call Maria Lopez about the refund")
    page.keyboard.press("Enter")
    expect(read(page)).to_contain_text("Say by when")
    faults["asked"] = look_at(page)
    line_of(page).fill(LINE)
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Logged for Maria Lopez")
    faults["logged"] = look_at(page)
    context.close()
    assert {state: found for state, found in faults.items() if found} == {}

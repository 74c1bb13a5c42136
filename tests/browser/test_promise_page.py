"""A promise's page in a browser: its acts, what somebody else did meanwhile, its story and its looks."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from commitments import clock
from commitments.domain.clocks import WordMeaning
from commitments.models import Commitment, CommitmentEvent
from commitments.services.word import give_word
from commitments.web.times import local
from tests import factories
from tests.browser.conftest import SignIn, Workplace, let_waiting_acts_go
from tests.browser.test_looks import NARROW, SIZES_AND_COLOURS, WIDE, look_at, open_window

pytestmark = pytest.mark.browser

SIZES = pytest.mark.parametrize("size", [pytest.param(WIDE, id="wide"), pytest.param(NARROW, id="narrow")])


def in_days(days: int) -> str:
    return f"{local(clock.now() + timedelta(days=days), zone='Europe/Lisbon'):%Y-%m-%dT15:00}"


def made(workplace: Workplace, **fields: Any) -> Commitment:
    """Make a promise some minutes ago, to a customer in Tokyo who can be called and mailed."""
    now = clock.now() - timedelta(minutes=5)
    values: dict[str, Any] = {"phone": "+351210000102", "time_zone": "Asia/Tokyo", "created_at": now}
    customer = fields.pop("customer", None) or factories.customer(**values)
    return factories.promise(
        owner=workplace.ana, now=now, customer=customer, due_at=now + timedelta(hours=30), **fields
    )


def stored(page: Page, promise: Commitment, kind: str) -> CommitmentEvent:
    """Let an act that waits in the browser be stored, and the page show it; give its event."""
    version = promise.version

    def is_there() -> bool:
        promise.refresh_from_db()
        return promise.version > version

    let_waiting_acts_go(page, until=is_there)
    expect(page.locator(f'#main [name$="-version"][value="{promise.version}"]').first).to_be_attached()
    return promise.events.filter(kind=kind).latest("pk")


def fold(page: Page, name: str) -> Any:
    """Open an act's form, and the fold that it may be in."""
    more = page.locator("#more")
    if more.locator(f"#{name}").count() and not more.evaluate("more => more.open"):
        more.locator("> summary").click()
    part = page.locator(f"#{name}")
    if not part.evaluate("part => part.open"):
        part.locator("> summary").click()
    return part


def give_bad_news(page: Page, promise: Commitment) -> None:
    form = page.locator("#composer")
    form.get_by_label("Will miss").check()
    expect(form.get_by_label("In your words")).to_be_hidden()
    form.get_by_label("What happened?").fill("The van broke down.")
    form.get_by_label("What happens next?").fill("Another one comes.")
    form.get_by_label("What can the customer choose or do?").fill("You can cancel.")
    form.get_by_role("button", name="Give word").click()
    stored(page, promise, "word_given")
    expect(page.locator(".story").first).to_contain_text("told the customer that the date will not hold")


def move_the_date(page: Page, promise: Commitment) -> None:
    form = fold(page, "date")
    form.get_by_label("New date").fill(in_days(3))
    form.get_by_label("What happened?").fill("The part is late.")
    form.get_by_label("What happens next?").fill("It comes on another van.")
    form.get_by_label("What can the customer choose or do?").fill("You can cancel.")
    form.get_by_role("button", name="Move the date").click()
    stored(page, promise, "renegotiated")
    expect(page.locator(".story").first).to_contain_text("moved the date")


def record_an_attempt(page: Page, promise: Commitment) -> None:
    form = fold(page, "attempt")
    form.get_by_label("When will you try again?").fill(in_days(1))
    form.get_by_role("button", name="Record the attempt").click()
    stored(page, promise, "attempted")


def take_a_message(page: Page, promise: Commitment) -> None:
    form = fold(page, "message")
    form.get_by_label("What did they say?").fill("Where is it?")
    form.get_by_role("button", name="Record it").click()
    expect(page.get_by_role("heading", name="The customer waits for an answer")).to_be_visible()
    expect(page.locator(".gist-asked")).to_contain_text("They have waited for an answer")
    page.get_by_role("button", name="It is only thanks").click()
    expect(page.locator("#messages")).to_contain_text("Marked as thanks")


def call(page: Page, promise: Commitment) -> None:
    expect(page.get_by_role("link", name="Call")).to_have_attribute("href", "tel:+351210000102")
    page.get_by_role("button", name="I am calling now").click()
    expect(page.locator("#hang-up")).to_be_visible()
    page.get_by_role("button", name="The call is over").click()
    expect(page.get_by_role("button", name="I am calling now")).to_be_visible()
    form = fold(page, "contact")
    form.get_by_label("What was said?").fill("It comes tomorrow.")
    form.get_by_role("button", name="Record the conversation").click()
    expect(page.locator("#messages")).to_contain_text("you have spoken with the customer")


def change_what_was_agreed(page: Page, promise: Commitment) -> None:
    form = fold(page, "cadence")
    form.get_by_label("Every").fill("4")
    form.get_by_role("button", name="Agree").click()
    expect(page.locator("#messages .alert")).to_be_visible()
    form = fold(page, "watch")
    form.get_by_label("Or somebody new: name").fill("Rui Lopez")
    form.get_by_label("Their mail address").fill("rui@example.org")
    form.get_by_role("button", name="Add them").click()
    expect(page.get_by_role("heading", name="Mailed as well")).to_be_visible()
    form = fold(page, "route")
    form.get_by_label("By phone only").check()
    form.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Call, do not mail.")).to_be_visible()
    expect(page.locator("#composer").get_by_label("I have just told them")).to_be_checked()


def hand_over(page: Page, promise: Commitment) -> None:
    form = fold(page, "handoff")
    expect(form.get_by_label("What they need to know")).to_have_value(re.compile("Promised: Ana Ruiz to"))
    form.get_by_label("To whom?").select_option(label="Sofia Lindqvist")
    form.get_by_role("button", name="Ask them").click()
    stored(page, promise, "handoff_offered")
    expect(page.locator(".promise-head")).to_contain_text("Sofia Lindqvist is asked to take it over")
    fold(page, "keepit").get_by_role("button", name="Keep it").click()
    expect(page.locator("#messages")).to_contain_text("It stays where it is")


def put_it_right(page: Page, promise: Commitment) -> None:
    form = fold(page, "correct")
    form.get_by_label("The words promised").fill("send you a new router")
    form.get_by_role("button", name="Put it right").click()
    expect(page.locator("h1")).to_have_text("send you a new router")
    expect(page.locator(".story-was").first).to_have_text("send you a replacement router")


def keep_and_open_again(page: Page, promise: Commitment) -> None:
    form = fold(page, "keep")
    form.get_by_label("How was it kept?").fill("Delivered by hand.")
    form.get_by_role("button", name="Keep the promise").click()
    stored(page, promise, "kept")
    expect(page.locator(".crumb")).to_contain_text("Kept on time")
    expect(page.locator("#composer")).to_have_count(0)
    form = fold(page, "reopen")
    form.get_by_label("New date").fill(in_days(4))
    form.get_by_label("What is still to be done?").fill("It does not work yet.")
    form.get_by_role("button", name="Open it again").click()
    expect(page.locator("#composer")).to_be_visible()


def withdraw(page: Page, promise: Commitment) -> None:
    form = fold(page, "withdraw")
    form.get_by_label("Why?").fill("It is not made any more.")
    form.get_by_role("button", name="Withdraw the promise").click()
    expect(page.get_by_role("link", name="Promise it anew")).to_be_visible()


DAYS: dict[str, list[Callable[[Page, Commitment], None]]] = {
    "word": [give_bad_news, move_the_date, record_an_attempt],
    "calls": [take_a_message, call, change_what_was_agreed],
    "ends": [hand_over, put_it_right, keep_and_open_again, withdraw],
}


@SIZES
@pytest.mark.parametrize("day", DAYS)
def test_does_each_act(
    page: Page, live_server: LiveServer, workplace: Workplace, sign_in: SignIn, size: tuple[int, int], day: str
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.clock.install()
    sign_in(page, "ana")
    for act in DAYS[day]:
        promise = made(workplace)
        page.goto(f"{live_server.url}/promises/{promise.reference}/")
        act(page, promise)
        sticks_out = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert sticks_out <= 0, act.__name__


def test_undoes_an_act_before_anything_is_stored(
    page: Page, live_server: LiveServer, workplace: Workplace, sign_in: SignIn
) -> None:
    promise = made(workplace)
    sign_in(page, "ana")
    page.goto(f"{live_server.url}/promises/{promise.reference}/")
    form = page.locator("#composer")
    form.get_by_label("In your words").fill("The courier has it.")
    form.get_by_role("button", name="Give word").click()
    page.locator("#held").get_by_role("button", name="Undo").click()
    expect(form.get_by_label("In your words")).to_be_focused()
    expect(form.get_by_label("In your words")).to_have_value("The courier has it.")
    assert promise.events.count() == 1


def test_shows_the_second_what_the_first_did_and_loses_no_typing(
    browser: Browser, live_server: LiveServer, workplace: Workplace, sign_in: SignIn
) -> None:
    promise = made(workplace)
    contexts = [browser.new_context() for _ in range(2)]
    anas, sofias = (context.new_page() for context in contexts)
    for page, name in ((anas, "ana"), (sofias, "sofia")):
        page.clock.install()
        sign_in(page, name)
        page.goto(f"{live_server.url}/promises/{promise.reference}/")
        page.locator("#composer").get_by_label("In your words").fill(f"What {name} has to say.")
    anas.locator("#composer").get_by_role("button", name="Give word").click()
    stored(anas, promise, "word_given")
    sofias.locator("#composer").get_by_role("button", name="Give word").click()
    expect(sofias.locator("#composer .conflict")).to_contain_text("Somebody has changed this promise")
    expect(sofias.locator("#composer .conflict")).to_contain_text("What ana has to say.")
    expect(sofias.locator("#composer").get_by_label("In your words")).to_have_value("What sofia has to say.")
    sofias.locator("#composer").get_by_role("button", name="Give word").click()
    stored(sofias, promise, "word_given")
    expect(sofias.locator(".story").first).to_contain_text("What sofia has to say.")
    for context in contexts:
        context.close()
    assert promise.events.filter(kind="word_given").count() == 2


def test_lets_a_mail_that_is_looked_at_follow_what_is_typed(
    page: Page, live_server: LiveServer, workplace: Workplace, sign_in: SignIn
) -> None:
    promise = made(workplace)
    sign_in(page, "ana")
    page.goto(f"{live_server.url}/promises/{promise.reference}/")
    form, shown = page.locator("#composer"), page.locator("#preview-word")
    form.get_by_label("In your words").fill("The courier has it.")
    form.get_by_role("button", name="Preview the mail").click()
    expect(shown.frame_locator("iframe").get_by_text("The courier has it.")).to_be_visible()
    form.get_by_label("In your words").fill("It is on the van.")
    expect(shown).to_have_class(re.compile("is-old"))
    expect(shown.frame_locator("iframe").get_by_text("It is on the van.")).to_be_visible()
    expect(shown).not_to_have_class(re.compile("is-old"))
    form.get_by_label("In your words").fill("")
    expect(form.get_by_label("In your words")).to_be_focused()
    expect(shown.frame_locator("iframe").get_by_text("It is on the van.")).to_be_visible()


def test_is_worked_by_the_keyboard_alone(
    page: Page, live_server: LiveServer, workplace: Workplace, sign_in: SignIn
) -> None:
    promise = made(workplace)
    page.clock.install()
    sign_in(page, "ana")
    page.goto(f"{live_server.url}/promises/{promise.reference}/")

    def go_to(name: str) -> None:
        for _ in range(80):
            page.keyboard.press("Tab")
            found = page.evaluate("(document.activeElement.labels?.[0] ?? document.activeElement).innerText.trim()")
            if str(found).startswith(name):
                return
        raise AssertionError(name)

    go_to("Update: there is news")
    page.keyboard.press("ArrowUp")
    go_to("Give word")
    page.keyboard.press("Enter")
    stored(page, promise, "word_given")
    expect(page.locator(".story").first).to_contain_text("on track, nothing new")
    go_to("It is kept")
    page.keyboard.press("Enter")
    go_to("How was it kept?")
    page.keyboard.type("By hand.")
    go_to("Keep the promise")
    page.keyboard.press("Enter")
    stored(page, promise, "kept")
    expect(page.locator(".crumb")).to_contain_text("Kept on time")


def test_tells_what_the_customer_saw_without_scripts(
    browser: Browser, live_server: LiveServer, workplace: Workplace, sign_in: SignIn
) -> None:
    promise = made(workplace)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, "sofia")
    page.goto(f"{live_server.url}/promises/{promise.reference}/")
    form = page.locator("#composer")
    form.get_by_label("At risk").check()
    form.get_by_label("I cannot tell them yet").check()
    form.get_by_role("button", name="Give word").click()
    expect(page.locator(".story").first).to_contain_text("noted that the date may not hold")
    page.get_by_role("link", name="Only what the customer saw").click()
    assert page.url.endswith("?show=seen#timeline-title")
    expect(page.locator(".story-line")).to_have_count(1)
    expect(page.locator(".story-line")).to_contain_text("The customer was told this")
    context.close()


@pytest.mark.parametrize(("size", "colours"), SIZES_AND_COLOURS)
def test_passes_every_rule_and_fits(
    browser: Browser,
    live_server: LiveServer,
    workplace: Workplace,
    sign_in: SignIn,
    size: tuple[int, int],
    colours: Any,
) -> None:
    long, name = "y" * 400, "مريم بنت خالد " * 10
    nasty = made(
        workplace,
        customer=factories.customer(name=name, email="", phone="", reached_best=long[:300], created_at=clock.now()),
        promise=long,
        need=long,
        case_ref="x" * 100,
    )
    plain = made(workplace)
    for promise in (nasty, plain):
        give_word(
            actor=workplace.ana,
            reference=promise.reference,
            now=clock.now(),
            meaning=WordMeaning.NEWS,
            message=long,
            by_mail=False,
        )
    context = open_window(browser, size, colours)
    page = context.new_page()
    sign_in(page, "sofia")
    faults: dict[str, list[str]] = {}
    for address in (
        f"/promises/{nasty.reference}/?word=will_miss",
        f"/promises/{plain.reference}/?show=seen&order=oldest",
        f"/customers/{nasty.customer_id}/",
        f"/customers/{plain.customer_id}/?letter=1&change=1",
    ):
        page.goto(live_server.url + address)
        page.wait_for_load_state("networkidle")
        faults[address] = look_at(page)
    context.close()
    assert {address: found for address, found in faults.items() if found} == {}

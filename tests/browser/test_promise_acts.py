"""What is done about a promise by those it is given to and those who look after others, wide and narrow."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from commitments import clock
from commitments.models import Commitment
from commitments.services.handoff import offer_handoff
from commitments.services.promising import keep
from commitments.services.sweeping import sweep
from commitments.services.watching import add_watcher
from tests import factories
from tests.browser.conftest import SignIn, Workplace, let_waiting_acts_go
from tests.browser.test_promise_page import SIZES, fold, made

pytestmark = pytest.mark.browser


def recorded(page: Page, promise: Commitment, kind: str) -> None:
    """Let an act come onto the timeline, and the page say that no act waits any more."""
    let_waiting_acts_go(page, until=promise.events.filter(kind=kind).exists)
    assert promise.events.filter(kind=kind).count() == 1
    expect(page.locator(".held-act:not([data-state='done'])")).to_have_count(0)
    page.clock.fast_forward(9_000)
    expect(page.locator(".held-act")).to_have_count(0)


def offered(workplace: Workplace) -> Commitment:
    promise = made(workplace)
    offer_handoff(
        actor=workplace.ana, reference=promise.reference, to=workplace.sofia, story="Call at noon.", now=clock.now()
    )
    return promise


def overdue(workplace: Workplace) -> Commitment:
    now = clock.now()
    made_at = now - timedelta(hours=3)
    promise = factories.promise(owner=workplace.ana, now=made_at, due_at=now - timedelta(hours=1))
    sweep(now=now)
    return promise


def kept(workplace: Workplace) -> Commitment:
    promise = made(workplace)
    keep(actor=workplace.ana, reference=promise.reference, now=clock.now())
    return promise


def kept_late(workplace: Workplace) -> Commitment:
    promise = overdue(workplace)
    keep(actor=workplace.ana, reference=promise.reference, now=clock.now())
    return promise


def watched(workplace: Workplace) -> Commitment:
    promise = made(workplace)
    add_watcher(
        actor=workplace.ana,
        reference=promise.reference,
        customer=factories.customer(name="Rui Lopez", created_at=clock.now()),
        now=clock.now(),
    )
    return promise


def accept(page: Page, promise: Commitment) -> None:
    expect(page.locator("#accept")).to_contain_text("Call at noon.")
    page.locator("#accept").get_by_role("button", name="Accept").click()
    recorded(page, promise, "handoff_accepted")
    expect(page.locator(".promise-to").first).to_contain_text("Sofia Lindqvist")


def decline(page: Page, promise: Commitment) -> None:
    part = page.locator("#decline")
    if not part.get_by_label("Why not?").is_visible():
        part = fold(page, "decline")
    part.get_by_label("Why not?").fill("I am in a training all day.")
    part.get_by_role("button", name="Decline").click()
    recorded(page, promise, "handoff_declined")
    expect(page.locator(".story").first).to_contain_text("I am in a training all day.")


def reassign(page: Page, promise: Commitment) -> None:
    form = fold(page, "reassign")
    form.get_by_label("To whom?").select_option(label="Sofia Lindqvist")
    form.get_by_role("button", name="Give it to them").click()
    recorded(page, promise, "reassigned")
    expect(page.locator(".promise-to").first).to_contain_text("Sofia Lindqvist")


def take_note(page: Page, promise: Commitment) -> None:
    form = fold(page, "acknowledge")
    form.get_by_label("A note for colleagues").fill("I call them myself.")
    form.get_by_role("button", name="I take note").click()
    recorded(page, promise, "acknowledged")
    expect(page.locator("#acknowledge")).to_contain_text("Sofia Lindqvist has taken note")


def give_the_reason(page: Page, promise: Commitment) -> None:
    form = page.locator("#break")
    form.get_by_label("Why was it broken?").fill("The van broke down.")
    form.get_by_role("button", name="Give the reason").click()
    recorded(page, promise, "break_explained")
    expect(page.locator("#break")).to_have_count(0)


def dispute_and_answer(page: Page, promise: Commitment) -> None:
    form = fold(page, "dispute")
    form.get_by_label("What did they say?").fill("It still does not work.")
    form.get_by_role("button", name="It is not solved").click()
    recorded(page, promise, "disputed")
    form = page.locator("#answer")
    form.get_by_label("Your answer").fill("It starts working tomorrow at noon.")
    form.get_by_role("button", name="Answer", exact=True).click()
    recorded(page, promise, "word_given")
    expect(page.locator("#answer")).to_have_count(0)


def void(page: Page, promise: Commitment) -> None:
    form = fold(page, "void")
    form.get_by_label("Why?").fill("It was meant for another customer.")
    form.get_by_role("button", name="Void it").click()
    recorded(page, promise, "voided")
    expect(page.locator(".crumb")).to_contain_text("voided: logged by mistake")


def stop_mailing_somebody(page: Page, promise: Commitment) -> None:
    form = fold(page, "unwatch")
    form.get_by_role("radio").first.check()
    form.get_by_role("button", name="Stop mailing them").click()
    recorded(page, promise, "watcher_removed")
    expect(page.get_by_role("heading", name="Mailed as well")).to_have_count(0)


Act = tuple[Callable[[Workplace], Commitment], Callable[[Page, Commitment], None]]
DAYS: dict[str, list[Act]] = {
    "handed": [(offered, accept), (offered, decline), (made, reassign), (watched, stop_mailing_somebody)],
    "wrong": [(overdue, take_note), (kept_late, give_the_reason), (kept, dispute_and_answer), (made, void)],
}


@SIZES
@pytest.mark.parametrize("day", DAYS)
def test_are_done_on_its_page(
    page: Page, live_server: LiveServer, workplace: Workplace, sign_in: SignIn, size: tuple[int, int], day: str
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.clock.install()
    sign_in(page, "sofia")
    for begin, act in DAYS[day]:
        promise = begin(workplace)
        page.goto(f"{live_server.url}/promises/{promise.reference}/")
        act(page, promise)
        sticks_out = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert sticks_out <= 0, act.__name__


@SIZES
def test_are_done_on_the_customers_page(
    page: Page, live_server: LiveServer, workplace: Workplace, sign_in: SignIn, size: tuple[int, int]
) -> None:
    promise = made(workplace)
    customer: Any = promise.customer
    page.set_viewport_size({"width": size[0], "height": size[1]})
    sign_in(page, "sofia")
    page.goto(f"{live_server.url}/customers/{customer.pk}/")
    change = page.locator("#change")
    change.locator("> summary").click()
    change.get_by_label("Name", exact=True).fill("Maria Lopez Vega")
    change.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Maria Lopez Vega")

    letter = page.locator("#letter")
    letter.locator("> summary").click()
    letter.get_by_label("Complaint").check()
    letter.get_by_label("In the customer’s own words").fill("Nobody called me back.")
    letter.get_by_role("button", name="Take it down").click()
    expect(page.locator("#letters")).to_contain_text("Nobody called me back.")

    page.get_by_role("link", name="Promise them something").click()
    expect(page.get_by_text("Maria Lopez Vega").first).to_be_visible()
    customer.refresh_from_db()
    assert (customer.name, customer.letters.count()) == ("Maria Lopez Vega", 1)

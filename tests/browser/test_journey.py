"""An agent's day, from signing in to keeping a promise."""

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from commitments import clock
from commitments.models import Commitment, Customer
from commitments.services.sweeping import sweep
from commitments.web.times import local
from tests import factories
from tests.browser.conftest import SignIn, Workplace, open_full_form

pytestmark = pytest.mark.browser


def in_two_days() -> str:
    return f"{local(clock.now() + timedelta(days=2), zone='Europe/Lisbon'):%Y-%m-%dT15:00}"


def test_goes_from_logging_a_promise_to_keeping_it(
    page: Page, live_server: LiveServer, workplace: Workplace, sign_in: SignIn
) -> None:
    sign_in(page, "ana")
    expect(page.get_by_text("Nothing open")).to_be_visible()

    open_full_form(page)
    page.get_by_label("Customer", exact=True).fill("Maria Lopez")
    expect(page.get_by_text("Nobody known fits “Maria Lopez”")).to_be_visible()
    page.get_by_label("Mail", exact=True).fill("maria@example.org")
    page.get_by_label("Time zone").fill("Asia/Tokyo")
    page.get_by_label("By when?").fill(in_two_days())
    page.get_by_label("By when?").dispatch_event("change")
    expect(page.locator("#due-in-words")).to_contain_text("(Tokyo)")
    page.get_by_label("What did you promise?").fill("call you back about the refund")
    page.get_by_role("button", name="Log the promise").click()

    expect(page.locator("#messages")).to_contain_text("Logged for Maria Lopez")
    promise = Commitment.objects.get()
    assert promise.customer.time_zone == "Asia/Tokyo"
    row = page.locator(f"#row-{promise.reference}")
    expect(row).to_contain_text("call you back about the refund")
    expect(page.get_by_label("What did you promise?")).to_have_value("")

    open_full_form(page)
    page.get_by_label("What did you promise?").fill("half typed")
    row.get_by_role("button", name="Told them").click()
    held = page.locator(".held-act")
    expect(held).to_contain_text("the customer has been told")
    expect(page.get_by_label("What did you promise?")).to_have_value("half typed")

    row.get_by_role("link", name="Update").click()
    page.get_by_label("In your words").fill("The refund is on its way to your bank.")
    page.get_by_role("button", name="Give word").click()
    expect(held.last).to_contain_text("the mail is on its way")
    row.locator(".row-words").click()
    expect(page.locator(".story")).to_contain_text("The refund is on its way to your bank.")

    page.get_by_text("It is kept", exact=True).click()
    page.get_by_label("How was it kept?").fill("Paid out today.")
    page.get_by_role("button", name="Keep the promise").click()
    expect(held.last).to_contain_text("Kept on time.", timeout=20_000)
    promise.refresh_from_db()
    assert promise.status == "kept"
    page.goto(live_server.url)
    expect(page.get_by_text("Nothing open")).to_be_visible()


def test_shows_beside_the_field_what_was_wrong_and_loses_nothing(
    page: Page, workplace: Workplace, sign_in: SignIn
) -> None:
    sign_in(page, "ana")
    open_full_form(page)
    page.get_by_label("What did you promise?").fill("call you back about the refund")
    page.get_by_label("By when?").fill("2020-01-01T10:00")
    page.get_by_role("button", name="Log the promise").click()
    expect(page.get_by_text("Say who the customer is")).to_be_visible()
    expect(page.get_by_label("What did you promise?")).to_have_value("call you back about the refund")
    expect(page.get_by_label("By when?")).to_have_value("2020-01-01T10:00")
    expect(page.get_by_label("Customer", exact=True)).to_be_focused()
    assert not Commitment.objects.exists()


def test_logs_one_promise_however_often_it_is_pressed(page: Page, workplace: Workplace, sign_in: SignIn) -> None:
    factories.customer(name="Maria Lopez")
    sign_in(page, "ana")
    open_full_form(page)
    page.get_by_label("Customer", exact=True).fill("maria")
    page.get_by_role("radio", name=re.compile("Maria Lopez")).check()
    page.get_by_label("By when?").fill(in_two_days())
    page.get_by_label("What did you promise?").fill("call you back about the refund")
    page.evaluate("form = document.querySelector('#log-form form'); form.requestSubmit(); form.requestSubmit()")
    expect(page.locator("#messages")).to_contain_text("Logged for Maria Lopez")
    page.wait_for_load_state("networkidle")
    assert Commitment.objects.count() == 1


def test_is_the_same_without_scripts(
    browser: Browser, live_server: LiveServer, workplace: Workplace, sign_in: SignIn
) -> None:
    factories.customer(name="Maria Lopez")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, "ana")
    open_full_form(page)
    page.get_by_label("Customer", exact=True).fill("maria")
    page.get_by_label("What did you promise?").fill("call you back about the refund")
    page.get_by_role("button", name="Find", exact=True).click()
    page.get_by_role("radio", name=re.compile("Maria Lopez")).check()
    page.get_by_label("By when?").fill(in_two_days())
    page.get_by_role("button", name="Log the promise").click()
    expect(page.locator("#messages")).to_contain_text("Logged for Maria Lopez")
    page.get_by_role("button", name="Told them").click()
    expect(page.locator("#messages")).to_contain_text("on track, nothing new")
    page.get_by_role("button", name="Kept", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("is kept: Maria Lopez")
    context.close()
    assert Customer.objects.count() == 1
    assert Commitment.objects.get().status == "kept"


def test_shows_a_supervisor_what_became_overdue_without_a_reload(
    page: Page, live_server: LiveServer, workplace: Workplace, promises: list[Any], sign_in: SignIn
) -> None:
    page.clock.install()
    sign_in(page, "sofia")
    page.goto(f"{live_server.url}/board/")
    tile = page.get_by_role("link", name=re.compile("Overdue"))
    expect(tile).to_contain_text("0")
    now = clock.now()
    late = factories.promise(
        owner=workplace.ana, now=now - timedelta(hours=3), due_at=now - timedelta(hours=1), promise="the late one"
    )
    sweep(now=now)
    page.clock.fast_forward("00:16")
    expect(tile).to_contain_text("1")
    expect(page.locator(f"#row-{late.reference}")).to_contain_text("the late one")
    page.get_by_label("Find", exact=True).fill(late.reference)
    expect(page.locator("tr[id^=row-]")).to_have_count(1)
    assert page.url.endswith(f"/board/?q={late.reference}")


def test_remembers_the_colours_that_were_chosen(
    page: Page, live_server: LiveServer, workplace: Workplace, sign_in: SignIn
) -> None:
    sign_in(page, "ana")
    root = page.locator("html")
    expect(root).to_have_attribute("data-bs-theme", "light")
    switch = page.get_by_role("button", name=re.compile("^Colours"))
    switch.click()
    switch.click()
    expect(root).to_have_attribute("data-bs-theme", "dark")
    page.reload()
    expect(root).to_have_attribute("data-bs-theme", "dark")

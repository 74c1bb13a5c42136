"""Looking at a mail before it goes, in a browser."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from commitments.models import CommitmentEvent
from tests.browser.conftest import SignIn, open_full_form

pytestmark = pytest.mark.browser


def write(page: Page, address: str) -> None:
    page.goto(address)
    page.locator("#composer").get_by_label("In your words").fill("The courier has the part.")


def test_shows_the_mail_in_a_frame_and_keeps_what_was_typed(
    page: Page, live_server: LiveServer, promises: list[Any], sign_in: SignIn
) -> None:
    sign_in(page, "ana")
    write(page, f"{live_server.url}/promises/{promises[0].reference}/")
    stored = CommitmentEvent.objects.count()
    page.locator("#composer").get_by_role("button", name="Preview the mail").click()
    shown = page.locator("#preview-word")
    expect(shown.frame_locator("iframe").get_by_text("The courier has the part.")).to_be_visible()
    expect(shown.get_by_text("at once")).to_be_visible()
    expect(page.locator("#composer").get_by_label("In your words")).to_have_value("The courier has the part.")
    assert CommitmentEvent.objects.count() == stored
    page.locator("#composer").get_by_role("button", name="Give word").click()
    expect(page.locator("#held .held-words")).to_be_visible()


def test_shows_what_is_wrong_beside_the_form(
    page: Page, live_server: LiveServer, promises: list[Any], sign_in: SignIn
) -> None:
    sign_in(page, "ana")
    page.goto(f"{live_server.url}/promises/{promises[0].reference}/?withdraw=1")
    page.locator("#withdraw").get_by_role("button", name="Preview the mail").click()
    expect(page.locator("#preview-withdraw").get_by_role("alert")).to_contain_text("Write why it is withdrawn")


def test_shows_the_receipt_of_what_is_being_logged(
    page: Page, live_server: LiveServer, promises: list[Any], sign_in: SignIn
) -> None:
    sign_in(page, "ana")
    open_full_form(page)
    page.get_by_label("Customer", exact=True).fill("mar")
    page.locator("#customer").get_by_text("Maria Lopez").click()
    page.get_by_label("What did you promise?").fill("send you the invoice")
    page.locator("#id_due_at").fill("2099-01-04T10:00")
    page.locator("#log-form").get_by_role("button", name="Preview the mail").click()
    expect(page.locator("#preview-log").get_by_role("alert")).to_contain_text("promise a nearer date")


def test_works_without_scripts(browser: Browser, live_server: LiveServer, promises: list[Any], sign_in: SignIn) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, "ana")
    write(page, f"{live_server.url}/promises/{promises[0].reference}/")
    page.locator("#composer").get_by_role("button", name="Preview the mail").click()
    shown = page.locator("#preview-word")
    shown.get_by_role("button", name="Show it as HTML").click()
    expect(shown.frame_locator("iframe").get_by_text("The courier has the part.")).to_be_visible()
    expect(page.locator("#composer").get_by_label("In your words")).to_have_value("The courier has the part.")
    context.close()


def test_shows_what_goes_by_itself_next(
    page: Page, live_server: LiveServer, promises: list[Any], sign_in: SignIn
) -> None:
    sign_in(page, "ana")
    page.goto(f"{live_server.url}/promises/{promises[3].reference}/")
    page.get_by_role("link", name="See the next mail").click()
    shown = page.locator("#preview-next")
    expect(shown.frame_locator("iframe").get_by_text("find out why").first).to_be_visible()
    expect(shown.get_by_text("if nobody acts before")).to_be_visible()

"""Two people who answer the same promise at once, one on the Desk and one on the promise's page."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from commitments.models import CommitmentEvent
from tests.browser.conftest import SignIn, Workplace, let_waiting_acts_go

pytestmark = pytest.mark.browser

ANAS, SOFIAS = "The van is on its way.", "The part has come."


class Two:
    """Ana's form on her Desk and Sofia's on the promise's page, both half typed before either is sent."""

    def __init__(self, desk: Page, page: Page, promise: Any) -> None:
        self.desk, self.page, self.promise = desk, page, promise
        desk.locator(f"#row-{promise.reference} .row-words").focus()
        desk.keyboard.press("u")
        self.on_desk, self.on_page = desk.locator("#act"), page.locator("#composer")
        words_of(self.on_desk).fill(ANAS)
        words_of(self.on_page).fill(SOFIAS)

    def store(self, page: Page, form: Locator, words: str) -> None:
        """Send a form whose act nothing is in the way of, and let it be stored."""
        send(form)
        let_waiting_acts_go(page, until=lambda: words in self.words())

    def words(self) -> list[str]:
        """Give what is stored, the first first."""
        events = CommitmentEvent.objects.filter(commitment=self.promise.pk, kind="word_given").order_by("pk")
        return [event.texts.get(field="message").words for event in events]


def words_of(form: Locator) -> Locator:
    return form.get_by_label("In your words")


def send(form: Locator) -> None:
    form.get_by_role("button", name="Give word").click()


@pytest.fixture
def two(
    browser: Browser, live_server: LiveServer, workplace: Workplace, promises: list[Any], sign_in: SignIn
) -> Iterator[Two]:
    contexts = [browser.new_context() for _ in range(2)]
    desk, page = (context.new_page() for context in contexts)
    for each in (desk, page):
        each.clock.install()
    sign_in(desk, "ana")
    sign_in(page, "sofia")
    page.goto(f"{live_server.url}/promises/{promises[0].reference}/")
    yield Two(desk, page, promises[0])
    for context in contexts:
        context.close()


def test_the_desk_shows_what_was_done_on_the_promises_page_and_loses_no_typing(two: Two) -> None:
    two.store(two.page, two.on_page, SOFIAS)
    expect(two.page.locator(".story").first).to_contain_text(SOFIAS)
    send(two.on_desk)
    expect(two.on_desk.get_by_role("alert")).to_contain_text("Somebody has changed this promise")
    expect(two.on_desk.get_by_role("alert")).to_contain_text(SOFIAS)
    expect(words_of(two.on_desk)).to_have_value(ANAS)
    assert two.words() == [SOFIAS]
    two.store(two.desk, two.on_desk, ANAS)
    expect(two.desk.locator(".held-act")).to_have_attribute("data-state", "done")
    assert two.words() == [SOFIAS, ANAS]


def test_the_promises_page_shows_what_was_done_on_the_desk_and_loses_no_typing(two: Two) -> None:
    two.store(two.desk, two.on_desk, ANAS)
    expect(two.desk.locator(".held-act")).to_have_attribute("data-state", "done")
    send(two.on_page)
    expect(two.page.locator("#composer .conflict")).to_contain_text("Somebody has changed this promise")
    expect(two.page.locator("#composer .conflict")).to_contain_text(ANAS)
    expect(words_of(two.page.locator("#composer"))).to_have_value(SOFIAS)
    assert two.words() == [ANAS]
    two.store(two.page, two.page.locator("#composer"), SOFIAS)
    expect(two.page.locator(".story").first).to_contain_text(SOFIAS)
    expect(two.page.locator(".story").first).to_contain_text(ANAS)
    assert two.words() == [ANAS, SOFIAS]

"""Acts that wait five seconds in the browser: undone, sent, kept while the connection is lost, and stored once."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from commitments import clock
from commitments.domain.clocks import WordMeaning
from commitments.models import CommitmentEvent
from commitments.services.word import give_word
from tests.browser.conftest import SignIn, Workplace, stand_still

pytestmark = pytest.mark.browser


def link_of(page: Page, promise: Any) -> Any:
    return page.locator(f"#row-{promise.reference} .row-words")


def acts(promise: Any, kind: str) -> int:
    return CommitmentEvent.objects.filter(commitment=promise.pk, kind=kind).count()


def press(page: Page, promise: Any, key: str) -> None:
    link_of(page, promise).focus()
    page.keyboard.press(key)


def test_wait_in_sight_and_are_stored_by_the_server_alone(page: Page, promises: list[Any], sign_in: SignIn) -> None:
    page.clock.install()
    sign_in(page, "ana")
    stand_still(page)
    press(page, promises[0], "k")
    waiting = page.locator(".held-act")
    expect(waiting).to_contain_text(f"{promises[0].reference} · \u2068Maria Lopez\u2069: kept")
    expect(waiting).to_contain_text("Goes in 5 s")
    expect(page.locator(f"#row-{promises[0].reference}")).to_have_attribute("data-held", "waiting")
    expect(link_of(page, promises[0])).to_be_focused()
    assert acts(promises[0], "kept") == 0
    page.clock.run_for(2000)
    expect(waiting).to_contain_text("Goes in 3 s")
    page.clock.run_for(4000)
    expect(waiting).to_contain_text("Kept on time.")
    expect(page.locator(f"#row-{promises[0].reference}")).to_have_count(0)
    expect(link_of(page, promises[1])).to_be_focused()
    assert acts(promises[0], "kept") == 1


@pytest.mark.parametrize("way", ["z", "Control+z", "button"])
def test_can_be_undone_before_they_go(page: Page, promises: list[Any], sign_in: SignIn, way: str) -> None:
    page.clock.install()
    sign_in(page, "ana")
    stand_still(page)
    press(page, promises[0], "k")
    if way == "button":
        page.get_by_role("button", name="Undo").click()
    else:
        page.keyboard.press(way)
    expect(page.locator(".held-act")).to_have_count(0)
    expect(page.locator("#held [role=status]")).to_contain_text("Undone: nothing was stored.")
    expect(link_of(page, promises[0])).to_be_focused()
    page.clock.run_for(7000)
    assert acts(promises[0], "kept") == 0


def test_go_at_once_when_the_page_is_left(
    page: Page, live_server: LiveServer, promises: list[Any], sign_in: SignIn
) -> None:
    sign_in(page, "ana")
    press(page, promises[0], "k")
    page.goto(f"{live_server.url}/customers/")
    expect(page.locator(".held-act")).to_have_count(0, timeout=15_000)
    assert acts(promises[0], "kept") == 1


def test_are_stored_before_the_page_that_a_link_leads_to(page: Page, promises: list[Any], sign_in: SignIn) -> None:
    sign_in(page, "ana")
    press(page, promises[0], "n")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/promises/"))
    assert acts(promises[0], "word_given") == 1


def test_outlive_a_reload_and_are_stored_once(page: Page, promises: list[Any], sign_in: SignIn) -> None:
    sign_in(page, "ana")
    press(page, promises[0], "n")
    page.reload()
    expect(page.locator(".held-act[data-state=done], .held:not(:has(.held-act))").first).to_be_attached()
    expect(page.locator(".held-act:not([data-state=done])")).to_have_count(0)
    assert acts(promises[0], "word_given") == 1


@pytest.mark.parametrize(("key", "kind"), [("k", "kept"), ("n", "word_given")])
def test_wait_for_the_connection_and_are_stored_once(
    page: Page, promises: list[Any], sign_in: SignIn, key: str, kind: str
) -> None:
    page.clock.install()
    sign_in(page, "ana")
    stand_still(page)
    page.context.set_offline(True)
    press(page, promises[0], key)
    page.clock.run_for(6000)
    expect(page.locator(".held-act")).to_contain_text("Not stored yet: no connection. It is tried again.")
    expect(page.locator(f"#row-{promises[0].reference}")).to_have_attribute("data-held", "offline")
    assert acts(promises[0], kind) == 0
    page.context.set_offline(False)
    page.clock.run_for(6000)
    expect(page.locator(".held-act")).to_have_attribute("data-state", "done")
    page.clock.run_for(20_000)
    assert acts(promises[0], kind) == 1


def test_come_back_with_what_others_did_meanwhile(
    page: Page, workplace: Workplace, promises: list[Any], sign_in: SignIn
) -> None:
    page.clock.install()
    sign_in(page, "ana")
    stand_still(page)
    press(page, promises[0], "n")
    give_word(
        actor=workplace.sofia,
        reference=promises[0].reference,
        now=clock.now(),
        meaning=WordMeaning.NEWS,
        by_mail=False,
        message="The part has come.",
    )
    page.clock.run_for(6000)
    waiting = page.locator(".held-act")
    expect(waiting).to_contain_text("Not stored. Somebody has changed this promise")
    waiting.get_by_role("link", name="Look at it").click()
    dialog = page.get_by_role("dialog", name="Give word")
    expect(dialog).to_contain_text("The part has come.")
    assert acts(promises[0], "word_given") == 1
    dialog.get_by_role("button", name="Give word").click()
    expect(dialog).to_be_hidden()
    page.clock.run_for(6000)
    expect(waiting).to_have_attribute("data-state", "done")
    assert acts(promises[0], "word_given") == 2


def test_are_taken_up_by_the_next_page_of_the_same_person(
    page: Page, live_server: LiveServer, promises: list[Any], sign_in: SignIn
) -> None:
    page.clock.install()
    sign_in(page, "ana")
    stand_still(page)
    page.context.set_offline(True)
    press(page, promises[0], "k")
    press(page, promises[1], "n")
    page.clock.run_for(6000)
    expect(page.locator(".held-act[data-state=offline]")).to_have_count(2)
    later = page.context.new_page()
    page.close()
    later.context.set_offline(False)
    later.goto(live_server.url)
    later.clock.run_for(45_000)
    expect(later.locator(".held-act[data-state=done]")).to_have_count(2)
    assert (acts(promises[0], "kept"), acts(promises[1], "word_given")) == (1, 1)


def test_let_a_form_open_while_another_act_waits(page: Page, promises: list[Any], sign_in: SignIn) -> None:
    page.clock.install()
    sign_in(page, "ana")
    stand_still(page)
    press(page, promises[0], "n")
    page.locator(f"#row-{promises[1].reference}").get_by_role("link", name="Update").click()
    expect(page.locator("#act").get_by_label("In your words")).to_be_focused()
    page.keyboard.press("Escape")
    press(page, promises[0], "k")
    page.clock.run_for(7000)
    expect(page.locator(".held-act[data-state=done]")).to_have_count(2)
    assert (acts(promises[0], "word_given"), acts(promises[0], "kept")) == (1, 1)


def test_of_one_person_are_shown_to_nobody_else_at_the_same_computer(
    page: Page, live_server: LiveServer, promises: list[Any], sign_in: SignIn
) -> None:
    sign_in(page, "ana")
    entry = {"id": "1", "tab": "gone", "state": "offline", "reference": promises[0].reference, "words": "a secret"}
    page.evaluate(
        "(entry) => localStorage.setItem(`kept-held-${document.getElementById('held').dataset.user}`, "
        "JSON.stringify([entry]))",
        entry | {"path": "kept", "url": "/", "body": "", "due": 0, "pressed": 0},
    )
    page.evaluate("sessionStorage.setItem('kept-draft-0-ABCDE-word', '{}')")
    page.context.clear_cookies()
    sign_in(page, "sofia")
    expect(page.locator("#held")).to_be_attached()
    assert "a secret" not in page.content()
    assert page.evaluate("sessionStorage.getItem('kept-draft-0-ABCDE-word')") is None

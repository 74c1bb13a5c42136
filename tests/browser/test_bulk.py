"""Choosing promises on the Board and acting on all of them, in a browser."""

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from commitments import clock
from commitments.models import Commitment
from commitments.web import bulk
from commitments.web.times import local
from tests import factories
from tests.browser.conftest import SignIn, Workplace
from tests.browser.test_looks import NARROW, SIZES_AND_COLOURS, WIDE, look_at, open_window

pytestmark = pytest.mark.browser

SIZES = [pytest.param(WIDE, id="wide"), pytest.param(NARROW, id="narrow")]
BOXES = '#board input[name="chosen"]'


@pytest.fixture
def ben(workplace: Workplace) -> Any:
    return factories.agent(team=workplace.team, first_name="Ben", last_name="Okafor")


@pytest.fixture
def board(page: Page, live_server: LiveServer, promises: list[Any], sign_in: SignIn) -> Page:
    """Open the Board, its four promises on it."""
    sign_in(page, "sofia")
    page.goto(f"{live_server.url}/board/")
    expect(page.locator(BOXES)).to_have_count(4)
    return page


def box_of(page: Page, promise: Commitment) -> Locator:
    return page.locator(f"#c-{promise.reference}")


def choose_all(page: Page) -> None:
    page.locator(BOXES).first.check()
    page.get_by_role("button", name="All on this page").click()


def open_form(page: Page, act: str) -> Locator:
    page.locator("#bulk").get_by_role("button", name=act, exact=True).click()
    dialog = page.locator("#bulk-dialog")
    expect(dialog.locator("#bulk-form")).to_be_visible()
    return dialog


def look(dialog: Locator) -> None:
    dialog.get_by_role("button", name=re.compile("who is mailed what")).click()
    expect(dialog.get_by_role("heading", name="Who is mailed what")).to_be_focused()


def write_word(dialog: Locator, words: str = "The courier has {promise}.") -> None:
    dialog.get_by_label("In your words").fill(words)
    look(dialog)


def count_of(kind: str) -> int:
    return sum(promise.events.filter(kind=kind).exists() for promise in Commitment.objects.all())


class TestEachAct:
    @pytest.mark.parametrize("size", SIZES)
    def test_gives_word(self, board: Page, size: tuple[int, int]) -> None:
        board.set_viewport_size({"width": size[0], "height": size[1]})
        choose_all(board)
        dialog = open_form(board, "Give word")
        write_word(dialog)
        expect(dialog.get_by_text("4 mails go to 4 addresses")).to_be_visible()
        dialog.get_by_role("button", name=re.compile("Read the mail about")).first.click()
        expect(dialog.frame_locator("iframe").get_by_text("The courier has").first).to_be_visible()
        dialog.get_by_role("button", name="Give word about 4 promises").click()
        expect(dialog.get_by_text("All 4 are done.")).to_be_visible()
        assert count_of("word_given") == 4
        dialog.get_by_role("link", name="Back to the Board").last.click()
        expect(dialog).to_be_hidden()
        expect(board.locator("#bulk")).to_be_hidden()

    @pytest.mark.parametrize("size", SIZES)
    def test_gives_away(self, board: Page, ben: Any, size: tuple[int, int]) -> None:
        board.set_viewport_size({"width": size[0], "height": size[1]})
        choose_all(board)
        dialog = open_form(board, "Reassign")
        dialog.get_by_label("To whom?").select_option("Ben Okafor")
        look(dialog)
        dialog.get_by_role("button", name="Hand 4 promises over").click()
        expect(dialog.get_by_text("All 4 are done.")).to_be_visible()
        dialog.get_by_role("link", name="Back to the Board").last.click()
        expect(board.locator("#board tr[id]").filter(has_text="Ben Okafor")).to_have_count(4)
        assert Commitment.objects.filter(owner=ben).count() == 4

    @pytest.mark.parametrize("size", SIZES)
    def test_takes_note(self, board: Page, promises: list[Any], size: tuple[int, int]) -> None:
        board.set_viewport_size({"width": size[0], "height": size[1]})
        for promise in promises:
            promise.escalations.create(trigger="silent", opened_at=clock.now(), next_step_at=clock.now())
        choose_all(board)
        dialog = open_form(board, "Take note")
        dialog.get_by_label("A note for colleagues").fill("I call them.")
        dialog.get_by_role("button", name="Take note of 4 promises").click()
        expect(dialog.get_by_text("All 4 are done.")).to_be_visible()
        assert count_of("acknowledged") == 4

    @pytest.mark.parametrize("size", SIZES)
    def test_moves_dates(self, board: Page, size: tuple[int, int]) -> None:
        board.set_viewport_size({"width": size[0], "height": size[1]})
        choose_all(board)
        dialog = open_form(board, "Move the date")
        expect(dialog.get_by_label("Later by", exact=True)).to_be_hidden()
        at = local(clock.now() + timedelta(days=5), zone="Europe/Lisbon")
        dialog.get_by_label("New date").fill(f"{at:%Y-%m-%dT15:00}")
        dialog.get_by_label("What happened?").fill("The courier is on strike.")
        dialog.get_by_label("What happens next?").fill("Another one comes.")
        dialog.get_by_label("What can the customer choose or do?").fill("Fetch it in the shop.")
        look(dialog)
        expect(dialog.locator(".bulk-line-head").get_by_text("new date")).to_have_count(4)
        dialog.get_by_role("button", name="Move the dates of 4 promises").click()
        expect(dialog.get_by_text("All 4 are done.")).to_be_visible()
        assert len(set(Commitment.objects.values_list("due_at"))) == 1

    def test_moves_each_date_by_the_same(self, board: Page) -> None:
        before = dict(Commitment.objects.values_list("reference", "due_at"))
        choose_all(board)
        dialog = open_form(board, "Move the date")
        dialog.get_by_label("Each by the same time").check()
        expect(dialog.get_by_label("New date")).to_be_hidden()
        dialog.get_by_label("Later by", exact=True).fill("48")
        dialog.locator("#id_bulk-unit").select_option("hours on any clock")
        dialog.get_by_label("What happened?").fill("The courier is on strike.")
        dialog.get_by_label("What happens next?").fill("Another one comes.")
        dialog.get_by_label("What can the customer choose or do?").fill("Fetch it in the shop.")
        look(dialog)
        dialog.get_by_role("button", name="Move the dates of 4 promises").click()
        expect(dialog.get_by_text("All 4 are done.")).to_be_visible()
        for reference, due_at in Commitment.objects.values_list("reference", "due_at"):
            assert due_at - before[reference] == timedelta(hours=48)


class TestChoosing:
    def test_by_keyboard_alone(self, board: Page) -> None:
        boxes = board.locator(BOXES)
        expect(board.locator(f'{BOXES}[tabindex="-1"]')).to_have_count(3)
        boxes.first.focus()
        board.keyboard.press("x")
        expect(boxes.first).to_be_checked()
        board.keyboard.press("ArrowDown")
        expect(boxes.nth(1)).to_be_focused()
        board.keyboard.press("Space")
        expect(boxes.nth(1)).to_be_checked()
        board.keyboard.press("Escape")
        expect(board.locator(f"{BOXES}:checked")).to_have_count(0)
        board.keyboard.press("Shift+ArrowDown")
        board.keyboard.press("Shift+ArrowDown")
        expect(board.locator(f"{BOXES}:checked")).to_have_count(3)
        expect(boxes.nth(3)).to_be_focused()
        expect(board.get_by_text("3 chosen")).to_be_visible()
        board.keyboard.press("Home")
        expect(boxes.first).to_be_focused()
        board.keyboard.press("End")
        expect(boxes.last).to_be_focused()
        reference = (boxes.last.get_attribute("value") or "").split(".")[0]
        board.keyboard.press("Enter")
        board.wait_for_url(f"**/promises/{reference}/")

    def test_by_shift_and_click(self, board: Page) -> None:
        boxes = board.locator(BOXES)
        boxes.first.click()
        boxes.nth(2).click(modifiers=["Shift"])
        expect(board.locator(f"{BOXES}:checked")).to_have_count(3)
        boxes.first.click(modifiers=["Shift"])
        expect(board.locator(f"{BOXES}:checked")).to_have_count(0)

    def test_all_on_the_page(self, board: Page) -> None:
        every = board.get_by_role("checkbox", name="All on this page")
        every.check()
        expect(board.get_by_text("4 chosen")).to_be_visible()
        board.locator(BOXES).first.uncheck()
        assert every.evaluate("box => box.indeterminate")
        every.check()
        every.uncheck()
        expect(board.locator("#bulk")).to_be_hidden()

    def test_moves_nothing(self, board: Page) -> None:
        board.set_viewport_size({"width": 1280, "height": 500})
        board.locator(BOXES).first.hover()
        places = "() => JSON.stringify([scrollY, document.body.scrollHeight, ...Array.from("
        places += "document.querySelectorAll('#board *'), one => one.getBoundingClientRect())])"
        before = board.evaluate(places)
        board.locator(BOXES).first.check()
        expect(board.locator("#bulk")).to_be_visible()
        assert board.evaluate(places) == before

    @pytest.mark.parametrize("size", SIZES)
    def test_hides_no_focus_behind_the_bar(
        self, board: Page, live_server: LiveServer, workplace: Workplace, size: tuple[int, int]
    ) -> None:
        for _ in range(8):
            factories.promise(owner=workplace.ana, now=clock.now(), due_at=clock.now() + timedelta(days=2))
        board.set_viewport_size({"width": size[0], "height": size[1]})
        board.goto(f"{live_server.url}/board/")
        board.locator(BOXES).first.check()
        for _ in range(11):
            board.keyboard.press("ArrowDown")
            hidden = board.evaluate(
                "() => document.activeElement.getBoundingClientRect().bottom"
                " - document.getElementById('bulk').getBoundingClientRect().top"
            )
            assert hidden <= 0

    def test_survives_a_refresh_with_the_focus(
        self, page: Page, live_server: LiveServer, promises: list[Any], workplace: Workplace, sign_in: SignIn
    ) -> None:
        page.clock.install()
        sign_in(page, "sofia")
        page.goto(f"{live_server.url}/board/")
        box_of(page, promises[1]).check()
        box_of(page, promises[2]).check()
        factories.told(promises[1], now=clock.now())
        late = factories.promise(
            owner=workplace.ana, now=clock.now() - timedelta(hours=3), due_at=clock.now() - timedelta(hours=1)
        )
        page.clock.fast_forward("00:16")
        expect(page.locator(f"#row-{late.reference}")).to_be_visible()
        expect(page.locator(f"{BOXES}:checked")).to_have_count(2)
        expect(page.get_by_text("2 chosen")).to_be_visible()
        expect(box_of(page, promises[2])).to_be_focused()
        # What the row shows by now is what has been seen.
        expect(box_of(page, promises[1])).to_have_value(f"{promises[1].reference}.2")

    def test_is_of_what_the_filters_show(self, board: Page, promises: list[Any]) -> None:
        choose_all(board)
        board.get_by_label("Find", exact=True).fill("Emily")
        expect(board.locator(BOXES)).to_have_count(1)
        expect(board.get_by_text("1 chosen")).to_be_visible()
        dialog = open_form(board, "Give word")
        expect(dialog.locator("#bulk-rows li")).to_have_count(1)

    def test_is_what_a_file_has_in_it(self, board: Page, promises: list[Any]) -> None:
        box_of(board, promises[1]).check()
        with board.expect_download() as downloaded:
            board.get_by_role("button", name="Export CSV").click()
        lines = downloaded.value.path().read_text(encoding="utf-8-sig").splitlines()
        assert len(lines) == 2
        assert promises[1].reference in lines[1]


class TestARun:
    @pytest.fixture(autouse=True)
    def one_by_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(bulk, "SLICE", 1)

    def test_shows_how_far_it_has_come_and_can_be_stopped(self, board: Page) -> None:
        held: list[Route] = []
        choose_all(board)
        dialog = open_form(board, "Give word")
        write_word(dialog)
        board.route("**/board/bulk/word/", lambda route: held.append(route))
        dialog.get_by_role("button", name="Give word about 4 promises").click()
        expect(dialog.get_by_text("0 of 4")).to_be_visible()
        board.wait_for_timeout(100)
        held.pop().continue_()
        expect(dialog.get_by_text("1 of 4")).to_be_visible()
        dialog.get_by_role("button", name="Stop").click()
        board.wait_for_timeout(100)
        held.pop().continue_()
        expect(dialog.get_by_text("Stopped at 2 of 4.")).to_be_visible()
        assert count_of("word_given") == 2
        expect(dialog.locator("#bulk-rows .is-done")).to_have_count(2)
        expect(dialog.locator("#bulk-rows input:checked")).to_have_count(2)
        # The others go on from here.
        board.unroute("**/board/bulk/word/")
        look(dialog)
        dialog.get_by_role("button", name="Give word about 2 promises").click()
        expect(dialog.get_by_text("All 2 are done.")).to_be_visible()
        assert count_of("word_given") == 4

    def test_that_loses_the_connection_does_nothing_twice(
        self, browser: Browser, live_server: LiveServer, promises: list[Any], sign_in: SignIn
    ) -> None:
        # A browser notes by itself that an answer is lost; this one is not listened to.
        board = browser.new_page()
        sign_in(board, "sofia")
        board.goto(f"{live_server.url}/board/")
        posts: list[str] = []

        def lose(route: Route) -> None:
            posts.append(route.request.url)
            if len(posts) == 2:
                route.fetch()
                route.abort()
            else:
                route.continue_()

        choose_all(board)
        dialog = open_form(board, "Give word")
        write_word(dialog)
        board.route("**/board/bulk/word/", lose)
        dialog.get_by_role("button", name="Give word about 4 promises").click()
        expect(dialog.get_by_text("Kept could not be reached at 1 of 4.")).to_be_visible()
        expect(dialog.get_by_label("In your words")).to_have_value("The courier has {promise}.")
        look(dialog)
        # The second was stored although its answer was lost: tried out, it is found changed by oneself.
        dialog.get_by_role("button", name=re.compile("Give word about")).click()
        expect(dialog.locator("[data-run-said]")).to_contain_text(re.compile("are done"))
        assert all(promise.events.filter(kind="word_given").count() == 1 for promise in Commitment.objects.all())
        board.close()

    def test_is_done_once_however_often_it_is_pressed(self, board: Page) -> None:
        choose_all(board)
        dialog = open_form(board, "Give word")
        write_word(dialog)
        board.evaluate("b = document.querySelector('[data-bulk-do]'); b.click(); b.click()")
        expect(dialog.get_by_text("All 4 are done.")).to_be_visible()
        assert all(promise.events.filter(kind="word_given").count() == 1 for promise in Commitment.objects.all())


class TestWhatWasTyped:
    def test_is_asked_about_before_it_is_thrown_away(self, board: Page) -> None:
        board.locator(BOXES).first.check()
        dialog = open_form(board, "Give word")
        dialog.get_by_label("In your words").fill("The courier has it.")
        board.keyboard.press("Escape")
        dialog.get_by_role("button", name="Keep writing").click()
        expect(dialog.get_by_label("In your words")).to_have_value("The courier has it.")
        board.keyboard.press("Escape")
        dialog.get_by_role("button", name="Throw it away").click()
        expect(dialog).to_be_hidden()
        expect(board.locator(f"{BOXES}:checked")).to_have_count(1)

    def test_has_to_be_looked_at_again_when_it_changes(self, board: Page) -> None:
        board.locator(BOXES).first.check()
        dialog = open_form(board, "Give word")
        write_word(dialog)
        dialog.get_by_label("In your words").fill("Something else.")
        expect(dialog.get_by_text("You have changed something since")).to_be_visible()
        expect(dialog.locator("[data-bulk-do]")).to_have_count(0)

    def test_stays_beside_what_was_wrong(self, board: Page) -> None:
        board.locator(BOXES).first.check()
        dialog = open_form(board, "Give word")
        dialog.get_by_label("At risk: the date may not hold").check()
        dialog.get_by_label("What happened?").fill("The courier lost it.")
        dialog.get_by_role("button", name="See who is mailed what").click()
        expect(dialog.get_by_text("Write what happens next; the customer is told this.")).to_be_visible()
        expect(dialog.get_by_label("What happens next?")).to_be_focused()
        expect(dialog.get_by_label("What happened?")).to_have_value("The courier lost it.")

    def test_outlives_another_supervisor_who_was_quicker(
        self, board: Page, promises: list[Any], workplace: Workplace
    ) -> None:
        choose_all(board)
        dialog = open_form(board, "Give word")
        write_word(dialog)
        factories.told(promises[1], now=clock.now())
        dialog.get_by_role("button", name="Give word about 4 promises").click()
        expect(dialog.get_by_text("3 of 4 are done")).to_be_visible()
        row = dialog.locator(f"#pick-{promises[1].reference}")
        expect(row).to_contain_text("Somebody has changed this promise")
        expect(row).to_contain_text("There is news.")
        expect(dialog.get_by_label("In your words")).to_have_value("The courier has {promise}.")
        dialog.get_by_role("link", name="Back to the Board").first.click()
        dialog.get_by_role("button", name="Keep writing").click()
        look(dialog)
        dialog.get_by_role("button", name="Give word about 1 promise").click()
        expect(dialog.get_by_text("All 1 are done.")).to_be_visible()


def test_works_without_scripts(browser: Browser, live_server: LiveServer, promises: list[Any], sign_in: SignIn) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, "sofia")
    page.goto(f"{live_server.url}/board/")
    for promise in promises[:3]:
        box_of(page, promise).check()
    page.get_by_role("button", name="Give word", exact=True).click()
    expect(page.locator("#bulk-rows li")).to_have_count(3)
    page.get_by_label("In your words").fill("The courier has {promise}.")
    page.get_by_role("button", name="See who is mailed what").click()
    expect(page.get_by_text("3 mails go to 3 addresses")).to_be_visible()
    page.get_by_role("button", name=re.compile("Read the mail about")).first.click()
    expect(page.get_by_role("button", name="Show it as HTML")).to_be_visible()
    factories.told(promises[0], now=clock.now())
    page.get_by_role("button", name="Give word about 3 promises").click()
    expect(page.get_by_text("Word is given about 2 promises.")).to_be_visible()
    expect(page.get_by_label("In your words")).to_have_value("The courier has {promise}.")
    page.get_by_role("button", name="See who is mailed what").click()
    page.get_by_role("button", name="Give word about 1 promise").click()
    expect(page.locator("#messages")).to_contain_text("Word is given about 1 promise.")
    context.close()


@pytest.mark.parametrize(("size", "colours"), SIZES_AND_COLOURS)
def test_passes_every_rule_and_fits(
    browser: Browser,
    live_server: LiveServer,
    promises: list[Any],
    sign_in: SignIn,
    size: tuple[int, int],
    colours: Any,
) -> None:
    context = open_window(browser, size, colours)
    page = context.new_page()
    faults: dict[str, list[str]] = {}
    sign_in(page, "sofia")
    page.goto(f"{live_server.url}/board/")
    choose_all(page)
    # A link that lies half under the bar would count as a small target.
    page.keyboard.press("End")
    faults["chosen"] = look_at(page)
    for act in ("Reassign", "Take note", "Give word", "Move the date"):
        open_form(page, act)
        faults[act] = look_at(page)
        page.keyboard.press("Escape")
        expect(page.locator("#bulk-dialog")).to_be_hidden()
    dialog = open_form(page, "Give word")
    dialog.get_by_role("button", name="See who is mailed what").click()
    expect(dialog.locator('[aria-invalid="true"]')).to_be_visible()
    faults["refused"] = look_at(page)
    write_word(dialog)
    dialog.get_by_role("button", name=re.compile("Read the mail about")).first.click()
    expect(dialog.locator("iframe")).to_be_visible()
    faults["previewed"] = look_at(page)
    page.keyboard.press("Escape")
    faults["asked"] = look_at(page)
    dialog.get_by_role("button", name="Keep writing").click()
    factories.told(promises[1], now=clock.now())
    dialog.get_by_role("button", name="Give word about 4 promises").click()
    expect(dialog.get_by_text("3 of 4 are done")).to_be_visible()
    faults["partly done"] = look_at(page)
    context.close()
    assert {name: found for name, found in faults.items() if found} == {}

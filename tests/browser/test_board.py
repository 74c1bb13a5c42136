"""A supervisor’s work on the Board: narrowing it, saving views, going back, looking on while it refreshes itself."""

import csv
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django.live_server_helper import LiveServer

from commitments import clock
from commitments.models import Commitment, SavedView
from commitments.services.absences import note_absence
from commitments.services.handoff import offer_handoff
from commitments.services.promising import keep
from commitments.services.sweeping import sweep
from tests import factories
from tests.browser.conftest import SignIn, Workplace
from tests.browser.test_looks import NARROW, SIZES_AND_COLOURS, WIDE, look_at, open_window

pytestmark = pytest.mark.browser

SHIFTS = """() => {
  window.shifts = [];
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
    if (!entry.hadRecentInput) window.shifts.push([entry.value, ...entry.sources.map(({ node }) => node?.outerHTML)]);
  })).observe({ type: "layout-shift", buffered: false });
}"""


def refresh(page: Page) -> None:
    """Have the Board refresh itself now, and wait until it has."""
    with page.expect_response(lambda response: "/board/" in response.url):
        page.evaluate("document.getElementById('board').dispatchEvent(new Event('seen'))")
    busy = page.locator("#board.htmx-request, #board.htmx-swapping, #board.htmx-settling")
    expect(busy).to_have_count(0)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def late(workplace: Workplace, *, hours: int, **fields: Any) -> Commitment:
    """Make a promise that has been late for so many hours."""
    now = clock.now()
    made = factories.promise(
        owner=workplace.ana, now=now - timedelta(hours=hours + 2), due_at=now - timedelta(hours=hours), **fields
    )
    sweep(now=now)
    return made


@pytest.fixture(params=[pytest.param(WIDE, id="wide"), pytest.param(NARROW, id="narrow")])
def board(
    request: pytest.FixtureRequest, page: Page, live_server: LiveServer, workplace: Workplace, sign_in: SignIn
) -> Page:
    """Give a supervisor's page, signed in, wide and narrow."""
    width, height = request.param
    page.set_viewport_size({"width": width, "height": height})
    # Else the browser would still be gliding to a place while the test looks where it is.
    page.emulate_media(reduced_motion="reduce")
    sign_in(page, "sofia")
    return page


@pytest.fixture
def many(workplace: Workplace) -> list[Commitment]:
    """Make thirty promises, the first ones late."""
    now = clock.now()
    customer = factories.customer(name="Maria Lopez", created_at=now)
    return [
        factories.promise(
            owner=workplace.ana,
            now=now - timedelta(days=1),
            customer=customer,
            promise=f"promise {number}",
            due_at=now + timedelta(days=2, hours=number),
        )
        for number in range(30)
    ]


class TestRefreshing:
    def test_moves_nothing_where_nothing_has_changed(
        self, board: Page, live_server: LiveServer, many: list[Commitment]
    ) -> None:
        board.goto(f"{live_server.url}/board/")
        board.wait_for_load_state("networkidle")
        board.evaluate("window.scrollTo(0, 700)")
        link = board.get_by_role("link", name="promise 12", exact=True)
        link.focus()
        before = board.evaluate("window.scrollY")
        board.evaluate(SHIFTS)
        for _ in range(3):
            refresh(board)
        assert board.evaluate("window.shifts") == []
        assert board.evaluate("window.scrollY") == before
        expect(link).to_be_focused()

    def test_says_as_of_when_it_is(self, board: Page, live_server: LiveServer, many: list[Commitment]) -> None:
        board.goto(f"{live_server.url}/board/")
        said = board.locator(".refreshes").inner_text()
        board.wait_for_timeout(1_100)
        refresh(board)
        assert board.locator(".refreshes").inner_text() != said

    def test_keeps_the_row_one_is_in_where_it_is_when_rows_above_come_and_go(
        self, board: Page, live_server: LiveServer, workplace: Workplace, many: list[Commitment]
    ) -> None:
        board.goto(f"{live_server.url}/board/")
        board.evaluate("window.scrollTo(0, 900)")
        link = board.get_by_role("link", name="promise 15", exact=True)
        link.focus()
        top = "document.activeElement.getBoundingClientRect().top"
        before = board.evaluate(top)
        came = late(workplace, hours=3, promise="came in between")
        keep(actor=workplace.ana, reference=many[2].reference, now=clock.now())
        refresh(board)
        expect(board.get_by_text("came in between")).to_have_count(1)
        expect(link).to_be_focused()
        assert abs(board.evaluate(top) - before) <= 1
        keep(actor=workplace.ana, reference=came.reference, now=clock.now())
        refresh(board)
        expect(board.get_by_text("came in between")).to_have_count(0)
        expect(link).to_be_focused()
        assert abs(board.evaluate(top) - before) <= 1

    def test_goes_to_the_next_row_where_the_one_that_one_is_in_has_gone(
        self, board: Page, live_server: LiveServer, workplace: Workplace, many: list[Commitment]
    ) -> None:
        board.goto(f"{live_server.url}/board/")
        board.get_by_role("link", name="promise 4", exact=True).focus()
        keep(actor=workplace.ana, reference=many[4].reference, now=clock.now())
        refresh(board)
        expect(board.get_by_role("link", name="promise 5", exact=True)).to_be_focused()

    def test_waits_while_nobody_looks_and_while_somebody_types(
        self, board: Page, live_server: LiveServer, many: list[Commitment]
    ) -> None:
        board.goto(f"{live_server.url}/board/")
        asked: list[str] = []
        board.on("request", lambda request: asked.append(request.url) if "/board/" in request.url else None)
        ask = "document.getElementById('board').dispatchEvent(new Event('seen'))"
        board.evaluate("Object.defineProperty(document, 'hidden', { configurable: true, get: () => true })")
        board.evaluate(ask)
        board.evaluate("delete document.hidden")
        board.evaluate("document.querySelector('[name=kind]').dispatchEvent(new Event('input', { bubbles: true }))")
        board.evaluate(ask)
        assert asked == []

    def test_leaves_folded_what_was_folded(
        self, board: Page, live_server: LiveServer, workplace: Workplace, many: list[Commitment]
    ) -> None:
        late(workplace, hours=1)
        board.goto(f"{live_server.url}/board/")
        people = board.locator("#people")
        people.locator("summary").click()
        refresh(board)
        expect(people).not_to_have_attribute("open", "")
        board.reload()
        expect(people).not_to_have_attribute("open", "")
        people.locator("summary").click()
        board.reload()
        expect(people).to_have_attribute("open", "")

    def test_says_that_kept_cannot_be_reached_and_tries_on(
        self, board: Page, live_server: LiveServer, many: list[Commitment]
    ) -> None:
        board.goto(f"{live_server.url}/board/")
        stale = board.get_by_text("Kept cannot be reached; it is tried again")
        board.route("**/board/**", lambda route: route.fulfill(status=204))
        expect(stale).to_be_hidden()
        board.evaluate("""document.getElementById('board').dispatchEvent(
            new CustomEvent('htmx:sendError', { bubbles: true, detail: { elt: document.getElementById('board') } }))""")
        expect(stale).to_be_visible()
        board.unroute("**/board/**")
        refresh(board)
        expect(stale).to_be_hidden()


class TestNarrowing:
    def test_by_number_filter_and_search_and_goes_back_step_by_step(
        self, board: Page, live_server: LiveServer, workplace: Workplace, many: list[Commitment]
    ) -> None:
        late(workplace, hours=2, promise="late one", customer=factories.customer(name="Emily Carter"))
        board.goto(f"{live_server.url}/board/")
        rows = board.locator("#board tr[id]")
        expect(rows).to_have_count(31)
        board.locator(".tile", has_text="Overdue").click()
        expect(rows).to_have_count(1)
        board.get_by_label("State").select_option("")
        expect(rows).to_have_count(31)
        board.get_by_label("Find", exact=True).press_sequentially("emily", delay=20)
        expect(rows).to_have_count(1)
        expect(board).to_have_url(f"{live_server.url}/board/?q=emily")
        board.get_by_label("Kind").select_option("callback")
        expect(board.get_by_text("Nothing fits")).to_be_visible()
        expect(board).to_have_url(f"{live_server.url}/board/?kind=callback&q=emily")
        board.go_back()
        expect(board).to_have_url(f"{live_server.url}/board/?q=emily")
        expect(rows).to_have_count(1)
        expect(board.get_by_label("Kind")).to_have_value("")
        board.go_back()
        expect(board).to_have_url(f"{live_server.url}/board/")
        expect(rows).to_have_count(31)

    def test_by_an_hour_of_somebodys_and_back_to_all(
        self, board: Page, live_server: LiveServer, workplace: Workplace, many: list[Commitment]
    ) -> None:
        now = clock.now()
        due_at = now + timedelta(hours=3)
        factories.promise(owner=workplace.ana, now=now, promise="due in three hours", due_at=due_at)
        board.goto(f"{live_server.url}/board/")
        board.locator(".load td a").click()
        expect(board.locator("#board tr[id]")).to_have_count(1)
        expect(board.get_by_text("due in three hours")).to_be_visible()
        chip = board.locator(".chip")
        expect(chip).to_contain_text("due from")
        chip.click()
        expect(board.locator("#board tr[id]")).to_have_count(31)
        expect(board.get_by_label("Owner")).to_have_value(str(workplace.ana.pk))


class TestViews:
    def test_are_saved_found_renamed_and_deleted(
        self, board: Page, live_server: LiveServer, workplace: Workplace, many: list[Commitment]
    ) -> None:
        board.goto(f"{live_server.url}/board/")
        board.get_by_label("Kind").select_option("fix")
        board.get_by_role("link", name="Save this view").click()
        board.get_by_role("button", name="Save the view").click()
        expect(board.get_by_text("Give the view a name.")).to_be_visible()
        board.get_by_label("Name").fill("Repairs")
        board.get_by_role("button", name="Save the view").click()
        tab = board.get_by_role("navigation", name="Saved views").get_by_role("link", name="Repairs")
        expect(tab).to_have_attribute("aria-current", "page")
        board.get_by_role("link", name="All", exact=True).click()
        expect(tab).not_to_have_attribute("aria-current", "page")
        tab.click()
        expect(board).to_have_url(f"{live_server.url}/board/?kind=fix")
        board.goto(f"{live_server.url}/board/views/")
        board.get_by_text("Rename Repairs").click()
        board.get_by_label("New name of Repairs").fill("Everything broken")
        board.get_by_role("button", name="Rename").click()
        expect(board.get_by_text("It is called “Everything broken” now.")).to_be_visible()
        board.get_by_role("button", name="Delete Everything broken").click()
        expect(board.get_by_text("“Everything broken” is deleted.")).to_be_visible()
        assert not SavedView.objects.exists()


def test_is_downloaded_as_a_file(board: Page, live_server: LiveServer, many: list[Commitment], tmp_path: Path) -> None:
    board.goto(f"{live_server.url}/board/?q={many[3].reference}")
    with board.expect_download() as download:
        board.get_by_role("link", name="Download as CSV").click()
    assert download.value.suggested_filename.startswith("kept-board-20")
    download.value.save_as(tmp_path / "board.csv")
    with (tmp_path / "board.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["promise"] for row in csv.DictReader(file)] == ["promise 3"]


@pytest.fixture
def without_scripts(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    yield context
    context.close()


def test_is_narrowed_without_scripts(
    without_scripts: BrowserContext, live_server: LiveServer, sign_in: SignIn, many: list[Commitment]
) -> None:
    page = without_scripts.new_page()
    sign_in(page, "sofia")
    page.goto(f"{live_server.url}/board/")
    page.get_by_label("Find", exact=True).fill(many[7].reference)
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator("#board tr[id]")).to_have_count(1)


@pytest.mark.parametrize(("size", "colours"), SIZES_AND_COLOURS)
def test_passes_every_rule_and_fits(
    browser: Browser,
    live_server: LiveServer,
    workplace: Workplace,
    promises: list[Any],
    sign_in: SignIn,
    size: tuple[int, int],
    colours: Any,
) -> None:
    context = open_window(browser, size, colours)
    page = context.new_page()
    sign_in(page, "sofia")
    now = clock.now()
    ben = factories.agent(team=workplace.team, first_name="Ben", last_name="Okafor")
    late(workplace, hours=3, customer=factories.customer(email=""), contact_route="phone", case_ref="C" * 100)
    offer_handoff(actor=workplace.ana, reference=promises[1].reference, to=ben, story="", now=now)
    note_absence(
        actor=workplace.sofia, user=ben, from_at=now, until_at=now + timedelta(hours=4), cover=workplace.ana, now=now
    )
    SavedView.objects.create(team=workplace.team, name="م" * 60, query="kind=fix", made_by=workplace.sofia, made_at=now)
    faults: dict[str, list[str]] = {}
    for address in (
        "/board/?people=all",
        "/board/?q=nobody&state=nonsense",
        f"/board/?customer={promises[3].customer_id}&due_from=2026-01-01T00:00Z&kind=fix",
        "/board/views/?kind=fix&state=overdue",
        "/board/views/",
    ):
        page.goto(live_server.url + address)
        page.wait_for_load_state("networkidle")
        faults[address] = look_at(page)
    context.close()
    assert {address: found for address, found in faults.items() if found} == {}

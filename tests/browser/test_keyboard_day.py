"""A whole day's work by keyboard alone: an agent's, and a supervisor's."""

import re
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from commitments import clock
from commitments.domain.timeline import PEOPLES_ACTS
from commitments.models import Absence, Commitment, CommitmentEvent, Handoff, SavedView
from commitments.services.handoff import offer_handoff
from commitments.services.replies import customer_message
from commitments.web.times import local
from tests import factories
from tests.browser.conftest import PASSWORD, Workplace, stand_still
from tests.browser.hands import PATIENCE, Hands

pytestmark = pytest.mark.browser


def at_last(is_so: Callable[[], bool], wanted: str) -> None:
    """Wait for what the server does."""
    until = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < until, wanted
        time.sleep(0.05)


def acts_on(promise: Commitment) -> Counter[str]:
    """Count what people have done to a promise, by the kind of act."""
    return Counter(
        kind
        for kind in CommitmentEvent.objects.filter(commitment=promise.pk).values_list("kind", flat=True)
        if kind in PEOPLES_ACTS
    )


class Day:
    """Somebody's day at the keyboard, and what is stored of it."""

    def __init__(self, page: Page, server: LiveServer) -> None:
        self.page, self.hands, self.url = page, Hands(page), server.url
        self.known: dict[int, Counter[str]] = {}
        page.clock.install()

    def begins(self, username: str) -> None:
        """Sign in."""
        self.page.goto(f"{self.url}/sign-in/")
        self.hands.is_at("User name")
        self.hands.type(username)
        self.hands.tab_to("Password", most=1)
        self.hands.type(PASSWORD)
        self.hands.press("Enter")
        self.page.wait_for_url(f"{self.url}/")

    def to_content(self) -> None:
        """Skip what is on top of every page."""
        self.hands.tab_to("Skip to the content", most=1)
        self.hands.press("Enter")

    def knows(self, *promises: Commitment) -> None:
        """Note what stands on the record now, before anything is pressed."""
        self.known |= {promise.pk: acts_on(promise) for promise in promises}

    def gains(self, promise: Commitment, kind: str) -> None:
        """Expect one more act of a kind on a promise than was known, and no other."""
        before = self.known[promise.pk]
        at_last(lambda: acts_on(promise) != before, f"{kind} is not stored")
        self.known[promise.pk] = acts_on(promise)
        assert self.known[promise.pk] - before == Counter([kind])

    def stores(self, promise: Commitment, kind: str) -> None:
        """Expect that an act waits and that nothing is stored, let the five seconds pass, and expect the act."""
        expect(self.page.locator(".held-act")).to_have_count(1)
        assert acts_on(promise) == self.known[promise.pk]
        self.page.clock.run_for(6000)
        self.gains(promise, kind)
        expect(self.page.locator(".held-act")).to_have_attribute("data-state", "done")
        self.page.clock.run_for(9000)
        expect(self.page.locator(".held-act")).to_have_count(0)


@pytest.fixture
def day(page: Page, live_server: LiveServer) -> Day:
    return Day(page, live_server)


@pytest.fixture
def ben(workplace: Workplace) -> Any:
    return factories.agent(team=workplace.team, username="ben", first_name="Ben", last_name="Tal")


def row_of(promise: Commitment) -> str:
    return f"row-{promise.reference}"


def test_an_agent_logs_promises_by_keyboard(day: Day, workplace: Workplace, promises: list[Any]) -> None:
    page, hands = day.page, day.hands
    known = {promise.pk for promise in promises}
    day.begins("ana")
    hands.is_at("Log a promise")
    hands.type("call Maria Lopez tomorrow 3pm about the refund")
    hands.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Logged for Maria Lopez")
    first = Commitment.objects.exclude(pk__in=known).get()
    assert acts_on(first) == Counter(["made"])
    assert f"{local(first.due_at, zone='Europe/Lisbon'):%H:%M}" == "15:00"

    hands.is_at("Log a promise")
    hands.type("call Emily Carter tomorrow 3 about the invoice")
    expect(page.locator("input[name='line-shown']")).to_have_value(re.compile("about the invoice"))
    hands.press("ArrowDown")
    asked = hands.sees(lambda found: found["id"] == "line-pick-1", "the first time to choose from")
    if "15:00" not in asked["name"]:
        hands.press("ArrowDown")
    hands.sees(lambda found: "15:00" in found["name"], "the afternoon")
    hands.press("Enter")
    hands.is_at("Log a promise")
    expect(page.locator("#line-read")).to_contain_text("15:00 (Lisbon)")
    assert Commitment.objects.count() == len(known) + 1
    hands.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Logged for Emily Carter")
    second = Commitment.objects.exclude(pk__in={*known, first.pk}).get()
    assert acts_on(second) == Counter(["made"])
    assert second.customer == promises[1].customer


def test_an_agent_answers_the_desk_by_keyboard(day: Day, workplace: Workplace, promises: list[Any], ben: Any) -> None:
    page, hands = day.page, day.hands
    soon, later, far = promises[:3]
    customer_message(actor=workplace.ana, reference=later.reference, channel="email", words="Ok!", now=clock.now())
    day.begins("ana")
    stand_still(page)
    day.knows(soon, later, far)
    hands.tab_to_rows()

    hands.to_row(row_of(later))
    hands.press("t")
    day.stores(later, "thanked")
    hands.is_in_row(row_of(later))
    row = page.locator(f"#{row_of(later)}")
    hands.press("c")
    day.stores(later, "call_started")
    expect(row).to_contain_text("You are on the line")
    hands.is_in_row(row_of(later))
    hands.press("c")
    day.stores(later, "call_ended")
    expect(row).not_to_contain_text("You are on the line")
    hands.is_in_row(row_of(later))
    hands.press("n")
    day.stores(later, "word_given")

    hands.to_row(row_of(later))
    hands.press("a")
    hands.is_at("When will you try again?")
    hands.type_time(local(clock.now() + timedelta(hours=2), zone="Europe/Lisbon"))
    hands.tab_to("Record the attempt")
    hands.press("Enter")
    day.stores(later, "attempted")
    hands.is_in_row(row_of(later))

    hands.press("u")
    hands.is_at("In your words")
    hands.type("The courier has the part.")
    hands.tab_to("Give word", most=15)
    hands.press("Enter")
    day.stores(later, "word_given")
    hands.is_in_row(row_of(later))

    hands.press("m")
    hands.is_at("New date")
    hands.type_time(local(clock.now() + timedelta(hours=50), zone="Europe/Lisbon"))
    hands.tab_to("What happened?")
    hands.type("The courier lost it.")
    hands.tab_to("What happens next?", most=1)
    hands.type("Another one is on its way.")
    hands.tab_to("Move the date")
    hands.press("Enter")
    hands.is_at("What can the customer choose or do?")
    hands.type("Collect it in the shop.")
    hands.tab_to("Move the date")
    hands.press("Enter")
    day.stores(later, "renegotiated")
    hands.is_in_row(row_of(later))

    hands.press("h")
    hands.is_at("To whom?")
    hands.type("Ben")
    hands.tab_to("Ask them")
    hands.press("Enter")
    day.stores(later, "handoff_offered")
    assert Handoff.objects.get(commitment=later.pk).to_user == ben

    # What is undone was never stored.
    hands.sees(lambda found: bool(found["row"]), "a row")
    hands.to_row(row_of(far))
    for undo in ("z", "Control+z", "Undo"):
        hands.press("k")
        expect(page.locator(".held-act")).to_have_count(1)
        if undo == "Undo":
            hands.tab_to("Undo", most=30)
            hands.press("Enter")
        else:
            hands.press(undo)
        expect(page.locator(".held-act")).to_have_count(0)
        hands.is_in_row(row_of(far))
        page.clock.run_for(7000)
    assert acts_on(far) == day.known[far.pk]

    hands.to_row(row_of(soon))
    hands.press("k")
    day.stores(soon, "kept")
    hands.sees(lambda found: found["row"] not in {"", row_of(soon)}, "the row after the one that is kept")


def test_an_agent_goes_from_page_to_page_by_keyboard(
    day: Day, workplace: Workplace, promises: list[Any], ben: Any
) -> None:
    page, hands = day.page, day.hands
    later, now = promises[1], clock.now()
    late = factories.promise(owner=workplace.ana, now=now - timedelta(hours=3), due_at=now - timedelta(hours=1))
    asked = factories.promise(owner=ben, now=now - timedelta(minutes=5), due_at=now + timedelta(hours=6))
    offer_handoff(actor=ben, reference=asked.reference, to=workplace.ana, story="Call at noon.", now=now)
    day.begins("ana")
    day.knows(later, late, asked)
    hands.tab_to_rows()
    here = hands.focus()["row"]
    hands.press("?")
    hands.is_at("Close")
    hands.press("Escape")
    hands.is_in_row(here)

    # A promise that somebody asks one to take over.
    hands.to_row(f"asked-{asked.reference}")
    hands.tab_to("Told them", most=6, row=asked.reference)
    hands.press("Enter")
    day.gains(asked, "handoff_accepted")
    asked.refresh_from_db()
    assert asked.owner == workplace.ana
    expect(page.locator(f"#{row_of(asked)}")).to_be_visible()

    # The search, a promise's page, word from there, and its customer's page.
    hands.is_at("Log a promise")
    hands.press("Tab", "/")
    hands.is_at("Find a customer or a promise")
    hands.type(later.reference)
    hands.press("Enter")
    page.wait_for_url(f"**/promises/{later.reference}/")
    day.to_content()
    hands.tab_to("In your words")
    hands.type("The courier has the part.")
    hands.tab_to("Give word", most=15)
    stand_still(page)
    hands.press("Enter")
    hands.is_at("Undo")
    day.stores(later, "word_given")
    page.clock.resume()
    expect(page.locator(".story").first).to_contain_text("The courier has the part.")
    hands.tab_to("Emily Carter", most=2)
    hands.press("Enter")
    page.wait_for_url(f"**/customers/{later.customer_id}/")

    # The shift's end, from the Desk.
    hands.tab_to("Skip to the content", most=1)
    hands.tab_to("Desk", most=3)
    hands.press("Enter")
    page.wait_for_url(f"{day.url}/")
    hands.is_at("Log a promise")
    hands.tab_to("Shift’s end")
    hands.press("Enter")
    page.wait_for_url("**/shift/")
    day.to_content()
    hands.tab_to(f"Hand {late.reference} on to Ben Tal")
    hands.press("Enter")
    day.gains(late, "handoff_offered")
    expect(page.locator("#messages")).to_contain_text("Ben Tal")

    # Away today, with somebody who stands in.
    page.goto(day.url)
    hands.is_at("Log a promise")
    hands.tab_to("Away today", most=25)
    hands.press("Enter")
    hands.tab_to("Until", most=10)
    hands.type_time(local(clock.now() + timedelta(hours=8), zone="Europe/Lisbon"))
    hands.tab_to("Who stands in")
    hands.type("Ben")
    hands.tab_to("Note it")
    hands.press("Enter")
    at_last(Absence.objects.exists, "the absence is not stored")
    assert Absence.objects.get().cover == ben


def test_a_supervisor_works_the_board_by_keyboard(
    day: Day, workplace: Workplace, promises: list[Any], ben: Any
) -> None:
    page, hands = day.page, day.hands
    day.begins("sofia")
    day.knows(*promises)
    hands.is_at("Log a promise")
    hands.tab_to("Board", most=8, key="Shift+Tab")
    hands.press("Enter")
    page.wait_for_url("**/board/")
    rows = page.locator("#board tr[id^=row-]")
    expect(rows).to_have_count(4)

    # Narrowed by a search and a choice, and kept under a name.
    day.to_content()
    hands.tab_to("Find", most=1)
    hands.type("emily")
    expect(rows).to_have_count(1)
    hands.press("Control+a", "Delete")
    expect(rows).to_have_count(4)
    hands.tab_to("Kind", most=3)
    hands.type("Fix")
    expect(page).to_have_url(f"{day.url}/board/?kind=fix")
    hands.tab_to("Save this view", most=8)
    hands.press("Enter")
    page.wait_for_url("**/board/views/**")
    day.to_content()
    hands.tab_to("Name", most=2)
    hands.type("Repairs")
    hands.press("Enter")
    page.wait_for_url(f"{day.url}/board/?kind=fix")
    assert SavedView.objects.get().query == "kind=fix"

    # Rows by arrows, chosen by x, and word given to those, after a look at what is mailed.
    hands.tab()
    hands.tab_to("Skip to the promises", most=1)
    hands.press("Enter")
    hands.tab_to_rows(most=4)
    hands.to_row(row_of(promises[0]))
    hands.press("x", "ArrowDown", "x")
    expect(page.locator("[data-bulk-count]")).to_contain_text("2 chosen")
    chosen = page.locator("#board input[name=chosen]:checked")
    references = [str(value).split(".")[0] for value in chosen.evaluate_all("boxes => boxes.map(box => box.value)")]
    hands.press(".")
    hands.is_at("Reassign")
    hands.tab_to("Give word", most=2)
    hands.press("Enter")
    hands.sees(lambda found: found["id"] == "bulk-title", "the form")
    hands.tab_to("In your words")
    hands.type("The courier has {promise}.")
    hands.tab_to("See who is mailed what", most=4)
    hands.press("Enter")
    hands.is_at("Who is mailed what")
    expect(page.locator("#bulk-dialog")).to_contain_text("2 mails go to 2 addresses")
    assert all(acts_on(promise) == day.known[promise.pk] for promise in promises)
    hands.tab_to("Give word about 2 promises")
    hands.press("Enter")
    expect(page.get_by_text("All 2 are done.")).to_be_visible()
    for promise in promises:
        if promise.reference in references:
            day.gains(promise, "word_given")
        assert acts_on(promise) == day.known[promise.pk]
    hands.tab_to("Back to the Board", most=6)
    hands.press("Enter")
    expect(page.locator("#bulk-dialog")).to_be_hidden()

    # One of them is given to somebody else on its own page.
    hands.sees(lambda found: bool(found["row"]), "a row of the Board")
    hands.to_row(row_of(promises[1]))
    hands.press("Enter")
    page.wait_for_url(f"**/promises/{promises[1].reference}/")
    day.to_content()
    hands.tab_to("More", most=30)
    hands.press("Enter")
    hands.tab_to("Give it to somebody at once", most=20)
    hands.press("Enter")
    hands.tab_to("To whom?", most=2)
    hands.type("Ben")
    hands.tab_to("Give it to them", most=15)
    hands.press("Enter")
    day.gains(promises[1], "reassigned")
    promises[1].refresh_from_db()
    assert promises[1].owner == ben


def test_the_keyboard_comes_to_everything_in_sight_and_is_held_nowhere(
    day: Day, workplace: Workplace, promises: list[Any]
) -> None:
    page, hands = day.page, day.hands
    promise = promises[0]
    day.begins("sofia")
    faults: dict[str, list[str]] = {}
    for address, names in {
        "/": ["Log a promise", "Away today"],
        "/board/": ["Find", "Views", "Download as CSV"],
        f"/promises/{promise.reference}/": ["In your words", "It is kept", "More"],
        f"/customers/{promise.customer_id}/": ["Take down a letter", "Change"],
        "/search/?q=call": ["Skip to the content"],
        "/shift/": ["Skip to the content"],
        "/policies/": ["Skip to the content"],
    }.items():
        page.goto(day.url + address)
        page.wait_for_load_state("networkidle")
        passed, wrong = hands.walks_around()
        missed = [name for name in names if not any(one.startswith(name) for one in passed)]
        faults[address] = [*wrong, *(f"Tab does not come to {name}" for name in missed)]
    assert {address: found for address, found in faults.items() if found} == {}

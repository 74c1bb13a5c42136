"""Every page that people of the house have, wide and narrow, light and dark."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from commitments import clock
from commitments.models import Commitment, Policy, SavedView, Team
from commitments.services.attempts import start_call
from commitments.services.handoff import offer_handoff
from commitments.services.letters import take_down_letter
from commitments.services.promising import keep
from commitments.services.replies import customer_message, dispute
from commitments.services.self_tests import start_self_test
from notifications.domain.kinds import Suppressed
from notifications.models import MailboxMessage, Notification
from notifications.services.sending import dispatch
from notifications.services.suppression import suppress
from tests import factories
from tests.browser.conftest import PASSWORD, SignIn, Workplace, open_full_form
from tests.commitments.services.test_self_tests import leader
from tests.notifications.inbound.arriving import DOMAIN, arrive, reply_to, written
from tests.notifications.mailboxes import mailbox_is

pytestmark = pytest.mark.browser

WIDE, NARROW = (1280, 900), (390, 844)
NARROWEST = 320
SIZES_AND_COLOURS = [
    pytest.param(WIDE, "light", id="wide and light"),
    pytest.param(NARROW, "dark", id="narrow and dark"),
    pytest.param(WIDE, "dark", id="wide and dark", marks=pytest.mark.long),
    pytest.param(NARROW, "light", id="narrow and light", marks=pytest.mark.long),
]
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    # To write down all that is right takes Axe as long again.
    "resultTypes": ["violations"],
}


def look_at(page: Page) -> list[str]:
    """Give what is wrong with the page as it stands: rules broken, and what sticks out sideways."""
    found = [
        f"{fault['id']}: {fault['nodes'][0]['html']}" for fault in Axe().run(page, options=RULES).response["violations"]
    ]
    return [*found, *sticks_out(page)]


def sticks_out(page: Page) -> list[str]:
    """Say how much wider than the window the page is, if it is."""
    by = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"{by} px too wide"] if by > 0 else []


def look_closely(page: Page) -> list[str]:
    """Look at the page, where it is narrow on the narrowest of phones as well."""
    found, size = look_at(page), page.viewport_size
    if size is None or size["width"] != NARROW[0]:
        return found
    page.set_viewport_size({"width": NARROWEST, "height": size["height"]})
    found += [f"at {NARROWEST}: {fault}" for fault in sticks_out(page)]
    page.set_viewport_size(size)
    return found


def open_window(browser: Browser, size: tuple[int, int], colours: Any) -> BrowserContext:
    """Open a window for looking: Axe is a script of the test's own; the policy is looked at by the other tests."""
    return browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=colours, bypass_csp=True, reduced_motion="reduce"
    )


def look_over(page: Page, addresses: list[str], server: LiveServer) -> dict[str, list[str]]:
    """Give what is wrong with each of the pages."""
    faults: dict[str, list[str]] = {}
    for address in addresses:
        page.goto(server.url + address)
        page.wait_for_load_state("networkidle")
        faults[address] = look_closely(page)
    return faults


def wrong(faults: dict[str, list[str]]) -> dict[str, list[str]]:
    """Leave out what nothing is wrong with."""
    return {address: found for address, found in faults.items() if found}


def named_at_length(workplace: Workplace) -> None:
    """Give the team and its people names that no line of a phone holds."""
    Team.objects.update(name="Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft")
    type(workplace.ana).objects.filter(pk=workplace.ana.pk).update(last_name="x" * 140)


def something_is_wrong(waiting: Commitment, kept: Commitment) -> None:
    """Let one customer wait while somebody calls them, and another say that what was kept is not solved."""
    asks: dict[str, Any] = {"actor": waiting.owner, "reference": waiting.reference}
    customer_message(**asks, channel="email", words="Where is it?", now=clock.now())
    start_call(**asks, now=clock.now())
    disputes: dict[str, Any] = {"actor": kept.owner, "reference": kept.reference}
    keep(**disputes, now=clock.now())
    dispute(**disputes, channel="phone", words="It still does not work.", now=clock.now())


@pytest.mark.parametrize(("size", "colours"), SIZES_AND_COLOURS)
def test_pass_every_rule_and_fit(
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
    page.goto(f"{live_server.url}/sign-in/")
    faults = {"sign in": look_closely(page)}
    sign_in(page, "sofia")
    asked = promises[0]
    offer_handoff(
        actor=workplace.ana, reference=asked.reference, to=workplace.sofia, story="Call at noon.", now=clock.now()
    )
    named_at_length(workplace)
    waiting, long_one, kept = promises[1], promises[2], promises[3]
    something_is_wrong(waiting, kept)
    for sort in ("complaint", "compliment"):
        take_down_letter(
            actor=workplace.ana, customer=long_one.customer, sort=sort, words="z" * 600, about=long_one, now=clock.now()
        )
    addresses = [
        "/",
        "/status",
        f"/promises/{promises[0].reference}/?keep=1",
        f"/promises/{long_one.reference}/",
        f"/promises/{asked.reference}/?handoff=1&reassign=1&decline=1",
        f"/promises/{waiting.reference}/?word=will_miss&attempt=1&withdraw=1",
        f"/promises/{long_one.reference}/?word=question&keep=1&date=1&handoff=1&correct=1&void=1&watch=1&cadence=1"
        "&route=1&contact=1&message=1&attempt=1&withdraw=1&acknowledge=1",
        f"/promises/{kept.reference}/?reopen=1&dispute=1",
        f"/promises/{long_one.reference}/customer-page/",
        f"/promises/{long_one.reference}/mails/",
        "/shift/",
        "/away/",
        f"/customers/{promises[3].customer_id}/?change=1",
        f"/customers/{long_one.customer_id}/?letter=1",
        "/search/",
        "/search/?q=a",
        "/search/?q=nobody",
        "/nowhere/",
    ]
    faults |= look_over(page, addresses, live_server)
    page.goto(live_server.url)
    page.get_by_role("button", name="Keys").click()
    faults["keys"] = look_closely(page)
    page.keyboard.press("Escape")
    open_full_form(page)
    page.get_by_label("Customer", exact=True).fill("mar")
    page.get_by_text("None of these").wait_for()
    page.get_by_role("button", name="Log the promise").click()
    page.locator("#id_who_error").wait_for()
    faults["refused"] = look_closely(page)
    context.close()
    assert wrong(faults) == {}


SHIFTS = """
    window.shifted = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => { window.shifted += entry.value; }))
        .observe({ type: "layout-shift", buffered: true });
"""
A_LETTERS_WIDTH = 0.01
"""Of the score for what moves: a font that comes late may change how wide a word is; 0.1 is what people notice."""


@pytest.mark.parametrize("size", [pytest.param(WIDE, id="wide"), pytest.param(NARROW, id="narrow")])
def test_stay_where_they_are_when_their_scripts_begin(
    page: Page,
    live_server: LiveServer,
    workplace: Workplace,
    promises: list[Any],
    sign_in: SignIn,
    size: tuple[int, int],
) -> None:
    Team.objects.update(is_shadow=True)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.add_init_script(SHIFTS)
    sign_in(page, "sofia")
    for address in ("/", "/board/", f"/promises/{promises[0].reference}/", f"/customers/{promises[0].customer_id}/"):
        page.goto(live_server.url + address)
        expect(page.get_by_text("Shadow mode", exact=True)).to_be_visible()
        expect(page.get_by_role("button", name="Keys")).to_be_visible()
        page.wait_for_load_state("networkidle")
        assert page.evaluate("window.shifted") < A_LETTERS_WIDTH, address


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[None]:
    """Have mail stay in the database, with the pages to read it."""
    settings.EMAIL_BACKEND = "notifications.mailbox.DatabaseMailbox"
    with mailbox_is(True, settings=settings):
        yield


@pytest.mark.parametrize(("size", "colours"), SIZES_AND_COLOURS)
def test_of_those_who_look_after_others_pass_every_rule_and_fit(
    browser: Browser,
    live_server: LiveServer,
    workplace: Workplace,
    mailbox: None,
    promises: list[Any],
    sign_in: SignIn,
    settings: Settings,
    size: tuple[int, int],
    colours: Any,
) -> None:
    now = clock.now()
    named_at_length(workplace)
    lena = leader(username="lena")
    lena.set_password(PASSWORD)
    lena.save()
    start_self_test(actor=lena, name="Carla Nunes", email="carla@example.org", note="Do they call?", now=now)
    settings.INBOUND_DOMAIN = DOMAIN
    (arrived,) = arrive(written(to=reply_to(promises[1]), text="Where is it? " * 40))
    arrive(written(sender="مريم <maryam@example.net>", to=f"x@{DOMAIN}", subject="y" * 200, in_reply_to=""))
    older = Policy.objects.current().get(team=workplace.team, kind="fix")
    factories.policy(team=workplace.team, cadence="4bh")
    suppress(address=f"{'x' * 60}@example.org", reason=Suppressed.BOUNCED, detail="550 No such user", now=now)
    SavedView.objects.create(team=workplace.team, name="م" * 60, query="kind=fix", made_by=workplace.sofia, made_at=now)
    dispatch(now_source=clock.now)
    message = MailboxMessage.objects.order_by("-pk")[0]
    mail = Notification.objects.filter(state="sent", commitment=promises[0]).latest("sent_at")
    keep(actor=workplace.ana, reference=promises[3].reference, now=now + timedelta(seconds=1))
    chosen = "&".join(f"chosen={promise.reference}.{promise.version}" for promise in promises)
    context = open_window(browser, size, colours)
    page = context.new_page()
    sign_in(page, "lena")
    addresses = [
        "/",
        "/board/",
        "/board/?q=nobody",
        "/board/?kind=fix",
        "/board/views/?state=overdue",
        *(f"/board/bulk/?act={act}&{chosen}" for act in ("reassign", "acknowledge", "word", "date")),
        "/board/bulk/?act=word",
        "/self-test/",
        "/policies/",
        f"/policies/{older.pk}/",
        "/inbound/",
        f"/inbound/{arrived.pk}/",
        "/suppressions/",
        "/mailbox/",
        "/mailbox/?q=nobody",
        f"/mailbox/{message.pk}/",
        f"/promises/{promises[0].reference}/mails/{mail.pk}/",
        f"/promises/{promises[0].reference}/preview/next/",
        f"/customers/{promises[0].customer_id}/merge/",
    ]
    faults = look_over(page, addresses, live_server)
    page.goto(f"{live_server.url}/board/")
    page.get_by_role("button", name="Keys").click()
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    faults["keys of the Board"] = look_closely(page)
    # Elsewhere: a field that lies half under the menu would count as a small target.
    page.goto(f"{live_server.url}/status")
    page.get_by_label("You:").click()
    faults["menu"] = look_closely(page)
    context.close()
    assert wrong(faults) == {}

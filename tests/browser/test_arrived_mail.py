"""Arrived mail in a browser: the lists and one mail, wide and narrow, light and dark; and putting one on a promise."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from commitments import clock
from commitments.services.promising import keep
from notifications.models import InboundMail
from tests.browser.conftest import SignIn, Workplace
from tests.browser.test_looks import SIZES_AND_COLOURS, look_at
from tests.notifications.inbound.arriving import DOMAIN, arrive, reply_to, written
from tests.notifications.inbound.machines import MACHINES

pytestmark = pytest.mark.browser


@pytest.fixture
def arrived(settings: Settings, workplace: Workplace, promises: list[Any]) -> InboundMail:
    """Have mail arrive: about an ended promise, with files; from strangers; from machines."""
    settings.INBOUND_DOMAIN = DOMAIN
    kept = promises[0]
    keep(actor=kept.owner, reference=kept.reference, now=clock.now())
    mail = written(
        to=reply_to(kept),
        subject="Re: We called you back",
        text="It went dark again an hour ago.\n\nOn Wed, 18 Nov 2026 at 10:20, Ana <a@kept.example> wrote:\n> Kept.",
    )
    mail.add_alternative("<p>It went dark again <b>an hour ago</b>.</p>", subtype="html")
    mail.add_attachment(b"\x89PNG" * 400, maintype="image", subtype="png", filename="router.png")
    mail.add_attachment(b"x" * 10_000_001, maintype="video", subtype="mp4", filename="film.mp4")
    (row,) = arrive(mail)
    arrive(written(sender="مريم <maryam@example.net>", to=f"x@{DOMAIN}", subject="y" * 200, in_reply_to=""))
    for name in ("gmail_vacation", "postfix"):
        arrive(MACHINES[name].replace("{to}", reply_to(promises[1])).encode())
    return row


@pytest.mark.parametrize(("size", "colours"), SIZES_AND_COLOURS)
def test_pass_every_rule_and_fit(
    browser: Browser,
    live_server: LiveServer,
    workplace: Workplace,
    arrived: InboundMail,
    sign_in: SignIn,
    size: tuple[int, int],
    colours: Any,
) -> None:
    page = browser.new_page(viewport={"width": size[0], "height": size[1]}, color_scheme=colours)
    sign_in(page, "sofia")
    for path in ("inbound/", "inbound/?list=machines", "inbound/?list=done", f"inbound/{arrived.pk}/"):
        page.goto(f"{live_server.url}/{path}")
        page.wait_for_load_state("networkidle")
        assert look_at(page) == []


def test_are_put_on_their_promise(
    page: Page, live_server: LiveServer, workplace: Workplace, arrived: InboundMail, sign_in: SignIn
) -> None:
    sign_in(page, "ana")
    page.get_by_role("link", name="see arrived mail").click()
    page.get_by_role("link", name="Re: We called you back").click()
    expect(page.get_by_text("It went dark again an hour ago.").first).to_be_visible()
    page.get_by_label("says that what we kept is not solved").check()
    page.get_by_role("button", name="Put it there").click()
    expect(page.get_by_text("It stands on the timeline now.")).to_be_visible()
    expect(page.locator(".timeline-part").get_by_text("It went dark again an hour ago.")).to_be_visible()

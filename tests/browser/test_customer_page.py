"""The customer's page in a real browser: no account, no scripts needed, and nothing happens by looking."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from commitments import clock
from commitments.domain.tokens import Purpose
from commitments.models import Commitment, CustomerLink
from commitments.services.links import issue
from commitments.services.promising import keep
from notifications.models import Notification
from notifications.services.sending import dispatch
from tests import factories
from tests.browser.conftest import Workplace
from tests.browser.test_looks import look_at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TIMES = 5
ADDRESS = re.compile(r"""https?://[^\s<>"')]+""")


@pytest.fixture
def promised(workplace: Workplace, live_server: LiveServer, settings: Any) -> Commitment:
    """Make a promise an hour ago, whose mails name the server that runs."""
    settings.SITE_URL = live_server.url
    now = clock.now() - timedelta(hours=1)
    customer = factories.customer(name="Maria Lopez", created_at=now)
    return factories.promise(owner=workplace.ana, customer=customer, now=now, due_at=now + timedelta(days=2))


def link_of(made: Commitment) -> CustomerLink:
    """Give the customer's link."""
    pair = made.pk, made.customer_id
    return issue(pairs={pair}, now=clock.now())[pair]


def stored() -> dict[str, list[Any]]:
    """Read every row of every table."""
    models: list[type[Model]] = list(apps.get_models())
    return {model._meta.label: list(model._base_manager.order_by("pk").values_list()) for model in models}


def links_on(page: Page) -> set[str]:
    """Give where a page leads: what it links to, what it loads, and where its forms go."""
    found = page.evaluate(
        "[...document.querySelectorAll('[href], [src], form')].map(e => e.href?.baseVal ?? e.href ?? e.src ?? e.action)"
    )
    return {address for address in found if address}


def test_no_link_of_a_mail_or_of_the_page_changes_anything_by_being_fetched(
    page: Page, live_server: LiveServer, promised: Commitment
) -> None:
    dispatch(now_source=clock.now)
    mail = Notification.objects.get(kind="promised", state="sent")
    link = link_of(promised)
    kept = factories.promise(
        owner=promised.owner, customer=promised.customer, now=promised.made_at, due_at=promised.due_at
    )
    keep(actor=kept.owner, reference=kept.reference, now=clock.now())
    starts = {
        *ADDRESS.findall(mail.text + mail.html),
        link.page_url,
        link_of(kept).page_url,
        f"{live_server.url}/unsubscribe/{link.token(Purpose.UNSUBSCRIBE)}/",
    }
    addresses = set(starts)
    for address in starts:
        if address.startswith(live_server.url):
            page.goto(address)
            addresses |= links_on(page)
    mine = sorted(address for address in addresses if address.startswith(live_server.url))
    assert len([address for address in mine if "/p/" in address]) >= 8
    before = stored()
    for address in mine:
        for _ in range(TIMES):
            if address.endswith(".ics"):
                page.request.get(address)
            else:
                page.goto(address, wait_until="load")
            page.request.head(address)
    assert stored() == before


def test_answers_and_takes_it_back_without_scripts(browser: Browser, promised: Commitment) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(link_of(promised).page_url)
    page.get_by_text("Please call me").click()
    page.get_by_label("When do we reach you best").fill("After six")
    page.get_by_role("button", name="Send this answer").click()
    expect(page.get_by_text("You asked us to call you.")).to_be_visible()
    promised.refresh_from_db()
    assert promised.customer_waiting_since is not None
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("You asked us to call you.")).not_to_be_visible()
    promised.refresh_from_db()
    assert promised.customer_waiting_since is None
    assert context.cookies() == []
    context.close()


@pytest.mark.parametrize(("width", "colours"), [(390, "dark"), (320, "light"), (1280, "light")])
def test_breaks_no_rule_and_fits(width: int, colours: Any, browser: Browser, promised: Commitment) -> None:
    promised.promise = "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz " * 2
    promised.customer.name = "عبد الرحمن بن عوف"
    promised.save()
    promised.customer.save()
    link = link_of(promised)
    context = browser.new_context(color_scheme=colours, viewport={"width": width, "height": 844})
    page = context.new_page()
    page.goto(link.page_url)
    for fold in page.locator("details").all():
        fold.evaluate("fold => { fold.open = true }")
    wrong = {link.page_url: look_at(page)}
    for address in (f"{link.page_url}not-for-me/", link.page_url.replace(link.number, "a" * 16)):
        page.goto(address)
        wrong[address] = look_at(page)
    context.close()
    assert [faults for faults in wrong.values() if faults] == []

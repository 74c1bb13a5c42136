"""Moving promises to a newer policy, in a browser, without scripts."""

from typing import Any

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from commitments.models import Commitment
from tests import factories
from tests.browser.conftest import SignIn, Workplace
from tests.browser.test_looks import NARROW, WIDE, look_at, open_window

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("size", "colours"), [(WIDE, "light"), (NARROW, "dark")])
def test_passes_every_rule_and_fits(
    browser: Browser,
    live_server: LiveServer,
    workplace: Workplace,
    promises: list[Any],
    sign_in: SignIn,
    size: tuple[int, int],
    colours: Any,
) -> None:
    factories.policy(team=workplace.team, cadence="4bh")
    context = open_window(browser, size, colours)
    page = context.new_page()
    sign_in(page, "sofia")
    page.goto(f"{live_server.url}/policies/")
    faults = look_at(page)
    page.get_by_role("link", name="Customer care").click()
    page.get_by_role("checkbox").first.wait_for()
    faults += look_at(page)
    page.get_by_role("button", name="Move the chosen ones").click()
    page.get_by_role("heading", name="Move 4 promises to version 2?").wait_for()
    faults += look_at(page)
    context.close()
    assert faults == []


def test_works_without_scripts(
    browser: Browser, live_server: LiveServer, workplace: Workplace, promises: list[Any], sign_in: SignIn
) -> None:
    factories.policy(team=workplace.team, cadence="4bh")
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, "sofia")
    page.goto(f"{live_server.url}/policies/")
    page.get_by_role("link", name="Customer care").click()
    page.get_by_role("checkbox").first.uncheck()
    page.get_by_role("button", name="Move the chosen ones").click()
    page.get_by_role("button", name="Move 3 promises").click()
    page.get_by_text("3 promises moved to version 2.").wait_for()
    context.close()
    assert Commitment.objects.filter(policy__version=2).count() == 3

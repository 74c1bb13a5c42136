"""An installation at which mail arrives, half an hour after the promise was made."""

import pytest
from pytest_django import Settings

from commitments import clock
from tests.notifications.inbound.arriving import DOMAIN, LATER


@pytest.fixture(autouse=True)
def _mail_arrives(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.INBOUND_DOMAIN = DOMAIN
    monkeypatch.setattr(clock, "now", lambda **_: LATER)

"""A team with an agent who is signed in, at a fixed time."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from commitments import clock
from commitments.models import Team
from tests import factories
from tests.factories import NOW


@pytest.fixture(autouse=True)
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the pages read a Wednesday morning."""
    monkeypatch.setattr(clock, "now", lambda **_: NOW)


@pytest.fixture
def team(db: None) -> Team:
    """Make the team that most tests are about."""
    return factories.team(name="Customer care")


@pytest.fixture
def ana(team: Team) -> Any:
    """Make an agent."""
    return factories.agent(team=team)


@pytest.fixture
def sofia(team: Team) -> Any:
    """Make the team's supervisor."""
    return factories.supervisor(team=team)


@pytest.fixture
def client(ana: Any) -> Client:
    """Sign the agent in."""
    client = Client()
    client.force_login(ana)
    return client


@pytest.fixture
def supervisors_client(sofia: Any) -> Client:
    """Sign the supervisor in."""
    client = Client()
    client.force_login(sofia)
    return client


@pytest.fixture
def now() -> datetime:
    """Give the time that the pages read."""
    return NOW

"""What every test gets: the database server before its database, the browser as we start it, Hypothesis' profiles."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db.backends.base.operations import BaseDatabaseOperations
from hypothesis import settings as hypothesis_settings

from tests.plugin import browser, environment, flushing
from tracker import rate_limits

# No deadline for one example: the machine may be busy with the worker of another test.
hypothesis_settings.register_profile("short", deadline=None, max_examples=100, print_blob=True)
hypothesis_settings.register_profile("long", deadline=None, max_examples=5_000, print_blob=True)
hypothesis_settings.load_profile("long" if os.environ.get("KEPT_TEST_LONG") else "short")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, database_server: None) -> None:
    """Have the server running before pytest-django makes its database there, and flushes that work."""
    BaseDatabaseOperations.execute_sql_flush = flushing.flush  # type: ignore[method-assign]


@pytest.fixture(scope="session", autouse=True)
def passwords_cost_nothing() -> Iterator[None]:
    """Hash a password by one round: as many as in production take a fifth of all the time of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PBKDF2PasswordHasher, "iterations", 1)
        yield


@pytest.fixture(autouse=True)
def nobody_is_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let tests, which all come from one address, ask as often as they need."""
    monkeypatch.setattr(rate_limits, "LIMITS", {})


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """Leave a test database where its server or folder is thrown away with it.

    A process that has just been killed may be connected for a moment longer, and PostgreSQL would refuse to drop it.
    """
    return environment.choice() in {"postgres", "sqlite"}


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the Chromium that was found, and keep it from talking to anybody but us."""
    return browser_type_launch_args | {"executable_path": browser.find(), "args": browser.ARGUMENTS}

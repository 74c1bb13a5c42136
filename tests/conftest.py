"""What every test gets: the database server before the test database, and the browser as we start it."""

from typing import Any

import pytest
from django.db.backends.base.operations import BaseDatabaseOperations

from tests.plugin import browser, flushing


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None, database_server: None) -> None:
    """Have the server running before pytest-django makes its database there, and flushes that work."""
    BaseDatabaseOperations.execute_sql_flush = flushing.flush  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the Chromium that was found, and keep it from talking to anybody but us."""
    return browser_type_launch_args | {"executable_path": browser.find(), "args": browser.ARGUMENTS}

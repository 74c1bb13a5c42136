"""What is asked of the outbox all the time is found by an index, on SQLite too: it grows with every mail."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from notifications.models import Notification
from notifications.services import claiming, tracking
from notifications.services.replaying import private_database

NOW = datetime(2026, 11, 18, 10, 20, tzinfo=UTC)


@pytest.fixture(scope="module")
def _installation(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Have an empty SQLite installation in the place of the tests' database."""
    with django_db_blocker.unblock(), private_database():
        yield


@pytest.mark.usefixtures("_installation")
@pytest.mark.parametrize(
    "asked",
    [
        pytest.param(lambda mails: mails.due(now=NOW), id="due"),
        pytest.param(lambda mails: mails.unfinished().order_by("allowed_from"), id="unfinished"),
        pytest.param(lambda mails: mails.unfinished().filter(claiming._may_be_woken()), id="may be woken"),
        pytest.param(lambda mails: mails.unfinished().filter(hold="catch_up"), id="held"),
        pytest.param(lambda mails: mails.to_gather(), id="to gather"),
        pytest.param(lambda mails: mails.filter(provider_id="a") | mails.filter(message_id="a"), id="came back"),
        pytest.param(lambda mails: tracking._on_its_way("maria@example.org"), id="on its way"),
    ],
)
def test_never_reads_the_whole_outbox(asked: Any) -> None:
    steps = asked(Notification.objects).explain().splitlines()
    assert [step for step in steps if "notifications_notification" in step and "INDEX" not in step] == []

"""Two workers at once, on a real PostgreSQL: each colleague gets one mail, with everything in it once."""

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from commitments.services.sweeping import sweep
from notifications.models import Notification
from notifications.services.sending import dispatch
from tests import factories
from tests.plugin.mail import MailServer

DUE_AT = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)
COLLEAGUES, PROMISES = 6, 5


@pytest.mark.postgres
@pytest.mark.usefixtures("transactional_db")
def test_two_workers_send_each_colleague_one_mail(smtp_server: MailServer) -> None:
    team = factories.team()
    addresses = [f"colleague{number}@kept.example" for number in range(COLLEAGUES)]
    for address in addresses:
        owner = factories.agent(team=team, email=address)
        for _ in range(PROMISES):
            factories.promise(owner=owner, due_at=DUE_AT, notify_customer=False)
    sweep(now=DUE_AT)
    start = threading.Barrier(2)

    def run() -> None:
        start.wait()
        try:
            for _ in range(3):
                dispatch(now_source=lambda: DUE_AT, batch=3)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    dispatch(now_source=lambda: DUE_AT)
    assert Counter(received.recipients[0] for received in smtp_server.messages) == dict.fromkeys(addresses, 1)
    about = Notification.objects.filter(kind="overdue")
    assert {(row.state, row.gathered_in is not None) for row in about} == {("sent", True)}
    assert about.count() == COLLEAGUES * PROMISES
    later = DUE_AT + timedelta(minutes=15)
    dispatch(now_source=lambda: later)
    assert len(smtp_server.messages) == COLLEAGUES

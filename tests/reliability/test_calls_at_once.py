"""Two people who start to call one customer at once, on a real PostgreSQL: one of them is told who is on the line."""

import threading

import pytest
from django.db import connection

from commitments.services.attempts import start_call
from commitments.services.refusals import Refused
from tests import factories

CALLERS = 4


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_only_one_is_on_the_line() -> None:
    promise = factories.promise()
    callers = [factories.agent(team=promise.team) for _ in range(CALLERS)]
    start = threading.Barrier(CALLERS)
    refusals: list[str] = []

    def call(user: object) -> None:
        start.wait()
        try:
            start_call(actor=user, reference=promise.reference, now=factories.NOW)
        except Refused as refused:
            refusals.append(refused.message)
        finally:
            connection.close()

    threads = [threading.Thread(target=call, args=[user]) for user in callers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refusals == ["Ana Ruiz is calling this customer now."] * (CALLERS - 1)
    promise.refresh_from_db()
    assert promise.events.filter(kind="call_started").count() == 1

"""A preview beside somebody who acts on the same promise, on a real PostgreSQL …"""

import threading

import pytest
from django.db import connection, transaction

from commitments.models import Commitment
from commitments.services.refusals import Refused
from notifications.services import preview as rooms
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def test_gives_up_soon_rather_than_wait_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "LOCKED_AT_MOST", "200ms")
    made = factories.promise()
    held, may_end = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Commitment.objects.select_for_update().get(pk=made.pk)
            held.set()
            may_end.wait(60)
        connection.close()

    other = threading.Thread(target=hold)
    other.start()
    held.wait(60)
    try:
        with pytest.raises(Refused, match="Somebody is changing this promise just now"):
            rooms.preview(lambda: factories.told(made, now=NOW), now=NOW)
    finally:
        may_end.set()
        other.join()


def test_leaves_later_transactions_their_patience() -> None:
    made = factories.promise()
    rooms.preview(lambda: factories.told(made, now=NOW), now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("0",)

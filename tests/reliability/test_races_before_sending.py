"""A mail falls due while somebody changes what it says, on a real PostgreSQL: whatever was so before it was looked at
for the last time is what it says, or it does not go."""

import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from commitments.domain.clocks import WordMeaning
from commitments.models import Commitment
from commitments.services.customers import change_customer
from commitments.services.dates import renegotiate
from commitments.services.promising import keep
from commitments.services.sweeping import sweep
from commitments.services.word import give_word
from notifications.domain.kinds import Suppressed
from notifications.models import Notification
from notifications.selectors.material import Material
from notifications.services import sending
from notifications.services.planning import plan
from notifications.services.suppression import suppress
from tests import factories
from tests.factories import NOW
from tests.plugin.mail import MailServer

# SQLite lets one writer in at a time, hence the mark.
pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

CLOSER = 0.7
"""By so much of what the two were apart the next act begins later, or earlier: on a fast machine and a slow one they
come to race for the same moment."""
JITTER = 0.01
"""Seconds by which chance, and who was first, move them."""
FAR = NOW + timedelta(days=5)


@dataclass
class Race:
    """One mail that is due, and what is done to it at the same time."""

    promise: Commitment
    mail: Notification
    then: datetime
    act: Callable[[], Any]
    goes_to: str = ""
    """Where the mail goes after the act; empty if it may not go any more."""


def _made(owner: Any, number: int, **fields: Any) -> Commitment:
    customer = factories.customer(email=f"maria{number}-{uuid.uuid4().hex[:6]}@example.org")
    values = {"due_at": FAR, "notify_customer": False}
    return factories.promise(owner=owner, team=owner.teams.get(), customer=customer, **(values | fields))


def _due(promise: Commitment, kind: str) -> Notification:
    plan(now=NOW)
    return Notification.objects.get(commitment=promise, kind=kind)


def _holding(owner: Any, number: int) -> tuple[Commitment, Notification, datetime]:
    promise = _made(owner, number)
    promise.refresh_from_db()
    assert promise.next_word_due_at is not None
    then = promise.next_word_due_at - timedelta(minutes=10)
    sweep(now=then)
    plan(now=then)
    return promise, Notification.objects.get(commitment=promise, kind="holding"), then


def _update(promise: Commitment, *, by_mail: bool, now: datetime) -> None:
    give_word(
        actor=promise.owner,
        reference=promise.reference,
        meaning=WordMeaning.NEWS,
        message="The courier has the parcel.",
        by_mail=by_mail,
        now=now,
    )


def _move(promise: Commitment, *, days: int, by_mail: bool) -> None:
    renegotiate(
        actor=promise.owner,
        reference=promise.reference,
        due_at=FAR + timedelta(days=days),
        what_happened="The depot flooded.",
        what_next="Another one comes.",
        choices="Collect it at the shop.",
        by_mail=by_mail,
        now=NOW,
    )


def closed(owner: Any, number: int) -> Race:
    """The promise is kept while its receipt is due."""
    promise = _made(owner, number, notify_customer=True)
    mail = _due(promise, "promised")
    return Race(promise, mail, NOW, lambda: keep(actor=owner, reference=promise.reference, now=NOW))


def changed(owner: Any, number: int) -> Race:
    """The date is moved once more while the mail with the first new one is due."""
    promise = _made(owner, number)
    _move(promise, days=1, by_mail=True)
    mail = _due(promise, "renegotiated")
    return Race(promise, mail, NOW, lambda: _move(promise, days=2, by_mail=False))


def answered(owner: Any, number: int) -> Race:
    """A person gives the customer word while a holding mail is due."""
    promise, mail, then = _holding(owner, number)
    return Race(promise, mail, then, lambda: _update(promise, by_mail=False, now=then))


def suppressed(owner: Any, number: int) -> Race:
    """Mail from elsewhere comes back from the address while a person's word is due there."""
    promise = _made(owner, number)
    _update(promise, by_mail=True, now=NOW)
    mail = _due(promise, "update")
    address = promise.customer.email.upper()
    return Race(promise, mail, NOW, lambda: suppress(address=address, reason=Suppressed.BOUNCED, now=NOW))


def moved(owner: Any, number: int) -> Race:
    """The customer's address is put right while a person's word is due."""
    promise = _made(owner, number)
    _update(promise, by_mail=True, now=NOW)
    mail = _due(promise, "update")
    new = f"new-{promise.customer.email}"
    return Race(
        promise, mail, NOW, lambda: change_customer(actor=owner, customer=promise.customer, email=new, now=NOW), new
    )


SORTS = (closed, changed, answered, suppressed, moved)


class LastLooks:
    """Notes when each mail was looked at for the last time before it went or did not."""

    def __init__(self) -> None:
        self.at: dict[uuid.UUID, float] = {}
        self._read = sending.read

    def read(self, ids: Sequence[uuid.UUID], *, now: datetime) -> list[Material]:
        """Stand in for the reading of sending."""
        before = time.monotonic()
        self.at |= dict.fromkeys(ids, before)
        return self._read(ids, now=now)


def run(race: Race, *, later: float) -> float:
    """Let the mail fall due and the act happen, so many seconds later; give when the act was done."""
    start = threading.Barrier(2)
    done: list[float] = []
    failed: list[BaseException] = []

    def at_once(work: Callable[[], Any], pause: float) -> None:
        start.wait()
        time.sleep(pause)
        try:
            work()
            if work is race.act:
                done.append(time.monotonic())
        except BaseException as error:  # noqa: BLE001 - the test has to hear of it
            failed.append(error)
        finally:
            connection.close()

    pauses = max(later, 0.0), max(-later, 0.0)
    works = (race.act, lambda: sending.dispatch(now_source=lambda: race.then))
    threads = [threading.Thread(target=at_once, args=pair) for pair in zip(works, pauses, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    return done[0]


def races(count: int, *, server: MailServer, monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Run so many races, each sort in turn; count how they ended."""
    looks = LastLooks()
    monkeypatch.setattr(sending, "read", looks.read)
    owner = factories.agent(team=factories.team())
    chance = random.Random(count)
    ended: Counter[str] = Counter()
    later = dict.fromkeys(SORTS, 0.0)
    for number in range(count):
        sort = SORTS[number % len(SORTS)]
        race = sort(owner, number)
        done_at = run(race, later=later[sort] + chance.uniform(-JITTER, JITTER))
        mail = race.mail
        mail.refresh_from_db()
        went = [received for received in server.messages if received.message["Message-ID"] == mail.message_id]
        apart = looks.at.get(mail.id, done_at + JITTER) - done_at
        act_was_first = apart > 0
        later[sort] += CLOSER * apart + (JITTER if act_was_first else -JITTER)
        assert len(went) == (mail.state == "sent"), (sort.__name__, mail.state)
        if went and act_was_first:
            # Where it may go after the act, it goes to where it belongs then.
            assert race.goes_to, (sort.__name__, "It was no longer so.")
            assert went[0].recipients == [race.goes_to]
        ended[f"{sort.__name__}, {'too late' if act_was_first else 'in time'}: {'went' if went else 'did not go'}"] += 1
    return ended


def test_in_fifty_races_no_mail_goes_that_is_no_longer_so(
    smtp_server: MailServer, monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None]
) -> None:
    record_property("measured", dict(races(50, server=smtp_server, monkeypatch=monkeypatch)))


@pytest.mark.long
def test_in_five_hundred_races_no_mail_goes_that_is_no_longer_so(
    smtp_server: MailServer, monkeypatch: pytest.MonkeyPatch, record_property: Callable[[str, object], None]
) -> None:
    record_property("measured", dict(races(500, server=smtp_server, monkeypatch=monkeypatch)))

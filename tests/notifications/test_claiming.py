"""Of the mails that are due, a worker takes …"""

import threading
import uuid
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection, connections

from commitments.domain.clocks import WordMeaning
from commitments.models import Commitment, PendingEvent
from commitments.services.word import give_word
from notifications.domain.kinds import MailState
from notifications.models import Notification
from notifications.selectors.material import read
from notifications.services.claiming import LEASE, claim, give_up_unknown
from notifications.services.planning import plan
from notifications.services.recording import Result, record, release
from tests.factories import NOW, agent, promise, team
from tests.notifications.living import one, send, told
from tests.plugin.mail import MailServer

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

LATER = NOW + LEASE


def waiting(count: int) -> list[Commitment]:
    """Have so many receipts waiting, of as many promises."""
    owner = agent(team=team())
    made = [promise(owner=owner) for _ in range(count)]
    plan(now=NOW)
    return made


def an_update(made: Commitment) -> None:
    give_word(
        actor=made.owner,
        reference=made.reference,
        now=NOW,
        meaning=WordMeaning.NEWS,
        message="It is here.",
        by_mail=True,
    )


def test_as_many_as_it_asked_for() -> None:
    waiting(3)
    assert len(claim(now=NOW, limit=2)) == 2
    assert len(claim(now=NOW, limit=2)) == 1
    assert claim(now=NOW, limit=2) == {}


def test_each_under_a_lease() -> None:
    waiting(1)
    taken = claim(now=NOW, limit=9)
    mail = one("promised")
    assert taken == {mail.id: 1}
    assert (mail.state, mail.attempt, mail.lease_until) == ("sending", 1, NOW + LEASE)


def test_none_before_it_is_allowed_to_go() -> None:
    waiting(1)
    Notification.objects.update(allowed_from=NOW + timedelta(seconds=1))
    assert claim(now=NOW, limit=9) == {}


def test_the_oldest_of_each_promise_only() -> None:
    (made,) = waiting(1)
    an_update(made)
    plan(now=NOW)
    assert list(claim(now=NOW, limit=9)) == [one("promised").id]
    assert claim(now=NOW, limit=9) == {}


def test_none_while_something_earlier_is_not_planned_yet() -> None:
    (made,) = waiting(1)
    an_update(made)
    event = made.events.get(kind="made")
    Notification.objects.all().delete()
    plan(now=NOW)
    PendingEvent.objects.create(event=event, noted_at=NOW)
    assert claim(now=NOW, limit=9) == {}


def test_what_comes_after_a_superseded_one() -> None:
    (made,) = waiting(1)
    an_update(made)
    plan(now=NOW)
    Notification.objects.filter(kind="promised").update(state="superseded", not_sent_because="ended", finished_at=NOW)
    assert list(claim(now=NOW, limit=9)) == [one("update").id]


def test_what_comes_after_a_held_one() -> None:
    (made,) = waiting(1)
    an_update(made)
    plan(now=NOW)
    Notification.objects.filter(kind="promised").update(state="held", hold="catch_up")
    assert list(claim(now=NOW, limit=9)) == [one("update").id]


def test_nothing_whose_lease_still_runs() -> None:
    waiting(1)
    claim(now=NOW, limit=9)
    assert claim(now=LATER - timedelta(seconds=1), limit=9) == {}


def test_once_more_what_a_lost_worker_left_behind(smtp_server: MailServer) -> None:
    waiting(1)
    claim(now=NOW, limit=9)
    send(LATER)
    mail = one("promised")
    assert (mail.state, mail.attempt, mail.possible_duplicate) == ("sent", 2, True)
    assert smtp_server.messages[0].message["Message-ID"] == mail.message_id
    assert told(mail.commitment, "mail_sent")[0]["possible_duplicate"]


def test_nothing_that_was_left_behind_twice() -> None:
    (made,) = waiting(1)
    claim(now=NOW, limit=9)
    claim(now=LATER, limit=9)
    assert give_up_unknown(now=LATER + LEASE) == 1
    assert claim(now=LATER + LEASE, limit=9) == {}
    assert one("promised").state == "unknown"
    assert told(made, "mail_failed")[0]["reason"] == "unknown"


def test_what_another_has_given_back() -> None:
    waiting(1)
    taken = claim(now=NOW, limit=9)
    release(taken)
    mail = one("promised")
    assert (mail.state, mail.lease_until, mail.possible_duplicate) == ("planned", None, False)
    assert claim(now=NOW, limit=9) == {mail.id: 2}


def test_nothing_back_that_is_somebody_elses_by_now() -> None:
    waiting(1)
    taken = claim(now=NOW, limit=9)
    claim(now=LATER, limit=9)
    release(taken)
    assert one("promised").state == "sending"


def test_no_record_from_a_worker_that_was_too_slow() -> None:
    waiting(1)
    taken = claim(now=NOW, limit=9)
    (slow,) = read(list(taken), now=NOW)
    claim(now=LATER, limit=9)
    assert record([Result(slow, MailState.SENT)], now=LATER) == []
    mail = one("promised")
    assert (mail.state, mail.attempt) == ("sending", 2)
    assert not told(mail.commitment, "mail_sent")


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_never_what_another_takes_at_the_same_moment(smtp_server: MailServer) -> None:
    waiting(60)
    taken: list[uuid.UUID] = []
    start = threading.Barrier(4)

    def work() -> None:
        start.wait()
        while got := claim(now=NOW, limit=7):
            taken.extend(got)
        connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert len(taken) == 60
    assert set(Counter(taken).values()) == {1}


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_each_mail_once_when_several_dispatch(smtp_server: MailServer) -> None:
    owner = agent(team=team())
    made = [promise(owner=owner) for _ in range(20)]
    for one_of_them in made[:10]:
        an_update(one_of_them)
    start = threading.Barrier(3)

    def work() -> None:
        start.wait()
        send(NOW, batch=3)
        connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    send(NOW)
    assert len(smtp_server.messages) == 30
    assert len({received.message["Message-ID"] for received in smtp_server.messages}) == 30
    for one_of_them in made[:10]:
        about = [m.message["Subject"] for m in smtp_server.to(one_of_them.customer.email)]
        assert [subject.split(":")[0] for subject in about] == ["Our promise", "News"]
    assert connection.vendor == "postgresql"

"""Two people at one customer or one promise at once, on a real PostgreSQL: one is told, and nothing is lost."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from commitments.models import Commitment, Customer, Watcher
from commitments.services.acting import holding
from commitments.services.correcting import Right, correct
from commitments.services.customers import CustomerChanged, change_customer, lock_customer
from commitments.services.letters import take_down_letter
from commitments.services.merging import merge_customers
from commitments.services.reachability import flag_undeliverable
from commitments.services.refusals import Conflict, Refused
from commitments.services.sweeping import sweep
from commitments.services.watching import add_watcher
from tests import factories
from tests.factories import NOW

# SQLite lets one writer in at a time: nothing happens at once there, hence the mark.
pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

ROUNDS = 5


@pytest.fixture
def boss() -> Any:
    return factories.supervisor(team=factories.team())


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do these things at the same moment; give what each gave, or the refusal that it met."""
    start = threading.Barrier(len(acts))
    ended: list[Any] = [None] * len(acts)

    def run(place: int) -> None:
        start.wait()
        try:
            ended[place] = acts[place]()
        except Refused as refused:
            ended[place] = refused
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ended


def refusals(ended: list[Any]) -> list[Refused]:
    return [end for end in ended if isinstance(end, Refused)]


def test_two_who_merge_both_ways_leave_one_entry(boss: Any) -> None:
    for _ in range(ROUNDS):
        one, other = factories.customer(), factories.customer()
        factories.promise(customer=one)
        factories.promise(customer=other)
        ended = at_once(
            lambda one=one, other=other: merge_customers(actor=boss, duplicate=one, into=other, now=NOW),
            lambda one=one, other=other: merge_customers(actor=boss, duplicate=other, into=one, now=NOW),
        )
        assert len(refusals(ended)) == 1
        left = Customer.objects.current().get(pk__in=[one.pk, other.pk])
        assert left.commitments.count() == 2


def test_a_promise_made_while_its_customer_is_merged_goes_to_the_one_that_is_kept(boss: Any) -> None:
    owner = factories.agent(team=factories.team())
    for _ in range(ROUNDS):
        one, other = factories.customer(), factories.customer()
        ended = at_once(
            lambda one=one, other=other: merge_customers(actor=boss, duplicate=one, into=other, now=NOW),
            lambda one=one: factories.promise(customer=one, owner=owner),
        )
        assert refusals(ended) == []
        assert other.commitments.count() == 1


def test_merging_goes_well_with_a_sweep_and_a_bounce(boss: Any) -> None:
    owner = factories.agent(team=factories.team())
    for _ in range(ROUNDS):
        one, other = factories.customer(), factories.customer()
        promises = [factories.promise(customer=one, owner=owner) for _ in range(5)]
        now = promises[0].due_at + timedelta(days=1)
        at_once(
            lambda one=one, other=other, now=now: merge_customers(actor=boss, duplicate=one, into=other, now=now),
            lambda now=now: sweep(now=now, batch=2),
            lambda one=one, promises=promises, now=now: flag_undeliverable(
                commitment_id=promises[-1].pk, address=one.email, why=Customer.DoNotMail.BOUNCED, now=now
            ),
            lambda one=one, now=now: take_down_letter(
                actor=boss, customer=one, sort="complaint", words="Late!", now=now
            ),
        )
        assert other.commitments.count() == 5
        assert other.letters.count() == 1
        assert not Customer.objects.get(pk=one.pk).strains.exists()


def test_the_second_of_two_editors_is_told_and_changes_nothing(boss: Any) -> None:
    for _ in range(ROUNDS):
        customer = factories.customer()
        ended = at_once(
            *(
                lambda name=name, customer=customer: change_customer(
                    actor=boss, customer=customer, name=name, version=1, now=NOW
                )
                for name in ("Maria", "Joana")
            )
        )
        (refused,) = refusals(ended)
        assert isinstance(refused, CustomerChanged)
        (kept,) = (end for end in ended if not isinstance(end, Refused))
        customer.refresh_from_db()
        assert (customer.name, customer.version) == (kept.name, 2)


def test_a_new_address_and_a_bounce_do_not_wait_for_each_other(boss: Any) -> None:
    for _ in range(ROUNDS):
        customer = factories.customer(do_not_mail="bounced")
        promise = factories.promise(customer=customer)
        flag_undeliverable(commitment_id=promise.pk, address=customer.email, why=Customer.DoNotMail.BOUNCED, now=NOW)
        at_once(
            lambda customer=customer: change_customer(actor=boss, customer=customer, email="new@example.org", now=NOW),
            lambda customer=customer, promise=promise: flag_undeliverable(
                commitment_id=promise.pk, address=customer.email, why=Customer.DoNotMail.BOUNCED, now=NOW
            ),
        )
        customer.refresh_from_db()
        assert (customer.email, customer.do_not_mail) == ("new@example.org", "")


def test_two_who_put_one_promise_right_do_not_undo_each_other(boss: Any) -> None:
    for _ in range(ROUNDS):
        promise = factories.promise()
        ended = at_once(
            *(
                lambda words=words, promise=promise: correct(
                    actor=promise.owner,
                    reference=promise.reference,
                    right=Right(promise=words),
                    version=1,
                    now=NOW,
                )
                for words in ("send you a modem", "send you a cable")
            )
        )
        assert [type(refused) for refused in refusals(ended)] == [Conflict]
        assert Commitment.objects.get(pk=promise.pk).times_corrected == 1


def test_one_who_is_added_twice_at_once_watches_once(boss: Any) -> None:
    for _ in range(ROUNDS):
        promise, other = factories.promise(), factories.customer()
        ended = at_once(
            *(
                lambda promise=promise, other=other: add_watcher(
                    actor=boss, reference=promise.reference, customer=other, now=NOW
                )
                for _ in range(2)
            )
        )
        assert len(refusals(ended)) == 1
        assert Watcher.objects.filter(commitment=promise).count() == 1


def test_an_address_is_put_right_while_somebody_acts_on_a_promise_and_then_on_its_customer(boss: Any) -> None:
    promise = factories.promise()
    changing = threading.Thread(target=_put_right, args=(boss, promise.customer))
    with holding(pk=promise.pk, now=NOW):
        changing.start()
        assert _somebody_waits()
        # Whoever puts the address right must not hold the customer by now.
        lock_customer(promise.customer_id)
    changing.join()
    assert Customer.objects.get(pk=promise.customer_id).email == "maria.lopez@example.org"


def _put_right(boss: Any, customer: Customer) -> None:
    try:
        change_customer(actor=boss, customer=customer, email="maria.lopez@example.org", now=NOW)
    finally:
        connection.close()


def _somebody_waits() -> bool:
    """Wait until another connection waits for a lock."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return True
        time.sleep(0.01)
    return False

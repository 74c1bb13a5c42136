"""Two entries for one customer …"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commitments.models import Commitment, Customer, Escalation, Letter, Strain, Watcher
from commitments.selectors.customers import find
from commitments.services.customers import CustomerChanged, change_customer
from commitments.services.letters import take_down_letter
from commitments.services.merging import merge_customers, what_moves
from commitments.services.promising import keep
from commitments.services.refusals import Refused
from commitments.services.sweeping import sweep
from commitments.services.watching import add_watcher
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

DUE_AT = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def boss() -> Any:
    return factories.supervisor(team=factories.team())


def merged(duplicate: Customer, into: Customer, *, by: Any, **options: Any) -> Customer:
    return merge_customers(actor=by, duplicate=duplicate, into=into, now=LATER, **options)


def two(**fields: Any) -> tuple[Customer, Customer]:
    """Give a duplicate with these fields, and the entry that is kept."""
    return factories.customer(name="M. Lopez", **fields), factories.customer(email="maria@example.org")


def test_become_one_with_all_promises(boss: Any) -> None:
    duplicate, kept = two()
    promise = factories.promise(customer=duplicate)
    ended = factories.promise(customer=duplicate)
    keep(actor=ended.owner, reference=ended.reference, now=NOW)
    merged(duplicate, kept, by=boss)
    assert set(kept.commitments.all()) == {promise, ended}
    event = promise.events.get(kind="customer_merged")
    assert (event.facts["from"], event.facts["into"], event.actor) == (duplicate.pk, kept.pk, boss)
    promise.refresh_from_db()
    assert promise.version == 2
    duplicate.refresh_from_db()
    assert duplicate.merged_into == kept


def test_let_time_pass_first(boss: Any) -> None:
    duplicate, kept = two()
    promise = factories.promise(customer=duplicate, due_at=NOW + timedelta(minutes=30))
    merged(duplicate, kept, by=boss)
    promise.refresh_from_db()
    assert promise.times_broken == 1
    assert Strain.objects.get(sort="broken").customer == kept


def test_go_on_by_the_clocks_of_the_one_that_is_kept(boss: Any) -> None:
    duplicate, kept = two(email="")
    promise = factories.promise(customer=duplicate)
    kept.email = "maria@example.org"
    merged(duplicate, kept, by=boss)
    sweep(now=promise.next_word_due_at - timedelta(minutes=10))
    assert promise.events.filter(kind="holding_mail_planned").exists()


def test_bring_letters_strain_and_what_they_watch_together(boss: Any) -> None:
    duplicate, kept = two()
    take_down_letter(actor=boss, customer=duplicate, sort="complaint", words="Late!", now=NOW)
    watched = factories.promise()
    add_watcher(actor=watched.owner, reference=watched.reference, customer=duplicate, now=NOW)
    merged(duplicate, kept, by=boss)
    assert Letter.objects.get().customer == kept
    assert Strain.objects.get().customer == kept
    assert Watcher.objects.get().customer == kept


def test_get_no_mail_twice(boss: Any) -> None:
    duplicate, kept = two()
    of_both, of_kept, of_duplicate = (factories.promise(customer=who) for who in (None, kept, duplicate))
    for promise, watcher in ((of_both, duplicate), (of_both, kept), (of_kept, duplicate), (of_duplicate, kept)):
        add_watcher(actor=promise.owner, reference=promise.reference, customer=watcher, now=NOW)
    merged(duplicate, kept, by=boss)
    assert [(row.commitment, row.customer) for row in Watcher.objects.all()] == [(of_both, kept)]


def test_fill_what_is_empty_and_nothing_else(boss: Any) -> None:
    organisation = factories.organisation()
    duplicate, kept = two(
        email="m@example.org",
        phone="+351210000001",
        external_ref="C-1",
        reached_best="Mornings",
        organisation=organisation,
    )
    after = merged(duplicate, kept, by=boss)
    assert (after.name, after.email) == ("Maria Lopez", "maria@example.org")
    assert (after.phone, after.external_ref, after.reached_best) == ("+351210000001", "C-1", "Mornings")
    assert after.organisation == organisation


@pytest.mark.parametrize(
    ("duplicate", "kept", "why"),
    [
        ({"email": "Maria@example.org", "do_not_mail": "bounced"}, {}, "bounced"),
        ({"email": "m@example.org", "do_not_mail": "bounced"}, {}, ""),
        ({"email": "m@example.org", "do_not_mail": "asked"}, {}, "asked"),
        ({"email": "m@example.org", "do_not_mail": "bounced"}, {"email": ""}, "bounced"),
        ({"email": "m@example.org"}, {"do_not_mail": "complained"}, "complained"),
    ],
)
def test_keep_from_mailing_whom_it_must_not_reach(
    duplicate: dict[str, str], kept: dict[str, str], why: str, boss: Any
) -> None:
    kept = {"email": "maria@example.org"} | kept
    after = merged(factories.customer(**duplicate), factories.customer(**kept), by=boss)
    after.refresh_from_db()
    assert after.do_not_mail == why


def test_end_what_only_the_other_address_had_opened(boss: Any) -> None:
    duplicate, kept = two(do_not_mail="bounced")
    promise = factories.promise(customer=duplicate)
    Escalation.objects.create(commitment=promise, trigger="undeliverable", opened_at=NOW)
    merged(duplicate, kept, by=boss)
    assert Escalation.objects.get().ended_at == LATER


def test_are_found_once_afterwards(boss: Any) -> None:
    duplicate, kept = two()
    merged(duplicate, kept, by=boss)
    assert find(actor=boss, words="Lopez").customers == (kept,)


def test_lead_to_the_last_one_through_several(boss: Any) -> None:
    first, second = two()
    third = factories.customer(email="")
    merged(first, second, by=boss)
    merged(second, third, by=boss)
    first.refresh_from_db()
    assert first.merged_into == third


def test_take_new_promises_for_the_one_that_is_kept(boss: Any) -> None:
    duplicate, kept = two()
    merged(duplicate, kept, by=boss)
    # A page that was opened before still says the duplicate.
    assert factories.promise(customer=duplicate, now=LATER).customer == kept


def test_are_said_beforehand_to_move_exactly_this(boss: Any) -> None:
    duplicate, kept = two(email="m@example.org", phone="+351210000001", do_not_mail="asked")
    factories.promise(customer=duplicate)
    ended = factories.promise(customer=duplicate)
    keep(actor=ended.owner, reference=ended.reference, now=NOW)
    take_down_letter(actor=boss, customer=duplicate, sort="complaint", words="Late!", now=NOW)
    moving = what_moves(duplicate=duplicate, into=kept)
    assert (moving.promises, moving.open_promises, moving.letters, moving.strains, moving.watching) == (2, 1, 1, 1, 0)
    assert (moving.filled, moving.given_up) == (("phone",), ("email", "name"))
    assert moving.keeps_from_mailing


class TestAreNotMerged:
    def test_by_an_agent(self) -> None:
        with pytest.raises(Refused, match="by a supervisor"):
            merged(*two(), by=factories.agent(team=factories.team()))

    def test_with_themselves(self, boss: Any) -> None:
        customer = factories.customer()
        with pytest.raises(Refused, match="the same customer"):
            merged(customer, customer, by=boss)

    def test_twice(self, boss: Any) -> None:
        duplicate, kept = two()
        merged(duplicate, kept, by=boss)
        with pytest.raises(Refused, match="Lopez into Maria Lopez meanwhile"):
            merged(duplicate, kept, by=boss)

    def test_both_ways(self, boss: Any) -> None:
        duplicate, kept = two()
        merged(duplicate, kept, by=boss)
        with pytest.raises(Refused, match="meanwhile"):
            merged(kept, duplicate, by=boss)
        kept.refresh_from_db()
        assert kept.merged_into is None

    def test_over_what_somebody_else_changed(self, boss: Any) -> None:
        duplicate, kept = two()
        change_customer(actor=boss, customer=kept, phone="+351210000001", now=NOW)
        with pytest.raises(CustomerChanged):
            merged(duplicate, kept, by=boss, version=1, into_version=1)
        duplicate.refresh_from_db()
        assert duplicate.merged_into is None


def test_take_as_many_queries_for_many_promises_as_for_few(boss: Any) -> None:
    owner = factories.agent(team=factories.team())

    def queries_for(promises: int) -> int:
        duplicate, kept = two(email=f"m{promises}@example.org")
        for _ in range(promises):
            factories.promise(owner=owner, customer=duplicate, due_at=DUE_AT)
        with CaptureQueriesContext(connection) as queries:
            merged(duplicate, kept, by=boss)
        assert Commitment.objects.filter(customer=kept).count() == promises
        # SQLite writes rows one by one in one prepared statement.
        return len([query for query in queries.captured_queries if not query["sql"].startswith("UPDATE")])

    assert queries_for(2) == queries_for(12)

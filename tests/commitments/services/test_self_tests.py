"""A self-test …"""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group

from commitments.domain.timeline import EventKind
from commitments.models import LEADERS, Commitment, CommitmentEvent, Customer, SelfTest, Strain, Team
from commitments.selectors.rebuilding import differences
from commitments.selectors.self_tests import promises_of
from commitments.selectors.strain import strain_of
from commitments.services.letters import take_down_letter
from commitments.services.merging import merge_customers
from commitments.services.promising import keep
from commitments.services.refusals import Refused
from commitments.services.replies import customer_message
from commitments.services.self_tests import Wanted, reveal_self_test, start_self_test
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

DUE_AT = NOW + timedelta(days=1)
LATER = NOW + timedelta(hours=2)


def leader(**fields: Any) -> Any:
    made = factories.user(**({"first_name": "Lena", "last_name": "Weber"} | fields))
    made.groups.add(Group.objects.get_or_create(name=LEADERS)[0])
    return made


@pytest.fixture
def lena() -> Any:
    return leader()


@pytest.fixture
def ana() -> Any:
    return factories.agent(team=factories.team())


def wanted(owner: Any, **fields: Any) -> Wanted:
    its_team: Team = owner.teams.get()
    return Wanted(
        **{"kind": "callback", "promise": "call you back", "due_at": DUE_AT, "owner": owner, "team": its_team} | fields
    )


def start(actor: Any, **fields: Any) -> SelfTest:
    return start_self_test(**{"actor": actor, "name": "Carla Nunes", "email": "carla@example.org", "now": NOW} | fields)


def end(promise: Commitment, *, now: Any = LATER) -> None:
    keep(actor=promise.owner, reference=promise.reference, now=now)


def the_promise(test: SelfTest) -> Commitment:
    return Commitment.objects.get(customer=test.customer_id)


class TestStarting:
    def test_makes_a_customer_like_any_other(self, lena: Any) -> None:
        alias = start(lena).customer
        plain = factories.customer(name="Carla Nunes", email="carla@example.org", time_zone="UTC")
        told_apart = {"id", "_state"}
        assert {name: value for name, value in vars(alias).items() if name not in told_apart | {"_prefetched"}} == {
            name: value for name, value in vars(plain).items() if name not in told_apart
        }

    def test_brings_a_promise_as_another_system_would(self, lena: Any, ana: Any) -> None:
        promise = the_promise(start(lena, wanted=wanted(ana)))
        assert (promise.owner, promise.made_by, promise.channel) == (ana, ana, "import")
        assert promise.events.get(kind=EventKind.MADE).facts["told"] is False
        assert not CommitmentEvent.objects.filter(actor=lena).exists()

    def test_is_for_leaders(self, ana: Any) -> None:
        with pytest.raises(Refused, match="Only leaders"):
            start(ana)
        assert not Customer.objects.exists()

    def test_needs_a_way_to_be_reached(self, lena: Any) -> None:
        with pytest.raises(Refused, match="mail address or a number"):
            start(lena, email="")
        assert start(lena, email="", phone="+351210000000").customer.phone == "+351210000000"

    def test_takes_no_address_by_which_colleagues_know_somebody(self, lena: Any) -> None:
        with pytest.raises(Refused, match="Colleagues know this address as that of Lena Weber"):
            start(lena, email=lena.email.upper())
        name, _, domain = lena.email.partition("@")
        assert start(lena, email=f"{name}+shop@{domain}").customer.can_be_mailed

    def test_leaves_nothing_behind_where_the_promise_cannot_be_made(self, lena: Any, ana: Any) -> None:
        with pytest.raises(Refused, match="That time has passed"):
            start(lena, wanted=wanted(ana, due_at=NOW))
        assert not SelfTest.objects.exists()
        assert not Customer.objects.exists()


class TestRevealing:
    def test_marks_its_promises_and_its_customer(self, lena: Any, ana: Any) -> None:
        test = start(lena, wanted=wanted(ana))
        promise = the_promise(test)
        end(promise)
        version = the_promise(test).version
        reveal_self_test(actor=lena, test=test, now=LATER)
        promise = the_promise(test)
        assert (promise.revealed_at, promise.customer.revealed_at, promise.version) == (LATER, LATER, version + 1)
        event = promise.events.get(kind=EventKind.REVEALED)
        assert (event.actor, event.facts) == (lena, {"self_test": test.pk})
        assert list(differences(Commitment.objects.select_related("policy"))) == []

    def test_waits_for_the_end_of_its_promises(self, lena: Any, ana: Any) -> None:
        test = start(lena, wanted=wanted(ana))
        with pytest.raises(Refused, match=f"{the_promise(test).reference} is still open"):
            reveal_self_test(actor=lena, test=test, now=LATER)
        assert the_promise(test).customer.revealed_at is None

    def test_is_for_whoever_started_it_and_once(self, lena: Any) -> None:
        test = start(lena)
        with pytest.raises(Refused, match="Only whoever started"):
            reveal_self_test(actor=leader(), test=test, now=LATER)
        reveal_self_test(actor=lena, test=test, now=LATER)
        with pytest.raises(Refused, match="already"):
            reveal_self_test(actor=lena, test=test, now=LATER)

    def test_takes_its_strain_back(self, lena: Any, ana: Any) -> None:
        test = start(lena, wanted=wanted(ana))
        promise = the_promise(test)
        for minutes in (1, 2):
            customer_message(
                actor=ana,
                reference=promise.reference,
                channel="phone",
                words="Well?",
                now=NOW + timedelta(minutes=minutes),
            )
        take_down_letter(
            actor=ana,
            customer=test.customer,
            sort="complaint",
            words="Nobody calls.",
            received_at=None,
            about=None,
            now=NOW,
        )
        end(promise)
        assert strain_of(customers=[test.customer_id], now=LATER, actor=lena)[test.customer_id].reasons
        reveal_self_test(actor=lena, test=test, now=LATER)
        assert not Strain.objects.filter(taken_back_at__isnull=True).exists()

    def test_leaves_nothing_more_to_be_promised_to_the_alias(self, lena: Any, ana: Any) -> None:
        test = start(lena)
        reveal_self_test(actor=lena, test=test, now=LATER)
        with pytest.raises(Refused, match="was a self-test"):
            factories.promise(owner=ana, customer=test.customer)

    def test_keeps_apart_what_was_promised_to_whom_it_was_merged_with(self, lena: Any, ana: Any) -> None:
        test = start(lena, wanted=wanted(ana))
        its_own = the_promise(test)
        other = factories.promise(owner=ana, customer=factories.customer(name="Carla Nuñes"))
        end(its_own)
        end(other)
        boss = factories.supervisor(team=its_own.team)
        merge_customers(actor=boss, duplicate=other.customer, into=test.customer, now=LATER)
        assert list(promises_of(test=test)) == [its_own]
        reveal_self_test(actor=lena, test=test, now=LATER)
        other.refresh_from_db()
        assert other.revealed_at is None

    def test_finds_what_was_promised_to_the_alias_where_it_has_become_part_of_another(
        self, lena: Any, ana: Any
    ) -> None:
        test = start(lena, wanted=wanted(ana))
        its_own = the_promise(test)
        other = factories.promise(owner=ana, customer=factories.customer(name="Carla Nuñes"))
        end(its_own)
        merge_customers(
            actor=factories.supervisor(team=its_own.team), duplicate=test.customer, into=other.customer, now=LATER
        )
        reveal_self_test(actor=lena, test=test, now=LATER)
        its_own.refresh_from_db()
        other.refresh_from_db()
        other.customer.refresh_from_db()
        assert (its_own.revealed_at, other.revealed_at, other.customer.revealed_at) == (LATER, None, None)

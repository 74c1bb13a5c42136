"""Self-tests as their leaders see them. Reads only."""

from typing import Any

from django.db.models import Prefetch, Q, QuerySet

from commitments.domain.timeline import EventKind
from commitments.models import Commitment, CommitmentEvent, Customer, SelfTest


def tests_of(*, actor: Any) -> "QuerySet[SelfTest]":
    """Give the self-tests that a leader may know of, the newest first: their own, and all that were revealed."""
    tests = SelfTest.objects.filter(Q(leader=actor) | Q(revealed_at__isnull=False))
    promises = Commitment.objects.select_related("owner", "team__calendar").order_by("made_at", "id")
    return (
        tests.select_related("customer", "leader")
        .prefetch_related(Prefetch("customer__commitments", queryset=promises))
        .order_by("-started_at", "-id")
    )


def revealed_test_of(*, customer: Customer) -> SelfTest | None:
    """Give the self-test that a customer proved to be."""
    if customer.revealed_at is None:
        return None
    return SelfTest.objects.select_related("leader").filter(customer=customer).first()


def promises_of(*, test: SelfTest) -> "QuerySet[Commitment]":
    """Give what was promised to an alias.

    Where it was taken for one customer with another entry: what it brought along, and not what the other one did.
    """
    merged = CommitmentEvent.objects.filter(kind=EventKind.CUSTOMER_MERGED)
    brought = merged.filter(**{"facts__from": test.customer_id}).values("commitment")
    others = merged.filter(facts__into=test.customer_id).values("commitment")
    return Commitment.objects.filter(Q(customer=test.customer_id) | Q(pk__in=brought)).exclude(pk__in=others)

"""Customers as whoever answers the telephone looks for them. Reads only."""

import re
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Prefetch, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Least

from commitments.domain.promise import Status
from commitments.models import Commitment, Customer, Letter

FOUND_AT_MOST = 20
SHORTEST_NUMBER = 3
"""Fewer digits than this are no telephone number yet."""
NUMBER = re.compile(r"^[\d\s()/.+-]+$")
TRUNK_PREFIX = re.compile(r"^(00|0)")


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave: customers with `open_promises` counted, and a promise whose reference it was."""

    customers: tuple[Customer, ...]
    promise: Commitment | None
    more: bool


def find(*, actor: Any, words: str, limit: int = FOUND_AT_MOST) -> Found:
    """Find customers by a part of name, mail, telephone number or organisation, or by a promise's reference or case.

    Those whose name begins with the words come first. Nothing typed finds nothing.
    """
    words = " ".join(words.replace("\x00", " ").split())
    if not words:
        return Found(customers=(), promise=None, more=False)
    visible = Commitment.objects.visible_to(actor)
    wanted = (
        Q(name__icontains=words)
        | Q(email__icontains=words)
        | Q(external_ref__iexact=words)
        | Q(organisation__name__icontains=words)
        | Q(pk__in=visible.filter(Q(reference__iexact=words) | Q(case_ref__iexact=words)).values("customer"))
    )
    digits = _digits(words)
    if len(digits) >= SHORTEST_NUMBER:
        wanted |= Q(phone__contains=digits)
    nearest = (
        Customer.objects.visible_to(actor)
        .current()
        .filter(wanted)
        .annotate(
            nearness=Case(When(name__istartswith=words, then=Value(0)), default=Value(1), output_field=IntegerField())
        )
        .order_by("nearness", "name", "pk")
        .values_list("pk", flat=True)[: limit + 1]
    )
    # Promises are counted for the few that are shown, not for all that match.
    order = {pk: place for place, pk in enumerate(nearest)}
    shown = with_open_promises(Customer.objects.filter(pk__in=order), actor=actor)
    customers = tuple(sorted(shown, key=lambda customer: order[customer.pk]))
    promise = visible.select_related("customer").filter(reference__iexact=words).first()
    return Found(customers=customers[:limit], promise=promise, more=len(customers) > limit)


def with_open_promises(customers: "QuerySet[Customer]", *, actor: Any) -> "QuerySet[Customer]":
    """Count, as `open_promises`, what is open for each customer as far as `actor` may see it."""
    seen = Q(commitments__in=Commitment.objects.visible_to(actor), commitments__status=Status.OPEN.value)
    return customers.annotate(open_promises=Count("commitments", filter=seen, distinct=True))


def promises_to(*, customer: Customer, actor: Any) -> "QuerySet[Commitment]":
    """Give what was promised to a customer as far as `actor` may see it: open first, then the latest."""
    return (
        Commitment.objects.visible_to(actor)
        .filter(customer=customer)
        .select_related("customer", "owner", "team__calendar", "policy")
        .annotate(
            ended=Case(When(status=Status.OPEN.value, then=Value(0)), default=Value(1), output_field=IntegerField())
        )
        .order_by("ended", "-made_at", "pk")
    )


def soonest_first(promises: "QuerySet[Commitment]") -> "QuerySet[Commitment]":
    """Put open promises in the order in which their first clock runs out, or ran out."""
    return promises.order_by(Least(Coalesce(F("next_word_due_at"), F("due_at")), F("due_at")), "pk")


def letters_of(*, customer: Customer, actor: Any) -> "QuerySet[Letter]":
    """Give a customer's complaints and compliments, the latest first; each with its promise as far as that is seen."""
    seen = Commitment.objects.visible_to(actor)
    about = Prefetch("commitment", queryset=seen)
    return customer.letters.select_related("recorded_by").prefetch_related(about).order_by("-received_at", "-pk")


def others_of(*, customer: Customer, actor: Any) -> "QuerySet[Customer]":
    """Give the other customers of a customer's organisation, by name."""
    if customer.organisation_id is None:
        return Customer.objects.none()
    others = Customer.objects.visible_to(actor).current().filter(organisation=customer.organisation_id)
    return others.exclude(pk=customer.pk).order_by("name", "pk")


def _digits(words: str) -> str:
    """Give the digits of what may be a telephone number, without the prefix that a country dials before it."""
    return re.sub(r"\D", "", TRUNK_PREFIX.sub("", words)) if NUMBER.match(words) else ""

"""Customers as whoever answers the telephone looks for them. Reads only."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, IntegerField, OuterRef, Prefetch, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Least

from commitments.domain.promise import Status
from commitments.models import Commitment, Customer, CustomerEntry, Letter, OrganisationEntry
from commitments.models.commitment import CommitmentQuerySet
from commitments.selectors.questions import Question, read_question

FOUND_AT_MOST = 20
MANY = 5_000
"""No more customers than that are looked at: whoever sees so many has to type more."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave: customers with `open_promises` counted, and a promise whose reference it was."""

    customers: tuple[Customer, ...]
    promise: Commitment | None
    more: bool


def find(*, actor: Any, words: str, limit: int = FOUND_AT_MOST) -> Found:
    """Find customers by words of name, mail or organisation, a number in any notation, a promise's reference or case.

    Those whose name begins with the words come first. Nothing typed finds nothing.
    """
    question = read_question(words, actor=actor)
    customers = customers_fitting(question, actor=actor, at_most=limit + 1)
    seen = Commitment.objects.visible_to(actor).select_related("customer")
    promise = seen.filter(reference=question.reference).first() if question.reference else None
    return Found(customers=customers[:limit], promise=promise, more=len(customers) > limit)


def customers_fitting(question: Question, *, actor: Any, skip: int = 0, at_most: int) -> tuple[Customer, ...]:
    """Give the customers that fit, with `open_promises`: by their very address or reference, by name, then the rest.

    What is known under an entry that was merged leads to the one that was kept.
    """
    fitting = _fitting(question, actor=actor) if at_most else []
    nearness = Case(
        When(email__iexact=question.text, then=Value(0)),
        When(external_ref__iexact=question.text, then=Value(0)),
        When(name__istartswith=question.text, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    known = Customer.objects.visible_to(actor).current().filter(pk__in=fitting).annotate(nearness=nearness)
    nearest = known.order_by("nearness", "name", "pk").values_list("pk", flat=True)[skip : skip + at_most]
    # Promises are counted for the few that are shown, not for all that match.
    order = {pk: place for place, pk in enumerate(nearest)}
    shown = with_open_promises(Customer.objects.filter(pk__in=order).select_related("organisation"), actor=actor)
    return tuple(sorted(shown, key=lambda customer: order[customer.pk]))


def _fitting(question: Question, *, actor: Any) -> list[int]:
    """Give the ids of those that fit: a query for each way, as each follows an index of its own."""
    found: list[int] = []
    if question.customer_terms is not None:
        entries = CustomerEntry.objects.filter(entry__fits=question.customer_terms)
        found += entries.values_list(Coalesce("customer__merged_into_id", "customer_id"), flat=True)[:MANY]
    if question.organisation_terms is not None:
        organisations = OrganisationEntry.objects.filter(entry__fits=question.organisation_terms).values("organisation")
        found += Customer.objects.filter(organisation__in=organisations).values_list("pk", flat=True)[:MANY]
    for promises in _promises_named(question, actor=actor):
        found += promises.values_list("customer", flat=True)[:MANY]
    return list(dict.fromkeys(found))


def _promises_named(question: Question, *, actor: Any) -> list[CommitmentQuerySet]:
    """Give the promises whose reference, or whose case, was typed, as far as `actor` may see them."""
    seen = Commitment.objects.visible_to(actor)
    found = [seen.filter(reference=question.reference)] if question.reference else []
    case = question.case_terms
    return [*found, seen.filter(search__entry__fits=case)] if case is not None else found


def with_open_promises(customers: "QuerySet[Customer]", *, actor: Any) -> "QuerySet[Customer]":
    """Count, as `open_promises`, what is open for each customer as far as `actor` may see it."""
    seen = Commitment.objects.visible_to(actor).filter(status=Status.OPEN.value, customer=OuterRef("pk"))
    counted = seen.order_by().values("customer").annotate(number=Count("pk")).values("number")
    return customers.annotate(open_promises=Coalesce(Subquery(counted), 0))


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

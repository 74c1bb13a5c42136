"""Customers as whoever answers the telephone looks for them. Reads only."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, F, IntegerField, OuterRef, Prefetch, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from commitments.domain.promise import Status
from commitments.models import Commitment, Customer, CustomerEntry, Letter, OrganisationEntry
from commitments.models.commitment import CommitmentQuerySet
from commitments.selectors.questions import Question, read_question

FOUND_AT_MOST = 20
MANY = 10_000
"""So many customers who fit are given as they come, the newest first."""


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
    terms, of_organisation = question.customer_terms, question.organisation_terms
    if terms is None:
        return ()
    if CustomerEntry.objects.filter(entry__fits=terms).values("pk")[:MANY].count() == MANY:
        # Whoever sees so many has to type more; until then they are not worth fetching and sorting.
        newest = Customer.objects.visible_to(actor).current().filter(search__entry__fits=terms)
        return _as_shown(newest.order_by("-search__customer")[skip : skip + at_most], actor=actor)
    # Each part follows an index of its own, which the parts of an OR would not.
    known = CustomerEntry.objects.filter(entry__fits=terms).values(
        fits=Coalesce("customer__merged_into_id", "customer_id")
    )
    parts: list[QuerySet[Any, Any]] = []
    if of_organisation is not None:
        organisations = OrganisationEntry.objects.filter(entry__fits=of_organisation).values("organisation")
        parts.append(Customer.objects.filter(organisation__in=organisations).values(fits=F("pk")))
    parts += [promises.values(fits=F("customer")) for promises in _promises_named(question, actor=actor)]
    fitting = known.union(*parts) if parts else known
    nearness = Case(
        When(email__iexact=question.text, then=Value(0)),
        When(external_ref__iexact=question.text, then=Value(0)),
        When(name__istartswith=question.text, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    nearest = (
        Customer.objects.visible_to(actor)
        .current()
        .filter(pk__in=fitting)
        .annotate(nearness=nearness)
        .order_by("nearness", "name", "pk")
    )
    return _as_shown(nearest[skip : skip + at_most], actor=actor)


def _as_shown(customers: "QuerySet[Customer]", *, actor: Any) -> tuple[Customer, ...]:
    """Count the open promises of the few that are shown, not of all that match; the order stays."""
    order = {pk: place for place, pk in enumerate(customers.values_list("pk", flat=True))}
    shown = with_open_promises(Customer.objects.filter(pk__in=order).select_related("organisation"), actor=actor)
    return tuple(sorted(shown, key=lambda customer: order[customer.pk]))


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
        .select_related("customer", "owner", "team__calendar")
        .annotate(
            ended=Case(When(status=Status.OPEN.value, then=Value(0)), default=Value(1), output_field=IntegerField())
        )
        .order_by("ended", "-made_at", "pk")
    )


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

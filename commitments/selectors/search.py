"""The search over everything: promises by reference, case and words, customers by whatever is known of them.

Promises that the reader may not see leave no trace: every query of theirs goes through `visible_to`, nothing is counted
beyond what is shown, and a list goes on from a promise's reference, never from a place in all that there is.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet

from commitments.domain.promise import Status
from commitments.models import Commitment, Customer, PromiseEntry
from commitments.selectors.customers import customers_fitting
from commitments.selectors.questions import Question, read_question

PROMISES_AT_MOST = 20
CUSTOMERS_AT_MOST = 20
PAGES_AT_MOST = 50
MANY = 30_000
"""So many promises that fit are too many to fetch and sort."""


@dataclass(frozen=True, slots=True)
class Results:
    """What was found. `named` are promises by their reference: the one, or those that it may have been misread from.

    `promises` come open first, then the newest; `more_after` is the reference after which they go on.
    """

    question: Question
    named: tuple[Commitment, ...] = ()
    promises: tuple[Commitment, ...] = ()
    more_after: str = ""
    customers: tuple[Customer, ...] = ()
    more_customers: bool = False

    @property
    def exact(self) -> Commitment | None:
        """The promise whose reference was typed."""
        return self.named[0] if self.named and self.named[0].reference == self.question.reference else None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found."""
        return not (self.named or self.promises or self.customers)


def search(
    *,
    actor: Any,
    words: str,
    after: str = "",
    page: int = 1,
    promises_at_most: int = PROMISES_AT_MOST,
    customers_at_most: int = CUSTOMERS_AT_MOST,
) -> Results:
    """Find promises and customers; nothing typed finds nothing.

    `after`: the reference of the promise after which the list of promises goes on. `page`: of customers, from 1.
    """
    question = read_question(words, actor=actor)
    named = () if after else _named(question, actor=actor)
    promises = _promises(question, actor=actor, after=after, besides=named, at_most=promises_at_most + 1)
    if promises and not question.reference and question.text.isalpha():
        # A word, then, and no reference that was misread.
        named = ()
    skip = (min(max(page, 1), PAGES_AT_MOST) - 1) * customers_at_most
    wanted = customers_at_most + 1 if customers_at_most else 0
    customers = customers_fitting(question, actor=actor, skip=skip, at_most=wanted)
    shown = tuple(promises[:promises_at_most])
    return Results(
        question=question,
        named=named,
        promises=shown,
        more_after=shown[-1].reference if len(promises) > len(shown) > 0 else "",
        customers=customers[:customers_at_most],
        more_customers=len(customers) > customers_at_most,
    )


def _shown(actor: Any) -> "QuerySet[Commitment]":
    return Commitment.objects.visible_to(actor).select_related("customer", "owner", "team__calendar")


def _named(question: Question, *, actor: Any) -> tuple[Commitment, ...]:
    references = (question.reference,) if question.reference else question.look_alikes
    return tuple(_shown(actor).filter(reference__in=references).order_by("reference")) if references else ()


def _promises(
    question: Question, *, actor: Any, after: str, besides: tuple[Commitment, ...], at_most: int
) -> list[Commitment]:
    """Give those that fit, open ones first, then the newest; two queries, so that each can follow an index.

    PostgreSQL guesses badly how many of the fitting ones the reader sees. So it is kept from walking all promises from
    the newest on, unless so many fit that the newest of them are soon met.
    """
    terms = question.promise_terms
    if terms is None or at_most <= 1:
        return []
    entries = PromiseEntry.objects.filter(entry__fits=terms).values("pk")
    are_few = entries[:MANY].count() < MANY
    fitting = _shown(actor).filter(search__entry__fits=terms)
    if besides:
        fitting = fitting.exclude(pk__in=[promise.pk for promise in besides])
    # No index is in the order of a sum.
    fetched: Any = (F("pk") + 0).desc()
    still_open = fitting.filter(status=Status.OPEN.value).order_by(fetched)
    ended = fitting.exclude(status=Status.OPEN.value).order_by(fetched if are_few else "-search__commitment")
    last = Commitment.objects.visible_to(actor).filter(reference=after).first() if after else None
    if last is not None and last.status == Status.OPEN.value:
        still_open = still_open.filter(pk__lt=last.pk)
    elif last is not None:
        still_open, ended = still_open.none(), ended.filter(pk__lt=last.pk)
    found = list(still_open[:at_most])
    return found + list(ended[: at_most - len(found)]) if len(found) < at_most else found

"""What the Board can be narrowed to, as conditions on promises."""

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import BooleanField, Exists, OuterRef, Q, QuerySet

from commitments.domain.escalation import Trigger
from commitments.domain.promise import Status
from commitments.models import Commitment, Escalation, Handoff

DUE_SOON = timedelta(hours=4)
"""How near a due time or a word must be to count as due next."""
DIGITS_AT_LEAST = 5
"""From how many digits on a search is one for a telephone number as well."""


class State(enum.StrEnum):
    """How a promise stands."""

    OVERDUE = "overdue"
    """Its date has passed."""
    SILENT = "silent"
    """Only a person's word can end it."""
    WAITING = "waiting"
    """The customer waits for an answer, or disputes what was kept; the promise may have ended."""
    DISPUTED = "disputed"
    """The customer says that what was kept is not solved."""
    UNTOLD = "untold"
    """Bad news was noted of which the customer has not been told."""
    UNDELIVERABLE = "undeliverable"
    """Our mail does not reach the customer; a withdrawal of which they do not know yet is there too."""
    HANDOFFS = "handoffs"
    """Somebody is asked to take it over and has not, in time or no longer."""
    CALLS = "calls"
    """Somebody has to call, because no mail can do what has to be done (`selectors.calls`)."""
    DUE_SOON = "due_soon"
    """Nothing is wrong yet; the date or a word is due within four hours."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a supervisor has narrowed the Board to; empty values narrow nothing.

    `team`, `owner` and `customer` are ids; `due_from` and `due_until` keep what is open and falls due from the one
    until before the other; `q` is what was typed: a customer's name, mail or number, a reference, or a case.
    """

    team: int | None = None
    owner: int | None = None
    customer: int | None = None
    kind: str = ""
    state: State | None = None
    due_from: datetime | None = None
    due_until: datetime | None = None
    q: str = ""


def narrowed(promises: "QuerySet[Commitment]", filters: Filters) -> "QuerySet[Commitment]":
    """Keep what fits all filters but the state."""
    wanted = {
        "team": filters.team,
        "owner": filters.owner,
        "customer": filters.customer,
        "kind": filters.kind or None,
        "due_at__gte": filters.due_from,
        "due_at__lt": filters.due_until,
    }
    promises = promises.filter(**{name: value for name, value in wanted.items() if value is not None})
    if filters.due_from is not None or filters.due_until is not None:
        # What has ended is due no more.
        promises = promises.filter(status=Status.OPEN)
    words = filters.q.strip()
    return promises.filter(_fits(words)) if words else promises


def with_states(promises: "QuerySet[Commitment]") -> "QuerySet[Commitment]":
    """Add what `conditions` ask about beside the columns: `is_undeliverable` and `is_offered`."""
    ladders = Escalation.objects.filter(
        commitment=OuterRef("pk"), trigger=Trigger.UNDELIVERABLE.value, ended_at__isnull=True
    )
    offers = Handoff.objects.filter(commitment=OuterRef("pk"), state__in=Handoff.STANDS)
    return promises.annotate(
        is_undeliverable=Exists(ladders, output_field=BooleanField()),
        is_offered=Exists(offers, output_field=BooleanField()),
    )


def conditions(*, calls: Iterable[int] = (), now: datetime) -> Mapping[State, Q]:
    """Give what it takes to be in each state, of promises as `with_states` gives them. `calls`: ids to call."""
    soon = now + DUE_SOON
    is_open = Q(status=Status.OPEN)
    return {
        State.OVERDUE: is_open & Q(due_at__lt=now),
        State.SILENT: Q(silent_since__isnull=False),
        State.WAITING: Q(customer_waiting_since__isnull=False),
        State.DISPUTED: Q(disputed_since__isnull=False),
        State.UNTOLD: Q(untold_since__isnull=False),
        State.UNDELIVERABLE: Q(is_undeliverable=True),
        State.HANDOFFS: is_open & Q(is_offered=True),
        State.CALLS: Q(pk__in=list(calls)),
        State.DUE_SOON: is_open
        & Q(due_at__gte=now, silent_since__isnull=True)
        & (Q(due_at__lte=soon) | Q(next_word_due_at__lte=soon)),
    }


def _fits(words: str) -> Q:
    fits = (
        Q(customer__name__icontains=words)
        | Q(customer__email__icontains=words)
        | Q(reference__iexact=words)
        | Q(case_ref__icontains=words)
    )
    digits = "".join(sign for sign in words if sign in "0123456789")
    if len(digits) >= DIGITS_AT_LEAST and not any(sign.isalpha() for sign in words):
        # Numbers are kept with their country code and without the zero that is dialled within the country.
        fits |= Q(customer__phone__contains=digits.lstrip("0"))
    return fits

"""Calls to make: promises on which no mail can do what has to be done, each with the reason and by when.

Reads only, and a constant number of queries however many promises there are.
"""

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import BooleanField, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from commitments.domain.business_time import BusinessTimeError, subtract
from commitments.domain.escalation import Trigger
from commitments.domain.promise import Status
from commitments.domain.timeline import EventKind
from commitments.models import Commitment, CommitmentEvent, Customer, Escalation, Strain
from commitments.selectors.strain import Strained
from commitments.selectors.surroundings import SurroundingsOf

LOOKED_AT_MOST = 300
ENDED_AT_MOST = 500
"""How many promises that have ended are looked at; more than ever are there at a time."""
A_DAY = timedelta(days=1)
DAILY_LIMIT = "daily_limit"
"""Why a mail was not sent: its address has had as many automatic mails in a day as the policy allows."""


class CallReason(enum.StrEnum):
    """Why somebody has to call, the most pressing first."""

    NOT_TOLD_OF_THE_END = "not_told_of_the_end"
    """The mail that told of the end did not arrive."""
    UNDELIVERABLE = "undeliverable"
    """Mail does not arrive."""
    DAILY_LIMIT = "daily_limit"
    """A mail was not sent, because too many had gone to the address that day."""
    BY_PHONE = "by_phone"
    """They hear from us by phone only."""
    CANNOT_BE_MAILED = "cannot_be_mailed"
    """There is no address, or none that may be used."""
    STRAINED = "strained"
    """They have been treated too badly for a mail that says that there is no news."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call to make. `by`: when the customer must have heard, or since when they should have."""

    commitment: Commitment
    reason: CallReason
    by: datetime


def calls_to_make(*, promises: "QuerySet[Commitment]", now: datetime) -> tuple[Call, ...]:
    """Give the calls to make among these promises, the most urgent first.

    A clock asks for a call from when its owner would be asked “are you still on it?”; mail that does not arrive asks at
    once.
    """
    rows = list(_candidates(promises, now=now)[:LOOKED_AT_MOST])
    batch = SurroundingsOf(rows, now=now)
    found = (_call(row, batch=batch, now=now) for row in rows)
    return tuple(sorted((call for call in found if call is not None), key=lambda call: (call.by, call.commitment.pk)))


def call_instead(customer: Customer, promises: Sequence[Commitment], *, strain: Strained) -> CallReason | None:
    """Say why a person calls a customer rather than mail them, as their open `promises` stand; each with its policy."""
    if not customer.can_be_mailed:
        return CallReason.CANNOT_BE_MAILED
    if any(promise.contact_route == Commitment.ContactRoute.PHONE for promise in promises):
        return CallReason.BY_PHONE
    thresholds = [promise.policy.strain_threshold for promise in promises]
    borne = min((threshold for threshold in thresholds if threshold is not None), default=None)
    return CallReason.STRAINED if borne is not None and strain.score >= borne else None


def ended_unreached() -> list[int]:
    """Give the promises (ids) that have ended while our mail does not reach the customer: their end has to be told.

    Ids rather than a condition on another table: beside “or”, only conditions on the row itself are found by an index,
    and what has ended is by far the most.
    """
    ladders = Escalation.objects.filter(
        trigger=Trigger.UNDELIVERABLE.value, ended_at__isnull=True, commitment__ended_at__isnull=False
    )
    return list(ladders.order_by("-pk").values_list("commitment_id", flat=True)[:ENDED_AT_MOST])


def _candidates(promises: "QuerySet[Commitment]", *, now: datetime) -> "QuerySet[Commitment]":
    """Keep the promises that may need a call, with what their clocks need to know."""
    ladders = Escalation.objects.filter(
        commitment=OuterRef("pk"), trigger=Trigger.UNDELIVERABLE.value, ended_at__isnull=True
    )
    held_back = CommitmentEvent.objects.filter(
        commitment=OuterRef("pk"),
        kind=EventKind.MAIL_NOT_SENT.value,
        facts__reason=DAILY_LIMIT,
        facts__to="customer",
        occurred_at__gt=now - A_DAY,
        occurred_at__gte=Coalesce(OuterRef("last_person_word_at"), OuterRef("started_at")),
    )
    strains = Exists(Strain.objects.filter(customer=OuterRef("customer"), taken_back_at__isnull=True))
    by_phone = Q(contact_route=Commitment.ContactRoute.PHONE) | Q(customer__email="") | ~Q(customer__do_not_mail="")
    annotated = promises.filter(Q(status=Status.OPEN.value) | Q(pk__in=ended_unreached())).annotate(
        is_unreached=Exists(ladders, output_field=BooleanField()),
        is_held_back=Exists(held_back, output_field=BooleanField()),
    )
    wanted = annotated.filter(
        Q(is_unreached=True) | (Q(status=Status.OPEN.value) & (by_phone | Q(is_held_back=True) | Q(strains)))
    )
    return (
        wanted.select_related("customer", "owner", "team__calendar")
        .annotate(hears_by=Coalesce(F("next_word_due_at"), F("due_at")))
        .order_by("hears_by", "pk")
    )


def _call(row: Commitment, *, batch: SurroundingsOf, now: datetime) -> Call | None:
    by = min(row.hear_by, row.due_at) if row.ended_at is None else row.ended_at
    if row.is_unreached:  # type: ignore[attr-defined]  # annotated by _candidates
        withdrawn = row.status == Status.WITHDRAWN
        return Call(row, CallReason.NOT_TOLD_OF_THE_END if withdrawn else CallReason.UNDELIVERABLE, by)
    if row.is_held_back:  # type: ignore[attr-defined]  # annotated by _candidates
        return Call(row, CallReason.DAILY_LIMIT, by)
    reason = _instead_of_mail(row, batch=batch, now=now)
    return Call(row, reason, by) if reason is not None and _is_near(row, by, batch=batch, now=now) else None


def _instead_of_mail(row: Commitment, *, batch: SurroundingsOf, now: datetime) -> CallReason | None:
    if row.contact_route == Commitment.ContactRoute.PHONE:
        return CallReason.BY_PHONE
    if not row.customer.can_be_mailed:
        return CallReason.CANNOT_BE_MAILED
    rules = batch.rules(row)
    holds = rules.holding_mails > 0 and row.next_word_due_at is not None
    if holds and batch.surroundings(row).is_strained(now, rules=rules):
        return CallReason.STRAINED
    return None


def _is_near(row: Commitment, at: datetime, *, batch: SurroundingsOf, now: datetime) -> bool:
    """Tell whether a clock has come so near that its owner would be asked, or has passed."""
    working, lead = batch.surroundings(row).working, batch.rules(row).ask_lead
    try:
        return at <= now or subtract(at, lead, calendar=working) <= now
    except BusinessTimeError:
        # A calendar that cannot be counted in makes nobody forget a customer.
        return True

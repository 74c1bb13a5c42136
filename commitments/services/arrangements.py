"""What is agreed with a customer about an open promise: how they hear from us, and how often."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from commitments.domain.business_time import Duration, DurationSort
from commitments.domain.timeline import Event, EventKind
from commitments.models import Commitment
from commitments.services.acting import holding
from commitments.services.refusals import Refused
from commitments.services.retiming import CADENCE, retime_held

A_MONTH = 30 * 24 * 60
SHORTEST = {DurationSort.ELAPSED: 30, DurationSort.BUSINESS_HOURS: 30, DurationSort.BUSINESS_DAYS: 1}
"""The shortest cadence that can be agreed: minutes, or days."""
LONGEST = {DurationSort.ELAPSED: A_MONTH, DurationSort.BUSINESS_HOURS: A_MONTH, DurationSort.BUSINESS_DAYS: 30}


def change_route(*, actor: Any, reference: str, route: str, now: datetime, version: int | None = None) -> Commitment:
    """Let the customer hear from us by mail, or by phone only, from now on.

    Raises Refused (Ended, Conflict): by mail where no mail can go, and what is so already.
    """
    with holding(reference=reference, now=now, version=version) as held:
        held.require_open()
        commitment = held.commitment
        customer, was = commitment.customer, commitment.contact_route
        if route not in Commitment.ContactRoute.values:
            raise Refused(gettext("Choose how they hear from us: by mail, or by phone only."), field="route")
        if route == was:
            raise Refused(gettext("That is how they hear from us already."), field="route")
        if route == Commitment.ContactRoute.MAIL and not customer.can_be_mailed:
            why = customer.get_do_not_mail_display() if customer.email else gettext("No mail address is known")
            raise Refused(
                gettext("%(why)s: put that right on the customer’s page first.") % {"why": why}, field="route"
            )
        commitment.contact_route = route
        held.changed.add("contact_route")
        held.actor = actor
        held.note(Event(EventKind.CONTACT_ROUTE_CHANGED, now, {"route": route, "was": was}))
    return held.commitment


def agree_cadence(
    *, actor: Any, reference: str, cadence: Duration | None, now: datetime, version: int | None = None
) -> Commitment:
    """Agree with the customer how often they hear from us; nothing ends what was agreed, and the policy's holds again.

    The word clock may come forward by it, never go back: the time that was named binds us. Raises Refused (Ended,
    Conflict): a cadence too short or too long, or what is agreed already.
    """
    with holding(reference=reference, now=now, version=version) as held:
        held.require_open()
        if cadence == held.promise.agreed_cadence:
            raise Refused(
                gettext("That is agreed already.") if cadence else gettext("Nothing is agreed that could end."),
                field="amount",
            )
        if cadence is not None:
            _check(cadence)
        was_hear_by = held.promise.word_deadline
        held.promise = replace(held.promise, agreed_cadence=cadence)
        # What the clocks then do stands after it on the timeline.
        place = len(held.events)
        retime_held(held, because=CADENCE)
        facts = {
            "cadence": str(cadence) if cadence is not None else None,
            "hear_by": held.promise.word_deadline,
            "was_hear_by": was_hear_by,
        }
        held.actor = actor
        held.events.insert(place, Event(EventKind.CADENCE_AGREED, now, facts))
    return held.commitment


def _check(cadence: Duration) -> None:
    if cadence.amount < SHORTEST[cadence.sort]:
        raise Refused(gettext("That is too often to be kept; agree on half an hour at least."), field="amount")
    if cadence.amount > LONGEST[cadence.sort]:
        raise Refused(gettext("That is too seldom; agree on 30 days at most."), field="amount")

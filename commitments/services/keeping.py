"""Keeping in one step with something else: with the making, on one call, or with a promise of after-care."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from commitments.models import Commitment, Customer
from commitments.services.promising import IN_CONVERSATION, keep, make_promise
from commitments.services.refusals import Refused

AT_ONCE = timedelta(minutes=1)
"""How far off the date is of what is kept on the very call on which it is promised, if none was named."""


def keep_on_the_call(
    *,
    actor: Any,
    customer: Customer,
    kind: str,
    promise: str,
    channel: str,
    now: datetime,
    due_at: datetime | None = None,
    happened_at: datetime | None = None,
    how: str = "",
    customer_confirmed: bool = False,
    notify_customer: bool = False,
    **values: Any,
) -> Commitment:
    """Record what was promised and kept on one call: it is never left open, and nothing is sent unless asked.

    `notify_customer`: mail them that it is kept. `values` as in `make_promise`. Raises Refused as that and `keep` do,
    and where the customer was not spoken with.
    """
    if channel not in IN_CONVERSATION:
        raise Refused(gettext("Only what was said in a conversation is kept on the call."), field="channel")
    with transaction.atomic():
        made = make_promise(
            actor=actor,
            customer=customer,
            kind=kind,
            promise=promise,
            due_at=due_at or now + AT_ONCE,
            channel=channel,
            now=now,
            happened_at=happened_at,
            notify_customer=False,
            **values,
        )
        return keep(
            actor=actor,
            reference=made.reference,
            now=now,
            happened_at=happened_at,
            how=how,
            customer_confirmed=customer_confirmed,
            notify_customer=notify_customer,
            on_the_call=True,
        )


@dataclass(frozen=True, slots=True)
class AfterCare:
    """What is promised the customer next, in the same step as keeping. `told`: they have just been told of it."""

    kind: str
    promise: str
    due_at: datetime
    told: bool = False


def keep_with_after_care(
    *, actor: Any, reference: str, now: datetime, after_care: AfterCare, **values: Any
) -> tuple[Commitment, Commitment]:
    """Keep a promise and make the next one to the same customer; give both, the kept one first. Both or neither.

    `values` as in `keep`. A promise of which the customer has not been told stands on its receipt. Raises Refused.
    """
    with transaction.atomic():
        kept = keep(actor=actor, reference=reference, now=now, **values)
        follows = make_promise(
            actor=actor,
            customer=kept.customer,
            kind=after_care.kind,
            promise=after_care.promise,
            due_at=after_care.due_at,
            channel=kept.channel,
            now=now,
            team=kept.team,
            contact_route=kept.contact_route,
            case_ref=kept.case_ref,
            case_url=kept.case_url,
            notify_customer=not after_care.told,
            told=after_care.told,
            previous=kept,
        )
        if not (after_care.told or follows.events.get().facts["notify_customer"]):
            raise Refused(
                gettext("This customer cannot be mailed; tell them of the next promise, then say so."), field="told"
            )
    return kept, follows

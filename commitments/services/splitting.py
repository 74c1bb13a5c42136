"""Splitting: a second topic in what a customer wrote becomes a promise of its own, with a thread of its own."""

import uuid
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from commitments.domain import replies
from commitments.domain.timeline import Event, EventKind
from commitments.models import Commitment, Customer, clock_asks
from commitments.selectors.replies import needs_no_answer
from commitments.services.acting import holding
from commitments.services.promising import make_promise
from commitments.services.refusals import Refused


def split_off(
    *,
    actor: Any,
    reference: str,
    message: uuid.UUID,
    customer: Customer,
    now: datetime,
    settles: bool = True,
    version: int | None = None,
    **values: Any,
) -> Commitment:
    """Make a customer's message a promise of its own, and give that; both timelines say so.

    `message`: the id of its event on the promise `reference`; `customer`: that promise's, or who watches it and wrote
    the message. `settles`: it was about the other matter alone, so the
    new promise answers for it and it waits for no answer here; otherwise it waits as before. `values` as in
    `make_promise`. Both are recorded or neither. Raises Refused (Conflict): no such message, another customer, and as
    `make_promise` does.
    """
    with holding(reference=reference, now=now, version=version) as held:
        found = held.commitment.events.filter(pk=message, kind=EventKind.CUSTOMER_MESSAGE).first()
        if found is None:
            raise Refused(gettext("This promise has no such message of the customer."))
        if customer.pk not in {held.commitment.customer_id, found.facts.get("customer")}:
            raise Refused(gettext("It is another customer who wrote that; log this one by itself."), field="customer")
        made = make_promise(actor=actor, customer=customer, now=now, split_from=held.commitment, **values)
        waits = settles and found.facts["needs_answer"] and not needs_no_answer(found)
        held.actor = actor
        if waits:
            held.do(replies.forget, at=now, asks=clock_asks(held.commitment, without=message))
        held.note(
            Event(
                EventKind.SPLIT_OFF,
                now,
                {"message": str(message), "into": made.reference, "settles": str(message) if waits else None},
            )
        )
    return made

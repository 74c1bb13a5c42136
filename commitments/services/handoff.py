"""Handing a promise over: offered by one person, answered for by them until another accepts."""

from datetime import datetime
from typing import Any

from commitments.domain import acts
from commitments.domain.clocks import WordMeaning
from commitments.domain.timeline import Event, EventKind
from commitments.models import Commitment
from commitments.services.acting import holding
from commitments.services.refusals import Refused


def offer_handoff(*, actor: Any, reference: str, to: Any, now: datetime, version: int | None = None) -> Commitment:
    """Ask `to` to take a promise over; until they accept, the owner answers for it. Raises Refused."""
    with holding(reference=reference, now=now, version=version) as held:
        held.require_open()
        if not to.is_active:
            raise Refused("They have left; hand it to somebody else.", field="to")
        held.actor = actor
        held.note(Event(EventKind.HANDOFF_OFFERED, now, {"from": held.commitment.owner_id, "to": to.pk}))
    return held.commitment


def accept_handoff(*, actor: Any, reference: str, now: datetime, version: int | None = None) -> Commitment:
    """Take over a promise that was offered to `actor`; the customer has been told who it is now. Raises Refused."""
    with holding(reference=reference, now=now, version=version) as held:
        held.require_open()
        offer = (
            held.commitment.events.filter(kind__in=[EventKind.HANDOFF_OFFERED, EventKind.HANDOFF_ACCEPTED])
            .order_by("-sequence")
            .first()
        )
        if offer is None or offer.kind != EventKind.HANDOFF_OFFERED or offer.facts["to"] != actor.pk:
            raise Refused("This promise has not been offered to you.")
        held.actor = actor
        held.commitment.owner = actor
        held.changed.add("owner")
        held.apply(
            acts.give_word(
                held.promise,
                at=now,
                recorded_at=now,
                by_mail=False,
                meaning=WordMeaning.NEWS,
                answers=False,
                rules=held.rules,
                surroundings=held.surroundings,
            )
        )
        held.note(
            Event(
                EventKind.HANDOFF_ACCEPTED,
                now,
                {
                    "from": offer.facts["from"],
                    "to": actor.pk,
                    "told": True,
                    "answers": False,
                    "named_at": held.promise.word_deadline,
                },
            )
        )
    return held.commitment

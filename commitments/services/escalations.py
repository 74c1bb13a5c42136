"""Taking note of what is wrong: the climb of its ladder stops for a while."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from commitments.domain import ladders
from commitments.domain.escalation import Trigger
from commitments.domain.timeline import Event, EventKind
from commitments.models import Commitment, EventText
from commitments.services.acting import holding
from commitments.services.refusals import Refused


def acknowledge(
    *,
    actor: Any,
    reference: str,
    now: datetime,
    trigger: Trigger | None = None,
    note: str = "",
    version: int | None = None,
) -> Commitment:
    """Take note of one open escalation, or of all that are open: their climb stops for the time that the policy states.

    Raises Refused (Conflict) where nothing is open.
    """
    with holding(reference=reference, now=now, version=version) as held:
        is_open = [escalation.trigger for escalation in held.promise.escalations]
        triggers = is_open if trigger is None else [trigger]
        if not is_open or triggers[0] not in is_open:
            raise Refused(gettext("There is nothing here to take note of: what was wrong has ended."), field="trigger")
        held.actor = actor
        held.promise, until = ladders.acknowledge_all(
            held.promise, triggers, at=now, rules=held.rules, surroundings=held.surroundings
        )
        held.texts = {EventText.Field.NOTE: note.strip()}
        facts = {"triggers": [taken.value for taken in triggers], "until": until}
        held.note(Event(EventKind.ACKNOWLEDGED, now, facts))
    return held.commitment

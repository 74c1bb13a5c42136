"""Saying afterwards why a date was broken."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from commitments.domain.timeline import Event, EventKind
from commitments.models import Commitment, EventText
from commitments.selectors.breaks import unexplained_breaks
from commitments.services.acting import holding
from commitments.services.refusals import Refused
from commitments.services.texts import required


def explain_break(
    *, actor: Any, reference: str, due_at: datetime, reason: str, now: datetime, version: int | None = None
) -> Commitment:
    """Say why the date `due_at` was broken. Raises Refused (Conflict): no reason, no such break, or one explained."""
    with holding(reference=reference, now=now, version=version) as held:
        if due_at not in unexplained_breaks(commitment=held.commitment):
            raise Refused(gettext("That date was not broken, or its reason has been given already."), field="due_at")
        said = required(reason, gettext("Write why the date was broken."), "reason")
        held.actor = actor
        held.texts = {EventText.Field.REASON: said}
        held.note(Event(EventKind.BREAK_EXPLAINED, now, {"due_at": due_at}))
    return held.commitment

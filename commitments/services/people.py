"""Colleagues who leave, and hours of their own: what that needs before, and does to promises after."""

from datetime import datetime
from typing import Any

from django.utils.translation import ngettext

from commitments.models import Commitment, Handoff, Team, person
from commitments.selectors.acting_owners import covered_by
from commitments.services.refusals import Refused
from commitments.services.retiming import HOURS, Retimed, retime


class StillAnswers(Refused):
    """Somebody cannot leave while customers count on them: they own open promises, or are asked to take some over."""

    def __init__(self, user: Any, *, owned: int, asked: int) -> None:
        name = person(user)
        parts = []
        if owned:
            sentence = ngettext(
                "%(name)s answers for %(number)s open promise: hand over first.",
                "%(name)s answers for %(number)s open promises: hand over first.",
                owned,
            )
            parts.append(sentence % {"name": name, "number": owned})
        if asked:
            sentence = ngettext(
                "%(number)s promise waits for %(name)s to accept it: have it taken back or accepted first.",
                "%(number)s promises wait for %(name)s to accept them: have them taken back or accepted first.",
                asked,
            )
            parts.append(sentence % {"name": name, "number": asked})
        super().__init__(" ".join(parts), field="is_active")
        self.user = user
        self.owned, self.asked = owned, asked


def check_may_leave(*, user: Any, team: Team | None = None) -> None:
    """Check that somebody can leave a team, or (without one) altogether. Raises StillAnswers."""
    owned = Commitment.objects.open().filter(owner=user)
    asked = Handoff.objects.filter(to_user=user, state=Handoff.State.OFFERED)
    if team is not None:
        owned, asked = owned.filter(team=team), asked.filter(to_team=team)
    counts = owned.count(), asked.count()
    if any(counts):
        raise StillAnswers(user, owned=counts[0], asked=counts[1])


def hours_changed(*, user: Any, team: Team, now: datetime) -> Retimed:
    """Time the promises anew for which somebody acts whose own hours in a team have changed."""
    owners = [user.pk, *covered_by(actor=user, now=now)]
    promises = Commitment.objects.for_somebody().filter(owner__in=owners, team=team)
    return retime(commitments=promises, because=HOURS, now=now)

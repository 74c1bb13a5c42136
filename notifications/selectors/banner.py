"""What everybody should know just now: whether mail leaves, whether it is held back and where, and what is late."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from commitments.models import Commitment, Team
from commitments.models.people import leads
from commitments.selectors.board import supervises_any
from notifications.domain.kinds import Hold, MailState
from notifications.models import InboundMail, MailOutage, Notification
from notifications.selectors.lateness import Late, find_late


@dataclass(frozen=True, slots=True)
class Banner:
    """What is out of the ordinary; all empty when nothing is."""

    outage: MailOutage | None
    all_stopped: bool
    only_to: tuple[str, ...]
    stopped_teams: tuple[str, ...]
    shadow_teams: tuple[str, ...]
    held: int
    """Automatic mails that wait after an outage, of the promises that the reader sees."""
    may_decide: int
    """How many of them the reader may let go or drop."""
    to_read: int
    """Arrived mails that nobody has read, and the reader may."""
    late: tuple[Late, ...]
    """What should have happened and did not, for supervisors; empty for everybody else."""

    @property
    def late_count(self) -> int:
        """How many things are late, for supervisors."""
        return sum(item.count for item in self.late)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say."""
        return not (
            self.outage
            or self.all_stopped
            or self.only_to
            or self.stopped_teams
            or self.shadow_teams
            or self.held
            or self.to_read
            or self.late
        )


def read_banner(*, actor: Any, now: datetime) -> Banner:
    """Read the banner for one person: their teams', or all teams' for a leader."""
    teams = Team.objects.all()
    if not leads(actor):
        teams = teams.filter(memberships__user=actor).distinct()
    modes = list(teams.values_list("name", "automatic_mail_stopped", "is_shadow"))
    held = Notification.objects.unfinished().filter(state=MailState.HELD.value, hold=Hold.CATCH_UP.value)
    seen = may_decide = 0
    if held.exists():
        seen = held.filter(commitment__in=Commitment.objects.visible_to(actor)).count()
        may_decide = held.filter(commitment__in=Commitment.objects.supervised_by(actor)).count()
    return Banner(
        outage=MailOutage.objects.filter(id=MailOutage.ONLY).first(),
        all_stopped=bool(settings.MAIL_STOP),
        only_to=tuple(settings.MAIL_ONLY_TO),
        stopped_teams=tuple(name for name, stopped, _ in modes if stopped),
        shadow_teams=tuple(name for name, _, shadow in modes if shadow),
        held=seen,
        may_decide=may_decide,
        to_read=InboundMail.objects.visible_to(actor).waiting().count(),
        late=tuple(find_late(now=now)) if supervises_any(actor) else (),
    )

"""How the installation is doing: what is late, what waits, and when the worker was last seen at work.

Reads only, and a constant number of queries however much there is.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count

from commitments.domain.timeline import TIMES_OWN, EventKind
from commitments.models import CommitmentEvent
from commitments.selectors.board import supervises_any
from notifications.domain.kinds import Hold
from notifications.models import MailOutage, Notification
from notifications.selectors.banner import Banner, read_banner
from notifications.selectors.lateness import Late, find_late

WORKERS_OWN = sorted(
    kind.value for kind in TIMES_OWN | {EventKind.MAIL_SENT, EventKind.MAIL_SHADOWED, EventKind.MAIL_NOT_SENT}
)
"""What only the worker writes; a mail that failed may also be a report that came to the web server."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """Mails that have not come to an end, and what they wait for; `to_go`: for nothing but their turn."""

    to_go: int
    waking_hours: int
    stop_switch: int
    catch_up: int
    calling: int
    trying: int
    gathering: int
    lost: int

    @property
    def count(self) -> int:
        """How many there are in all."""
        return sum(
            (
                *(self.to_go, self.waking_hours, self.stop_switch, self.catch_up),
                *(self.calling, self.trying, self.gathering, self.lost),
            )
        )


@dataclass(frozen=True, slots=True)
class Details:
    """What supervisors see; `banner` is that of the reader's own teams, the rest is about the whole installation."""

    banner: Banner
    waiting: Waiting
    last_work_at: datetime | None
    """When the worker last left a trace: it leaves none while there is nothing to do. None: never yet."""


@dataclass(frozen=True, slots=True)
class Status:
    """What is late, whether mail leaves, and the details for whoever supervises."""

    late: tuple[Late, ...]
    outage: MailOutage | None
    details: Details | None

    @property
    def late_count(self) -> int:
        """How many things are late."""
        return sum(item.count for item in self.late)


def read_status(*, actor: Any, now: datetime) -> Status:
    """Read how the installation is doing, with the details where `actor` supervises a team, or leads."""
    if not supervises_any(actor):
        outage = MailOutage.objects.filter(id=MailOutage.ONLY).first()
        return Status(late=tuple(find_late(now=now)), outage=outage, details=None)
    banner = read_banner(actor=actor, now=now)
    details = Details(banner=banner, waiting=_read_waiting(), last_work_at=_read_last_work())
    return Status(late=banner.late, outage=banner.outage, details=details)


def _read_waiting() -> Waiting:
    counts = dict(Notification.objects.unfinished().values_list("hold").annotate(count=Count("id")))
    return Waiting(
        to_go=counts.get("", 0),
        waking_hours=counts.get(Hold.WAKING_HOURS.value, 0),
        stop_switch=counts.get(Hold.STOP_SWITCH.value, 0),
        catch_up=counts.get(Hold.CATCH_UP.value, 0),
        calling=counts.get(Hold.CALLING.value, 0),
        trying=counts.get(Hold.TRYING.value, 0),
        gathering=counts.get(Hold.GATHERING.value, 0),
        lost=counts.get(Hold.LOST.value, 0),
    )


def _read_last_work() -> datetime | None:
    # Ids are in the order of time, so the newest row is found without an index of its own.
    planned = Notification.objects.order_by("-id").values_list("planned_at", flat=True).first()
    written = CommitmentEvent.objects.filter(kind__in=WORKERS_OWN).order_by("-id")
    recorded = written.values_list("recorded_at", flat=True).first()
    return max((at for at in (planned, recorded) if at), default=None)

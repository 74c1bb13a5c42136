"""A mail set-up that does not work: one row, one banner, and a wait of at most a minute between tries."""

from datetime import datetime

import structlog
from django.db.models import F

from notifications.domain.backoff import wait_for_setup
from notifications.models import MailOutage

log = structlog.get_logger(__name__)


def current() -> MailOutage | None:
    """Give the outage, if mail cannot leave."""
    return MailOutage.objects.filter(id=MailOutage.ONLY).first()


def reserve_try(outage: MailOutage, *, now: datetime) -> bool:
    """Tell whether it is time to try again, and this worker is the one to do it."""
    later = now + wait_for_setup(outage.tries)
    due = MailOutage.objects.filter(id=MailOutage.ONLY, next_try_at=outage.next_try_at, next_try_at__lte=now)
    return bool(due.update(next_try_at=later))


def note(*, error: str, now: datetime) -> None:
    """Note that mail cannot leave, or still cannot, and when to try again."""
    log.warning("mail_cannot_leave", error=error)
    found = MailOutage.objects.filter(id=MailOutage.ONLY)
    tries = found.values_list("tries", flat=True).first()
    if tries is not None:
        later = now + wait_for_setup(tries + 1)
        found.update(error=error[:500], tries=F("tries") + 1, next_try_at=later)
        return
    # Another worker may be noting the same.
    outage = MailOutage(since=now, error=error[:500], next_try_at=now + wait_for_setup(1))
    MailOutage.objects.bulk_create([outage], ignore_conflicts=True)


def over() -> None:
    """Note that mail leaves again."""
    MailOutage.objects.filter(id=MailOutage.ONLY).delete()

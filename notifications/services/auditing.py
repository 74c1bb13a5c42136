"""The auditor's round: whatever is late is in the log, and the heartbeat goes out only when nothing is."""

from datetime import datetime

import structlog
from django.conf import settings

from notifications.selectors.lateness import Late, find_late
from notifications.services import heartbeat

log = structlog.get_logger(__name__)


def audit(*, now: datetime) -> list[Late]:
    """Look for what is late and give it; ping HEARTBEAT_URL, where it is set, when there is nothing."""
    late = find_late(now=now)
    for item in late:
        log.warning("late", what=item.what.value, count=item.count, since=item.since.isoformat(timespec="seconds"))
    if not late and settings.HEARTBEAT_URL:
        heartbeat.ping(settings.HEARTBEAT_URL)
    return late

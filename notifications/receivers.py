"""What mail providers report about mails that have gone, in anymail's terms.

Only reports that take a word back are acted on so far.
"""

from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, tracking  # type: ignore[import-untyped]

from commitments import clock
from notifications.domain.kinds import Delivery
from notifications.services.recording import record_delivery

RESULTS = {
    EventType.BOUNCED: Delivery.BOUNCED,
    EventType.REJECTED: Delivery.REJECTED,
    EventType.COMPLAINED: Delivery.COMPLAINED,
    EventType.DELIVERED: Delivery.DELIVERED,
}


def connect() -> None:
    """Listen; called once when Django starts."""
    tracking.connect(on_tracking, dispatch_uid="notifications.tracking")


def on_tracking(sender: Any, event: AnymailTrackingEvent, **_: Any) -> None:
    """Record one report; what is about no mail of ours, or no result, is left alone."""
    result = RESULTS.get(event.event_type)
    if result is None or not event.message_id:
        return
    now = clock.now()
    record_delivery(
        message_id=event.message_id,
        result=result,
        occurred_at=event.timestamp or now,
        now=now,
        provider_event_id=event.event_id or "",
        detail=event.mta_response or event.description or event.reject_reason or "",
    )

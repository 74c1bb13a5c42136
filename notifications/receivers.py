"""What mail providers report about mails that have gone, in anymail's terms."""

from typing import Any

from anymail.signals import AnymailTrackingEvent, tracking  # type: ignore[import-untyped]

from commitments import clock
from notifications.delivery import OUR_ID
from notifications.domain.tracking import calls_it_soft, read_report
from notifications.services.tracking import record_delivery


def connect() -> None:
    """Listen; called once when Django starts."""
    tracking.connect(on_tracking, dispatch_uid="notifications.tracking")


def on_tracking(sender: Any, event: AnymailTrackingEvent, esp_name: str, **_: Any) -> None:
    """Record one report; what is about no mail of ours, or means nothing to us, is left alone."""
    said = event.mta_response or event.description or ""
    report = read_report(
        event=event.event_type,
        reason=event.reject_reason or "",
        words=said,
        is_soft=calls_it_soft(provider=esp_name, report=event.esp_event),
    )
    if report is None:
        return
    now = clock.now()
    record_delivery(
        message_id=event.message_id or "",
        mail_id=str((event.metadata or {}).get(OUR_ID, "")),
        result=report.result,
        suppressed=report.suppress,
        occurred_at=event.timestamp or now,
        now=now,
        # One that has neither an id nor an instant is known again by what it says alone.
        provider_event_id=event.event_id or ("" if event.timestamp else "without an instant"),
        recipient=event.recipient or "",
        detail=said or event.reject_reason or "",
    )

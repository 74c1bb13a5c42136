"""What mail providers report about mails that have gone, and the mails that they take in for us, in anymail's terms.

Only reports that take a word back are acted on so far.
"""

from typing import Any

from anymail.signals import (  # type: ignore[import-untyped]
    AnymailInboundEvent,
    AnymailTrackingEvent,
    EventType,
    inbound,
    tracking,
)

from commitments import clock
from notifications.domain.kinds import Delivery
from notifications.services.inbound import park_unreadable, receive
from notifications.services.reading_mail import UNREADABLE, read_mail
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
    inbound.connect(on_inbound, dispatch_uid="notifications.inbound")


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


def on_inbound(sender: Any, event: AnymailInboundEvent, **_: Any) -> None:
    """Take in one mail, whatever is in it."""
    message = event.message
    if message is None:
        return
    now = clock.now()
    receipt = _receipt(event.esp_event)
    try:
        mail = read_mail(
            message,
            envelope_sender=message.envelope_sender,
            envelope_recipients=receipt.get("recipients") or [message.envelope_recipient or ""],
            verdicts=[(method, _verdict(receipt, method)) for method in ("spf", "dkim", "dmarc")],
        )
    except UNREADABLE as error:
        park_unreadable(raw=_raw(message), error=f"{type(error).__name__}: {error}", now=now)
    else:
        receive(mail=mail, now=now)


def _receipt(report: Any) -> dict[str, Any]:
    """Give what Amazon SES adds to a mail: all recipients of the envelope, and what it found about the sender."""
    receipt = report.get("receipt") if isinstance(report, dict) else None
    return receipt if isinstance(receipt, dict) else {}


def _verdict(receipt: dict[str, Any], method: str) -> str:
    verdict = receipt.get(f"{method}Verdict")
    return str(verdict.get("status", "")) if isinstance(verdict, dict) else ""


def _raw(message: Any) -> bytes:
    try:
        return bytes(message.as_bytes())
    except UNREADABLE:
        return repr(list(message.raw_items())).encode()

"""What mail providers report about mails that have gone, and the mails that they take in for us, in anymail's terms."""

from typing import Any

from anymail.signals import (  # type: ignore[import-untyped]
    AnymailInboundEvent,
    AnymailTrackingEvent,
    inbound,
    tracking,
)

from commitments import clock
from notifications.delivery import OUR_ID
from notifications.domain.tracking import calls_it_soft, read_report
from notifications.services.inbound import park_unreadable, receive
from notifications.services.reading_mail import UNREADABLE, read_mail
from notifications.services.tracking import record_delivery


def connect() -> None:
    """Listen; called once when Django starts."""
    tracking.connect(on_tracking, dispatch_uid="notifications.tracking")
    inbound.connect(on_inbound, dispatch_uid="notifications.inbound")


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


def on_inbound(sender: Any, event: AnymailInboundEvent, esp_name: str = "", **_: Any) -> None:
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
            provider=str(esp_name),
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

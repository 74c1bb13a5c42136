"""Reports as Mailgun, Postmark and Amazon SES post them: their formats, with their signatures.

The formats are those of the providers' documentation; what differs from one report to the next is put in.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

SECRET = "kept:a-password-for-reports"
SIGNING_KEY = "mailgun-signing-key"
SETTINGS = {"WEBHOOK_SECRET": SECRET, "MAILGUN_WEBHOOK_SIGNING_KEY": SIGNING_KEY, "MAILGUN_API_KEY": "key"}
BASIC = "Basic " + base64.b64encode(SECRET.encode()).decode()


@dataclass(frozen=True)
class Sent:
    """The mail that a report is about, as its provider knows it."""

    address: str
    message_id: str
    """The Message-ID on the wire."""
    our_id: str
    """What we gave along, and providers give back."""
    at: datetime


@dataclass(frozen=True)
class Post:
    """One HTTP request of a provider."""

    path: str
    body: str
    headers: Mapping[str, str]


def _mailgun(sent: Sent, event: str, more: Mapping[str, Any]) -> Post:
    stamp = sent.at.timestamp()
    token = hashlib.sha256(f"{sent.our_id} {event} {more}".encode()).hexdigest()[:50]
    signature = hmac.new(SIGNING_KEY.encode(), f"{int(stamp)}{token}".encode(), hashlib.sha256).hexdigest()
    body = {
        "signature": {"timestamp": str(int(stamp)), "token": token, "signature": signature},
        "event-data": {
            "id": token[:22],
            "event": event,
            "timestamp": stamp,
            "log-level": "info",
            "recipient": sent.address,
            "recipient-domain": sent.address.partition("@")[2],
            "envelope": {"sender": "kept@example.com", "transport": "smtp", "targets": sent.address},
            "message": {
                "headers": {
                    "to": sent.address,
                    "message-id": sent.message_id.strip("<>"),
                    "from": "Kept <kept@example.com>",
                    "subject": "Where we are",
                },
                "attachments": [],
                "size": 4711,
            },
            "flags": {"is-routed": False, "is-authenticated": True, "is-system-test": False, "is-test-mode": False},
            "user-variables": {"kept_mail": sent.our_id},
            "tags": [],
            **more,
        },
    }
    # Mailgun signs with its own key; the secret in the address comes on top.
    return Post(
        "/anymail/mailgun/tracking/",
        json.dumps(body),
        {"content_type": "application/json", "HTTP_AUTHORIZATION": BASIC},
    )


def _status(code: int, message: str, **fields: Any) -> dict[str, Any]:
    return {"delivery-status": {"code": code, "message": message, "description": "", "attempt-no": 1, **fields}}


MAILGUN: Mapping[str, Callable[[Sent], Post]] = {
    "delivered": lambda sent: _mailgun(sent, "delivered", _status(250, "OK")),
    "deferred": lambda sent: _mailgun(
        sent,
        "failed",
        {"severity": "temporary", "reason": "generic", **_status(452, "4.2.2 The account is over quota")},
    ),
    "bounced": lambda sent: _mailgun(
        sent, "failed", {"severity": "permanent", "reason": "bounce", **_status(550, "5.1.1 No such user here")}
    ),
    "soft_bounced": lambda sent: _mailgun(
        sent, "failed", {"severity": "permanent", "reason": "old", **_status(552, "5.2.2 Mailbox full")}
    ),
    "complained": lambda sent: _mailgun(sent, "complained", {}),
    "unsubscribed": lambda sent: _mailgun(sent, "unsubscribed", {}),
    "rejected": lambda sent: _mailgun(
        sent, "rejected", {"reject": {"reason": "Sandbox subdomains are for test purposes only", "description": ""}}
    ),
    "opened": lambda sent: _mailgun(sent, "opened", {"ip": "192.0.2.1", "client-info": {"user-agent": "Mozilla/5.0"}}),
}


def _postmark(sent: Sent, record: str, **more: Any) -> Post:
    body = {
        "RecordType": record,
        "MessageStream": "outbound",
        "ServerID": 23,
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Metadata": {"kept_mail": sent.our_id},
        "Tag": "",
        **more,
    }
    return Post(
        "/anymail/postmark/tracking/",
        json.dumps(body),
        {"content_type": "application/json", "HTTP_AUTHORIZATION": BASIC},
    )


def _postmark_bounce(sent: Sent, kind: str, code: int, details: str, *, record: str = "Bounce") -> Post:
    return _postmark(
        sent,
        record,
        ID=int(hashlib.sha256(f"{sent.our_id} {kind}".encode()).hexdigest()[:12], 16),
        Type=kind,
        TypeCode=code,
        Name=kind,
        Description="The server was unable to deliver your message.",
        Details=details,
        Email=sent.address,
        From="kept@example.com",
        BouncedAt=sent.at.isoformat(),
        DumpAvailable=True,
        Inactive=False,
        CanActivate=True,
        Subject="Where we are",
        Content="",
    )


POSTMARK: Mapping[str, Callable[[Sent], Post]] = {
    "delivered": lambda sent: _postmark(
        sent, "Delivery", Recipient=sent.address, DeliveredAt=sent.at.isoformat(), Details="Test delivery"
    ),
    "deferred": lambda sent: _postmark_bounce(sent, "Transient", 2, "smtp;451 4.7.1 Greylisted"),
    "bounced": lambda sent: _postmark_bounce(sent, "HardBounce", 1, "smtp;550 5.1.1 The address does not exist"),
    "soft_bounced": lambda sent: _postmark_bounce(sent, "SoftBounce", 4096, "smtp;550 The mail did not arrive"),
    "complained": lambda sent: _postmark_bounce(sent, "SpamComplaint", 512, "", record="SpamComplaint"),
    "unsubscribed": lambda sent: _postmark(
        sent,
        "SubscriptionChange",
        Recipient=sent.address,
        ChangedAt=sent.at.isoformat(),
        Origin="Recipient",
        SuppressSending=True,
        SuppressionReason="ManualSuppression",
    ),
    "rejected": lambda sent: _postmark_bounce(sent, "Blocked", 100006, "smtp;554 Blocked by policy"),
    "failed": lambda sent: _postmark_bounce(sent, "SMTPApiError", 100003, "An error occurred"),
    "opened": lambda sent: _postmark(
        sent, "Open", Recipient=sent.address, ReceivedAt=sent.at.isoformat(), FirstOpen=True, UserAgent="Mozilla/5.0"
    ),
}


def _ses(sent: Sent, event: str, **more: Any) -> Post:
    at = sent.at.isoformat()
    ses_id = "0100015f2a3c4d5e-1a2b3c4d-0000"
    message = {
        "eventType": event,
        "mail": {
            "timestamp": at,
            "source": "kept@example.com",
            "messageId": f"{ses_id}-{sent.our_id}",
            "destination": [sent.address],
            "headersTruncated": False,
            "headers": [
                {"name": "Message-ID", "value": sent.message_id},
                {"name": "X-Metadata", "value": json.dumps({"kept_mail": sent.our_id})},
            ],
            "commonHeaders": {"from": ["kept@example.com"], "to": [sent.address], "subject": "Where we are"},
            "tags": {"ses:configuration-set": ["Kept"]},
        },
        **more,
    }
    number = hashlib.sha256(f"{sent.our_id} {event} {more}".encode()).hexdigest()
    body = {
        "Type": "Notification",
        "MessageId": f"{number[:8]}-{number[8:12]}-{number[12:16]}-{number[16:20]}-{number[20:32]}",
        "TopicArn": "arn:aws:sns:us-east-1:123456789012:SES_Events",
        "Subject": "Amazon SES Email Event Notification",
        "Message": json.dumps(message) + "\n",
        "Timestamp": at,
        "SignatureVersion": "1",
        "Signature": "EXAMPLE-SIGNATURE==",
        "SigningCertURL": "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-12345abcde.pem",
        "UnsubscribeURL": "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe",
    }
    return Post(
        "/anymail/amazon_ses/tracking/",
        json.dumps(body),
        {
            "content_type": "text/plain; charset=UTF-8",
            "HTTP_X_AMZ_SNS_MESSAGE_TYPE": "Notification",
            "HTTP_X_AMZ_SNS_MESSAGE_ID": str(body["MessageId"]),
            "HTTP_AUTHORIZATION": BASIC,
        },
    )


def _ses_bounce(sent: Sent, kind: str, sort: str, code: str) -> Post:
    return _ses(
        sent,
        "Bounce",
        bounce={
            "feedbackId": "0100017d-1-2",
            "bounceType": kind,
            "bounceSubType": sort,
            "bouncedRecipients": [
                {"emailAddress": sent.address, "action": "failed", "status": "5.1.1", "diagnosticCode": code}
            ],
            "timestamp": sent.at.isoformat(),
            "reportingMTA": "dsn; a8-70.smtp-out.amazonses.com",
        },
    )


SES: Mapping[str, Callable[[Sent], Post]] = {
    "delivered": lambda sent: _ses(
        sent,
        "Delivery",
        delivery={
            "timestamp": sent.at.isoformat(),
            "processingTimeMillis": 3970,
            "recipients": [sent.address],
            "smtpResponse": "250 2.6.0 Message received",
            "reportingMTA": "a8-70.smtp-out.amazonses.com",
        },
    ),
    "bounced": lambda sent: _ses_bounce(sent, "Permanent", "General", "smtp; 550 5.1.1 user unknown"),
    "soft_bounced": lambda sent: _ses_bounce(sent, "Transient", "MailboxFull", "smtp; 552 the mailbox is full"),
    "complained": lambda sent: _ses(
        sent,
        "Complaint",
        complaint={
            "complainedRecipients": [{"emailAddress": sent.address}],
            "timestamp": sent.at.isoformat(),
            "feedbackId": "0100017d-1-3",
            "complaintFeedbackType": "abuse",
            "userAgent": "AnyCompany Feedback Loop (V0.01)",
        },
    ),
    "rejected": lambda sent: _ses(sent, "Reject", reject={"reason": "Bad content"}),
    "failed": lambda sent: _ses(
        sent, "Rendering Failure", failure={"errorMessage": "Attribute is missing.", "templateName": "Kept"}
    ),
    "opened": lambda sent: _ses(
        sent, "Open", open={"ipAddress": "192.0.2.1", "timestamp": sent.at.isoformat(), "userAgent": "Mozilla/5.0"}
    ),
}

PROVIDERS: Mapping[str, Mapping[str, Callable[[Sent], Post]]] = {
    "Mailgun": MAILGUN,
    "Postmark": POSTMARK,
    "Amazon SES": SES,
}

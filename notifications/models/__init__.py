"""The outbox, arrived mail, inboxes, what came back, who is left alone, whether mail leaves, and the mailbox."""

from notifications.models.inbound import InboundAttachment, InboundMail
from notifications.models.inbox import Inbox
from notifications.models.mailbox import MailboxMessage
from notifications.models.outbox import Notification
from notifications.models.results import DeliveryEvent, MailOutage
from notifications.models.suppression import Suppression

__all__ = [
    "DeliveryEvent",
    "InboundAttachment",
    "InboundMail",
    "Inbox",
    "MailOutage",
    "MailboxMessage",
    "Notification",
    "Suppression",
]

"""The outbox, arrived mail, inboxes of colleagues, what came back, whether mail leaves, the embedded mailbox."""

from notifications.models.inbound import InboundAttachment, InboundMail
from notifications.models.inbox import Inbox
from notifications.models.mailbox import MailboxMessage
from notifications.models.outbox import Notification
from notifications.models.results import DeliveryEvent, MailOutage

__all__ = ["DeliveryEvent", "InboundAttachment", "InboundMail", "Inbox", "MailOutage", "MailboxMessage", "Notification"]

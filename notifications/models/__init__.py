"""The outbox, colleagues' inboxes, what came back, whether mail can leave, and the embedded installation's mailbox."""

from notifications.models.inbox import Inbox
from notifications.models.mailbox import MailboxMessage
from notifications.models.outbox import Notification
from notifications.models.results import DeliveryEvent, MailOutage

__all__ = ["DeliveryEvent", "Inbox", "MailOutage", "MailboxMessage", "Notification"]

"""The outbox, what came back, whether mail can leave at all, and the embedded installation's mailbox."""

from notifications.models.mailbox import MailboxMessage
from notifications.models.outbox import Notification
from notifications.models.results import DeliveryEvent, MailOutage

__all__ = ["DeliveryEvent", "MailOutage", "MailboxMessage", "Notification"]

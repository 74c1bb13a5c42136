"""The outbox, colleagues' inboxes, what came back, who is left alone, whether mail can leave, and the mailbox."""

from notifications.models.inbox import Inbox
from notifications.models.mailbox import MailboxMessage
from notifications.models.outbox import Notification
from notifications.models.results import DeliveryEvent, MailOutage
from notifications.models.suppression import Suppression

__all__ = ["DeliveryEvent", "Inbox", "MailOutage", "MailboxMessage", "Notification", "Suppression"]

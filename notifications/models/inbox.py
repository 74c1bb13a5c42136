"""What a colleague's mailbox is to get, and when: not more often than it can be read."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Inbox(models.Model):
    """One colleague's mailbox as Kept fills it; a worker locks the row while it decides what goes together."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="inbox"
    )
    gathers_until = models.DateTimeField(
        null=True, help_text="Until when mails wait to go together, because one has just gone."
    )
    next_list_at = models.DateTimeField(null=True, help_text="When the list of the next working day goes.")

    class Meta:
        indexes = [
            models.Index(fields=["next_list_at"], condition=Q(next_list_at__isnull=False), name="inbox_next_list"),
        ]

    def __str__(self) -> str:
        return f"inbox of {self.user_id}"

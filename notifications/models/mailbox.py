"""Mails of the embedded installation, which stay in the database and are read at /mailbox/."""

from django.db import models


class MailboxMessage(models.Model):
    """One mail as it would have gone over the wire."""

    received_at = models.DateTimeField(db_index=True)
    sender = models.CharField(max_length=400)
    recipients = models.TextField(help_text="Separated by commas.")
    subject = models.TextField(blank=True)
    headers = models.JSONField(default=list, help_text="Pairs of name and value, in their order.")
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.subject} to {self.recipients}"

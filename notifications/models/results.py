"""What came back about mails that had gone, and whether mail can leave at all."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notifications.domain.kinds import Delivery
from notifications.models.outbox import Notification


class DeliveryEvent(models.Model):
    """One report about one mail, as the mail server or the provider gave it."""

    class Result(models.TextChoices):
        """See `notifications.domain.kinds.Delivery`."""

        DEFERRED = Delivery.DEFERRED.value, _("Not taken yet")
        DELIVERED = Delivery.DELIVERED.value, _("Delivered")
        UNSUBSCRIBED = Delivery.UNSUBSCRIBED.value, _("Wants real news only")
        SOFT_BOUNCED = Delivery.SOFT_BOUNCED.value, _("Came back for now")
        FAILED = Delivery.FAILED.value, _("Could not be sent")
        REJECTED = Delivery.REJECTED.value, _("Rejected")
        BOUNCED = Delivery.BOUNCED.value, _("Came back")
        COMPLAINED = Delivery.COMPLAINED.value, _("Reported as unwanted")

    notification = models.ForeignKey(Notification, on_delete=models.CASCADE, related_name="deliveries")
    result = models.CharField(max_length=16, choices=Result.choices)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    provider_event_id = models.CharField(
        max_length=200, blank=True, help_text="The provider’s, or made of the instant where it gives none."
    )
    detail = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["notification", "provider_event_id", "result"],
                name="delivery_event_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.notification_id} {self.result}"


class MailOutage(models.Model):
    """While mail cannot leave: one row, so that a broken set-up is one banner and a wait. No row: all is well."""

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    since = models.DateTimeField()
    error = models.CharField(max_length=500)
    tries = models.PositiveIntegerField(default=1)
    next_try_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="mail_outage_only_one"),
        ]

    def __str__(self) -> str:
        return f"no mail since {self.since:%Y-%m-%d %H:%M}: {self.error}"

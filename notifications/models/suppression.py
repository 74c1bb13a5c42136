"""Addresses that get no mail, and why; what was lifted stays on record."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notifications.domain.kinds import Suppressed
from notifications.models.outbox import Notification


class SuppressionQuerySet(models.QuerySet["Suppression"]):
    """Suppressions as mails and pages look for them."""

    def in_force(self) -> "SuppressionQuerySet":
        """Keep those that have not been lifted."""
        return self.filter(lifted_at__isnull=True)


class Suppression(models.Model):
    """One address that is left alone, from then until somebody lifts it."""

    class Reason(models.TextChoices):
        """See `notifications.domain.kinds.Suppressed`."""

        BOUNCED = Suppressed.BOUNCED.value, _("Mail came back")
        COMPLAINED = Suppressed.COMPLAINED.value, _("Reported our mail as unwanted")
        NOT_FOR_ME = Suppressed.NOT_FOR_ME.value, _("Said the mail was not for them")

    address = models.CharField(max_length=254, help_text="With its case folded: one address, however it is written.")
    reason = models.CharField(max_length=16, choices=Reason.choices)
    since = models.DateTimeField()
    notification = models.ForeignKey(
        Notification,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="suppressions",
        db_index=False,
        help_text="The mail that came back, where it was one.",
    )
    detail = models.CharField(max_length=500, blank=True, help_text="What the other side said.")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    lifted_because = models.CharField(max_length=300, blank=True)

    objects = SuppressionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["-since"], name="suppression_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["address"], condition=Q(lifted_at__isnull=True), name="suppression_once_in_force"
            ),
            models.CheckConstraint(condition=~Q(address=""), name="suppression_of_an_address"),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True, lifted_by__isnull=True, lifted_because="")
                | Q(lifted_at__isnull=False, lifted_by__isnull=False) & ~Q(lifted_because=""),
                name="suppression_lifted_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.address} ({self.reason})"

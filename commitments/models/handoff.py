"""Handing a promise over: who was asked to take it, by when, and what they said."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commitments.models.commitment import Commitment
from commitments.models.people import Team


class Handoff(models.Model):
    """One request to take a promise over; at most one waits per promise."""

    class Sort(models.TextChoices):
        """How it came about."""

        HANDOFF = "handoff", _("Handed over")
        IN_NAME = "in_name", _("Promised in another’s name")

    class State(models.TextChoices):
        """What became of it."""

        OFFERED = "offered", _("Waits to be accepted")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        LAPSED = "lapsed", _("Not accepted in time")
        TAKEN_BACK = "taken_back", _("Taken back")

    STANDS = (State.OFFERED, State.LAPSED)
    """One that lapsed can still be accepted, until another is offered or it is taken back."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="handoffs")
    sort = models.CharField(max_length=16, choices=Sort.choices, default=Sort.HANDOFF)
    from_user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="handoffs_offered")
    to_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="handoffs_asked"
    )
    to_team = models.ForeignKey(
        Team,
        on_delete=models.PROTECT,
        related_name="handoffs_asked",
        help_text="The team that the promise belongs to from then on; without a person, anyone in it may accept.",
    )
    story = models.TextField(blank=True)
    offered_at = models.DateTimeField()
    lapses_at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.OFFERED)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField("why it was declined", max_length=500, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["to_user"], condition=Q(state="offered"), name="handoff_waiting_person"),
            models.Index(fields=["to_team"], condition=Q(state="offered"), name="handoff_waiting_team"),
            models.Index(fields=["commitment"], condition=Q(state__in=["offered", "lapsed"]), name="handoff_standing"),
            models.Index(fields=["answered_at"], condition=Q(state="declined"), name="handoff_declined"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["commitment"], condition=Q(state="offered"), name="handoff_one_waits_per_promise"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id} to {self.to_user or self.to_team} ({self.state})"

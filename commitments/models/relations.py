"""What customers have to do with promises beside being promised something.

Watchers who get the mails too, what strains a customer, letters in their own words, and incidents that touch many.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commitments.domain.strain import StrainSort
from commitments.models.commitment import Commitment
from commitments.models.people import Customer
from commitments.models.timeline import CommitmentEvent


class Watcher(models.Model):
    """Somebody who gets a promise's customer mails as well, each in a mail of their own."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="watchers")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="watching")
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["commitment", "customer"], name="watcher_once_a_promise"),
        ]

    def __str__(self) -> str:
        return f"{self.customer} watches {self.commitment_id}"


class Strain(models.Model):
    """One reason why a customer is strained (see `commitments.domain.strain`)."""

    class Sort(models.TextChoices):
        """What strained them."""

        SILENCE = StrainSort.SILENCE.value, _("Heard nothing in time")
        BROKEN = StrainSort.BROKEN.value, _("A promised date passed")
        CHASE = StrainSort.CHASE.value, _("Had to ask again")
        DISPUTE = StrainSort.DISPUTE.value, _("What we called kept was not")
        COMPLAINT = StrainSort.COMPLAINT.value, _("Complained")

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="strains")
    commitment = models.ForeignKey(Commitment, null=True, blank=True, on_delete=models.CASCADE, related_name="strains")
    event = models.ForeignKey(CommitmentEvent, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    sort = models.CharField(max_length=16, choices=Sort.choices)
    at = models.DateTimeField()
    weight = models.FloatField()
    taken_back_at = models.DateTimeField(null=True, blank=True, help_text="When it proved not to be so.")

    class Meta:
        indexes = [
            models.Index(fields=["customer", "at"], condition=Q(taken_back_at__isnull=True), name="strain_customer"),
            models.Index(fields=["commitment", "sort", "at"], name="strain_commitment"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.sort} {self.at:%Y-%m-%d}"


class Letter(models.Model):
    """A complaint or a compliment in the customer's own words."""

    class Sort(models.TextChoices):
        """What it is."""

        COMPLAINT = "complaint", _("Complaint")
        COMPLIMENT = "compliment", _("Compliment")

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="letters")
    commitment = models.ForeignKey(Commitment, null=True, blank=True, on_delete=models.PROTECT, related_name="letters")
    sort = models.CharField(max_length=16, choices=Sort.choices)
    words = models.TextField()
    received_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["customer", "-received_at"], name="letter_customer")]
        constraints = [models.CheckConstraint(condition=~Q(words=""), name="letter_says_something")]

    def __str__(self) -> str:
        return f"{self.get_sort_display()} of {self.customer}"


class Incident(models.Model):
    """One problem that touches many promises, with an owner of its own."""

    title = models.CharField(max_length=200)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="incidents")
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    commitments = models.ManyToManyField(Commitment, blank=True, related_name="incidents")

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(title=""), name="incident_has_a_title")]

    def __str__(self) -> str:
        return self.title

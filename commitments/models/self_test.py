"""Self-tests: a leader who is a customer under an alias. Rows that no page of colleagues, no mail and no list reads."""

from django.conf import settings
from django.db import models

from commitments.models.people import Customer


class SelfTest(models.Model):
    """One alias: whose it is, and when it was revealed. Until then only whoever started it knows."""

    # Whoever deletes a customer is shown what refers to them: this must not be among it, nor stand in the way.
    customer = models.OneToOneField(
        Customer, on_delete=models.DO_NOTHING, db_constraint=False, related_name="self_test"
    )
    leader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True, help_text="What its leader wants to find out.")
    started_at = models.DateTimeField()
    revealed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"self-test {self.pk}"

    @property
    def is_revealed(self) -> bool:
        """Whether colleagues know."""
        return self.revealed_at is not None

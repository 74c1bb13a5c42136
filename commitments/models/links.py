"""Links: what lets a customer open one promise without an account."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from commitments.domain import tokens
from commitments.domain.tokens import Purpose
from commitments.models.commitment import Commitment
from commitments.models.people import Customer


class CustomerLinkQuerySet(models.QuerySet["CustomerLink"]):
    """Links by what has become of them."""

    def unrevoked(self) -> "CustomerLinkQuerySet":
        """Leave out the links that were revoked."""
        return self.filter(revoked_at__isnull=True)

    def working(self, *, now: datetime) -> "CustomerLinkQuerySet":
        """Keep the links that open something at `now`."""
        return self.unrevoked().filter(expires_at__gt=now)


class CustomerLink(models.Model):
    """One customer's way to one promise: the promise's own customer, or somebody who watches it."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="links")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="links")
    number = models.CharField(max_length=tokens.PART, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = CustomerLinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["commitment", "customer"], condition=Q(revoked_at__isnull=True), name="link_once_unrevoked"
            ),
        ]
        indexes = [models.Index(fields=["customer"], condition=Q(revoked_at__isnull=True), name="link_customer")]

    def __str__(self) -> str:
        return f"{self.customer_id} to {self.commitment_id}"

    def token(self, purpose: Purpose) -> str:
        """Give the link's token for a purpose."""
        return token_of(self.number, purpose=purpose)

    @property
    def page_url(self) -> str:
        """Where the customer reads, and answers, what was promised to them."""
        return page_url_of(self.number)


def secrets() -> Sequence[str]:
    """Give the secrets that tokens may be signed with; new ones are signed with the first."""
    return [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]


def token_of(number: str, *, purpose: Purpose) -> str:
    """Give the token of a link's number for a purpose."""
    return tokens.write_token(number, purpose=purpose, secret=settings.SECRET_KEY)


def page_url_of(number: str) -> str:
    """Give the address of the customer's page for a link's number."""
    return f"{settings.SITE_URL}/p/{token_of(number, purpose=Purpose.PAGE)}/"


def unsubscribe_url_of(number: str) -> str:
    """Give the address at which the customer of a link's number asks for real news only."""
    return f"{settings.SITE_URL}/unsubscribe/{token_of(number, purpose=Purpose.UNSUBSCRIBE)}/"


def reply_address_of(number: str) -> str:
    """Give the address that takes answers to a link's mails; none where no mail comes in."""
    if not settings.INBOUND_DOMAIN:
        return ""
    return f"reply.{token_of(number, purpose=Purpose.REPLY)}@{settings.INBOUND_DOMAIN}"

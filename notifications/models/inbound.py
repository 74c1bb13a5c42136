"""Mail that arrived: everything, with what has become of it.

What could be matched beyond doubt stands on a promise's timeline; the rest is parked until a person has read it.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from commitments.models import Commitment, CommitmentEvent, Customer
from commitments.selectors.board import supervises_any
from notifications.domain.inbound import MACHINES_OWN, InboundState, Parked

BY_MACHINES = sorted(because.value for because in MACHINES_OWN)


class InboundMailQuerySet(models.QuerySet["InboundMail"]):
    """Arrived mails as people look for them."""

    def waiting(self) -> "InboundMailQuerySet":
        """Keep what a person has to read: somebody may have written it who waits."""
        return self.filter(state=InboundState.PARKED.value).exclude(because__in=BY_MACHINES)

    def by_machines(self) -> "InboundMailQuerySet":
        """Keep what machines sent and nobody has dealt with."""
        return self.filter(state=InboundState.PARKED.value, because__in=BY_MACHINES)

    def dealt_with(self) -> "InboundMailQuerySet":
        """Keep what stands on a timeline, or was dismissed."""
        return self.exclude(state=InboundState.PARKED.value)

    def visible_to(self, actor: Any) -> "InboundMailQuerySet":
        """Keep what `actor` may read: mails about promises that they see; what is about none, if they supervise."""
        about = Q(commitment__in=Commitment.objects.visible_to(actor))
        return self.filter(about | Q(commitment__isnull=True) if supervises_any(actor) else about)


class InboundMail(models.Model):
    """One mail that arrived at one address of ours."""

    class State(models.TextChoices):
        """See `notifications.domain.inbound.InboundState`."""

        FILED = InboundState.FILED.value, _("Filed")
        PARKED = InboundState.PARKED.value, _("Parked")
        DISMISSED = InboundState.DISMISSED.value, _("Dismissed")

    class Because(models.TextChoices):
        """See `notifications.domain.inbound.Parked`."""

        NONE = "", _("–")
        AUTO_REPLY = Parked.AUTO_REPLY.value, _("a machine answered by itself")
        BOUNCE = Parked.BOUNCE.value, _("a mail server says that a mail of ours did not arrive")
        MAILING_LIST = Parked.MAILING_LIST.value, _("it came through a mailing list")
        OUR_OWN = Parked.OUR_OWN.value, _("it is a mail of Kept’s that has come round")
        STRANGER = Parked.STRANGER.value, _("nothing shows that it comes from the customer")
        PROMISE_UNKNOWN = Parked.PROMISE_UNKNOWN.value, _("its address opens no promise, or no longer does")
        PROMISE_ENDED = Parked.PROMISE_ENDED.value, _("the promise has ended: do they need an answer?")
        COLLEAGUE = Parked.COLLEAGUE.value, _("a colleague wrote to the customer’s reply address")
        NOT_TO_CUSTOMER = Parked.NOT_TO_CUSTOMER.value, _("the customer did not get it, or mail does not reach them")
        FORGED = Parked.FORGED.value, _("its sender is not the colleague that it names, says the mail provider")
        TOO_MANY = Parked.TOO_MANY.value, _("too many came in this conversation in a day")
        REFUSED = Parked.REFUSED.value, _("it could not be recorded")
        UNREADABLE = Parked.UNREADABLE.value, _("it cannot be read as a mail")

    key = models.CharField(max_length=64, help_text="Digest of Message-ID and address: each once.")
    received_at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=State.choices)
    because = models.CharField(max_length=16, choices=Because.choices, blank=True, default="")
    detail = models.CharField(max_length=500, blank=True, help_text="What could not be done or read, in words.")
    commitment = models.ForeignKey(Commitment, null=True, on_delete=models.PROTECT, related_name="inbound_mails")
    event = models.ForeignKey(
        CommitmentEvent, null=True, on_delete=models.PROTECT, related_name="inbound_mails", db_index=False
    )
    customer = models.ForeignKey(
        Customer,
        null=True,
        on_delete=models.PROTECT,
        related_name="inbound_mails",
        db_index=False,
        help_text="Whose reply address it came to, or who was mailed what it answers.",
    )
    colleague = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="inbound_mails",
        db_index=False,
        help_text="Who wrote it, where it is a person’s word to the customer.",
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True, help_text="When a person filed or dismissed it.")

    message_id = models.CharField(max_length=300, blank=True)
    from_name = models.CharField(max_length=200, blank=True)
    from_address = models.CharField(max_length=320, blank=True)
    recipients = models.TextField(blank=True, help_text="Separated by commas.")
    subject = models.CharField(max_length=400, blank=True)
    words = models.TextField(blank=True, help_text="What was written anew.")
    text = models.TextField(blank=True, help_text="All of it, with what it quotes.")
    html = models.TextField(blank=True, help_text="Sanitised.")
    headers = models.JSONField(default=list, help_text="Pairs of name and value, in their order.")

    objects = InboundMailQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["received_at"], condition=Q(state="parked"), name="inbound_waiting"),
            models.Index(fields=["commitment", "received_at"], name="inbound_of_a_promise"),
        ]
        constraints = [
            # A constraint rather than unique=True: that would keep a second index for LIKE.
            models.UniqueConstraint(fields=["key"], name="inbound_once"),
            models.CheckConstraint(
                condition=~Q(state="filed") | Q(commitment__isnull=False, event__isnull=False),
                name="inbound_filed_on_a_timeline",
            ),
            models.CheckConstraint(condition=~Q(state="parked") | ~Q(because=""), name="inbound_parked_for_a_reason"),
            models.CheckConstraint(
                condition=~Q(state="dismissed") | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="inbound_dismissed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} from {self.from_address} ({self.state})"

    @property
    def is_parked(self) -> bool:
        """Whether nobody has dealt with it."""
        return self.state == InboundState.PARKED.value


class InboundAttachment(models.Model):
    """One file that came with a mail. It is only ever downloaded, never shown."""

    mail = models.ForeignKey(InboundMail, on_delete=models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=100, blank=True, help_text="As its sender calls it; not believed.")
    size = models.PositiveBigIntegerField(help_text="In bytes.")
    content = models.BinaryField(null=True, help_text="Empty where it was not kept: too large, or one too many.")

    def __str__(self) -> str:
        return self.name

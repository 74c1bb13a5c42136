"""The outbox: one row for each mail to one person about one event of one promise.

Two kinds of staff mail are about many promises (`domain.kinds.LISTS`): their rows have no promise and no event, and
the rows that went in one point to it (`gathered_in`).

Rows are written by planning, taken by claiming, and closed by recording; the unique `key` is why nothing is said
twice, and `attempt` is the fence behind which a worker that was too slow can no longer write.
"""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from commitments.models import Commitment, CommitmentEvent, Customer
from notifications.domain.kinds import LISTS, UNFINISHED, Delivery, Hold, MailKind, MailState, NotSent

UNFINISHED_STATES = sorted(state.value for state in UNFINISHED)
LIST_KINDS = sorted(kind.value for kind in LISTS)
FINISHED_STATES = sorted(state.value for state in MailState if state not in UNFINISHED)


class NotificationQuerySet(models.QuerySet["Notification"]):
    """Mails as workers, pages and the auditor look for them."""

    def unfinished(self) -> "NotificationQuerySet":
        """Keep what has not come to an end, by the column that the indexes of waiting mails go by.

        SQLite uses a partial index only where the query repeats its condition without a parameter, which no comparison
        with a state does; so every question about waiting mails begins here.
        """
        return self.filter(finished_at__isnull=True)

    def due(self, *, now: datetime) -> "NotificationQuerySet":
        """Keep what may be taken now: planned and allowed to go, or left behind by a worker for the first time."""
        return self.filter(
            Q(state=MailState.PLANNED.value, allowed_from__lte=now) & ~Q(hold=Hold.GATHERING.value)
            | Q(state=MailState.SENDING.value, lease_until__lte=now, possible_duplicate=False),
            finished_at__isnull=True,
        )

    def lost(self) -> "NotificationQuerySet":
        """Keep the mails of which nobody can tell whether they went, and a person has to decide what is done."""
        return self.unfinished().filter(state=MailState.HELD.value, hold=Hold.LOST.value)

    def to_gather(self) -> "NotificationQuerySet":
        """Keep the staff mails that wait for others to the same colleague and have not been put into one mail yet."""
        return self.filter(
            finished_at__isnull=True,
            recipient__isnull=False,
            gathered_in__isnull=True,
            state=MailState.PLANNED.value,
            hold=Hold.GATHERING.value,
        )

    def about(self, commitment: Commitment) -> "NotificationQuerySet":
        """Keep the mails about one promise, newest first."""
        return self.filter(commitment=commitment).order_by("-event_id", "id")


class Notification(models.Model):
    """One mail: planned, sent, or the reason why not."""

    class Kind(models.TextChoices):
        """See `notifications.domain.kinds.MailKind`."""

        PROMISED = MailKind.PROMISED.value, _("Receipt")
        HOLDING = MailKind.HOLDING.value, _("Holding mail")
        UPDATE = MailKind.UPDATE.value, _("Update")
        MISSED = MailKind.MISSED.value, _("Missed mail")
        RENEGOTIATED = MailKind.RENEGOTIATED.value, _("New date")
        KEPT = MailKind.KEPT.value, _("Kept")
        WITHDRAWN = MailKind.WITHDRAWN.value, _("Withdrawn")
        HANDED_OVER = MailKind.HANDED_OVER.value, _("Handed over")
        REOPENED = MailKind.REOPENED.value, _("Reopened")
        CORRECTED = MailKind.CORRECTED.value, _("Corrected")
        AFTERCARE = MailKind.AFTERCARE.value, _("Is it solved?")
        REMINDER = MailKind.REMINDER.value, _("Reminder")
        STILL_ON_IT = MailKind.STILL_ON_IT.value, _("Still on it?")
        OVERDUE = MailKind.OVERDUE.value, _("Overdue")
        SILENT = MailKind.SILENT.value, _("Silent")
        UNDELIVERABLE = MailKind.UNDELIVERABLE.value, _("Undeliverable")
        UNANSWERED = MailKind.UNANSWERED.value, _("Unanswered")
        DISPUTED = MailKind.DISPUTED.value, _("Disputed")
        UNTOLD = MailKind.UNTOLD.value, _("Bad news not told")
        HANDOFF_LAPSED = MailKind.HANDOFF_LAPSED.value, _("Handoff not accepted")
        HANDOFF_OFFERED = MailKind.HANDOFF_OFFERED.value, _("Will you take over?")
        ANSWER_NOT_GIVEN = MailKind.ANSWER_NOT_GIVEN.value, _("No answer to our question")
        CALL_INSTEAD = MailKind.CALL_INSTEAD.value, _("Please call")
        LOST_MAIL = MailKind.LOST_MAIL.value, _("Did it go?")
        GATHERED = MailKind.GATHERED.value, _("Several together")
        SHIFT_LIST = MailKind.SHIFT_LIST.value, _("The day’s list")

    class State(models.TextChoices):
        """See `notifications.domain.kinds.MailState`."""

        PLANNED = MailState.PLANNED.value, _("Planned")
        HELD = MailState.HELD.value, _("Held")
        SENDING = MailState.SENDING.value, _("Being sent")
        SENT = MailState.SENT.value, _("Sent")
        SHADOWED = MailState.SHADOWED.value, _("Shadowed")
        SUPERSEDED = MailState.SUPERSEDED.value, _("Not sent")
        FAILED = MailState.FAILED.value, _("Failed")
        UNKNOWN = MailState.UNKNOWN.value, _("Not known")

    class HoldChoice(models.TextChoices):
        """See `notifications.domain.kinds.Hold`."""

        NONE = "", _("Nothing")
        WAKING_HOURS = Hold.WAKING_HOURS.value, _("waits for the customer’s waking hours")
        STOP_SWITCH = Hold.STOP_SWITCH.value, _("automatic customer mail is stopped")
        CALLING = Hold.CALLING.value, _("waits while somebody is calling the customer")
        TRYING = Hold.TRYING.value, _("gives the customer time to see whether it is solved")
        GATHERING = Hold.GATHERING.value, _("waits to go together with others")
        CATCH_UP = Hold.CATCH_UP.value, _("waits for a supervisor’s go after an outage")
        LOST = Hold.LOST.value, _("nobody can tell whether it went: somebody has to decide")

    class NotSentChoice(models.TextChoices):
        """See `notifications.domain.kinds.NotSent`."""

        NONE = "", _("–")
        ENDED = NotSent.ENDED.value, _("the promise had ended")
        OVERTAKEN = NotSent.OVERTAKEN.value, _("a person’s word took its place")
        TOO_LATE = NotSent.TOO_LATE.value, _("it came too late to count")
        NO_LONGER_SO = NotSent.NO_LONGER_SO.value, _("what it was about was no longer so")
        NO_ADDRESS = NotSent.NO_ADDRESS.value, _("there is no address to send it to")
        DO_NOT_MAIL = NotSent.DO_NOT_MAIL.value, _("the customer may not be mailed")
        BY_PHONE = NotSent.BY_PHONE.value, _("the customer hears from us by phone only")
        ONLY_LISTED = NotSent.ONLY_LISTED.value, _("this installation mails listed domains only")
        DAILY_LIMIT = NotSent.DAILY_LIMIT.value, _("the address had its automatic mails for the day: call instead")
        DROPPED = NotSent.DROPPED.value, _("a supervisor dropped it after an outage")

    class DeliveryChoice(models.TextChoices):
        """See `notifications.domain.kinds.Delivery`."""

        NONE = "", _("Nothing came back")
        DEFERRED = Delivery.DEFERRED.value, _("Not taken yet")
        DELIVERED = Delivery.DELIVERED.value, _("Delivered")
        SOFT_BOUNCED = Delivery.SOFT_BOUNCED.value, _("Came back for now")
        FAILED = Delivery.FAILED.value, _("Could not be sent")
        REJECTED = Delivery.REJECTED.value, _("Rejected")
        BOUNCED = Delivery.BOUNCED.value, _("Came back")
        COMPLAINED = Delivery.COMPLAINED.value, _("Reported as unwanted")

    id = models.UUIDField(primary_key=True, editable=False)
    key = models.CharField(max_length=100, help_text="Occurrence, kind and recipient.")
    commitment = models.ForeignKey(Commitment, null=True, on_delete=models.PROTECT, related_name="notifications")
    event = models.ForeignKey(
        CommitmentEvent, null=True, on_delete=models.PROTECT, related_name="notifications", db_index=False
    )
    kind = models.CharField(max_length=16, choices=Kind.choices)
    to_customer = models.BooleanField()
    customer = models.ForeignKey(
        Customer,
        null=True,
        on_delete=models.PROTECT,
        related_name="notifications",
        db_index=False,
        help_text="Who it goes to, if a customer: the promise’s own when it was planned, or a watcher.",
    )
    is_copy = models.BooleanField(
        default=False, help_text="To somebody beside the promise’s customer: it carries no word."
    )
    is_again = models.BooleanField(
        default=False, help_text="What had gone to an old address, for the new one: it carries no word."
    )
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="notifications",
        db_index=False,
    )
    address = models.EmailField(blank=True)
    is_automatic = models.BooleanField(help_text="Nobody wrote it and nobody waits for it.")
    is_catching_up = models.BooleanField(
        default=False, help_text="Planned long after its moment, and no supervisor has let it go."
    )
    gathered_in = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.PROTECT,
        related_name="items",
        db_index=False,
        help_text="The mail in which it went together with others.",
    )
    planned_at = models.DateTimeField()

    state = models.CharField(max_length=16, choices=State.choices, default=State.PLANNED)
    hold = models.CharField(max_length=16, choices=HoldChoice.choices, blank=True, default="")
    allowed_from = models.DateTimeField()
    attempt = models.PositiveIntegerField(default=0, help_text="Counts the takings; only the last may record.")
    failures = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    possible_duplicate = models.BooleanField(default=False)
    message_id = models.CharField(max_length=120, help_text="Fixed when planned: a second copy is seen as one.")
    provider_id = models.CharField(max_length=200, blank=True, help_text="The provider’s own, where it has one.")

    subject = models.CharField(max_length=400, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    sent_at = models.DateTimeField(null=True, help_text="When it went, or in shadow mode would have gone.")
    finished_at = models.DateTimeField(null=True)
    not_sent_because = models.CharField(max_length=16, choices=NotSentChoice.choices, blank=True, default="")
    last_error = models.CharField(max_length=500, blank=True)
    delivery = models.CharField(max_length=16, choices=DeliveryChoice.choices, blank=True, default="")
    delivery_at = models.DateTimeField(null=True)
    voided_at = models.DateTimeField(null=True, help_text="When the word it carried was taken back.")

    objects = NotificationQuerySet.as_manager()

    class Meta:
        # The conditions hold no value: see `NotificationQuerySet.unfinished`.
        indexes = [
            models.Index(
                fields=["allowed_from"], condition=Q(finished_at__isnull=True), name="notification_unfinished"
            ),
            models.Index(
                fields=["commitment", "event"], condition=Q(finished_at__isnull=True), name="notification_thread"
            ),
            models.Index(fields=["hold"], condition=Q(finished_at__isnull=True), name="notification_waiting"),
            models.Index(
                fields=["address", "sent_at"],
                condition=Q(to_customer=True, is_automatic=True, sent_at__isnull=False),
                name="notification_day",
            ),
            models.Index(fields=["provider_id"], name="notification_provider"),
            models.Index(fields=["message_id"], name="notification_message_id"),
            models.Index(
                fields=["recipient", "allowed_from"],
                condition=Q(finished_at__isnull=True, gathered_in__isnull=True, recipient__isnull=False),
                name="notification_to_gather",
            ),
            models.Index(fields=["gathered_in"], condition=Q(gathered_in__isnull=False), name="notification_gathered"),
        ]
        constraints = [
            # A constraint rather than unique=True: that would keep a second index for LIKE.
            models.UniqueConstraint(fields=["key"], name="notification_once"),
            models.CheckConstraint(
                condition=Q(to_customer=True, customer__isnull=False, recipient__isnull=True)
                | Q(to_customer=False, customer__isnull=True, recipient__isnull=False),
                name="notification_one_recipient",
            ),
            models.CheckConstraint(
                condition=Q(commitment__isnull=False, event__isnull=False) & ~Q(kind__in=LIST_KINDS)
                | Q(commitment__isnull=True, event__isnull=True, to_customer=False, kind__in=LIST_KINDS),
                name="notification_about_a_promise_or_a_list",
            ),
            models.CheckConstraint(
                condition=Q(state__in=UNFINISHED_STATES, finished_at__isnull=True)
                | Q(state__in=FINISHED_STATES, finished_at__isnull=False),
                name="notification_finished_when_done",
            ),
            models.CheckConstraint(
                condition=Q(state="sending", lease_until__isnull=False)
                | ~Q(state="sending") & Q(lease_until__isnull=True),
                name="notification_leased_while_sending",
            ),
            models.CheckConstraint(condition=~Q(state="held") | ~Q(hold=""), name="notification_held_for_a_reason"),
            models.CheckConstraint(
                condition=~Q(state="superseded") | ~Q(not_sent_because=""),
                name="notification_superseded_for_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False), name="notification_sent_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(allowed_from__gte=F("planned_at")), name="notification_allowed_once_planned"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.address or 'nobody'} ({self.state})"

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in FINISHED_STATES

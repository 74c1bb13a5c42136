"""The promise itself: one row, its clocks, and its open ladders.

The row is the timeline's summary: what people decided is stored, what time did is stored only as the instants at
which it was so, and every change of it stands on the timeline (`models.timeline`).
"""

from dataclasses import fields
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from commitments.domain.escalation import OpenEscalation, Trigger
from commitments.domain.promise import Outcome, Promise, Status
from commitments.models.fields import DurationField
from commitments.models.people import Absence, Customer, Membership, Team, leads
from commitments.models.policy import EscalationStep, Kind, Policy

CLOCK_FIELDS = tuple(field.name for field in fields(Promise) if field.name != "escalations")
"""The columns that the pure domain reads and writes; they have the names of `Promise`'s fields."""


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    """Promises as people and the sweep look for them."""

    def visible_to(self, actor: Any) -> "CommitmentQuerySet":
        """Keep what `actor` may see: their own promises and those of their teams; a leader sees all.

        Whoever stands in for an owner who is away sees the owner's, and who is asked to take a promise over sees it.
        """
        if not actor.is_active:
            return self.none()
        if leads(actor):
            return self.all()
        teams = Membership.objects.filter(user=actor).values("team")
        away = Absence.objects.filter(begun_at__isnull=False, over_at__isnull=True)
        covered = away.filter(cover=actor).values("user")
        # Whoever stands in for somebody who stands in acts for both.
        owners = away.filter(Q(cover=actor) | Q(cover__in=covered)).values("user")
        asked = Commitment.objects.filter(
            Q(handoffs__to_user=actor) | Q(handoffs__to_user__isnull=True, handoffs__to_team__in=teams),
            handoffs__state__in=["offered", "lapsed"],
        ).values("pk")
        return self.filter(Q(owner=actor) | Q(team__in=teams) | Q(owner__in=owners) | Q(pk__in=asked))

    def supervised_by(self, actor: Any) -> "CommitmentQuerySet":
        """Keep the promises of the teams that `actor` supervises; a leader supervises all."""
        if leads(actor):
            return self.all()
        if not actor.is_active:
            return self.none()
        teams = Membership.objects.filter(user=actor, role=Membership.Role.SUPERVISOR).values("team")
        return self.filter(team__in=teams)

    def open(self) -> "CommitmentQuerySet":
        """Keep the promises that are still to be kept."""
        return self.filter(status=Status.OPEN)

    def for_somebody(self) -> "CommitmentQuerySet":
        """Keep what somebody has to do something about: what is open, and what a customer waits for beside it."""
        return self.filter(Q(status=Status.OPEN) | Q(customer_waiting_since__isnull=False))

    def due_for_a_check(self, *, now: datetime) -> "CommitmentQuerySet":
        """Keep the promises to which time has something to do; an ended one too, while a customer waits."""
        return self.filter(next_check_at__lte=now)

    def overdue(self, *, now: datetime) -> "CommitmentQuerySet":
        """Keep the open promises whose date has passed."""
        return self.open().filter(due_at__lt=now)

    def silent(self) -> "CommitmentQuerySet":
        """Keep the open promises on which only a person's word can end the silence."""
        return self.open().filter(silent_since__isnull=False)


class Commitment(models.Model):
    """One thing promised to one customer, for which exactly one agent answers."""

    class Channel(models.TextChoices):
        """How the promise was made."""

        PHONE = "phone", _("On the phone")
        EMAIL = "email", _("By e-mail")
        CHAT = "chat", _("In a chat")
        IN_PERSON = "in_person", _("In person")
        IMPORT = "import", _("Imported")
        API = "api", _("By another system")

    class ContactRoute(models.TextChoices):
        """How the customer hears from us."""

        MAIL = "mail", _("By mail")
        PHONE = "phone", _("By phone only")

    class StatusChoice(models.TextChoices):
        """What people have decided (see `commitments.domain.promise.Status`)."""

        OPEN = Status.OPEN.value, _("Open")
        KEPT = Status.KEPT.value, _("Kept")
        WITHDRAWN = Status.WITHDRAWN.value, _("Withdrawn")

    reference = models.CharField(max_length=8, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="commitments")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    promise = models.TextField("the words promised")
    need = models.TextField("what the customer needs, and why it matters to them", blank=True)
    channel = models.CharField(max_length=16, choices=Channel.choices)
    contact_route = models.CharField(max_length=8, choices=ContactRoute.choices, default=ContactRoute.MAIL)
    previous = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="followed_by",
        help_text="The promise that this one follows: promised anew, or after-care.",
    )
    split_from = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="split_into",
        help_text="The promise of whose customer's messages one became this.",
    )
    case_ref = models.CharField("case elsewhere", max_length=100, blank=True)
    case_url = models.URLField("its address", max_length=500, blank=True)
    recording_url = models.URLField("recording", max_length=500, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="owned")
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="commitments")
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    status = models.CharField(max_length=16, choices=StatusChoice.choices, default=StatusChoice.OPEN)
    due_at = models.DateTimeField()
    due_set_at = models.DateTimeField()
    started_at = models.DateTimeField(help_text="When it was made or last reopened.")
    ended_at = models.DateTimeField(null=True, blank=True)
    agreed_cadence = DurationField(null=True, blank=True)
    next_word_due_at = models.DateTimeField(null=True, blank=True)
    last_word_at = models.DateTimeField(null=True, blank=True)
    last_person_word_at = models.DateTimeField(null=True, blank=True)
    overdue_since = models.DateTimeField(null=True, blank=True)
    silent_since = models.DateTimeField(null=True, blank=True)
    word_missed_at = models.DateTimeField(null=True, blank=True)
    missed_mail_decided = models.BooleanField(default=False)
    missed_mail_at = models.DateTimeField(null=True, blank=True)
    miss_announced_at = models.DateTimeField(null=True, blank=True)
    holding_mails_used = models.PositiveSmallIntegerField(default=0)
    holding_barred = models.BooleanField(default=False)
    unconfirmed_meets = models.DateTimeField(null=True, blank=True)
    times_broken = models.PositiveSmallIntegerField(default=0)
    breaks_since_started = models.PositiveSmallIntegerField(default=0)
    times_reopened = models.PositiveSmallIntegerField(default=0)
    times_renegotiated = models.PositiveSmallIntegerField(default=0)
    nothing_new_run = models.PositiveSmallIntegerField(default=0)
    customer_waiting_since = models.DateTimeField(null=True, blank=True)
    disputed_since = models.DateTimeField(null=True, blank=True)
    untold_since = models.DateTimeField(null=True, blank=True)
    answer_by = models.DateTimeField(null=True, blank=True)
    handoff_lapses_at = models.DateTimeField(null=True, blank=True)
    calling_until = models.DateTimeField(null=True, blank=True)
    kept_on_the_call = models.BooleanField(default=False)
    times_corrected = models.PositiveSmallIntegerField(default=0)
    voided_at = models.DateTimeField(null=True, blank=True, help_text="It was logged by mistake and does not count.")
    revealed_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="It proved to be a leader's self-test and counts no more."
    )

    checked_until = models.DateTimeField()
    next_check_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, help_text="Counts people's acts.")

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["next_check_at"], condition=Q(next_check_at__isnull=False), name="commitment_next_check"
            ),
            models.Index(fields=["owner", "due_at"], condition=Q(status="open"), name="commitment_desk"),
            models.Index(fields=["team", "due_at"], condition=Q(status="open"), name="commitment_board_due"),
            models.Index(
                fields=["team", "silent_since"],
                condition=Q(status="open", silent_since__isnull=False),
                name="commitment_board_silent",
            ),
            models.Index(
                fields=["owner", "customer_waiting_since"],
                condition=Q(customer_waiting_since__isnull=False),
                name="commitment_waiting",
            ),
            # As `for_somebody` asks: what has ended is passed over, however much there is of it.
            models.Index(
                fields=["team"],
                condition=Q(status="open") | Q(customer_waiting_since__isnull=False),
                name="commitment_somebody_team",
            ),
            models.Index(
                fields=["owner"],
                condition=Q(status="open") | Q(customer_waiting_since__isnull=False),
                name="commitment_somebody_owner",
            ),
            models.Index(fields=["customer", "-made_at"], name="commitment_customer"),
            models.Index(fields=["case_ref"], condition=~Q(case_ref=""), name="commitment_case"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(due_at__gt=F("due_set_at")), name="commitment_due_after_made"),
            models.CheckConstraint(condition=~Q(promise=""), name="commitment_promises_something"),
            models.CheckConstraint(
                condition=Q(status="open", ended_at__isnull=True)
                | Q(status__in=["kept", "withdrawn"], ended_at__isnull=False),
                name="commitment_ended_when_not_open",
            ),
            models.CheckConstraint(
                condition=~Q(status="open") | Q(next_check_at__isnull=False),
                name="commitment_open_has_a_next_check",
            ),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True) | Q(status="withdrawn"), name="commitment_voided_is_withdrawn"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.promise}"

    @property
    def hear_by(self) -> datetime:
        """By when the customer must hear from us: the word clock, or the due clock while that comes first."""
        return self.next_word_due_at or self.due_at

    @property
    def goes_by_mail(self) -> bool:
        """Whether word can go to its customer by mail; reads the customer."""
        return self.customer.can_be_mailed and self.contact_route == self.ContactRoute.MAIL

    @property
    def outcome(self) -> Outcome:
        """What became of it so far."""
        return self.to_domain().outcome

    def to_domain(self, escalations: tuple[OpenEscalation, ...] = ()) -> Promise:
        """Give the pure promise, with its open ladders where they matter."""
        values = {name: getattr(self, name) for name in CLOCK_FIELDS}
        values["status"] = Status(values["status"])
        return Promise(**values, escalations=escalations)

    def take_clocks(self, promise: Promise) -> list[str]:
        """Copy the pure promise's fields onto this row; give the names of those that changed."""
        changed = []
        for name in CLOCK_FIELDS:
            value = getattr(promise, name)
            if getattr(self, name) != value:
                setattr(self, name, value)
                changed.append(name)
        return changed


class Escalation(models.Model):
    """One open or ended ladder of one promise; at most one open per trigger."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="escalations")
    trigger = models.CharField(max_length=24, choices=EscalationStep.TriggerChoice.choices)
    opened_at = models.DateTimeField()
    next_position = models.PositiveSmallIntegerField(default=0)
    next_step_at = models.DateTimeField(null=True, blank=True)
    steps_taken = models.PositiveIntegerField(default=0)
    acknowledged_until = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["trigger"], condition=Q(ended_at__isnull=True), name="escalation_open")]
        constraints = [
            models.UniqueConstraint(
                fields=["commitment", "trigger"],
                condition=Q(ended_at__isnull=True),
                name="escalation_one_open_per_trigger",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.commitment_id}: {self.trigger}"

    def to_domain(self) -> OpenEscalation:
        """Give the pure escalation."""
        return OpenEscalation(
            trigger=Trigger(self.trigger),
            opened_at=self.opened_at,
            next_position=self.next_position,
            next_step_at=self.next_step_at,
            steps_taken=self.steps_taken,
            acknowledged_until=self.acknowledged_until,
        )

"""The numbers that the clocks run by: versioned policies and the steps of their ladders.

A policy is never edited in place: an edit makes the next version, and a promise keeps the one it was made under.
"""

import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from commitments.domain.business_time import Duration
from commitments.domain.clocks import Rules
from commitments.domain.escalation import Step, Target, Trigger
from commitments.domain.policy_checks import number_faults
from commitments.domain.waking_hours import WakingHours
from commitments.models.fields import DurationField, DurationListField
from commitments.models.people import Team


class Kind(models.TextChoices):
    """What is promised."""

    CALLBACK = "callback", _("Call back")
    FIX = "fix", _("Fix")
    STATUS_UPDATE = "status_update", _("Status update")
    ANSWER = "answer", _("Answer")
    OTHER = "other", _("Other")


class PolicyQuerySet(models.QuerySet["Policy"]):
    """Policies as promises are made under them."""

    def current(self) -> "PolicyQuerySet":
        """Keep the newest version of each team and kind."""
        newer = Policy.objects.filter(
            team=models.OuterRef("team"), kind=models.OuterRef("kind"), version__gt=models.OuterRef("version")
        )
        return self.filter(~models.Exists(newer))


class Policy(models.Model):
    """Cadence, reminders, mails and limits for one team and kind, in one version."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="policies")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()

    cadence = DurationField(help_text=_("After any word, by when the customer hears again."))
    reminders = DurationListField(help_text=_("How long before the due time the owner is reminded."))
    ask_lead = DurationField(help_text=_("How long before the word clock the owner is asked: still on it?"))
    holding_mails = models.PositiveSmallIntegerField(
        default=1, help_text=_("Holding mails allowed between two words of a person.")
    )
    holding_lead = DurationField(help_text=_("How long before the word clock a holding mail goes (elapsed)."))
    facts_max_age = DurationField(
        null=True, blank=True, help_text=_("A holding mail repeats no fact confirmed longer ago than this.")
    )
    missed_grace = DurationField(help_text=_("How long after the due time the missed mail goes (elapsed)."))
    recovery = DurationField(help_text=_("By when, after a missed mail, a person is in touch."))
    reply_time = DurationField(
        null=True,
        blank=True,
        default=Duration.parse("4bh"),
        help_text=_("By when a customer who writes or calls is answered, by the owner’s hours. Empty: whenever."),
    )
    untold_after = DurationField(default=Duration.parse("1bh"), help_text=_("How long bad news may wait to be told."))
    acceptance_time = DurationField(
        default=Duration.parse("2bh"), help_text=_("How long a handoff may wait to be accepted.")
    )
    acknowledged_for = DurationField(
        default=Duration.parse("2bh"), help_text=_("How long acknowledging stops the climb of a ladder.")
    )
    strain_threshold = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        default=4,
        help_text=_("From this strain on, half the cadence and no holding mail. Empty: strain changes nothing."),
    )
    round_to_minutes = models.PositiveSmallIntegerField(default=15)
    waking_from = models.TimeField(null=True, blank=True, default=datetime.time(8))
    waking_until = models.TimeField(null=True, blank=True, default=datetime.time(20))
    automatic_mails_a_day = models.PositiveSmallIntegerField(
        null=True, blank=True, default=5, help_text=_("To one address; then the owner is asked to call.")
    )
    named_time_at_least_minutes = models.PositiveSmallIntegerField(
        default=60, help_text=_("An automatic mail names no time nearer than this when it is sent.")
    )
    furthest_due_days = models.PositiveSmallIntegerField(
        default=365, help_text=_("A due time further away is refused.")
    )

    objects = PolicyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("policies")
        constraints = [
            models.UniqueConstraint(fields=["team", "kind", "version"], name="policy_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.team} · {self.get_kind_display()} · version {self.version}"

    def clean(self) -> None:
        """Raise ValidationError with a sentence at each number that cannot work; the ladders are checked with them."""
        faults: dict[str, list[str]] = {}
        for fault in number_faults({field.name: getattr(self, field.attname) for field in self._meta.concrete_fields}):
            faults.setdefault(fault.field, []).append(fault.sentence)
        if faults:
            raise ValidationError(faults)

    def to_domain(self) -> Rules:
        """Give the pure rules; reads the ladder's steps, so prefetch `steps` for many."""
        ladders: dict[Trigger, list[Step]] = {}
        for step in sorted(self.steps.all(), key=lambda step: step.position):
            ladders.setdefault(Trigger(step.trigger), []).append(step.to_domain())
        return Rules(
            cadence=self.cadence,
            reminders=self.reminders,
            ask_lead=self.ask_lead,
            holding_mails=self.holding_mails,
            holding_lead=elapsed(self.holding_lead),
            facts_max_age=self.facts_max_age,
            missed_grace=elapsed(self.missed_grace),
            recovery=self.recovery,
            round_to=datetime.timedelta(minutes=self.round_to_minutes),
            waking=waking_hours(self.waking_from, self.waking_until),
            untold_after=self.untold_after,
            acceptance_time=self.acceptance_time,
            acknowledged_for=self.acknowledged_for,
            reply_time=self.reply_time,
            strain_threshold=self.strain_threshold,
            ladders={trigger: tuple(steps) for trigger, steps in ladders.items()},
        )


def waking_hours(start: datetime.time | None, end: datetime.time | None) -> WakingHours | None:
    """Give a policy's waking hours; none where either end is left open."""
    return None if start is None or end is None else WakingHours(start=start, end=end)


def elapsed(duration: Duration) -> datetime.timedelta:
    """Give an elapsed duration as a span of time."""
    return datetime.timedelta(minutes=duration.amount)


class EscalationStep(models.Model):
    """One rung of one trigger's ladder."""

    class TriggerChoice(models.TextChoices):
        """Why the ladder is climbed (see `commitments.domain.escalation.Trigger`)."""

        OVERDUE = Trigger.OVERDUE.value, _("Overdue")
        SILENT = Trigger.SILENT.value, _("Silent")
        UNANSWERED = Trigger.UNANSWERED.value, _("Unanswered")
        DISPUTED = Trigger.DISPUTED.value, _("Disputed")
        UNTOLD = Trigger.UNTOLD.value, _("Bad news untold")
        HANDOFF_LAPSED = Trigger.HANDOFF_LAPSED.value, _("Handoff lapsed")
        UNDELIVERABLE = Trigger.UNDELIVERABLE.value, _("Undeliverable")

    class TargetChoice(models.TextChoices):
        """Whom the rung tells (see `commitments.domain.escalation.Target`)."""

        OWNER = Target.OWNER.value, _("Owner")
        SUPERVISORS = Target.SUPERVISORS.value, _("Supervisors of the team")
        PERSON = Target.PERSON.value, _("A named person")
        TEAM = Target.TEAM.value, _("A named team")

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="steps")
    trigger = models.CharField(max_length=24, choices=TriggerChoice.choices)
    position = models.PositiveSmallIntegerField()
    after = DurationField()
    target = models.CharField(max_length=16, choices=TargetChoice.choices)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT)
    target_team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT)
    repeat_every = DurationField(null=True, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "trigger", "position"], name="step_position_once"),
        ]

    def __str__(self) -> str:
        return f"{self.policy}: {self.trigger} {self.position}"

    def to_domain(self) -> Step:
        """Give the pure step."""
        return Step(
            after=self.after,
            target=Target(self.target),
            target_id=self.person_id or self.target_team_id,
            repeat_every=self.repeat_every,
        )

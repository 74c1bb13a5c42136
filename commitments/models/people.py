"""Who promises and who is promised: customers, teams, memberships."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commitments.domain.business_time import Calendar
from commitments.domain.colours import LIGHT_PAPER, READABLE, contrast, is_colour
from commitments.domain.working_hours import within, working_calendar
from commitments.languages import is_known
from commitments.models.calendars import BusinessCalendar, parse_week, validate_time_zone
from commitments.models.pictures import Picture, picture_url

SIGNATURE_AT_MOST = 300
SIGNATURE_LINES = 5
E164 = RegexValidator(r"^\+[1-9]\d{6,14}$", "Write the number with its country code, as in +351 21 000 0000.")


LEADERS = "leaders"
"""The group whose members see every team."""


def leads(actor: Any) -> bool:
    """Tell whether `actor` sees every team: a leader, or whoever administers the installation."""
    return bool(actor.is_active and (actor.is_superuser or actor.groups.filter(name=LEADERS).exists()))


def is_staff_member(actor: Any) -> bool:
    """Tell whether `actor` works here: belongs to a team, or leads."""
    return bool(leads(actor) or (actor.is_active and actor.memberships.exists()))


def person(user: Any) -> str:
    """Give a colleague's name as people read it."""
    return str(user.get_full_name() or user.get_username())


class Organisation(models.Model):
    """A company or a household that customers belong to. It changes no clock."""

    name = models.CharField(max_length=200, unique=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="organisation_has_a_name")]

    def __str__(self) -> str:
        return self.name


class CustomerQuerySet(models.QuerySet["Customer"]):
    """Customers as people may see them."""

    def visible_to(self, actor: Any) -> "CustomerQuerySet":
        """Keep the customers that `actor` may see: anyone signed in who belongs to a team, or a leader.

        A customer is known to the whole organisation (whoever answers the telephone must find them); what was
        promised to them is limited by `CommitmentQuerySet.visible_to`.
        """
        return self.all() if is_staff_member(actor) else self.none()

    def current(self) -> "CustomerQuerySet":
        """Leave out the entries that have become part of another one."""
        return self.filter(merged_into__isnull=True)


class Customer(models.Model):
    """A person to whom things are promised. The e-mail is not unique: families and shared mailboxes exist."""

    class DoNotMail(models.TextChoices):
        """Why no mail may go to this customer."""

        NO = "", _("May be mailed")
        BOUNCED = "bounced", _("Mail came back")
        COMPLAINED = "complained", _("Reported our mail as spam")
        NOT_FOR_ME = "not_for_me", _("Said the mail was not for them")
        ASKED = "asked", _("Asked not to be mailed")

    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=16, blank=True, validators=[E164])
    time_zone = models.CharField(max_length=64, default="UTC")
    language = models.CharField(max_length=16, blank=True, default="", help_text=_("Empty: not known; the team’s."))
    reached_best = models.CharField(_("how and when they like to be reached"), max_length=300, blank=True, default="")
    external_ref = models.CharField(max_length=100, blank=True)
    do_not_mail = models.CharField(max_length=16, blank=True, choices=DoNotMail.choices, default=DoNotMail.NO)
    do_not_mail_at = models.DateTimeField(null=True, blank=True)
    real_news_only = models.BooleanField(_("asked for real news only"), default=False)
    organisation = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="customers"
    )
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged_from", editable=False
    )
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(
        default=1, editable=False, help_text=_("Counts what people changed about them.")
    )
    revealed_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text=_("They proved to be a leader's alias.")
    )
    changed_at = models.DateTimeField(null=True, blank=True, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )

    objects = CustomerQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["email"], name="customer_email"),
            models.Index(Upper("email"), name="customer_email_any_case"),
            models.Index(fields=["phone"], name="customer_phone"),
            models.Index(fields=["name"], name="customer_name"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="customer_has_a_name"),
            models.UniqueConstraint(
                fields=["external_ref"], condition=~Q(external_ref=""), name="customer_external_ref_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Raise ValidationError for an unknown time zone."""
        validate_time_zone(self.time_zone, field="time_zone")

    @property
    def can_be_mailed(self) -> bool:
        """Whether there is an address and nothing forbids using it."""
        return bool(self.email) and not self.do_not_mail


class Team(models.Model):
    """A group of agents with supervisors, a calendar and policies."""

    name = models.CharField(max_length=100, unique=True)
    phone = models.CharField(max_length=40, blank=True, help_text=_("As customers should read it."))
    hours = models.CharField(max_length=100, blank=True, help_text=_("As customers should read them."))
    signature = models.TextField(
        max_length=SIGNATURE_AT_MOST, blank=True, help_text=_("A few lines under what a person writes to a customer.")
    )
    language = models.CharField(
        max_length=16, default="en", help_text=_("Of mails to customers whose own language there are no words in.")
    )
    colour = models.CharField(
        max_length=7,
        blank=True,
        help_text=_("Of buttons and links to customers, as in #1f5fa3; empty: Kept’s own blue."),
    )
    logo = models.ForeignKey(Picture, null=True, blank=True, on_delete=models.PROTECT, related_name="+", editable=False)
    calendar = models.ForeignKey(BusinessCalendar, on_delete=models.PROTECT, related_name="teams")
    is_shadow = models.BooleanField(
        _("shadow mode"), default=False, help_text=_("Everything runs, no customer is mailed.")
    )
    automatic_mail_stopped = models.BooleanField(
        _("stop automatic customer mail"), default=False, help_text=_("Clocks run on; the board says so.")
    )
    voicemail_is_word = models.BooleanField(
        _("a message on voicemail counts as word"), default=False, help_text=_("Otherwise it is only an attempt.")
    )
    asks_about_lost_mail = models.BooleanField(
        _("ask a person about lost mail"),
        default=False,
        help_text=_(
            "When nobody can tell whether a customer’s mail went; otherwise it is sent once more, seen as one."
        ),
    )
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, through="Membership", related_name="teams")

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Raise ValidationError for what customers could not read: language, colour, a signature that is a letter."""
        faults = {}
        if not is_known(self.language):
            faults["language"] = gettext(
                "There are no words in “%(language)s” yet. Choose a language that has a catalogue."
            ) % {"language": self.language}
        if self.colour and not is_colour(self.colour):
            faults["colour"] = gettext("Write the colour as # and six digits or letters a to f, as in #1f5fa3.")
        elif self.colour and (found := contrast(self.colour, LIGHT_PAPER)) < READABLE:
            faults["colour"] = gettext(
                "This colour is hard to read on white: its contrast is %(contrast)s, and words need %(wanted)s. "
                "Choose a darker one."
            ) % {"contrast": f"{found:.1f}", "wanted": READABLE}
        if len(self.signature.strip().splitlines()) > SIGNATURE_LINES:
            faults["signature"] = gettext("A signature has at most %(number)s lines. Leave some out.") % {
                "number": SIGNATURE_LINES
            }
        if faults:
            raise ValidationError(faults)

    @property
    def logo_url(self) -> str:
        """Where customers’ mail programs find the logo; empty without one."""
        return picture_url(self.logo_id)


class Membership(models.Model):
    """One person's place in one team."""

    class Role(models.TextChoices):
        """What a member may do in the team."""

        AGENT = "agent", _("Agent")
        SUPERVISOR = "supervisor", _("Supervisor")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.AGENT)
    week = models.JSONField(
        _("own working hours"),
        null=True,
        blank=True,
        help_text=_("Seven lists of intervals, Monday first, within the team’s; empty: the team’s own."),
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "team"], name="membership_once_a_team"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.team} ({self.get_role_display()})"

    def clean(self) -> None:
        """Raise ValidationError for hours that cannot be read, or in which the team never works."""
        if self.week is None:
            return
        try:
            week = parse_week(self.week)
        except ValidationError as error:
            raise ValidationError({"week": error.messages}) from error
        team = Team.objects.filter(pk=self.team_id).select_related("calendar").first()
        if team is not None and not any(within(week, team=team.calendar.to_domain())):
            raise ValidationError(
                {
                    "week": gettext("%(team)s never works in these hours; write hours within the team’s own.")
                    % {"team": team}
                }
            )

    def working_calendar(self, team: Calendar) -> Calendar:
        """Give the person's own hours within `team`, the team's calendar; all of it where they have none."""
        return working_calendar(parse_week(self.week) if self.week is not None else None, team=team)


class Absence(models.Model):
    """A time in which somebody is away, and who stands in for them."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="absences")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()
    cover = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="covers",
        help_text=_("The acting owner."),
    )
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True, blank=True, help_text=_("When its beginning was carried out."))
    over_at = models.DateTimeField(null=True, blank=True, help_text=_("When its end was carried out."))

    class Meta:
        indexes = [
            models.Index(fields=["user", "until_at"], name="absence_user"),
            models.Index(fields=["cover"], condition=Q(over_at__isnull=True), name="absence_cover"),
            models.Index(fields=["from_at"], condition=Q(begun_at__isnull=True), name="absence_to_begin"),
            models.Index(fields=["until_at"], condition=Q(over_at__isnull=True), name="absence_to_end"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(until_at__gt=models.F("from_at")), name="absence_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(cover__isnull=True) | ~Q(cover=models.F("user")), name="absence_is_covered_by_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} away {self.from_at:%Y-%m-%d %H:%M} to {self.until_at:%Y-%m-%d %H:%M}"

"""Colleagues, teams with their members, and customers."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commitments import clock
from commitments.admin.calendars import say_retimed
from commitments.domain.pictures import AT_MOST_BYTES
from commitments.models import Customer, Membership, Organisation, Team
from commitments.services.calendars import team_moved
from commitments.services.customers import note_change
from commitments.services.people import StillAnswers, check_may_leave, hours_changed
from commitments.services.pictures import check_picture, keep_picture
from commitments.services.policies import add_starting_policies
from commitments.services.reachability import address_changed
from commitments.services.refusals import Refused

User = get_user_model()


def _with_links(refused: StillAnswers, *, team: Team | None = None) -> str:
    """Write why somebody cannot leave, with where their promises are."""
    query = f"?owner={refused.user.pk}" + (f"&team={team.pk}" if team is not None else "")
    address = reverse("commitments:board") + query
    return format_html('{} <a href="{}">{}</a>', refused.message, address, gettext("Show the promises"))


class ColleagueForm(UserChangeForm):  # type: ignore[type-arg]
    """A colleague."""

    def clean(self) -> dict[str, Any]:
        """See that nobody is let go who still answers for open promises."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "is_active" in self.changed_data and not cleaned.get("is_active"):
            try:
                check_may_leave(user=self.instance)
            except StillAnswers as refused:
                self.add_error("is_active", ValidationError(_with_links(refused)))
        return cleaned


admin.site.unregister(User)


@admin.register(User)
class ColleagueAdmin(UserAdmin):  # type: ignore[type-arg]
    """Colleagues. Who still answers for open promises cannot be let go."""

    form = ColleagueForm


class MembershipFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """The members of a team."""

    def clean(self) -> None:
        """See that nobody is taken off a team whose open promises they answer for."""
        super().clean()
        for form in self.initial_forms:
            leaves = getattr(form, "cleaned_data", {}).get("DELETE") or "user" in form.changed_data
            was = Membership.objects.select_related("user", "team").get(pk=form.instance.pk) if leaves else None
            if was is None:
                continue
            try:
                check_may_leave(user=was.user, team=was.team)
            except StillAnswers as refused:
                raise ValidationError(_with_links(refused, team=was.team)) from refused


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg]
    """Who belongs to a team, as what, and when they work."""

    model = Membership
    formset = MembershipFormSet
    extra = 1
    autocomplete_fields = ("user",)


class TeamForm(forms.ModelForm):  # type: ignore[type-arg]
    """A team, with the logo that its mails carry."""

    language = forms.ChoiceField(
        choices=lambda: settings.LANGUAGES, initial="en", help_text=Team._meta.get_field("language").help_text
    )
    new_logo = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_("A PNG, JPEG or WebP picture of at most 100 kB; mails show it 40 pixels high, on white."),
    )
    without_logo = forms.BooleanField(label=_("Take the logo off"), required=False)

    def clean_new_logo(self) -> bytes:
        """See that the file is a picture that can be shown; give what it holds."""
        chosen = self.cleaned_data["new_logo"]
        contents: bytes = chosen.read(AT_MOST_BYTES + 1) if chosen else b""
        if contents:
            try:
                check_picture(contents=contents)
            except Refused as refused:
                raise ValidationError(refused.message) from refused
        return contents


@admin.register(Team)
class TeamAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Teams; a new one starts with a policy for each kind of promise."""

    form = TeamForm
    fieldsets = (
        (None, {"fields": ("name", "calendar")}),
        (
            _("How customers know you"),
            {"fields": ("phone", "hours", "language", "signature", "colour", "logo_now", "new_logo", "without_logo")},
        ),
        (
            _("Mail to customers"),
            {"fields": ("is_shadow", "automatic_mail_stopped", "asks_about_lost_mail", "voicemail_is_word")},
        ),
    )
    readonly_fields = ("logo_now",)
    list_display = ("name", "calendar", "phone", "is_shadow", "automatic_mail_stopped")
    list_filter = ("is_shadow", "automatic_mail_stopped", "asks_about_lost_mail")
    search_fields = ("name",)
    inlines = (MembershipInline,)

    @admin.display(description=_("Logo now"))
    def logo_now(self, team: Team) -> str:
        """Show the logo that mails carry."""
        if not team.logo_id:
            return gettext("none")
        return format_html('<img src="{}" alt="{}" height="40">', team.logo_url, team.name)

    def save_model(self, request: HttpRequest, obj: Team, form: Any, change: bool) -> None:
        """Put the logo on, or take it off."""
        if form.cleaned_data.get("new_logo"):
            obj.logo = keep_picture(contents=form.cleaned_data["new_logo"], now=clock.now())
        elif form.cleaned_data.get("without_logo"):
            obj.logo = None
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Give a new team the policies that teams start with; time promises anew where it has another calendar."""
        super().save_related(request, form, formsets, change)
        if not change:
            add_starting_policies(team=form.instance, now=clock.now())
        elif "calendar" in form.changed_data:
            retimed = team_moved(team=form.instance, now=clock.now())
            say_retimed(self, request, retimed.changed)
        for formset in formsets:
            for member in formset.forms:
                if "week" in member.changed_data and member.instance.pk:
                    hours = hours_changed(user=member.instance.user, team=form.instance, now=clock.now())
                    say_retimed(self, request, hours.changed)


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Organisations that customers belong to."""

    list_display = ("name",)
    search_fields = ("name",)


class CustomerForm(forms.ModelForm):  # type: ignore[type-arg]
    """A customer; it carries the version that was read, so that nobody undoes what another has just changed."""

    read_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "read_version" in self.fields:
            self.fields["read_version"].initial = self.instance.version

    def clean(self) -> dict[str, Any]:
        """See that nobody else has changed the customer meanwhile."""
        cleaned: dict[str, Any] = super().clean() or {}
        read = cleaned.get("read_version")
        if self.instance.pk is not None and read is not None and read != self.instance.version:
            changed = ", ".join(
                gettext("%(field)s is now “%(value)s”")
                % {"field": self.fields[name].label or name, "value": getattr(self.instance, name)}
                for name in self.changed_data
                if name in self.fields and name != "read_version"
            )
            said = gettext(
                "Somebody has changed this customer since you opened the page, and nothing is saved yet. "
                "Where you differ: %(changed)s. Open the page anew to change them."
            )
            raise forms.ValidationError(said % {"changed": changed or gettext("nothing")})
        return cleaned


@admin.register(Customer)
class CustomerAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Customers."""

    form = CustomerForm
    list_display = ("name", "organisation", "email", "phone", "time_zone", "do_not_mail")
    list_filter = ("do_not_mail", "real_news_only")
    list_select_related = ("organisation",)
    autocomplete_fields = ("organisation",)
    search_fields = ("name", "email", "phone", "external_ref", "organisation__name")
    readonly_fields = ("created_at",)

    def has_change_permission(self, request: HttpRequest, obj: Customer | None = None) -> bool:
        """Let nobody change an entry that has become part of another."""
        is_merged = obj is not None and obj.merged_into_id is not None
        return not is_merged and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Customer, form: Any, change: bool) -> None:
        """Date a new customer, and count a change of one who is known."""
        now = clock.now()
        if not change:
            obj.created_at = now
        else:
            note_change(obj, actor=request.user, now=now)
        super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data and obj.email.casefold() != form.initial["email"].casefold():
            address_changed(customer=obj, now=now)

"""The settings pages: teams and their people, calendars, policies, customers; promises and timelines to look at.

Nothing here changes a promise: people's acts go through the pages, where the clocks and the timeline keep up.
"""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import Max
from django.forms.models import BaseInlineFormSet, model_to_dict
from django.http import HttpRequest
from django.utils.html import format_html

from commitments import clock
from commitments.domain.business_time import Duration, DurationError, DurationSort
from commitments.models import (
    BusinessCalendar,
    ClosedDay,
    Commitment,
    CommitmentEvent,
    Customer,
    Escalation,
    EscalationStep,
    EventText,
    Membership,
    Policy,
    Team,
)
from commitments.models.fields import DurationField
from commitments.services.customers import OF_THE_ADDRESS
from commitments.services.policies import add_starting_policies
from commitments.services.reachability import address_changed

OFFICE_WEEK = [[["09:00", "17:00"]]] * 5 + [[], []]
"""The week that a new calendar begins with: Monday to Friday, 09:00 to 17:00."""

STEP_FIELDS = ("trigger", "after", "target", "person", "target_team", "repeat_every")

admin.site.site_header = "Kept: settings"
admin.site.site_title = "Kept"
admin.site.index_title = "Settings"


class ToLookAt:
    """Rows that are shown and never changed here."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say no."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say no."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Say no."""
        return False


class ClosedDayInline(admin.TabularInline):  # type: ignore[type-arg]
    """The days on which a calendar is closed."""

    model = ClosedDay
    extra = 1
    ordering = ("on",)


@admin.register(BusinessCalendar)
class BusinessCalendarAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """When a team works."""

    list_display = ("name", "zone")
    search_fields = ("name", "zone")
    inlines = (ClosedDayInline,)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with an office's week."""
        return {"week": OFFICE_WEEK, **super().get_changeform_initial_data(request)}


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg]
    """Who belongs to a team, and as what."""

    model = Membership
    extra = 1
    autocomplete_fields = ("user",)


@admin.register(Team)
class TeamAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Teams; a new one starts with a policy for each kind of promise."""

    list_display = ("name", "calendar", "phone", "is_shadow", "automatic_mail_stopped")
    list_filter = ("is_shadow", "automatic_mail_stopped")
    search_fields = ("name",)
    inlines = (MembershipInline,)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Give a new team the policies that teams start with."""
        super().save_related(request, form, formsets, change)
        if not change:
            add_starting_policies(team=form.instance, now=clock.now())


class StepForm(forms.ModelForm):  # type: ignore[type-arg]
    """One rung; one that was filled in from the version before counts as typed, and a blank one as none."""

    def has_changed(self) -> bool:
        """Say whether anything stands in it."""
        return any(self[name].value() for name in self.fields if name in STEP_FIELDS)


class StepFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """The rungs of a policy's ladders, numbered in the order in which they stand."""

    def clean(self) -> None:
        """Number each trigger's rungs from 0, and see that a rung for somebody says for whom."""
        super().clean()
        places: dict[str, int] = {}
        for form in self.forms:
            if not form.cleaned_data or form.cleaned_data.get("DELETE"):
                continue
            trigger = form.cleaned_data.get("trigger", "")
            form.instance.position = places.get(trigger, 0)
            places[trigger] = form.instance.position + 1
            target = form.cleaned_data.get("target")
            if target == EscalationStep.TargetChoice.PERSON and not form.cleaned_data.get("person"):
                form.add_error("person", "Say which person.")
            if target == EscalationStep.TargetChoice.TEAM and not form.cleaned_data.get("target_team"):
                form.add_error("target_team", "Say which team.")


class StepInline(admin.TabularInline):  # type: ignore[type-arg]
    """The rungs of a policy's ladders."""

    model = EscalationStep
    form = StepForm
    formset = StepFormSet
    fields = STEP_FIELDS
    formfield_overrides: ClassVar = {DurationField: {"widget": forms.TextInput({"size": 8})}}
    ordering = ("trigger", "position")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let no one change the ladder of a version that stands."""
        return obj is None

    has_delete_permission = has_change_permission

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let rungs be added to a new version alone."""
        return obj is None and super().has_add_permission(request, obj)

    def get_extra(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> int:
        """Leave room for the rungs of the version before and two more."""
        before = version_before(request)
        return 2 + (before.steps.count() if before is not None else 0)


def version_before(request: HttpRequest) -> Policy | None:
    """Give the policy that a new version begins from, where the address names one."""
    number = request.GET.get("from", "")
    return Policy.objects.filter(pk=int(number)).first() if number.isascii() and number.isdigit() else None


class PolicyForm(forms.ModelForm):  # type: ignore[type-arg]
    """A new version of a policy."""

    def clean(self) -> dict[str, Any]:
        """See that lengths which are counted on any clock are given so."""
        cleaned: dict[str, Any] = super().clean() or {}
        for name in ("holding_lead", "missed_grace"):
            try:
                length = Duration.parse(str(cleaned.get(name, "")))
            except DurationError:
                continue  # The field itself says what is wrong with it.
            if length.sort is not DurationSort.ELAPSED:
                self.add_error(name, "This one is counted on any clock: write minutes or hours, such as 10min.")
        return cleaned


@admin.register(Policy)
class PolicyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Policies. A version that stands is only looked at; to change a policy, add its next version."""

    form = PolicyForm
    list_display = ("team", "kind", "version", "cadence", "holding_mails", "recovery", "created_at", "next_version")
    list_filter = ("team", "kind")
    ordering = ("team", "kind", "-version")
    inlines = (StepInline,)

    @admin.display(description="")
    def next_version(self, policy: Policy) -> str:
        """Link to the form for a new version that begins as this one."""
        return format_html('<a href="add/?from={}">New version from this one</a>', policy.pk)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin as the version that the address names."""
        before = version_before(request)
        if before is None:
            return super().get_changeform_initial_data(request)
        return {**model_to_dict(before, exclude=["version"]), "reminders": ", ".join(map(str, before.reminders))}

    def get_formset_kwargs(self, request: HttpRequest, obj: Policy, inline: Any, prefix: str) -> dict[str, Any]:
        """Begin with the ladders of that version."""
        given: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        before = version_before(request)
        if before is not None and request.method == "GET":
            steps = before.steps.order_by("trigger", "position")
            given["initial"] = [model_to_dict(step, fields=STEP_FIELDS) for step in steps]
        return given

    def get_exclude(self, request: HttpRequest, obj: Policy | None = None) -> tuple[str, ...]:
        """Show the version and its date where there is one."""
        return ("version", "created_at") if obj is None else ()

    def has_change_permission(self, request: HttpRequest, obj: Policy | None = None) -> bool:
        """Let nobody change a version that stands: promises run by it."""
        return obj is None and super().has_change_permission(request, obj)

    def has_view_permission(self, request: HttpRequest, obj: Policy | None = None) -> bool:
        """Let those look who may add."""
        return super().has_view_permission(request, obj) or super().has_add_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Policy | None = None) -> bool:
        """Say no: promises run by it."""
        return False

    def save_model(self, request: HttpRequest, obj: Policy, form: Any, change: bool) -> None:
        """Number the new version."""
        versions = Policy.objects.filter(team=obj.team, kind=obj.kind)
        obj.version = (versions.aggregate(last=Max("version"))["last"] or 0) + 1
        obj.created_at = clock.now()
        super().save_model(request, obj, form, change)


@admin.register(Customer)
class CustomerAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Customers."""

    list_display = ("name", "email", "phone", "time_zone", "do_not_mail")
    list_filter = ("do_not_mail", "real_news_only")
    search_fields = ("name", "email", "phone", "external_ref")
    readonly_fields = ("created_at",)

    def save_model(self, request: HttpRequest, obj: Customer, form: Any, change: bool) -> None:
        """Date a new customer."""
        now = clock.now()
        if not change:
            obj.created_at = now
        super().save_model(request, obj, form, change)
        if change and "email" in form.changed_data and obj.do_not_mail in OF_THE_ADDRESS:
            address_changed(customer=obj, now=now)


class EscalationInline(ToLookAt, admin.TabularInline):  # type: ignore[type-arg]
    """A promise's ladders."""

    model = Escalation
    extra = 0
    ordering = ("opened_at",)


@admin.register(Commitment)
class CommitmentAdmin(ToLookAt, admin.ModelAdmin):  # type: ignore[type-arg]
    """Promises, to look at."""

    list_display = ("reference", "customer", "kind", "owner", "team", "status", "due_at", "next_check_at")
    list_filter = ("status", "kind", "team")
    list_select_related = ("customer", "owner", "team")
    search_fields = ("reference", "case_ref", "customer__name")
    date_hierarchy = "made_at"
    formfield_overrides: ClassVar = {models.URLField: {"assume_scheme": "https"}}
    inlines = (EscalationInline,)


class EventTextInline(ToLookAt, admin.TabularInline):  # type: ignore[type-arg]
    """What people wrote with an event."""

    model = EventText
    extra = 0


@admin.register(CommitmentEvent)
class CommitmentEventAdmin(ToLookAt, admin.ModelAdmin):  # type: ignore[type-arg]
    """Timelines, to look at."""

    list_display = ("occurred_at", "commitment", "kind", "actor", "recorded_at")
    list_filter = ("kind",)
    list_select_related = ("commitment", "actor")
    search_fields = ("commitment__reference",)
    show_full_result_count = False
    inlines = (EventTextInline,)

"""Policies: a version that stands is only looked at; to change one, its next version is added."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Max
from django.forms.models import BaseInlineFormSet, model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commitments import clock
from commitments.models import EscalationStep, Policy
from commitments.models.fields import DurationField
from commitments.models.identifiers import read_id
from commitments.services.policies import starting_steps, steps_faults

STEP_FIELDS = ("trigger", "after", "target", "person", "target_team", "repeat_every")


class StepForm(forms.ModelForm):  # type: ignore[type-arg]
    """One rung; one that was filled in from the version before counts as typed, and a blank one as none."""

    def has_changed(self) -> bool:
        """Say whether anything stands in it."""
        return any(self[name].value() for name in self.fields if name in STEP_FIELDS)


class StepFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """The rungs of a policy's ladders, numbered in the order in which they stand."""

    def clean(self) -> None:
        """Number each trigger's rungs from 0, and see that every ladder can work (`services.policies`)."""
        super().clean()
        rungs: dict[str, list[Any]] = {}
        for form in self.forms:
            if not form.cleaned_data or form.cleaned_data.get("DELETE"):
                continue
            ladder = rungs.setdefault(form.cleaned_data.get("trigger", ""), [])
            form.instance.position = len(ladder)
            ladder.append(form)
            target = form.cleaned_data.get("target")
            if target == EscalationStep.TargetChoice.PERSON and not form.cleaned_data.get("person"):
                form.add_error("person", gettext("Say which person."))
            if target == EscalationStep.TargetChoice.TEAM and not form.cleaned_data.get("target_team"):
                form.add_error("target_team", gettext("Say which team."))
        if any(form.errors for form in self.forms) or self.instance.team_id is None:
            return
        sentences = []
        for fault in steps_faults(
            team=self.instance.team,
            steps=[(trigger, form.instance.to_domain()) for trigger, ladder in rungs.items() for form in ladder],
            now=clock.now(),
        ):
            if fault.trigger is not None and fault.position is not None:
                rungs[fault.trigger.value][fault.position].add_error(fault.field, fault.sentence)
            else:
                sentences.append(fault.sentence)
        if sentences:
            raise ValidationError(sentences)


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
        """Leave room for the rungs to begin with and two more."""
        return 2 + len(steps_to_begin_with(request))


def version_before(request: HttpRequest) -> Policy | None:
    """Give the policy that a new version begins from, where the address names one."""
    number = read_id(request.GET.get("from", ""))
    return Policy.objects.filter(pk=number).first() if number is not None else None


def steps_to_begin_with(request: HttpRequest) -> list[EscalationStep]:
    """Give the rungs of the version before; a trigger that it has none for begins as teams start."""
    before = version_before(request)
    steps = list(before.steps.order_by("trigger", "position")) if before is not None else []
    there = {step.trigger for step in steps}
    return steps + [step for step in starting_steps() if step.trigger not in there]


@admin.register(Policy)
class PolicyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Policies. A version that stands is only looked at; to change a policy, add its next version."""

    list_display = ("team", "kind", "version", "cadence", "holding_mails", "recovery", "created_at", "next_version")
    list_filter = ("team", "kind")
    ordering = ("team", "kind", "-version")
    inlines = (StepInline,)
    actions = ("move_open_promises",)

    @admin.action(description=_("Move open promises of older versions"))
    def move_open_promises(self, request: HttpRequest, queryset: Any) -> HttpResponse:
        """Lead to the page on which supervisors move them."""
        return redirect("commitments:policies")

    @admin.display(description="")
    def next_version(self, policy: Policy) -> str:
        """Link to the form for a new version that begins as this one."""
        return format_html('<a href="add/?from={}">{}</a>', policy.pk, gettext("New version from this one"))

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin as the version that the address names."""
        before = version_before(request)
        if before is None:
            return super().get_changeform_initial_data(request)
        return {**model_to_dict(before, exclude=["version"]), "reminders": ", ".join(map(str, before.reminders))}

    def get_formset_kwargs(self, request: HttpRequest, obj: Policy, inline: Any, prefix: str) -> dict[str, Any]:
        """Begin with the ladders of that version, or with those that teams start with."""
        given: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        if request.method == "GET":
            given["initial"] = [model_to_dict(step, fields=STEP_FIELDS) for step in steps_to_begin_with(request)]
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

"""Promises and their timelines, to look at."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from commitments.models import Commitment, CommitmentEvent, Escalation, EventText, Letter


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


@admin.register(Letter)
class LetterAdmin(ToLookAt, admin.ModelAdmin):  # type: ignore[type-arg]
    """Complaints and compliments, to look at; they are taken down on the customer's page."""

    list_display = ("received_at", "sort", "customer", "commitment", "recorded_by")
    list_filter = ("sort",)
    list_select_related = ("customer", "commitment", "recorded_by")
    search_fields = ("customer__name", "words")

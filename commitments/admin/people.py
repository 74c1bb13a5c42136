"""Teams with their members, and customers."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from commitments import clock
from commitments.admin.calendars import say_retimed
from commitments.models import Customer, Membership, Team
from commitments.services.calendars import team_moved
from commitments.services.customers import OF_THE_ADDRESS
from commitments.services.policies import add_starting_policies
from commitments.services.reachability import address_changed


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
        """Give a new team the policies that teams start with; time promises anew where it has another calendar."""
        super().save_related(request, form, formsets, change)
        if not change:
            add_starting_policies(team=form.instance, now=clock.now())
        elif "calendar" in form.changed_data:
            retimed = team_moved(team=form.instance, now=clock.now())
            say_retimed(self, request, retimed.changed)


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

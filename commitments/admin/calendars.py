"""When teams work: their weeks, public holidays and closures. A change times open promises anew."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from commitments import clock
from commitments.models import BusinessCalendar, ClosedDay
from commitments.models.calendars import parse_week, validate_time_zone
from commitments.services import holiday_library
from commitments.services.calendars import calendar_changed, faults_of
from commitments.services.refusals import Refused

OFFICE_WEEK = [[["09:00", "17:00"]]] * 5 + [[], []]
"""The week that a new calendar begins with: Monday to Friday, 09:00 to 17:00."""


def say_retimed(page: Any, request: HttpRequest, count: int) -> None:
    """Tell whoever changed something under open promises how many of their clocks moved."""
    if count:
        said = ngettext(
            "%(number)s open promise was timed anew; no time that a customer was told has been put off.",
            "%(number)s open promises were timed anew; no time that a customer was told has been put off.",
            count,
        )
        page.message_user(request, said % {"number": count})


class CalendarForm(forms.ModelForm):  # type: ignore[type-arg]
    """A calendar, with the countries whose holidays are known."""

    country = forms.ChoiceField(
        required=False,
        choices=lambda: [("", gettext("No public holidays")), *holiday_library.countries().items()],
        help_text=_(
            "Its public holidays are closed days, this year's and those of the next two. They are kept up daily."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """See that the part of the country is known, and write it as the holidays do."""
        cleaned: dict[str, Any] = super().clean() or {}
        try:
            cleaned["country"], cleaned["subdivision"] = holiday_library.known(
                country=cleaned.get("country", ""), subdivision=cleaned.get("subdivision", "")
            )
        except Refused as refused:
            self.add_error(refused.field, refused.message)
        return cleaned


class ClosedDayForm(forms.ModelForm):  # type: ignore[type-arg]
    """A closed day; of a public holiday only whether the team works on it can be changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.source == ClosedDay.Source.HOLIDAY:
            self.fields["on"].disabled = self.fields["name"].disabled = True

    def clean(self) -> dict[str, Any]:
        """See that a closure of our own is not marked as worked."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("is_open") and self.instance.source != ClosedDay.Source.HOLIDAY:
            self.add_error("is_open", gettext("This is for public holidays; to work on this day, delete it."))
        return cleaned


class ClosedDayFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """The closed days of a calendar, which has to be open sometimes all the same."""

    def clean(self) -> None:
        """Refuse what leaves no open day."""
        super().clean()
        if any(self.errors):
            return
        closures: list[date] = []
        worked: list[date] = []
        for form in self.forms:
            on = form.cleaned_data.get("on")
            if on is None:
                continue
            deleted = bool(form.cleaned_data.get("DELETE"))
            if form.instance.source == ClosedDay.Source.HOLIDAY:
                worked += [on] if deleted or form.cleaned_data.get("is_open") else []
            elif not deleted:
                closures.append(on)
        calendar = self.instance
        try:
            validate_time_zone(calendar.zone, field="zone")
            parse_week(calendar.week)
        except ValidationError:
            return  # The fields themselves say what is wrong with them.
        faults = faults_of(calendar=calendar, closures=closures, worked=worked, now=clock.now())
        if faults:
            raise ValidationError([fault.sentence for fault in faults])

    def delete_existing(self, obj: Any, commit: bool = True) -> None:
        """Delete a closure; a public holiday is kept as one that the team works on, or it would come back."""
        if obj.source == ClosedDay.Source.HOLIDAY:
            obj.is_open = True
            if commit:
                obj.save(update_fields=["is_open"])
        else:
            super().delete_existing(obj, commit=commit)


class ClosedDayInline(admin.TabularInline):  # type: ignore[type-arg]
    """The days on which a calendar is closed."""

    model = ClosedDay
    form = ClosedDayForm
    formset = ClosedDayFormSet
    fields = ("on", "name", "source", "is_open")
    readonly_fields = ("source",)
    extra = 1
    ordering = ("on",)


@admin.register(BusinessCalendar)
class BusinessCalendarAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """When a team works."""

    form = CalendarForm
    list_display = ("name", "zone", "country", "subdivision")
    search_fields = ("name", "zone")
    inlines = (ClosedDayInline,)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Begin with an office's week."""
        return {"week": OFFICE_WEEK, **super().get_changeform_initial_data(request)}

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Bring the holidays up, and time the open promises of its teams anew."""
        super().save_related(request, form, formsets, change)
        changes = calendar_changed(calendar=form.instance, now=clock.now())
        if changes.added or changes.removed:
            said = gettext("Public holidays: %(added)s added, %(removed)s taken away.")
            self.message_user(request, said % {"added": len(changes.added), "removed": len(changes.removed)})
        say_retimed(self, request, changes.retimed)

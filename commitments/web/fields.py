"""Form fields that pages share: local times, telephone numbers, and forms that can show what a service refused."""

import zoneinfo
from collections.abc import Container, Mapping
from datetime import date, datetime
from typing import Any

import phonenumbers
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commitments.domain.business_time import BusinessTimeError, to_instant
from commitments.models import Team
from commitments.services.promising import due_on
from commitments.services.refusals import Refused

MINUTES = "%Y-%m-%dT%H:%M"
LOCAL_FORMATS = (MINUTES, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M")


class PageRenderer(DjangoTemplates):
    """Renders fields by our own template: label, help, the field, what is wrong with it."""

    field_template_name = "commitments/parts/field.html"


class PageForm(forms.Form):
    """A form of a page; everything a service refuses lands on the field it is about, and nothing typed is lost."""

    default_renderer = PageRenderer

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            _say_plainly(field)
            widget = field.widget
            if isinstance(widget, forms.CheckboxInput | forms.RadioSelect):
                widget.attrs.setdefault("class", "form-check-input")
            elif isinstance(widget, forms.Select):
                widget.attrs.setdefault("class", "form-select")
            else:
                widget.attrs.setdefault("class", "form-control")

    def drawn(self) -> Container[str]:
        """Give the fields that the page draws as things stand; what is wrong with others is said above the form."""
        return {field.name for field in self.visible_fields()}

    def head_errors(self) -> list[str]:
        """Give the sentences that stand above the form: about all of it, and about fields that are not drawn."""
        drawn = self.drawn()
        return [str(error) for name, errors in self.errors.items() if name not in drawn for error in errors]

    def refuse(self, refused: Refused) -> None:
        """Show a service's sentence at the field it is about, or above the form."""
        self.add_error(refused.field if refused.field in self.fields else None, refused.message)


def _say_plainly(field: forms.Field) -> None:
    """Replace the library's general sentence for an empty field by one that says what to do."""
    if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
        chosen = isinstance(field, forms.ChoiceField)
        field.error_messages["required"] = _("Choose one.") if chosen else _("This is still empty; write it.")


class TimeZoneField(forms.CharField):
    """An IANA time zone, by name; `time_zones` gives the names to choose from."""

    widget = forms.TextInput({"list": "time-zones", "autocomplete": "off"})

    def clean(self, value: Any) -> str:
        """Raise ValidationError for a name that is none."""
        name: str = super().clean(value)
        if name and name not in zoneinfo.available_timezones():
            said = gettext("“%(name)s” is no time zone; write one such as Europe/Lisbon.")
            raise forms.ValidationError(said % {"name": name})
        return name


def time_zones() -> list[str]:
    """Give the zones that people live in, by name."""
    return sorted(name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith("Etc/"))


class LocalTimeField(forms.Field):
    """A date and time as some zone's clocks show it: gives a naive value, which `instant_from` makes an instant."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MINUTES)
    default_error_messages = {
        "required": _("Give a date and a time."),
        "invalid": _("Write date and time as in 2026-11-20T15:00."),
    }

    def to_python(self, value: Any) -> date | None:
        """Read what a browser's date and time field gives."""
        text = str(value or "").strip()
        if not text:
            return None
        for form in LOCAL_FORMATS:
            try:
                return datetime.strptime(text, form)  # noqa: DTZ007 - naive on purpose, see the class
            except ValueError:
                continue
        raise forms.ValidationError(self.error_messages["invalid"], code="invalid")


class DueField(LocalTimeField):
    """A date by which something is promised, with a time or without one: gives a naive value or a plain date."""

    def to_python(self, value: Any) -> date | None:
        """Read a date alone as well."""
        try:
            return date.fromisoformat(str(value or "").strip())
        except ValueError:
            return super().to_python(value)


class WholeDayField(forms.BooleanField):
    """Whether only the day of `due_at` matters, for browsers whose field always gives a time."""

    def __init__(self) -> None:
        super().__init__(required=False, label=_("Only the day matters: by closing time"))


def due_from(cleaned: Mapping[str, Any], field: str, *, team: Team) -> datetime | None:
    """Read a cleaned local time by the team's clocks, or the end of its day for a date alone or with `whole_day`.

    Raises Refused, for that field, for a time that the clocks skip and for a day on which the team is closed.
    """
    given = cleaned.get(field)
    if isinstance(given, datetime) and field == "due_at" and cleaned.get("whole_day"):
        given = given.date()
    if isinstance(given, date) and not isinstance(given, datetime):
        return due_on(given, team=team, field=field)
    return instant_from(cleaned, field, zone=team.calendar.zone)


def instant_from(cleaned: Mapping[str, Any], field: str, *, zone: str) -> datetime | None:
    """Read a cleaned local time in `zone`; raise Refused, for that field, for a time the clocks skip."""
    local = cleaned.get(field)
    if local is None:
        return None
    try:
        return to_instant(local, zone=zone)
    except BusinessTimeError as error:
        raise Refused(str(error), field=field) from error


def normal_phone(text: str, *, team: Team | None) -> str:
    """Write a telephone number in E.164; raise ValidationError with a sentence.

    Without a country code it is read as one of the country of the team's own telephone, if that names one.
    """
    text = text.strip()
    if not text:
        return ""
    region = _region(team)
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        lacks_country = region is None and not text.startswith("+")
        if lacks_country:
            raise forms.ValidationError(gettext("Write the number with its country code, as in +351 21 000 0000."))
        raise forms.ValidationError(gettext("This is no telephone number; write it, as in +351 21 000 0000."))
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def shown_phone(number: str) -> str:
    """Write an E.164 number as people read it."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL))


def _region(team: Team | None) -> str | None:
    if team is None or not team.phone.strip().startswith("+"):
        return None
    try:
        region = phonenumbers.region_code_for_number(phonenumbers.parse(team.phone, None))
    except phonenumbers.NumberParseException:
        return None
    return str(region) if region else None

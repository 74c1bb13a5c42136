"""When a team works: calendars with open intervals, and the days on which they are closed."""

import re
import zoneinfo
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commitments.domain.business_time import Calendar, OpenInterval

CLOCK_TIME = re.compile(r"^(?:([01]\d|2[0-3]):([0-5]\d)|(24):(00))$")


def validate_time_zone(name: str, *, field: str) -> None:
    """Raise ValidationError on `field` unless `name` is an IANA time zone known to this machine."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(
            {field: gettext("“%(name)s” is no time zone; write one such as Europe/Lisbon.") % {"name": name}}
        )


def _minutes(text: Any) -> int:
    match = CLOCK_TIME.match(text) if isinstance(text, str) else None
    if match is None:
        raise ValidationError(
            gettext("“%(text)s” is no time of day; write it as 09:00 (24:00 ends a day).") % {"text": text}
        )
    hours, minutes = (part for part in match.groups() if part is not None)
    return int(hours) * 60 + int(minutes)


def parse_week(week: Any) -> tuple[tuple[OpenInterval, ...], ...]:
    """Read seven lists (Monday first) of ``["09:00", "17:00"]`` pairs; raise ValidationError with a sentence."""
    if not isinstance(week, list) or len(week) != 7:
        raise ValidationError(gettext("A week is seven lists of open intervals, Monday first."))
    days = []
    for day in week:
        if not isinstance(day, list):
            raise ValidationError(
                gettext("“%(day)s” is no day; write a list of open intervals, empty for a closed day.") % {"day": day}
            )
        intervals: list[OpenInterval] = []
        for pair in day:
            if not isinstance(pair, list | tuple) or len(pair) != 2:
                raise ValidationError(gettext("An open interval is a pair such as [“09:00”, “17:00”]."))
            start, end = _minutes(pair[0]), _minutes(pair[1])
            if start >= end:
                raise ValidationError(
                    gettext("%(start)s–%(end)s: an interval must end after it begins.")
                    % {"start": pair[0], "end": pair[1]}
                )
            if intervals and start < intervals[-1].end_minute:
                raise ValidationError(
                    gettext("%(start)s–%(end)s overlaps the interval before it.") % {"start": pair[0], "end": pair[1]}
                )
            intervals.append(OpenInterval(start, end))
        days.append(tuple(intervals))
    if not any(days):
        raise ValidationError(
            gettext("A calendar that is never open cannot time anything; open at least one interval.")
        )
    return tuple(days)


class BusinessCalendar(models.Model):
    """A zone, several open intervals a weekday, and closed days."""

    name = models.CharField(max_length=100, unique=True)
    zone = models.CharField(max_length=64, help_text=_("An IANA name, such as Europe/Lisbon."))
    week = models.JSONField(help_text=_("Seven lists of open intervals, Monday first."))
    country = models.CharField(
        max_length=2,
        blank=True,
        default="",
        help_text=_("Its public holidays are closed days; none where this is blank."),
    )
    subdivision = models.CharField(
        max_length=24,
        blank=True,
        default="",
        help_text=_("A part of the country with holidays of its own, such as BY."),
    )
    timed_as = models.CharField(
        max_length=64,
        blank=True,
        default="",
        editable=False,
        help_text=_("The mark of the hours by which open promises were last timed."),
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(subdivision="") | ~Q(country=""), name="calendar_subdivision_of_a_country"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Raise ValidationError for an unknown zone or a week that cannot be read."""
        validate_time_zone(self.zone, field="zone")
        try:
            parse_week(self.week)
        except ValidationError as error:
            raise ValidationError({"week": error.messages}) from error

    def to_domain(self) -> Calendar:
        """Give the pure calendar; reads the closed days, so call it once for many promises."""
        return Calendar(
            zone=self.zone,
            week=parse_week(self.week),
            closed_on=frozenset(day.on for day in self.closed_days.all() if not day.is_open),
        )


class ClosedDay(models.Model):
    """A day on which one calendar is closed: a public holiday, or a closure of its own."""

    class Source(models.TextChoices):
        """Where it comes from."""

        CLOSURE = "closure", _("Our own")
        HOLIDAY = "holiday", _("Public holiday")

    calendar = models.ForeignKey(BusinessCalendar, on_delete=models.CASCADE, related_name="closed_days")
    on = models.DateField()
    name = models.CharField(max_length=100)
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.CLOSURE)
    is_open = models.BooleanField(
        _("we work"), default=False, help_text=_("A public holiday on which the team works all the same.")
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["calendar", "on"], name="closed_day_once"),
            models.CheckConstraint(
                condition=Q(is_open=False) | Q(source="holiday"), name="closed_day_worked_is_a_holiday"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.name}"

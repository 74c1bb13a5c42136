"""A shift's end: what falls due before the next one, and who is there to take it. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, Least

from commitments.domain.business_time import BusinessTimeError, Calendar, next_open
from commitments.domain.working_hours import is_working_day, next_shift, shift_end
from commitments.models import Absence, Commitment, Handoff, Membership
from commitments.selectors.acting_owners import covered_by

User = get_user_model()

SHOWN_AT_MOST = 200


@dataclass(frozen=True, slots=True)
class Shift:
    """When a person's day ends (`now` where it has) and the next one begins, and the zone they tell it in."""

    zone: str
    ends_at: datetime
    next_at: datetime
    is_today: bool
    """Whether they work at some time of today at all; false on days on which their teams are closed."""


@dataclass(frozen=True, slots=True)
class ShiftEnd:
    """A person's shift, and the promises that cannot wait until the next one, the first first."""

    shift: Shift
    today: tuple[Commitment, ...]
    """What falls due, or must be heard of, before the day ends, and what is late already."""
    between: tuple[Commitment, ...]
    """What does between then and the next shift."""

    @property
    def total(self) -> int:
        """How many there are."""
        return len(self.today) + len(self.between)


@dataclass(frozen=True, slots=True)
class ShiftCounts:
    """A person's shift, and how many promises have a clock that runs out when."""

    shift: Shift
    late: int
    """Run out already."""
    today: int
    """From now until the day ends."""
    between: int
    """After that, before the next shift."""


def read_shift_end(*, actor: Any, now: datetime) -> ShiftEnd | None:
    """Read what `actor` answers for, or stands in for, that falls due by either clock before their next shift.

    Nothing for somebody without a shift.
    """
    shift = read_shift(actor=actor, now=now)
    if shift is None:
        return None
    offers = Handoff.objects.filter(commitment=OuterRef("pk"), state=Handoff.State.OFFERED)
    mine = Commitment.objects.open().filter(owner__in=[actor.pk, *covered_by(actor=actor, now=now)])
    falling = mine.filter(Q(due_at__lt=shift.next_at) | Q(next_word_due_at__lt=shift.next_at))
    rows = falling.select_related("customer", "owner", "team__calendar").annotate(is_offered=Exists(offers))
    listed = sorted(rows.order_by("due_at", "id")[:SHOWN_AT_MOST], key=lambda row: (_first(row), row.pk))
    return ShiftEnd(
        shift=shift,
        today=tuple(row for row in listed if _first(row) < shift.ends_at),
        between=tuple(row for row in listed if _first(row) >= shift.ends_at),
    )


def count_shift(*, actor: Any, now: datetime) -> ShiftCounts | None:
    """Count what `read_shift_end` lists, however many there are; nothing for somebody without a shift."""
    shift = read_shift(actor=actor, now=now)
    if shift is None:
        return None
    mine = Commitment.objects.open().filter(owner__in=[actor.pk, *covered_by(actor=actor, now=now)])
    first = Least("due_at", Coalesce("next_word_due_at", "due_at"))
    counted = mine.annotate(first=first).aggregate(
        late=Count("pk", filter=Q(first__lt=now)),
        today=Count("pk", filter=Q(first__gte=now, first__lt=shift.ends_at)),
        between=Count("pk", filter=Q(first__gte=max(now, shift.ends_at), first__lt=shift.next_at)),
    )
    return ShiftCounts(shift=shift, **counted)


def colleagues_there(*, actor: Any, now: datetime) -> "QuerySet[Any]":
    """Give who of `actor`'s teams is there to take something over now, by name."""
    teams = Membership.objects.filter(user=actor).values("team")
    away = Absence.objects.filter(user=OuterRef("pk"), from_at__lte=now, until_at__gt=now)
    people = User.objects.filter(memberships__team__in=teams, is_active=True).exclude(pk=actor.pk)
    return people.filter(~Exists(away)).distinct().order_by("first_name", "last_name", "username")


def read_shift(*, actor: Any, now: datetime) -> Shift | None:
    """Read when `actor` works, by their own hours; nothing for somebody without a team that will ever work again.

    Of several teams' hours the longest day counts, and the earliest next one that does not begin within it. A shift
    that begins while they are away begins when they are back.
    """
    memberships = Membership.objects.filter(user=actor).select_related("team__calendar").order_by("pk")
    calendars = [
        membership.working_calendar(membership.team.calendar.to_domain())
        for membership in memberships.prefetch_related("team__calendar__closed_days")
    ]
    away = list(Absence.objects.filter(user=actor, until_at__gt=now).order_by("from_at"))
    ends, begins = [], []
    for calendar in calendars:
        try:
            ends.append(shift_end(now, calendar=calendar))
            begins.append(_there_again(next_shift(now, calendar=calendar), away, calendar=calendar))
        except BusinessTimeError:
            continue
    if not begins:
        return None
    ends_at = max(ends)
    is_today = any(is_working_day(now, calendar=calendar) for calendar in calendars)
    next_at = min((at for at in begins if at >= ends_at), default=ends_at)
    return Shift(zone=calendars[0].zone, ends_at=ends_at, next_at=next_at, is_today=is_today)


def _there_again(at: datetime, absences: Sequence[Absence], *, calendar: Calendar) -> datetime:
    """Give when somebody works again from `at` on who may be away then; `absences` in the order of their beginning."""
    for absence in absences:
        if absence.from_at <= at < absence.until_at:
            at = next_open(absence.until_at, calendar=calendar)
    return at


def _first(commitment: Commitment) -> datetime:
    return min(commitment.hear_by, commitment.due_at)

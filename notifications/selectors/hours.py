"""When colleagues work, who of them is away, and for whom each stands in."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from commitments.domain.business_time import Calendar
from commitments.models import Absence, Membership, Team
from commitments.selectors.acting_owners import stood_in_for


def read_hours(users: Collection[int]) -> Mapping[int, tuple[Calendar, ...]]:
    """Read the working hours of active colleagues, one calendar for each team that they belong to; two statements."""
    if not users:
        return {}
    memberships = list(Membership.objects.filter(user__in=users, user__is_active=True).order_by("user_id", "id"))
    teams = Team.objects.filter(id__in={membership.team_id for membership in memberships}).select_related("calendar")
    calendars = {team.pk: team.calendar.to_domain() for team in teams.prefetch_related("calendar__closed_days")}
    found: dict[int, list[Calendar]] = defaultdict(list)
    for membership in memberships:
        found[membership.user_id].append(membership.working_calendar(calendars[membership.team_id]))
    return {user: tuple(hours) for user, hours in found.items()}


def away(users: Collection[int], *, now: datetime) -> set[int]:
    """Tell who of `users` is away at `now`."""
    absent = Absence.objects.filter(user__in=users, from_at__lte=now, until_at__gt=now)
    return set(absent.values_list("user_id", flat=True))


def stands_in_for(users: Collection[int], *, now: datetime) -> Mapping[int, set[int]]:
    """Give whom each of `users` stands in for at `now`."""
    acting = stood_in_for(users=users, now=now)
    return {user: {absence.user_id for absence in absences} for user, absences in acting.items()}

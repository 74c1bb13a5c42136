"""When colleagues work, who of them is away, and for whom each stands in."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime

from commitments.domain.business_time import Calendar
from commitments.models import Absence, Membership, Team


def read_hours(users: Collection[int]) -> Mapping[int, tuple[Calendar, ...]]:
    """Read the working hours of active colleagues, one calendar for each team that they belong to; two statements."""
    if not users:
        return {}
    memberships = Membership.objects.filter(user__in=users, user__is_active=True).order_by("user_id", "id")
    pairs = list(memberships.values_list("user_id", "team_id"))
    teams = Team.objects.filter(id__in={team for _, team in pairs}).select_related("calendar")
    calendars = {team.pk: team.calendar.to_domain() for team in teams.prefetch_related("calendar__closed_days")}
    found: dict[int, list[Calendar]] = defaultdict(list)
    for user, team in pairs:
        found[user].append(calendars[team])
    return {user: tuple(hours) for user, hours in found.items()}


def away(users: Collection[int], *, now: datetime) -> set[int]:
    """Tell who of `users` is away at `now`."""
    absent = Absence.objects.filter(user__in=users, from_at__lte=now, until_at__gt=now)
    return set(absent.values_list("user_id", flat=True))


def stands_in_for(users: Collection[int], *, now: datetime) -> Mapping[int, set[int]]:
    """Give whom each of `users` stands in for at `now`."""
    found: dict[int, set[int]] = defaultdict(set)
    covers = Absence.objects.filter(cover__in=users, from_at__lte=now, until_at__gt=now)
    for cover, user in covers.values_list("cover_id", "user_id"):
        if cover is not None:
            found[cover].add(user)
    return found

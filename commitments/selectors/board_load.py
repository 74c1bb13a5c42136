"""The hours ahead, person by person: what falls due, when they work, and when they are away. Reads only."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from commitments.domain.business_time import BusinessTimeError, open_spans
from commitments.models import Absence, Membership, Team
from commitments.selectors.load import due_per_hour, hour_of

HOURS = 10
"""How many hours the Board looks ahead, the present one among them."""
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of one person. `is_open`: they work in it; `is_away`: they are away in all or part of it."""

    due: int
    is_open: bool
    is_away: bool


@dataclass(frozen=True, slots=True)
class Ahead:
    """One person's hours ahead. `away`: their absence that touches these hours."""

    user: Any
    hours: tuple[Hour, ...]
    away: Absence | None

    @property
    def due(self) -> int:
        """How much falls due in all these hours."""
        return sum(hour.due for hour in self.hours)


def hours_ahead(*, zone: str, now: datetime) -> list[datetime]:
    """Give the instants at which the hours ahead begin, and that at which the last ends, by the clocks of `zone`.

    The hour that autumn repeats is one, of twice the length, as `due_per_hour` counts it.
    """
    begins = [hour_of(now, zone=zone).astimezone(UTC)]
    while len(begins) <= HOURS:
        after = begins[-1] + HOUR
        if hour_of(after, zone=zone) == hour_of(begins[-1], zone=zone):
            after += HOUR
        begins.append(after)
    return begins


def read_ahead(
    *,
    users: Sequence[Any],
    teams: Iterable[Team],
    among: Any,
    begins: Sequence[datetime],
    zone: str,
) -> list[Ahead]:
    """Read the hours of `users` in these teams that begin at `begins` (`hours_ahead`).

    What falls due is counted `among` the promises given. A constant number of queries.
    """
    first, last = begins[0], begins[-1]
    ids = [user.pk for user in users]
    due = due_per_hour(owners=ids, from_at=first, until_at=last, zone=zone, among=among)
    spans = _open_spans(ids, teams, first=first, last=last)
    absences: dict[int, list[Absence]] = defaultdict(list)
    away = Absence.objects.filter(user__in=ids, from_at__lt=last, until_at__gt=first).select_related("cover")
    for absence in away.order_by("from_at", "id"):
        absences[absence.user_id].append(absence)
    keys = [hour_of(at, zone=zone) for at in begins]
    ahead = []
    for user in users:
        theirs = absences.get(user.pk, [])
        hours = tuple(
            Hour(
                due=due.get(user.pk, {}).get(key, 0),
                is_open=any(opens < end and begin < closes for opens, closes in spans[user.pk]),
                is_away=any(absence.from_at < end and begin < absence.until_at for absence in theirs),
            )
            for key, begin, end in zip(keys, begins, begins[1:], strict=False)
        )
        ahead.append(Ahead(user=user, hours=hours, away=theirs[0] if theirs else None))
    return ahead


def _open_spans(
    users: Iterable[int], teams: Iterable[Team], *, first: datetime, last: datetime
) -> dict[int, list[tuple[datetime, datetime]]]:
    """Give when each of these users works in any of the teams."""
    memberships = Membership.objects.filter(user__in=list(users), team__in=list(teams))
    calendars: dict[int, Any] = {}
    spans: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for row in memberships.select_related("team__calendar").prefetch_related("team__calendar__closed_days"):
        calendar = calendars.setdefault(row.team_id, row.team.calendar.to_domain())
        try:
            spans[row.user_id] += open_spans(first, last, calendar=row.working_calendar(calendar))
        except BusinessTimeError:
            # Hours that cannot be read mark nothing; the promises count all the same.
            continue
    return spans

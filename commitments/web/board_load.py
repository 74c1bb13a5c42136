"""What the Board shows of the hours ahead: who has how much due when, and who is away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from commitments.models.people import person
from commitments.selectors.board_filters import Filters
from commitments.selectors.board_load import Ahead
from commitments.web import times
from commitments.web.board_filters import query_of

PEOPLE_AT_MOST = 6
"""How many people stand on the Board unless all are asked for: those with the most to do."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One hour of one person. `look` is the style sheet's name: away, shut, or nothing."""

    due: int
    query: str
    look: str


@dataclass(frozen=True, slots=True)
class Line:
    """One person's hours."""

    name: str
    query: str
    away: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Load:
    """The hours ahead. `left_out`: how many people are not shown; `due`: how much falls due in all."""

    hours: tuple[str, ...]
    lines: tuple[Line, ...]
    left_out: int
    due: int


def load_of(
    people: Sequence[Ahead],
    *,
    begins: Sequence[datetime],
    filters: Filters,
    everybody: bool,
    zone: str,
    now: datetime,
) -> Load:
    """Write the hours ahead, who has the most first; those who have nothing and are there only with `everybody`."""
    busiest = sorted(people, key=lambda ahead: -ahead.due)
    shown = busiest
    if not everybody:
        shown = [ahead for ahead in busiest if ahead.due or (ahead.away and ahead.away.from_at <= now)][:PEOPLE_AT_MOST]
    return Load(
        hours=tuple(f"{times.local(at, zone=zone):%H}" for at in begins[:-1]),
        lines=tuple(_line(ahead, begins=begins, filters=filters, zone=zone, now=now) for ahead in shown),
        left_out=len(people) - len(shown),
        due=sum(ahead.due for ahead in people),
    )


def _line(ahead: Ahead, *, begins: Sequence[datetime], filters: Filters, zone: str, now: datetime) -> Line:
    owned = Filters(team=filters.team, owner=ahead.user.pk)
    return Line(
        name=person(ahead.user),
        query=query_of(owned),
        away=_away(ahead, zone=zone, now=now),
        cells=tuple(
            Cell(
                due=hour.due,
                query=query_of(owned, due_from=begin, due_until=end) if hour.due else "",
                look="away" if hour.is_away else "" if hour.is_open else "shut",
            )
            for hour, begin, end in zip(ahead.hours, begins, begins[1:], strict=False)
        ),
    )


def _away(ahead: Ahead, *, zone: str, now: datetime) -> str:
    absence: Any = ahead.away
    if absence is None:
        return ""
    if absence.from_at > now:
        return _("away from %(at)s") % {"at": times.near(absence.from_at, zone=zone, now=now)}
    return _("away")

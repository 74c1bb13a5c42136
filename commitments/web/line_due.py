"""By when the quick-log line promises something: read, asked back with choices, and how full that hour would be."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from commitments.domain.load import is_too_full
from commitments.domain.phrases import Choice, Due, Unclear, Week, chosen
from commitments.domain.quick_line import Line
from commitments.models import Policy, Team
from commitments.selectors.load import due_per_hour, hour_of, usual_per_hour
from commitments.services.promising import check_due, due_on
from commitments.services.refusals import Refused
from commitments.web.hours import works_again
from commitments.web.line_typed import Typed
from commitments.web.times import relative

DAYS_LOOKED_AT = 15
"""So far from a closed day open ones are looked for."""


@dataclass(frozen=True, slots=True)
class DueChoice:
    """One thing that was perhaps meant: the words for it, how far off that is, and the line with them in it."""

    phrase: str
    when: str
    line: str


@dataclass(frozen=True, slots=True)
class LineDue:
    """By when. `at` (UTC) is empty where no time is said, or where it has to be asked back (`wrong`, `choices`).

    `is_day`: only the day was said; `works_at`: when somebody is there again, where nobody is then.
    """

    at: datetime | None = None
    is_day: bool = False
    team_zone: str = ""
    customer_zone: str = ""
    works_at: datetime | None = None
    wrong: str = ""
    choices: tuple[DueChoice, ...] = ()


@dataclass(frozen=True, slots=True)
class Load:
    """How full an hour would be: `due` with this promise, `usual` as a rule."""

    from_at: datetime
    until_at: datetime
    due: int
    usual: int


def read_due_time(line: Line, *, typed: Typed, team: Team, kind: str, now: datetime) -> LineDue:
    """Read by when a line promises what it promises; what cannot be or is not clear is asked back."""
    said = LineDue(team_zone=team.calendar.zone)
    if line.due is None:
        return said
    if isinstance(line.due, Unclear):
        choices = tuple(
            DueChoice(
                phrase=choice.phrase,
                when=relative(choice.at, now=now) if choice.at is not None else _("by closing time"),
                line=chosen(typed.text, unclear=line.due, choice=choice),
            )
            # What nobody would be there for is the less likely to be meant.
            for choice in sorted(line.due.choices, key=lambda choice: _is_closed(choice, team=team))
        )
        return replace(said, wrong=line.due.why, choices=choices)
    week = Week.of(team.calendar.to_domain())
    if line.due.at is None and not week.is_open(line.due.on):
        return replace(said, wrong=_closed(line.due.on), choices=_open_days(line.due, typed=typed, week=week, now=now))
    try:
        at = _instant(line.due, team=team)
        policy = Policy.objects.current().filter(team=team, kind=kind).first()
        if policy is not None:
            check_due(at, made_at=now, now=now, policy=policy)
    except Refused as refused:
        return replace(said, wrong=refused.message)
    return replace(said, at=at, is_day=line.due.at is None, works_at=works_again(at, team=team))


def _is_closed(choice: Choice, *, team: Team) -> bool:
    return choice.at is not None and works_again(choice.at, team=team) is not None


def _closed(on: date) -> str:
    return _("%(day)s is closed: give a time, or another day.") % {"day": f"{on:%A} {on.day} {on:%B}"}


def _open_days(due: Due, *, typed: Typed, week: Week, now: datetime) -> tuple[DueChoice, ...]:
    """Offer the open days before and after a closed one."""
    asked = Unclear(span=due.span, why="")
    days = []
    for step in (-1, 1):
        near = (due.on + timedelta(days=step * away) for away in range(1, DAYS_LOOKED_AT))
        days += [day for day in near if week.is_open(day)][:1]
    choices = (Choice(phrase=_day(day, now=now), on=day) for day in days if day > now.date())
    return tuple(
        DueChoice(
            phrase=choice.phrase, when=_("by closing time"), line=chosen(typed.text, unclear=asked, choice=choice)
        )
        for choice in choices
    )


def _instant(due: Due, *, team: Team) -> datetime:
    """Give the instant (UTC) that was said. Raises Refused for a date alone on a closed day."""
    return due_on(due.on, team=team) if due.at is None else due.at.astimezone(UTC)


def _day(on: date, *, now: datetime) -> str:
    year = "" if on.year == now.year else f" {on.year}"
    return f"{on:%a} {on.day} {on:%b}{year}"


def load_of(at: datetime | None, *, actor: Any, zone: str, now: datetime) -> Load | None:
    """Say how full the hour would be with this promise, where that is more than they keep as a rule."""
    if at is None:
        return None
    from_at = hour_of(at, zone=zone)
    until_at = from_at.astimezone(UTC) + timedelta(hours=1)
    hours = due_per_hour(owners=[actor.pk], from_at=from_at, until_at=until_at, zone=zone).get(actor.pk, {})
    due = sum(hours.values())
    usual = usual_per_hour(owners=[actor.pk], now=now)[actor.pk]
    if not is_too_full(due=due, usual=usual):
        return None
    return Load(from_at=from_at, until_at=until_at, due=due + 1, usual=usual)

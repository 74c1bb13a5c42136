"""Who is away, as far as somebody may know and note it. Reads only."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from commitments.models import Absence, Membership, leads

User = get_user_model()

AHEAD = timedelta(days=14)
"""How far ahead the Board looks."""


def absences_to_note(*, actor: Any, now: datetime) -> "QuerySet[Absence]":
    """Give the absences, now or to come, that `actor` can change: their own, and of those whom they supervise."""
    return absences_known(actor=actor).filter(until_at__gt=now)


def absences_known(*, actor: Any) -> "QuerySet[Absence]":
    """Give `actor`'s own absences and those of the people whom they supervise, past ones as well."""
    people = Q(user=actor) | Q(user__in=_supervised(actor))
    return _with_people(Absence.objects.filter(people))


def away_on_board(*, actor: Any, now: datetime) -> "QuerySet[Absence]":
    """Give who of the people that `actor` supervises is away now or soon."""
    soon = Absence.objects.filter(user__in=_supervised(actor), until_at__gt=now, from_at__lt=now + AHEAD)
    return _with_people(soon)


def own_absence(*, actor: Any, now: datetime) -> Absence | None:
    """Give `actor`'s own absence, now or the next one."""
    return _with_people(Absence.objects.filter(user=actor, until_at__gt=now)).first()


def people_to_note_for(*, actor: Any) -> "QuerySet[Any]":
    """Give those whose absences `actor` can note, by name."""
    return _by_name(User.objects.filter(Q(pk=actor.pk) | Q(pk__in=_supervised(actor)), is_active=True))


def colleagues(*, actor: Any) -> "QuerySet[Any]":
    """Give who can stand in for `actor` or somebody whom they supervise: members of their teams, by name."""
    if leads(actor):
        return _by_name(User.objects.filter(memberships__isnull=False, is_active=True).distinct())
    teams = Membership.objects.filter(user=actor).values("team")
    return _by_name(User.objects.filter(memberships__team__in=teams, is_active=True).distinct())


def _supervised(actor: Any) -> Any:
    if leads(actor):
        return Membership.objects.values("user")
    teams = Membership.objects.filter(user=actor, role=Membership.Role.SUPERVISOR).values("team")
    return Membership.objects.filter(team__in=teams).values("user")


def _with_people(absences: "QuerySet[Absence]") -> "QuerySet[Absence]":
    return absences.select_related("user", "cover").order_by("from_at", "id")


def _by_name(users: "QuerySet[Any]") -> "QuerySet[Any]":
    return users.order_by("first_name", "last_name", "username")

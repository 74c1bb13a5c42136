"""The Desk: what one person answers for and still has to keep, the most urgent first, and what waits for them.

Reads only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from commitments.models import Absence, Commitment, Membership, Team, leads
from commitments.selectors.acting_owners import covered_by
from commitments.selectors.board import with_open_ladders, worst_first
from commitments.selectors.calls import Call, calls_to_make
from commitments.selectors.strain import Strained, strain_of

User = get_user_model()

SHOWN_AT_MOST, SHOWN_OF_ALL = 50, 500
"""How many promises the Desk shows by itself, and how many to somebody who asks for all of them."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What one person has to do something about: the worst of the `total`, with their `open_ladders`.

    `covered`: the absences of those whom they stand in for.
    """

    promises: tuple[Commitment, ...]
    total: int
    covered: tuple[Absence, ...]
    strains: Mapping[int, Strained]
    """How their customers (ids) have been treated lately."""
    calls: tuple[Call, ...]
    """The calls to make."""

    @property
    def left_out(self) -> int:
        """How many are not shown."""
        return self.total - len(self.promises)


def read_desk(*, actor: Any, now: datetime, everything: bool = False) -> Desk:
    """Read what `actor` answers for, or stands in for whoever does, worst first.

    Open promises, and ended ones about which a customer waits. `everything`: as many as `SHOWN_OF_ALL`.
    """
    covered = covered_by(actor=actor, now=now)
    mine = Commitment.objects.for_somebody().filter(owner__in=[actor.pk, *covered])
    listed = with_open_ladders(worst_first(mine.select_related("customer", "owner", "team__calendar"), now=now))
    at_most = SHOWN_OF_ALL if everything else SHOWN_AT_MOST
    promises = tuple(listed[:at_most])
    total = mine.count()
    strains = strain_of(customers=(promise.customer_id for promise in promises), now=now)
    calls = calls_to_make(promises=Commitment.objects.filter(owner__in=[actor.pk, *covered]), now=now)
    return Desk(promises=promises, total=total, covered=tuple(covered.values()), strains=strains, calls=calls)


def teams_to_promise_in(*, actor: Any) -> "QuerySet[Team]":
    """Give the teams in whose name `actor` can make promises, with their calendars."""
    teams = Team.objects.select_related("calendar")
    if leads(actor):
        return teams
    return teams.filter(memberships__user=actor)


def owners_to_choose(*, teams: "QuerySet[Team]") -> "QuerySet[Any]":
    """Give who can own a promise made in one of these teams, by name."""
    members = Membership.objects.filter(team__in=teams.values("pk")).values("user")
    people = User.objects.filter(pk__in=members, is_active=True)
    return people.order_by("first_name", "last_name", "username")

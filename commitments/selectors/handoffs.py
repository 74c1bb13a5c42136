"""Who is asked to take over what. Reads only."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from commitments.models import Absence, Commitment, Handoff, Membership, Team
from commitments.selectors.acting_owners import acting_owners
from commitments.selectors.board import supervised_teams

SHOWN_AT_MOST = 100
NEWS_FOR = timedelta(days=1)
"""How long an answer stays on the Desk of who asked."""


@dataclass(frozen=True, slots=True)
class Handing:
    """Who answers for a promise now, and who is asked to, as `actor` sees it."""

    offer: Handoff | None
    """What can still be accepted."""
    is_asked: bool
    """Whether `actor` can accept it."""
    away: Absence | None
    """The owner's absence now."""
    acting: Any
    """Who acts for the owner, where that is somebody else."""
    supervises: bool
    may_hand_on: bool


def read_handing(*, commitment: Commitment, actor: Any, now: datetime) -> Handing:
    """Read how a promise stands between its owner, whoever stands in and whoever is asked to take it over."""
    offers = Handoff.objects.filter(commitment=commitment, state__in=Handoff.STANDS)
    offer = offers.select_related("from_user", "to_user", "to_team").first()
    away = Absence.objects.filter(user=commitment.owner_id, from_at__lte=now, until_at__gt=now).first()
    acting = acting_owners(owners=[commitment.owner_id], now=now).get(commitment.owner_id) if away else None
    supervises = Commitment.objects.supervised_by(actor).filter(pk=commitment.pk).exists()
    is_asked = False
    if offer is not None and actor.pk != commitment.owner_id:
        of_team = Membership.objects.filter(user=actor, team=offer.to_team_id).exists()
        is_asked = of_team and offer.to_user_id in {None, actor.pk}
    answers = actor.pk == commitment.owner_id or (acting is not None and acting.pk == actor.pk)
    return Handing(
        offer=offer,
        is_asked=is_asked,
        away=away,
        acting=acting,
        supervises=supervises,
        may_hand_on=answers or supervises,
    )


def offered_to(*, actor: Any) -> "QuerySet[Handoff]":
    """Give what `actor` is asked to take over, alone or as one of a team; what lapses first comes first."""
    teams = Membership.objects.filter(user=actor).values("team")
    asked = Q(to_user=actor) | Q(to_user__isnull=True, to_team__in=teams)
    waiting = _open(Handoff.objects.filter(asked, state__in=Handoff.STANDS)).exclude(commitment__owner=actor)
    return waiting.order_by("lapses_at", "id")[:SHOWN_AT_MOST]


def offered_by(*, actor: Any, now: datetime) -> "QuerySet[Handoff]":
    """Give what became of `actor`'s own offers: those that wait or lapsed, and those declined within a day."""
    later = Handoff.objects.filter(commitment=OuterRef("commitment"), pk__gt=OuterRef("pk"))
    fresh = Q(state__in=Handoff.STANDS) | Q(state=Handoff.State.DECLINED, answered_at__gt=now - NEWS_FOR)
    mine = _open(Handoff.objects.filter(fresh, ~Exists(later), commitment__owner=actor))
    return mine.order_by("state", "lapses_at", "id")[:SHOWN_AT_MOST]


def offered_from_elsewhere(*, actor: Any) -> "QuerySet[Handoff]":
    """Give what the teams that `actor` supervises are asked to take over from teams that they do not supervise."""
    teams = supervised_teams(actor=actor).values("pk")
    asked = Q(to_user=actor) | Q(to_user__isnull=True)
    waiting = _open(Handoff.objects.filter(asked, state=Handoff.State.OFFERED, to_team__in=teams))
    return waiting.exclude(commitment__team__in=teams).order_by("lapses_at", "id")[:SHOWN_AT_MOST]


def teams_to_ask() -> "QuerySet[Team]":
    """Give the teams that could take a promise over: those in which somebody is."""
    return Team.objects.filter(memberships__user__is_active=True).distinct().order_by("name")


def _open(handoffs: "QuerySet[Handoff]") -> "QuerySet[Handoff]":
    found = handoffs.filter(commitment__status=Commitment.StatusChoice.OPEN)
    return found.select_related(
        "from_user", "to_user", "to_team", "commitment__customer", "commitment__owner", "commitment__team__calendar"
    )

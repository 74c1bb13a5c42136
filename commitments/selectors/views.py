"""The saved views of the Board that somebody shares. Reads only."""

from typing import Any

from django.db.models import QuerySet

from commitments.models import SavedView, leads
from commitments.selectors.board import supervised_teams


def views_of(*, actor: Any) -> "QuerySet[SavedView]":
    """Give the views of the teams that `actor` supervises, by team and name; a leader shares all."""
    views = SavedView.objects.select_related("team__calendar", "made_by").order_by("team__name", "name", "pk")
    return views if leads(actor) else views.filter(team__in=supervised_teams(actor=actor).values("pk"))

"""Keeping what the Board is narrowed to under a name, for the supervisors of a team."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Upper
from django.utils.translation import gettext

from commitments.models import SavedView, Team
from commitments.selectors.board import supervised_teams
from commitments.selectors.views import views_of
from commitments.services.refusals import Refused

VIEWS_AT_MOST = 30
"""How many views one team keeps: more than that nobody finds again."""


@transaction.atomic
def save_view(*, actor: Any, team: Team, name: str, query: str, now: datetime) -> SavedView:
    """Keep `query`, the filters as the Board's address has them, under a name.

    Raises Refused: a team that `actor` does not supervise, filters that narrow nothing, a name that is empty, too long
    or taken, and more views than anybody would find again.
    """
    if not supervised_teams(actor=actor).filter(pk=team.pk).exists():
        raise Refused(gettext("Choose a team that you supervise."), field="team")
    query = query.removeprefix("?")
    if not query:
        raise Refused(gettext("The Board is narrowed by nothing. Choose filters first, then save them."))
    if len(query) > SavedView.QUERY_AT_MOST:
        raise Refused(gettext("These filters are too long to be kept. Search for fewer words."))
    # Two who save at once wait for each other, so that the later one is told that the name is taken.
    Team.objects.select_for_update().get(pk=team.pk)
    name = _checked_name(name, team=team, besides=None)
    if team.views.count() >= VIEWS_AT_MOST:
        raise Refused(
            gettext("%(team)s has %(count)s views already. Delete one that nobody uses.")
            % {"team": team, "count": VIEWS_AT_MOST}
        )
    return SavedView.objects.create(team=team, name=name, query=query, made_by=actor, made_at=now)


@transaction.atomic
def rename_view(*, actor: Any, view: int, name: str) -> SavedView:
    """Give a view another name. Raises Refused: as `save_view` does, and a view that is not there any more."""
    row = _held(actor, view)
    row.name = _checked_name(name, team=row.team, besides=row.pk)
    row.save(update_fields=["name"])
    return row


@transaction.atomic
def delete_view(*, actor: Any, view: int) -> SavedView:
    """Delete a view; the promises stay as they are. Raises Refused: a view that is not there any more."""
    row = _held(actor, view)
    SavedView.objects.filter(pk=row.pk).delete()
    return row


def _held(actor: Any, view: int) -> SavedView:
    found = views_of(actor=actor).filter(pk=view)
    row = found.first()
    if row is not None:
        Team.objects.select_for_update().get(pk=row.team_id)
        # Somebody may have deleted or renamed it while this waited for them.
        row = found.first()
    if row is None:
        raise Refused(gettext("This view is not there any more; somebody has deleted it."))
    return row


def _checked_name(name: str, *, team: Team, besides: int | None) -> str:
    name = " ".join(name.replace("\x00", " ").split())
    if not name:
        raise Refused(gettext("Give the view a name."), field="name")
    if len(name) > SavedView.NAME_AT_MOST:
        raise Refused(
            gettext("A name has at most %(count)s characters. Make it shorter.") % {"count": SavedView.NAME_AT_MOST},
            field="name",
        )
    others = team.views.exclude(pk=besides) if besides is not None else team.views.all()
    if others.annotate(upper=Upper("name")).filter(upper=Upper(Value(name))).exists():
        raise Refused(
            gettext("%(team)s has a view named “%(name)s” already. Choose another name.")
            % {"team": team, "name": name},
            field="name",
        )
    return name

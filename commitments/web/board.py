"""The Board: every open promise of the teams that a supervisor answers for, the worst first."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.http import Http404, HttpResponse, QueryDict
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from commitments import clock
from commitments.models import Absence, Commitment, Kind, Team
from commitments.models.people import person
from commitments.selectors.away import away_on_board
from commitments.selectors.board import Board, owners_in, read_board, supervised_teams, supervises_any
from commitments.selectors.board_filters import Filters, State, narrowed
from commitments.selectors.board_load import hours_ahead, read_ahead
from commitments.selectors.handoffs import offered_from_elsewhere
from commitments.web.board_filters import STATES, Asked, is_the_same_search, query_of, read_asked, said_filters
from commitments.web.board_load import load_of
from commitments.web.board_rows import page_zone, shown_row
from commitments.web.board_views import tabs_of
from commitments.web.bulk_acts import ACTS
from commitments.web.pages import PageRequest, answer, signed_in, wants_piece

NEEDS_SOMEBODY = _("Needs somebody now")
BANDS = {
    3: ("needs-somebody", NEEDS_SOMEBODY),
    2: ("needs-somebody", NEEDS_SOMEBODY),
    1: ("mail-fails", _("Mail does not arrive")),
    0: ("due-next", _("Due next, strained customers first")),
}
TILES = (
    (State.OVERDUE, "overdue", "alert-triangle"),
    (State.SILENT, "silent", "volume-off"),
    (State.WAITING, "waiting", "message"),
    (State.UNTOLD, "overdue", "message-off"),
    (State.UNDELIVERABLE, "undeliverable", "mail-off"),
    (State.HANDOFFS, "waiting", "users"),
    (State.CALLS, "undeliverable", "phone"),
    (State.DUE_SOON, "soon", "calendar-due"),
)
EVERYBODY = "all"
"""What `people` is in an address that asks for the hours ahead of everybody."""


@signed_in
@require_safe
def show(request: PageRequest) -> HttpResponse:
    """Show the Board to whoever supervises; for anybody else it is not there."""
    if not supervises_any(request.user):
        raise Http404
    now = clock.now()
    teams = list(supervised_teams(actor=request.user).select_related("calendar"))
    asked = read_asked(request.GET, actor=request.user, teams=teams)
    board = read_board(actor=request.user, filters=asked.filters, now=now, page=request.GET.get("page"))
    zone = page_zone({team.pk: team for team in teams}, chosen=asked.filters.team)
    context = _shown(request, board, asked=asked, zone=zone, now=now)
    context["views"] = tabs_of(actor=request.user, query=context["query"])
    context |= _people(request, asked=asked, teams=teams, zone=zone, now=now)
    if wants_piece(request, "board", "filters"):
        response = answer(request, "commitments/board/board.html", context)
        if request.htmx.trigger == "filters":
            # The address says what is shown, so that it can be kept, passed on and come back to.
            before = read_asked(_query_before(request), actor=request.user, teams=teams).filters
            header = "HX-Replace-Url" if is_the_same_search(asked.filters, before) else "HX-Push-Url"
            response[header] = request.path + context["query"]
        return response
    return answer(request, "commitments/board/page.html", context | _choices(asked, teams=teams))


def _query_before(request: PageRequest) -> QueryDict:
    """Give the query of the page that asks for a piece of itself."""
    try:
        return QueryDict(urlsplit(request.htmx.current_url or "").query)
    except ValueError:
        return QueryDict()


def _shown(request: PageRequest, board: Board, *, asked: Asked, zone: str, now: datetime) -> dict[str, Any]:
    filters, number = asked.filters, board.page.number
    away = list(away_on_board(actor=request.user, now=now))
    everybody = EVERYBODY if request.GET.get("people") == EVERYBODY else None
    return {
        "now": now,
        "filters": filters,
        "asked": asked,
        "said": said_filters(asked, zone=zone, now=now),
        "board": board,
        "away": away,
        "bands": _bands(board, away={row.user_id: row for row in away if row.from_at <= now}, zone=zone, now=now),
        "tiles": [
            {
                "label": STATES[state],
                "tone": tone,
                "icon": icon,
                "count": board.counts.of(state),
                "is_chosen": filters.state is state,
                # A second press on a tile takes the filter off again.
                "query": query_of(filters, state=None if filters.state is state else state),
            }
            for state, tone, icon in TILES
        ],
        "is_narrowed": filters != Filters(),
        "query": query_of(filters),
        "here": query_of(filters, page=number if number > 1 else None, people=everybody),
        "previous_query": query_of(filters, page=number - 1, people=everybody),
        "next_query": query_of(filters, page=number + 1, people=everybody),
        "zone": zone,
    }


def _people(request: PageRequest, *, asked: Asked, teams: Sequence[Team], zone: str, now: datetime) -> dict[str, Any]:
    """Give what is shown of the hours ahead: of the chosen team, else of all."""
    its_teams = [asked.team] if asked.team is not None else teams
    everybody = request.GET.get("people") == EVERYBODY
    begins = hours_ahead(zone=zone, now=now)
    ahead = read_ahead(
        users=list(owners_in(its_teams)),
        teams=its_teams,
        among=narrowed(Commitment.objects.supervised_by(request.user), Filters(team=asked.filters.team)),
        begins=begins,
        zone=zone,
    )
    return {
        "load": load_of(ahead, begins=begins, filters=asked.filters, everybody=everybody, zone=zone, now=now),
        "offers": list(offered_from_elsewhere(actor=request.user)),
        "everybody": everybody,
        "everybody_query": query_of(asked.filters, people=EVERYBODY),
    }


def _choices(asked: Asked, *, teams: Sequence[Team]) -> dict[str, Any]:
    """Give what the form above the Board offers, and what it keeps that has no field of its own."""
    owners = {user.pk: person(user) for user in owners_in(teams)}
    if asked.owner is not None:
        owners.setdefault(asked.owner.pk, person(asked.owner))
    kept = Filters(customer=asked.filters.customer, due_from=asked.filters.due_from, due_until=asked.filters.due_until)
    return {
        "bulk_acts": ACTS,
        "teams": [(team.pk, team.name) for team in teams],
        "owners": owners.items(),
        "kinds": Kind.choices,
        "states": [(state.value, label) for state, label in STATES.items()],
        "kept": QueryDict(query_of(kept).removeprefix("?")).items(),
    }


def _bands(board: Board, *, away: Mapping[int, Absence], zone: str, now: datetime) -> list[dict[str, Any]]:
    """Group a page's rows by how bad it is; they are in that order already."""
    bands: list[dict[str, Any]] = []
    for row in board.rows:
        key, name = BANDS[row.commitment.band]  # type: ignore[attr-defined]  # annotated by worst_first
        if not bands or bands[-1]["id"] != key:
            bands.append({"id": key, "name": name, "rows": []})
        bands[-1]["rows"].append(shown_row(row, away=away, zone=zone, now=now))
    return bands

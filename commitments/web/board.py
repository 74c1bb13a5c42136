"""The Board: every open promise of the teams that a supervisor answers for, the worst first."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from commitments import clock
from commitments.models import Absence, Kind
from commitments.models.identifiers import read_id
from commitments.models.people import person
from commitments.selectors.away import away_on_board
from commitments.selectors.board import (
    Board,
    Filters,
    State,
    owners_in,
    read_board,
    supervised_teams,
    supervises_any,
)
from commitments.selectors.handoffs import waiting_on_board
from commitments.web import bulk
from commitments.web.board_rows import page_zone, shown_row
from commitments.web.pages import PageRequest, answer, signed_in, wants_piece

NEEDS_SOMEBODY = _("Needs somebody now")
BANDS = {3: NEEDS_SOMEBODY, 2: NEEDS_SOMEBODY, 1: _("Mail does not arrive"), 0: _("Due next")}
TILES = (
    (State.OVERDUE, _("Overdue"), "overdue", "alert-triangle"),
    (State.SILENT, _("Silent"), "silent", "volume-off"),
    (State.WAITING, _("Customer waits"), "waiting", "message"),
    (State.UNTOLD, _("Bad news untold"), "overdue", "message-off"),
    (State.UNDELIVERABLE, _("Mail fails"), "undeliverable", "mail-off"),
    (State.DUE_SOON, _("Due within 4 hours"), "soon", "calendar-due"),
)


@signed_in
@require_safe
def show(request: PageRequest) -> HttpResponse:
    """Show the Board to whoever supervises; for anybody else it is not there."""
    if not supervises_any(request.user):
        raise Http404
    now = clock.now()
    filters = read_filters(request.GET)
    board = read_board(actor=request.user, filters=filters, now=now, page=request.GET.get("page"))
    away = list(away_on_board(actor=request.user, now=now))
    teams = list(supervised_teams(actor=request.user).select_related("calendar"))
    zone = page_zone({team.pk: team for team in teams}, chosen=filters.team)
    context = _context(board, filters=filters, away=away, zone=zone, now=now) | {
        "waiting": list(waiting_on_board(actor=request.user)),
        "away": away,
    }
    if wants_piece(request, "board", "filters"):
        response = answer(request, "commitments/board/board.html", context)
        if request.htmx.trigger == "filters":
            # The address says what is shown, so that it can be kept and passed on.
            response["HX-Push-Url"] = request.path + context["query"]
        return response
    choices = {
        "bulk_acts": bulk.ACTS,
        "teams": [(team.pk, team.name) for team in teams],
        "owners": [(user.pk, person(user)) for user in owners_in(teams)],
        "kinds": Kind.choices,
        "states": [(state.value, label) for state, label, _tone, _icon in TILES],
    }
    return answer(request, "commitments/board/page.html", context | choices)


def read_filters(query: Any) -> Filters:
    """Read the filters out of the address; what cannot be read narrows nothing."""
    kind, state = query.get("kind", ""), query.get("state", "")
    return Filters(
        team=read_id(query.get("team", "")),
        owner=read_id(query.get("owner", "")),
        kind=kind if kind in Kind.values else "",
        state=State(state) if state in set(State) else None,
        q=query.get("q", "")[:200].replace("\x00", ""),
    )


def query_of(filters: Filters, **changed: Any) -> str:
    """Write filters as an address has them, some of them changed; empty ones are left out."""
    values = {name: getattr(filters, name) for name in ("team", "owner", "kind", "state", "q")} | changed
    query = urlencode({name: value for name, value in values.items() if value})
    return f"?{query}" if query else "?"


def _context(board: Board, *, filters: Filters, away: Iterable[Absence], zone: str, now: datetime) -> dict[str, Any]:
    return {
        "now": now,
        "filters": filters,
        "board": board,
        "bands": _bands(board, away={row.user_id: row for row in away if row.from_at <= now}, zone=zone, now=now),
        "tiles": [
            {
                "label": label,
                "tone": tone,
                "icon": icon,
                "count": getattr(board.counts, state.value),
                "is_chosen": filters.state is state,
                # A second press on a tile takes the filter off again.
                "query": query_of(filters, state=None if filters.state is state else state),
            }
            for state, label, tone, icon in TILES
        ],
        "is_narrowed": filters != Filters(),
        "query": query_of(filters),
        "previous_query": query_of(filters, page=board.page.number - 1),
        "next_query": query_of(filters, page=board.page.number + 1),
        "zone": zone,
    }


def _bands(board: Board, *, away: Mapping[int, Absence], zone: str, now: datetime) -> list[dict[str, Any]]:
    """Group a page's rows by how bad it is; they are in that order already."""
    bands: list[dict[str, Any]] = []
    for row in board.rows:
        name = BANDS[row.commitment.band]  # type: ignore[attr-defined]  # annotated by worst_first
        if not bands or bands[-1]["name"] != name:
            bands.append({"name": name, "rows": []})
        bands[-1]["rows"].append(shown_row(row, away=away, zone=zone, now=now))
    return bands

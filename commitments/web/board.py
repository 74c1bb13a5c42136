"""The Board: every open promise of the teams that a supervisor answers for, the worst first."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from commitments import clock
from commitments.models import Absence, Kind
from commitments.models.identifiers import read_id
from commitments.models.people import person
from commitments.selectors.away import away_on_board
from commitments.selectors.board import (
    Board,
    Filters,
    Ladder,
    Row,
    State,
    owners_in,
    read_board,
    supervised_teams,
    supervises_any,
)
from commitments.selectors.handoffs import waiting_on_board
from commitments.web.away import away_form
from commitments.web.pages import PageRequest, answer, signed_in, wants_piece
from commitments.web.reasons import Reason, reasons

BANDS = {3: "Needs somebody now", 2: "Needs somebody now", 1: "Mail does not arrive", 0: "Due next"}
TILES = (
    (State.OVERDUE, "Overdue", "overdue", "alert-triangle"),
    (State.SILENT, "Silent", "silent", "volume-off"),
    (State.WAITING, "Customer waits", "waiting", "message"),
    (State.UNTOLD, "Bad news untold", "overdue", "hourglass"),
    (State.UNDELIVERABLE, "Undeliverable", "undeliverable", "mail-off"),
    (State.DUE_SOON, "Due within 4 hours", "soon", "hourglass"),
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
    context = _context(board, filters=filters, away=away, now=now) | {
        "waiting": list(waiting_on_board(actor=request.user)),
        "away": away,
    }
    if wants_piece(request, "board", "filters"):
        response = answer(request, "commitments/board/board.html", context)
        if request.htmx.trigger == "filters":
            # The address says what is shown, so that it can be kept and passed on.
            response["HX-Push-Url"] = request.path + context["query"]
        return response
    teams = list(supervised_teams(actor=request.user))
    choices = {
        "teams": [(team.pk, team.name) for team in teams],
        "owners": [(user.pk, person(user)) for user in owners_in(teams)],
        "kinds": Kind.choices,
        "states": [(state.value, label) for state, label, _, _ in TILES],
        "away_form": away_form(actor=request.user, now=now),
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


def _context(board: Board, *, filters: Filters, away: Iterable[Absence], now: datetime) -> dict[str, Any]:
    return {
        "now": now,
        "filters": filters,
        "board": board,
        "bands": _bands(board, away={row.user_id: row for row in away if row.from_at <= now}, now=now),
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
        "zone": board.rows[0].commitment.team.calendar.zone if board.rows else "UTC",
    }


def _bands(board: Board, *, away: Mapping[int, Absence], now: datetime) -> list[dict[str, Any]]:
    """Group a page's rows by how bad it is; they are in that order already."""
    bands: list[dict[str, Any]] = []
    for row in board.rows:
        name = BANDS[row.commitment.band]  # type: ignore[attr-defined]  # annotated by worst_first
        if not bands or bands[-1]["name"] != name:
            bands.append({"name": name, "rows": []})
        bands[-1]["rows"].append(
            {
                "promise": row.commitment,
                "reasons": _reasons(row, now=now),
                "ladder": _shown_ladder(row),
                "away": away.get(row.commitment.owner_id),
                "strain": row.strain,
            }
        )
    return bands


def _reasons(row: Row, *, now: datetime) -> tuple[Reason, ...]:
    """Give what is wrong and what comes next; a date that is far off has its column, and stands here only alone."""
    ladders = row.commitment.open_ladders  # type: ignore[attr-defined]  # read by with_open_ladders
    found = reasons(row.commitment, now=now, ladders=ladders)
    return tuple(reason for reason in found if reason.short != "Due" or reason.tone != "calm") or found


def _shown_ladder(row: Row) -> Ladder | None:
    """Give the ladder that has climbed furthest."""
    return max(row.ladders, key=lambda ladder: (ladder.steps_taken, ladder.opened_at), default=None)

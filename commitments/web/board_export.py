"""What the Board lists, as a file for spreadsheets."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import Http404, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from commitments import clock
from commitments.models.people import person
from commitments.selectors.board import supervised_teams, supervises_any
from commitments.selectors.board_export import Exported, exported
from commitments.web import times
from commitments.web.board_filters import read_asked
from commitments.web.board_rows import page_zone
from commitments.web.pages import PageRequest, signed_in
from commitments.web.spreadsheets import lines_of

REFERENCE_AT_MOST = 8


def _asked(row: Exported) -> str:
    if row.offer is None:
        return ""
    return person(row.offer.to_user) if row.offer.to_user else str(row.offer.to_team)


def _word_by(row: Exported) -> str:
    promise = row.commitment
    if promise.last_word_at is None:
        return ""
    return "person" if promise.last_word_at == promise.last_person_word_at else "automatic"


COLUMNS: dict[str, Callable[[Exported], Any]] = {
    "reference": lambda row: row.commitment.reference,
    "kind": lambda row: row.commitment.kind,
    "promise": lambda row: row.commitment.promise,
    "need": lambda row: row.commitment.need,
    "status": lambda row: row.commitment.status,
    "states": lambda row: " ".join(row.states),
    "escalations": lambda row: " ".join(row.triggers),
    "customer": lambda row: row.commitment.customer.name,
    "customer_email": lambda row: row.commitment.customer.email,
    "customer_phone": lambda row: row.commitment.customer.phone,
    "customer_external_ref": lambda row: row.commitment.customer.external_ref,
    "owner": lambda row: person(row.commitment.owner),
    "acting_owner": lambda row: person(row.acting) if row.acting else "",
    "asked_to_take_over": _asked,
    "team": lambda row: row.commitment.team.name,
    "channel": lambda row: row.commitment.channel,
    "contact_route": lambda row: row.commitment.contact_route,
    "case_ref": lambda row: row.commitment.case_ref,
    "case_url": lambda row: row.commitment.case_url,
    "made_by": lambda row: person(row.commitment.made_by),
    "made_at": lambda row: row.commitment.made_at,
    "due_at": lambda row: row.commitment.due_at,
    "next_word_due_at": lambda row: row.commitment.next_word_due_at,
    "last_word_at": lambda row: row.commitment.last_word_at,
    "last_word_by": _word_by,
    "silent_since": lambda row: row.commitment.silent_since,
    "customer_waiting_since": lambda row: row.commitment.customer_waiting_since,
    "ended_at": lambda row: row.commitment.ended_at,
    "times_renegotiated": lambda row: row.commitment.times_renegotiated,
    "times_broken": lambda row: row.commitment.times_broken,
    "strain": lambda row: round(row.strain.score, 2),
}
"""What a file has in it. Others read it by these names: a name stays, and a new column comes last."""


@signed_in
@require_safe
def export(request: PageRequest) -> HttpResponseBase:
    """Send all that the Board lists for the filters of the address; with `chosen=REFERENCE` only those."""
    if not supervises_any(request.user):
        raise Http404
    now = clock.now()
    teams = list(supervised_teams(actor=request.user).select_related("calendar"))
    asked = read_asked(request.GET, actor=request.user, teams=teams)
    # A choice made on the Board says the version as well, which matters only to what changes something.
    chosen = [
        reference.upper()
        for text in request.GET.getlist("chosen")
        if len(reference := text.partition(".")[0]) <= REFERENCE_AT_MOST and "\x00" not in reference
    ]
    rows = exported(
        actor=request.user, filters=asked.filters, chosen=chosen if "chosen" in request.GET else None, now=now
    )
    response = StreamingHttpResponse(
        lines_of(list(COLUMNS), ([_written(write(row), row) for write in COLUMNS.values()] for row in rows)),
        content_type="text/csv; charset=utf-8",
    )
    today = times.local(now, zone=page_zone({team.pk: team for team in teams}, chosen=asked.filters.team))
    response["Content-Disposition"] = f'attachment; filename="kept-board-{today:%Y-%m-%d}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def _written(value: Any, row: Exported) -> Any:
    """Write an instant in ISO 8601, by the clocks of the promise's team and with their offset."""
    if not isinstance(value, datetime):
        return value
    return times.local(value, zone=row.commitment.team.calendar.zone).isoformat(timespec="seconds")

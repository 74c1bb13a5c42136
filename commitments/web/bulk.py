"""One act over the promises that were chosen on the Board: its form, what became of each, and nothing typed is lost.

What would be mailed is looked at first (`notifications.web.bulk`); a form that asks for something else by then is shown
again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commitments.models import Commitment
from commitments.selectors.story import read_stories_since
from commitments.services import bulk
from commitments.services.bulk import Chosen, Result, TooMany
from commitments.services.refusals import Conflict, Refused
from commitments.web.bulk_acts import Asked, asked_of
from commitments.web.pages import UNPROCESSABLE, PageRequest, answer, signed_in
from commitments.web.sentences import Line
from commitments.web.story import lines_of
from commitments.web.times import zone_label

SLICE = 20
"""So many promises a browser with scripts has done at once, to show how far it has come."""


@signed_in
@require_safe
def show(request: PageRequest) -> HttpResponse:
    """Show the form of an act over the promises that were chosen, all of them chosen still."""
    return page(asked_of(request, request.GET.get("act", "")))


@signed_in
@require_http_methods(["GET", "POST"])
def act(request: PageRequest, name: str) -> HttpResponse:
    """Do an act to each of the chosen promises, or to a slice of them, and say what became of each."""
    asked = asked_of(request, name)
    if request.method != "POST":
        return redirect("commitments:board")
    part = set(request.POST.get("slice", "").split())
    chosen = [one for one in asked.chosen if one.reference in part] if part else asked.chosen
    try:
        results = _do(asked, chosen)
    except Refused as refused:
        if not isinstance(refused, TooMany):
            asked.form.refuse(refused)
        results = None
    if results is None:
        return page(asked, status=UNPROCESSABLE)
    if part:
        context = {"rows": rows_of(asked, results), "now": asked.now}
        return answer(request, "commitments/board/bulk_rows.html", context)
    count = sum(result.is_done for result in results)
    if count == len(results) and results:
        messages.success(request, asked.act.done(count))
        return redirect(f"{reverse('commitments:board')}{asked.back}")
    return page(asked, results=results, status=UNPROCESSABLE)


def _do(asked: Asked, chosen: Sequence[Chosen]) -> tuple[Result, ...] | None:
    """Do it; nothing is done, and None given, where the form says what is wrong. Raises Refused."""
    if not asked.chosen or not asked.found or not asked.form.is_valid():
        return None
    wanted = asked.act.make(asked)
    wanted.check(list(asked.found.values()))
    if not asked.was_looked_at:
        asked.form.add_error(None, _("Look first at who is mailed what; then press again."))
        return None
    results = bulk.act_on_each(wanted, actor=asked.request.user, chosen=chosen, now=asked.now, since=asked.issued_at)
    show_what_all_lack(asked, [result.refused for result in results])
    return results


def show_what_all_lack(asked: Asked, refusals: Sequence[Refused | None]) -> bool:
    """Show at its field what kept all of them from being done, where it is one thing; tell whether it was."""
    said = {(refused.field, refused.message) if refused is not None else None for refused in refusals}
    first = refusals[0] if len(said) == 1 else None
    if first is None or first.field not in asked.form.fields:
        return False
    asked.form.refuse(first)
    return True


@dataclass(frozen=True, slots=True)
class Row:
    """One chosen promise as its form lists it."""

    chosen: Chosen
    commitment: Commitment | None
    refused: Refused | None = None
    is_done: bool = False
    was_done_before: bool = False
    meanwhile: list[Line] = field(default_factory=list)
    """What others have done to it since it was seen."""

    @property
    def value(self) -> str:
        """What its box stands for: after others' acts that are shown here, the version that these have made."""
        version = self.commitment.version if self.commitment is not None and self.meanwhile else self.chosen.version
        return f"{self.chosen.reference}.{version}"


def rows_of(asked: Asked, results: Sequence[Result]) -> list[Row]:
    """Give what became of each, with what others have done where they were quicker."""
    now = asked.now
    conflicts = {
        result.commitment.pk: result.chosen.version
        for result in results
        if result.commitment is not None and isinstance(result.refused, Conflict)
    }
    stories = read_stories_since(versions=conflicts)
    rows = []
    for result in results:
        shown = asked.found.get(result.chosen.reference)
        meanwhile: list[Line] = []
        if shown is not None and result.commitment is not None and shown.pk in conflicts:
            zone = shown.team.calendar.zone
            meanwhile = lines_of(stories[shown.pk], zone=zone, now=now)
            shown.version = result.commitment.version
        elif shown is not None and result.commitment is not None and result.is_done:
            shown.due_at = result.commitment.due_at
            if shown.owner_id != result.commitment.owner_id:
                shown.owner = result.commitment.owner
        rows.append(Row(result.chosen, shown, result.refused, result.is_done, result.was_done_before, meanwhile))
    return rows


def page(
    asked: Asked, *, results: Sequence[Result] | None = None, preview: str = "", can_be_done: int = 0, status: int = 200
) -> HttpResponse:
    """Answer with the form of an act, as a page or, for a script, as a piece of the Board.

    `results`: what became of those that were tried; those that are done are chosen no more. `preview`: the HTML of what
    would be mailed; `can_be_done`: for how many promises.
    """
    request, now = asked.request, asked.now
    context: dict[str, Any] = {"act": asked.act, "now": now, "back": asked.back}
    try:
        found = asked.found
    except TooMany as refused:
        context |= {"too_many": refused.message}
        status = UNPROCESSABLE
    else:
        tried = (
            rows_of(asked, results)
            if results is not None
            else [Row(one, found.get(one.reference)) for one in asked.chosen]
        )
        rows = [row for row in tried if not row.is_done]
        zones = sorted({row.team.calendar.zone for row in found.values()})
        context |= {
            "form": asked.form,
            "template": f"commitments/board/bulk_{asked.act.name}.html",
            "rows": rows,
            "title": asked.act.title(len(rows)),
            "done": asked.act.done(len(tried) - len(rows)) if len(rows) < len(tried) else "",
            "issued": asked.issued,
            "preview": preview,
            "can_be_done": asked.act.title(can_be_done) if can_be_done else "",
            "seen": asked.seen if preview else "",
            "zones": [zone_label(zone) for zone in zones],
            "slice": SLICE,
        }
    return answer(request, f"commitments/board/bulk{'_panel' if request.htmx else ''}.html", context, status=status)

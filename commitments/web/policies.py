"""Open promises that run by an older version of their policy, and moving chosen ones to the newest."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from commitments import clock
from commitments.models import Policy
from commitments.models.identifiers import read_id
from commitments.selectors.board import supervises_any
from commitments.selectors.policies import Older, differences, of_older_versions, older_versions
from commitments.services.policies import move_to_current
from commitments.services.refusals import Refused
from commitments.web.pages import UNPROCESSABLE, PageRequest, answer, signed_in

SHOWN_AT_MOST = 500
"""Promises with a check box on one page; more than these are moved all at once, or in several turns."""
EVERY = "every"


@signed_in
@require_safe
def show(request: PageRequest) -> HttpResponse:
    """List the versions by which open promises still run; for whoever supervises nobody it is not there."""
    if not supervises_any(request.user):
        raise Http404
    context = {"older": older_versions(actor=request.user), "now": clock.now()}
    return answer(request, "commitments/policies/page.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def promises(request: PageRequest, pk: int) -> HttpResponse:
    """List the open promises of one version; POST asks whether to move the chosen ones, and moves them when told so."""
    older = _older_or_404(request, pk)
    if request.method != "POST":
        return _list(request, older)
    theirs = of_older_versions(actor=request.user).filter(policy=older.policy)
    every = EVERY in request.POST
    chosen = list(theirs.values_list("pk", flat=True)) if every else _ids(request.POST.getlist("promise"))
    if "confirmed" not in request.POST and chosen:
        return _ask(request, older, chosen, every=every)
    try:
        moved = move_to_current(actor=request.user, commitments=chosen, now=clock.now())
    except Refused as refused:
        return _list(request, older, wrong=refused.message, status=UNPROCESSABLE)
    said = ngettext(
        "%(number)s promise moved to version %(version)s.",
        "%(number)s promises moved to version %(version)s.",
        moved.promises,
    )
    messages.success(request, said % {"number": moved.promises, "version": older.newest.version})
    if moved.failed:
        said = ngettext(
            "%(number)s promise could not be moved; the log says why.",
            "%(number)s promises could not be moved; the log says why.",
            len(moved.failed),
        )
        messages.error(request, said % {"number": len(moved.failed)})
    return redirect("commitments:policies")


def _older_or_404(request: PageRequest, pk: int) -> Older:
    """Give the version with what it comes to; raise Http404 where no open promise that the actor leads runs by it."""
    found = next((older for older in older_versions(actor=request.user) if older.policy.pk == pk), None)
    if found is None:
        raise Http404
    return found


def _list(request: PageRequest, older: Older, *, wrong: str = "", status: int = 200) -> HttpResponse:
    theirs = of_older_versions(actor=request.user).filter(policy=older.policy)
    shown = theirs.select_related("customer", "owner", "team__calendar").order_by("due_at", "pk")[:SHOWN_AT_MOST]
    context = _context(older) | {"promises": list(shown), "at_most": SHOWN_AT_MOST, "wrong": wrong}
    return answer(request, "commitments/policies/promises.html", context, status=status)


def _ask(request: PageRequest, older: Older, chosen: Sequence[int], *, every: bool) -> HttpResponse:
    context = _context(older) | {"chosen": [] if every else chosen, "count": len(chosen), "every": every}
    return answer(request, "commitments/policies/confirm.html", context)


def _context(older: Older) -> dict[str, Any]:
    versions = Policy.objects.prefetch_related("steps__person", "steps__target_team")
    both = versions.in_bulk([older.policy.pk, older.newest.pk])
    return {
        "older": older,
        "differences": differences(policy=both[older.policy.pk], newest=both[older.newest.pk]),
        "now": clock.now(),
    }


def _ids(typed: Sequence[str]) -> list[int]:
    return [id_ for text in typed if (id_ := read_id(text)) is not None]

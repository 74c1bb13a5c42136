"""Addresses that get no mail: why, since when, which mail it was, and a supervisor's way of lifting it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from commitments import clock
from commitments.selectors.board import supervises_any
from commitments.services.refusals import Refused
from commitments.web.pages import UNPROCESSABLE, PageRequest, answer, signed_in
from notifications.selectors.suppressions import read_suppressions
from notifications.services.suppression import REASON_AT_MOST, lift

WORDS_AT_MOST = 254


@signed_in
@require_safe
def show(request: PageRequest) -> HttpResponse:
    """List the addresses; `q` looks for a part of one, `lifted` lists those that may be mailed again."""
    return _list(request)


@signed_in
@require_POST
def lift_one(request: PageRequest, pk: int) -> HttpResponse:
    """Let mail go to an address again."""
    if not supervises_any(request.user):
        raise Http404
    because = request.POST.get("because", "")
    try:
        row = lift(actor=request.user, pk=pk, because=because, now=clock.now())
    except Refused as refused:
        return _list(request, wrong=(pk, refused.message, because), status=UNPROCESSABLE)
    messages.success(request, gettext("Mail may go to %(address)s again.") % {"address": row.address})
    return redirect("notifications:suppressions")


def _list(request: PageRequest, *, wrong: tuple[int, str, str] | None = None, status: int = 200) -> HttpResponse:
    """Answer with the list; `wrong`: which address was not lifted, why, and what was typed."""
    if not supervises_any(request.user):
        raise Http404
    wanted = request.GET.get("q", "").strip()[:WORDS_AT_MOST]
    lifted = "lifted" in request.GET
    listed, page = read_suppressions(actor=request.user, wanted=wanted, lifted=lifted, page=request.GET.get("page"))
    pk, message, typed = wrong or (0, "", "")
    context = {
        "listed": listed,
        "page": page,
        "wanted": wanted,
        "lifted": lifted,
        "wrong_pk": pk,
        "wrong": message,
        "typed": typed,
        "is_shown": any(item.row.pk == pk for item in listed),
        "at_most": REASON_AT_MOST,
        "now": clock.now(),
        "zone": "UTC",
    }
    return answer(request, "notifications/pages/suppressions.html", context, status=status)

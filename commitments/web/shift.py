"""A shift's end: what falls due before my next one, each handed to a colleague with one press."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from commitments import clock
from commitments.models.identifiers import read_id
from commitments.models.people import person
from commitments.selectors.shift import ShiftEnd, colleagues_there, read_shift_end
from commitments.services.handoff import offer_handoff
from commitments.services.refusals import Refused
from commitments.web.gist import draft_of
from commitments.web.pages import UNPROCESSABLE, PageRequest, answer, promise_or_404, signed_in
from commitments.web.reasons import reasons


@signed_in
@require_safe
def show(request: PageRequest) -> HttpResponse:
    """Show what falls due before my next shift, and who is there to take it."""
    return _page(request, chosen=request.GET.get("to", ""))


@signed_in
@require_http_methods(["GET", "POST"])
def hand_on(request: PageRequest, reference: str) -> HttpResponse:
    """Ask the chosen colleague to take a promise over, its story drafted from the timeline."""
    if request.method != "POST":
        return redirect("commitments:shift")
    now = clock.now()
    commitment = promise_or_404(actor=request.user, reference=reference)
    chosen = request.POST.get("to", "")
    to = {str(user.pk): user for user in colleagues_there(actor=request.user, now=now)}.get(chosen)
    try:
        offer_handoff(
            actor=request.user,
            reference=commitment.reference,
            to=to,
            story=draft_of(commitment, now=now),
            version=read_id(request.POST.get("version", "")),
            now=now,
        )
    except Refused as refused:
        return _page(request, chosen=chosen, refused=(commitment.pk, refused.message), status=UNPROCESSABLE)
    said = gettext("%(person)s is asked to take over %(reference)s.")
    messages.success(request, said % {"person": person(to), "reference": commitment.reference})
    return redirect(f"{reverse('commitments:shift')}?to={chosen}")


def _page(
    request: PageRequest, *, chosen: str, refused: tuple[int, str] | None = None, status: int = 200
) -> HttpResponse:
    now = clock.now()
    people = list(colleagues_there(actor=request.user, now=now))
    to = next((user for user in people if str(user.pk) == chosen), people[0] if people else None)
    shift = read_shift_end(actor=request.user, now=now)
    context = {
        "now": now,
        "shift": shift,
        "groups": _groups(shift, now=now, refused=refused) if shift is not None else [],
        "people": people,
        "to": to,
    }
    return answer(request, "commitments/shift/page.html", context, status=status)


def _groups(
    shift: ShiftEnd, *, now: datetime, refused: tuple[int, str] | None
) -> list[tuple[str, list[dict[str, Any]]]]:
    before = gettext("Still today") if shift.shift.ends_at > now else gettext("Late already")
    named = ((gettext("After my day ends"), shift.between), (before, shift.today))
    return [
        (
            name,
            [
                {
                    "promise": promise,
                    "reasons": reasons(promise, now=now),
                    "refused": refused[1] if refused is not None and refused[0] == promise.pk else "",
                }
                for promise in promises
            ],
        )
        for name, promises in named
        if promises
    ]

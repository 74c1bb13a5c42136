"""Acts that are done from a list, in place: the form of one act, judged before it waits, and what comes after the wait.

An act waits in the browser for some seconds before it is posted here, so that it can be undone; nothing is stored until
then. Answers are pieces and small JSON for the page's script. Without scripts no page asks for any of this.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from commitments import clock, doorbell
from commitments.domain.timeline import EventKind
from commitments.models import Commitment, CommitmentEvent
from commitments.services.refusals import Conflict, Refused
from commitments.web import promise
from commitments.web.acts.act import Act, Doing, Part, Place, Seen
from commitments.web.fields import PageForm
from commitments.web.pages import UNPROCESSABLE, PageRequest, answer, promise_or_404, signed_in
from commitments.web.story import since_version

LONGEST_WAIT = timedelta(days=30)
"""What waited longer cannot be meant any more; a service refuses most acts far earlier."""
TOLERANCE = timedelta(seconds=5)
"""A wait comes in whole seconds, by a clock that is not ours."""
NO_CONTENT = 204
BRINGS_ABOUT = {
    "kept": {EventKind.KEPT},
    "word": {EventKind.WORD_GIVEN, EventKind.RISK_NOTED},
    "answer": {EventKind.WORD_GIVEN},
    "date": {EventKind.RENEGOTIATED},
    "attempt": {EventKind.ATTEMPTED},
    "handoff": {EventKind.HANDOFF_OFFERED, EventKind.HANDOFF_TAKEN_BACK},
    "thanks": {EventKind.THANKED},
    "calling": {EventKind.CALL_STARTED},
    "hang-up": {EventKind.CALL_ENDED},
}
"""The acts that can wait, by their path, and what each puts on the timeline first."""


class HeldForm(forms.Form):
    """How a post is meant. `check`: judge it and store nothing; `waited`: whole seconds since the press."""

    check = forms.BooleanField(required=False)
    waited = forms.IntegerField(required=False, min_value=0, max_value=int(LONGEST_WAIT.total_seconds()))


@signed_in
@require_http_methods(["GET", "POST"])
def act(request: PageRequest, reference: str, path: str) -> HttpResponse:
    """Give the form of an act; POST judges it (204), or does it and gives what is then said with the new version.

    422 gives the form as it was typed, with what is wrong.
    """
    if path not in BRINGS_ABOUT:
        raise Http404
    commitment = promise_or_404(actor=request.user, reference=reference)
    now = clock.now()
    wanted = promise.ACT_AT[path]
    seen = promise.seen_by(request, commitment, now=now)
    if request.method != "POST":
        return _piece(request, seen, wanted, wanted.form(seen, None))
    meant = HeldForm(request.POST)
    if not meant.is_valid():
        return HttpResponseBadRequest(gettext("It is not known how long this has waited."))
    form = wanted.form(seen, request.POST)
    if not form.is_valid():
        return _piece(request, seen, wanted, form, status=UNPROCESSABLE)
    waited = timedelta(seconds=meant.cleaned_data["waited"] or 0)
    doing = Doing(commitment=commitment, actor=request.user, now=now, cleaned=form.cleaned_data, waited=waited)
    is_check = meant.cleaned_data["check"]
    try:
        said, version = _do(wanted, doing, is_check=is_check)
    except Conflict as conflict:
        version = _own_act(doing, path)
        if version and not is_check:
            return _done(commitment, gettext("It is stored."), version)
        seen = promise.seen_by(request, promise_or_404(actor=request.user, reference=reference), now=now)
        return _piece(request, seen, wanted, form, conflict=conflict, status=UNPROCESSABLE)
    except Refused as refused:
        form.refuse(refused)
        return _piece(request, seen, wanted, form, status=UNPROCESSABLE)
    return HttpResponse(status=NO_CONTENT) if is_check else _done(commitment, said, version)


def _do(wanted: Act, doing: Doing, *, is_check: bool) -> tuple[str, int]:
    """Do an act; give what is then said, and the version that it has left. A check takes everything back."""
    if is_check:
        with transaction.atomic(), doorbell.muted():
            wanted.do(doing)
            transaction.set_rollback(True)
        return "", 0
    with transaction.atomic():
        said = wanted.do(doing)
        version = Commitment.objects.values_list("version", flat=True).get(pk=doing.commitment.pk)
    return said, version


def _own_act(doing: Doing, path: str) -> int:
    """Give the number of this very act if it has been stored already, else 0.

    A browser that lost the connection cannot know; it posts again. What stands on the timeline in its place, by the
    same person and since the press, is the act itself if it says the same.
    """
    number = (doing.cleaned.get("version") or 0) + 1
    found = doing.commitment.events.filter(
        sequence=number,
        actor=doing.actor,
        kind__in=[kind.value for kind in BRINGS_ABOUT[path]],
        recorded_at__gte=doing.now - doing.waited - TOLERANCE,
    )
    stored = found.prefetch_related("texts").first()
    return number if stored is not None and _says_the_same(stored, doing) else 0


def _says_the_same(stored: CommitmentEvent, doing: Doing) -> bool:
    """Tell whether what is stored is what was posted: in two windows one person may have asked for two things."""
    cleaned, facts = doing.cleaned, stored.facts
    words = {text.words for text in stored.texts.all() if text.words}
    typed = {value.strip() for value in cleaned.values() if isinstance(value, str)}
    own = ("note",) if stored.kind == EventKind.RISK_NOTED else ("message", "how")
    if not words <= typed or (not words and any(isinstance(cleaned.get(name), str) and cleaned[name] for name in own)):
        return False
    asked: dict[str, Any] = {name: cleaned[name] for name in ("meaning", "result") if name in cleaned}
    asked |= {name: instant.isoformat() for name in ("due_at", "next_try_at") if (instant := doing.instant(name))}
    if isinstance(cleaned.get("message"), UUID):
        asked["message"] = str(cleaned["message"])
    if "to" in cleaned:
        taker, team = cleaned["to"]["to"], cleaned["to"]["team"]
        asked |= {"to": taker.pk} if taker is not None else {"to": None, "team": team.pk}
    return all(facts[name] == value for name, value in asked.items() if name in facts)


def _done(commitment: Commitment, said: str, version: int) -> HttpResponse:
    return JsonResponse({"said": f"{commitment.reference}: {said}", "version": version})


def _piece(
    request: PageRequest,
    seen: Seen,
    wanted: Act,
    form: PageForm,
    *,
    conflict: Conflict | None = None,
    status: int = 200,
) -> HttpResponse:
    """Answer with the form of one act, for a dialog."""
    commitment = seen.commitment
    meanwhile: list[Any] = []
    if conflict is not None:
        version = form.cleaned_data.get("version") or 0
        meanwhile = since_version(commitment=commitment, version=version, now=seen.now)
    context = {
        "now": seen.now,
        "promise": commitment,
        "zone": seen.zone,
        "part": Part(act=wanted, form=form, place=Place.MAIN, is_open=True),
        "can_be_mailed": seen.can_be_mailed,
        "handing": seen.handing,
        "conflict": conflict,
        "meanwhile": meanwhile,
    }
    return answer(request, "commitments/desk/act.html", context, status=status)

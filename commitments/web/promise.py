"""One promise: the words, both clocks, what comes next by itself, the timeline, and what can be done about it.

What can be done is in `commitments.web.acts`; here are the page and the one way in which every act is done.
"""

from collections.abc import Iterator
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_safe

from commitments import clock
from commitments.domain.outcomes import outcomes_of
from commitments.models import Commitment, clock_words
from commitments.selectors.gist import read_past
from commitments.selectors.handoffs import read_handing
from commitments.selectors.story import look_ahead
from commitments.services.refusals import Conflict, Refused
from commitments.web.acts import ACTS
from commitments.web.acts.act import Act, Doing, Part, Place, Seen
from commitments.web.calls import why_call
from commitments.web.coming import ahead_of
from commitments.web.fields import PageForm
from commitments.web.gist import gist_of
from commitments.web.pages import UNPROCESSABLE, PageRequest, answer, promise_or_404, signed_in
from commitments.web.reasons import reasons
from commitments.web.sentences_acts import ENDS
from commitments.web.story import Asked, since_version, tell

ACT_AT = {act.path: act for act in ACTS}


@signed_in
@require_safe
def show(request: PageRequest, reference: str) -> HttpResponse:
    """Show one promise."""
    commitment = promise_or_404(actor=request.user, reference=reference)
    return page(request, seen_by(request, commitment, now=clock.now()))


@signed_in
@require_http_methods(["GET", "POST"])
def act(request: PageRequest, reference: str, path: str) -> HttpResponse:
    """Do what a form of the page asks for; a refusal shows the form as it was typed."""
    commitment = promise_or_404(actor=request.user, reference=reference)
    if request.method != "POST":
        return redirect("commitments:promise", commitment.reference)
    now = clock.now()
    wanted = ACT_AT[path]
    seen = seen_by(request, commitment, now=now)
    form = wanted.form(seen, request.POST)
    conflict = None
    if form.is_valid():
        try:
            done = wanted.do(Doing(commitment=commitment, actor=request.user, now=now, cleaned=form.cleaned_data))
        except Conflict as refused:
            conflict = refused
            commitment = promise_or_404(actor=request.user, reference=reference)
            seen = seen_by(request, commitment, now=now)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, done)
            return redirect("commitments:promise", commitment.reference)
    return page(request, seen, posted=(wanted, form), conflict=conflict, status=UNPROCESSABLE)


def seen_by(request: PageRequest, commitment: Commitment, *, now: datetime) -> Seen:
    """Give a promise as its page sees it."""
    found = commitment.escalations.filter(ended_at__isnull=True).select_related("acknowledged_by")
    ladders = tuple(found.order_by("opened_at", "id"))
    handing = read_handing(commitment=commitment, actor=request.user, now=now)
    return Seen(commitment=commitment, actor=request.user, now=now, ladders=ladders, asked=request.GET, handing=handing)


def _parts(seen: Seen, posted: tuple[Act, PageForm] | None) -> Iterator[Part]:
    """Draw the acts that fit; one that was posted stays, with what was typed, even if it does not fit any more."""
    for act in ACTS:
        form = posted[1] if posted is not None and posted[0] is act else None
        place = act.place(seen) or (Place.MAIN if form is not None else None)
        if place is not None:
            is_open = form is not None or act.name in seen.asked
            yield Part(act=act, form=form or act.form(seen, None), place=place, is_open=is_open)


def page(
    request: PageRequest,
    seen: Seen,
    *,
    posted: tuple[Act, PageForm] | None = None,
    conflict: Conflict | None = None,
    preview: str = "",
    status: int = 200,
) -> HttpResponse:
    """Answer with the page of a promise.

    `posted`: an act whose form is shown as it was typed; `conflict`: why it could not be done; `preview`: the HTML of
    what it would mail.
    """
    commitment, now, zone = seen.commitment, seen.now, seen.zone
    parts = list(_parts(seen, posted))
    waits = commitment.next_check_at is not None
    ahead = ahead_of(look_ahead(commitment=commitment, now=now), zone=zone, now=now) if waits else []
    context = {
        "now": now,
        "promise": commitment,
        "zone": zone,
        "reasons": reasons(commitment, now=now, ladders=seen.ladders),
        "outcome": ENDS.get(commitment.outcome, ""),
        "ahead": ahead,
        "mail_is_ahead": any(step.to_customer for step in ahead),
        "story": tell(commitment=commitment, asked=Asked.of(request.GET), now=now),
        "gist": gist_of(commitment, read_past(commitment=commitment), now=now),
        "call": why_call(seen.call_instead, customer=commitment.customer, strain=seen.strain),
        "outcomes": outcomes_of(commitment.to_domain(), clock_words(commitment)),
        "followed_by": commitment.followed_by.order_by("made_at"),
        "split_into": commitment.split_into.order_by("made_at"),
        "parts": {place.value: [part for part in parts if part.place is place] for place in Place},
        "more_is_open": any(part.is_open for part in parts if part.place is Place.MORE),
        "can_be_mailed": seen.can_be_mailed,
        "handing": seen.handing,
        "watchers": seen.watchers,
        "strain": seen.strain,
        "conflict": conflict,
        "preview": preview,
        # A form says it itself, where the browser scrolls to; one press has no room for it.
        "conflict_on_top": any(part.place is Place.PHONE and part.form.is_bound for part in parts),
        "meanwhile": since_version(commitment=commitment, version=posted[1].cleaned_data.get("version") or 0, now=now)
        if conflict is not None and posted is not None
        else [],
    }
    return answer(request, "commitments/promise/page.html", context, status=status)

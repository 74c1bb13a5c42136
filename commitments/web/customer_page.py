"""The customer's page: what was promised to them, and what they answer, by a link and without an account.

GET and HEAD only show. An answer is a POST and needs no other proof than the link: the token cannot be guessed, and a
page elsewhere that knew it could as well open it itself, so nothing here asks for a session, a cookie or a CSRF token.
No page is kept by caches, found by search engines, or named to another site.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language_from_request
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from commitments import clock
from commitments.domain.answers import Answer
from commitments.domain.tokens import Purpose
from commitments.languages import language_for, speaking
from commitments.models import Commitment, Customer, CustomerLink, Team
from commitments.selectors.customer_page import read_customer_page
from commitments.services.customer_answers import (
    WORDS_AT_MOST,
    give_answer,
    not_for_me,
    only_real_news,
    take_back,
)
from commitments.services.links import LinkGone, open_link
from commitments.services.refusals import Refused
from commitments.web.calendar_file import calendar_file
from commitments.web.pages import UNPROCESSABLE

PATHS = {answer.value.replace("_", "-"): answer for answer in Answer}
"""The answers by the last part of their address."""
TEMPLATES = "commitments/customer_page"


@dataclass(frozen=True, slots=True)
class Opened:
    """A link that was opened: whose it is, to what, and the token that opened it."""

    token: str
    link: CustomerLink
    now: datetime

    @property
    def address(self) -> str:
        """Where its page is."""
        return reverse("commitments:customer_page", args=[self.token])


View = Callable[..., HttpResponse]


def by_link(view: View) -> View:
    """Open the link that the address holds, and speak the customer's language; nobody is told why one does not open."""

    @csrf_exempt
    @wraps(view)
    def opened(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponse:
        now = clock.now()
        try:
            link = open_link(token=token, purpose=Purpose.PAGE, now=now)
        except LinkGone:
            return private(gone(request))
        with speaking(language_of(link.customer, link.commitment)):
            return private(view(request, Opened(token=token, link=link, now=now), **kwargs))

    return opened


def language_of(reader: Customer, commitment: Commitment) -> str:
    """Choose the language in which a customer reads about a promise."""
    return language_for(customer=reader.language, team=commitment.team.language)


def brand_of(team: Team) -> dict[str, Any]:
    """Give what every page to a team's customers shows of it."""
    return {"team": team, "colour": team.colour.removeprefix("#").lower(), "logo": team.logo_id}


def private(response: HttpResponse) -> HttpResponse:
    """Keep an answer out of caches and search engines, and its address from other sites."""
    response["Cache-Control"] = "no-store, private"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def gone(request: HttpRequest) -> HttpResponse:
    """Say that a link opens nothing, in the browser's language; what was written there is shown, to be kept."""
    with speaking(language_for(customer=get_language_from_request(request))):
        context = {"written": request.POST.get("words", "").strip()}
        return render(request, f"{TEMPLATES}/gone.html", context, status=404)


def context_of(commitment: Commitment, *, reader: Customer, now: datetime, address: str = "") -> dict[str, Any]:
    """Give what the page shows of a promise to one reader; without an `address` it is only to be looked at.

    The promise comes with its customer, owner, team and calendar. The language is the caller's to set.
    """
    page = read_customer_page(commitment=commitment, reader=reader, now=now)
    promise = commitment
    hear_by = promise.hear_by if promise.status == "open" else None
    return {
        "page": page,
        "promise": promise,
        "reader": reader,
        **brand_of(promise.team),
        "now": now,
        "zone": reader.time_zone,
        "address": address,
        "is_past": promise.status == "open" and promise.due_at <= now,
        "hear_by": hear_by,
        "hears_later": hear_by is not None and hear_by > now,
        "hear_by_is_the_date": hear_by == promise.due_at,
        "words_at_most": WORDS_AT_MOST,
    }


def _show(request: HttpRequest, opened: Opened, *, status: int = 200, **refused: Any) -> HttpResponse:
    link = opened.link
    context = context_of(link.commitment, reader=link.customer, now=opened.now, address=opened.address)
    return render(request, f"{TEMPLATES}/page.html", context | refused, status=status)


@by_link
@require_safe
def show(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Show the page."""
    return _show(request, opened)


@by_link
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, opened: Opened, path: str) -> HttpResponse:
    """Take an answer; a refusal shows the page again with what was written."""
    if request.method != "POST":
        return redirect(opened.address)
    words = request.POST.get("words", "")
    try:
        give_answer(link=opened.link, answer=PATHS[path], words=words, now=opened.now)
    except Refused as refused:
        # As it stands now: it may be why.
        opened.link.commitment.refresh_from_db()
        return _show(
            request, opened, status=UNPROCESSABLE, refused=refused.message, written=words, answered=PATHS[path].value
        )
    return redirect(f"{opened.address}#answers")


@by_link
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, opened: Opened, event: uuid.UUID) -> HttpResponse:
    """Take an answer back."""
    if request.method != "POST":
        return redirect(opened.address)
    try:
        take_back(link=opened.link, event=event, now=opened.now)
    except Refused as refused:
        return _show(request, opened, status=UNPROCESSABLE, refused=refused.message)
    return redirect(f"{opened.address}#answers")


@by_link
@require_http_methods(["GET", "HEAD", "POST"])
def real_news(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Send them real news only, or holding mails again."""
    if request.method != "POST":
        return redirect(opened.address)
    only_real_news(link=opened.link, wanted=request.POST.get("wanted") == "yes", now=opened.now)
    return redirect(f"{opened.address}#mails")


@by_link
@require_http_methods(["GET", "HEAD", "POST"])
def not_mine(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Ask whether the mail is for somebody else, without saying for whom or about what; then act on it."""
    context = {**brand_of(opened.link.commitment.team), "address": opened.address}
    if request.method != "POST":
        return render(request, f"{TEMPLATES}/not_for_me.html", context)
    not_for_me(link=opened.link, now=opened.now)
    # The link opens nothing from here on, so there is no page to lead back to.
    return render(request, f"{TEMPLATES}/not_for_me_done.html", context)


@by_link
@require_safe
def calendar(request: HttpRequest, opened: Opened) -> HttpResponse:
    """Give the date for the customer's own calendar."""
    commitment = opened.link.commitment
    response = HttpResponse(calendar_file(commitment, now=opened.now), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{commitment.reference}.ics"'
    return response

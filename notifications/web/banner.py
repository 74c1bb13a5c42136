"""The banner on every page: what is out of the ordinary, and a supervisor's two answers to mails held back."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from commitments import clock
from commitments.services.refusals import Refused
from commitments.web.pages import PageRequest, answer, signed_in
from notifications.selectors.banner import read_banner
from notifications.services.catching_up import drop_held, release_held

TEMPLATE = "notifications/pages/banner.html"


def offer(request: HttpRequest) -> dict[str, Callable[[], str]]:
    """Offer the banner to whole pages (a context processor): one that came later would push the page down."""
    return {} if getattr(request, "htmx", False) else {"banner_piece": partial(_draw, request)}


def _draw(request: HttpRequest) -> str:
    return render_to_string(TEMPLATE, _said_to(request.user), request)


def _said_to(user: Any) -> dict[str, Any]:
    now = clock.now()
    return {"banner": read_banner(actor=user, now=now), "now": now}


@signed_in
@require_safe
def show(request: PageRequest) -> HttpResponse:
    """Show the banner; empty when all is as it should be."""
    return answer(request, TEMPLATE, _said_to(request.user))


@signed_in
@require_POST
def release(request: PageRequest) -> HttpResponse:
    """Let the held mails go."""
    try:
        count = release_held(actor=request.user, now=clock.now())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, gettext("Held mails on their way: %(number)s.") % {"number": count})
    return redirect("commitments:board")


@signed_in
@require_POST
def drop(request: PageRequest) -> HttpResponse:
    """Drop the held mails."""
    try:
        count = drop_held(actor=request.user, now=clock.now())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, gettext("Held mails dropped: %(number)s.") % {"number": count})
    return redirect("commitments:board")

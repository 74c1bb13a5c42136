"""What every page needs: who may come in, and how a page or a piece of one is answered."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from commitments.models import Commitment

UNPROCESSABLE = 422
"""The status of a form that is shown again with what was wrong; htmx shows it as it shows any page."""


class PageRequest(HttpRequest):
    """A request as the pages get it."""

    htmx: HtmxDetails


View = Callable[..., HttpResponseBase]


def signed_in(view: View) -> View:
    """Let only people in who are signed in; others are sent to sign in and come back."""

    @wraps(view)
    def guarded(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.htmx:
            # A piece of a page cannot show the sign-in form: the whole page goes there.
            came_from = _page_of(request.htmx.current_url or "")
            return HttpResponseClientRedirect(f"{reverse('sign_in')}?next={came_from}")
        return redirect_to_login(request.get_full_path())

    return guarded


def _page_of(url: str) -> str:
    """Give the path of an address that a browser sent; the first page where it is none."""
    try:
        return urlsplit(url).path or "/"
    except ValueError:
        return "/"


def wants_piece(request: PageRequest, *asked_by: str) -> bool:
    """Tell whether an element of the page, one with these ids, asks for its own piece only.

    A form that is answered by a redirect asks for the whole page, whatever part of it htmx then shows.
    """
    return bool(request.htmx) and not request.htmx.history_restore_request and request.htmx.trigger in asked_by


def answer(request: HttpRequest, template: str, context: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    """Render a page or a piece of one; caches keep the two apart."""
    response = render(request, template, dict(context), status=status)
    patch_vary_headers(response, ["HX-Request", "HX-Trigger"])
    return response


def promise_or_404(*, actor: Any, reference: str) -> Commitment:
    """Give a promise that `actor` may see, with what pages show of it; raise Http404 for any other."""
    promises = Commitment.objects.visible_to(actor)
    promises = promises.select_related("customer", "owner", "made_by", "team__calendar", "policy")
    return get_object_or_404(promises, reference=reference.upper())


def icon(request: HttpRequest) -> HttpResponse:
    """Lead browsers that ask for an icon on their own to the one that there is."""
    return redirect(static("commitments/kept.svg"))

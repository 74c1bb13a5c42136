"""A brand's pictures and colours, for whoever reads our mail: public, the same for ever under their address."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from commitments.domain.colours import in_the_dark
from commitments.models import Picture

FOR_EVER = "public, max-age=31536000, immutable"


@require_safe
def show(request: HttpRequest, digest: str) -> HttpResponse:
    """Serve a picture; mail programs and their proxies may keep it for ever."""
    picture = get_object_or_404(Picture, digest=digest)
    response = HttpResponse(bytes(picture.contents), content_type=picture.media_type)
    response["Cache-Control"] = FOR_EVER
    # A webmail shows it from another site.
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@require_safe
def colours(request: HttpRequest, code: str) -> HttpResponse:
    """Serve a brand's colour as a style sheet, by day and in the dark: no page of ours may hold styles itself."""
    by_day = f"#{code}"
    css = f":root{{--accent:{by_day}}}@media (prefers-color-scheme:dark){{:root{{--accent:{in_the_dark(by_day)}}}}}"
    response = HttpResponse(css, content_type="text/css")
    response["Cache-Control"] = FOR_EVER
    return response

"""A brand's pictures, for whoever reads our mail: public, and the same for ever under their address."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from commitments.models import Picture


@require_safe
def show(request: HttpRequest, digest: str) -> HttpResponse:
    """Serve a picture; mail programs and their proxies may keep it for ever."""
    picture = get_object_or_404(Picture, digest=digest)
    response = HttpResponse(bytes(picture.contents), content_type=picture.media_type)
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    # A webmail shows it from another site.
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response

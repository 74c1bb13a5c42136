"""What mail providers post to us: mails as large as they come, and none that is answered as our failure.

A provider that is told so tries again for a while, then throws the mail away; what cannot be read is kept instead.
"""

import base64
import json
from collections.abc import Callable

import structlog
from django.conf import settings
from django.db import DataError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.request import RawPostDataException
from django.utils.crypto import constant_time_compare

from commitments import clock
from notifications.services.inbound import park_unreadable
from notifications.services.reading_mail import UNREADABLE

log = structlog.get_logger(__name__)

PROVIDERS = "/anymail/"
USUAL = 10 * 1024 * 1024
"""Bytes of a request that is no provider’s: more than any form of ours holds."""


class ProviderPosts:
    """Refuses large requests to everything but the providers' addresses, and keeps what of theirs cannot be read."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if _size(request) > USUAL and not request.path_info.startswith(PROVIDERS):
            return HttpResponse("This is too large.\n", status=413, content_type="text/plain")
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Park a mail over which its reading stumbled; every other failure stays one."""
        if not isinstance(exception, (*UNREADABLE, DataError)) or not _is_arriving_mail(request):
            return None
        log.warning("mail_not_readable", path=request.path_info, error=str(exception), exc_info=exception)
        park_unreadable(raw=_raw(request), error=f"{type(exception).__name__}: {exception}", now=clock.now())
        return HttpResponse()


def _size(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length) if length.isdigit() else 0


def _is_arriving_mail(request: HttpRequest) -> bool:
    """Tell whether a provider, who knows the secret, hands over a mail."""
    if not request.path_info.startswith(PROVIDERS) or "/inbound" not in request.path_info:
        return False
    known = settings.ANYMAIL.get("WEBHOOK_SECRET") or []
    given = request.META.get("HTTP_AUTHORIZATION", "")
    return any(
        constant_time_compare(given, f"Basic {base64.b64encode(secret.encode()).decode()}")
        for secret in ([known] if isinstance(known, str) else known)
    )


def _raw(request: HttpRequest) -> bytes:
    try:
        return request.body
    except RawPostDataException:
        return json.dumps(dict(request.POST.lists())).encode()

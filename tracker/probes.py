"""`/healthz`: the process is alive. `/readyz`: the database answers.

Answered ahead of every other middleware: a probe calls by address, so neither the check of host names nor the
redirect to https may stand in its way.
"""

from collections.abc import Callable

import structlog
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse

log = structlog.get_logger(__name__)


class ProbeMiddleware:
    """Answers the two probes and passes on everything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.probes: dict[str, Callable[[], HttpResponse]] = {"/healthz": alive, "/readyz": ready}

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        probe = self.probes.get(request.path_info)
        if probe is None or request.method not in {"GET", "HEAD"}:
            return self.get_response(request)
        response = probe()
        response["Cache-Control"] = "no-store"
        return response


def alive() -> HttpResponse:
    """Answer without asking anything else."""
    return JsonResponse({"alive": True})


def ready() -> HttpResponse:
    """Answer 200 when the database does, else 503."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError as error:
        log.warning("database_does_not_answer", error=str(error).strip())
        return JsonResponse({"ready": False, "database": "does not answer"}, status=503)
    return JsonResponse({"ready": True})

"""A mail's HTML, shown in a frame of its own: nothing in it runs, loads or leads out of the frame unasked."""

from django.http import HttpResponse

POLICY = "; ".join(
    (
        "sandbox allow-popups allow-popups-to-escape-sandbox",
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src data:",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
    )
)
"""Mails carry their styles inline; this page alone allows that, and it has no origin, script or form."""


def framed(html: str) -> HttpResponse:
    """Answer with a mail's HTML for a frame of ours."""
    response = HttpResponse(html)
    response["Content-Security-Policy"] = POLICY
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Referrer-Policy"] = "no-referrer"
    return response

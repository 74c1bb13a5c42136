"""A mail's HTML, shown in a frame of its own: nothing in it runs, loads or leads out of the frame unasked."""

import re

from django.conf import settings
from django.http import HttpResponse

POLICY = "; ".join(
    (
        "sandbox allow-popups allow-popups-to-escape-sandbox",
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src data: {site}/pictures/",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
    )
)
"""Mails carry their styles inline; this page alone allows that, and it has no origin, script or form.

A team's logo is ours; whatever else a mail would show from elsewhere is not fetched.
"""


def framed(html: str) -> HttpResponse:
    """Answer with a mail's HTML for a frame of ours."""
    response = HttpResponse(html)
    response["Content-Security-Policy"] = POLICY.format(site=settings.SITE_URL)
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Referrer-Policy"] = "no-referrer"
    return response


TOKEN_PATH = re.compile(r"/(?:p|unsubscribe)/[a-z2-7]{32}/(?:[a-z-]+/)?", re.IGNORECASE)
"""Where a customer's links in a mail lead."""


def for_colleagues(words: str, *, reference: str) -> str:
    """Give a mail's text or HTML with the customer's own links led to the page on which colleagues see theirs.

    Whoever has such a link answers as the customer.
    """
    return TOKEN_PATH.sub(f"/promises/{reference}/customer-page/", words)

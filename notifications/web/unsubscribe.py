"""Real news only, by one press in the mail program (RFC 8058) or on a page: no holding mails any more.

The token in the address is all the proof there is: a mail program that posts knows no session and no page of ours.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from commitments import clock
from commitments.domain.tokens import Purpose
from commitments.languages import speaking
from commitments.services.customer_answers import only_real_news
from commitments.services.links import LinkGone, open_link
from commitments.web.customer_page import brand_of, gone, language_of, private


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether to send real news only; a POST does, whatever it carries, unless it asks for the others again."""
    now = clock.now()
    try:
        link = open_link(token=token, purpose=Purpose.UNSUBSCRIBE, now=now)
    except LinkGone:
        return private(gone(request))
    with speaking(language_of(link.customer, link.commitment)):
        wanted = link.customer.real_news_only
        if request.method == "POST":
            wanted = request.POST.get("wanted") != "no"
            only_real_news(link=link, wanted=wanted, now=now)
        context = {**brand_of(link.commitment.team), "wanted": wanted, "done": request.method == "POST"}
        return private(render(request, "notifications/pages/unsubscribe.html", context))

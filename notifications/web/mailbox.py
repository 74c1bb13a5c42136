"""The mailbox of the embedded installation: every mail, as it would have gone."""

from functools import wraps
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from commitments import clock
from commitments.models.people import is_staff_member
from commitments.web.pages import PageRequest, View, answer, signed_in
from notifications.models import MailboxMessage
from notifications.web.frames import framed

ON_A_PAGE = 50


def for_staff(view: View) -> View:
    """Let only people in who belong to a team, or lead: the mailbox shows the mails of every team."""

    @wraps(view)
    def guarded(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_staff_member(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return signed_in(guarded)


@for_staff
@require_safe
def show_all(request: PageRequest) -> HttpResponse:
    """List the mails, newest first; `q` looks for an address or words of the subject."""
    wanted = request.GET.get("q", "").strip()
    found = MailboxMessage.objects.defer("text", "html", "headers")
    if wanted:
        found = found.filter(Q(recipients__icontains=wanted) | Q(subject__icontains=wanted))
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "wanted": wanted, "now": clock.now(), "zone": "UTC"}
    return answer(request, "notifications/pages/mailbox.html", context)


@for_staff
@require_safe
def show(request: PageRequest, pk: int) -> HttpResponse:
    """Show one mail: its contents and its headers."""
    message = get_object_or_404(MailboxMessage, pk=pk)
    context = {"message": message, "now": clock.now(), "zone": "UTC"}
    return answer(request, "notifications/pages/mailbox_message.html", context)


@for_staff
@require_safe
def show_html(request: PageRequest, pk: int) -> HttpResponse:
    """Show a mail's HTML, for the frame on its page."""
    return framed(get_object_or_404(MailboxMessage, pk=pk).html)

"""The mails of one promise: what went, what waits and why, what did not go; and each one as it went."""

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from commitments import clock
from commitments.models import Commitment
from commitments.web.pages import PageRequest, answer, promise_or_404, signed_in
from notifications.models import Notification
from notifications.models.outbox import NotificationQuerySet
from notifications.web.frames import framed

SHOWN = 50


@signed_in
@require_safe
def show_all(request: PageRequest, reference: str) -> HttpResponse:
    """Show the newest mails of a promise, as a piece of its page or as a page."""
    commitment = promise_or_404(actor=request.user, reference=reference)
    mails = list(_mails(commitment).defer("text", "html")[: SHOWN + 1])
    context = {
        "promise": commitment,
        "mails": mails[:SHOWN],
        "there_are_more": len(mails) > SHOWN,
        "zone": commitment.team.calendar.zone,
        "now": clock.now(),
    }
    return answer(request, f"notifications/pages/{'mails' if request.htmx else 'mails_page'}.html", context)


@signed_in
@require_safe
def show(request: PageRequest, reference: str, mail: str) -> HttpResponse:
    """Show one mail as it went."""
    commitment = promise_or_404(actor=request.user, reference=reference)
    context = {
        "promise": commitment,
        "mail": _one(commitment, mail),
        "zone": commitment.team.calendar.zone,
        "now": clock.now(),
    }
    return answer(request, "notifications/pages/mail.html", context)


@signed_in
@require_safe
def show_html(request: PageRequest, reference: str, mail: str) -> HttpResponse:
    """Show a mail's HTML, for the frame on its page."""
    return framed(_one(promise_or_404(actor=request.user, reference=reference), mail).html)


def _mails(commitment: Commitment) -> NotificationQuerySet:
    return Notification.objects.about(commitment).select_related("recipient", "customer")


def _one(commitment: Commitment, mail: str) -> Notification:
    try:
        wanted = uuid.UUID(mail)
    except ValueError as error:
        raise Http404 from error
    return get_object_or_404(_mails(commitment), id=wanted)

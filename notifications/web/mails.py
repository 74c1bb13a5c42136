"""The mails of one promise: what went, what waits and why, what did not go; and each one as it went."""

import uuid
from datetime import datetime

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from commitments import clock
from commitments.models import Commitment, CustomerLink
from commitments.services.refusals import Refused
from commitments.web.pages import PageRequest, answer, promise_or_404, signed_in
from notifications.domain.letter import Rendered
from notifications.models import InboundMail, Notification
from notifications.models.outbox import NotificationQuerySet
from notifications.services import lost_mail
from notifications.services.inbound import staff_address_of
from notifications.services.preview import as_it_stands
from notifications.web.frames import for_colleagues, framed

SHOWN = 50
BODIES = ("words", "text", "html", "headers")


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
        "arrived": InboundMail.objects.filter(commitment=commitment).defer(*BODIES).order_by("-received_at")[:SHOWN],
        "staff_address": staff_address_of(commitment),
        "zone": commitment.team.calendar.zone,
        "now": clock.now(),
    }
    return answer(request, f"notifications/pages/{'mails' if request.htmx else 'mails_page'}.html", context)


@signed_in
@require_safe
def show(request: PageRequest, reference: str, mail_id: str) -> HttpResponse:
    """Show one mail as it went, or as it would go now; what came back about it, and whether its link works."""
    commitment = promise_or_404(actor=request.user, reference=reference)
    now = clock.now()
    mail = _one(commitment, mail_id)
    written = _written(mail, now=now)
    context = {
        "promise": commitment,
        "mail": mail,
        "subject": written.subject,
        "text": for_colleagues(written.text, reference=commitment.reference),
        "has_html": bool(written.html),
        "deliveries": mail.deliveries.order_by("occurred_at", "id"),
        "link": _link_of(mail),
        "zone": commitment.team.calendar.zone,
        "now": now,
    }
    return answer(request, "notifications/pages/mail.html", context)


@signed_in
@require_safe
def show_html(request: PageRequest, reference: str, mail_id: str) -> HttpResponse:
    """Show a mail's HTML, for the frame on its page."""
    commitment = promise_or_404(actor=request.user, reference=reference)
    written = _written(_one(commitment, mail_id), now=clock.now())
    return framed(for_colleagues(written.html, reference=commitment.reference))


@signed_in
@require_POST
def it_went(request: PageRequest, reference: str, mail_id: str) -> HttpResponse:
    """Let a mail of which nobody could tell whether it went count as gone."""
    commitment = promise_or_404(actor=request.user, reference=reference)
    try:
        lost_mail.it_went(mail=_one(commitment, mail_id), actor=request.user, now=clock.now())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, gettext("It counts as gone."))
    return redirect("commitments:promise", commitment.reference)


@signed_in
@require_POST
def send_it(request: PageRequest, reference: str, mail_id: str) -> HttpResponse:
    """Have a mail sent of which nobody could tell whether it went."""
    commitment = promise_or_404(actor=request.user, reference=reference)
    try:
        lost_mail.send_it(mail=_one(commitment, mail_id), now=clock.now())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, gettext("It is sent now, if it still holds."))
    return redirect("commitments:promise", commitment.reference)


def _written(mail: Notification, *, now: datetime) -> Rendered:
    """Give what a mail says: as it went, or, while it waits, as it would go now."""
    went = Rendered(subject=mail.subject, text=mail.text, html=mail.html)
    return went if mail.is_finished else as_it_stands(mail, now=now) or went


def _link_of(mail: Notification) -> CustomerLink | None:
    """Give the newest link to the promise of whom a mail is for."""
    links = CustomerLink.objects.filter(commitment=mail.commitment, customer=mail.customer)
    return links.order_by("-id").first() if mail.to_customer else None


def _mails(commitment: Commitment) -> NotificationQuerySet:
    return Notification.objects.about(commitment).select_related("recipient", "customer")


def _one(commitment: Commitment, mail_id: str) -> Notification:
    try:
        wanted = uuid.UUID(mail_id)
    except ValueError as error:
        raise Http404 from error
    return get_object_or_404(_mails(commitment), id=wanted)

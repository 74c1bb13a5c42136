"""Arrived mail: what could not be filed by itself is read, put on a promise or dismissed here.

Its HTML is shown in a frame of its own, and its files are only ever downloaded.
"""

from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from commitments import clock
from commitments.models.identifiers import read_id
from commitments.models.people import is_staff_member
from commitments.services.refusals import Refused
from commitments.web.fields import PageForm
from commitments.web.pages import UNPROCESSABLE, PageRequest, View, answer, signed_in
from notifications.domain.inbound import Filing, without_tokens
from notifications.models import InboundAttachment, InboundMail
from notifications.models.inbound import InboundMailQuerySet
from notifications.services.inbound import dismiss_machines, dismiss_mail, file_mail
from notifications.web.frames import for_colleagues, framed
from notifications.web.mails import BODIES

ON_A_PAGE = 50
LISTS = {"": _("To be read"), "machines": _("From machines"), "done": _("Dealt with")}
DOWNLOAD_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"


class FilingForm(PageForm):
    """Which promise a mail belongs to, and what the customer wants by it."""

    reference = forms.CharField(
        label=_("Promise"),
        max_length=8,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters"}),
    )
    filing = forms.ChoiceField(
        label=_("The customer"),
        choices=[
            (Filing.ASKS.value, _("needs an answer")),
            (Filing.TELLS.value, _("needs no answer")),
            (Filing.DISPUTES.value, _("says that what we kept is not solved")),
        ],
        widget=forms.RadioSelect,
    )


def for_staff(view: View) -> View:
    """Let only people in who belong to a team, or lead."""

    @wraps(view)
    def guarded(request: PageRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not is_staff_member(request.user):
            raise Http404
        return view(request, *args, **kwargs)

    return signed_in(guarded)


@for_staff
@require_safe
def show_all(request: PageRequest) -> HttpResponse:
    """List what is to be read, what machines sent, or what has been dealt with, newest first."""
    chosen = request.GET.get("list", "")
    visible = InboundMail.objects.visible_to(request.user)
    lists = {"machines": visible.by_machines, "done": visible.dealt_with}
    found = lists.get(chosen, visible.waiting)().select_related("commitment", "decided_by")
    found = found.defer(*BODIES).order_by("-received_at", "-id")
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "chosen": chosen if chosen in lists else "",
        "lists": LISTS,
        "now": clock.now(),
        "zone": "UTC",
    }
    return answer(request, "notifications/pages/inbound.html", context)


@for_staff
@require_safe
def show(request: PageRequest, pk: int) -> HttpResponse:
    """Show one mail, and what can be done with it."""
    mail = _one(request, pk)
    known = {"reference": mail.commitment.reference} if mail.commitment is not None else {}
    # Nothing is chosen beforehand: a press too quick would leave somebody without an answer.
    return _page(request, mail, FilingForm(initial=known))


@for_staff
@require_POST
def file(request: PageRequest, pk: int) -> HttpResponse:
    """Put a mail on a promise's timeline."""
    mail = _one(request, pk)
    form = FilingForm(request.POST)
    if form.is_valid():
        try:
            filed = file_mail(
                actor=request.user,
                mail=mail.pk,
                reference=form.cleaned_data["reference"],
                filing=Filing(form.cleaned_data["filing"]),
                now=clock.now(),
            )
        except Refused as refused:
            if not InboundMail.objects.get(pk=mail.pk).is_parked:
                # There is no form any more on which it could be said.
                messages.error(request, refused.message)
                return redirect("notifications:inbound_mail", mail.pk)
            form.refuse(refused)
        else:
            messages.success(request, gettext("It stands on the timeline now."))
            return redirect("commitments:promise", filed.commitment.reference if filed.commitment else "")
    return _page(request, _one(request, pk), form, status=UNPROCESSABLE)


@for_staff
@require_POST
def dismiss(request: PageRequest, pk: int) -> HttpResponse:
    """Dismiss a mail that belongs to no promise."""
    mail = _one(request, pk)
    try:
        dismiss_mail(actor=request.user, mail=mail.pk, now=clock.now())
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, gettext("Dismissed. It can still be read under “Dealt with”."))
    return redirect("notifications:inbound")


@for_staff
@require_POST
def dismiss_machines_mail(request: PageRequest) -> HttpResponse:
    """Dismiss the mails of machines that a page of the list showed."""
    shown = [number for text in request.POST.getlist("mail")[:ON_A_PAGE] if (number := read_id(text)) is not None]
    count = dismiss_machines(actor=request.user, mails=shown, now=clock.now())
    messages.success(request, gettext("Dismissed: %(number)s.") % {"number": count})
    return redirect("notifications:inbound")


@for_staff
@require_safe
def show_html(request: PageRequest, pk: int) -> HttpResponse:
    """Show a mail's sanitised HTML, for the frame on its page."""
    mail = _one(request, pk)
    return framed(_safe(mail, mail.html))


@for_staff
@require_safe
def download(request: PageRequest, pk: int, attachment: int) -> HttpResponse:
    """Hand over a file that came with a mail: to be kept, never to be shown or run here."""
    file = get_object_or_404(InboundAttachment, pk=attachment, mail=_one(request, pk), content__isnull=False)
    response = HttpResponse(bytes(file.content or b""), content_type="application/octet-stream")
    response["Content-Disposition"] = content_disposition_header(True, file.name) or "attachment"
    response["Content-Security-Policy"] = DOWNLOAD_POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _page(request: PageRequest, mail: InboundMail, form: FilingForm, *, status: int = 200) -> HttpResponse:
    context = {
        "mail": mail,
        "words": _safe(mail, mail.words),
        "text": _safe(mail, mail.text),
        "recipients": _safe(mail, mail.recipients),
        "headers": [(name, _safe(mail, value)) for name, value in mail.headers],
        "form": form,
        "attachments": mail.attachments.annotate(is_kept=Q(content__isnull=False)).defer("content").order_by("id"),
        "now": clock.now(),
        "zone": mail.commitment.team.calendar.zone if mail.commitment is not None else "UTC",
    }
    return answer(request, "notifications/pages/inbound_mail.html", context, status=status)


def _safe(mail: InboundMail, words: str) -> str:
    """Give what a mail says without the customer's own links and addresses, which it may quote."""
    reference = mail.commitment.reference if mail.commitment is not None else "UNKNOWN"
    return without_tokens(for_colleagues(words, reference=reference))


def _one(request: PageRequest, pk: int) -> InboundMail:
    visible: InboundMailQuerySet = InboundMail.objects.visible_to(request.user)
    related = visible.select_related("commitment__team__calendar", "colleague", "decided_by", "customer")
    return get_object_or_404(related, pk=pk)

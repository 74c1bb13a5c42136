"""What an act would mail, shown before it is done: beside its form, or as the page with the form as it was typed.

The HTML of a mail that is stored nowhere comes back, signed, from the page that shows it, into a frame of its own.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from commitments import clock
from commitments.models import Commitment
from commitments.services.refusals import Conflict, Refused
from commitments.web import desk, log, promise, quick_log
from commitments.web.acts import ACTS
from commitments.web.acts.act import Act, Doing
from commitments.web.fields import PageForm
from commitments.web.log_section import LogSection
from commitments.web.logging_form import LogForm
from commitments.web.pages import UNPROCESSABLE, PageRequest, answer, promise_or_404, signed_in
from notifications.domain.kinds import MailState
from notifications.models import Notification
from notifications.services.preview import Preview, PreviewedMail, preview, preview_next
from notifications.web.frames import for_colleagues, framed

MAILS_AT: dict[str, Act] = {act.path: act for act in ACTS if act.mails}
SALT = "preview"
FRAME_LASTS = 3600
"""Seconds for which a page that shows a mail can put it into its frame."""


@signed_in
@require_http_methods(["GET", "POST"])
def of_act(request: PageRequest, reference: str, path: str) -> HttpResponse:
    """Show what a form of a promise's page would mail."""
    wanted = MAILS_AT.get(path)
    if wanted is None:
        raise Http404
    commitment = promise_or_404(actor=request.user, reference=reference)
    if request.method != "POST":
        return redirect("commitments:promise", commitment.reference)
    now = clock.now()
    seen = promise.seen_by(request, commitment, now=now)
    form = wanted.form(seen, request.POST)

    def do() -> Commitment:
        wanted.do(Doing(commitment=commitment, actor=request.user, now=now, cleaned=form.cleaned_data))
        return Commitment.objects.select_related("customer").get(pk=commitment.pk)

    try:
        html = _tried_out(request, form, do, now=now, zone=seen.zone)
    except Conflict as refused:
        if request.htmx:
            return _refused(request, [refused.message])
        seen = promise.seen_by(request, promise_or_404(actor=request.user, reference=reference), now=now)
        return promise.page(request, seen, posted=(wanted, form), conflict=refused, status=UNPROCESSABLE)
    if request.htmx:
        return HttpResponse(html) if html else _refused(request, _said(form))
    # The form itself was read from the promise as it was before the act was tried out.
    return promise.page(request, seen, posted=(wanted, form), preview=html, status=200 if html else UNPROCESSABLE)


@signed_in
@require_http_methods(["GET", "POST"])
def of_log(request: PageRequest) -> HttpResponse:
    """Show what the form that logs a promise would mail."""
    if request.method != "POST":
        return redirect("commitments:desk")
    now = clock.now()
    form = LogForm(request.POST, actor=request.user, now=now)
    zone = form.chosen_team.calendar.zone if form.chosen_team else "UTC"
    html = _tried_out(request, form, lambda: log.record(form, actor=request.user, now=now), now=now, zone=zone)
    if request.htmx:
        return HttpResponse(html) if html else _refused(request, _said(form))
    section = LogSection(form=form, is_full=True, preview=html)
    return desk.page(request, now=now, log=section, status=200 if html else UNPROCESSABLE)


@signed_in
@require_http_methods(["GET", "POST"])
def of_line(request: PageRequest) -> HttpResponse:
    """Show what the quick-log line would mail."""
    if request.method != "POST":
        return redirect("commitments:desk")
    now = clock.now()
    reading = quick_log.read_posted(request, now=now)
    if reading is None:
        return redirect("commitments:desk")
    form = LogForm(quick_log.as_form_data(reading, actor=request.user), actor=request.user, now=now)
    zone = reading.team.calendar.zone
    html = _tried_out(request, form, lambda: log.record(form, actor=request.user, now=now), now=now, zone=zone)
    if request.htmx:
        return HttpResponse(html) if html else _refused(request, _said(form))
    section = LogSection(form=LogForm(actor=request.user, now=now), line=reading, preview=html)
    return desk.page(request, now=now, log=section, status=200 if html else UNPROCESSABLE)


@signed_in
@require_safe
def of_next(request: PageRequest, reference: str) -> HttpResponse:
    """Show what goes to a promise's customer by itself next, if nobody acts."""
    commitment = promise_or_404(actor=request.user, reference=reference)
    now, zone = clock.now(), commitment.team.calendar.zone
    context: dict[str, Any] = {"promise": commitment}
    try:
        found = preview_next(commitment=commitment, now=now)
    except Refused as refused:
        context["sentences"] = [refused.message]
    else:
        if found is not None:
            context["preview"] = written(request, found[1], now=now, zone=zone, goes_at=found[0])
    return answer(request, f"notifications/pages/preview_next{'' if request.htmx else '_page'}.html", context)


@signed_in
@require_POST
def show_html(request: PageRequest) -> HttpResponse:
    """Show the HTML of a mail that a page of ours has previewed to the same person, for the frame on that page."""
    try:
        html = signing.loads(request.POST.get("mail", ""), salt=_salt(request), max_age=FRAME_LASTS)
    except signing.BadSignature as error:
        raise Http404 from error
    return framed(html)


def _tried_out(request: PageRequest, form: PageForm, do: Callable[[], Commitment], *, now: datetime, zone: str) -> str:
    """Give the HTML of what an act would mail; nothing where it is refused, which is then in the form."""
    if not form.is_valid():
        return ""
    try:
        found = preview(do, now=now)
    except Conflict:
        raise
    except Refused as refused:
        form.refuse(refused)
        return ""
    return written(request, found, now=now, zone=zone)


def written(request: PageRequest, found: Preview, *, now: datetime, zone: str, goes_at: datetime | None = None) -> str:
    """Give the HTML of what would be mailed; `goes_at`: when that goes by itself."""
    context = {
        "goes_at": goes_at,
        "mails": [_shown(mail, request) for mail in found.mails],
        "nobody_because": found.nobody_because,
        "now": now,
        "zone": zone,
    }
    return render_to_string("notifications/pages/preview.html", context, request=request)


def _shown(mail: PreviewedMail, request: PageRequest) -> dict[str, Any]:
    html = for_colleagues(mail.rendered.html, reference=mail.reference)
    return {
        "mail": mail,
        "text": for_colleagues(mail.rendered.text, reference=mail.reference),
        "kind": Notification.Kind(mail.kind.value).label,
        "waits": Notification.HoldChoice(mail.hold.value).label if mail.hold else "",
        "not_sent_because": Notification.NotSentChoice(mail.not_sent_because.value).label
        if mail.not_sent_because
        else "",
        "is_shadowed": mail.state is MailState.SHADOWED,
        "signed_html": signing.dumps(html, salt=_salt(request), compress=True) if html else "",
    }


def _salt(request: PageRequest) -> str:
    return f"{SALT}:{request.user.pk}"


def _said(form: PageForm) -> list[str]:
    """Give what is wrong with a form, each sentence with the field that it is about."""
    found = []
    for name, errors in form.errors.items():
        label = form.fields[name].label if name in form.fields else ""
        found += [f"{label}: {error}" if label else str(error) for error in errors]
    return found


def _refused(request: PageRequest, sentences: list[str]) -> HttpResponse:
    context = {"sentences": sentences}
    return answer(request, "notifications/pages/preview_refused.html", context, status=UNPROCESSABLE)

"""The Desk: what I have promised and still have to keep, answered with one press; how it is logged is in `log`.

On top stands what I am asked to take over, and what became of my own asking.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from commitments import clock
from commitments.domain.clocks import WordMeaning
from commitments.models import Commitment
from commitments.models.people import person
from commitments.services.handoff import accept_handoff, decline_handoff
from commitments.services.promising import keep
from commitments.services.refusals import Refused
from commitments.services.word import give_word
from commitments.web.acts.act import TOLD
from commitments.web.away import away_form
from commitments.web.fields import PageForm
from commitments.web.log_section import LogSection, asked_section, empty_section
from commitments.web.my_promises import my_promises
from commitments.web.pages import UNPROCESSABLE, PageRequest, answer, promise_or_404, signed_in, wants_piece


class OnTrackForm(PageForm):
    """One press: on track, nothing new. The message is asked for only where a sentence of its own is needed."""

    how = forms.ChoiceField(choices=[("mail", gettext_lazy("By mail")), ("told", gettext_lazy("I have told them"))])
    message = forms.CharField(
        required=False, widget=forms.Textarea(attrs={"rows": 2}), label=gettext_lazy("A sentence of your own")
    )
    version = forms.IntegerField(required=False)


class KeptForm(PageForm):
    """One press: kept, just now."""

    version = forms.IntegerField(required=False)


class AnswerForm(PageForm):
    """One press: accepted, the customer told in some way; or declined, with the reason."""

    how = forms.CharField(required=False)
    reason = forms.CharField(required=False)
    version = forms.IntegerField(required=False)


@signed_in
@require_safe
def show(request: PageRequest) -> HttpResponse:
    """Show the Desk."""
    now = clock.now()
    if wants_piece(request, "promises"):
        return answer(request, "commitments/desk/promises.html", my_promises(request, now=now))
    return page(request, now=now, log=asked_section(request.GET, actor=request.user, now=now))


@signed_in
@require_http_methods(["GET", "POST"])
def on_track(request: PageRequest, reference: str) -> HttpResponse:
    """Give word with one press: on track, nothing new."""
    if request.method != "POST":
        return redirect("commitments:desk")
    now = clock.now()
    commitment = promise_or_404(actor=request.user, reference=reference)
    form = OnTrackForm(request.GET.dict() | request.POST.dict())
    if form.is_valid():
        by_mail = form.cleaned_data["how"] == "mail"
        try:
            give_word(
                actor=request.user,
                reference=commitment.reference,
                now=now,
                meaning=WordMeaning.NOTHING_NEW,
                by_mail=by_mail,
                message=form.cleaned_data["message"],
                version=form.cleaned_data["version"],
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            said = (
                _("%(reference)s: %(customer)s gets a mail: on track, nothing new.")
                if by_mail
                else _("%(reference)s: %(customer)s has been told: on track, nothing new.")
            )
            messages.success(request, said % _named(commitment))
            return redirect("commitments:desk")
    return page(request, now=now, refused=(commitment, form), status=UNPROCESSABLE)


@signed_in
@require_http_methods(["GET", "POST"])
def kept(request: PageRequest, reference: str) -> HttpResponse:
    """Keep a promise with one press."""
    if request.method != "POST":
        return redirect("commitments:desk")
    now = clock.now()
    commitment = promise_or_404(actor=request.user, reference=reference)
    form = KeptForm(request.POST)
    if form.is_valid():
        try:
            keep(
                actor=request.user,
                reference=commitment.reference,
                now=now,
                version=form.cleaned_data["version"],
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("%(reference)s is kept: %(customer)s.") % _named(commitment))
            return redirect("commitments:desk")
    return page(request, now=now, refused=(commitment, form), status=UNPROCESSABLE)


@signed_in
@require_http_methods(["GET", "POST"])
def accept(request: PageRequest, reference: str) -> HttpResponse:
    """Take over what was offered."""

    def do(commitment: Commitment, cleaned: Mapping[str, Any], now: datetime) -> str:
        accept_handoff(
            actor=request.user,
            reference=commitment.reference,
            told=cleaned["how"] == TOLD,
            version=cleaned["version"],
            now=now,
        )
        return _("%(reference)s is yours now: %(customer)s.") % _named(commitment)

    return _answer_offer(request, reference, do)


@signed_in
@require_http_methods(["GET", "POST"])
def decline(request: PageRequest, reference: str) -> HttpResponse:
    """Say that I will not take over what was offered, and why."""

    def do(commitment: Commitment, cleaned: Mapping[str, Any], now: datetime) -> str:
        decline_handoff(
            actor=request.user,
            reference=commitment.reference,
            reason=cleaned["reason"],
            version=cleaned["version"],
            now=now,
        )
        said = _("%(reference)s is declined; %(owner)s still answers for it.")
        return said % (_named(commitment) | {"owner": person(commitment.owner)})

    return _answer_offer(request, reference, do)


def _named(commitment: Commitment) -> dict[str, Any]:
    return {"reference": commitment.reference, "customer": commitment.customer}


def _answer_offer(
    request: PageRequest, reference: str, do: Callable[[Commitment, Mapping[str, Any], datetime], str]
) -> HttpResponse:
    """Answer an offer by one press, which gives what is then said; a refusal shows the offer as it was typed."""
    if request.method != "POST":
        return redirect("commitments:desk")
    now = clock.now()
    commitment = promise_or_404(actor=request.user, reference=reference)
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            said = do(commitment, form.cleaned_data, now)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, said)
            return redirect("commitments:desk")
    return page(request, now=now, unanswered=(commitment, form), status=UNPROCESSABLE)


def page(
    request: HttpRequest,
    *,
    now: datetime,
    log: LogSection | None = None,
    refused: tuple[Commitment, PageForm] | None = None,
    unanswered: tuple[Commitment, PageForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Answer with the Desk."""
    log = log if log is not None else empty_section(actor=request.user, now=now)
    context = my_promises(request, now=now, refused=refused, unanswered=unanswered) | log.context(now=now)
    context["away_form"] = away_form(actor=request.user, now=now)
    return answer(request, "commitments/desk/page.html", context, status=status)

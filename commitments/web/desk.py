"""The Desk: what I have promised and still have to keep, answered with one press, and the form that logs a promise.

On top stands what I am asked to take over, and what became of my own asking.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commitments import clock
from commitments.domain.clocks import WordMeaning
from commitments.models import Commitment
from commitments.models.people import person
from commitments.services.handoff import accept_handoff, decline_handoff
from commitments.services.keeping import keep_on_the_call
from commitments.services.promising import keep, make_promise
from commitments.services.refusals import Refused
from commitments.services.splitting import split_off
from commitments.services.word import give_word
from commitments.web.acts.act import TOLD
from commitments.web.away import away_form
from commitments.web.fields import PageForm, time_zones
from commitments.web.hours import who_works
from commitments.web.logging_form import (
    LogForm,
    as_typed_anew,
    as_typed_of,
    message_to_split,
    with_new_customer,
    withdrawn_promise,
)
from commitments.web.my_promises import my_promises
from commitments.web.pages import UNPROCESSABLE, PageRequest, answer, promise_or_404, signed_in, wants_piece


class OnTrackForm(PageForm):
    """One press: on track, nothing new. The message is asked for only where a sentence of its own is needed."""

    how = forms.ChoiceField(choices=[("mail", "By mail"), ("told", "I have told them")])
    message = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 2}), label="A sentence of your own")
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
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: PageRequest) -> HttpResponse:
    """Show the Desk; POST logs a promise."""
    now = clock.now()
    if request.method == "POST":
        return _log(request, now=now)
    if wants_piece(request, "promises"):
        return answer(request, "commitments/desk/promises.html", my_promises(request, now=now))
    again = withdrawn_promise(actor=request.user, reference=request.GET.get("anew", ""))
    message = message_to_split(actor=request.user, message=request.GET.get("split", ""))
    typed = as_typed_anew(again) if again is not None else as_typed_of(message) if message is not None else None
    if typed is not None:
        # Filled in as if it had been typed; nothing is judged yet.
        filled = LogForm(typed, actor=request.user, now=now, is_search=True)
        return page(request, now=now, form=filled)
    return page(request, now=now)


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
            way = "gets a mail" if by_mail else "has been told"
            messages.success(request, f"{commitment.reference}: {commitment.customer} {way}: on track, nothing new.")
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
            messages.success(request, f"{commitment.reference} is kept: {commitment.customer}.")
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
        return f"{commitment.reference} is yours now: {commitment.customer}."

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
        return f"{commitment.reference} is declined; {person(commitment.owner)} still answers for it."

    return _answer_offer(request, reference, do)


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


@signed_in
@require_GET
def customer_options(request: PageRequest) -> HttpResponse:
    """Give the customers that fit what is typed into the log form, as a piece of it."""
    form = LogForm(with_new_customer(request.GET), actor=request.user, now=clock.now(), is_search=True)
    return answer(request, "commitments/desk/customer.html", {"form": form, "options": form.customer_options()})


@signed_in
@require_POST
def due_in_words(request: PageRequest) -> HttpResponse:
    """Say what the due time in the log form means: in both zones, how far off, and whether anybody works then."""
    now = clock.now()
    form = LogForm(request.POST, actor=request.user, now=now)
    return answer(request, "commitments/desk/due.html", {"due": form.due_in_words(), "now": now})


def _log(request: PageRequest, *, now: datetime) -> HttpResponse:
    if "find" in request.POST:
        found = LogForm(with_new_customer(request.POST), actor=request.user, now=now, is_search=True)
        return page(request, now=now, form=found)
    form = LogForm(request.POST, actor=request.user, now=now)
    if form.is_valid():
        try:
            with transaction.atomic():
                commitment = record(form, actor=request.user, now=now)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _logged(commitment))
            nobody_works = who_works(commitment.due_at, team=commitment.team, now=now)
            if nobody_works and commitment.ended_at is None:
                messages.info(request, nobody_works)
            if commitment.handoff_lapses_at is not None:
                asked = person(form.cleaned_data["owner"])
                messages.info(request, f"{asked} is asked to accept it; until then you answer for it.")
            return redirect("commitments:desk")
    return page(request, now=now, form=form, status=UNPROCESSABLE)


def record(form: LogForm, *, actor: Any, now: datetime) -> Commitment:
    """Record what a valid form holds. Raises Refused."""
    values = form.values()
    if form.message is not None:
        if form.is_kept:
            raise Refused("Log it as a promise of its own first, then keep it.")
        return split_off(
            actor=actor,
            reference=form.message.commitment.reference,
            message=form.message.pk,
            settles=form.cleaned_data["settles"],
            now=now,
            **values,
        )
    if not form.is_kept:
        return make_promise(actor=actor, now=now, **values)
    values |= {name: form.cleaned_data[name] for name in ("how", "customer_confirmed")}
    return keep_on_the_call(actor=actor, now=now, **values | {"notify_customer": form.cleaned_data["notify_kept"]})


def _logged(commitment: Commitment) -> str:
    if commitment.kept_on_the_call:
        return format_html(
            'Kept on the call for {}: <a class="alert-link" href="{}">{}</a>.',
            commitment.customer.name,
            reverse("commitments:promise", args=[commitment.reference]),
            commitment.reference,
        )
    return format_html(
        'Logged for {}: <a class="alert-link" href="{}">{}</a>. Its reference, to say on the phone: {}.',
        commitment.customer.name,
        reverse("commitments:promise", args=[commitment.reference]),
        commitment.reference,
        " ".join(commitment.reference),
    )


def page(
    request: HttpRequest,
    *,
    now: datetime,
    form: LogForm | None = None,
    refused: tuple[Commitment, PageForm] | None = None,
    unanswered: tuple[Commitment, PageForm] | None = None,
    preview: str = "",
    status: int = 200,
) -> HttpResponse:
    """Answer with the Desk. `preview`: the HTML of what the logging form would mail."""
    form = form if form is not None else LogForm(actor=request.user, now=now)
    context = my_promises(request, now=now, refused=refused, unanswered=unanswered) | {
        "form": form,
        "options": form.customer_options(),
        "due": form.due_in_words(),
        "time_zones": time_zones(),
        "preview": preview,
        "away_form": away_form(actor=request.user, now=now),
    }
    return answer(request, "commitments/desk/page.html", context, status=status)

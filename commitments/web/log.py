"""Logging a promise by the form on the Desk."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from commitments import clock
from commitments.models import Commitment
from commitments.models.people import person
from commitments.services.keeping import keep_on_the_call
from commitments.services.promising import make_promise
from commitments.services.refusals import Refused
from commitments.services.splitting import split_off
from commitments.web import desk
from commitments.web.hours import who_works
from commitments.web.log_section import LogSection
from commitments.web.logging_form import LogForm, with_new_customer
from commitments.web.pages import UNPROCESSABLE, PageRequest, answer, signed_in


@signed_in
@require_http_methods(["GET", "POST"])
def log(request: PageRequest) -> HttpResponse:
    """Log a promise; or find its customer, where the browser runs no scripts."""
    if request.method != "POST":
        return redirect("commitments:desk")
    now = clock.now()
    if "find" in request.POST:
        found = LogForm(with_new_customer(request.POST), actor=request.user, now=now, is_search=True)
        return desk.page(request, now=now, log=LogSection(form=found, is_full=True))
    form = LogForm(request.POST, actor=request.user, now=now)
    if form.is_valid():
        try:
            with transaction.atomic():
                commitment = record(form, actor=request.user, now=now)
        except Refused as refused:
            form.refuse(refused)
        else:
            say_logged(request, commitment, asked=form.cleaned_data["owner"], now=now)
            return redirect("commitments:desk")
    return desk.page(request, now=now, log=LogSection(form=form, is_full=True), status=UNPROCESSABLE)


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


def record(form: LogForm, *, actor: Any, now: datetime) -> Commitment:
    """Record what a valid form holds. Raises Refused."""
    values = form.values()
    if form.message is not None:
        if form.is_kept:
            raise Refused(_("Log it as a promise of its own first, then keep it."))
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


def say_logged(request: PageRequest, commitment: Commitment, *, asked: Any, now: datetime) -> None:
    """Say on the next page what was logged, who works when it is due, and whom it waits for (`asked`)."""
    messages.success(request, _logged(commitment))
    say_who_works(request, commitment, now=now)
    if commitment.handoff_lapses_at is not None:
        named = {"asked": person(asked)}
        messages.info(request, _("%(asked)s is asked to accept it; until then you answer for it.") % named)


def say_who_works(request: PageRequest, commitment: Commitment, *, now: datetime) -> None:
    """Say on the next page who works when an open promise is due, where that is outside open hours."""
    nobody_works = who_works(commitment.due_at, team=commitment.team, now=now)
    if nobody_works and commitment.ended_at is None:
        messages.info(request, nobody_works)


def _logged(commitment: Commitment) -> str:
    leads_there = format_html(
        '<a class="alert-link" href="{}">{}</a>',
        reverse("commitments:promise", args=[commitment.reference]),
        commitment.reference,
    )
    if commitment.kept_on_the_call:
        return format_html(
            _("Kept on the call for {customer}: {promise}."), customer=commitment.customer.name, promise=leads_there
        )
    return format_html(
        _("Logged for {customer}: {promise}. Its reference, to say on the phone: {letters}."),
        customer=commitment.customer.name,
        promise=leads_there,
        letters=" ".join(commitment.reference),
    )

"""The quick-log line on the Desk: read while it is typed, logged by Enter, taken back by one press.

What is read while somebody types only shows; at Enter the line is read anew, and asks rather than guesses.
"""

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from commitments import clock
from commitments.domain.timeline import EventKind
from commitments.models import Commitment, Customer
from commitments.selectors.desk import teams_to_promise_in
from commitments.services.correcting import void
from commitments.services.logging_once import log_once
from commitments.services.refusals import Refused
from commitments.web import desk
from commitments.web.line_reading import BY_PHONE, TOLD, Reading, read, unread
from commitments.web.line_said import context, missing
from commitments.web.line_typed import Typed
from commitments.web.log import record, say_who_works
from commitments.web.log_section import LogSection, empty_section
from commitments.web.logging_form import LogForm
from commitments.web.pages import UNPROCESSABLE, PageRequest, answer, promise_or_404, signed_in
from commitments.web.times import local

SECTION = "#log"
ABOUT = {"who": "customer", "due_at": "line", "team": "line", "owner": "line"}
"""Where a sentence of the form's stands on the line."""
FILLED = (
    "who",
    "customer",
    "name",
    "email",
    "phone",
    "time_zone",
    "kind",
    "promise",
    "due_at",
    "whole_day",
    "team",
    "contact_route",
    "notify_customer",
)
"""The fields of the full form that the line fills."""


@signed_in
@require_POST
def read_aloud(request: PageRequest) -> HttpResponse:
    """Say what the line means as it stands, as the piece of the Desk beneath it."""
    now = clock.now()
    reading = read_posted(request, now=now)
    if reading is None:
        return redirect("commitments:desk")
    return answer(request, "commitments/desk/line_read.html", context(reading, now=now) | {"now": now})


@signed_in
@require_http_methods(["GET", "POST"])
def log(request: PageRequest) -> HttpResponse:
    """Log what the line says; where that is not clear, ask."""
    if request.method != "POST":
        return redirect("commitments:desk")
    now = clock.now()
    reading = read_posted(request, now=now)
    if reading is None:
        return redirect("commitments:desk")
    if "pick" in request.POST or "look" in request.POST:
        # Without scripts: a choice was pressed, which stands in the line now; or the line is only looked at.
        return _show(request, reading, now=now, status=200)
    asked = missing(reading)
    form = LogForm(as_form_data(reading, actor=request.user), actor=request.user, now=now)
    if not asked and not form.is_valid():
        asked = _asked_by(form)
    if not asked:
        try:
            return _log(request, reading, form, now=now)
        except Refused as refused:
            asked = [(ABOUT.get(refused.field or "", refused.field or "line"), refused.message)]
    return _show(request, replace(reading, asked=tuple(asked)), now=now, status=UNPROCESSABLE)


@signed_in
@require_http_methods(["GET", "POST"])
def full_form(request: PageRequest) -> HttpResponse:
    """Fill the full form with what the line says; what else is typed in it stays."""
    if request.method != "POST":
        return redirect("commitments:desk")
    now = clock.now()
    reading = read_posted(request, now=now)
    if reading is None:
        return redirect("commitments:desk")
    data = request.POST.copy() if reading.is_empty else _filled(request.POST, reading, actor=request.user)
    section = LogSection(form=LogForm(data, actor=request.user, now=now, is_search=True), line=reading, is_full=True)
    if request.htmx:
        return answer(request, "commitments/desk/log_form.html", section.context(now=now) | {"now": now})
    return desk.page(request, now=now, log=section)


@signed_in
@require_http_methods(["GET", "POST"])
def undo(request: PageRequest, reference: str) -> HttpResponse:
    """Take back what the line has just logged, and give the line back."""
    if request.method != "POST":
        return redirect("commitments:desk")
    now = clock.now()
    commitment = promise_or_404(actor=request.user, reference=reference)
    try:
        void(actor=request.user, reference=commitment.reference, now=now)
    except Refused as refused:
        messages.error(request, refused.message)
        return _whole(request, desk.page(request, now=now))
    voided = commitment.events.get(kind=EventKind.VOIDED)
    said = {"reference": commitment.reference, "customer": commitment.customer}
    if voided.facts["notify_customer"]:
        messages.info(
            request, _("%(reference)s counts no more; %(customer)s had a receipt, and is told by mail.") % said
        )
    else:
        messages.info(request, _("%(reference)s counts no more. Nobody was mailed.") % said)
    reading = read_posted(request, now=now)
    section = LogSection(form=LogForm(actor=request.user, now=now), line=reading, is_visited=True)
    return _whole(request, desk.page(request, now=now, log=section))


def _asked_by(form: LogForm) -> list[tuple[str, str]]:
    """Give what the form finds wrong, where it stands on the line."""
    return [(ABOUT.get(name, name), str(error)) for name, errors in form.errors.items() for error in errors]


# -- Logging ---------------------------------------------------------------------------------------------------------


def as_form_data(reading: Reading, *, actor: Any) -> QueryDict:
    """Write a reading into the fields of the full form, as if it had been typed there."""
    values, customer, due = reading.values, reading.customer, reading.due
    data = QueryDict(mutable=True)
    data.update(
        {
            "who": customer.name if customer is not None else values["name"] or reading.who.words,
            "customer": reading.picked,
            "name": values["name"],
            "email": values["email"].strip(),
            "phone": values["phone"].strip(),
            "time_zone": values["time_zone"].strip(),
            "kind": values["kind"],
            "promise": values["promise"],
            "due_at": f"{local(due.at, zone=due.team_zone):%Y-%m-%dT%H:%M}" if due.at is not None else "",
            "team": values["team"],
            "owner": str(actor.pk),
            "channel": Commitment.Channel.PHONE.value,
            "contact_route": "phone" if values["route"] == BY_PHONE else "mail",
        }
    )
    if due.is_day:
        data["whole_day"] = "on"
    if values["route"] != TOLD:
        data["notify_customer"] = "on"
    return data


def _filled(posted: QueryDict, reading: Reading, *, actor: Any) -> QueryDict:
    """Fill the form's fields where the line says something else than the last time; what was typed there stays."""
    given = {name: str(value) for name, value in as_form_data(reading, actor=actor).items()}
    try:
        before = dict(json.loads(posted.get("filled", "")))
    except (ValueError, TypeError, RecursionError):
        before = {}
    data = posted.copy()
    for name in FILLED:
        if given.get(name, "") == before.get(name, "") and before:
            continue
        if given.get(name, ""):
            data[name] = given[name]
        else:
            data.pop(name, None)
    for name in ("owner", "channel"):
        data.setdefault(name, given[name])
    data["filled"] = json.dumps({name: given.get(name, "") for name in FILLED})
    return data


def _log(request: PageRequest, reading: Reading, form: LogForm, *, now: datetime) -> HttpResponse:
    """Log a clear line once, say so, and give the line back empty. Raises Refused."""
    # To the second, and in the right one of two hours that autumn repeats; the form's field knows neither.
    cleaned = form.cleaned_data = form.cleaned_data | {"due_at": reading.due.at}
    customer = form.chosen_customer or Customer(
        name=" ".join(cleaned["name"].split()), email=cleaned["email"], phone=cleaned["phone"]
    )
    with transaction.atomic():
        logged = log_once(
            actor=request.user,
            customer=customer,
            kind=cleaned["kind"],
            promise=cleaned["promise"],
            due_at=cleaned["due_at"],
            make=lambda: record(form, actor=request.user, now=now),
            now=now,
        )
    _say_logged(request, logged.commitment, text=reading.typed.text, is_again=logged.is_again, now=now)
    if request.htmx:
        log = empty_section(actor=request.user, now=now, is_visited=True)
        return _whole(request, desk.page(request, now=now, log=log))
    return redirect("commitments:desk")


def _say_logged(request: PageRequest, commitment: Commitment, *, text: str, is_again: bool, now: datetime) -> None:
    logged = {"promise": commitment, "typed": text, "is_again": is_again}
    messages.success(request, render_to_string("commitments/desk/line_logged.html", logged, request=request))
    say_who_works(request, commitment, now=now)


# -- Answering -------------------------------------------------------------------------------------------------------


def read_posted(request: PageRequest, *, now: datetime) -> Reading | None:
    """Read the line that was posted; nothing for somebody who can promise nothing."""
    teams = list(teams_to_promise_in(actor=request.user))
    if not teams:
        return None
    data = request.POST.copy()
    if "pick" in data:
        data["line"] = str(data["pick"])
    typed = Typed.of(data)
    if not typed.text.strip():
        return unread(team=teams[0], teams=teams)
    return read(typed, actor=request.user, teams=teams, now=now)


def _show(request: PageRequest, reading: Reading, *, now: datetime, status: int) -> HttpResponse:
    if request.htmx:
        return answer(
            request, "commitments/desk/line_read.html", context(reading, now=now) | {"now": now}, status=status
        )
    section = LogSection(form=LogForm(actor=request.user, now=now), line=reading)
    return desk.page(request, now=now, log=section, status=status)


def _whole(request: PageRequest, page: HttpResponse) -> HttpResponse:
    """Let htmx put the whole section in the place of the one that asked."""
    if request.htmx:
        page["HX-Retarget"] = SECTION
        page["HX-Reselect"] = SECTION
        # At once: what is typed next belongs into the new line, and a moment without focus would lose it.
        page["HX-Reswap"] = "outerHTML settle:0ms"
    return page

"""Who would be mailed what by one act over many promises: a line for each promise, and any mail to be opened.

All of it is tried out, so that the counts are what will be; the mails themselves are shown one at a time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods

from commitments.models import Commitment
from commitments.services.bulk import BulkAct, Chosen, NotThere, TooMany
from commitments.services.refusals import Refused
from commitments.web import bulk
from commitments.web.bulk_acts import Asked, asked_of
from commitments.web.pages import UNPROCESSABLE, PageRequest, signed_in
from notifications.domain.kinds import MailState
from notifications.models import Notification
from notifications.services.preview import PreviewedAct, PreviewedMail, preview, preview_each
from notifications.web.preview import written

SHOWN_AT_ONCE = 25
"""So many lines are shown at once; the others are folded away below them."""


@dataclass(frozen=True, slots=True)
class Line:
    """What one promise's act would do: mails, or why nobody is mailed or nothing can be done."""

    reference: str
    commitment: Commitment | None
    mails: tuple[dict[str, Any], ...]
    nobody_because: str
    refused: str
    opened: str = ""
    """The HTML of its mails in full, where they are asked for."""


@signed_in
@require_http_methods(["GET", "POST"])
def of_all(request: PageRequest, name: str) -> HttpResponse:
    """Show who would be mailed what, or, asked for by a script for one promise (`open`), its mails in full."""
    asked = asked_of(request, name)
    if not asked.act.mails:
        raise Http404
    if request.method != "POST":
        return redirect("commitments:board")
    opened = request.POST.get("open", "")
    try:
        wanted = _wanted(asked)
        if wanted is None:
            return bulk.page(asked, status=UNPROCESSABLE)
        if opened and request.htmx:
            return HttpResponse(_opened(asked, wanted, opened))
        tried = preview_each(_acts(asked, wanted, asked.chosen), now=asked.now)
    except TooMany:
        return bulk.page(asked, status=UNPROCESSABLE)
    except Refused as refused:
        asked.form.refuse(refused)
        return bulk.page(asked, status=UNPROCESSABLE)
    if bulk.show_what_all_lack(asked, [act.refused for act in tried]):
        return bulk.page(asked, status=UNPROCESSABLE)
    lines = [_line(asked, one, act, opened=opened) for one, act in zip(asked.chosen, tried, strict=True)]
    can_be_done = sum(act.refused is None for act in tried)
    html = render_to_string("notifications/pages/bulk_preview.html", _context(asked, lines), request=request)
    return bulk.page(asked, preview=html, can_be_done=can_be_done)


def _wanted(asked: Asked) -> BulkAct | None:
    """Give the act that a form asks for; nothing where the form says what is wrong. Raises Refused."""
    if not asked.found or not asked.form.is_valid():
        return None
    wanted = asked.act.make(asked)
    wanted.check(list(asked.found.values()))
    return wanted


def _acts(asked: Asked, wanted: BulkAct, chosen: Sequence[Chosen]) -> list[Callable[[], Commitment]]:
    return [partial(_do, asked, wanted, one) for one in chosen]


def _do(asked: Asked, wanted: BulkAct, one: Chosen) -> Commitment:
    commitment = asked.found.get(one.reference)
    if commitment is None:
        raise NotThere
    return wanted.do(commitment, actor=asked.request.user, version=one.version, now=asked.now)


def _opened(asked: Asked, wanted: BulkAct, reference: str) -> str:
    """Give the HTML of one promise's mails in full; nothing for a promise that is not among the chosen."""
    for one in asked.chosen:
        if one.reference == reference and one.reference in asked.found:
            zone = asked.found[reference].team.calendar.zone
            found = preview(partial(_do, asked, wanted, one), now=asked.now)
            return written(asked.request, found, now=asked.now, zone=zone)
    return ""


def _line(asked: Asked, one: Chosen, act: PreviewedAct, *, opened: str) -> Line:
    before = asked.found.get(one.reference)
    if act.preview is None or act.commitment is None:
        return Line(one.reference, before, (), "", act.refused.message if act.refused else "")
    zone = act.commitment.team.calendar.zone
    html = written(asked.request, act.preview, now=asked.now, zone=zone) if one.reference == opened else ""
    mails = tuple(_said_of(mail) for mail in act.preview.mails)
    return Line(one.reference, act.commitment, mails, act.preview.nobody_because, "", html)


def _said_of(mail: PreviewedMail) -> dict[str, Any]:
    never = Notification.NotSentChoice(mail.not_sent_because.value).label if mail.not_sent_because else ""
    return {
        "mail": mail,
        "never": never,
        "is_shadowed": mail.state is MailState.SHADOWED,
        "waits": Notification.HoldChoice(mail.hold.value).label if mail.hold else "",
        "goes": not never and mail.state is not MailState.SHADOWED and not mail.error,
    }


def _context(asked: Asked, lines: Sequence[Line]) -> dict[str, Any]:
    going = [mail["mail"] for line in lines for mail in line.mails if mail["goes"]]
    return {
        "lines": lines[:SHOWN_AT_ONCE],
        "more": lines[SHOWN_AT_ONCE:],
        "moves_dates": asked.act.name == "date",
        "mails": len(going),
        "addresses": len({mail.to_address.casefold() for mail in going}),
        "unmailed": sum(not line.refused and not any(mail["goes"] for mail in line.mails) for line in lines),
        "refused": sum(bool(line.refused) for line in lines),
        "url_name": asked.act.name,
        "now": asked.now,
    }

"""Being away: the form that notes it, for oneself and for those whom one supervises, and who is away."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from commitments import clock
from commitments.models import Absence, Team
from commitments.models.people import person
from commitments.selectors.away import absences_known, absences_to_note, colleagues, people_to_note_for
from commitments.selectors.shift import read_shift
from commitments.services.absences import change_absence, end_absence, note_absence
from commitments.services.refusals import Refused
from commitments.web.fields import MINUTES, LocalTimeField, PageForm, instant_from
from commitments.web.logging_form import OwnerField
from commitments.web.pages import UNPROCESSABLE, PageRequest, answer, signed_in
from commitments.web.times import local, near


class AwayForm(PageForm):
    """Who is away, from when until when, and who stands in. An empty beginning means now."""

    prefix = "away"

    user: Any = OwnerField(queryset=None, required=False, label=_("Who is away?"), empty_label=None)
    from_at = LocalTimeField(required=False, label=_("From"))
    until_at = LocalTimeField(required=False, label=_("Until"))
    cover: Any = OwnerField(queryset=None, required=False, label=_("Who stands in?"), empty_label=_("Nobody"))

    def __init__(self, *args: Any, actor: Any, zone: str, absence: Absence | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        people: Any = self.fields["user"]
        people.queryset = people_to_note_for(actor=actor)
        covers: Any = self.fields["cover"]
        covers.queryset = colleagues(actor=actor)
        self.initial.setdefault("user", actor.pk)
        if absence is not None:
            self.initial.update(
                user=absence.user_id,
                from_at=local(absence.from_at, zone=zone).strftime(MINUTES),
                until_at=local(absence.until_at, zone=zone).strftime(MINUTES),
                cover=absence.cover_id,
            )

    @property
    def is_for_others(self) -> bool:
        """Whether there is somebody else to choose."""
        people: Any = self.fields["user"]
        return len(people.queryset) > 1

    def instant(self, field: str) -> datetime | None:
        """Read a local time of the form's zone. Raises Refused where DST skips it."""
        return instant_from(self.cleaned_data, field, zone=self.zone)

    def until(self) -> datetime:
        """Read the end. Raises Refused without one."""
        until_at = self.instant("until_at")
        if until_at is None:
            raise Refused(gettext("Say until when."), field="until_at")
        return until_at


def zone_of(actor: Any) -> str:
    """Give the zone in which somebody reads and writes times: that of their first team."""
    zones = Team.objects.filter(memberships__user=actor).order_by("memberships__pk")
    return zones.values_list("calendar__zone", flat=True).first() or "UTC"


def away_form(*, actor: Any, now: datetime) -> AwayForm:
    """Make the form for being away from now until the end of today."""
    shift = read_shift(actor=actor, now=now)
    zone = shift.zone if shift is not None else zone_of(actor)
    until = shift.ends_at if shift is not None and shift.ends_at > now else None
    initial = {"until_at": local(until, zone=zone).strftime(MINUTES)} if until is not None else {}
    return AwayForm(actor=actor, zone=zone, initial=initial)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: PageRequest) -> HttpResponse:
    """Show who is away, as far as one can note it; POST notes an absence."""
    now = clock.now()
    if request.method != "POST":
        return _page(request, away_form(actor=request.user, now=now), now=now)
    form = AwayForm(request.POST, actor=request.user, zone=zone_of(request.user))
    if form.is_valid():
        user = form.cleaned_data["user"] or request.user
        try:
            absence = note_absence(
                actor=request.user,
                user=user,
                from_at=form.instant("from_at") or now,
                until_at=form.until(),
                cover=form.cleaned_data["cover"],
                now=now,
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _noted(absence, zone=form.zone, now=now))
            return redirect(_back(request))
    return _page(request, form, now=now, status=UNPROCESSABLE)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: PageRequest, pk: int) -> HttpResponse:
    """Change when somebody is away, or who stands in."""
    now = clock.now()
    absence = _absence_or_404(request, pk, now=now)
    zone = zone_of(request.user)
    form = AwayForm(request.POST or None, actor=request.user, zone=zone, absence=absence)
    if request.method != "POST":
        return _page(request, form, now=now, absence=absence)
    if form.is_valid():
        try:
            changed = change_absence(
                actor=request.user,
                absence=absence,
                from_at=form.instant("from_at") or now,
                until_at=form.until(),
                cover=form.cleaned_data["cover"],
                now=now,
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _noted(changed, zone=zone, now=now))
            return redirect("commitments:away")
    return _page(request, form, now=now, absence=absence, status=UNPROCESSABLE)


@signed_in
@require_POST
def back(request: PageRequest, pk: int) -> HttpResponse:
    """Note that somebody is back, or is not going away after all."""
    now = clock.now()
    # Over already where the button was pressed twice: that is no trouble.
    absence = get_object_or_404(absences_known(actor=request.user), pk=pk)
    end_absence(actor=request.user, absence=absence, now=now)
    said = gettext("%(person)s is back.") if absence.from_at <= now else gettext("%(person)s is not going away.")
    messages.success(request, said % {"person": person(absence.user)})
    return redirect(_back(request))


def _absence_or_404(request: PageRequest, pk: int, *, now: datetime) -> Absence:
    return get_object_or_404(absences_to_note(actor=request.user, now=now), pk=pk)


def _back(request: PageRequest) -> str:
    """Give the page from which the form was sent."""
    pages = {"desk": "commitments:desk", "board": "commitments:board"}
    return pages.get(request.POST.get("page", ""), "commitments:away")


def _noted(absence: Absence, *, zone: str, now: datetime) -> str:
    until = near(absence.until_at, zone=zone, now=now)
    if absence.cover is None:
        said = gettext("%(person)s is away until %(until)s; nobody stands in.")
        return said % {"person": person(absence.user), "until": until}
    said = gettext("%(person)s is away until %(until)s; %(cover)s stands in.")
    return said % {"person": person(absence.user), "until": until, "cover": person(absence.cover)}


def _page(
    request: PageRequest, form: AwayForm, *, now: datetime, absence: Absence | None = None, status: int = 200
) -> HttpResponse:
    absences = absences_to_note(actor=request.user, now=now)
    context = {"now": now, "zone": form.zone, "away_form": form, "absence": absence, "absences": list(absences)}
    return answer(request, "commitments/away/page.html", context, status=status)

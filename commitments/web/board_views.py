"""Saved views of the Board: keeping what it shows under a name for a team, renaming and deleting."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from commitments import clock
from commitments.models import SavedView, Team
from commitments.selectors.board import supervised_teams, supervises_any
from commitments.selectors.views import views_of
from commitments.services.refusals import Refused
from commitments.services.views import delete_view, rename_view, save_view
from commitments.web.board_filters import Asked, query_of, read_asked, said_filters
from commitments.web.board_rows import page_zone
from commitments.web.fields import PageForm
from commitments.web.pages import UNPROCESSABLE, PageRequest, answer, signed_in

TABS_AT_MOST = 12
"""How many views stand above the Board; all of them stand on their own page."""


class SavingForm(PageForm):
    """A name for what the Board shows, and the team that shares it."""

    name = forms.CharField(
        required=False,
        label=gettext_lazy("Name"),
        widget=forms.TextInput(attrs={"maxlength": SavedView.NAME_AT_MOST, "autocomplete": "off"}),
    )
    team = forms.ChoiceField(required=False, label=gettext_lazy("For the supervisors of"))

    def __init__(self, *args: Any, teams: Sequence[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.teams = teams
        self.fields["team"].choices = [(team.pk, team.name) for team in teams]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> Team:
        """The team that was chosen; raises Refused for none."""
        team = next((team for team in self.teams if str(team.pk) == self["team"].value()), None)
        if team is None:
            raise Refused(_("Choose a team that you supervise."), field="team")
        return team


def tabs_of(*, actor: Any, query: str) -> list[dict[str, Any]]:
    """Give the views that stand above the Board; `query` says which of them it shows."""
    views = views_of(actor=actor)[:TABS_AT_MOST]
    return [
        {"name": view.name, "team": view.team, "query": f"?{view.query}", "is_chosen": query == f"?{view.query}"}
        for view in views
    ]


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: PageRequest) -> HttpResponse:
    """List the views, above them the form that saves what the Board shows; POST saves it."""
    teams = _teams_or_404(request)
    typed = request.POST if request.method == "POST" else request.GET
    asked = _kept(typed, actor=request.user, teams=teams)
    if request.method != "POST":
        form = SavingForm(teams=teams, initial={"team": asked.filters.team or teams[0].pk})
        return _page(request, asked, teams=teams, form=form)
    form = SavingForm({"name": typed.get("name", ""), "team": typed.get("in_team", "")}, teams=teams)
    form.is_valid()
    query = query_of(asked.filters)
    try:
        view = save_view(actor=request.user, team=form.chosen, name=typed.get("name", ""), query=query, now=clock.now())
    except Refused as refused:
        form.errors.clear()
        form.refuse(refused)
        return _page(request, asked, teams=teams, form=form, status=UNPROCESSABLE)
    said = {"view": view, "team": view.team}
    messages.success(request, _("“%(view)s” is saved for the supervisors of %(team)s.") % said)
    return redirect(reverse("commitments:board") + query)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def rename(request: PageRequest, pk: int) -> HttpResponse:
    """Give a view another name."""
    teams = _teams_or_404(request)
    if request.method != "POST":
        return redirect("commitments:board_views")
    typed = request.POST.get("name", "")
    try:
        view = rename_view(actor=request.user, view=pk, name=typed)
    except Refused as refused:
        return _refused(request, teams, refused, {"view": pk, "name": typed})
    messages.success(request, _("It is called “%(view)s” now.") % {"view": view})
    return redirect("commitments:board_views")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: PageRequest, pk: int) -> HttpResponse:
    """Delete a view."""
    teams = _teams_or_404(request)
    if request.method != "POST":
        return redirect("commitments:board_views")
    try:
        view = delete_view(actor=request.user, view=pk)
    except Refused as refused:
        return _refused(request, teams, refused, {})
    messages.success(request, _("“%(view)s” is deleted.") % {"view": view})
    return redirect("commitments:board_views")


def _teams_or_404(request: PageRequest) -> list[Team]:
    teams = list(supervised_teams(actor=request.user).select_related("calendar"))
    if not supervises_any(request.user) or not teams:
        raise Http404
    return teams


def _kept(query: QueryDict, *, actor: Any, teams: Sequence[Team]) -> Asked:
    """Read the filters that a view can keep: hours pass, so they are left out."""
    asked = read_asked(query, actor=actor, teams=teams)
    return replace(asked, filters=replace(asked.filters, due_from=None, due_until=None))


def _refused(request: PageRequest, teams: Sequence[Team], refused: Refused, typed: dict[str, Any]) -> HttpResponse:
    asked = _kept(QueryDict(), actor=request.user, teams=teams)
    wrong = typed | {"message": refused.message}
    return _page(request, asked, teams=teams, wrong=wrong, status=UNPROCESSABLE)


def _page(
    request: PageRequest,
    asked: Asked,
    *,
    teams: Sequence[Team],
    form: SavingForm | None = None,
    wrong: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    now = clock.now()
    query = query_of(asked.filters)
    context = {
        "now": now,
        "form": form,
        "asked": asked,
        "said": said_filters(asked, zone=page_zone({}, chosen=None), now=now),
        "query": query,
        "kept": QueryDict(query.removeprefix("?")).items(),
        "views": list(views_of(actor=request.user)),
        "many_teams": len(teams) > 1,
        "wrong": wrong or {},
    }
    return answer(request, "commitments/board/views.html", context, status=status)

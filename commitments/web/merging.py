"""Merging two entries for one customer: choose the one to keep, see exactly what moves, then do it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from commitments import clock
from commitments.models import Customer
from commitments.selectors.board import supervises_any
from commitments.services.merging import merge_customers, what_moves
from commitments.services.refusals import Refused
from commitments.web.choosing import ChoosingForm
from commitments.web.customer import customer_or_404
from commitments.web.pages import UNPROCESSABLE, PageRequest, answer, signed_in

FIELDS = {
    "name": _("name"),
    "email": _("mail address"),
    "phone": _("phone number"),
    "reached_best": _("how they like to be reached"),
    "external_ref": _("reference elsewhere"),
    "organisation": _("organisation"),
    "time_zone": _("time zone"),
    "language": _("language"),
}


class MergeForm(ChoosingForm):
    """Which entry is kept."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    into_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who"].label = gettext("The entry to keep")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: PageRequest, pk: int) -> HttpResponse:
    """Ask which entry is kept and show what moves; POST with `merge` does it."""
    if not supervises_any(request.user):
        raise Http404
    now = clock.now()
    duplicate = customer_or_404(request, pk)
    if duplicate.merged_into_id is not None:
        return redirect("commitments:customer", duplicate.merged_into_id)
    if request.method != "POST":
        return _page(request, duplicate, MergeForm(actor=request.user, besides=pk), into=None)
    form = MergeForm(request.POST, actor=request.user, besides=pk)
    is_valid = form.is_valid()
    if is_valid and form.chosen is None:
        form.add_error("who", gettext("Say which entry is kept: type a name, a mail address or a phone number."))
    if is_valid and form.chosen is not None and "merge" in request.POST:
        try:
            kept = merge_customers(
                actor=request.user,
                duplicate=duplicate,
                into=form.chosen,
                version=form.cleaned_data["version"],
                into_version=form.cleaned_data["into_version"],
                now=now,
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            said = gettext("%(duplicate)s is now part of %(kept)s.")
            messages.success(request, said % {"duplicate": duplicate.name, "kept": kept.name})
            return redirect("commitments:customer", kept.pk)
    return _page(request, duplicate, form, into=form.chosen, status=UNPROCESSABLE if form.errors else 200)


def _page(
    request: PageRequest, duplicate: Customer, form: MergeForm, *, into: Customer | None, status: int = 200
) -> HttpResponse:
    moving = None
    if into is not None:
        # What the page shows is what is merged: from another state it is asked again.
        into = customer_or_404(request, into.pk)
        duplicate = customer_or_404(request, duplicate.pk)
        moving = what_moves(duplicate=duplicate, into=into)
    context = {
        "now": clock.now(),
        "duplicate": duplicate,
        "into": into,
        "form": form,
        "moving": moving,
        "filled": [(FIELDS[name], getattr(duplicate, name)) for name in moving.filled] if moving else [],
        "given_up": [(FIELDS[name], getattr(duplicate, name)) for name in moving.given_up] if moving else [],
    }
    return answer(request, "commitments/customers/merge.html", context, status=status)

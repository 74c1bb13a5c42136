"""Self-tests: a leader becomes a customer under an alias, follows what happens, and reveals it afterwards."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from commitments import clock
from commitments.models import Kind, Membership, SelfTest, leads
from commitments.models.people import person
from commitments.selectors.desk import teams_to_promise_in
from commitments.selectors.self_tests import tests_of
from commitments.services.refusals import Refused
from commitments.services.self_tests import Wanted, reveal_self_test, start_self_test
from commitments.web.fields import DueField, PageForm, TimeZoneField, due_from, normal_phone, time_zones
from commitments.web.pages import UNPROCESSABLE, PageRequest, answer, signed_in


class OwnerField(forms.ModelChoiceField):  # type: ignore[type-arg]  # as in models.fields
    """Somebody in one of their teams."""

    def label_from_instance(self, obj: Any) -> str:
        """Write who, and where."""
        return f"{person(obj.user)}, {obj.team}"


class SelfTestForm(PageForm):
    """Who the alias is, and what they are promised to begin with, if anything."""

    name = forms.CharField(max_length=200, label=_("The alias’s name"))
    email = forms.EmailField(
        required=False,
        label=_("A mail address of yours"),
        help_text=(
            _(
                "Colleagues see it. An address with a plus (you+word@…) reaches you as well, but shows who you are. "
                "So does an answer by mail: answer on the alias’s page."
            )
        ),
    )
    phone = forms.CharField(
        required=False,
        max_length=40,
        label=_("A phone number of yours"),
        help_text=_("Colleagues see it, and may call."),
        widget=forms.TextInput({"type": "tel"}),
    )
    time_zone = TimeZoneField(label=_("Time zone"))
    note = forms.CharField(
        required=False,
        label=_("What do you want to find out?"),
        help_text=_("Only you read this until you reveal the test."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    promise = forms.CharField(
        required=False,
        label=_("What is the alias promised?"),
        help_text=_("It arrives as if another system had brought it. Leave it empty to call in or write as the alias."),
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": _("to call you back about the refund")}),
    )
    kind = forms.ChoiceField(choices=Kind.choices, label=_("Kind"), initial=Kind.CALLBACK)
    owner = OwnerField(
        queryset=Membership.objects.none(), required=False, label=_("Who gets it?"), empty_label=_("Choose")
    )
    due_at = DueField(required=False, label=_("By when?"))

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        members = Membership.objects.filter(user__is_active=True).select_related("user", "team__calendar")
        self.fields["owner"].queryset = members.order_by(  # type: ignore[attr-defined]
            "user__first_name", "user__last_name", "team__name"
        )
        self.team = teams_to_promise_in(actor=actor).first()
        self.initial["time_zone"] = self.team.calendar.zone if self.team is not None else "UTC"

    def clean_phone(self) -> str:
        """Write the number in E.164."""
        return normal_phone(self.cleaned_data["phone"], team=self.team)

    def wanted(self) -> Wanted | None:
        """Give what the alias is promised; nothing where no words are written. Raises Refused."""
        cleaned = self.cleaned_data
        if not cleaned["promise"]:
            return None
        member = cleaned["owner"]
        if member is None:
            raise Refused(gettext("Choose who gets the promise."), field="owner")
        due_at = due_from(cleaned, "due_at", team=member.team)
        if due_at is None:
            raise Refused(gettext("Give a date and a time."), field="due_at")
        return Wanted(
            kind=cleaned["kind"], promise=cleaned["promise"], due_at=due_at, owner=member.user, team=member.team
        )


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: PageRequest) -> HttpResponse:
    """Show a leader their self-tests; POST starts one. For everybody else it is not there."""
    if not leads(request.user):
        raise Http404
    if request.method != "POST":
        return _page(request, SelfTestForm(actor=request.user))
    now = clock.now()
    form = SelfTestForm(request.POST, actor=request.user)
    if form.is_valid():
        known = {name: form.cleaned_data[name] for name in ("name", "email", "phone", "time_zone", "note")}
        try:
            test = start_self_test(actor=request.user, wanted=form.wanted(), now=now, **known)
        except Refused as refused:
            form.refuse(refused)
        else:
            said = gettext("%(customer)s is a customer now. Nobody but you knows who it is.")
            messages.success(request, said % {"customer": test.customer})
            return redirect("commitments:self_test")
    return _page(request, form, status=UNPROCESSABLE)


@signed_in
@require_http_methods(["GET", "POST"])
def reveal(request: PageRequest, pk: int) -> HttpResponse:
    """Reveal a self-test of one's own."""
    if not leads(request.user):
        raise Http404
    if request.method != "POST":
        return redirect("commitments:self_test")
    test = get_object_or_404(SelfTest.objects.select_related("customer"), pk=pk, leader=request.user)
    try:
        reveal_self_test(actor=request.user, test=test, now=clock.now())
    except Refused as refused:
        return _page(request, SelfTestForm(actor=request.user), refused=(pk, refused.message), status=UNPROCESSABLE)
    messages.success(request, gettext("Revealed: %(customer)s was you.") % {"customer": test.customer})
    return redirect("commitments:self_test")


def _page(
    request: PageRequest, form: SelfTestForm, *, refused: tuple[int, str] = (0, ""), status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "tests": tests_of(actor=request.user),
        "refused_pk": refused[0],
        "refused": refused[1],
        "now": clock.now(),
        "zone": form.team.calendar.zone if form.team is not None else "UTC",
        "time_zones": time_zones(),
    }
    return answer(request, "commitments/self_test/page.html", context, status=status)

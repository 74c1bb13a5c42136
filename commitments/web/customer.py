"""One customer's page, with everything that was promised to them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from commitments import clock
from commitments.models import Commitment, Customer, Letter, Organisation
from commitments.selectors.board import supervises_any
from commitments.selectors.calls import call_instead
from commitments.selectors.customers import letters_of, others_of, promises_to, soonest_first
from commitments.selectors.desk import teams_to_promise_in
from commitments.selectors.gist import last_words
from commitments.selectors.self_tests import revealed_test_of
from commitments.selectors.strain import NOT_STRAINED, strain_of
from commitments.services.customers import ORGANISATION_AT_MOST, CustomerChanged, change_customer, write_news_or_not
from commitments.services.letters import take_down_letter
from commitments.services.refusals import Refused
from commitments.web.calls import why_call
from commitments.web.editing import EditForm
from commitments.web.fields import (
    LocalTimeField,
    PageForm,
    TimeZoneField,
    instant_from,
    normal_phone,
    shown_phone,
    time_zones,
)
from commitments.web.gist import said_point, whens
from commitments.web.pages import UNPROCESSABLE, PageRequest, answer, signed_in
from commitments.web.reasons import reasons

PAGE_SIZE = 20
OPEN_SHOWN = 60
LETTERS_SHOWN = 20
OPEN = Commitment.StatusChoice.OPEN
OTHERS_SHOWN = 20
ORGANISATIONS_OFFERED = 200
LANGUAGE = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"
"""The form of a language's code (BCP 47), as far as anybody types it."""


class CustomerForm(EditForm):
    """What is known of a customer."""

    name = forms.CharField(max_length=200, label=_("Name"), error_messages={"required": _("Give the customer’s name.")})
    email = forms.EmailField(required=False, label=_("Mail"))
    phone = forms.CharField(required=False, max_length=40, label=_("Phone"), widget=forms.TextInput({"type": "tel"}))
    time_zone = TimeZoneField(label=_("Time zone"))
    language = forms.RegexField(
        LANGUAGE,
        required=False,
        max_length=16,
        label=_("Language"),
        help_text=_("As a code: en, pt, de … Empty: the team’s."),
        error_messages={"invalid": _("Write the language as a code, such as en or pt-br.")},
    )
    organisation = forms.CharField(
        required=False,
        max_length=ORGANISATION_AT_MOST,
        label=_("Organisation"),
        help_text=_("Choose one, or write a new one."),
        widget=forms.TextInput({"list": "organisations", "autocomplete": "off"}),
    )
    reached_best = forms.CharField(
        required=False,
        max_length=300,
        label=_("How and when they like to be reached"),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor

    def with_data(self, data: Any) -> Self:
        """Give the same form with other data."""
        return type(self)(data, actor=self.actor)

    def clean_phone(self) -> str:
        """Write the number in E.164."""
        return normal_phone(self.cleaned_data["phone"], team=teams_to_promise_in(actor=self.actor).first())


class AboutField(forms.ModelChoiceField):  # type: ignore[type-arg]  # as in models.fields
    """A promise, by its reference and its words."""

    def label_from_instance(self, obj: Any) -> str:
        """Write what people know it by."""
        return f"{obj.reference}: {obj.promise[:60]}"


class LetterForm(PageForm):
    """A complaint or a compliment."""

    prefix = "letter"

    sort = forms.ChoiceField(
        choices=Letter.Sort.choices,
        widget=forms.RadioSelect,
        label=_("What is it?"),
        error_messages={"required": _("Say whether it is a complaint or a compliment.")},
    )
    # Not required here: the service says it.
    words = forms.CharField(
        required=False,
        label=_("In the customer’s own words"),
        help_text=_("Word for word, as they wrote or said it."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    received_at = LocalTimeField(required=False, label=_("Received at"))
    about: Any = AboutField(
        queryset=None, required=False, label=_("About which promise?"), empty_label=_("None of them")
    )

    def __init__(self, *args: Any, promises: "QuerySet[Commitment]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["about"].queryset = promises  # type: ignore[attr-defined]


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: PageRequest, pk: int) -> HttpResponse:
    """Show one customer; POST changes what is known of them."""
    now = clock.now()
    customer = customer_or_404(request, pk)
    if customer.merged_into_id is not None and request.method != "POST":
        said = gettext("%(customer)s has become part of this entry.")
        messages.info(request, said % {"customer": customer.name})
        return redirect("commitments:customer", customer.merged_into_id)
    if request.method != "POST":
        return _page(request, customer, now=now)
    form = CustomerForm(request.POST, actor=request.user)
    if form.is_valid():
        values = dict(form.cleaned_data)
        try:
            change_customer(actor=request.user, customer=customer, now=now, **values)
        except CustomerChanged as refused:
            form = form.after(refused, known(refused.customer))
            customer = refused.customer
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, gettext("Changed."))
            return redirect("commitments:customer", customer.pk)
    return _page(request, customer, now=now, form=form, status=UNPROCESSABLE)


@signed_in
@require_http_methods(["GET", "POST"])
def letter(request: PageRequest, pk: int) -> HttpResponse:
    """Take down a customer's letter."""
    customer = customer_or_404(request, pk)
    if request.method != "POST":
        return redirect("commitments:customer", customer.pk)
    now = clock.now()
    form = LetterForm(request.POST, promises=promises_to(customer=customer, actor=request.user))
    if form.is_valid():
        try:
            taken = take_down_letter(
                actor=request.user,
                customer=customer,
                sort=form.cleaned_data["sort"],
                words=form.cleaned_data["words"],
                received_at=instant_from(form.cleaned_data, "received_at", zone=_zone(request)),
                about=form.cleaned_data["about"],
                now=now,
            )
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, gettext("%(sort)s taken down.") % {"sort": taken.get_sort_display()})
            return redirect("commitments:customer", taken.customer_id)
    return _page(request, customer, now=now, letter_form=form, status=UNPROCESSABLE)


@signed_in
@require_http_methods(["GET", "POST"])
def real_news(request: PageRequest, pk: int) -> HttpResponse:
    """Let holding mails go again to a customer who had asked for real news only."""
    customer = customer_or_404(request, pk)
    if request.method == "POST":
        write_news_or_not(actor=request.user, customer=customer, now=clock.now())
        messages.success(request, gettext("They hear from us again, news or not."))
    return redirect("commitments:customer", customer.pk)


def customer_or_404(request: PageRequest, pk: int) -> Customer:
    """Give a customer whom the reader may see, merged away or not; raise Http404 for any other."""
    customers = Customer.objects.visible_to(request.user).select_related("organisation", "changed_by")
    return get_object_or_404(customers, pk=pk)


def known(customer: Customer) -> dict[str, Any]:
    """Give what is known of a customer as the form writes it."""
    values = {name: getattr(customer, name) for name in CustomerForm.base_fields if hasattr(customer, name)}
    return values | {
        "phone": shown_phone(customer.phone) if customer.phone else "",
        "organisation": customer.organisation.name if customer.organisation is not None else "",
    }


def _zone(request: PageRequest) -> str:
    """Give the zone in which the reader writes times: their first team's."""
    team = teams_to_promise_in(actor=request.user).first()
    return team.calendar.zone if team is not None else "UTC"


def _page(
    request: PageRequest,
    customer: Customer,
    *,
    now: datetime,
    form: CustomerForm | None = None,
    letter_form: LetterForm | None = None,
    status: int = 200,
) -> HttpResponse:
    listed = promises_to(customer=customer, actor=request.user)
    page = Paginator(listed.exclude(status=OPEN), PAGE_SIZE).get_page(request.GET.get("page"))
    open_ones = list(soonest_first(listed.filter(status=OPEN))[: OPEN_SHOWN + 1])
    strain = strain_of(customers=[customer.pk], now=now, actor=request.user).get(customer.pk, NOT_STRAINED)
    others = list(others_of(customer=customer, actor=request.user)[: OTHERS_SHOWN + 1])
    letters = list(letters_of(customer=customer, actor=request.user)[: LETTERS_SHOWN + 1])
    context = {
        "now": now,
        "customer": customer,
        "zone": _zone(request),
        "form": form or CustomerForm(initial=known(customer), actor=request.user),
        "is_changing": form is not None or "change" in request.GET,
        "letter_form": letter_form or LetterForm(promises=listed),
        "is_writing": letter_form is not None or "letter" in request.GET,
        "letters": letters[:LETTERS_SHOWN],
        "more_letters": len(letters) > LETTERS_SHOWN,
        "others": others[:OTHERS_SHOWN],
        "more_others": len(others) > OTHERS_SHOWN,
        "strain": strain,
        "call": why_call(call_instead(customer, open_ones, strain=strain), customer=customer, strain=strain),
        "revealed": revealed_test_of(customer=customer),
        "can_merge": supervises_any(request.user),
        "page": page,
        "open_rows": _rows(open_ones[:OPEN_SHOWN], now=now),
        "more_open": len(open_ones) > OPEN_SHOWN,
        "ended_rows": [{"promise": promise, "reasons": reasons(promise, now=now)} for promise in page],
        "time_zones": time_zones(),
        "organisations": Organisation.objects.values_list("name", flat=True)[:ORGANISATIONS_OFFERED],
    }
    return answer(request, "commitments/customers/page.html", context, status=status)


def _rows(promises: Sequence[Commitment], *, now: datetime) -> list[dict[str, Any]]:
    """Give open promises as the page lists them, each with its reasons and the last word on it."""
    words = last_words(commitments=[promise.pk for promise in promises])
    rows = []
    for promise in promises:
        said = words.get(promise.pk)
        last = said_point(said, whens(promise, now=now)) if said is not None else None
        rows.append({"promise": promise, "reasons": reasons(promise, now=now), "last": last, "is_open": True})
    return rows

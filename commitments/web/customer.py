"""Customers: finding them, and one customer's page with everything that was promised to them."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from commitments import clock
from commitments.models import Customer
from commitments.selectors.customers import find, promises_to
from commitments.selectors.desk import teams_to_promise_in
from commitments.services.customers import change_customer
from commitments.services.refusals import Refused
from commitments.web.fields import PageForm, TimeZoneField, normal_phone, shown_phone, time_zones
from commitments.web.pages import UNPROCESSABLE, PageRequest, answer, signed_in
from commitments.web.reasons import reasons

PAGE_SIZE = 50


class CustomerForm(PageForm):
    """What is known of a customer."""

    name = forms.CharField(max_length=200, label="Name", error_messages={"required": "Give the customer's name."})
    email = forms.EmailField(required=False, label="Mail")
    phone = forms.CharField(required=False, max_length=40, label="Phone", widget=forms.TextInput({"type": "tel"}))
    time_zone = TimeZoneField(label="Time zone")
    language = forms.CharField(max_length=16, label="Language", help_text="As a code: en, pt, de …")
    reached_best = forms.CharField(
        required=False,
        max_length=300,
        label="How and when they like to be reached",
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, actor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor

    def clean_phone(self) -> str:
        """Write the number in E.164."""
        return normal_phone(self.cleaned_data["phone"], team=teams_to_promise_in(actor=self.actor).first())


@signed_in
@require_safe
def search(request: PageRequest) -> HttpResponse:
    """Find customers by name, mail, telephone, or by a promise's reference or case."""
    words = request.GET.get("q", "")[:200]
    found = find(actor=request.user, words=words)
    context = {"now": clock.now(), "q": words, "found": found}
    return answer(request, "commitments/customers/search.html", context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def show(request: PageRequest, pk: int) -> HttpResponse:
    """Show one customer; POST changes what is known of them."""
    now = clock.now()
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    if request.method != "POST":
        return _page(request, customer, now=now)
    form = CustomerForm(request.POST, actor=request.user)
    if form.is_valid():
        try:
            change_customer(actor=request.user, customer=customer, now=now, **form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, "Changed.")
            return redirect("commitments:customer", customer.pk)
    return _page(request, customer, now=now, form=form, status=UNPROCESSABLE)


def _page(
    request: HttpRequest, customer: Customer, *, now: datetime, form: CustomerForm | None = None, status: int = 200
) -> HttpResponse:
    listed = promises_to(customer=customer, actor=request.user)
    page = Paginator(listed, PAGE_SIZE).get_page(request.GET.get("page"))
    known = {name: getattr(customer, name) for name in CustomerForm.base_fields} | {
        "phone": shown_phone(customer.phone) if customer.phone else ""
    }
    context = {
        "now": now,
        "customer": customer,
        "form": form or CustomerForm(initial=known, actor=request.user),
        "is_changing": form is not None or "change" in request.GET,
        "page": page,
        "rows": [{"promise": promise, "reasons": reasons(promise, now=now)} for promise in page],
        "time_zones": time_zones(),
    }
    return answer(request, "commitments/customers/page.html", context, status=status)

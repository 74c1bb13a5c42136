"""Choosing a customer who is known, in a form that works without scripts: typed, and picked where several fit."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commitments.models import Customer
from commitments.models.identifiers import read_id
from commitments.selectors.customers import find
from commitments.web.fields import PageForm

OPTIONS_AT_MOST = 8


class ChoosingForm(PageForm):
    """A form in which a customer can be chosen. `options` are those to pick from after something was typed."""

    who = forms.CharField(
        required=False,
        max_length=200,
        label=_("Customer"),
        widget=forms.SearchInput(attrs={"placeholder": _("Name, mail or phone"), "autocomplete": "off"}),
    )
    customer = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, actor: Any, besides: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.besides = besides
        self.options: tuple[Customer, ...] = ()
        self.chosen: Customer | None = None

    @property
    def picked(self) -> str:
        """The option whose radio button is pressed."""
        return str(self.chosen.pk) if self.chosen is not None else ""

    def clean(self) -> dict[str, Any]:
        """Find whom `who` means, unless one of those who fit has been picked."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        words = cleaned.get("who", "")
        if words:
            found = find(actor=self.actor, words=words, limit=OPTIONS_AT_MOST).customers
            self.options = tuple(customer for customer in found if customer.pk != self.besides)
        picked = read_id(cleaned.get("customer", ""))
        if picked is not None:
            known = Customer.objects.visible_to(self.actor).current()
            self.chosen = known.filter(pk=picked).first()
        if self.chosen is not None and words and self.chosen not in self.options:
            # Something else has been typed since.
            self.chosen = None
        if self.chosen is None and words:
            self.chosen = self.options[0] if len(self.options) == 1 else None
            if self.chosen is None:
                self.add_error(
                    "who", gettext("Several fit: choose one.") if self.options else gettext("Nobody is known by that.")
                )
        cleaned["chosen"] = self.chosen
        return cleaned

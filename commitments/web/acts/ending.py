"""Ending a promise: keeping it, or taking it back."""

from django import forms
from django.http import QueryDict

from commitments.services.promising import keep, withdraw
from commitments.web.acts.act import Act, ActForm, Doing, Place, Seen, TellingForm, while_open
from commitments.web.fields import LocalTimeField
from commitments.web.sentences_acts import ENDS


class KeepForm(ActForm):
    """How and when a promise was kept; an empty time means now."""

    prefix = "keep"

    how = forms.CharField(
        required=False,
        label="How was it kept?",
        help_text="The customer reads this in the mail that says so.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    happened_at = LocalTimeField(required=False, label="Kept at")
    notify_customer = forms.BooleanField(required=False, initial=True, label="Mail the customer that it is kept")


class WithdrawForm(TellingForm):
    """Why a promise is taken back."""

    prefix = "withdraw"
    field_order = ("reason",)

    # Not required here: the service says it.
    reason = forms.CharField(
        required=False,
        label="Why?",
        help_text="By mail: exactly what the customer reads. In a conversation: what you have told them.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _keep_form(seen: Seen, data: QueryDict | None) -> KeepForm:
    return KeepForm(data, initial={"notify_customer": seen.can_be_mailed})


def _keep(doing: Doing) -> str:
    ended = keep(
        **doing.on,
        how=doing.cleaned["how"],
        happened_at=doing.instant("happened_at"),
        notify_customer=doing.cleaned["notify_customer"],
    )
    return f"{ENDS[ended.outcome]}."


def _withdraw(doing: Doing) -> str:
    withdraw(
        **doing.on,
        reason=doing.cleaned["reason"],
        by_mail=doing.by_mail,
        happened_at=doing.instant("happened_at"),
    )
    return "Withdrawn."


ACTS = (
    Act(
        name="keep",
        path="kept",
        title="It is kept",
        icon="check",
        form=_keep_form,
        do=_keep,
        place=while_open(Place.MAIN),
    ),
    Act(
        name="withdraw",
        path="withdrawn",
        title="We take it back",
        icon="x",
        form=lambda seen, data: WithdrawForm(data, can_be_mailed=seen.can_be_mailed),
        do=_withdraw,
        place=while_open(Place.MAIN),
    ),
)

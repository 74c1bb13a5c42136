"""Ending a promise: keeping it, or taking it back; and opening a kept one again."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commitments.models import Kind
from commitments.services.keeping import AfterCare, keep_with_after_care
from commitments.services.promising import SOLVES, keep, reopen, withdraw
from commitments.services.refusals import Conflict, Refused
from commitments.web.acts.act import Act, ActForm, Doing, Place, Seen, TellingForm, while_open
from commitments.web.fields import DueField, LocalTimeField, WholeDayField
from commitments.web.sentences_acts import ENDS


class KeepForm(ActForm):
    """How and when a promise was kept; an empty time means now. With it, the next promise can be made (`care`)."""

    prefix = "keep"

    how = forms.CharField(
        required=False,
        label=_("How was it kept?"),
        help_text=_("The customer reads this in the mail that says so."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    happened_at = LocalTimeField(required=False, label=_("Kept at"))
    notify_customer = forms.BooleanField(required=False, initial=True, label=_("Mail the customer that it is kept"))
    customer_confirmed = forms.BooleanField(
        required=False, label=_("They have told me that it is solved"), help_text=_("Otherwise they are asked by mail.")
    )
    care = forms.BooleanField(required=False, label=_("Promise them something next"))
    care_kind = forms.ChoiceField(required=False, choices=Kind.choices, label=_("Kind"), initial=Kind.CALLBACK)
    care_promise = forms.CharField(
        required=False,
        label=_("What do you promise?"),
        help_text=_("The customer reads these words."),
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": _("to ask in a week whether it still works")}),
    )
    care_due_at = DueField(required=False, label=_("By when?"))
    care_told = forms.BooleanField(
        required=False, label=_("I have just told them of it"), help_text=_("Otherwise they get a receipt by mail.")
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asks_if_solved = kind in SOLVES


class WithdrawForm(TellingForm):
    """Why a promise is taken back."""

    prefix = "withdraw"
    field_order = ("reason",)

    # Not required here: the service says it.
    reason = forms.CharField(
        required=False,
        label=_("Why?"),
        help_text=_("By mail: exactly what the customer reads. In a conversation: what you have told them."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class ReopenForm(TellingForm):
    """A kept promise is opened again, with a new date."""

    prefix = "reopen"
    field_order = ("due_at", "whole_day", "reason")

    due_at = DueField(label=_("New date"))
    whole_day = WholeDayField()
    reason = forms.CharField(
        required=False,
        label=_("What is still to be done?"),
        help_text=_("The customer is told this beside the new date."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _keep_form(seen: Seen, data: QueryDict | None) -> KeepForm:
    return KeepForm(data, kind=seen.commitment.kind, initial={"notify_customer": seen.can_be_mailed})


def _keep(doing: Doing) -> str:
    values = {name: doing.cleaned[name] for name in ("how", "notify_customer", "customer_confirmed")}
    values["happened_at"] = doing.instant("happened_at")
    if not doing.cleaned["care"]:
        return f"{ENDS[keep(**doing.on, **values).outcome]}."
    next_promise = AfterCare(
        kind=doing.cleaned["care_kind"],
        promise=doing.cleaned["care_promise"],
        due_at=doing.instant_of("care_due_at"),
        told=doing.cleaned["care_told"],
    )
    try:
        kept, follows = keep_with_after_care(**doing.on, **values, after_care=next_promise)
    except Conflict:
        raise
    except Refused as refused:
        # Both promises have a kind, words and a date: these are the next one's.
        about_next = refused.field in {"kind", "promise", "due_at", "told"}
        raise Refused(refused.message, field=f"care_{refused.field}" if about_next else refused.field) from refused
    said = gettext("%(ended)s; the next promise is %(reference)s.")
    return said % {"ended": ENDS[kept.outcome], "reference": follows.reference} + doing.who_works(follows.due_at)


def _reopen(doing: Doing) -> str:
    reopened = reopen(
        **doing.on,
        due_at=doing.instant_of("due_at"),
        reason=doing.cleaned["reason"],
        by_mail=doing.by_mail,
        happened_at=doing.instant("happened_at"),
    )
    return gettext("It is open again.") + doing.who_works(reopened.due_at)


def _place_of_reopening(seen: Seen) -> Place | None:
    if seen.commitment.status != "kept":
        return None
    return Place.MAIN if seen.is_waited_for else Place.MORE


def _withdraw(doing: Doing) -> str:
    withdraw(
        **doing.on,
        reason=doing.cleaned["reason"],
        by_mail=doing.by_mail,
        happened_at=doing.instant("happened_at"),
    )
    return gettext("Withdrawn.")


ACTS = (
    Act(
        name="keep",
        path="kept",
        title=_("It is kept"),
        icon="check",
        form=_keep_form,
        do=_keep,
        place=while_open(Place.MAIN),
        mails=True,
    ),
    Act(
        name="withdraw",
        path="withdrawn",
        title=_("We take it back"),
        icon="x",
        form=lambda seen, data: WithdrawForm(data, seen=seen),
        do=_withdraw,
        place=while_open(Place.MORE),
        mails=True,
    ),
    Act(
        name="reopen",
        path="reopened",
        title=_("Open it again"),
        icon="arrow-back-up",
        form=lambda seen, data: ReopenForm(data, seen=seen),
        do=_reopen,
        place=_place_of_reopening,
        mails=True,
    ),
)

"""What is agreed with the customer: how and how often they hear from us, and who else gets the mails."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commitments.domain.business_time import Duration
from commitments.models import Commitment
from commitments.services.arrangements import agree_cadence, change_route
from commitments.services.refusals import Refused
from commitments.services.watching import add_watcher, remove_watcher
from commitments.web.acts.act import Act, ActForm, Doing, Place, Seen, while_open
from commitments.web.choosing import ChoosingForm

UNITS = (("bh", _("working hours")), ("bd", _("working days")), ("h", _("hours on any clock")))


class RouteForm(ActForm):
    """How the customer hears from us."""

    prefix = "route"

    route = forms.ChoiceField(
        choices=Commitment.ContactRoute.choices, widget=forms.RadioSelect, label=_("They hear from us")
    )


class CadenceForm(ActForm):
    """How often the customer hears from us; an empty number ends what was agreed."""

    prefix = "cadence"

    amount = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=999,
        label=_("Every"),
        error_messages=dict.fromkeys(("min_value", "max_value", "invalid"), _("Write a whole number from 1 to 999.")),
    )
    unit = forms.ChoiceField(choices=UNITS, label="of", initial="bh")


class WatchForm(ActForm, ChoosingForm):
    """Somebody else who gets the mails: one who is known, or a name and an address."""

    prefix = "watch"

    name = forms.CharField(required=False, max_length=200, label=_("Or somebody new: name"))
    email = forms.EmailField(required=False, label=_("Their mail address"))


class UnwatchForm(ActForm):
    """Somebody who no longer gets the mails."""

    prefix = "unwatch"

    customer = forms.TypedChoiceField(
        coerce=int,
        widget=forms.RadioSelect,
        label=_("Who?"),
        error_messages={"required": _("Choose who gets no more mails.")},
    )

    def __init__(self, *args: Any, seen: Seen, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        watching = [(row.customer_id, row.customer.name) for row in seen.watchers]
        self.fields["customer"].choices = watching  # type: ignore[attr-defined]


def _route_form(seen: Seen, data: QueryDict | None) -> RouteForm:
    return RouteForm(data, initial={"route": seen.commitment.contact_route})


def _change_route(doing: Doing) -> str:
    change_route(**doing.on, route=doing.cleaned["route"])
    by_phone = doing.cleaned["route"] == Commitment.ContactRoute.PHONE
    if by_phone:
        return gettext("They hear from us by phone only; no mail goes by itself.")
    return gettext("They hear from us by mail.")


def _cadence_form(seen: Seen, data: QueryDict | None) -> CadenceForm:
    agreed = seen.commitment.agreed_cadence
    if agreed is None:
        return CadenceForm(data)
    text = str(agreed)
    amount = text.rstrip("bhdmin")
    return CadenceForm(data, initial={"amount": amount, "unit": text.removeprefix(amount)})


def _agree(doing: Doing) -> str:
    amount = doing.cleaned["amount"]
    cadence = Duration.parse(f"{amount}{doing.cleaned['unit']}") if amount else None
    agree_cadence(**doing.on, cadence=cadence)
    return gettext("Agreed.") if cadence is not None else gettext("They hear from us as often as the policy says.")


def _add(doing: Doing) -> str:
    if doing.cleaned["who"] and (doing.cleaned["name"] or doing.cleaned["email"]):
        raise Refused(gettext("Choose somebody who is known, or write a name and an address; not both."), field="who")
    row = add_watcher(
        **doing.on, customer=doing.cleaned["chosen"], name=doing.cleaned["name"], email=doing.cleaned["email"]
    )
    return gettext("%(customer)s gets the mails as well.") % {"customer": row.customer}


def _remove(doing: Doing) -> str:
    remove_watcher(**doing.on, customer=doing.cleaned["customer"])
    return gettext("They get no more mails about this.")


ACTS = (
    Act(
        name="watch",
        path="watch",
        title=_("Mail somebody else as well"),
        icon="users",
        form=lambda seen, data: WatchForm(data, actor=seen.actor, besides=seen.commitment.customer_id),
        do=_add,
        place=while_open(Place.MORE),
    ),
    Act(
        name="unwatch",
        path="unwatch",
        title=_("Stop mailing somebody else"),
        icon="user",
        form=lambda seen, data: UnwatchForm(data, seen=seen),
        do=_remove,
        place=lambda seen: Place.MORE if seen.is_open and seen.watchers else None,
    ),
    Act(
        name="route",
        path="route",
        title=_("How they hear from us"),
        icon="phone",
        form=_route_form,
        do=_change_route,
        # Without an address there is nothing to choose.
        place=lambda seen: Place.MORE if seen.is_open and seen.commitment.customer.email else None,
    ),
    Act(
        name="cadence",
        path="cadence",
        title=_("How often they hear from us"),
        icon="clock",
        form=_cadence_form,
        do=_agree,
        place=while_open(Place.MORE),
    ),
)

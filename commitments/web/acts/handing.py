"""Handing a promise over: offering, accepting, declining and keeping it, and giving it to somebody at once."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commitments.domain.escalation import Trigger
from commitments.models import Team
from commitments.models.people import person
from commitments.selectors.away import colleagues
from commitments.selectors.handoffs import teams_to_ask
from commitments.services.handoff import (
    accept_handoff,
    decline_handoff,
    offer_handoff,
    reassign,
    take_back_handoff,
)
from commitments.web.acts.act import BY_MAIL, TOLD, Act, ActForm, Doing, Place, Seen
from commitments.web.gist import draft_of

NOT_TOLD = "not"


def way_choices(*, can_be_mailed: bool) -> list[tuple[str, Any]]:
    """Give how the customer can learn who it is now."""
    said = (TOLD, _("I have just told them"))
    if can_be_mailed:
        return [(BY_MAIL, _("Mail them")), said]
    return [said, (NOT_TOLD, _("Not told yet"))]


class TakerField(forms.ChoiceField):
    """A colleague, or anyone in a team; gives what `offer_handoff` takes."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=[], **kwargs)
        self.people: dict[str, Any] = {}
        self.teams: dict[str, Team] = {}

    def offer(self, people: list[Any], teams: list[Team]) -> None:
        """Let these be chosen."""
        self.people = {f"user-{user.pk}": user for user in people}
        self.teams = {f"team-{team.pk}": team for team in teams}
        self.choices = [
            ("", gettext("Choose")),
            (gettext("Colleagues"), [(value, person(user)) for value, user in self.people.items()]),
            (gettext("Anyone in a team"), [(value, str(team)) for value, team in self.teams.items()]),
        ]

    def clean(self, value: Any) -> dict[str, Any]:
        """Give whom or which team was chosen."""
        chosen = super().clean(value)
        return {"to": self.people.get(chosen), "team": self.teams.get(chosen)}


class HandOnForm(ActForm):
    """To whom, and what they need to know."""

    prefix = "handoff"

    to = TakerField(required=False, label=_("To whom?"))
    story = forms.CharField(
        required=False,
        label=_("What they need to know"),
        help_text=_("Drafted from the timeline; the customer does not read it."),
        widget=forms.Textarea(attrs={"rows": 7}),
    )


class AcceptForm(ActForm):
    """How the customer learns who it is now."""

    prefix = "accept"

    how = forms.ChoiceField(
        choices=way_choices(can_be_mailed=True),
        widget=forms.RadioSelect,
        label=_("The customer is told that it is you"),
    )

    def __init__(self, *args: Any, can_be_mailed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = way_choices(can_be_mailed=can_be_mailed)
        self.fields["how"].choices = choices  # type: ignore[attr-defined]
        self.initial["how"] = choices[0][0] if can_be_mailed else NOT_TOLD


class DeclineForm(ActForm):
    """Why not."""

    prefix = "decline"

    reason = forms.CharField(
        required=False,
        label=_("Why not?"),
        help_text=_("Whoever asked reads this."),
        widget=forms.Textarea({"rows": 2}),
    )


class KeepItForm(ActForm):
    """Nothing but the press."""

    prefix = "keepit"


class ReassignForm(AcceptForm):
    """To whom, at once, and why."""

    prefix = "reassign"
    field_order = ("to", "note", "how")

    to = forms.ChoiceField(required=False, label=_("To whom?"))
    note = forms.CharField(
        required=False, max_length=500, label=_("A note for colleagues"), widget=forms.Textarea({"rows": 2})
    )

    def __init__(self, *args: Any, people: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(user.pk): user for user in people}
        choices = [("", gettext("Choose")), *((value, person(user)) for value, user in self.people.items())]
        self.fields["to"].choices = choices  # type: ignore[attr-defined]
        self.fields["how"].label = gettext("The customer is told who it is now")

    def clean_to(self) -> Any:
        """Give who was chosen."""
        if not self.cleaned_data["to"]:
            raise forms.ValidationError(gettext("Choose who answers for it from now on."))
        return self.people[self.cleaned_data["to"]]


def _takers(seen: Seen) -> list[Any]:
    return [user for user in colleagues(actor=seen.actor) if user.pk != seen.commitment.owner_id]


def _hand_on_form(seen: Seen, data: QueryDict | None) -> HandOnForm:
    story = draft_of(seen.commitment, now=seen.now)
    form = HandOnForm(data, initial={"story": story})
    field: Any = form.fields["to"]
    field.offer(_takers(seen), list(teams_to_ask()))
    return form


def _hand_on(doing: Doing) -> str:
    asked = doing.cleaned["to"]
    offer_handoff(**doing.on, **asked, story=doing.cleaned["story"])
    taker = person(asked["to"]) if asked["to"] else asked["team"]
    return gettext("%(taker)s is asked to take it over; it stays yours until then.") % {"taker": taker}


def _accept(doing: Doing) -> str:
    accept_handoff(**doing.on, told=doing.cleaned["how"] == TOLD)
    return gettext("You answer for it now.")


def _decline(doing: Doing) -> str:
    decline_handoff(**doing.on, reason=doing.cleaned["reason"])
    return gettext("Declined: whoever asked still answers for it.")


def _keep_it(doing: Doing) -> str:
    take_back_handoff(**doing.on)
    return gettext("It stays where it is.")


def _reassign(doing: Doing) -> str:
    to = doing.cleaned["to"]
    reassign(**doing.on, to=to, note=doing.cleaned["note"], told=doing.cleaned["how"] == TOLD)
    return gettext("%(owner)s answers for it now.") % {"owner": person(to)}


def _while_asked(place: Place) -> Any:
    return lambda seen: place if seen.is_open and seen.handing.is_asked else None


def _where_to_hand_on(seen: Seen) -> Place | None:
    return Place.MORE if seen.is_open and seen.handing.may_hand_on else None


def _where_to_keep_it(seen: Seen) -> Place | None:
    lapsed = any(ladder.trigger == Trigger.HANDOFF_LAPSED for ladder in seen.ladders)
    waits = seen.handing.offer is not None or lapsed
    return Place.MAIN if seen.is_open and waits and seen.handing.may_hand_on else None


def _where_to_reassign(seen: Seen) -> Place | None:
    return Place.MORE if seen.is_open and seen.handing.supervises else None


ASKED = (
    Act(
        name="accept",
        path="accept",
        title=_("You are asked to take this over"),
        icon="users",
        form=lambda seen, data: AcceptForm(data, can_be_mailed=seen.can_be_mailed),
        do=_accept,
        place=_while_asked(Place.NOW),
        mails=True,
    ),
    Act(
        name="decline",
        path="decline",
        title=_("I cannot take it over"),
        icon="x",
        form=lambda seen, data: DeclineForm(data),
        do=_decline,
        place=_while_asked(Place.MAIN),
    ),
    Act(
        name="keepit",
        path="keep-it",
        title=_("I keep it after all"),
        icon="arrow-back-up",
        form=lambda seen, data: KeepItForm(data),
        do=_keep_it,
        place=_where_to_keep_it,
    ),
)
"""What a promise that waits to be taken over asks for."""

ACTS = (
    Act(
        name="handoff",
        path="handoff",
        title=_("Hand it over"),
        icon="users",
        form=_hand_on_form,
        do=_hand_on,
        place=_where_to_hand_on,
    ),
    Act(
        name="reassign",
        path="reassign",
        title=_("Give it to somebody at once"),
        icon="arrow-right",
        form=lambda seen, data: ReassignForm(data, can_be_mailed=seen.can_be_mailed, people=_takers(seen)),
        do=_reassign,
        place=_where_to_reassign,
        mails=True,
    ),
)

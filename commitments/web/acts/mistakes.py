"""Putting right what was logged wrongly, and promises that were logged by mistake."""

from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commitments.models import Kind
from commitments.services.correcting import MAKERS_TIME, Right, correct, may_correct, needs_a_reason, void
from commitments.web.acts.act import Act, ActForm, Doing, Place, Seen
from commitments.web.choosing import ChoosingForm
from commitments.web.fields import MINUTES, DueField
from commitments.web.times import how_often, local


class MistakeForm(ActForm):
    """Why something is put right, and whether the customer knows. `makers_minutes`: how long it needs no reason."""

    # Not required here: the service says when it is.
    reason = forms.CharField(
        required=False,
        max_length=2000,
        label=_("Why?"),
        help_text=_("For colleagues: it stands on the timeline."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    told = forms.BooleanField(required=False, label=_("I have just told the customer"))

    def __init__(self, *args: Any, seen: Seen, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        commitment = seen.commitment
        self.fields["reason"].show_optional = not needs_a_reason(  # type: ignore[attr-defined]
            actor=seen.actor, commitment=commitment, now=seen.now
        )
        self.makers_minutes = MAKERS_TIME.seconds // 60


class CorrectForm(MistakeForm, ChoosingForm):
    """What the promise should have been, filled with what was logged."""

    prefix = "correct"

    promise = forms.CharField(required=False, label=_("The words promised"), widget=forms.Textarea(attrs={"rows": 2}))
    due_at = DueField(required=False, label=_("The date"))
    kind = forms.ChoiceField(choices=Kind.choices, label=_("Kind"))

    def __init__(self, *args: Any, seen: Seen, **kwargs: Any) -> None:
        super().__init__(*args, seen=seen, actor=seen.actor, besides=seen.commitment.customer_id, **kwargs)
        self.fields["who"].label = gettext("The right customer, if it was another one")


class VoidForm(MistakeForm):
    """A promise that was logged by mistake."""

    prefix = "void"


def _correct_form(seen: Seen, data: QueryDict | None) -> CorrectForm:
    commitment = seen.commitment
    initial = {
        "promise": commitment.promise,
        "due_at": local(commitment.due_at, zone=seen.zone).strftime(MINUTES),
        "kind": commitment.kind,
    }
    return CorrectForm(data, seen=seen, initial=initial)


def _correct(doing: Doing) -> str:
    right = Right(
        promise=doing.cleaned["promise"],
        due_at=_due_at(doing),
        customer=doing.cleaned["chosen"],
        kind=doing.cleaned["kind"],
    )
    after = correct(**doing.on, right=right, reason=doing.cleaned["reason"], told=doing.cleaned["told"])
    said = gettext("Put right. %(reference)s has been corrected %(often)s.")
    return said % {"reference": after.reference, "often": how_often(after.times_corrected)}


def _due_at(doing: Doing) -> datetime | None:
    """Read the date; none where the minute of the logged one was left alone, whichever of a repeated hour it is."""
    commitment = doing.commitment
    logged = local(commitment.due_at, zone=commitment.team.calendar.zone).replace(second=0, microsecond=0, tzinfo=None)
    return None if doing.cleaned["due_at"] == logged else doing.instant("due_at")


def _void(doing: Doing) -> str:
    void(**doing.on, reason=doing.cleaned["reason"], told=doing.cleaned["told"])
    return gettext("Voided: it counts no more.")


def _place(seen: Seen) -> Place | None:
    return Place.MORE if may_correct(actor=seen.actor, commitment=seen.commitment, now=seen.now) else None


ACTS = (
    Act(
        name="correct",
        path="correct",
        title=_("It was logged wrongly"),
        icon="pencil",
        form=_correct_form,
        do=_correct,
        place=_place,
        mails=True,
    ),
    Act(
        name="void",
        path="void",
        title=_("It was logged by mistake"),
        icon="x",
        form=lambda seen, data: VoidForm(data, seen=seen),
        do=_void,
        place=_place,
        mails=True,
    ),
)

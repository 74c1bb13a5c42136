"""What went wrong: taking note of it, and saying afterwards why a date was broken."""

from collections.abc import Container
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commitments.domain.escalation import Trigger
from commitments.services.escalations import acknowledge
from commitments.services.explaining import explain_break
from commitments.web.acts.act import Act, ActForm, Doing, Place, Seen
from commitments.web.telling import TRIGGERS
from commitments.web.times import in_zone


class BreakForm(ActForm):
    """Why a date was broken; one date at a time."""

    prefix = "break"

    due_at = forms.TypedChoiceField(label=_("Which date?"), coerce=datetime.fromisoformat)
    # Not required here: the service says it.
    reason = forms.CharField(required=False, label=_("Why was it broken?"), widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, seen: Seen, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dates = [(at.isoformat(), in_zone(at, zone=seen.zone, now=seen.now)) for at in seen.unexplained_breaks]
        self.fields["due_at"].choices = dates  # type: ignore[attr-defined]


class AcknowledgeForm(ActForm):
    """Somebody has taken note of what is wrong."""

    prefix = "acknowledge"

    trigger = forms.ChoiceField(required=False, label=_("Of what?"))
    note = forms.CharField(required=False, max_length=500, label=_("A note for colleagues"))

    def __init__(self, *args: Any, seen: Seen, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ladders = [{"row": row, "words": _sentence(str(TRIGGERS[Trigger(row.trigger)]))} for row in seen.ladders]
        named = [(row.trigger, _sentence(str(TRIGGERS[Trigger(row.trigger)]))) for row in seen.ladders]
        self.fields["trigger"].choices = [("", gettext("All of it")), *named]  # type: ignore[attr-defined]

    def drawn(self) -> Container[str]:
        """Leave out the choice where there is only one."""
        return {"note", "trigger"} if len(self.ladders) > 1 else {"note"}


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _explain(doing: Doing) -> str:
    explain_break(**doing.on, due_at=doing.cleaned["due_at"], reason=doing.cleaned["reason"])
    return gettext("The reason is recorded.")


def _acknowledge(doing: Doing) -> str:
    trigger = doing.cleaned["trigger"]
    acknowledge(**doing.on, trigger=Trigger(trigger) if trigger else None, note=doing.cleaned["note"])
    return gettext("You have taken note; nobody else is told for a while.")


def _place_of_break(seen: Seen) -> Place | None:
    if not seen.unexplained_breaks:
        return None
    # While it is overdue, other things come first.
    return Place.MAIN if seen.is_open and seen.commitment.overdue_since is not None else Place.NOW


ACTS = (
    Act(
        name="acknowledge",
        path="acknowledge",
        title=_("Take note of what is wrong"),
        icon="circle-check",
        form=lambda seen, data: AcknowledgeForm(data, seen=seen),
        do=_acknowledge,
        place=lambda seen: Place.MAIN if seen.ladders else None,
    ),
    Act(
        name="break",
        path="break",
        title=_("Why was the date broken?"),
        icon="alert-triangle",
        form=lambda seen, data: BreakForm(data, seen=seen),
        do=_explain,
        place=_place_of_break,
    ),
)

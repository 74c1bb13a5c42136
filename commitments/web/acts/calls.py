"""Calling the customer: being on the line, and having tried."""

from collections.abc import Container
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commitments.services.attempts import AttemptResult, attempt, end_call, start_call
from commitments.web.acts.act import Act, ActForm, Doing, Place, while_open
from commitments.web.fields import LocalTimeField

RESULTS = (
    (AttemptResult.NO_ANSWER.value, _("No answer")),
    (AttemptResult.ENGAGED.value, _("Engaged")),
    (AttemptResult.VOICEMAIL.value, _("I left a message on voicemail")),
)


class AttemptForm(ActForm):
    """Somebody tried to reach the customer."""

    prefix = "attempt"

    result = forms.ChoiceField(
        choices=RESULTS, widget=forms.RadioSelect, label=_("What happened?"), initial="no_answer"
    )
    # Not required here: the service says it.
    next_try_at = LocalTimeField(required=False, label=_("When will you try again?"))
    by_mail = forms.BooleanField(required=False, label=_("Mail them that we tried, and when we try again"))
    message = forms.CharField(required=False, label=_("Anything to add?"), widget=forms.Textarea(attrs={"rows": 2}))
    happened_at = LocalTimeField(required=False, label=_("Tried at"))

    def __init__(self, *args: Any, can_be_mailed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["by_mail"] = can_be_mailed
        self.can_be_mailed = can_be_mailed

    def drawn(self) -> Container[str]:
        """Leave out the mail for a customer who cannot be mailed."""
        names = {field.name for field in self.visible_fields()}
        return names if self.can_be_mailed else names - {"by_mail"}


class CallForm(ActForm):
    """One press: I am calling."""

    prefix = "calling"


class HangUpForm(ActForm):
    """One press: the call is over."""

    prefix = "hang-up"

    def __init__(self, *args: Any, caller: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.caller = caller


def _attempt(doing: Doing) -> str:
    after = attempt(
        **doing.on,
        result=AttemptResult(doing.cleaned["result"]),
        next_try_at=doing.instant("next_try_at"),
        by_mail=doing.cleaned["by_mail"],
        message=doing.cleaned["message"],
        happened_at=doing.instant("happened_at"),
    )
    moved = after.due_at != doing.commitment.due_at
    return gettext("Recorded; the date is now that of the next try.") if moved else gettext("The attempt is recorded.")


def _start(doing: Doing) -> str:
    start_call(**doing.on)
    return gettext("You are calling the customer: automatic mail waits.")


def _end(doing: Doing) -> str:
    end_call(**doing.on)
    return gettext("The call is over.")


ACTS = (
    Act(
        name="hang-up",
        path="hang-up",
        title=_("On the line"),
        icon="phone",
        form=lambda seen, data: HangUpForm(data, caller=seen.caller),
        do=_end,
        place=lambda seen: Place.NOW if seen.caller is not None else None,
    ),
    Act(
        name="calling",
        path="calling",
        title=_("Calling now"),
        icon="phone",
        form=lambda seen, data: CallForm(data),
        do=_start,
        place=lambda seen: Place.PHONE if seen.is_open and seen.caller is None else None,
    ),
    Act(
        name="attempt",
        path="attempt",
        title=_("I tried to call"),
        icon="phone",
        form=lambda seen, data: AttemptForm(data, can_be_mailed=seen.can_be_mailed),
        do=_attempt,
        place=while_open(Place.MAIN),
        mails=True,
    ),
)

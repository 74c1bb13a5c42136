"""What comes from the customer: messages, conversations, thanks, and that it is not solved."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commitments.services.replies import contact, customer_message, dispute, thank
from commitments.web.acts.act import Act, ActForm, Doing, Place, Seen
from commitments.web.fields import LocalTimeField

CHANNELS = (
    ("phone", _("They called")),
    ("email", _("By e-mail")),
    ("chat", _("In a chat")),
    ("in_person", _("In person")),
)


class MessageForm(ActForm):
    """What the customer wrote or said, where nobody has answered them on the spot."""

    prefix = "message"

    # Not required here: the service says it.
    words = forms.CharField(required=False, label=_("What did they say?"), widget=forms.Textarea(attrs={"rows": 3}))
    channel = forms.ChoiceField(choices=CHANNELS, label=_("How?"), initial="phone")
    needs_answer = forms.BooleanField(required=False, label=_("They need an answer"))
    happened_at = LocalTimeField(required=False, label=_("When?"))


class ContactForm(ActForm):
    """A conversation that was held."""

    prefix = "contact"

    direction = forms.ChoiceField(
        choices=[("out", _("We called them")), ("in", _("They called us"))],
        widget=forms.RadioSelect,
        label=_("Who called?"),
        initial="out",
    )
    message = forms.CharField(
        required=False,
        label=_("What was said?"),
        help_text=_("What you have told them: a mail that goes by itself may repeat it to them."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    happened_at = LocalTimeField(required=False, label=_("When?"))


class DisputeForm(ActForm):
    """The customer says that what was kept is not solved."""

    prefix = "dispute"

    words = forms.CharField(required=False, label=_("What did they say?"), widget=forms.Textarea(attrs={"rows": 3}))
    channel = forms.ChoiceField(choices=CHANNELS, label=_("How?"), initial="phone")
    happened_at = LocalTimeField(required=False, label=_("When?"))


class ThanksForm(ActForm):
    """The messages that wait; one press on each says that it is only thanks."""

    prefix = "thanks"

    message = forms.UUIDField(error_messages={"required": _("Choose a message.")})

    def __init__(self, *args: Any, seen: Seen, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.waiting = seen.waiting_messages

    def drawn(self) -> tuple[str, ...]:
        """Draw no field: the buttons carry the message."""
        return ()


def _message_form(seen: Seen, data: QueryDict | None) -> MessageForm:
    return MessageForm(data, initial={"needs_answer": seen.is_open})


def _take_message(doing: Doing) -> str:
    needs_answer = doing.cleaned["needs_answer"]
    customer_message(
        **doing.on,
        words=doing.cleaned["words"],
        channel=doing.cleaned["channel"],
        needs_answer=needs_answer,
        happened_at=doing.instant("happened_at"),
    )
    if needs_answer:
        return gettext("Recorded: the customer waits for an answer.")
    return gettext("Recorded; it needs no answer.")


def _contact(doing: Doing) -> str:
    contact(
        **doing.on,
        direction=doing.cleaned["direction"],
        message=doing.cleaned["message"],
        happened_at=doing.instant("happened_at"),
    )
    return gettext("Recorded: you have spoken with the customer.")


def _dispute(doing: Doing) -> str:
    dispute(
        **doing.on,
        words=doing.cleaned["words"],
        channel=doing.cleaned["channel"],
        happened_at=doing.instant("happened_at"),
    )
    return gettext("Recorded: the customer says that it is not solved.")


def _thank(doing: Doing) -> str:
    thank(**doing.on, message=doing.cleaned["message"])
    return gettext("Marked as thanks: it needs no answer.")


WAITING = (
    Act(
        name="thanks",
        path="thanks",
        title=_("The customer waits for an answer"),
        icon="message",
        form=lambda seen, data: ThanksForm(data, seen=seen),
        do=_thank,
        place=lambda seen: Place.NOW if seen.waiting_messages else None,
    ),
)
ACTS = (
    Act(
        name="message",
        path="message",
        title=_("The customer wrote or called"),
        icon="message",
        form=_message_form,
        do=_take_message,
        place=lambda seen: Place.MAIN if seen.is_open else Place.MORE,
    ),
    Act(
        name="contact",
        path="contact",
        title=_("I spoke with the customer"),
        icon="phone",
        form=lambda seen, data: ContactForm(data),
        do=_contact,
        place=lambda seen: Place.MORE,
    ),
    Act(
        name="dispute",
        path="dispute",
        title=_("They say that it is not solved"),
        icon="arrow-back-up",
        form=lambda seen, data: DisputeForm(data),
        do=_dispute,
        place=lambda seen: Place.MAIN if seen.commitment.status == "kept" else None,
    ),
)

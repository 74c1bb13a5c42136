"""Telling the customer something: word, and a new date."""

from typing import Any

from django import forms
from django.http import QueryDict

from commitments.domain.clocks import WordMeaning
from commitments.services.dates import renegotiate
from commitments.services.word import give_word
from commitments.web.acts.act import Act, Doing, Place, Seen, TellingForm, while_open
from commitments.web.fields import LocalTimeField

MEANINGS = (
    (WordMeaning.NOTHING_NEW.value, "On track, nothing new"),
    (WordMeaning.NEWS.value, "Update: there is news"),
    (WordMeaning.AT_RISK.value, "At risk: the date may not hold"),
    (WordMeaning.WILL_MISS.value, "Will miss: the date will not hold"),
)


class WordForm(TellingForm):
    """Word to the customer."""

    prefix = "word"
    field_order = ("meaning", "message")

    meaning = forms.ChoiceField(choices=MEANINGS, widget=forms.RadioSelect, label="What is it?", initial="news")
    message = forms.CharField(
        required=False,
        label="In your words",
        help_text="By mail: exactly what the customer reads. In a conversation: what you have told them.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["by_mail"].label = "How?"


class DateForm(TellingForm):
    """A new date, and what the customer is told about it."""

    prefix = "date"
    field_order = ("due_at", "what_happened", "what_next", "is_bad_news", "choices")

    due_at = LocalTimeField(label="New date")
    # The texts are not required here: the service says which are missing.
    what_happened = forms.CharField(required=False, label="What happened?", widget=forms.Textarea(attrs={"rows": 3}))
    what_next = forms.CharField(required=False, label="What happens next?", widget=forms.Textarea(attrs={"rows": 2}))
    is_bad_news = forms.BooleanField(required=False, initial=True, label="This is bad news for the customer")
    choices = forms.CharField(
        required=False,
        label="What can the customer choose or do?",
        help_text="Bad news needs at least one thing. By mail, the customer reads all of this as you write it.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def _word_form(seen: Seen, data: QueryDict | None) -> WordForm:
    meaning = seen.asked.get("word", "")
    initial = {"meaning": meaning} if meaning in dict(MEANINGS) else {}
    return WordForm(data, can_be_mailed=seen.can_be_mailed, initial=initial)


def _give(doing: Doing) -> str:
    give_word(
        **doing.on,
        meaning=WordMeaning(doing.cleaned["meaning"]),
        message=doing.cleaned["message"],
        by_mail=doing.by_mail,
        happened_at=doing.instant("happened_at"),
    )
    return "Recorded; the mail is on its way." if doing.by_mail else "Recorded: the customer has been told."


def _move(doing: Doing) -> str:
    texts = {name: doing.cleaned[name] for name in ("what_happened", "what_next", "choices", "is_bad_news")}
    renegotiate(
        **doing.on,
        **texts,
        due_at=doing.instant_of("due_at"),
        happened_at=doing.instant("happened_at"),
        by_mail=doing.by_mail,
    )
    return "The date is moved."


ACTS = (
    Act(
        name="word",
        path="word",
        title="Give word",
        icon="send",
        form=_word_form,
        do=_give,
        place=while_open(Place.COMPOSER),
    ),
    Act(
        name="date",
        path="date",
        title="A new date",
        icon="calendar-due",
        form=lambda seen, data: DateForm(data, can_be_mailed=seen.can_be_mailed),
        do=_move,
        place=while_open(Place.MAIN),
    ),
)

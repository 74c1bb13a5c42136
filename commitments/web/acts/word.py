"""Telling the customer something: word, bad news, a question, a new date, and an answer about what has ended."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commitments.domain.acts import WARNS
from commitments.domain.clocks import WordMeaning
from commitments.services.dates import renegotiate
from commitments.services.word import give_word, note_risk
from commitments.web.acts.act import TOLD_CHOICE, Act, Doing, Place, Seen, TellingForm, while_open
from commitments.web.fields import DueField, LocalTimeField, WholeDayField

MEANINGS = (
    (WordMeaning.NOTHING_NEW.value, _("On track, nothing new")),
    (WordMeaning.NEWS.value, _("Update: there is news")),
    (WordMeaning.AT_RISK.value, _("At risk: the date may not hold")),
    (WordMeaning.WILL_MISS.value, _("Will miss: the date will not hold")),
    (WordMeaning.QUESTION.value, _("Question: we need something from them")),
)
LATER = "later"
LATER_CHOICE = (LATER, _("I cannot tell them yet"))
"""Bad news is noted then, and the customer has to be told soon."""
IN_YOUR_WORDS = _("By mail: exactly what the customer reads. In a conversation: what you have told them.")


def _area(label: Any, *, rows: int = 2, **options: Any) -> forms.CharField:
    """Make a field of some lines. Not required: the service says what is missing."""
    return forms.CharField(required=False, label=label, widget=forms.Textarea(attrs={"rows": rows}), **options)


class WordForm(TellingForm):
    """Word to the customer. Bad news has fields of its own, and may have to wait to be told."""

    prefix = "word"
    field_order = ("meaning", "message", "answer_by", "what_happened", "what_next", "choices")

    meaning = forms.ChoiceField(choices=MEANINGS, widget=forms.RadioSelect, label=_("What is it?"), initial="news")
    message = _area(_("In your words"), rows=4, help_text=IN_YOUR_WORDS)
    answer_by = LocalTimeField(required=False, label=_("We need the answer by"))
    what_happened = _area(_("What happened?"))
    what_next = _area(_("What happens next?"))
    choices = _area(
        _("What can the customer choose or do?"),
        help_text=_("At least one thing. By mail, the customer reads all of this as you write it."),
    )
    note = _area(_("A note for colleagues: why not yet?"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        by_mail = self.fields["by_mail"]
        by_mail.label = gettext("How?")
        by_mail.choices = [*by_mail.choices, LATER_CHOICE]  # type: ignore[attr-defined]
        if not self.can_be_mailed:
            by_mail.widget.choices = [TOLD_CHOICE, LATER_CHOICE]

    def clean(self) -> dict[str, Any]:
        """Let only bad news wait to be told."""
        cleaned: dict[str, Any] = self.cleaned_data
        if cleaned.get("by_mail") == LATER and cleaned.get("meaning") not in WARNS:
            self.add_error(
                "by_mail", gettext("Only bad news can be noted without telling the customer; choose how to tell them.")
            )
        return cleaned


class AnswerForm(TellingForm):
    """An answer to a customer who waits although the promise has ended."""

    prefix = "answer"
    field_order = ("message",)

    message = _area(_("Your answer"), rows=4, help_text=IN_YOUR_WORDS)


class DateForm(TellingForm):
    """A new date, and what the customer is told about it."""

    prefix = "date"
    field_order = ("due_at", "whole_day", "what_happened", "what_next", "is_bad_news", "choices")

    due_at = DueField(label=_("New date"))
    whole_day = WholeDayField()
    what_happened = _area(_("What happened?"), rows=3)
    what_next = _area(_("What happens next?"))
    is_bad_news = forms.BooleanField(required=False, initial=True, label=_("This is bad news for the customer"))
    choices = _area(
        _("What can the customer choose or do?"),
        help_text=_("Bad news needs at least one thing. By mail, the customer reads all of this as you write it."),
    )


def _word_form(seen: Seen, data: QueryDict | None) -> WordForm:
    meaning = seen.asked.get("word", "")
    initial = {"meaning": meaning} if meaning in dict(MEANINGS) else {}
    return WordForm(data, seen=seen, initial=initial)


def _give(doing: Doing) -> str:
    meaning = WordMeaning(doing.cleaned["meaning"])
    if doing.cleaned["by_mail"] == LATER:
        note_risk(**doing.on, meaning=meaning, note=doing.cleaned["note"])
        return gettext("Noted. The customer still has to be told, soon.")
    values: dict[str, Any] = {"message": doing.cleaned["message"]}
    if meaning in WARNS:
        values = {name: doing.cleaned[name] for name in ("what_happened", "what_next", "choices")}
    elif meaning is WordMeaning.QUESTION:
        values["answer_by"] = doing.instant("answer_by")
    give_word(
        **doing.on,
        **values,
        meaning=meaning,
        by_mail=doing.by_mail,
        happened_at=doing.instant("happened_at"),
    )
    return _told(doing)


def _answer(doing: Doing) -> str:
    give_word(
        **doing.on,
        meaning=WordMeaning.NEWS,
        message=doing.cleaned["message"],
        by_mail=doing.by_mail,
        happened_at=doing.instant("happened_at"),
    )
    return _told(doing)


def _told(doing: Doing) -> str:
    if doing.by_mail:
        return gettext("Recorded; the mail is on its way.")
    return gettext("Recorded: the customer has been told.")


def _move(doing: Doing) -> str:
    texts = {name: doing.cleaned[name] for name in ("what_happened", "what_next", "choices", "is_bad_news")}
    moved = renegotiate(
        **doing.on,
        **texts,
        due_at=doing.instant_of("due_at"),
        happened_at=doing.instant("happened_at"),
        by_mail=doing.by_mail,
    )
    return gettext("The date is moved.") + doing.who_works(moved.due_at)


ACTS = (
    Act(
        name="answer",
        path="answer",
        title=_("Answer the customer"),
        icon="message-2",
        form=lambda seen, data: AnswerForm(data, seen=seen),
        do=_answer,
        place=lambda seen: Place.NOW if not seen.is_open and seen.is_waited_for else None,
        mails=True,
    ),
    Act(
        name="word",
        path="word",
        title=_("Give word"),
        icon="send",
        form=_word_form,
        do=_give,
        place=while_open(Place.COMPOSER),
        mails=True,
    ),
    Act(
        name="date",
        path="date",
        title=_("A new date"),
        icon="calendar-due",
        form=lambda seen, data: DateForm(data, seen=seen),
        do=_move,
        place=while_open(Place.MAIN),
        mails=True,
    ),
)

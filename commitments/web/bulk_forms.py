"""The forms of the acts over many promises; their bodies are `board/bulk_<act>.html`."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from commitments.domain.clocks import WordMeaning
from commitments.models.people import person
from commitments.web.fields import DueField, PageForm, WholeDayField

ONE_DATE, EACH_LATER = "one", "later"


class BulkForm(PageForm):
    """The form of an act over many promises."""

    prefix = "bulk"


class AcknowledgeForm(BulkForm):
    """Of what is taken note needs no words."""

    note = forms.CharField(required=False, max_length=500, label=gettext_lazy("A note for colleagues"))


class ReassignForm(BulkForm):
    """To whom, and why."""

    to = forms.ChoiceField(required=False, label=gettext_lazy("To whom?"))
    note = forms.CharField(
        required=False,
        max_length=500,
        label=gettext_lazy("A note for colleagues"),
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, *args: Any, people: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(user.pk): user for user in people}
        named = [(value, person(user)) for value, user in self.people.items()]
        self.fields["to"].choices = [("", _("Choose")), *named]  # type: ignore[attr-defined]

    def clean_to(self) -> Any:
        """Give who was chosen."""
        if not self.cleaned_data["to"]:
            raise forms.ValidationError(_("Choose who answers for them from now on."))
        return self.people[self.cleaned_data["to"]]


def _area(label: Any, *, rows: int = 2, **options: Any) -> forms.CharField:
    """Make a field of some lines. Not required: the service says what is missing."""
    return forms.CharField(required=False, label=label, widget=forms.Textarea(attrs={"rows": rows}), **options)


class WordForm(BulkForm):
    """The same word to each customer, by mail. Bad news has fields of its own."""

    meaning = forms.ChoiceField(
        choices=(
            (WordMeaning.NEWS.value, gettext_lazy("Update: there is news")),
            (WordMeaning.NOTHING_NEW.value, gettext_lazy("On track, nothing new")),
            (WordMeaning.AT_RISK.value, gettext_lazy("At risk: the date may not hold")),
            (WordMeaning.WILL_MISS.value, gettext_lazy("Will miss: the date will not hold")),
        ),
        widget=forms.RadioSelect,
        label=gettext_lazy("What is it?"),
        initial=WordMeaning.NEWS.value,
    )
    message = _area(gettext_lazy("In your words"), rows=4)
    what_happened = _area(gettext_lazy("What happened?"))
    what_next = _area(gettext_lazy("What happens next?"))
    choices = _area(gettext_lazy("What can the customer choose or do?"), help_text=gettext_lazy("At least one thing."))


class DateForm(BulkForm):
    """A new date for all, or the same length later for each; and what the customers are told about it."""

    how = forms.ChoiceField(
        choices=((ONE_DATE, gettext_lazy("One date for all")), (EACH_LATER, gettext_lazy("Each by the same time"))),
        widget=forms.RadioSelect,
        label=gettext_lazy("Which date?"),
        initial=ONE_DATE,
    )
    due_at = DueField(required=False, label=gettext_lazy("New date"))
    whole_day = WholeDayField()
    amount = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=999,
        label=gettext_lazy("Later by"),
        error_messages=dict.fromkeys(
            ("min_value", "max_value", "invalid"), gettext_lazy("Write a whole number from 1 to 999.")
        ),
    )
    unit = forms.ChoiceField(
        choices=(
            ("bd", gettext_lazy("working days")),
            ("bh", gettext_lazy("working hours")),
            ("h", gettext_lazy("hours on any clock")),
        ),
        required=False,
        label=gettext_lazy("of"),
    )
    what_happened = _area(gettext_lazy("What happened?"), rows=3)
    what_next = _area(gettext_lazy("What happens next?"))
    is_bad_news = forms.BooleanField(
        required=False, initial=True, label=gettext_lazy("This is bad news for the customers")
    )
    choices = _area(
        gettext_lazy("What can the customer choose or do?"),
        help_text=gettext_lazy("Bad news needs at least one thing; a date that has passed is always bad news."),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for what the chosen way needs."""
        cleaned: dict[str, Any] = self.cleaned_data
        if cleaned.get("how") == EACH_LATER and not cleaned.get("amount") and "amount" not in self.errors:
            self.add_error("amount", _("Write a whole number from 1 to 999."))
        if cleaned.get("how") == ONE_DATE and not cleaned.get("due_at") and "due_at" not in self.errors:
            self.add_error("due_at", _("Give a date and a time."))
        return cleaned

"""The promise page's forms for what ends a promise or moves its date, where the customer has to be told."""

from typing import Any

from django import forms

from commitments.web.fields import LocalTimeField, PageForm

BY_MAIL, TOLD = "mail", "told"
TOLD_CHOICE = (TOLD, "I have just told them")


class TellingForm(PageForm):
    """An act that the customer is told of, by mail or in a conversation; an empty time of that means now."""

    by_mail = forms.ChoiceField(
        choices=[(BY_MAIL, "Mail it"), TOLD_CHOICE], widget=forms.RadioSelect, label="How are they told?"
    )
    happened_at = LocalTimeField(required=False, label="Told them at")
    version = forms.IntegerField(required=False)

    def __init__(self, *args: Any, can_be_mailed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["by_mail"] = BY_MAIL if can_be_mailed else TOLD
        if not can_be_mailed:
            # Not offered, but still understood: the service says better than the field why it cannot be.
            self.fields["by_mail"].widget.choices = [TOLD_CHOICE]


class WithdrawForm(TellingForm):
    """Why a promise is taken back."""

    prefix = "withdraw"
    field_order = ("reason",)

    # Not required here: the service says it.
    reason = forms.CharField(
        required=False,
        label="Why?",
        help_text="By mail: exactly what the customer reads. In a conversation: what you have told them.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )


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

"""What a person writes for the customer, by field of the timeline, and what must not be left out."""

from django.utils.translation import gettext

from commitments.models import EventText
from commitments.services.refusals import Refused


def required(words: str, sentence: str, field: str) -> str:
    """Give the words without the space around them; raise Refused with the sentence where there are none."""
    if not words.strip():
        raise Refused(sentence, field=field)
    return words.strip()


def story(what_happened: str, what_next: str) -> dict[str, str]:
    """Give what happened and what happens next. Raises Refused for one that is missing."""
    return {
        EventText.Field.HAPPENED: required(
            what_happened, gettext("Write what happened; the customer is told this."), "what_happened"
        ),
        EventText.Field.NEXT: required(
            what_next, gettext("Write what happens next; the customer is told this."), "what_next"
        ),
    }


def bad_news(what_happened: str, what_next: str, choices: str) -> dict[str, str]:
    """Give the texts of bad news: also what the customer can choose or do. Raises Refused for one that is missing."""
    lacks_choices = gettext("This is bad news: name at least one thing that the customer can choose or do.")
    return story(what_happened, what_next) | {EventText.Field.CHOICES: required(choices, lacks_choices, "choices")}

"""What the customer's page says with: instants in the reader's zone and language, and what each answer is called."""

from datetime import datetime
from typing import Any

from django import template
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from commitments.domain.answers import Answer
from commitments.languages import say_instant

register = template.Library()


@register.simple_tag(takes_context=True)
def instant(context: Context, at: datetime | None) -> SafeString | str:
    """Say an instant in full, in the reader's zone."""
    if at is None:
        return ""
    words = say_instant(at, zone=context["zone"], now=context["now"])
    return format_html('<time datetime="{}">{}</time>', at.isoformat(timespec="seconds"), words)


@register.filter
def press(answer: Answer) -> str:
    """Give the words on an answer's button."""
    return {
        Answer.ANOTHER_TIME: gettext("Another time suits me"),
        Answer.CALL_ME: gettext("Please call me"),
        Answer.SOLVED: gettext("It is solved"),
        Answer.NOT_YET: gettext("Not yet"),
        Answer.MESSAGE: gettext("Send the message"),
    }[answer]


@register.filter
def asked(answer: Answer) -> str:
    """Give what an answer asks for beside the press, to be written or left out; nothing for one that says it all."""
    questions = {
        Answer.ANOTHER_TIME: gettext("When would suit you? You can leave this empty."),
        Answer.CALL_ME: gettext("When do we reach you best, and on which number? You can leave this empty."),
        Answer.NOT_YET: gettext("What is still missing? You can leave this empty."),
    }
    return questions.get(answer, "")


@register.filter
def said(answer: Answer) -> str:
    """Say what somebody has answered."""
    return {
        Answer.ANOTHER_TIME: gettext("You told us that another time suits you."),
        Answer.CALL_ME: gettext("You asked us to call you."),
        Answer.SOLVED: gettext("You told us that it is solved. Thank you."),
        Answer.NOT_YET: gettext("You told us that it is not solved yet."),
        Answer.MESSAGE: gettext("You wrote to us."),
    }[answer]


@register.filter
def path(answer: Answer) -> str:
    """Give the last part of the address that takes an answer."""
    return answer.value.replace("_", "-")


@register.simple_tag(takes_context=True)
def written_for(context: Context, answer: Answer) -> Any:
    """Give what was typed into an answer's field before it was refused."""
    return context.get("written", "") if context.get("answered") == answer.value else ""

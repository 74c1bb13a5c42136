"""Calls to make, in words."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from commitments.models import Customer
from commitments.selectors.calls import Call, CallReason
from commitments.selectors.strain import Strained
from commitments.web.words import Words

WORDS: Mapping[CallReason, tuple[str, str, Words]] = {
    CallReason.NOT_TOLD_OF_THE_END: ("overdue", "mail-off", _("Withdrawn, and the mail that said so did not arrive")),
    CallReason.UNDELIVERABLE: ("undeliverable", "mail-off", _("Mail does not arrive")),
    CallReason.DAILY_LIMIT: ("undeliverable", "inbox", _("A mail was held back: too many in one day")),
    CallReason.BY_PHONE: ("soon", "phone", _("Hears from us by phone only")),
    CallReason.CANNOT_BE_MAILED: ("soon", "mail-off", _("Cannot be mailed")),
    CallReason.STRAINED: ("overdue", "urgent", _("Strained: a person has to call, no mail goes by itself")),
}
"""For each reason its tone, icon and words."""


def shown_calls(calls: Iterable[Call]) -> list[dict[str, Any]]:
    """Give the calls as a list of the Desk shows them."""
    shown = []
    for call in calls:
        tone, icon, words = WORDS[call.reason]
        shown.append({"promise": call.commitment, "by": call.by, "tone": tone, "icon": icon, "words": words})
    return shown


def why_call(reason: CallReason | None, *, customer: Customer, strain: Strained) -> str:
    """Say why a person calls this customer rather than mail them; nothing where no reason is given."""
    match reason:
        case None:
            return ""
        case CallReason.BY_PHONE:
            return gettext("They hear from us by phone only.")
        case CallReason.STRAINED:
            said = gettext("They have been treated badly lately (strain %(score)s): a person has to call.")
            return said % {"score": f"{strain.score:.1f}".removesuffix(".0")}
        case CallReason.CANNOT_BE_MAILED if not customer.email:
            return gettext("No mail address of theirs is known.")
        case CallReason.CANNOT_BE_MAILED:
            return f"{customer.get_do_not_mail_display()}."
    return gettext("Our last mail to them did not arrive.")

"""Calls to make, in words."""

from collections.abc import Iterable, Mapping
from typing import Any

from commitments.selectors.calls import Call, CallReason

WORDS: Mapping[CallReason, tuple[str, str, str]] = {
    CallReason.NOT_TOLD_OF_THE_END: ("overdue", "mail-off", "Withdrawn, and the mail that said so did not arrive"),
    CallReason.UNDELIVERABLE: ("undeliverable", "mail-off", "Mail does not arrive"),
    CallReason.DAILY_LIMIT: ("undeliverable", "inbox", "A mail was held back: too many in one day"),
    CallReason.BY_PHONE: ("soon", "phone", "Hears from us by phone only"),
    CallReason.CANNOT_BE_MAILED: ("soon", "mail-off", "Cannot be mailed"),
    CallReason.STRAINED: ("overdue", "urgent", "Strained: a person has to call, no mail goes by itself"),
}
"""For each reason its tone, icon and words."""


def shown_calls(calls: Iterable[Call]) -> list[dict[str, Any]]:
    """Give the calls as a list of the Desk shows them."""
    shown = []
    for call in calls:
        tone, icon, words = WORDS[call.reason]
        shown.append({"promise": call.commitment, "by": call.by, "tone": tone, "icon": icon, "words": words})
    return shown

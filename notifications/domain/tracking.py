"""What a provider's report about a mail means: for its word, and for the address.

Pure. Reports come in the terms that all providers share (`event`, `reason`); where those do not tell a full mailbox
from one that does not exist, the reply of the other side and the provider's own word for it do.
"""

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from notifications.domain.kinds import Delivery, Suppressed


@dataclass(frozen=True, slots=True)
class Report:
    """What came back about a mail, and whether its address is to be left alone from now on."""

    result: Delivery
    suppress: Suppressed | None = None


PLAIN = {
    "delivered": Report(Delivery.DELIVERED),
    "deferred": Report(Delivery.DEFERRED),
    "unsubscribed": Report(Delivery.UNSUBSCRIBED),
    "failed": Report(Delivery.FAILED),
    "complained": Report(Delivery.COMPLAINED, Suppressed.COMPLAINED),
}
"""Reports that mean one thing."""
ABOUT_US = frozenset({"blocked", "spam", "unsubscribed", "timed_out"})
"""Reasons for which a mail comes back though the address is good: what we are, what we wrote, how long it took."""
REJECTED_FOR_THE_ADDRESS = {
    "": Suppressed.BOUNCED,
    "invalid": Suppressed.BOUNCED,
    "bounced": Suppressed.BOUNCED,
    "spam": Suppressed.COMPLAINED,
}
"""Why a provider refuses an address before it tries: it knows of an earlier bounce or complaint. Unless it says why
else, it is the address's fault."""

FOR_NOW = re.compile(
    r"(?<![\d.])(?:4\.\d{1,3}\.\d{1,3}|5\.2\.2)(?!\.?\d)|(?<![\d.])4[2-5]\d[ -]"
    r"|mailbox (?:is )?full|inbox (?:is |was )?full|over ?quota|quota exceeded|exceeded (?:its |the )?(?:storage|quota)"
    r"|insufficient (?:system )?storage|greylist|try again later|temporar",
    re.IGNORECASE,
)
"""Replies of a server that may take the next mail (RFC 3463: class 4, and a full mailbox in any class)."""


def read_report(*, event: str, reason: str = "", words: str = "", is_soft: bool = False) -> Report | None:
    """Say what a report means; nothing where it means nothing to us (opened, clicked, queued …).

    `event`, `reason`: as all providers share them. `words`: what the other side replied. `is_soft`: whether the
    provider's own word for it says that the address is good.
    """
    if event in PLAIN:
        return PLAIN[event]
    if event == "bounced":
        if is_soft or FOR_NOW.search(words):
            return Report(Delivery.SOFT_BOUNCED)
        return Report(Delivery.REJECTED) if reason in ABOUT_US else Report(Delivery.BOUNCED, Suppressed.BOUNCED)
    if event == "rejected":
        return Report(Delivery.REJECTED, REJECTED_FOR_THE_ADDRESS.get(reason))
    return None


RANK = (
    Delivery.DEFERRED,
    Delivery.SOFT_BOUNCED,
    Delivery.DELIVERED,
    Delivery.FAILED,
    Delivery.REJECTED,
    Delivery.BOUNCED,
    Delivery.COMPLAINED,
)
"""What says more about a mail comes later; reports come in any order."""


def says_more(result: Delivery, *, than: str) -> bool:
    """Tell whether a result is news about a mail of which the result `than` (empty: nothing) is known."""
    if result not in RANK:
        return False
    return not than or RANK.index(result) > RANK.index(Delivery(than))


PROVIDERS_WORD: Mapping[str, tuple[str, frozenset[Any]]] = {
    "Amazon SES": ("bounce.bounceType", frozenset({"Transient"})),
    "Brevo": ("event", frozenset({"soft_bounce"})),
    "MailerSend": ("data.type", frozenset({"soft_bounced"})),
    "Mailjet": ("hard_bounce", frozenset({False})),
    "Mandrill": ("event", frozenset({"soft_bounce"})),
    "Postmark": ("Type", frozenset({"SoftBounce"})),
    "Resend": ("data.bounce.type", frozenset({"Transient"})),
    "SendGrid": ("type", frozenset({"blocked"})),
    "SparkPost": ("msys.message_event.bounce_class", frozenset({"20", "21", "22", "23", "24", "70"})),
    "Unisender Go": ("delivery_info.delivery_status", frozenset({"err_mailbox_full", "err_too_large"})),
}
"""Where each provider's own report says that the address is good, and the words for it."""


def calls_it_soft(*, provider: str, report: Any) -> bool:
    """Tell whether a provider's own report (as it came: mappings in mappings) calls a bounce a passing one."""
    if provider not in PROVIDERS_WORD:
        return False
    path, words = PROVIDERS_WORD[provider]
    value = report
    for name in path.split("."):
        if not isinstance(value, Mapping):
            return False
        value = value.get(name)
    return isinstance(value, Hashable) and value in words

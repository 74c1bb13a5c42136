"""A provider's report …"""

from typing import Any

import pytest

from notifications.domain.kinds import NOT_RECEIVED, Delivery, Suppressed
from notifications.domain.tracking import PROVIDERS_WORD, RANK, Report, calls_it_soft, read_report, says_more


@pytest.mark.parametrize(
    ("given", "means"),
    [
        ({"event": "delivered"}, Report(Delivery.DELIVERED)),
        ({"event": "deferred", "words": "550 5.1.1 No such user"}, Report(Delivery.DEFERRED)),
        ({"event": "unsubscribed"}, Report(Delivery.UNSUBSCRIBED)),
        ({"event": "failed"}, Report(Delivery.FAILED)),
        ({"event": "complained", "reason": "spam"}, Report(Delivery.COMPLAINED, Suppressed.COMPLAINED)),
        ({"event": "bounced", "reason": "bounced"}, Report(Delivery.BOUNCED, Suppressed.BOUNCED)),
        ({"event": "bounced", "reason": "invalid"}, Report(Delivery.BOUNCED, Suppressed.BOUNCED)),
        ({"event": "bounced", "words": "550 5.1.1 No such user"}, Report(Delivery.BOUNCED, Suppressed.BOUNCED)),
        ({"event": "bounced"}, Report(Delivery.BOUNCED, Suppressed.BOUNCED)),
        ({"event": "bounced", "reason": "blocked"}, Report(Delivery.REJECTED)),
        ({"event": "bounced", "reason": "spam"}, Report(Delivery.REJECTED)),
        ({"event": "bounced", "reason": "timed_out"}, Report(Delivery.REJECTED)),
        ({"event": "rejected", "reason": "bounced"}, Report(Delivery.REJECTED, Suppressed.BOUNCED)),
        ({"event": "rejected", "reason": "invalid"}, Report(Delivery.REJECTED, Suppressed.BOUNCED)),
        ({"event": "rejected"}, Report(Delivery.REJECTED, Suppressed.BOUNCED)),
        ({"event": "rejected", "reason": "spam"}, Report(Delivery.REJECTED, Suppressed.COMPLAINED)),
        ({"event": "rejected", "reason": "blocked"}, Report(Delivery.REJECTED)),
        ({"event": "rejected", "reason": "unsubscribed"}, Report(Delivery.REJECTED)),
        ({"event": "rejected", "reason": "other"}, Report(Delivery.REJECTED)),
    ],
)
def test_means_one_thing(given: dict[str, Any], means: Report) -> None:
    assert read_report(**given) == means


@pytest.mark.parametrize(
    "event", ["opened", "clicked", "queued", "sent", "autoresponded", "subscribed", "unknown", "inbound", ""]
)
def test_may_mean_nothing_to_us(event: str) -> None:
    assert read_report(event=event) is None


@pytest.mark.parametrize(
    "words",
    [
        "552 5.2.2 Mailbox full",
        "smtp; 452 4.2.2 The email account that you tried to reach is over quota",
        "451 4.7.1 Greylisted, try again later",
        "421-4.7.0 Too many connections",
        "The recipient's inbox was full.",
        "452 Insufficient system storage",
        "550 Quota exceeded (mailbox for user is full)",
    ],
)
def test_of_a_mailbox_that_is_full_or_busy_leaves_the_address_alone(words: str) -> None:
    assert read_report(event="bounced", reason="bounced", words=words) == Report(Delivery.SOFT_BOUNCED)


@pytest.mark.parametrize(
    "words",
    [
        "550 5.1.1 The email account that you tried to reach does not exist",
        "smtp; 550 5.4.1 Recipient address rejected: Access denied. AS(201806281)",
        "554 delivery error: no account by that name at 10.4.2.1",
        "Permanent: General",
    ],
)
def test_of_an_address_that_is_none_does_not(words: str) -> None:
    assert read_report(event="bounced", reason="bounced", words=words) == Report(Delivery.BOUNCED, Suppressed.BOUNCED)


RAW = [
    ("Amazon SES", {"bounce": {"bounceType": "Transient", "bounceSubType": "MailboxFull"}}),
    ("Brevo", {"event": "soft_bounce"}),
    ("MailerSend", {"data": {"type": "soft_bounced"}}),
    ("Mailjet", {"event": "bounce", "hard_bounce": False}),
    ("Mandrill", {"event": "soft_bounce"}),
    ("Postmark", {"RecordType": "Bounce", "Type": "SoftBounce"}),
    ("Resend", {"data": {"bounce": {"type": "Transient", "subType": "MailboxFull"}}}),
    ("SendGrid", {"event": "bounce", "type": "blocked"}),
    ("SparkPost", {"msys": {"message_event": {"bounce_class": "22"}}}),
    ("Unisender Go", {"delivery_info": {"delivery_status": "err_mailbox_full"}}),
]


@pytest.mark.parametrize(("provider", "raw"), RAW)
def test_is_a_passing_one_in_the_providers_own_words(provider: str, raw: Any) -> None:
    assert calls_it_soft(provider=provider, report=raw)


def test_knows_every_provider_that_has_a_word_for_it() -> None:
    assert {provider for provider, _ in RAW} == set(PROVIDERS_WORD)


@pytest.mark.parametrize(
    ("provider", "raw"),
    [
        ("Amazon SES", {"bounce": {"bounceType": "Permanent"}}),
        ("Amazon SES", {"bounce": None}),
        ("Amazon SES", None),
        ("Brevo", {"event": "hard_bounce"}),
        ("Mailjet", {"event": "bounce", "hard_bounce": True}),
        ("Mailjet", {"event": "bounce"}),
        ("Postmark", {"Type": ["SoftBounce"]}),
        ("SparkPost", {"msys": {"message_event": {"bounce_class": "10"}}}),
        ("Another", {"event": "soft_bounce"}),
    ],
)
def test_is_no_passing_one_otherwise(provider: str, raw: Any) -> None:
    assert not calls_it_soft(provider=provider, report=raw)


def test_that_a_mail_came_back_says_more_than_that_it_was_delivered() -> None:
    assert says_more(Delivery.BOUNCED, than="delivered")
    assert not says_more(Delivery.DELIVERED, than="bounced")


def test_that_a_mail_was_delivered_says_more_than_that_it_is_tried_or_came_back_for_now() -> None:
    assert says_more(Delivery.DELIVERED, than="deferred")
    assert says_more(Delivery.DELIVERED, than="soft_bounced")
    assert not says_more(Delivery.SOFT_BOUNCED, than="delivered")


def test_never_says_more_than_itself() -> None:
    assert not any(says_more(result, than=result) for result in Delivery)


def test_about_what_the_reader_wants_says_nothing_of_the_mail() -> None:
    assert not says_more(Delivery.UNSUBSCRIBED, than="")
    assert set(RANK) == set(Delivery) - {Delivery.UNSUBSCRIBED}
    assert all(says_more(result, than="deferred") for result in NOT_RECEIVED)

"""Why a mail did not go …"""

from commitments.web.telling import REASONS
from notifications.models import Notification


def test_is_said_alike_on_the_timeline_and_in_the_list_of_mails() -> None:
    listed = {choice.value: str(choice.label) for choice in Notification.NotSentChoice if choice.value}
    assert {reason: str(words) for reason, words in REASONS.items()} == listed

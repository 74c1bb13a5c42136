"""When a colleague's mails go: the first at once, what comes soon after it together, nothing too late to be of use."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from notifications.domain.kinds import MailKind

TOGETHER_FOR = timedelta(minutes=15)
"""A colleague gets at most one mail in this time, unless one would come too late."""

DEADLINE_FACT = {
    MailKind.REMINDER: "due_at",
    MailKind.STILL_ON_IT: "next_word_due_at",
    MailKind.ANSWER_NOT_GIVEN: "due_at",
    MailKind.HANDOFF_OFFERED: "lapses_at",
}
"""What is of no use after a deadline, and the fact of its event that names it."""


def go_now(*, gathers_until: datetime | None, deadlines: Iterable[datetime | None], now: datetime) -> bool:
    """Tell whether what waits for one colleague goes now.

    It does if no mail went to them shortly before (`gathers_until`), or if waiting until then would bring one of them
    past its deadline. A deadline that has passed already hurries nothing.
    """
    if gathers_until is None or gathers_until <= now:
        return True
    return any(deadline is not None and now < deadline <= gathers_until for deadline in deadlines)

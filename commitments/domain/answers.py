"""What a customer can answer on their page, and what fits how their promise stands.

No answer closes a promise or moves a clock forward; each can be taken back.
"""

import enum

from commitments.domain.promise import Status


class Answer(enum.StrEnum):
    """One press on a customer's page."""

    ANOTHER_TIME = "another_time"
    """Another time suits them better."""
    CALL_ME = "call_me"
    """They would like to be called."""
    SOLVED = "solved"
    """What was kept has solved the matter."""
    NOT_YET = "not_yet"
    """It has not."""
    MESSAGE = "message"
    """Words of their own."""


OF_AN_OPEN_PROMISE = (Answer.ANOTHER_TIME, Answer.CALL_ME)
OF_A_KEPT_PROMISE = (Answer.SOLVED, Answer.NOT_YET)


def fitting(status: Status, *, is_own: bool) -> tuple[Answer, ...]:
    """Give the answers that fit beside a message: none for whoever only watches (`is_own`: it was promised to them)."""
    if not is_own:
        return ()
    match status:
        case Status.OPEN:
            return OF_AN_OPEN_PROMISE
        case Status.KEPT:
            return OF_A_KEPT_PROMISE
        case _:
            return ()

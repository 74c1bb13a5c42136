"""Attempts: somebody tried to reach the customer and did not.

An attempt is no word. With a mail, or a message on voicemail where the team counts one, it is a person's word; for a
callback whose date comes before the next try, that word moves the date. It answers nothing that the customer asked.
"""

from collections.abc import Sequence
from datetime import datetime

from commitments.domain import acts
from commitments.domain.asks import Ask
from commitments.domain.clocks import Rules, Surroundings, WordMeaning
from commitments.domain.promise import Change, Promise
from commitments.domain.standing import Word


def moves_the_date(promise: Promise, *, is_callback: bool, next_try_at: datetime) -> bool:
    """Tell whether telling the customer of the next try is telling them of a new date."""
    return is_callback and promise.due_at < next_try_at


def tell_of_attempt(
    promise: Promise,
    *,
    at: datetime,
    recorded_at: datetime,
    next_try_at: datetime,
    is_callback: bool,
    by_mail: bool,
    words: Sequence[Word] = (),
    asks: Sequence[Ask] = (),
    rules: Rules,
    surroundings: Surroundings,
) -> Change:
    """Tell the customer at `at` that we tried, and that we try again at `next_try_at`.

    `words` and `asks` as in `acts.give_word`. Raises NotOpen.
    """
    if moves_the_date(promise, is_callback=is_callback, next_try_at=next_try_at):
        return acts.renegotiate(
            promise,
            at=at,
            recorded_at=recorded_at,
            due_at=next_try_at,
            by_mail=by_mail,
            answers=False,
            in_conversation=False,
            words=words,
            asks=asks,
            rules=rules,
            surroundings=surroundings,
        )
    return acts.give_word(
        promise,
        at=at,
        recorded_at=recorded_at,
        by_mail=by_mail,
        meaning=WordMeaning.NEWS,
        answers=False,
        in_conversation=False,
        at_latest=next_try_at,
        words=words,
        asks=asks,
        rules=rules,
        surroundings=surroundings,
    )

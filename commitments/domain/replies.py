"""What becomes of a customer's message: it needs no answer after all, or a conversation is held.

How a message begins to wait is `acts.ask`; how a person's word answers it, `acts.give_word` and `acts.explain`.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from commitments.domain import acts
from commitments.domain.asks import Ask, settle
from commitments.domain.clocks import Rules, Surroundings, WordMeaning
from commitments.domain.promise import Change, Promise
from commitments.domain.standing import Word, answered_by


def is_chase(promise: Promise, *, at: datetime) -> bool:
    """Tell whether a customer who gets in touch at `at` does so while they still wait for an answer."""
    since = promise.customer_waiting_since
    return since is not None and since <= at


def forget(
    promise: Promise,
    *,
    at: datetime,
    words: Sequence[Word],
    asks: Sequence[Ask],
    rules: Rules,
    surroundings: Surroundings,
) -> Change:
    """Let what a customer said need no answer after all; `asks` are all the others, as in `acts.ask`.

    What else waits goes on waiting from its own time; a ladder that nothing holds open any more ends at `at`.
    """
    return settle(
        promise,
        asks,
        answered=answered_by(promise, words),
        known_at=at,
        rules=rules,
        surroundings=surroundings,
    )


def converse(
    promise: Promise,
    *,
    at: datetime,
    recorded_at: datetime,
    words: Sequence[Word] = (),
    asks: Sequence[Ask] = (),
    rules: Rules,
    surroundings: Surroundings,
) -> Change:
    """Hold a conversation with the customer at `at`: a person's word, and an answer to a question asked before it.

    About an ended promise it settles what waited. `words` and `asks` as in `acts.give_word`.
    """
    if not promise.is_open:
        return acts.explain(
            promise, at=at, by_mail=False, words=words, asks=asks, rules=rules, surroundings=surroundings
        )
    if not any(word.asks_something and word.at > at for word in words):
        promise = replace(promise, answer_by=None)
    return acts.give_word(
        promise,
        at=at,
        recorded_at=recorded_at,
        by_mail=False,
        meaning=WordMeaning.NEWS,
        words=words,
        asks=asks,
        rules=rules,
        surroundings=surroundings,
    )

"""What became of a promise, derived from its state and its words, and never typed in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from commitments.domain.promise import Outcome, Promise
from commitments.domain.standing import Word


@dataclass(frozen=True, slots=True)
class Outcomes:
    """How a promise ended, or that it is open, and how the customer fared on the way."""

    outcome: Outcome
    kept_on_the_call: bool
    warned_before_due: bool
    """Whether bad news or a new date reached the customer before a date that they had been given."""
    times_broken: int
    times_renegotiated: int
    times_reopened: int


def outcomes_of(promise: Promise, words: Sequence[Word]) -> Outcomes:
    """Derive the outcomes; `words` are all since it was made or last reopened."""
    return Outcomes(
        outcome=promise.outcome,
        kept_on_the_call=promise.kept_on_the_call,
        warned_before_due=warned_before_due(words, due_at=promise.due_at),
        times_broken=promise.times_broken,
        times_renegotiated=promise.times_renegotiated,
        times_reopened=promise.times_reopened,
    )


def warned_before_due(words: Sequence[Word], *, due_at: datetime) -> bool:
    """Tell whether bad news or a new date reached the customer no later than the date it was about.

    `due_at` is the present date. A mail that has not gone, or did not arrive, warns nobody.
    """
    reached = sorted((word for word in words if word.has_gone and not word.is_void), key=lambda word: word.at)
    for index, word in enumerate(reached):
        if word.old_due_at is not None:
            held = word.old_due_at
        elif word.warns:
            # The date that held then is the one that the next move changed; the present one where none did.
            moved_later = (later.old_due_at for later in reached[index:] if later.old_due_at is not None)
            held = next(moved_later, due_at)
        else:
            continue
        if word.at <= held:
            return True
    return False

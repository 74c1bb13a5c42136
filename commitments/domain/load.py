"""How much one person keeps in an hour, and when an hour is fuller than that."""

import math
from collections.abc import Iterable
from datetime import timedelta

LOOKED_BACK = timedelta(days=28)
"""How far back it is counted what somebody has kept."""
AT_LEAST = 3
"""What anybody is taken to keep in an hour, however little they have kept so far."""
AS_A_RULE = 0.75
"""In so large a part of the hours they kept no more than what is usual."""


def usual_load(kept: Iterable[int]) -> int:
    """Give how many promises somebody keeps in an hour as a rule, `AT_LEAST` where they have kept fewer.

    `kept`: how many they kept in each of the hours in which they kept any. Hours in which they kept none say nothing:
    nothing was due, or they were not at work.
    """
    counts = sorted(kept)
    if not counts:
        return AT_LEAST
    return max(AT_LEAST, counts[math.ceil(AS_A_RULE * len(counts)) - 1])


def is_too_full(*, due: int, usual: int) -> bool:
    """Tell whether an hour in which `due` promises fall due is fuller with one more than what is `usual`."""
    return due + 1 > usual

"""Reading one due time said anywhere in a line of English."""

from datetime import datetime
from zoneinfo import ZoneInfo

from commitments.domain.phrases.answers import Due, Unclear
from commitments.domain.phrases.weeks import STANDARD, Week


def read_due(
    text: str, *, now: datetime, zone: ZoneInfo, week: Week = STANDARD, month_first: bool = False
) -> Due | Unclear | None:
    """Read the due time that a line says; None where it says none.

    What is not clear is never guessed. `now` is any aware instant; a due time is always later. Numbers such as
    3/12 are read day first unless `month_first`.
    """
    return None

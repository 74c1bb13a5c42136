"""What a line is read as, written as tables write it. Said on Wednesday 18 November 2026 at 10:20 in London."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from commitments.domain.phrases import STANDARD, Choice, Due, Unclear, Week, read_due

WEDNESDAY = "2026-11-18T10:20"


def read(
    text: str, *, at: str = WEDNESDAY, zone: str = "Europe/London", week: Week = STANDARD, month_first: bool = False
) -> Due | Unclear | None:
    """Read a line that is said at a local time of a zone."""
    where = ZoneInfo(zone)
    now = datetime.fromisoformat(at).replace(tzinfo=where)
    return read_due(text, now=now, zone=where, week=week, month_first=month_first)


def due(text: str, **said: Any) -> str:
    """Give the due time as `2026-11-19 15:00` or `2026-11-19`; `?` where it is asked back, `-` where none is said."""
    found = read(text, **said)
    return "-" if found is None else "?" if isinstance(found, Unclear) else written(found)


def written(found: Due | Choice) -> str:
    """Write a due time as the tables do."""
    return found.on.isoformat() if found.at is None else f"{found.at:%Y-%m-%d %H:%M}"


def asked(text: str, **said: Any) -> Unclear:
    """Give what is asked back; fails where something is read."""
    found = read(text, **said)
    assert isinstance(found, Unclear), f"{text}: {found}"
    return found


def choices(text: str, **said: Any) -> list[str]:
    """Give what may have been meant, as the tables write it."""
    return [written(choice) for choice in asked(text, **said).choices]


def words(text: str, **said: Any) -> str:
    """Give the words that said it."""
    found = read(text, **said)
    assert found is not None, text
    return text[slice(*found.span)]


def table(rows: str) -> list[tuple[str, str]]:
    """Read a table of `phrase | expected`, a row a line."""
    cells = [row.partition("|") for row in rows.strip().splitlines() if row.strip()]
    return [(phrase.strip(), expected.strip()) for phrase, _, expected in cells]

"""The page about the mails …"""

import re
from pathlib import Path

from notifications.domain.kinds import TO_COLLEAGUES, MailKind

PAGE = Path(__file__).parents[2] / "docs" / "mails.md"


def named(part: str) -> set[str]:
    """Give the kinds that the table of a part of the page has rows for."""
    rows = [line.split("|")[1] for line in part.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`(\w+)`", row)}


def test_has_a_row_for_every_kind_where_it_belongs() -> None:
    customers, colleagues = PAGE.read_text().split("## To colleagues")
    assert named(customers) == {kind.value for kind in set(MailKind) - TO_COLLEAGUES}
    assert named(colleagues) == {kind.value for kind in TO_COLLEAGUES}

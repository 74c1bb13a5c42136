"""docs/timeline.md names every kind of event, and every field of personal text."""

import re
from pathlib import Path

import pytest

from commitments.domain.timeline import PEOPLES_ACTS, TIMES_OWN, EventKind
from commitments.models import EventText

PAGE = (Path(__file__).resolve().parents[1] / "docs" / "timeline.md").read_text()
FIRST_CELLS = re.compile(r"^\| ((?:`[a-z_]+`(?:, )?)+) \|", re.MULTILINE)


def kinds_under(heading: str) -> set[str]:
    """Give the kinds in the first column of a section's table."""
    section = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    return {kind for cell in FIRST_CELLS.findall(section) for kind in re.findall(r"`([a-z_]+)`", cell)}


@pytest.mark.parametrize(
    ("heading", "kinds"),
    [
        ("What people do", PEOPLES_ACTS),
        ("What time does", TIMES_OWN),
        ("What follows", frozenset(EventKind) - PEOPLES_ACTS - TIMES_OWN),
    ],
)
def test_lists_each_kind_once_where_it_belongs(heading: str, kinds: frozenset[EventKind]) -> None:
    assert kinds_under(heading) == {kind.value for kind in kinds}


@pytest.mark.parametrize("field", EventText.Field.values)
def test_names_each_personal_text(field: str) -> None:
    assert f"`{field}`" in PAGE.split("## What people do")[0]

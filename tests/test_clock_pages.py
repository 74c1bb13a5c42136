"""The pages in docs/clocks: every picture is what the clocks say today, and …"""

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from commitments.models import Kind
from scripts.clock_examples import EXAMPLES
from scripts.clock_stories import LISBON, STARTING
from scripts.draw_time_lines import FOLDER, draw_all
from tests import factories

PAGES = sorted(page for page in FOLDER.glob("*.md") if page.name != "README.md")
PICTURE = re.compile(r"!\[([^\]]+)\]\(([a-z-]+\.svg)\)")
HEADINGS = ["## The rule", "## An example", "## What ends it"]


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_a_picture_is_what_the_clocks_say(name: str) -> None:
    drawn = draw_all()[f"{name}.svg"]
    assert (FOLDER / f"{name}.svg").read_text() == drawn, "Draw it again: python -m scripts.draw_time_lines"


def test_no_picture_is_left_over() -> None:
    assert {picture.name for picture in FOLDER.glob("*.svg")} == set(draw_all())


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_a_picture_says_in_words_what_it_shows(name: str) -> None:
    root = ElementTree.parse(FOLDER / f"{name}.svg").getroot()  # noqa: S314 - our own file
    described = root.findtext("{http://www.w3.org/2000/svg}desc") or ""
    lines = EXAMPLES[name]().lines
    assert len(lines) >= 5
    for line in lines:
        assert f"{line.at.astimezone(LISBON):%a %H:%M}: {line.text}" in described


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_has_its_rule_its_picture_and_its_end(page: Path) -> None:
    text = page.read_text()
    assert [line for line in text.splitlines() if line.startswith("## ")] == HEADINGS
    assert [picture for _, picture in PICTURE.findall(text)] == [f"{page.stem}.svg"]


def test_the_index_lists_every_page() -> None:
    index = (FOLDER / "README.md").read_text()
    assert re.findall(r"\]\(([a-z-]+)\.md\) \|", index) == [*EXAMPLES]
    assert {page.stem for page in PAGES} == set(EXAMPLES)


@pytest.mark.django_db
def test_the_examples_run_by_the_policy_that_a_team_starts_with() -> None:
    assert factories.team().policies.get(kind=Kind.FIX).to_domain() == STARTING


def test_the_readers_find_the_pages() -> None:
    docs = FOLDER.parent
    assert "docs/clocks/README.md" in (docs.parent / "README.md").read_text()
    assert "(clocks/README.md)" in (docs / "architecture.md").read_text()

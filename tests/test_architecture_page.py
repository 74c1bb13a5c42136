"""The story in docs/architecture.md names functions that exist."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
NAMED = re.compile(r"`([a-z_/]+\.py): ([A-Za-z_.]+)`")
STEPS = sorted(set(NAMED.findall((ROOT / "docs" / "architecture.md").read_text())))


def names_in(path: Path) -> set[str]:
    """List the functions and classes of a file, methods as `Class.method`."""
    names = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            names |= {f"{node.name}.{inner.name}" for inner in node.body if isinstance(inner, ast.FunctionDef)}
    return names


def test_tells_the_story_in_functions() -> None:
    assert len(STEPS) >= 25


@pytest.mark.parametrize(("path", "name"), STEPS)
def test_names_what_is_there(path: str, name: str) -> None:
    assert name in names_in(ROOT / path)

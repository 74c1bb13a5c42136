"""The page of rules: each has tests that hold it, and they are there."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "rules.md").read_text()
ROW = re.compile(r"^\| (?P<rule>.+?) \| (?P<held_by>.*?) \|$", re.MULTILINE)
NAMED = re.compile(r"`(tests/[a-z_/]+\.py)::([A-Za-z_0-9:]+)`")
ROWS = [(found["rule"], found["held_by"]) for found in ROW.finditer(PAGE) if found["rule"] not in {"the rule", "---"}]
THEMES = [
    "Due",
    "Word",
    "Reply",
    "Arrived mail",
    "Handoff and cover",
    "Strain",
    "Acts",
    "Escalation",
    "Correcting",
    "Outcomes",
    "The customer's page",
    "In the customer's shoes",
]


@cache
def named_in(path: str) -> frozenset[str]:
    """List the tests of a file, those of a class as `Class::test`."""
    names = set()
    for node in ast.parse((ROOT / path).read_text()).body:
        if isinstance(node, ast.FunctionDef):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            names |= {f"{node.name}::{inner.name}" for inner in node.body if isinstance(inner, ast.FunctionDef)}
    return frozenset(name for name in names if name.rpartition("::")[2].startswith("test_"))


def test_has_a_table_for_each_clock() -> None:
    assert re.findall(r"^## (.+)$", PAGE, re.MULTILINE) == THEMES
    assert len(ROWS) >= 200


@pytest.mark.parametrize(("rule", "held_by"), ROWS, ids=[rule[:60] for rule, _ in ROWS])
def test_names_for_every_rule_tests_that_are_there(rule: str, held_by: str) -> None:
    named = NAMED.findall(held_by)
    assert named, "No test holds it."
    assert held_by.count("`") == 2 * len(named), "Something named there is no test."
    missing = [f"{path}::{name}" for path, name in named if name not in named_in(path)]
    assert missing == []


def test_says_no_rule_twice() -> None:
    rules = [rule for rule, _ in ROWS]
    assert len(set(rules)) == len(rules)


def test_is_found_by_readers() -> None:
    assert "docs/rules.md" in (ROOT / "README.md").read_text()

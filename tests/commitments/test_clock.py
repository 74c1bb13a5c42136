"""The clock, and that nothing else is one."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction

from commitments import clock

ROOT = Path(__file__).resolve().parents[2]
THE_CLOCK = ROOT / "commitments" / "clock.py"

READINGS = {
    ("datetime", "now"),
    ("datetime", "today"),
    ("datetime", "utcnow"),
    ("date", "today"),
    ("timezone", "now"),
    ("timezone", "localdate"),
    ("timezone", "localtime"),
    ("time", "time"),
    ("time", "time_ns"),
    ("time", "localtime"),
    ("time", "gmtime"),
    ("functions", "Now"),
}
IMPORTED_READINGS = {("time", "time"), ("time", "time_ns"), ("django.utils.timezone", "now")} | {
    (f"django.db.models.functions{inner}", "Now") for inner in ("", ".datetime")
}
IN_SQL = re.compile(
    r"\bnow\(\)|\bcurrent_(timestamp|date|time)\b|\b(clock|statement|transaction)_timestamp\b|\blocaltimestamp\b"
    r"|\bunixepoch\(|'now'",
    re.IGNORECASE,
)


def readings(source: str) -> Iterator[str]:
    """Yield what reads time in a module's source: Python's ways, Django's, and SQL in texts that are no docstrings."""
    tree = ast.parse(source)
    texts_for_people = {node.value for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            if (owner, node.attr) in READINGS:
                yield f"{owner}.{node.attr}"
        elif isinstance(node, ast.ImportFrom):
            yield from (name.name for name in node.names if (node.module, name.name) in IMPORTED_READINGS)
        elif isinstance(node, ast.keyword) and node.arg in {"auto_now", "auto_now_add"}:
            yield node.arg
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in texts_for_people:
            yield from (found.group() for found in IN_SQL.finditer(node.value))


@pytest.mark.sqlite
@pytest.mark.django_db
def test_tells_an_aware_instant_in_utc() -> None:
    before = datetime.now(UTC)
    now = clock.now()
    assert now.utcoffset() == timedelta(0)
    assert abs(now - before) < timedelta(minutes=1)


@pytest.mark.sqlite
@pytest.mark.django_db
def test_goes_on_inside_a_transaction() -> None:
    with transaction.atomic():
        assert clock.now() < clock.now()


@pytest.mark.postgres
@pytest.mark.django_db
def test_is_the_databases_own_where_it_has_one(django_assert_num_queries: object) -> None:
    asked: list[str] = []
    with connection.execute_wrapper(lambda execute, sql, *rest: (asked.append(sql), execute(sql, *rest))[1]):
        clock.now()
    assert asked == ["SELECT clock_timestamp()"]


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "source",
    [
        "x = datetime.now(UTC)",
        "x = datetime.datetime.now()",
        "x = timezone.now",
        "from time import time",
        "from django.db.models.functions import Now",
        "x = models.DateTimeField(auto_now_add=True)",
        "cursor.execute('UPDATE t SET at = now()')",
        "x = 'DEFAULT CURRENT_TIMESTAMP'",
    ],
)
def test_is_told_from_other_readings(source: str) -> None:
    assert list(readings(source))


@pytest.mark.sqlite
@pytest.mark.parametrize("source", ['"""Not even SQL now()."""', "x = clock.now()", "x = time.monotonic()"])
def test_is_not_confused_with_what_reads_no_time(source: str) -> None:
    assert not list(readings(source))


@pytest.mark.sqlite
def test_is_the_only_one() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {reading}"
        for package in ("commitments", "notifications", "tracker")
        for path in sorted((ROOT / package).rglob("*.py"))
        if path != THE_CLOCK
        for reading in readings(path.read_text())
    ]
    assert found == []


@pytest.mark.sqlite
def test_is_not_read_by_templates() -> None:
    templates = [path for package in ("commitments", "notifications") for path in (ROOT / package).rglob("*.html")]
    assert [path.name for path in templates if re.search(r"{%\s*now\b", path.read_text())] == []

"""What the Board lists, as a file."""

import csv
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commitments.models import Commitment, Team
from commitments.selectors import board_export
from commitments.services.handoff import offer_handoff
from commitments.services.sweeping import sweep
from commitments.web.board_export import COLUMNS
from tests import factories

pytestmark = pytest.mark.sqlite

DOCS = Path(__file__).resolve().parents[3] / "docs" / "board.md"


def file_of(client: Client, query: str = "") -> list[dict[str, str]]:
    """Give the rows of the file."""
    response = client.get(f"/board/promises.csv{query}")
    assert response.status_code == 200
    text = b"".join(response.streaming_content).decode()  # type: ignore[arg-type]
    assert text.startswith("\ufeff")
    return list(csv.DictReader(StringIO(text.removeprefix("\ufeff"), newline="")))


def copied(promise: Commitment, times: int) -> None:
    """Store a promise many times over, quickly."""
    values = {field.attname: getattr(promise, field.attname) for field in Commitment._meta.concrete_fields}
    del values["id"]
    Commitment.objects.bulk_create(
        [Commitment(**values | {"reference": f"{number:08}"}) for number in range(times)], batch_size=1_000
    )


def test_is_there_for_supervisors_alone(client: Client, supervisors_client: Client) -> None:
    assert client.get("/board/promises.csv").status_code == 404
    response = supervisors_client.get("/board/promises.csv")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="kept-board-2026-11-18.csv"'
    assert response["Cache-Control"] == "private, no-store"
    assert b"".join(response.streaming_content).count(b"\r\n") == 1  # type: ignore[arg-type]


def test_has_the_columns_that_are_documented(supervisors_client: Client, ana: Any) -> None:
    factories.promise(owner=ana)
    documented = re.findall(r"^\| `([a-z_]+)` \|", DOCS.read_text(), re.MULTILINE)
    assert documented == list(COLUMNS)
    assert list(file_of(supervisors_client)[0]) == list(COLUMNS)


def test_says_of_a_promise_what_the_board_does(supervisors_client: Client, ana: Any, team: Team, now: datetime) -> None:
    ben = factories.agent(team=team, first_name="Ben", last_name="Okafor")
    early = now - timedelta(days=1)
    promise = factories.promise(owner=ana, now=early, due_at=now - timedelta(hours=2), case_ref="CASE-9")
    sweep(now=now)
    offer_handoff(actor=ana, reference=promise.reference, to=ben, story="", now=now)
    (row,) = file_of(supervisors_client)
    assert row["reference"] == promise.reference
    assert row["states"] == "overdue handoffs"
    assert row["escalations"] == "overdue"
    assert (row["owner"], row["asked_to_take_over"], row["team"]) == ("Ana Ruiz", "Ben Okafor", "Customer care")
    assert row["due_at"] == "2026-11-18T08:20:00+00:00"
    assert row["last_word_by"] == "automatic"
    assert row["times_broken"] == "1"
    assert row["strain"] == "2.0"
    assert row["ended_at"] == ""


def test_writes_times_by_the_clocks_of_the_promises_team(supervisors_client: Client, sofia: Any) -> None:
    tokyo = factories.team(zone="Asia/Tokyo")
    tokyo.memberships.create(user=sofia, role="supervisor")
    factories.promise(team=tokyo, due_at=datetime.fromisoformat("2026-11-20T06:00Z"))
    assert [row["due_at"] for row in file_of(supervisors_client)] == ["2026-11-20T15:00:00+09:00"]


def test_lists_what_the_board_lists_in_its_order(supervisors_client: Client, ana: Any, now: datetime) -> None:
    factories.promise(owner=ana, promise="later", due_at=now + timedelta(days=3))
    factories.promise(owner=ana, promise="late", now=now - timedelta(days=1), due_at=now - timedelta(hours=1))
    factories.promise(owner=ana, promise="call", kind="callback")
    factories.promise(promise="of another team")
    assert file_of(supervisors_client)[0]["promise"] == "late"
    for query in ("", "?kind=fix", "?state=overdue", "?q=nobody", "?kind=nonsense"):
        board = supervisors_client.get(f"/board/{query}").context["board"]
        listed = [row.commitment.reference for row in board.rows]
        assert [row["reference"] for row in file_of(supervisors_client, query)] == listed


def test_narrows_to_what_was_chosen(supervisors_client: Client, ana: Any) -> None:
    first, second, third = (factories.promise(owner=ana) for _ in range(3))
    theirs = factories.promise()
    query = f"?chosen={first.reference}.1&chosen={third.reference.lower()}&chosen={theirs.reference}&chosen=%00"
    assert {row["reference"] for row in file_of(supervisors_client, query)} == {first.reference, third.reference}
    assert second.reference in {row["reference"] for row in file_of(supervisors_client)}


def test_holds_nothing_that_a_spreadsheet_would_work_out(supervisors_client: Client, ana: Any) -> None:
    nasty = factories.customer(name='=HYPERLINK("http://x")', phone="+351912345678")
    factories.promise(owner=ana, customer=nasty, promise="+cmd|' /C calc'!A0\nsecond line", case_ref="＝1")  # noqa: RUF001
    (row,) = file_of(supervisors_client)
    assert row["customer"] == '\'=HYPERLINK("http://x")'
    assert row["customer_phone"] == "'+351912345678"
    assert row["promise"] == "'+cmd|' /C calc'!A0\nsecond line"
    assert row["case_ref"] == "'＝1"  # noqa: RUF001


def test_keeps_names_that_are_written_from_right_to_left(supervisors_client: Client, ana: Any) -> None:
    factories.promise(owner=ana, customer=factories.customer(name="مريم بنت خالد"))
    assert file_of(supervisors_client)[0]["customer"] == "مريم بنت خالد"


def test_has_ten_thousand_rows_in_a_constant_number_of_queries_a_chunk(
    supervisors_client: Client, ana: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied(factories.promise(owner=ana), 9_999)
    monkeypatch.setattr(board_export, "CHUNK", 2_000)
    response = supervisors_client.get("/board/promises.csv")
    lines: Iterator[bytes] = iter(response.streaming_content)  # type: ignore[arg-type]
    counts = []
    for lines_before in (2_001, 2_000, 2_000, 2_000, 2_000):
        with CaptureQueriesContext(connection) as queries:
            for _ in range(lines_before):
                next(lines)
        counts.append(len(queries))
    assert next(lines, None) is None
    assert counts[1] == counts[2] == counts[3] == counts[4] <= 9


def test_asks_as_often_for_many_owners_as_for_one(supervisors_client: Client, team: Team) -> None:
    counts = []
    for number in (1, 9):
        for _ in range(number):
            factories.promise(owner=factories.agent(team=team))
        with CaptureQueriesContext(connection) as queries:
            file_of(supervisors_client)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_finds_nothing_by_what_is_no_reference(supervisors_client: Client, ana: Any) -> None:
    factories.promise(owner=ana)
    assert file_of(supervisors_client, "?chosen=%00") == []
    assert file_of(supervisors_client, "?chosen=K7Q4MK7Q4M") == []

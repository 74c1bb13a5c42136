"""`manage.py replay`, judged row by row by the second reading."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from commitments.models import Commitment
from tests.replay import reading

SMALL = Path(__file__).with_name("small_log.csv")


@pytest.fixture
def replay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Offer a function that replays a log and gives its results and what was printed."""

    def run(log: Path) -> tuple[list[reading.Row], str]:
        out = tmp_path / "results.csv"
        call_command("replay", str(log), out=out)
        return reading.read_results(out), capsys.readouterr().out

    return run


@pytest.mark.django_db
@pytest.mark.sqlite
def test_gives_what_the_second_reading_gives_on_a_log_of_our_own(replay: Any) -> None:
    results, _ = replay(SMALL)
    assert results == reading.read(SMALL)


@pytest.mark.django_db
def test_leaves_the_installations_own_database_alone(replay: Any) -> None:
    replay(SMALL)
    assert not Commitment.objects.exists()


@pytest.mark.django_db
@pytest.mark.skipif("INCIDENT_LOG" not in os.environ, reason="INCIDENT_LOG names no log of a real help desk")
def test_gives_what_the_second_reading_gives_on_a_real_log(replay: Any) -> None:
    log = Path(os.environ["INCIDENT_LOG"])
    results, printed = replay(log)
    assert results == reading.read(log)
    assert printed.strip() == (
        "425 incidents: 233 kept on time, 192 kept late, 0 open; 195 broken, 368 holding mails, 195 missed mails, "
        "303 silences in 317,178,240 s, 365 handoffs, 4 reopened"
    )


HEADER = "number,incident_state,sys_mod_count,caller_id,opened_at,sys_updated_at,priority,assignment_group\n"
ROW = "INC1,New,0,Caller 1,29-02-2016 07:08,29-02-2016 07:17,3 - Moderate,Group 1\n"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Line 1: the log has no column number, incident_state"),
        (HEADER, "The log has no incidents."),
        (HEADER.replace("priority,", ""), "Line 1: the log has no column priority."),
        (
            HEADER + ROW + ROW.replace("29-02-2016 07:17", "2016-02-29"),
            "Line 3: sys_updated_at “2016-02-29” is no date",
        ),
        (HEADER + ROW.replace("29-02-2016 07:08", "30-02-2016 07:08"), "Line 2: opened_at “30-02-2016 07:08”"),
        (HEADER + ROW.replace(",0,", ",none,"), "Line 2: sys_mod_count “none” is no whole number."),
        (HEADER + ROW.replace("3 - Moderate", "?"), "Line 2: priority “?” is none of 1, 2, 3, 4."),
        (HEADER + ROW.replace(",Group 1", ""), "Line 2: there are more or fewer than 8 values."),
        (HEADER + ROW.replace("Group 1", "Group 1,more"), "Line 2: there are more or fewer than 8 values."),
        (HEADER + ROW.replace("INC1", ""), "Line 2: the incident has no number."),
        (HEADER + ROW.replace("Group 1", '"Group 1') + ROW, "Line"),
    ],
)
def test_refuses_a_log_that_cannot_be_read_with_its_line(tmp_path: Path, text: str, sentence: str) -> None:
    log, out = tmp_path / "log.csv", tmp_path / "results.csv"
    log.write_text(text)
    with pytest.raises(CommandError) as refusal:
        call_command("replay", str(log), out=out)
    assert sentence in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert not out.exists()


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"number\x00,\n"])
def test_refuses_what_is_no_text(tmp_path: Path, content: bytes) -> None:
    log, out = tmp_path / "log.csv", tmp_path / "results.csv"
    log.write_bytes(content)
    with pytest.raises(CommandError, match="Line"):
        call_command("replay", str(log), out=out)


def test_refuses_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("replay", str(tmp_path / "none.csv"), out=tmp_path / "results.csv")


def test_refuses_a_place_that_cannot_be_written_before_it_begins(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("replay", str(SMALL), out=tmp_path / "nowhere" / "results.csv")

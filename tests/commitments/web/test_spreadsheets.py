"""Tables that spreadsheets open."""

import csv
from io import StringIO

import pytest

from commitments.web.spreadsheets import harmless, lines_of


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+351 912 345 678",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "\tplain",
        "\rplain",
        "   =cmd|' /C calc'!A0",
        "\u00a0=1",
        "\u200b=1",
        "\u200e=1",
        "\ufeff=1",
        "\u2028=1",
        "＝1",  # noqa: RUF001 - full width
        "＋1",  # noqa: RUF001 - full width
        "－1",  # noqa: RUF001 - full width
        "＠A1",  # noqa: RUF001 - full width
        "\ufe631",
        "\u22121",
        "\x00=1",
    ],
)
def test_has_no_formula_in_it(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["", "Maria", "a=b", "'=1", "3 - 2", "100 %", "مريم", "\u200fمريم", "“=1”", "–", "#1", "  spaces"]
)
def test_leaves_other_texts_alone(text: str) -> None:
    assert harmless(text) == text


def test_is_read_again_as_it_was_written() -> None:
    rows = [["a", 'said "no"', "two\nlines", "semi;colon, comma", "مريم بنت خالد", 3, None]]
    text = "".join(lines_of(["one", "two", "three", "four", "five", "six", "seven"], rows))
    assert text.startswith("\ufeff")
    assert text.endswith("\r\n")
    header, row = csv.reader(StringIO(text.removeprefix("\ufeff"), newline=""))
    assert header[0] == "one"
    assert row == ["a", 'said "no"', "two\nlines", "semi;colon, comma", "مريم بنت خالد", "3", ""]


def test_is_written_line_by_line() -> None:
    def endless() -> object:
        while True:
            yield ["again"]

    lines = lines_of(["word"], endless())  # type: ignore[arg-type]
    assert [next(lines) for _ in range(3)] == ["\ufeffword\r\n", "again\r\n", "again\r\n"]

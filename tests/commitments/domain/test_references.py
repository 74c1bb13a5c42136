"""References as they are said, typed and pasted."""

import pytest

from commitments.domain.references import look_alikes, read_reference


@pytest.mark.parametrize(
    "text",
    [
        "K7Q4M",
        "k7q4m",
        " k7 q4m ",
        "K7-Q4M",
        "[K7Q4M]",
        "Re: Your router: where we are [K7Q4M]",
        "https://kept.example.com/promises/k7q4m/",
        "#K7Q4M",
    ],
)
def test_are_read_however_they_are_written(text: str) -> None:
    assert read_reference(text) == "K7Q4M"


@pytest.mark.parametrize("text", ["", "K7Q4", "K7Q4MM", "K7O4M", "K7Q4Ñ", "call me now", "K7Q4M router", "\u0667" * 5])
def test_are_not_read_out_of_anything_else(text: str) -> None:
    assert read_reference(text) == ""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("K7O4M", ("K7D4M", "K7Q4M")),
        ("k704m", ("K7D4M", "K7Q4M")),
        ("KIQ4M", ("K7Q4M", "KJQ4M", "KTQ4M")),
        ("K7Q4M", ()),
        ("router", ()),
    ],
)
def test_are_guessed_where_a_letter_was_typed_that_none_has(text: str, found: tuple[str, ...]) -> None:
    assert look_alikes(text) == found


def test_have_few_look_alikes() -> None:
    assert len(look_alikes("11111")) == 3**5

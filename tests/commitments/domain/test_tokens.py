"""A token …"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commitments.domain.tokens import (
    NUMBER_BYTES,
    Purpose,
    number_from,
    read_staff_token,
    read_token,
    write_staff_token,
    write_token,
)

NUMBER = number_from(bytes(range(NUMBER_BYTES)))
TOKEN = write_token(NUMBER, purpose=Purpose.PAGE, secret="now")


def test_is_32_small_letters_and_digits() -> None:
    assert len(TOKEN) == 32
    assert TOKEN.isascii()
    assert TOKEN.isalnum()
    assert TOKEN.islower()


def test_names_its_link() -> None:
    assert read_token(TOKEN, purpose=Purpose.PAGE, secrets=["now"]) == NUMBER


def test_is_read_in_capitals_too() -> None:
    assert read_token(TOKEN.upper(), purpose=Purpose.PAGE, secrets=["now"]) == NUMBER


@pytest.mark.parametrize("purpose", set(Purpose) - {Purpose.PAGE})
def test_opens_nothing_for_another_purpose(purpose: Purpose) -> None:
    assert read_token(TOKEN, purpose=purpose, secrets=["now"]) is None


def test_is_read_with_a_secret_of_earlier() -> None:
    assert read_token(TOKEN, purpose=Purpose.PAGE, secrets=["next", "now"]) == NUMBER


def test_is_worthless_under_another_secret() -> None:
    assert read_token(TOKEN, purpose=Purpose.PAGE, secrets=["another"]) is None


@pytest.mark.parametrize("place", range(32))
def test_is_worthless_with_one_letter_changed(place: int) -> None:
    changed = TOKEN[:place] + ("a" if TOKEN[place] != "a" else "b") + TOKEN[place + 1 :]
    assert read_token(changed, purpose=Purpose.PAGE, secrets=["now"]) is None


@given(st.text(max_size=80))
def test_is_not_any_text(text: str) -> None:
    assert read_token(text, purpose=Purpose.PAGE, secrets=["now"]) is None
    assert read_staff_token(text, secrets=["now"]) is None


def test_is_not_longer() -> None:
    assert read_token(TOKEN + "a", purpose=Purpose.PAGE, secrets=["now"]) is None


def test_of_a_promise_names_its_reference_in_any_case() -> None:
    token = write_staff_token("K7Q4M", secret="now")
    assert token.startswith("k7q4m.")
    assert read_staff_token(token.upper(), secrets=["now"]) == "K7Q4M"


def test_of_a_promise_is_no_other_promises() -> None:
    signature = write_staff_token("K7Q4M", secret="now").partition(".")[2]
    assert read_staff_token(f"k7q4n.{signature}", secrets=["now"]) is None

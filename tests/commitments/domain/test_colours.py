"""A brand's colour …"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commitments.domain.colours import DARK_PAPER, LIGHT_PAPER, READABLE, STANDARD, contrast, in_the_dark, is_colour

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_stands_out_as_much_as_wcag_says() -> None:
    assert contrast("#000000", "#ffffff") == contrast("#ffffff", "#000000") == 21
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)
    assert contrast("#1f5fa3", "#1F5FA3") == 1


def test_is_readable_by_day_where_none_is_chosen() -> None:
    assert contrast(STANDARD, LIGHT_PAPER) >= READABLE


@given(COLOURS)
def test_is_readable_in_the_dark(colour: str) -> None:
    assert contrast(in_the_dark(colour), DARK_PAPER) >= READABLE


def test_stays_as_it_is_where_it_is_light_already() -> None:
    assert in_the_dark("#ffcc00") == "#ffcc00"


@pytest.mark.parametrize("text", ["", "red", "#fff", "1f5fa3", "#1f5fa", "#1f5fa3;", "#1f5fa3\n", "#gggggg"])
def test_is_written_in_one_way_only(text: str) -> None:
    assert not is_colour(text)
    assert is_colour("#1F5fa3")

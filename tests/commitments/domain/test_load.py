"""What somebody keeps in an hour as a rule …"""

import pytest

from commitments.domain.load import AT_LEAST, is_too_full, usual_load


def test_is_the_floor_for_somebody_who_has_kept_nothing() -> None:
    assert usual_load([]) == AT_LEAST == 3


def test_is_no_less_than_the_floor_however_little_was_kept() -> None:
    assert usual_load([1, 1, 2, 1]) == 3


@pytest.mark.parametrize(
    ("kept", "usual"),
    [
        ([5], 5),
        ([9, 4, 5, 4], 5),
        ([4, 5, 6, 7, 8], 7),
        ([4, 4, 4, 40], 4),
    ],
)
def test_is_what_was_not_exceeded_in_three_of_four_hours(kept: list[int], usual: int) -> None:
    assert usual_load(kept) == usual


@pytest.mark.parametrize(("due", "too_full"), [(0, False), (3, False), (4, True), (9, True)])
def test_is_exceeded_by_one_more_than_that(due: int, too_full: bool) -> None:
    assert is_too_full(due=due, usual=4) is too_full

"""A duration, and the text it is stored as."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commitments.domain.business_time import BusinessTimeError, Duration, DurationError, DurationSort


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("4bh", Duration.business_hours(hours=4)),
        ("90bmin", Duration.business_hours(hours=1, minutes=30)),
        ("15bmin", Duration.business_hours(minutes=15)),
        ("0bh", Duration.business_hours()),
        ("1bd", Duration.business_days(1)),
        ("0bd", Duration.business_days(0)),
        ("24h", Duration.elapsed(timedelta(days=1))),
        ("10min", Duration.elapsed(timedelta(minutes=10))),
        ("0h", Duration.elapsed(timedelta())),
    ],
)
def test_is_written_and_read_back(text: str, duration: Duration) -> None:
    assert str(duration) == text
    assert Duration.parse(text) == duration


@pytest.mark.parametrize(
    ("text", "canonical"), [("60bmin", "1bh"), ("120min", "2h"), (" 4 bh ", "4bh"), ("007min", "7min")]
)
def test_has_one_canonical_text(text: str, canonical: str) -> None:
    assert str(Duration.parse(text)) == canonical


def test_keeps_its_sort_and_amount() -> None:
    assert Duration.parse("90bmin") == Duration(sort=DurationSort.BUSINESS_HOURS, amount=90)
    assert Duration.parse("3bd") == Duration(sort=DurationSort.BUSINESS_DAYS, amount=3)
    assert Duration.parse("2h") == Duration(sort=DurationSort.ELAPSED, amount=120)


def test_of_open_hours_is_not_the_same_as_of_elapsed_hours() -> None:
    assert Duration.business_hours(hours=2) != Duration.elapsed(timedelta(hours=2))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "bh",
        "4",
        "-4bh",
        "+4bh",
        "1.5h",
        "1,5h",
        "3d",
        "4BH",
        "4bh30",
        "4 b h",
        "PT4H",
        "٤bh",
        "4bh\n5bh",
        "9" * 5000 + "h",
    ],
)
def test_refuses_other_text_with_a_sentence(text: str) -> None:
    with pytest.raises(DurationError) as caught:
        Duration.parse(text)
    assert "is not a duration: write a whole number and" in str(caught.value)
    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, BusinessTimeError)


@pytest.mark.parametrize("text", ["3661bd", "87841bh", "87841h", "999999999min"])
def test_refuses_more_than_ten_years(text: str) -> None:
    with pytest.raises(DurationError, match="at most ten years"):
        Duration.parse(text)


def test_may_be_ten_years() -> None:
    assert Duration.parse("3660bd").amount == 3660
    assert Duration.parse("87840h").amount == 87840 * 60


@pytest.mark.parametrize("amount", [-1, 1.5, True, "4"])
def test_refuses_an_amount_that_is_no_whole_number_from_zero(amount: object) -> None:
    with pytest.raises(DurationError, match="whole number"):
        Duration(sort=DurationSort.ELAPSED, amount=amount)  # type: ignore[arg-type]


def test_refuses_parts_of_a_minute() -> None:
    with pytest.raises(DurationError, match="whole minutes"):
        Duration.elapsed(timedelta(seconds=90))


def test_refuses_a_negative_elapsed_time() -> None:
    with pytest.raises(DurationError):
        Duration.elapsed(timedelta(minutes=-1))


@given(st.builds(Duration, sort=st.sampled_from(DurationSort), amount=st.integers(0, 3660)))
def test_survives_its_own_text(duration: Duration) -> None:
    assert Duration.parse(str(duration)) == duration


@given(st.text(max_size=12))
def test_is_either_read_or_refused(text: str) -> None:
    try:
        duration = Duration.parse(text)
    except DurationError:
        return
    assert Duration.parse(str(duration)) == duration

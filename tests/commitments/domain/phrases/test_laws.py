"""What holds for every line, whatever stands in it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from commitments.domain.phrases import Choice, Due, Unclear, read_due
from tests.commitments.domain.phrases import (
    test_asked_back,
    test_days,
    test_left_alone,
    test_lengths,
    test_times_of_day,
)

ZONES = [
    ZoneInfo(name)
    for name in ("Europe/London", "Europe/Lisbon", "America/New_York", "Australia/Sydney", "Australia/Lord_Howe", "UTC")
]
TABLES = (
    *test_asked_back.EVERY,
    *test_days.RELATIVE,
    *test_days.WEEKDAYS,
    *test_days.DATES,
    *test_days.ENDS,
    *test_times_of_day.FIGURES,
    *test_times_of_day.WORDS,
    *test_times_of_day.PARTS,
    *test_lengths.HOURS,
    *test_lengths.WORKING,
    *test_left_alone.NO_TIME,
    *test_left_alone.BESIDE,
)
WORDS = sorted({word for text, _ in TABLES for word in text.split()} | set(",.-/:'()@#£?–’"))
PHRASES = sorted({text for text, _ in TABLES})
CHANGES = [
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2028, 2, 29, tzinfo=UTC),
]

nows = st.one_of(
    st.datetimes(datetime(2024, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  # bounds are naive
    st.builds(
        lambda change, minutes: change + timedelta(minutes=minutes), st.sampled_from(CHANGES), st.integers(-4000, 4000)
    ),
)
lines = st.one_of(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join),
    st.lists(st.sampled_from(PHRASES), min_size=1, max_size=3).map(" ".join),
    st.text(max_size=500),
    st.lists(st.sampled_from("0123456789:./-+ apmthd,"), max_size=40).map("".join),
)
zones = st.sampled_from(ZONES)


def is_within(text: str, span: tuple[int, int]) -> bool:
    return 0 <= span[0] < span[1] <= len(text)


@settings(max_examples=600, deadline=None)
@given(text=lines, now=nows, zone=zones, month_first=st.booleans())
def test_reads_any_line_into_what_can_be(text: str, now: datetime, zone: ZoneInfo, month_first: bool) -> None:
    found = read_due(text, now=now, zone=zone, month_first=month_first)
    assert found == read_due(text, now=now, zone=zone, month_first=month_first)
    if isinstance(found, Due):
        assert is_within(text, found.span)
        assert_is_ahead(found, now=now, zone=zone)
    if isinstance(found, Unclear):
        reached = 0
        for span in (found.span, *found.others):
            assert is_within(text, span)
            assert span[0] >= reached
            reached = span[1]
        assert found.why.strip()
        for choice in found.choices:
            assert_is_ahead(choice, now=now, zone=zone)


@settings(max_examples=400, deadline=None)
@given(text=lines, now=nows, zone=zones, month_first=st.booleans())
def test_reads_the_phrase_of_a_choice_as_that_choice(
    text: str, now: datetime, zone: ZoneInfo, month_first: bool
) -> None:
    unclear = read_due(text, now=now, zone=zone, month_first=month_first)
    for choice in unclear.choices if isinstance(unclear, Unclear) else ():
        again = read_due(choice.phrase, now=now, zone=zone, month_first=month_first)
        assert isinstance(again, Due)
        assert (again.on, utc(again.at)) == (choice.on, utc(choice.at))
        assert again.span == (0, len(choice.phrase))


@given(now=nows, zone=zones, text=st.sampled_from(PHRASES))
@settings(max_examples=300, deadline=None)
def test_does_not_mind_capitals_or_spaces(now: datetime, zone: ZoneInfo, text: str) -> None:
    spaced = text.replace(" ", " \u00a0 ")
    one, other = read_due(text, now=now, zone=zone), read_due(spaced, now=now, zone=zone)
    assert type(one) is type(other)
    if isinstance(one, Due) and isinstance(other, Due):
        assert (one.on, utc(one.at)) == (other.on, utc(other.at))


def assert_is_ahead(said: Due | Choice, *, now: datetime, zone: ZoneInfo) -> None:
    if said.at is None:
        assert said.on >= now.astimezone(zone).date()
    else:
        assert said.at.astimezone(UTC) > now
        assert said.at.astimezone(zone).date() == said.on
        assert said.at.tzinfo is zone


def utc(at: datetime | None) -> datetime | None:
    return at.astimezone(UTC) if at is not None else None

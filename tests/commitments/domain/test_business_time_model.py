"""Business time against the minute-by-minute model, around days on which the clocks change.

Each parameter is a zone and an instant (UTC) near which something odd happens. An example is a calendar; a
case is one question about it, asked of the product and of the model.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commitments.domain.business_time import (
    Calendar,
    ClosedDay,
    Duration,
    NonexistentTime,
    OpenInterval,
    add,
    add_open_time,
    end_of_day,
    is_open,
    is_working_instant,
    next_open,
    open_spans,
    open_time_between,
    previous_open_end,
    subtract,
    subtract_open_time,
    to_instant,
)
from tests.commitments.domain.minute_model import MINUTE, MinuteModel, OutsideModel

ODD_DAYS = [
    ("UTC", "2026-11-18T00:00"),
    ("Etc/GMT+12", "2026-11-18T12:00"),
    ("Asia/Tokyo", "2026-11-18T00:00"),
    ("Asia/Kolkata", "2026-11-18T18:30"),
    ("Asia/Kathmandu", "1985-12-31T18:30"),  # a quarter of an hour skipped at midnight
    ("Europe/London", "2026-03-29T01:00"),
    ("Europe/London", "2026-10-25T01:00"),
    ("Europe/Dublin", "2026-10-25T01:00"),  # its winter is the daylight saving time
    ("America/New_York", "2026-03-08T07:00"),
    ("America/New_York", "2026-11-01T06:00"),
    ("Africa/Casablanca", "2026-03-22T02:00"),
    # Midnight skipped, the hour before it repeated.
    ("America/Sao_Paulo", "2018-11-04T03:00"),
    ("America/Sao_Paulo", "2018-02-18T02:00"),
    ("America/Asuncion", "2023-10-01T04:00"),
    ("America/Santiago", "2026-04-05T03:00"),
    ("America/Havana", "2026-03-08T05:00"),
    ("America/Havana", "2026-11-01T05:00"),  # the hour after midnight repeated
    ("Africa/Cairo", "2026-04-23T22:00"),
    ("Africa/Cairo", "2026-10-29T21:00"),
    ("Asia/Beirut", "2026-10-24T21:00"),
    ("Asia/Tehran", "2022-03-21T20:30"),
    ("Atlantic/Azores", "2026-03-29T01:00"),
    ("America/Nuuk", "2024-03-31T01:00"),  # 23:00 becomes 00:00
    # One minute past midnight.
    ("America/St_Johns", "2010-03-14T03:31"),
    ("America/St_Johns", "2010-11-07T02:31"),
    ("Antarctica/Casey", "2020-10-03T16:01"),  # and three hours at once
    # Other steps than an hour.
    ("Australia/Lord_Howe", "2026-04-04T15:00"),
    ("Australia/Lord_Howe", "2026-10-03T15:30"),
    ("Antarctica/Troll", "2026-03-29T01:00"),
    ("Antarctica/Troll", "2026-10-25T01:00"),
    ("Antarctica/Casey", "2022-03-12T13:00"),
    ("America/Caracas", "2007-12-09T07:00"),
    ("America/Caracas", "2016-05-01T07:00"),
    ("Asia/Pyongyang", "2015-08-14T15:00"),
    ("Asia/Pyongyang", "2018-05-04T15:00"),
    # Odd quarters of an hour.
    ("Pacific/Chatham", "2026-04-04T14:00"),
    ("Pacific/Chatham", "2026-09-26T14:00"),
    # Whole days left out.
    ("Pacific/Apia", "2011-12-30T10:00"),
    ("Pacific/Kiritimati", "1994-12-31T10:00"),
    ("Pacific/Kwajalein", "1993-08-21T12:00"),
]
DAYS_EACH_WAY = 5

# Mostly half hours, so that moments, edges and amounts often meet on the dot.
EDGES = st.one_of(
    st.integers(0, 48).map(lambda halves: halves * 30), st.sampled_from([1, 61, 105, 1439]), st.integers(0, 1440)
)
MOMENTS = st.one_of(
    st.integers(-48, 48).map(lambda halves: halves * 30), st.integers(-180, 180), st.integers(-4 * 1440, 4 * 1440)
)
AMOUNTS = st.one_of(st.integers(0, 60).map(lambda halves: halves * 30), st.integers(0, 300))


@dataclass(frozen=True)
class Question:
    at: datetime
    wall: datetime
    amount: timedelta
    days: int


@st.composite
def days_of_intervals(draw: st.DrawFn) -> tuple[OpenInterval, ...]:
    """A day's intervals: none, some with breaks, some that touch."""
    edges = sorted(draw(st.lists(EDGES, max_size=6, unique=True)))
    pieces = list(pairwise(edges))
    opened = draw(st.lists(st.booleans(), min_size=len(pieces), max_size=len(pieces)))
    return tuple(OpenInterval(start, end) for (start, end), keep in zip(pieces, opened, strict=True) if keep)


@st.composite
def calendars(draw: st.DrawFn, zone: str, near: date) -> Calendar:
    """A calendar of up to three sorts of days, sometimes whole ones, with closures near a date."""
    whole = (OpenInterval(0, 1440),)
    sorts = draw(st.lists(st.one_of(st.just(whole), days_of_intervals()), min_size=1, max_size=3))
    week = tuple(draw(st.sampled_from(sorts)) for _ in range(7))
    closed = draw(st.frozensets(st.integers(-3, 3).map(lambda n: near + timedelta(days=n)), max_size=2))
    return Calendar(zone=zone, week=week, closed_on=closed)


@st.composite
def questions(draw: st.DrawFn, near: datetime, zone: str) -> Question:
    # As if the clocks had gone on: half of what follows is skipped, or comes twice.
    before = (near - MINUTE).astimezone(ZoneInfo(zone)).replace(tzinfo=None) + MINUTE
    minutes = draw(MOMENTS)
    seconds = draw(st.sampled_from([0, 0, 0, 1, 59.999999, 30.5]))
    return Question(
        at=near + timedelta(minutes=minutes, seconds=seconds),
        wall=before + timedelta(minutes=minutes),
        amount=timedelta(
            minutes=draw(AMOUNTS),
            seconds=draw(st.sampled_from([0, 0, 0, 1, 30.5])),
        ),
        days=draw(st.integers(0, 4)),
    )


def _end_of_day(day: date, calendar: Calendar) -> datetime | None:
    try:
        return end_of_day(day, calendar=calendar)
    except ClosedDay:
        return None


def _to_instant(local: datetime, zone: str) -> datetime | None:
    try:
        return to_instant(local, zone=zone)
    except NonexistentTime:
        return None


def _date(question: Question) -> date:
    return question.at.date() + timedelta(days=question.days - 2)


ANSWERS: dict[str, tuple[Callable[[Calendar, Question], Any], Callable[[MinuteModel, Question], Any]]] = {
    "is_open": (
        lambda calendar, asked: is_open(asked.at, calendar=calendar),
        lambda model, asked: model.is_open(asked.at),
    ),
    "is_working_instant": (
        lambda calendar, asked: is_working_instant(asked.at, calendar=calendar),
        lambda model, asked: model.is_working_instant(asked.at),
    ),
    "next_open": (
        lambda calendar, asked: next_open(asked.at, calendar=calendar),
        lambda model, asked: model.next_open(asked.at),
    ),
    "previous_open_end": (
        lambda calendar, asked: previous_open_end(asked.at, calendar=calendar),
        lambda model, asked: model.previous_open_end(asked.at),
    ),
    "open_time_between": (
        lambda calendar, asked: open_time_between(asked.at, asked.at + asked.amount, calendar=calendar),
        lambda model, asked: model.open_time_between(asked.at, asked.at + asked.amount),
    ),
    "open_spans": (
        lambda calendar, asked: list(open_spans(asked.at, asked.at + asked.amount, calendar=calendar)),
        lambda model, asked: model.open_spans(asked.at, asked.at + asked.amount),
    ),
    "add_open_time": (
        lambda calendar, asked: add_open_time(asked.at, asked.amount, calendar=calendar),
        lambda model, asked: model.add_open_time(asked.at, asked.amount),
    ),
    "subtract_open_time": (
        lambda calendar, asked: subtract_open_time(asked.at, asked.amount, calendar=calendar),
        lambda model, asked: model.subtract_open_time(asked.at, asked.amount),
    ),
    "add_business_days": (
        lambda calendar, asked: add(asked.at, Duration.business_days(asked.days), calendar=calendar),
        lambda model, asked: model.add_business_days(asked.at, asked.days),
    ),
    "subtract_business_days": (
        lambda calendar, asked: subtract(asked.at, Duration.business_days(asked.days), calendar=calendar),
        lambda model, asked: model.subtract_business_days(asked.at, asked.days),
    ),
    "end_of_day": (
        lambda calendar, asked: _end_of_day(_date(asked), calendar),
        lambda model, asked: model.end_of_day(_date(asked)),
    ),
    "to_instant": (
        lambda calendar, asked: _to_instant(asked.wall, calendar.zone),
        lambda model, asked: next(iter(model.occurrences(asked.wall)), None),
    ),
}


@dataclass
class Compared:
    """How many answers were compared, and how long the product took for the slowest, in seconds of its own work.

    The time of the processor, not of the wall: what else the machine does at that moment is no answer's fault.
    """

    cases: int = 0
    slowest: float = 0.0


def agrees_with_the_model(zone: str, odd: str, *, calendars_asked: int, moments: int) -> Compared:
    """Ask every question about some moments in some calendars; give what was compared."""
    near = datetime.fromisoformat(odd).replace(tzinfo=UTC)
    compared = Compared()

    @settings(max_examples=calendars_asked, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(
        calendar=calendars(zone, near.date()),
        asked=st.lists(questions(near, zone), min_size=moments, max_size=moments),
    )
    def ask(calendar: Calendar, asked: list[Question]) -> None:
        model = MinuteModel(calendar, around=near, days_each_way=DAYS_EACH_WAY)
        for question in asked:
            for name, (product_answer, model_answer) in ANSWERS.items():
                try:
                    expected = model_answer(model, question)
                except OutsideModel:
                    continue
                begun = time.thread_time()
                answer = product_answer(calendar, question)
                compared.slowest = max(compared.slowest, time.thread_time() - begun)
                assert answer == expected, (name, question)
                compared.cases += 1

    ask()
    return compared


@pytest.mark.parametrize(("zone", "odd"), ODD_DAYS)
def test_agrees_with_the_model(zone: str, odd: str) -> None:
    assert agrees_with_the_model(zone, odd, calendars_asked=3, moments=6).cases > 0


@pytest.mark.long
def test_agrees_with_the_model_in_a_hundred_thousand_cases_each_within_fifty_milliseconds(
    record_property: Callable[[str, object], None],
) -> None:
    found = [agrees_with_the_model(zone, odd, calendars_asked=60, moments=6) for zone, odd in ODD_DAYS]
    cases, slowest = sum(each.cases for each in found), max(each.slowest for each in found)
    record_property("measured", f"{cases:,} cases without a difference, the slowest in {slowest * 1000:.2f} ms")
    assert cases >= 100_000
    assert slowest < 0.050


def test_meets_at_least_twenty_zones() -> None:
    assert len({zone for zone, _ in ODD_DAYS}) >= 20

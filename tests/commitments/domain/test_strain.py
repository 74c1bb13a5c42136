"""Strain: what it weighs, how it fades, and what it changes."""

from datetime import datetime, timedelta

import pytest

from commitments.domain.clocks import cadence_end
from commitments.domain.strain import FORGOTTEN_AFTER, WEIGHTS, StrainReason, StrainSort, score, weight_at
from commitments.domain.timeline import EventKind
from tests.commitments.domain.factories import OFFICE, at, case, rules, surroundings

NOW = at("09:00")
MONTH = timedelta(days=30)


def reason(sort: StrainSort, ago: timedelta = timedelta()) -> StrainReason:
    return StrainReason(at=NOW - ago, weight=WEIGHTS[sort])


def strained_at(instant: datetime) -> list[StrainReason]:
    return [StrainReason(at=instant, weight=4.0)]


@pytest.mark.parametrize(
    ("sort", "weight"),
    [
        (StrainSort.SILENCE, 2),
        (StrainSort.BROKEN, 2),
        (StrainSort.CHASE, 1),
        (StrainSort.DISPUTE, 1),
        (StrainSort.COMPLAINT, 2),
    ],
)
def test_weighs_each_reason(sort: StrainSort, weight: float) -> None:
    assert score([reason(sort)], at=NOW) == weight


def test_adds_reasons_up() -> None:
    assert score([reason(StrainSort.SILENCE), reason(StrainSort.CHASE, timedelta(days=3))], at=NOW) == 3


@pytest.mark.parametrize(
    ("ago", "weight"), [(MONTH - timedelta(seconds=1), 2), (MONTH, 1), (2 * MONTH, 0.5), (3 * MONTH, 0.25)]
)
def test_is_halved_every_30_days(ago: timedelta, weight: float) -> None:
    assert weight_at(reason(StrainSort.BROKEN, ago), at=NOW) == weight


def test_forgets_in_a_year() -> None:
    assert weight_at(reason(StrainSort.BROKEN, FORGOTTEN_AFTER + timedelta(seconds=1)), at=NOW) == 0


def test_knows_nothing_of_what_is_still_to_come() -> None:
    assert weight_at(reason(StrainSort.BROKEN), at=NOW - timedelta(seconds=1)) == 0


class TestFromTheThreshold:
    def test_halves_the_cadence(self) -> None:
        promise = case(with_rules=rules(strain_threshold=4), around=surroundings(strain=strained_at(at("07:00"))))
        promise.say(at("09:00"))
        assert promise.promise.next_word_due_at == at("11:00")

    def test_halves_the_open_time_in_a_business_day(self) -> None:
        promise = case(
            due_at=at("17:00", day=27),
            with_rules=rules(cadence="1bd", strain_threshold=4),
            around=surroundings(calendar=OFFICE, strain=strained_at(at("07:00"))),
        )
        promise.say(at("10:00"))
        assert promise.promise.next_word_due_at == at("14:00")

    def test_does_not_halve_a_business_day_without_open_time(self) -> None:
        early_on_sunday, monday_opening = at("05:00", day=22), at("09:00", day=23)
        end = cadence_end(
            early_on_sunday,
            agreed_cadence=None,
            rules=rules(cadence="1bd", strain_threshold=4),
            surroundings=surroundings(calendar=OFFICE, strain=strained_at(at("07:00"))),
        )
        assert end == monday_opening

    def test_leaves_the_cadence_alone_below(self) -> None:
        promise = case(
            with_rules=rules(strain_threshold=4),
            around=surroundings(strain=[StrainReason(at=at("07:00"), weight=3.5)]),
        )
        promise.say(at("09:00"))
        assert promise.promise.next_word_due_at == at("13:00")

    def test_sends_no_holding_mail(self) -> None:
        promise = case(with_rules=rules(strain_threshold=4), around=surroundings(strain=strained_at(at("08:30"))))
        promise.live(at("12:30"))
        assert promise.when(EventKind.HOLDING_MAIL_PLANNED) == []
        assert promise.when(EventKind.BECAME_SILENT) == [at("12:00")]

    def test_sends_the_missed_mail_all_the_same(self) -> None:
        promise = case(
            due_at=at("10:00"),
            with_rules=rules(strain_threshold=4),
            around=surroundings(strain=strained_at(at("08:30"))),
        )
        promise.live(at("10:30"))
        assert promise.when(EventKind.MISSED_MAIL_PLANNED) == [at("10:10")]

    def test_changes_nothing_without_a_threshold(self) -> None:
        promise = case(around=surroundings(strain=strained_at(at("07:00"))))
        promise.say(at("09:00"))
        assert promise.promise.next_word_due_at == at("13:00")

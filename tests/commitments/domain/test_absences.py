"""Who acts for whom, while people are away …"""

from datetime import datetime

from commitments.domain.absences import Absences, Away
from tests.commitments.domain.factories import at

ANA, BEN, CEM = 1, 2, 3
NOON = at("12:00")


def away(user: int, cover: int | None = None, start: str = "09:00", end: str = "17:00") -> Away:
    return Away(user=user, from_at=at(start), until_at=at(end), cover=cover)


def acting(*rows: Away, clock: datetime = NOON, left: frozenset[int] = frozenset()) -> int:
    by_user: dict[int, list[Away]] = {}
    for row in rows:
        by_user.setdefault(row.user, []).append(row)
    return Absences(by_user=by_user, left=left).acting(ANA, at=clock)


def test_the_owner_who_is_there() -> None:
    assert acting() == ANA


def test_whoever_stands_in() -> None:
    assert acting(away(ANA, BEN)) == BEN


def test_from_the_instant_at_which_the_absence_begins_until_it_ends() -> None:
    clocks = [at("08:59"), at("09:00"), at("16:59"), at("17:00")]
    assert [acting(away(ANA, BEN), clock=clock) for clock in clocks] == [ANA, BEN, BEN, ANA]


def test_the_one_who_stands_in_for_the_one_who_stands_in() -> None:
    assert acting(away(ANA, BEN), away(BEN, CEM)) == CEM


def test_nobody_else_without_a_cover() -> None:
    assert acting(away(ANA)) == ANA


def test_nobody_else_where_the_line_ends_with_somebody_away() -> None:
    assert acting(away(ANA, BEN), away(BEN)) == ANA


def test_nobody_else_where_two_stand_in_for_each_other() -> None:
    assert acting(away(ANA, BEN), away(BEN, ANA)) == ANA


def test_nobody_who_has_left() -> None:
    assert acting(away(ANA, BEN), left=frozenset({BEN})) == ANA


def test_the_second_of_two_absences() -> None:
    rows = [away(ANA, BEN, end="10:00"), away(ANA, CEM, start="10:00")]
    assert acting(*rows) == CEM

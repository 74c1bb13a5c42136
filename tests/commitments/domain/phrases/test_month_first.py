"""Months before days, where that is the order."""

import pytest

from tests.commitments.domain.phrases.said import choices, due, table

READ = table("""
12/3                             | 2026-12-03
11/25 10am                       | 2026-11-25 10:00
11/25/2026                       | 2026-11-25
11/25/26                         | 2026-11-25
on 12.03                         | 2026-12-03
by 11-25                         | 2026-11-25
Wed 11/25                        | 2026-11-25
25 November                      | 2026-11-25
Nov 25                           | 2026-11-25
2026-11-25                       | 2026-11-25
12/25                            | 2026-12-25
""")

ASKED = table("""
25/11                            | 2026-11-25
13/13                            |
2/30                             | 2027-02-28, 2027-03-01
Tue 11/25                        | 2026-11-24, 2026-11-25
1/2                              | 2027-01-02
11/3                             | 2027-11-03
""")


@pytest.mark.parametrize(("text", "expected"), READ)
def test_reads_the_month_first(text: str, expected: str) -> None:
    assert due(text, month_first=True) == expected


@pytest.mark.parametrize(("text", "meant"), ASKED)
def test_asks_back_what_is_no_date_in_that_order(text: str, meant: str) -> None:
    assert sorted(choices(text, month_first=True)) == [one for one in meant.split(", ") if one]

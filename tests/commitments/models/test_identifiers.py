"""Identifiers that are made in Python."""

from datetime import timedelta

import pytest

from commitments.models.identifiers import read_id, time_ordered_id
from tests.factories import NOW


def test_sort_as_they_were_made_within_one_instant() -> None:
    # More than the twelve bits of a version 7 UUID's first counter hold.
    made = [time_ordered_id(now=NOW) for _ in range(5_000)]
    assert made == sorted(made)


def test_sort_by_time_first() -> None:
    later = time_ordered_id(now=NOW + timedelta(milliseconds=1))
    assert time_ordered_id(now=NOW) < later


def test_are_version_7() -> None:
    made = time_ordered_id(now=NOW)
    assert (made.version, made.variant) == (7, "specified in RFC 4122")


@pytest.mark.parametrize("text", ["", "-1", "1.0", "²", "\N{ARABIC-INDIC DIGIT ONE}", "12 ", "9" * 19, "0x1", "none"])
def test_reads_no_id_from_what_is_none(text: str) -> None:
    assert read_id(text) is None


def test_reads_the_longest_id_that_the_database_takes() -> None:
    assert read_id("9" * 18) == 10**18 - 1

"""`manage.py when`."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from commitments import clock
from tests.factories import NOW


def said(*text: str, at: str = "2026-11-18T10:20", zone: str = "Europe/London", **options: bool) -> list[str]:
    out = StringIO()
    call_command("when", *text, at=at, zone=zone, stdout=out, **options)
    return out.getvalue().splitlines()


def test_prints_a_time_in_the_zone() -> None:
    assert said("call back tomorrow 3pm") == ["2026-11-19T15:00"]


def test_prints_a_date_alone_where_only_the_day_is_meant() -> None:
    assert said("next Tuesday") == ["2026-11-24"]


def test_takes_words_without_quotation_marks() -> None:
    assert said("by", "Friday", "noon") == ["2026-11-20T12:00"]


def test_says_why_it_asks_back_and_what_may_have_been_meant() -> None:
    assert said("call at 3") == [
        "? “at 3” may be 03:00 or 15:00: say am or pm.",
        "  Wed 18 Nov 15:00: 2026-11-18T15:00",
        "  Thu 19 Nov 03:00: 2026-11-19T03:00",
    ]


def test_says_that_no_time_is_said() -> None:
    assert said("refund invoice 2026-441") == ["? No time is said."]


def test_reads_by_the_clocks_of_the_zone() -> None:
    assert said("in 2 hours", at="2026-11-18T10:20", zone="America/New_York") == ["2026-11-18T12:20"]


def test_takes_an_instant_with_its_offset() -> None:
    assert said("in 2 hours", at="2026-11-18T10:20+00:00", zone="Europe/Berlin") == ["2026-11-18T13:20"]


def test_reads_months_first_where_that_is_asked() -> None:
    assert said("12/3", month_first=True) == ["2026-12-03"]


@pytest.mark.django_db
def test_speaks_now_without_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    out = StringIO()
    call_command("when", "in an hour", zone="UTC", stdout=out)
    assert out.getvalue().strip() == NOW.replace(hour=NOW.hour + 1, tzinfo=None).isoformat(timespec="minutes")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"at": "half past nine"}, "“half past nine” is no date and time: write it as 2026-11-18T10:20."),
        ({"at": "2026-13-18T10:20"}, "“2026-13-18T10:20” is no date and time: write it as 2026-11-18T10:20."),
        ({"zone": "Europe/Atlantis"}, "“Europe/Atlantis” is no time zone: write one as Europe/London."),
        ({"zone": ""}, "“” is no time zone: write one as Europe/London."),
        ({"zone": "../etc"}, "“../etc” is no time zone: write one as Europe/London."),
    ],
)
def test_refuses_what_is_no_time_or_zone(wrong: dict[str, str], sentence: str) -> None:
    with pytest.raises(CommandError, match="is no") as refused:
        said("tomorrow", **wrong)  # type: ignore[arg-type]  # at and zone are texts
    assert str(refused.value) == sentence

"""Public holidays as rows: this year's and those of the next two, from the library."""

from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from commitments import clock
from commitments.models import BusinessCalendar, ClosedDay
from commitments.services import holiday_library
from commitments.services.calendars import bring_holidays_up, calendar_changed, show_holidays
from commitments.services.refusals import Refused
from commitments.tasks import calendars_task
from tests.factories import NOW, OFFICE_HOURS

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

CHRISTMAS = date(2026, 12, 25)


def calendar(
    name: str = "Desk", *, zone: str = "Europe/Lisbon", country: str = "PT", subdivision: str = ""
) -> BusinessCalendar:
    """Make a calendar whose holidays have not been brought up."""
    return BusinessCalendar.objects.create(
        name=name, zone=zone, week=OFFICE_HOURS, country=country, subdivision=subdivision
    )


def holiday(on: date, of: BusinessCalendar) -> ClosedDay:
    return ClosedDay.objects.get(calendar=of, on=on)


class TestBringingThemUp:
    def test_adds_those_of_this_year_and_the_next_two(self) -> None:
        desk = calendar()
        bring_holidays_up(now=NOW)
        assert {day.on.year for day in desk.closed_days.all()} == {2026, 2027, 2028}
        assert holiday(CHRISTMAS, desk).name == "Christmas Day"
        assert holiday(CHRISTMAS, desk).source == ClosedDay.Source.HOLIDAY

    def test_closes_the_calendar_on_them(self) -> None:
        desk = calendar()
        bring_holidays_up(now=NOW)
        assert CHRISTMAS in desk.to_domain().closed_on

    def test_takes_the_year_of_the_calendars_own_place(self) -> None:
        desk = calendar(zone="Pacific/Auckland", country="NZ")
        bring_holidays_up(now=datetime(2026, 12, 31, 12, 0, tzinfo=UTC))
        assert {day.on.year for day in desk.closed_days.all()} == {2027, 2028, 2029}

    def test_adds_those_of_a_part_of_the_country(self) -> None:
        bavaria, germany = calendar(country="DE", subdivision="BY"), calendar("Berlin", country="DE")
        bring_holidays_up(now=NOW)
        assert bavaria.closed_days.filter(on=date(2027, 1, 6)).exists()
        assert not germany.closed_days.filter(on=date(2027, 1, 6)).exists()

    def test_adds_observed_days(self) -> None:
        desk = calendar(country="GB", subdivision="ENG")
        bring_holidays_up(now=NOW)
        assert holiday(date(2026, 12, 28), desk).name == "Boxing Day (observed)"

    def test_adds_an_observed_day_whose_holiday_lies_in_the_next_year(self) -> None:
        desk = calendar(country="US")
        bring_holidays_up(now=datetime(2025, 6, 1, tzinfo=UTC))
        assert holiday(date(2027, 12, 31), desk).name == "New Year's Day (observed)"

    def test_run_twice_changes_nothing(self) -> None:
        desk = calendar()
        bring_holidays_up(now=NOW)
        before = set(desk.closed_days.values_list("pk", "on", "name"))
        assert not any(bring_holidays_up(now=NOW))
        assert set(desk.closed_days.values_list("pk", "on", "name")) == before

    def test_adds_a_year_when_one_ends_and_keeps_the_old_ones(self) -> None:
        desk = calendar()
        bring_holidays_up(now=NOW)
        bring_holidays_up(now=datetime(2027, 1, 1, 12, 0, tzinfo=UTC))
        assert {day.on.year for day in desk.closed_days.all()} == {2026, 2027, 2028, 2029}

    def test_leaves_a_calendar_without_a_country_alone(self) -> None:
        desk = calendar(country="")
        bring_holidays_up(now=NOW)
        assert not desk.closed_days.exists()

    def test_exchanges_them_when_the_country_changes(self) -> None:
        desk = calendar()
        bring_holidays_up(now=NOW)
        desk.country = "ES"
        desk.save()
        bring_holidays_up(now=NOW)
        assert not desk.closed_days.filter(on=date(2027, 4, 25)).exists()
        assert desk.closed_days.filter(on=date(2027, 10, 12)).exists()

    def test_stops_for_no_calendar_that_cannot_be_worked_out(self) -> None:
        broken = calendar("A broken one")
        BusinessCalendar.objects.filter(pk=broken.pk).update(country="XX")
        desk = calendar()
        troubled, done = bring_holidays_up(now=NOW)
        assert "No holidays are known" in troubled.trouble
        assert done.added
        assert desk.closed_days.exists()

    def test_is_what_the_worker_does_daily(self) -> None:
        desk = calendar()
        calendars_task()
        assert desk.closed_days.exists()


class TestWhatPeopleSay:
    def test_keeps_a_closure_of_our_own(self) -> None:
        desk = calendar()
        ClosedDay.objects.create(calendar=desk, on=CHRISTMAS, name="Moving house")
        ClosedDay.objects.create(calendar=desk, on=date(2026, 12, 28), name="Inventory")
        bring_holidays_up(now=NOW)
        assert holiday(CHRISTMAS, desk).name == "Moving house"
        assert holiday(date(2026, 12, 28), desk).source == ClosedDay.Source.CLOSURE

    def test_keeps_a_holiday_open_on_which_the_team_works(self) -> None:
        desk = calendar()
        bring_holidays_up(now=NOW)
        desk.closed_days.filter(on=CHRISTMAS).update(is_open=True)
        assert not any(bring_holidays_up(now=NOW))
        assert holiday(CHRISTMAS, desk).is_open
        assert CHRISTMAS not in BusinessCalendar.objects.get(pk=desk.pk).to_domain().closed_on

    def test_puts_a_changed_name_right(self) -> None:
        desk = calendar()
        bring_holidays_up(now=NOW)
        desk.closed_days.filter(on=CHRISTMAS).update(name="Xmas")
        bring_holidays_up(now=NOW)
        assert holiday(CHRISTMAS, desk).name == "Christmas Day"

    def test_lets_only_a_holiday_be_worked_on(self) -> None:
        desk = calendar()
        with pytest.raises(IntegrityError), transaction.atomic():
            ClosedDay.objects.create(calendar=desk, on=CHRISTMAS, name="Ours", is_open=True)


class TestAPlace:
    @pytest.mark.parametrize(
        ("country", "subdivision", "field", "sentence"),
        [
            ("XX", "", "country", "No holidays are known for “XX”"),
            ("PT", "ZZ", "subdivision", "no part of Portugal"),
            ("JP", "13", "subdivision", "leave this blank"),
            ("", "BY", "subdivision", "Choose the country"),
        ],
    )
    def test_that_is_not_known_is_refused(self, country: str, subdivision: str, field: str, sentence: str) -> None:
        with pytest.raises(Refused, match=sentence) as refused:
            holiday_library.known(country=country, subdivision=subdivision)
        assert refused.value.field == field

    @pytest.mark.parametrize("typed", ["BY", "by", "Bayern", " bayern "])
    def test_can_be_typed_in_several_ways(self, typed: str) -> None:
        assert holiday_library.known(country="de", subdivision=typed) == ("DE", "BY")

    def test_has_a_name_that_people_read(self) -> None:
        assert holiday_library.countries()["US"] == "United States"

    @pytest.mark.parametrize("language", ["de_DE", "pt_PT", ""])
    def test_has_english_names_whatever_the_machine_speaks(
        self, language: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("LANGUAGE", language)
        monkeypatch.setenv("LANG", language)
        names = holiday_library.holidays_of(country="DE", subdivision="", years=[2026])
        assert names[CHRISTMAS] == "Christmas Day"

    def test_never_open_is_refused_and_nothing_is_stored(self) -> None:
        desk = calendar()
        desk.week = [[["09:00", "18:00"]], [], [], [], [], [], []]
        desk.save()
        monday = date(2026, 11, 16)
        ClosedDay.objects.bulk_create(
            ClosedDay(calendar=desk, on=date.fromordinal(monday.toordinal() + 7 * week), name="Closed")
            for week in range(60)
        )
        with pytest.raises(Refused, match="not open on any day"):
            calendar_changed(calendar=desk, now=NOW)
        assert not desk.closed_days.filter(source="holiday").exists()


class TestTheCommand:
    @pytest.fixture(autouse=True)
    def _stopped_clock(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(clock, "now", lambda: NOW)

    @staticmethod
    def say(*arguments: str) -> str:
        out = StringIO()
        call_command("holidays", *arguments, stdout=out, stderr=out)
        return out.getvalue()

    def test_shows_what_would_change_and_writes_nothing(self) -> None:
        desk = calendar()
        said = self.say()
        assert "Desk (PT), 2026 to 2028" in said
        assert "+ 2026-12-25 Christmas Day" in said
        assert "--apply" in said
        assert not desk.closed_days.exists()

    def test_writes_it_when_told_to(self) -> None:
        desk = calendar()
        assert "+ 2026-12-25 Christmas Day" in self.say("--apply")
        assert holiday(CHRISTMAS, desk)
        assert "nothing changes" in self.say()

    def test_shows_what_goes_and_what_is_renamed(self) -> None:
        desk = calendar()
        bring_holidays_up(now=NOW)
        ClosedDay.objects.create(calendar=desk, on=date(2027, 7, 1), name="No such day", source="holiday")
        desk.closed_days.filter(on=CHRISTMAS).update(name="Xmas")
        said = self.say()
        assert "- 2027-07-01 No such day" in said
        assert "~ 2026-12-25 Christmas Day (was Xmas)" in said

    def test_names_a_calendar_that_cannot_be_worked_out(self) -> None:
        BusinessCalendar.objects.filter(pk=calendar().pk).update(country="XX")
        assert "cannot be worked out" in self.say("--apply")

    def test_shows_the_same_as_the_service(self) -> None:
        calendar()
        (shown,) = show_holidays(now=NOW)
        (done,) = bring_holidays_up(now=NOW)
        assert [day.on for day in shown.added] == [day.on for day in done.added]

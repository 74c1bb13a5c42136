"""The settings pages of calendars: holidays, closures, and promises that follow a change."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from commitments import clock
from commitments.models import BusinessCalendar, ClosedDay, Team
from tests import factories

pytestmark = pytest.mark.django_db

CHRISTMAS = date(2026, 12, 25)
NOW = datetime(2026, 11, 20, 10, 20, tzinfo=UTC)
"""A Friday: a calendar that is always open names a time on the weekend."""
FAR = datetime(2027, 2, 1, 15, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def admin(db: None) -> Client:
    """Sign a superuser in."""
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("root", "root@example.org", "a long password"))
    return client


def typed(calendar: BusinessCalendar | None = None, **values: Any) -> dict[str, Any]:
    """Give the form of a calendar as it stands, with `values` typed in."""
    days = list(calendar.closed_days.order_by("on")) if calendar else []
    form: dict[str, Any] = {
        "name": calendar.name if calendar else "Office",
        "zone": calendar.zone if calendar else "Europe/Lisbon",
        "week": json.dumps(calendar.week if calendar else factories.OFFICE_HOURS),
        "country": calendar.country if calendar else "",
        "subdivision": calendar.subdivision if calendar else "",
        "closed_days-TOTAL_FORMS": str(len(days)),
        "closed_days-INITIAL_FORMS": str(len(days)),
    }
    for place, day in enumerate(days):
        form |= {
            f"closed_days-{place}-id": day.pk,
            f"closed_days-{place}-calendar": calendar.pk if calendar else "",
            f"closed_days-{place}-on": day.on.isoformat(),
            f"closed_days-{place}-name": day.name,
        }
        if day.is_open:
            form[f"closed_days-{place}-is_open"] = "on"
    return form | values


def place_of(day: date, calendar: BusinessCalendar) -> str:
    """Give the prefix of a closed day's fields."""
    days = list(calendar.closed_days.order_by("on").values_list("on", flat=True))
    return f"closed_days-{days.index(day)}"


def change(admin: Client, calendar: BusinessCalendar, **values: Any) -> Any:
    return admin.post(
        f"/admin/commitments/businesscalendar/{calendar.pk}/change/", typed(calendar) | values, follow=True
    )


@pytest.fixture
def portuguese(admin: Client) -> BusinessCalendar:
    """A calendar that was given the holidays of Portugal."""
    assert admin.post("/admin/commitments/businesscalendar/add/", typed(country="PT")).status_code == 302
    return BusinessCalendar.objects.get(name="Office")


def test_bring_the_holidays_of_a_country(portuguese: BusinessCalendar) -> None:
    assert portuguese.closed_days.filter(source="holiday", name="Christmas Day").count() == 3


def test_say_how_many_came(admin: Client) -> None:
    page = admin.post("/admin/commitments/businesscalendar/add/", typed(country="PT"), follow=True)
    assert "Public holidays:" in page.content.decode()


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"country": "DE", "subdivision": "XX"}, "no part of Germany"),
        ({"subdivision": "BY"}, "Choose the country"),
        ({"country": "XX"}, "not one of the available choices"),
    ],
)
def test_refuse_a_place_that_is_not_known(admin: Client, values: dict[str, str], sentence: str) -> None:
    page = admin.post("/admin/commitments/businesscalendar/add/", typed(**values))
    assert sentence in page.content.decode()
    assert not BusinessCalendar.objects.filter(name="Office").exists()


def test_write_a_place_as_the_holidays_do(admin: Client) -> None:
    admin.post("/admin/commitments/businesscalendar/add/", typed(country="DE", subdivision="bayern"))
    assert BusinessCalendar.objects.get(name="Office").subdivision == "BY"


def test_mark_a_holiday_on_which_the_team_works(admin: Client, portuguese: BusinessCalendar) -> None:
    change(admin, portuguese, **{f"{place_of(CHRISTMAS, portuguese)}-is_open": "on"})
    assert CHRISTMAS not in BusinessCalendar.objects.get(pk=portuguese.pk).to_domain().closed_on


def test_keep_a_deleted_holiday_as_worked_so_that_it_does_not_come_back(
    admin: Client, portuguese: BusinessCalendar
) -> None:
    change(admin, portuguese, **{f"{place_of(CHRISTMAS, portuguese)}-DELETE": "on"})
    assert portuguese.closed_days.get(on=CHRISTMAS).is_open


def test_delete_a_closure_of_our_own(admin: Client, portuguese: BusinessCalendar) -> None:
    ClosedDay.objects.create(calendar=portuguese, on=date(2026, 12, 28), name="Inventory")
    change(admin, portuguese, **{f"{place_of(date(2026, 12, 28), portuguese)}-DELETE": "on"})
    assert not portuguese.closed_days.filter(on=date(2026, 12, 28)).exists()


def test_change_no_holidays_name_or_date(admin: Client, portuguese: BusinessCalendar) -> None:
    change(admin, portuguese, **{f"{place_of(CHRISTMAS, portuguese)}-name": "Ours"})
    assert portuguese.closed_days.get(on=CHRISTMAS).name == "Christmas Day"


def test_refuse_to_work_on_a_closure_of_our_own(admin: Client, portuguese: BusinessCalendar) -> None:
    ClosedDay.objects.create(calendar=portuguese, on=date(2026, 12, 28), name="Inventory")
    page = change(admin, portuguese, **{f"{place_of(date(2026, 12, 28), portuguese)}-is_open": "on"})
    assert "This is for public holidays" in page.content.decode()


def test_refuse_a_calendar_that_is_closed_on_every_open_day(admin: Client) -> None:
    monday = date(2026, 11, 16).toordinal()
    closures = {"closed_days-TOTAL_FORMS": "60", "closed_days-INITIAL_FORMS": "0"}
    for week in range(60):
        closures |= {
            f"closed_days-{week}-on": date.fromordinal(monday + 7 * week).isoformat(),
            f"closed_days-{week}-name": "Closed",
        }
    form = typed(week='[[["09:00", "17:00"]], [], [], [], [], [], []]') | closures
    page = admin.post("/admin/commitments/businesscalendar/add/", form)
    assert "not open on any day" in page.content.decode()
    assert not BusinessCalendar.objects.filter(name="Office").exists()


def test_time_open_promises_anew_and_say_so(admin: Client, team: Team) -> None:
    promise = factories.promise(team=team, now=NOW, due_at=FAR)
    assert promise.next_word_due_at == datetime(2026, 11, 23, 10, 30, tzinfo=UTC)
    page = change(admin, team.calendar, week=json.dumps(factories.ALWAYS))
    promise.refresh_from_db()
    assert promise.next_word_due_at == datetime(2026, 11, 21, 10, 30, tzinfo=UTC)
    assert promise.events.get(kind="clocks_retimed").facts["because"] == "calendar"
    assert "1 open promise was timed anew" in page.content.decode()


def test_time_open_promises_anew_where_their_team_gets_another_calendar(admin: Client, team: Team) -> None:
    promise = factories.promise(team=team, now=NOW, due_at=FAR)
    always = BusinessCalendar.objects.create(name="Always", zone="UTC", week=factories.ALWAYS)
    members = list(team.memberships.all())
    form = {
        "name": team.name,
        "calendar": always.pk,
        "language": team.language,
        "memberships-TOTAL_FORMS": str(len(members)),
        "memberships-INITIAL_FORMS": str(len(members)),
    }
    for place, member in enumerate(members):
        form |= {
            f"memberships-{place}-id": member.pk,
            f"memberships-{place}-team": team.pk,
            f"memberships-{place}-user": member.user_id,
            f"memberships-{place}-role": member.role,
        }
    assert admin.post(f"/admin/commitments/team/{team.pk}/change/", form).status_code == 302
    assert promise.events.filter(kind="clocks_retimed").exists()

"""Being away, on the pages …"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from commitments.models import Absence, Team
from commitments.services.absences import note_absence
from tests import factories
from tests.factories import NOW

TONIGHT = "2026-11-18T18:00"


@pytest.fixture
def ben(team: Team) -> Any:
    return factories.agent(team=team, first_name="Ben", last_name="Okafor")


def page_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


def away(user: Any, cover: Any = None, *, hours: int = 7) -> Absence:
    until_at = NOW + timedelta(hours=hours)
    return note_absence(actor=user, user=user, cover=cover, from_at=NOW, until_at=until_at, now=NOW)


def test_is_noted_from_the_desk_until_the_days_end(client: Client, ana: Any, ben: Any) -> None:
    assert f'value="{TONIGHT}"' in page_of(client, "/")
    response = client.post("/away/", {"page": "desk", "away-until_at": TONIGHT, "away-cover": ben.pk})
    assert response["Location"] == "/"
    absence = Absence.objects.get()
    assert (absence.user, absence.cover, absence.from_at) == (ana, ben, NOW)
    assert absence.until_at == datetime(2026, 11, 18, 18, 0, tzinfo=UTC)
    page = page_of(client, "/")
    assert "You are noted as away" in page
    assert "Ana Ruiz is away until 18:00; Ben Okafor stands in." in page


def test_is_noted_by_a_supervisor_from_the_board(supervisors_client: Client, ana: Any, ben: Any, sofia: Any) -> None:
    values = {"page": "board", "away-user": ana.pk, "away-until_at": TONIGHT, "away-cover": ben.pk}
    assert supervisors_client.post("/away/", values)["Location"] == "/board/"
    assert (Absence.objects.get().user, Absence.objects.get().noted_by) == (ana, sofia)
    assert "Ben Okafor stands in" in page_of(supervisors_client, "/board/")


def test_shows_on_the_board_for_whom_somebody_stands_in(supervisors_client: Client, ana: Any, ben: Any) -> None:
    factories.promise(owner=ana)
    away(ana, ben)
    assert "· away, Ben Okafor stands in" in page_of(supervisors_client, "/board/")


def test_keeps_what_was_typed_where_it_is_refused(client: Client, ana: Any, ben: Any) -> None:
    away(ben)
    response = client.post("/away/", {"away-until_at": TONIGHT, "away-cover": ben.pk})
    assert response.status_code == 422
    assert "Ben Okafor is away" in response.content.decode()
    assert f'value="{TONIGHT}"' in response.content.decode()


@pytest.mark.parametrize("until", ["", "x", "2026-11-18T09:00"])
def test_needs_an_end_to_come(client: Client, until: str) -> None:
    assert client.post("/away/", {"away-until_at": until}).status_code == 422
    assert not Absence.objects.exists()


def test_cannot_be_noted_for_a_colleague_by_an_agent(client: Client, ben: Any) -> None:
    assert client.post("/away/", {"away-user": ben.pk, "away-until_at": TONIGHT}).status_code == 422
    assert not Absence.objects.exists()


def test_is_changed(client: Client, ana: Any, ben: Any) -> None:
    absence = away(ana)
    assert f'value="{ben.pk}"' in page_of(client, f"/away/{absence.pk}/")
    client.post(f"/away/{absence.pk}/", {"away-until_at": "2026-11-18T16:00", "away-cover": ben.pk})
    absence.refresh_from_db()
    assert (absence.cover, absence.until_at) == (ben, datetime(2026, 11, 18, 16, 0, tzinfo=UTC))


def test_is_over_with_one_press(client: Client, ana: Any) -> None:
    absence = away(ana)
    assert "Ana Ruiz is back" in page_of(client, "/away/")
    client.post(f"/away/{absence.pk}/back/")
    assert not Absence.objects.filter(until_at__gt=NOW).exists()


def test_is_over_once_where_the_button_is_pressed_twice(client: Client, ana: Any) -> None:
    absence = away(ana)
    Absence.objects.update(from_at=NOW - timedelta(hours=1))
    client.post(f"/away/{absence.pk}/back/")
    assert client.post(f"/away/{absence.pk}/back/").status_code == 302


def test_speaks_of_nobody_else_to_who_can_note_it_for_themselves_alone(client: Client, ana: Any, ben: Any) -> None:
    away(ben)
    page = page_of(client, "/away/")
    assert "You are not away" in page
    assert "Nobody is away" not in page


def test_of_others_is_not_there_for_an_agent(client: Client, ben: Any) -> None:
    absence = away(ben)
    assert client.get(f"/away/{absence.pk}/").status_code == 404
    assert client.post(f"/away/{absence.pk}/back/").status_code == 404
    assert Absence.objects.filter(until_at__gt=NOW).exists()


def test_shows_the_promises_to_whoever_stands_in(client: Client, ana: Any, ben: Any) -> None:
    factories.promise(owner=ben, promise="send the spare part")
    away(ben, ana)
    page = page_of(client, "/")
    assert "You stand in for <strong>Ben Okafor</strong>" in page
    assert "send the spare part" in page
    assert "for Ben Okafor" in page


def test_is_said_on_the_promises_page(client: Client, ana: Any, ben: Any) -> None:
    promise = factories.promise(owner=ben)
    away(ben, ana)
    page = page_of(client, f"/promises/{promise.reference}/")
    assert "away until" in page
    assert "<strong>Ana Ruiz</strong> stands in" in page
    assert "Hand it over" in page

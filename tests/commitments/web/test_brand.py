"""What customers know a team by …"""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from commitments.models import Picture, Team
from tests import factories
from tests.pictures import JPEG, PNG, png

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> Client:
    """Sign a superuser in."""
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("root", "root@example.org", "a long password"))
    return client


@pytest.fixture
def team() -> Team:
    return factories.team(policies=False)


def save(admin: Client, team: Team, **changed: Any) -> HttpResponse:
    team.refresh_from_db()
    values: dict[str, Any] = {
        "name": team.name,
        "calendar": team.calendar_id,
        "language": team.language,
        "signature": team.signature,
        "colour": team.colour,
        "memberships-TOTAL_FORMS": 0,
        "memberships-INITIAL_FORMS": 0,
    }
    return admin.post(f"/admin/commitments/team/{team.pk}/change/", values | changed)


def upload(admin: Client, team: Team, contents: bytes) -> HttpResponse:
    return save(admin, team, new_logo=SimpleUploadedFile("logo.png", contents, content_type="image/png"))


def test_is_set_on_the_teams_page(admin: Client, team: Team) -> None:
    response = save(admin, team, language="de", signature="Support\nLisbon", colour="#8a1c5c")
    assert response.status_code == 302
    team.refresh_from_db()
    assert (team.language, team.signature, team.colour) == ("de", "Support\nLisbon", "#8a1c5c")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"colour": "#ffcc00"}, "This colour is hard to read on white: its contrast is 1.5, and words need 4.5."),
        ({"colour": "red"}, "Write the colour as # and six digits"),
        ({"signature": "One\nline\ntoo\nmany\nfor\nit"}, "A signature has at most 5 lines."),
        ({"language": "tlh"}, "Select a valid choice."),
    ],
)
def test_is_refused_with_a_sentence(admin: Client, team: Team, changed: dict[str, str], said: str) -> None:
    assert said in save(admin, team, **changed).content.decode()
    team.refresh_from_db()
    assert (team.colour, team.signature, team.language) == ("", "", "en")


def test_can_be_a_logo_that_anybody_may_fetch_and_keep(admin: Client, team: Team) -> None:
    upload(admin, team, PNG)
    team.refresh_from_db()
    response = Client().get(team.logo_url.removeprefix("http://testserver"))
    assert response.content == PNG
    assert response["Content-Type"] == "image/png"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "Vary" not in response
    assert not response.cookies


def test_stays_in_mails_that_have_gone_when_there_is_another_logo(admin: Client, team: Team) -> None:
    upload(admin, team, PNG)
    team.refresh_from_db()
    before = team.logo_url.removeprefix("http://testserver")
    upload(admin, team, JPEG)
    team.refresh_from_db()
    assert not team.logo_url.endswith(before)
    assert Client().get(before).content == PNG


def test_keeps_its_logo_when_something_else_is_saved_and_loses_it_when_asked(admin: Client, team: Team) -> None:
    upload(admin, team, PNG)
    save(admin, team, colour="#8a1c5c")
    team.refresh_from_db()
    assert team.logo_id
    page = admin.get(f"/admin/commitments/team/{team.pk}/change/").content.decode()
    assert f'<img src="{team.logo_url}" alt="{team.name}"' in page
    save(admin, team, without_logo="on")
    team.refresh_from_db()
    assert team.logo_id is None


@pytest.mark.parametrize(
    ("contents", "said"),
    [
        (b"<svg onload='alert(1)'/>", "This is no PNG, JPEG or WebP picture."),
        (PNG + b"\0" * 100_000, "The picture is larger than 100 kB."),
        (png(width=2_001, height=1), "The picture is 2001 × 1 pixels large"),
    ],
)
def test_is_no_logo_that_mails_could_not_show(admin: Client, team: Team, contents: bytes, said: str) -> None:
    assert said in upload(admin, team, contents).content.decode()
    assert not Picture.objects.exists()


def test_keeps_one_picture_for_two_teams(admin: Client, team: Team) -> None:
    upload(admin, team, PNG)
    upload(admin, factories.team(policies=False), PNG)
    assert Picture.objects.count() == 1


def test_is_nothing_at_an_address_that_nobody_gave() -> None:
    assert Client().get("/pictures/" + "0" * 32).status_code == 404

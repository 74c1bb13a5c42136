"""Signing in."""

import pytest
from django.test import Client

from tests import factories

PAGES = ["/", "/board/", "/customers/", "/search/", "/promises/ABCDE/", "/customers/1/"]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page", PAGES)
def test_is_asked_for_by_every_page_and_leads_back_to_it(page: str) -> None:
    response = Client().get(page)
    assert response.status_code == 302
    assert response["Location"] == f"/sign-in/?next={page}"


def test_is_asked_for_by_a_piece_of_a_page_for_the_whole_page() -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/board/?state=silent"}
    response = Client().get("/board/", headers=headers)
    assert response["HX-Redirect"] == "/sign-in/?next=/board/"
    assert response.content == b""


def test_takes_the_name_and_the_password() -> None:
    user = factories.user(username="ana")
    user.set_password("a long password")
    user.save()
    response = Client().post("/sign-in/", {"username": "ana", "password": "a long password"})
    assert response.status_code == 302
    assert response["Location"] == "/"


def test_says_so_when_the_password_is_wrong_and_keeps_the_name() -> None:
    page = Client().post("/sign-in/", {"username": "ana", "password": "wrong"}).content.decode()
    assert "correct username and password" in page
    assert 'value="ana"' in page


def test_ends_with_signing_out_by_post_alone(client: Client) -> None:
    assert client.get("/sign-out/").status_code == 405
    assert client.post("/sign-out/").status_code == 302
    assert client.get("/").status_code == 302


def test_of_a_piece_of_a_page_survives_an_address_that_is_none() -> None:
    answer = Client().get("/", headers={"HX-Request": "true", "HX-Current-URL": "http://["})
    assert answer.status_code == 200
    assert answer.headers["HX-Redirect"] == "/sign-in/?next=/"

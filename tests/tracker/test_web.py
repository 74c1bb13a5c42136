"""What every page has and what the probes say."""

from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

pytestmark = pytest.mark.sqlite


def test_says_that_the_process_is_alive_without_asking_the_database(client: Client) -> None:
    response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"alive": True}


@pytest.mark.django_db
def test_is_ready_when_the_database_answers(client: Client) -> None:
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_is_not_ready_when_the_database_does_not_answer(client: Client) -> None:
    def refuse(*_: Any) -> None:
        raise OperationalError("the connection is closed")

    with connection.execute_wrapper(refuse):
        response = client.get("/readyz")
    assert response.status_code == 503
    assert response["Cache-Control"] == "no-store"


def test_answers_probes_by_whatever_name_and_over_plain_http(client: Client, settings: Any) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/healthz", headers={"host": "10.1.2.3:8000"}).status_code == 200


@pytest.mark.django_db
def test_refuses_other_pages_by_an_unknown_name(client: Client) -> None:
    assert client.get("/admin/login/", headers={"host": "elsewhere.example.com"}).status_code == 400


@pytest.mark.django_db
def test_allows_no_inline_script_or_style(client: Client) -> None:
    policy = client.get("/admin/login/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "img-src 'self' data:" in policy
    assert "unsafe" not in policy


@pytest.mark.django_db
def test_is_framed_by_nobody(client: Client) -> None:
    assert client.get("/admin/login/")["X-Frame-Options"] == "DENY"

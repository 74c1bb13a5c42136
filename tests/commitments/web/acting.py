"""Doing what a promise's page offers, as a browser would."""

from datetime import datetime
from typing import Any

from django.test import Client

from commitments.models import Commitment
from commitments.services.replies import customer_message
from commitments.web.acts import ACTS


def page_of(client: Client, promise: Commitment, query: str = "") -> str:
    response = client.get(f"/promises/{promise.reference}/{query}")
    assert response.status_code == 200
    return response.content.decode()


def act(client: Client, promise: Commitment, name: str, **values: Any) -> Any:
    """Post the form of an act, with the version as it is stored."""
    promise.refresh_from_db()
    path = next(act.path for act in ACTS if act.name == name)
    typed = {"version": promise.version} | values
    return client.post(
        f"/promises/{promise.reference}/{path}/", {f"{name}-{field}": value for field, value in typed.items()}
    )


def refused(response: Any) -> str:
    """Give the page of a form that was refused."""
    assert response.status_code == 422
    return str(response.content.decode())


def asked(promise: Commitment, *, now: datetime, words: str = "Where is it?", **options: Any) -> None:
    values: dict[str, Any] = {"channel": "email", "words": words}
    customer_message(actor=promise.owner, reference=promise.reference, now=now, **values | options)

"""A log line …"""

import io
import json
import logging
from typing import Any

import pytest
import structlog
from django.conf import settings
from django.test import Client

from tracker.logs import logging_settings, without_tokens

TOKEN = "aedqzbwrkieznuvxywq6qkyeeeveov72"


@pytest.fixture
def written(request: pytest.FixtureRequest) -> Any:
    """Write log lines as a production does, into something to be read."""
    stream = io.StringIO()
    found = logging_settings(level="DEBUG", style="json")
    formatter = found["formatters"]["lines"]
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter["()"](**{name: value for name, value in formatter.items() if name != "()"}))
    root = logging.getLogger()
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)


@pytest.mark.parametrize(
    "line",
    [
        f"GET /p/{TOKEN}/ 200",
        f"GET /p/{TOKEN.upper()}/message/?x=1",
        f"http://kept.example.com/unsubscribe/{TOKEN}/",
        f'{{"path": "/p/{TOKEN}"}}',
        f"To: reply.{TOKEN}@replies.example.com",
        f"token={TOKEN}",
    ],
)
def test_holds_no_token(line: str) -> None:
    cut = without_tokens(line)
    assert TOKEN not in cut.lower()
    assert "[cut]" in cut


def test_holds_no_address_by_which_a_colleague_speaks() -> None:
    assert without_tokens("k7q4m.aedqzbwrkieznuvx@in.example.com") == "k7q4m.[cut]@in.example.com"


def test_keeps_what_is_no_token() -> None:
    line = "GET /promises/K7Q4M/ 0192f1a2c3d4e5f60718293a4b5c6d7e commitments.sweep"
    assert without_tokens(line) == line


@pytest.mark.django_db
def test_of_a_page_that_is_not_there_holds_no_token(written: io.StringIO) -> None:
    Client().get(f"/p/{TOKEN}/")
    Client().get(f"/p/{TOKEN}/nowhere/")
    assert "Not Found: /p/[cut]/" in written.getvalue()
    assert TOKEN not in written.getvalue()


def test_of_our_own_holds_none_either(written: io.StringIO) -> None:
    structlog.get_logger("kept").warning("something", path=f"/p/{TOKEN}/", address=f"reply.{TOKEN}@example.com")
    assert json.loads(written.getvalue().splitlines()[-1])["path"] == "/p/[cut]/"
    assert TOKEN not in written.getvalue()


def test_of_an_error_holds_none_in_its_traceback(written: io.StringIO) -> None:
    try:
        raise ValueError(f"no such link: {TOKEN}")
    except ValueError:
        logging.getLogger("kept").exception("It broke at /p/%s/", TOKEN)
    assert "Traceback" in written.getvalue()
    assert TOKEN not in written.getvalue()


def test_is_written_so_wherever_kept_logs() -> None:
    assert {handler["formatter"] for handler in settings.LOGGING["handlers"].values()} == {"lines"}

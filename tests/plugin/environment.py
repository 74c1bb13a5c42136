"""What the settings read in a test run: its own services, and nothing of whoever runs the tests.

`KEPT_TEST_DATABASE` chooses the database: `postgres` (the default) starts a private server, `sqlite` takes
the embedded default, a `postgres://…` URL takes a server that is there already (its role must be allowed to
create databases).
"""

import os
import re
from collections.abc import MutableMapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CHOICE = "KEPT_TEST_DATABASE"
FOLDER = "KEPT_TEST_FOLDER"
READ_BY_SETTINGS = re.compile(r"""\benv\.\w+\(\s*["']([A-Z][A-Z0-9_]*)["']""")
KEY = "a-key-for-tests-that-guards-nothing-0123456789-abcdefghijklmnopqrstuvwxyz"


def choice() -> str:
    """Return which database the run uses: `postgres`, `sqlite` or a URL; raise ValueError otherwise."""
    word = os.environ.get(CHOICE, "").strip() or "postgres"
    if word in {"postgres", "sqlite"} or word.startswith(("postgres://", "postgresql://")):
        return word
    raise ValueError(f"{CHOICE} is {word!r}; wanted is postgres, sqlite or a postgres:// URL.")


def forget_the_persons_own(environ: MutableMapping[str, str]) -> None:
    """Take out every variable that the settings read, so that a developer's shell changes no test."""
    settings = ROOT / "tracker" / "settings.py"
    names = set(READ_BY_SETTINGS.findall(settings.read_text())) | {"EMAIL_URL", "DATABASE_URL"}
    for name in list(environ):
        if name in names or name.startswith("ANYMAIL_"):
            del environ[name]


def set_for_process(
    environ: MutableMapping[str, str], *, folder: Path, database_url: str | None, broker_url: str
) -> None:
    """Write what the settings of this process need; without `database_url` they take the embedded default."""
    environ["VAR"] = str(folder / f"var-{process_name()}")
    environ["SECRET_KEY"] = KEY
    environ["SITE_URL"] = "http://testserver"
    environ["ALLOWED_HOSTS"] = "testserver,localhost,127.0.0.1"
    environ["DEFAULT_FROM_EMAIL"] = "Kept <kept@example.com>"
    environ["LOG_LEVEL"] = "WARNING"
    environ["REDIS_URL"] = broker_url
    if database_url is not None:
        environ["DATABASE_URL"] = database_url
        # Nobody listens there: mail of this process goes to Django's outbox, or to a server a test asks for.
        environ["EMAIL_URL"] = "smtp://127.0.0.1:9"
    # Playwright keeps an event loop in the thread of the tests; the ORM would take that for a mistake.
    environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def process_name() -> str:
    """Return what tells this process of the run from the others: `main`, or pytest-xdist's `gw0`, `gw1` …"""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")

"""The settings, read from one environment or another."""

import ast
import os
import pkgutil
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from anymail import backends

from tracker import environment

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = ROOT / "tracker" / "settings.py"
OPERATIONS = ROOT / "docs" / "operations.md"
KEY = "0123456789-abcdefghijklmnopqrstuvwxyz-0123456789-abcdefghijklmnopqrstuvwxyz"

PRODUCTION = {
    "DATABASE_URL": "postgresql://kept:secret@db.example.com:5432/kept",
    "REDIS_URL": "redis://redis.example.com:6379/0",
    "EMAIL_URL": "smtp+tls://kept:p%40ss@mail.example.com:587",
    "SECRET_KEY": KEY,
    "SITE_URL": "https://kept.example.com",
    "ALLOWED_HOSTS": "kept.example.com",
}

type_of_read = Callable[..., dict[str, Any]]

pytestmark = pytest.mark.sqlite


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> type_of_read:
    """Offer a function that reads the settings from these variables alone, with a folder of their own."""

    def settings(**variables: str) -> dict[str, Any]:
        values = {"VAR": str(tmp_path / "var")} | variables
        monkeypatch.setattr(environment, "of_this_process", lambda: environment.Environment(values=values))
        return runpy.run_path(str(SETTINGS))

    return settings


def test_take_the_embedded_default_when_nothing_is_set(read: type_of_read, tmp_path: Path) -> None:
    settings = read()
    assert settings["EMBEDDED"]
    assert settings["DATABASES"]["default"]["NAME"] == tmp_path / "var" / "kept.sqlite3"
    assert settings["CELERY_BROKER_URL"] == f"redis+socket://{tmp_path}/var/broker.sock"
    assert settings["EMAIL_BACKEND"] == "notifications.mailbox.DatabaseMailbox"
    assert settings["MAILBOX"]
    assert settings["SITE_URL"] == "http://127.0.0.1:8000"
    assert not settings["MAIL_STOP"]


def test_count_an_empty_variable_as_not_set(read: type_of_read) -> None:
    assert read(DATABASE_URL="", PORT=" ", MAIL_PROVIDER="")["EMBEDDED"]


def test_make_the_secret_key_once_for_its_owner_alone(read: type_of_read, tmp_path: Path) -> None:
    first = read()["SECRET_KEY"]
    assert read()["SECRET_KEY"] == first
    assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o777 == 0o600


def test_put_the_brokers_socket_elsewhere_when_its_path_is_too_long(read: type_of_read, tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    socket = read(VAR=str(deep))["BROKER_SOCKET"]
    assert len(str(socket)) < 100
    assert socket == read(VAR=str(deep))["BROKER_SOCKET"]
    assert socket.parent.stat().st_mode & 0o777 == 0o700
    socket.parent.rmdir()


def test_use_servers_of_ones_own_with_the_embedded_database(read: type_of_read) -> None:
    settings = read(REDIS_URL="unix:///run/redis.sock", EMAIL_URL="smtp://localhost:1025")
    assert settings["EMBEDDED"]
    assert settings["CELERY_BROKER_URL"] == "redis+socket:///run/redis.sock"
    assert settings["BROKER_SOCKET"] is None
    assert not settings["MAILBOX"]


def test_read_a_production(read: type_of_read) -> None:
    settings = read(**PRODUCTION)
    assert not settings["EMBEDDED"]
    assert not settings["MAILBOX"]
    assert settings["DATABASES"]["default"]["HOST"] == "db.example.com"
    assert (settings["EMAIL_HOST"], settings["EMAIL_PORT"]) == ("mail.example.com", 587)
    assert (settings["EMAIL_HOST_USER"], settings["EMAIL_HOST_PASSWORD"]) == ("kept", "p@ss")
    assert settings["EMAIL_USE_TLS"]
    assert not settings["EMAIL_USE_SSL"]
    assert settings["SESSION_COOKIE_SECURE"]
    assert settings["SECURE_SSL_REDIRECT"]
    assert settings["LOG_FORMAT"] == "json"


@pytest.mark.parametrize("url", ["postgresql:////run/pg/kept", "postgresql:///kept?host=/run/pg"])
def test_reach_the_database_over_a_socket(url: str, read: type_of_read) -> None:
    database = read(**PRODUCTION | {"DATABASE_URL": url})["DATABASES"]["default"]
    assert database["NAME"] == "kept"
    assert "/run/pg" in {database["HOST"], database["OPTIONS"].get("host")}


def test_speak_tls_from_the_first_byte_with_smtps(read: type_of_read) -> None:
    settings = read(EMAIL_URL="smtps://mail.example.com")
    assert settings["EMAIL_USE_SSL"]
    assert not settings["EMAIL_USE_TLS"]
    assert settings["EMAIL_PORT"] == 465


def test_pass_a_providers_variables_on(read: type_of_read) -> None:
    settings = read(
        **PRODUCTION | {"EMAIL_URL": "", "MAIL_PROVIDER": "mailgun"},
        ANYMAIL_MAILGUN_API_KEY="key-1",
        ANYMAIL_IGNORE_RECIPIENT_STATUS="true",
        ANYMAIL_SEND_DEFAULTS='{"tags": ["kept"]}',
    )
    assert settings["EMAIL_BACKEND"] == "anymail.backends.mailgun.EmailBackend"
    assert settings["ANYMAIL"] == {
        "MAILGUN_API_KEY": "key-1",
        "IGNORE_RECIPIENT_STATUS": True,
        "SEND_DEFAULTS": {"tags": ["kept"]},
    }


def test_know_every_provider_of_anymail() -> None:
    no_providers = {"base", "base_requests", "console", "test", "sendinblue"}
    modules = {module.name for module in pkgutil.iter_modules(backends.__path__)}
    assert set(runpy.run_path(str(SETTINGS))["MAIL_PROVIDERS"]) == modules - no_providers


def test_read_where_test_mail_may_go(read: type_of_read) -> None:
    assert read(MAIL_ONLY_TO="Example.com, test.example.org,")["MAIL_ONLY_TO"] == ["example.com", "test.example.org"]


def test_read_where_the_heartbeat_goes(read: type_of_read) -> None:
    assert read()["HEARTBEAT_URL"] == ""
    url = "https://watchman.example.com:8443/ping/f3a1?from=kept"
    assert read(HEARTBEAT_URL=f" {url} ")["HEARTBEAT_URL"] == url


@pytest.mark.parametrize("name", sorted(PRODUCTION.keys() - {"DATABASE_URL"}))
def test_refuse_a_production_that_lacks(name: str, read: type_of_read, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        read(**PRODUCTION | {name: ""})
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith("Kept cannot start: ")
    assert name in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ALLOWED_HOSTS", "https://kept.example.com"),
        ("ANYMAIL_SEND_DEFAULTS", '{"tags": '),
        ("DATABASE_URL", "mysql://db/kept"),
        ("DATABASE_URL", "postgresql://db.example.com:port/kept"),
        ("DATABASE_URL", "postgresql://db.example.com"),
        ("DEBUG", "perhaps"),
        ("DEFAULT_FROM_EMAIL", "Kept"),
        ("EMAIL_URL", "imap://mail.example.com"),
        ("EMAIL_URL", "smtp://mail.example.com:99999"),
        ("EMAIL_URL", "smtp://"),
        ("HEARTBEAT_URL", "ftp://watchman.example.com/ping"),
        ("HEARTBEAT_URL", "watchman.example.com/ping"),
        ("HEARTBEAT_URL", "https:///ping"),
        ("HEARTBEAT_URL", "https://watchman.example.com/pi ng"),
        ("HEARTBEAT_URL", "https://kept:hunter2@watchman.example.com/ping"),
        ("INBOUND_DOMAIN", "in@example.com"),
        ("INBOUND_DOMAIN", "a.example.com,b.example.com"),
        ("LOG_FORMAT", "xml"),
        ("LOG_LEVEL", "chatty"),
        ("MAIL_ONLY_TO", "someone@example.com"),
        ("MAIL_PROVIDER", "pigeon"),
        ("MAIL_PROVIDER", "mailgun"),
        ("MAIL_STOP", "2"),
        ("PORT", "0"),
        ("PORT", "http"),
        ("PORT", "65536"),
        ("PORT", "9" * 5000),
        ("REDIS_URL", "amqp://localhost"),
        ("REDIS_URL", "redis://localhost/first"),
        ("REDIS_URL", "unix://"),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY_FALLBACKS", "short"),
        ("SITE_URL", "kept.example.com"),
        ("SITE_URL", "https://kept.example.com/sub"),
        ("TRUSTED_PROXY_COUNT", "-1"),
        ("VAR", "/dev/null/var"),
    ],
)
def test_refuse_in_one_line(name: str, value: str, read: type_of_read, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        read(**(PRODUCTION if name == "DATABASE_URL" else {}) | {name: value})
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith(f"Kept cannot start: {name} ")
    assert said.endswith(".\n")
    assert said.count("\n") == 1


def test_show_no_password_of_a_url_that_they_refuse(read: type_of_read, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        read(**PRODUCTION | {"DATABASE_URL": "mysql://kept:hunter2@db/kept"})
    with pytest.raises(SystemExit):
        read(HEARTBEAT_URL="https://kept:hunter2@watchman.example.com/")
    assert "hunter2" not in capsys.readouterr().err


@pytest.mark.parametrize(
    "command",
    [
        ["manage.py", "check"],
        ["-m", "celery", "-A", "tracker", "worker"],
        ["-c", "import tracker.wsgi"],
    ],
    ids=["manage.py", "celery", "wsgi"],
)
def test_stop_every_start_without_a_traceback(command: list[str]) -> None:
    refused = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=os.environ | {"PORT": "http"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert refused.returncode == 2
    assert refused.stdout == ""
    assert refused.stderr == "Kept cannot start: PORT is 'http'; wanted is a whole number from 1 to 65535.\n"


def variables_read() -> set[str]:
    """Return the names that settings.py asks the environment for."""
    names = set()
    for node in ast.walk(ast.parse(SETTINGS.read_text())):
        if isinstance(node, ast.Call) and "env" in {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}:
            words = [
                word.value
                for word in [*node.args, *(pair.value for pair in node.keywords if pair.arg == "prefix")]
                if isinstance(word, ast.Constant)
            ]
            names |= {word for word in words if isinstance(word, str) and word.isupper()}
    return names


def test_are_all_documented() -> None:
    names = variables_read()
    assert {"DATABASE_URL", "EMAIL_URL", "ANYMAIL_", "MAIL_STOP", "VAR"} <= names
    text = OPERATIONS.read_text()
    assert [name for name in sorted(names) if f"`{name}" not in text] == []

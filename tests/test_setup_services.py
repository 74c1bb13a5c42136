"""The private services of a test run start anywhere, keep to themselves and leave nothing behind."""

import smtplib
import subprocess
import sys
import time
from email.message import EmailMessage
from pathlib import Path

import psycopg
import pytest
from django.core.mail import send_mail
from django.db import DatabaseError, connection

from commitments import doorbell
from tests.plugin import bells, environment, flushing, postgres, processes
from tests.plugin.broker import Broker
from tests.plugin.mail import MailServer
from tests.plugin.worker import ROOT, CeleryProcess

EMPTY = {"postgresql": "TRUNCATE append_only", "sqlite": "DELETE FROM append_only"}
REFUSE_TO_EMPTY = {
    "postgresql": [
        """CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN RAISE EXCEPTION 'refused'; END $$""",
        """CREATE TRIGGER refusal BEFORE TRUNCATE ON append_only
           FOR EACH STATEMENT EXECUTE FUNCTION refuse()""",
    ],
    "sqlite": ["CREATE TRIGGER refusal BEFORE DELETE ON append_only BEGIN SELECT RAISE(ABORT, 'refused'); END"],
}
CLEAR_UP = {"postgresql": "DROP TABLE append_only; DROP FUNCTION refuse", "sqlite": "DROP TABLE append_only"}


def run_python(code: str) -> subprocess.CompletedProcess[str]:
    """Run code in a process of its own, from the repository's root."""
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )


def dead_process() -> int:
    """Return the id of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


# Processes


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent has died")
def test_a_service_dies_with_a_run_that_is_killed(tmp_path: Path) -> None:
    killed = run_python(f"""
import os, pathlib, signal
from tests.plugin import processes
child = processes.start(["sleep", "60"], log=pathlib.Path({str(tmp_path / "log")!r}), name="sleep")
print(child.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
""")

    assert killed.returncode == -9
    processes.wait_until_gone(int(killed.stdout))


def test_the_folder_of_a_killed_run_is_removed_by_the_next(services_folder: Path) -> None:
    left = services_folder.parent / f"{processes.FOLDER_PREFIX}{dead_process()}-left"
    left.mkdir()

    processes.make_folder().rmdir()

    assert not left.exists()


def test_the_folder_of_a_run_that_goes_on_stays(services_folder: Path) -> None:
    processes.make_folder().rmdir()

    assert services_folder.exists()


def test_a_service_that_does_not_start_shows_the_end_of_its_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    process = processes.start(["sh", "-c", "echo no such thing; exit 3"], log=log, name="The thing")

    with pytest.raises(processes.ServiceError, match="The thing ended with status 3:\nno such thing"):
        processes.wait_until(lambda: False, process=process, log=log, name="The thing")


# The environment


def test_an_unknown_choice_of_database_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(environment.CHOICE, "oracle")

    with pytest.raises(ValueError, match="wanted is postgres, sqlite or a postgres:// URL"):
        environment.choice()


def test_a_variable_of_the_persons_own_shell_is_forgotten() -> None:
    environ = {"MAIL_STOP": "yes", "ANYMAIL_MAILGUN_API_KEY": "secret", "DATABASE_URL": "postgres://x/y"}
    environ["HOME"] = "/home/ana"

    environment.forget_the_persons_own(environ)

    assert environ == {"HOME": "/home/ana"}


# The database


@pytest.mark.parametrize("in_place", [True, False], ids=["where it lies", "where only root may look"])
def test_postgresql_of_the_wheel_serves_where_the_system_has_none(
    monkeypatch: pytest.MonkeyPatch, in_place: bool
) -> None:
    bundled = postgres._bundled_folder()
    assert bundled is not None
    version = postgres._version
    hidden = None if in_place else bundled / "bin"
    monkeypatch.setattr(postgres, "_system_folders", lambda: iter(()))
    monkeypatch.setattr(
        postgres, "_version", lambda binaries, user: None if binaries == hidden else version(binaries, user=user)
    )

    with postgres.running() as server:
        server.create_database("one")
        with psycopg.connect(host=str(server.folder), user=postgres.ROLE, dbname="one") as client:
            assert client.execute("SHOW listen_addresses").fetchone() == ("",)


def test_a_missing_postgresql_is_one_clear_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(postgres, "_system_folders", lambda: iter(()))
    monkeypatch.setattr(postgres, "_bundled_folder", lambda: None)

    with pytest.raises(processes.ServiceError, match="KEPT_TEST_DATABASE=sqlite"):
        postgres.start(tmp_path)


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_a_flush_empties_a_table_that_refuses_to_be_emptied() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE append_only (id int)")
        for statement in REFUSE_TO_EMPTY[connection.vendor]:
            cursor.execute(statement)
        cursor.execute("INSERT INTO append_only VALUES (1)")
        with pytest.raises(DatabaseError, match="refused"):
            cursor.execute(EMPTY[connection.vendor])

        flushing.flush(connection.ops, [EMPTY[connection.vendor]])

        cursor.execute("SELECT count(*) FROM append_only")
        assert cursor.fetchone() == (0,)
        cursor.execute("INSERT INTO append_only VALUES (2)")
        with pytest.raises(DatabaseError, match="refused"):
            cursor.execute(EMPTY[connection.vendor])
        cursor.execute(CLEAR_UP[connection.vendor])


# The broker


def test_the_broker_keeps_what_is_queued_over_an_outage(broker: Broker) -> None:
    broker.client.rpush("celery", "a task")

    broker.stop()
    broker.start()

    assert broker.client.lrange("celery", 0, -1) == [b"a task"]


def test_the_broker_listens_on_no_port(broker: Broker) -> None:
    assert broker.client.config_get("port") == {"port": "0"}


def test_the_broker_refuses_rather_than_forgets(broker: Broker) -> None:
    assert broker.client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


# Mail


def test_the_mail_server_keeps_what_this_process_sends(smtp_server: MailServer) -> None:
    send_mail("Hello", "Hello Maria", None, ["maria@example.com"])

    assert [mail.message["Subject"] for mail in smtp_server.to("maria@example.com")] == ["Hello"]


def test_the_mail_server_refuses_whom_it_is_told_to(smtp_server: MailServer) -> None:
    smtp_server.refusals["gone@example.com"] = "550 5.1.1 No such user"
    message = EmailMessage()
    message["From"], message["To"] = "kept@example.com", "gone@example.com"

    with (
        smtplib.SMTP(smtp_server.host, smtp_server.port) as client,
        pytest.raises(smtplib.SMTPRecipientsRefused) as refused,
    ):
        client.send_message(message)

    assert refused.value.recipients == {"gone@example.com": (550, b"5.1.1 No such user")}


# Celery


@pytest.mark.worker
@pytest.mark.sqlite
def test_a_worker_uses_the_database_of_the_test(worker: CeleryProcess) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE seen_from_outside (id int)")
    try:
        asked = subprocess.run(
            [sys.executable, "manage.py", "inspectdb", "seen_from_outside"],
            **{"cwd": ROOT, "env": worker.env, "capture_output": True, "text": True, "check": False},
        )
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE seen_from_outside")

    assert "class SeenFromOutside" in asked.stdout


@pytest.mark.worker
def test_a_worker_takes_what_the_broker_has(worker: CeleryProcess, broker: Broker) -> None:
    assert broker.client.exists("_kombu.binding.celery.pidbox")


@pytest.mark.worker
def test_a_killed_worker_is_gone(worker: CeleryProcess) -> None:
    worker.kill()

    assert worker.process.poll() == -9


@pytest.mark.django_db(transaction=True)
def test_the_broker_hears_nothing_of_what_earlier_tests_asked_for(broker: Broker) -> None:
    broker.stop()
    # The first ring is not heard; the second waits in the bell until its thread has rested.
    doorbell.ring("commitments.sweep")
    time.sleep(0.3)
    doorbell.ring("commitments.sweep")
    broker.start()
    bells.forget()
    broker.flush()
    time.sleep(1.5 * doorbell.REST_AFTER_TROUBLE)
    assert broker.client.dbsize() == 0

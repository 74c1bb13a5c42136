"""`manage.py run`: everything with one command, until Ctrl-C.

Broker, tables, static files, demo data, worker, beat and web server, in this order; see `tracker/embedded`.
What DATABASE_URL, REDIS_URL and EMAIL_URL name is used in place of the embedded part.
"""

import contextlib
import http.client
import os
import shutil
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from tracker.embedded import preparation, server
from tracker.embedded.claims import check_port, claim
from tracker.embedded.places import Unusable, prepare
from tracker.embedded.supervisor import Child, Supervisor, last_line

BROKER_PATIENCE = 15.0
READY_PATIENCE = 60.0
LOOK_EVERY = 0.2
"""Seconds."""


class Stop(BaseException):
    """Somebody asked us to stop."""


class Command(BaseCommand):
    """Runs all of Kept on this machine."""

    help = "Run everything on this machine: broker, worker, beat and web server. Ctrl-C stops it all."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until a signal comes; exit code 1 where something that is needed cannot be had."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.ask_to_stop)
        supervisor: Supervisor | None = None
        try:
            prepare(settings.VAR)
            lock = claim(settings.VAR, note=f"process {os.getpid()}, {settings.SITE_URL}")
            check_port(settings.HOST, settings.PORT)
            supervisor = self.supervisor()
            self.start(supervisor)
            while True:
                supervisor.look()
                time.sleep(LOOK_EVERY)
        except Stop:
            self.say("Stopping ...")
        except Unusable as error:
            self.stderr.write(f"Kept cannot start: {error}")
            sys.exit(1)
        finally:
            if supervisor is not None:
                for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                    signal.signal(number, lambda *_: setattr(supervisor, "in_a_hurry", True))
                supervisor.stop()
        self.say("Stopped.")
        os.close(lock)

    def ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        """Leave whatever is being done."""
        raise Stop

    def say(self, line: str) -> None:
        """Tell the person at the terminal, if there still is one."""
        with contextlib.suppress(OSError):
            self.stdout.write(line)
            self.stdout.flush()

    def supervisor(self) -> Supervisor:
        """Return a supervisor whose children see the settings that we see."""
        logs = settings.VAR / "logs"
        logs.mkdir(mode=0o700, exist_ok=True)
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tracker.settings",
            "PYTHONUNBUFFERED": "1",
            "VAR": str(settings.VAR),
            "STATIC_ROOT": str(settings.STATIC_ROOT),
        }
        return Supervisor(logs=logs, folder=settings.BASE_DIR, environment=environment, say=self.say)

    def start(self, supervisor: Supervisor) -> None:
        """Start everything in order and say when it is ready; raises Unusable."""
        if settings.BROKER_SOCKET is not None:
            start_broker(supervisor, listening_on=settings.BROKER_SOCKET)
        elif not broker_answers():
            self.say(
                "Nobody answers at REDIS_URL: promises are kept and pages work, but nothing is sent until it does."
            )
        if preparation.migrate():
            self.say("The tables are up to date.")
        preparation.collect_static_files()
        if preparation.is_without_people():
            # Elsewhere the demo's customers would stand among real ones, or be written to.
            if settings.EMBEDDED and settings.MAILBOX and preparation.can_make_demo_data():
                self.say("Making demo data ...")
                try:
                    preparation.make_demo_data()
                except CommandError as error:
                    self.say(f"No demo data: {error}")
            else:
                self.say("Nobody can sign in yet: manage.py createsuperuser makes the first person.")
        connections.close_all()
        for child in (worker(), beat(), web()):
            supervisor.start(child)
        until = time.monotonic() + READY_PATIENCE
        while not is_ready():
            supervisor.look()
            time.sleep(LOOK_EVERY)
            if time.monotonic() > until:
                self.say(f"Not ready yet; {supervisor.logs} may say why. Still trying.")
                until = time.monotonic() + READY_PATIENCE
        self.say("\n".join(filter(None, [f"Kept is ready at {settings.SITE_URL}", preparation.demo_sign_ins()])))


def start_broker(supervisor: Supervisor, *, listening_on: Path) -> None:
    """Start the embedded broker and wait until it answers; raises Unusable."""
    data = settings.VAR / "broker"
    command = server.command(listening_on=listening_on, data=data)
    for attempt in (1, 2):
        data.mkdir(mode=0o700, exist_ok=True)
        kept = supervisor.start(Child(name="broker", command=command, grace=5.0))
        until = time.monotonic() + BROKER_PATIENCE
        while kept.process.poll() is None and time.monotonic() < until:
            if server.answers(listening_on):
                return
            time.sleep(0.02)
        supervisor.end(kept)
        if attempt == 1:
            # What it holds is only what was queued; another version's files must not keep it from starting.
            shutil.rmtree(data)
    raise Unusable(f"the broker does not start: {last_line(kept.log)}")


def broker_answers() -> bool:
    """Tell whether a broker of somebody's own answers."""
    try:
        with current_app.connection_for_read() as connection:
            connection.ensure_connection(max_retries=0)
    except Exception:  # noqa: BLE001 - whatever its client raises, it does not answer
        return False
    return True


def worker() -> Child:
    """Return the worker: one process with two threads, which suits SQLite, and two tasks at a time."""
    options = ("--pool", "threads", "--concurrency", "2", "--without-gossip", "--without-mingle")
    return Child(
        name="worker", command=[sys.executable, "-m", "celery", "-A", "tracker", "worker", *options], grace=20.0
    )


def beat() -> Child:
    """Return beat: exactly one."""
    return Child(name="beat", command=[sys.executable, "-m", "celery", "-A", "tracker", "beat"], grace=5.0)


def web() -> Child:
    """Return the web server."""
    options = ("--interface", "wsgi", "--host", settings.HOST, "--port", str(settings.PORT), "--no-ws")
    limits = ("--workers", "1", "--blocking-threads", "4", "--respawn-failed-workers", "--workers-kill-timeout", "5")
    return Child(
        name="web",
        command=[sys.executable, "-m", "granian", *options, *limits, "tracker.wsgi:application"],
        grace=10.0,
    )


def is_ready() -> bool:
    """Tell whether the web server answers and the database behind it."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.HOST, settings.HOST)  # noqa: S104 - compared, not bound
    connection = http.client.HTTPConnection(host, settings.PORT, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()

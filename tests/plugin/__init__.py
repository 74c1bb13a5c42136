"""The pytest plugin of Kept: private services for the tests, started when needed and stopped with the run.

Named in pyproject.toml (`-p tests.plugin`), because pytest-django reads the settings before any conftest. It
sets the environment, starts PostgreSQL (once; pytest-xdist's processes share it) and offers fixtures for a
broker, an SMTP server and Celery processes. See `environment.py` for the variables.
"""

import os
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection

from tests.plugin import bells, browser, environment, postgres, processes
from tests.plugin.broker import Broker
from tests.plugin.mail import MailServer
from tests.plugin.worker import CeleryProcess, start_beat, start_worker

StartCelery = Callable[..., CeleryProcess]
RUN = pytest.StashKey["Run"]()
STARTED = pytest.StashKey[list[CeleryProcess]]()


class Run:
    """One process of a test run; the first one owns the folder and the database server."""

    def __init__(self) -> None:
        """Find the run's folder, or make it."""
        self.choice = environment.choice()
        shared = os.environ.get(environment.FOLDER) if environment.process_name() != "main" else None
        self.owner = shared is None
        self.folder = Path(shared) if shared else processes.make_folder()
        os.environ[environment.FOLDER] = str(self.folder)
        self.server: postgres.Postgres | None = None
        self.broker = Broker(folder=self.folder, name=f"broker-{environment.process_name()}")

    def set_environment(self) -> None:
        """Write the variables that the settings are about to read."""
        environment.forget_the_persons_own(os.environ)
        known = {"sqlite": None, "postgres": postgres.url(self.folder / "pg", "kept")}
        url = known.get(self.choice, self.choice)
        environment.set_for_process(os.environ, folder=self.folder, database_url=url, broker_url=self.broker.url)

    def start_database(self) -> None:
        """Start PostgreSQL where this process is the one to do it and it is not there yet."""
        if self.owner and self.choice == "postgres" and self.server is None:
            self.server = postgres.start(self.folder)

    def close(self) -> None:
        """Stop what this process has started."""
        self.broker.stop()
        if self.server is not None:
            self.server.stop()
            self.server = None
        if self.owner:
            shutil.rmtree(self.folder, ignore_errors=True)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[Any]:
    """Set the environment before pytest-django reads the settings."""
    try:
        run = Run()
    except ValueError as error:
        raise pytest.UsageError(str(error)) from error
    early_config.stash[RUN] = run
    early_config.add_cleanup(run.close)
    run.set_environment()
    return (yield)


def pytest_sessionstart(session: pytest.Session) -> None:
    """Start the database before pytest-xdist's processes ask for it."""
    options = session.config.option
    if getattr(options, "numprocesses", None) and not options.collectonly:
        _start_database(session.config)


def pytest_report_header(config: pytest.Config) -> str:
    """Say which services the run uses and what it leaves out."""
    seen = browser.find() or f"none, so browser tests are skipped: {browser.MISSING}"
    return f"kept: database {config.stash[RUN].choice}, browser {seen}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip, with the reason, what cannot run here."""
    on_sqlite = config.stash[RUN].choice == "sqlite"
    no_browser = browser.find() is None
    for item in items:
        if on_sqlite and item.get_closest_marker("postgres"):
            item.add_marker(pytest.mark.skip(reason="about PostgreSQL alone"))
        if no_browser and item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.skip(reason=browser.MISSING))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Show with a test that failed what the processes beside it last wrote."""
    report = yield
    if report.failed:
        for process in item.stash.get(STARTED, []):
            report.sections.append((f"end of {process.log.name}", processes.tail(process.log, lines=60)))
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the figures that tests have measured (`record_property("measured", …)`), failed ones too."""
    reports = [report for stat in ("passed", "failed") for report in terminalreporter.stats.get(stat, [])]
    said = [
        f"{report.nodeid}: {value}"
        for report in reports
        for name, value in report.user_properties
        if name == "measured"
    ]
    if said:
        terminalreporter.section("measured")
    for line in said:
        terminalreporter.write_line(line)


def _start_database(config: pytest.Config) -> None:
    try:
        config.stash[RUN].start_database()
    except processes.ServiceError as error:
        pytest.exit(str(error), returncode=pytest.ExitCode.USAGE_ERROR)


@pytest.fixture(scope="session")
def services_folder(pytestconfig: pytest.Config) -> Path:
    """Return the run's folder: short, for sockets and logs; removed at the end."""
    return pytestconfig.stash[RUN].folder


@pytest.fixture(scope="session")
def database_server(pytestconfig: pytest.Config) -> None:
    """Have the database server running."""
    _start_database(pytestconfig)


@pytest.fixture(scope="session")
def broker_server(pytestconfig: pytest.Config) -> Iterator[Broker]:
    """Run this process's broker; REDIS_URL names it from the start, whether it runs or not."""
    broker = pytestconfig.stash[RUN].broker
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture
def broker(broker_server: Broker) -> Broker:
    """Offer the broker, running and empty; a test may stop and start it."""
    if broker_server.process is None:
        broker_server.start()
    bells.forget()
    broker_server.flush()
    return broker_server


@pytest.fixture(scope="session")
def mail_server() -> Iterator[MailServer]:
    """Run this process's SMTP server."""
    server = MailServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def smtp_server(mail_server: MailServer, settings: Any) -> MailServer:
    """Offer the SMTP server, empty; mail of this process goes there too instead of to Django's outbox."""
    mail_server.clear()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = mail_server.host, mail_server.port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    return mail_server


@pytest.fixture
def process_environment(
    transactional_db: None, broker: Broker, smtp_server: MailServer, services_folder: Path
) -> dict[str, str]:
    """Return the environment of a process of the product: the test's database, broker and mail server.

    Other processes see committed rows only, hence `transactional_db`.
    """
    env = dict(os.environ) | {"REDIS_URL": broker.url, "EMAIL_URL": smtp_server.url, "LOG_LEVEL": "INFO"}
    env["PYTHONUNBUFFERED"] = "1"
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        env["VAR"] = str(_var_with(Path(name), folder=services_folder))
    else:
        url = urlsplit(env["DATABASE_URL"])
        env["DATABASE_URL"] = url._replace(path=f"{url.path.rpartition('/')[0]}/{name}").geturl()
    return env


def _var_with(database: Path, *, folder: Path) -> Path:
    """Return an installation's folder whose database is the test's own."""
    var = folder / f"var-{environment.process_name()}-children"
    var.mkdir(exist_ok=True)
    inside = var / "kept.sqlite3"
    if not inside.is_symlink():
        inside.symlink_to(database)
    return var


@pytest.fixture
def start_celery_worker(
    request: pytest.FixtureRequest, services_folder: Path, process_environment: dict[str, str]
) -> Iterator[StartCelery]:
    """Offer a function that starts a worker (`concurrency`, variables to add); all are stopped at the end."""
    started: list[CeleryProcess] = []

    def start(*, concurrency: int = 1, **variables: str) -> CeleryProcess:
        env = process_environment | variables
        started.append(start_worker(folder=services_folder, env=env, concurrency=concurrency))
        request.node.stash.setdefault(STARTED, []).append(started[-1])
        return started[-1]

    yield start
    for process in started:
        process.kill()


@pytest.fixture
def start_celery_beat(
    request: pytest.FixtureRequest, services_folder: Path, process_environment: dict[str, str]
) -> Iterator[StartCelery]:
    """Offer a function that starts a beat (with variables to add); all are stopped at the end."""
    started: list[CeleryProcess] = []

    def start(**variables: str) -> CeleryProcess:
        started.append(start_beat(folder=services_folder, env=process_environment | variables))
        request.node.stash.setdefault(STARTED, []).append(started[-1])
        return started[-1]

    yield start
    for process in started:
        process.kill()


@pytest.fixture
def worker(start_celery_worker: StartCelery) -> CeleryProcess:
    """Run one real Celery worker beside the test."""
    return start_celery_worker()

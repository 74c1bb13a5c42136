"""`manage.py run`, with its real children."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.plugin.processes import free_port

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0
FIRST_PATIENCE = 180.0
"""A first start makes demo data; other tests may want the processor at the same time."""

pytestmark = pytest.mark.worker


class Run:
    """One `manage.py run`."""

    def __init__(self, *, var: Path, port: int) -> None:
        """Start it with nothing set but its folder and its port."""
        self.port = port
        self.output = var.parent / f"output-{port}.txt"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "run"],
                cwd=ROOT,
                env=environment(var=var, port=port),
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self) -> str:
        return self.output.read_text()

    def wait_until_ready(self) -> None:
        wait_until(lambda: "Kept is ready at" in self.said() or self.process.poll() is not None, seconds=FIRST_PATIENCE)
        assert self.process.poll() is None, self.said()

    def child(self, name: str) -> int | None:
        """Return the process that was started by us and has this word in its command line."""
        own = [pid for pid, parent, words in processes() if parent == self.process.pid and name in words]
        return own[0] if own else None

    def answers(self) -> bool:
        return status(self.port, "/readyz") == http.HTTPStatus.OK


def environment(*, var: Path, port: int) -> dict[str, str]:
    passed_on = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "TMPDIR", "LANG"}}
    return passed_on | {"VAR": str(var), "PORT": str(port)}


def processes() -> list[tuple[int, int, str]]:
    """Return (process, parent, command line) of everything that runs; what has ended but is not reaped is left out."""
    listing = subprocess.run(
        ["ps", "-ww", "-e", "-o", "pid=,ppid=,stat=,args="], capture_output=True, text=True, check=True
    )
    rows = (line.split(None, 3) for line in listing.stdout.splitlines())
    return [(int(row[0]), int(row[1]), row[3]) for row in rows if len(row) == 4 and not row[2].startswith("Z")]


def family(pid: int) -> set[int]:
    """Return a process and all that descend from it."""
    parents = [(process, parent) for process, parent, _ in processes()]
    found = {pid}
    while more := {process for process, parent in parents if parent in found} - found:
        found |= more
    return found


def living(pids: set[int]) -> list[tuple[int, int, str]]:
    return [row for row in processes() if row[0] in pids]


def status(port: int, path: str) -> int | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return None
    finally:
        connection.close()


def wait_until(is_so: Callable[[], bool], *, seconds: float = PATIENCE) -> None:
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def var(services_folder: Path) -> Path:
    """Return an installation's folder in which somebody can sign in already, so that starts make no demo data."""
    folder = services_folder / f"run-{os.getpid()}" / "var"
    variables = environment(var=folder, port=1) | {"DJANGO_SUPERUSER_PASSWORD": "for-a-test"}
    person = ["--username", "somebody", "--email", "somebody@example.com"]
    for arguments in (["migrate", "--verbosity", "0"], ["createsuperuser", "--noinput", *person]):
        subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=variables, check=True)
    return folder


@pytest.fixture(scope="module")
def start(var: Path) -> Iterator[Callable[[], Run]]:
    """Offer a function that starts an installation in the module's folder; one runs at a time."""
    runs: list[Run] = []

    def begin() -> Run:
        end(runs)
        runs.append(Run(var=var, port=free_port()))
        runs[-1].wait_until_ready()
        return runs[-1]

    yield begin
    end(runs)


def end(runs: list[Run]) -> None:
    for run in runs:
        if run.process.poll() is None:
            run.process.terminate()
            run.process.wait(timeout=PATIENCE)


@pytest.fixture
def running(start: Callable[[], Run], request: pytest.FixtureRequest) -> Run:
    """Return the installation that runs already, or a new one."""
    known: list[Run] = request.node.getparent(pytest.Module).stash.setdefault(RUNNING, [])
    if not known or known[-1].process.poll() is not None:
        known.append(start())
    return known[-1]


RUNNING = pytest.StashKey[list[Run]]()


def refusal(*, var: Path, port: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "run"],
        cwd=ROOT,
        env=environment(var=var, port=port),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def test_says_in_one_line_where_it_is_ready(running: Run) -> None:
    lines = running.said().splitlines()
    assert lines.count(f"Kept is ready at http://127.0.0.1:{running.port}") == 1
    assert running.answers()


def test_makes_demo_data_at_the_first_start_and_tells_its_sign_ins_at_each(services_folder: Path) -> None:
    folder = services_folder / f"run-first-{os.getpid()}" / "var"
    folder.parent.mkdir()
    for _ in range(2):
        run = Run(var=folder, port=free_port())
        run.wait_until_ready()
        run.process.terminate()
        run.process.wait(timeout=PATIENCE)
        sign_ins = (folder / "demo-sign-ins.txt").read_text().strip()
        assert f"Kept is ready at http://127.0.0.1:{run.port}\n{sign_ins}\n" in run.said()
    assert "supervisor" in sign_ins
    assert (folder / "demo-sign-ins.txt").stat().st_mode & 0o777 == 0o600


def test_keeps_its_secrets_to_its_owner(running: Run, var: Path) -> None:
    assert (var / "secret_key").stat().st_mode & 0o777 == 0o600
    assert var.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["valkey-server", "celery -A tracker worker", "celery -A tracker beat", "granian"])
def test_starts_again_whoever_is_killed(running: Run, name: str) -> None:
    victim = running.child(name)
    assert victim is not None
    os.kill(victim, signal.SIGKILL)
    wait_until(lambda: running.child(name) not in {None, victim})
    wait_until(running.answers)
    assert "killed by SIGKILL" in running.said()


def test_refuses_a_second_start_on_the_same_folder(running: Run, var: Path) -> None:
    second = refusal(var=var, port=free_port())
    assert second.returncode == 1
    assert second.stdout == ""
    assert second.stderr.splitlines() == [
        f"Kept cannot start: Kept is running on {var} already "
        f"(process {running.process.pid}, http://127.0.0.1:{running.port})."
    ]


def test_refuses_a_taken_port(services_folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = refusal(var=services_folder / "run-taken", port=port)
    assert refused.returncode == 1
    assert refused.stderr.splitlines() == [
        f"Kept cannot start: port {port} on 127.0.0.1 is taken; choose another one with PORT."
    ]


@pytest.mark.parametrize("asked", [signal.SIGINT, signal.SIGTERM])
def test_stops_everything_when_asked_to(running: Run, asked: signal.Signals) -> None:
    everybody = family(running.process.pid)
    running.process.send_signal(asked)
    assert running.process.wait(timeout=PATIENCE) == 0
    assert running.said().splitlines()[-2:] == ["Stopping ...", "Stopped."]
    assert living(everybody) == []


def test_leaves_nothing_behind_when_it_is_killed_itself(running: Run) -> None:
    everybody = family(running.process.pid)
    assert len(everybody) >= 5
    running.process.kill()
    running.process.wait()
    wait_until(lambda: living(everybody) == [], seconds=30)


def test_leaves_nothing_behind_when_stopped_while_it_starts(var: Path, services_folder: Path) -> None:
    early = Run(var=services_folder / "run-early", port=free_port())
    wait_until(lambda: len(family(early.process.pid)) > 1)
    everybody = family(early.process.pid)
    early.process.terminate()
    assert early.process.wait(timeout=PATIENCE) == 0, early.said()
    assert living(everybody) == []

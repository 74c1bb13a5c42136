"""Real Celery processes beside the tests, on the test's own database, broker and mail server."""

import itertools
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.plugin import processes

ROOT = Path(__file__).resolve().parents[2]
# Celery's own lines for "I take tasks now" and "I keep time now".
WORKER_READY = re.compile(rb"@\S+ ready\.")
BEAT_READY = re.compile(rb"maxinterval -> ")

_numbers = itertools.count(1)


@dataclass
class CeleryProcess:
    """A running worker or beat."""

    log: Path
    process: subprocess.Popen[bytes]
    env: Mapping[str, str] = field(repr=False)

    def output(self) -> str:
        """Return what it has written so far."""
        return self.log.read_text(errors="replace")

    def kill(self) -> None:
        """End it the hard way, in the middle of whatever it does."""
        processes.stop(self.process, grace=0)

    def stop(self) -> None:
        """Let it finish its tasks and end."""
        processes.stop(self.process, grace=20)


def start_worker(*, folder: Path, env: Mapping[str, str], concurrency: int = 1) -> CeleryProcess:
    """Start `celery -A tracker worker` and wait until it takes tasks."""
    number = next(_numbers)
    arguments = ["worker", "--loglevel", "INFO", "--concurrency", str(concurrency)]
    arguments += ["--hostname", f"test{number}@localhost", "--without-gossip", "--without-mingle"]
    return _start(arguments, name=f"worker-{number}", folder=folder, env=env, ready=WORKER_READY)


def start_beat(*, folder: Path, env: Mapping[str, str]) -> CeleryProcess:
    """Start `celery -A tracker beat` and wait until it keeps time."""
    number = next(_numbers)
    arguments = ["beat", "--loglevel", "INFO", "--schedule", str(folder / f"beat-{number}")]
    return _start(arguments, name=f"beat-{number}", folder=folder, env=env, ready=BEAT_READY)


def _start(
    arguments: list[str], *, name: str, folder: Path, env: Mapping[str, str], ready: re.Pattern[bytes]
) -> CeleryProcess:
    log = folder / f"{name}.log"
    command = [sys.executable, "-m", "celery", "-A", "tracker", *arguments]
    process = processes.start(command, log=log, name=f"The {name}", env=env, cwd=ROOT)
    celery = CeleryProcess(log=log, process=process, env=env)
    try:
        processes.wait_until(
            lambda: bool(ready.search(log.read_bytes())),
            process=process,
            log=log,
            name=f"The {name}",
            timeout=120,
        )
    except BaseException:
        celery.kill()
        raise
    return celery

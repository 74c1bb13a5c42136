"""Keeps children alive: starts them in order, starts again whoever dies, stops them in reverse order.

Knows nothing of what they are. Each has a session of its own, so that a Ctrl-C in the terminal reaches only us and
the order of stopping is ours; each is tied to us (see `tether.py`), so that none outlives us.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

TETHER = Path(__file__).with_name("tether.py")
STEADY = 30.0
"""Seconds after which a child counts as well again."""
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
"""Seconds before a child that died is started again; doubled each time it dies without having been steady."""
LOG_LIMIT = 10_000_000
"""Bytes after which a log is put aside, once."""
LOG_LOOK = 60.0


@dataclass(frozen=True, kw_only=True)
class Child:
    """A program that has to be running."""

    name: str
    command: Sequence[str]
    grace: float
    """Seconds it may take to end when asked to."""


@dataclass(kw_only=True)
class Kept:
    """A child and how it fares."""

    child: Child
    log: Path
    process: subprocess.Popen[bytes]
    started: float
    wait: float = FIRST_WAIT
    again: float | None = field(default=None)
    """When to start it again, on the monotonic clock; None while it runs."""


class Supervisor:
    """Runs children until it is told to stop."""

    def __init__(self, *, logs: Path, folder: Path, environment: Mapping[str, str], say: Callable[[str], None]) -> None:
        """Write each child's output to `logs`, start them in `folder`; `say` tells the person at the terminal."""
        self.logs = logs
        self.folder = folder
        self.environment = dict(environment)
        self.say = say
        self.all: list[Kept] = []
        self.in_a_hurry = False
        self.next_log_look = time.monotonic() + LOG_LOOK

    def start(self, child: Child) -> Kept:
        """Start a child and keep it running from now on."""
        log = self.logs / f"{child.name}.log"
        kept = Kept(child=child, log=log, process=self._spawn(child, log), started=time.monotonic())
        self.all.append(kept)
        return kept

    def look(self) -> None:
        """Start again whoever has died and waited long enough; never blocks."""
        for kept in self.all:
            now = time.monotonic()
            if kept.again is None and kept.process.poll() is not None:
                self._note_death(kept, now=now)
            if kept.again is not None and now >= kept.again:
                kept.process, kept.started, kept.again = self._spawn(kept.child, kept.log), now, None
        if time.monotonic() >= self.next_log_look:
            self.next_log_look = time.monotonic() + LOG_LOOK
            for kept in self.all:
                put_aside(kept.log)

    def stop(self) -> None:
        """Stop everybody in reverse order, each with its grace; `in_a_hurry` cuts that short."""
        while self.all:
            self.end(self.all[-1])

    def end(self, kept: Kept) -> None:
        """Stop one child and keep it running no longer."""
        if kept.process.poll() is None:
            kept.process.terminate()
            until = time.monotonic() + kept.child.grace
            while kept.process.poll() is None and time.monotonic() < until and not self.in_a_hurry:
                time.sleep(0.02)
        sweep_up(kept.process)
        self.all.remove(kept)

    def _note_death(self, kept: Kept, *, now: float) -> None:
        sweep_up(kept.process)
        if now - kept.started >= STEADY:
            kept.wait = FIRST_WAIT
        kept.again = now + kept.wait
        self.say(
            f"{kept.child.name} ended ({how_it_ended(kept.process.returncode)}); starting it again in "
            f"{kept.wait:g} s. Its log: {kept.log}"
        )
        kept.wait = min(kept.wait * 2, LONGEST_WAIT)

    def _spawn(self, child: Child, log: Path) -> subprocess.Popen[bytes]:
        tether = [sys.executable, "-I", "-S", str(TETHER), str(os.getpid())]
        with log.open("ab") as output:
            return subprocess.Popen(  # noqa: S603 - our own programs with arguments of our own
                [*tether, *child.command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env=self.environment,
                start_new_session=True,
            )


def sweep_up(process: subprocess.Popen[bytes]) -> None:
    """End what is left of a child's session, at once: itself, and children it has left behind."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def how_it_ended(code: int) -> str:
    """Return a process's end in words."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"


def put_aside(log: Path) -> None:
    """Copy a log that has grown long to its one older copy and empty it; the child goes on writing to it."""
    with contextlib.suppress(OSError):
        if log.stat().st_size > LOG_LIMIT:
            shutil.copyfile(log, log.with_suffix(".log.1"))
            os.truncate(log, 0)


def last_line(log: Path) -> str:
    """Return a log's last line that says anything, or an empty text."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return next((line.strip() for line in reversed(lines) if line.strip()), "")

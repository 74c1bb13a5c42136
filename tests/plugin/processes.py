"""Child processes of a test run: started in sessions of their own, stopped with it however it ends.

Holds no knowledge of any service.
"""

import contextlib
import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

FOLDER_PREFIX = "kept-test-"
# Linux only: the signal that the kernel sends to a child whose parent has died (kill -9 included).
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


class ServiceError(Exception):
    """A service did not start; the text says which, and the end of its log."""


def make_folder() -> Path:
    """Make a folder for sockets and data, and remove those of runs that have died.

    Directly under the temp root: a socket's path must stay under 100 bytes, and another user (PostgreSQL
    refuses root) must be able to reach it.
    """
    shared = Path("/tmp")  # noqa: S108 - mkdtemp below makes the name unguessable and the folder ours
    root = shared if os.access(shared, os.W_OK) else Path(tempfile.gettempdir())
    for folder in root.glob(f"{FOLDER_PREFIX}*"):
        _remove_if_orphaned(folder)
    folder = Path(tempfile.mkdtemp(prefix=f"{FOLDER_PREFIX}{os.getpid()}-", dir=root))
    folder.chmod(0o711)
    return folder


def _remove_if_orphaned(folder: Path) -> None:
    pid = folder.name.removeprefix(FOLDER_PREFIX).partition("-")[0]
    try:
        if folder.is_symlink() or folder.stat().st_uid != os.getuid() or not pid.isdecimal():
            return
        os.kill(int(pid), 0)
    except ProcessLookupError:
        shutil.rmtree(folder, ignore_errors=True)
    except (OSError, OverflowError):
        return


def start(
    command: Sequence[str | Path],
    *,
    log: Path,
    name: str,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    user: str | None = None,
    death_signal: signal.Signals = signal.SIGKILL,
) -> subprocess.Popen[bytes]:
    """Start a child that dies with us; its output goes to `log`.

    A session of its own keeps a Ctrl-C in the terminal from stopping it before the tests have let go of it.
    """

    def die_with_parent() -> None:
        if LIBC is not None:
            LIBC.prctl(PR_SET_PDEATHSIG, death_signal)

    with log.open("ab") as output:
        try:
            return subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=env,
                cwd=cwd,
                user=user,
                group=None,
                extra_groups=[] if user else None,
                start_new_session=True,
                preexec_fn=die_with_parent,
            )
        except OSError as error:
            raise ServiceError(f"{name} could not be started: {error}") from error


def wait_until(
    ready: Callable[[], bool],
    *,
    process: subprocess.Popen[bytes],
    log: Path,
    name: str,
    timeout: float = 60.0,
) -> None:
    """Wait until `ready()`; raise ServiceError when the child ends first or `timeout` seconds pass."""
    until = time.monotonic() + timeout
    while not ready():
        if process.poll() is not None:
            raise ServiceError(f"{name} ended with status {process.returncode}:\n{tail(log)}")
        if time.monotonic() > until:
            raise ServiceError(f"{name} was not ready after {timeout:.0f} s:\n{tail(log)}")
        time.sleep(0.02)


def stop(process: subprocess.Popen[bytes], *, how: signal.Signals = signal.SIGTERM, grace: float = 10.0) -> None:
    """Ask a child to end, and after `grace` seconds end its whole session."""
    if process.poll() is None:
        process.send_signal(how)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=grace)
    # The session's id is the child's: grandchildren that it left behind go too.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_until_gone(pid: int, *, timeout: float = 60.0) -> None:
    """Wait until no process has this id; raise ServiceError after `timeout` seconds."""
    until = time.monotonic() + timeout
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.02)
    raise ServiceError(f"Process {pid} is still there after {timeout:.0f} s.")


def tail(log: Path, *, lines: int = 20) -> str:
    """Return the last lines of a log."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:]) if log.exists() else "(no output)"


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

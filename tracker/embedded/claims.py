"""What only one Kept can have at a time: an installation's folder, and a port."""

import errno
import fcntl
import os
import socket
from pathlib import Path

from tracker.embedded.places import Unusable


def claim(folder: Path, *, note: str) -> int:
    """Claim an installation's folder for as long as this process lives; return the lock's descriptor.

    The note says who has it. Raises Unusable, with the note of whoever has it already.
    """
    lock = os.open(folder / "run.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        holder = os.read(lock, 500).decode("utf-8", "replace").strip() or "another process"
        os.close(lock)
        raise Unusable(f"Kept is running on {folder} already ({holder}).") from error
    os.ftruncate(lock, 0)
    os.write(lock, note.encode())
    return lock


def check_port(host: str, port: int) -> None:
    """See that we could listen there; raise Unusable when not."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            # A port whose last connections are only just closing is free for us.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except socket.gaierror as error:
        raise Unusable(f"HOST is {host!r}, and no such address is known.") from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Unusable(f"port {port} on {host} is taken; choose another one with PORT.") from error
        raise Unusable(f"port {port} on {host} cannot be used ({error.strerror}).") from error

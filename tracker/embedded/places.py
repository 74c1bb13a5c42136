"""Where an installation keeps what it makes: its folder, its secret key, the broker's socket.

Only paths and small files; nothing is started here. Settings read this before Django is there.
"""

import contextlib
import hashlib
import os
import secrets
import stat
import tempfile
from pathlib import Path

SOCKET_PATH_LIMIT = 100
"""A path of this many bytes or more does not fit every system's socket address (104 on macOS, 108 on Linux)."""


class Unusable(Exception):
    """A folder or file cannot be used; the text is one sentence for the person who starts Kept."""


def prepare(folder: Path) -> None:
    """Make the installation's folder, readable by its owner alone; raise Unusable when it cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Unusable(f"the folder {folder} cannot be made ({error.strerror}).") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise Unusable(f"the folder {folder} cannot be written to.")


def secret_key(folder: Path) -> str:
    """Return the installation's secret key, made at the first call, readable by its owner alone."""
    path = folder / "secret_key"
    try:
        if not path.exists():
            _write_once(path, secrets.token_urlsafe(64))
    except OSError as error:
        raise Unusable(f"the secret key {path} cannot be written ({error.strerror}).") from error
    try:
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable(f"the secret key {path} cannot be read.") from error
    if len(key) < 50:
        raise Unusable(f"the secret key {path} is too short; remove the file and a new one is made.")
    return key


def _write_once(path: Path, text: str) -> None:
    """Write a private file unless there is one; whoever else reads it finds it whole or not at all."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            file.write(text)
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def broker_socket(folder: Path) -> Path:
    """Return the path of the embedded broker's socket, the same one for every process of the installation.

    It lies in the folder, or, where that path is too long for a socket, in a short private folder of the
    system's place for temporary files, named after the installation's own.
    """
    path = folder / "broker.sock"
    if len(os.fsencode(path)) < SOCKET_PATH_LIMIT:
        return path
    mark = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    for place in (tempfile.gettempdir(), "/tmp"):  # noqa: S108 - the folder made in it is private and checked
        path = Path(place) / f"kept-{os.getuid()}-{mark}" / "broker.sock"
        if len(os.fsencode(path)) < SOCKET_PATH_LIMIT:
            break
    private(path.parent)
    return path


def private(folder: Path) -> None:
    """Make a folder that nobody else can use; raise Unusable where somebody else was there first."""
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        state = folder.lstat()
    except OSError as error:
        raise Unusable(f"the folder {folder} cannot be made ({error.strerror}).") from error
    if not stat.S_ISDIR(state.st_mode) or state.st_uid != os.getuid() or stat.S_IMODE(state.st_mode) & 0o077:
        raise Unusable(f"the folder {folder} belongs to somebody else or can be read by others.")

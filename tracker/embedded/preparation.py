"""What has to be there before anybody is let in: the tables, the static files, something to look at."""

import hashlib
import io
import os
import shutil
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from tracker.embedded.places import Unusable

SIGN_INS = "demo-sign-ins.txt"


def migrate() -> bool:
    """Bring the tables up to date; tell whether there was anything to do. Raises Unusable."""
    try:
        connection.ensure_connection()
        executor = MigrationExecutor(connection)
        wanted = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except DatabaseError as error:
        raise Unusable(f"the database does not answer: {' '.join(str(error).split())}") from error
    if wanted:
        call_command("migrate", verbosity=0, interactive=False)
    return wanted


def collect_static_files() -> None:
    """Collect the static files where they have changed since the last time."""
    root = Path(settings.STATIC_ROOT)
    mark, found = root / ".collected", fingerprint()
    if mark.is_file() and mark.read_text(encoding="ascii") == found:
        return
    shutil.rmtree(root, ignore_errors=True)
    call_command("collectstatic", verbosity=0, interactive=False)
    root.mkdir(parents=True, exist_ok=True)
    mark.write_text(found, encoding="ascii")


def fingerprint() -> str:
    """Return a mark that changes when a static file does."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            state = os.stat(storage.path(path))
            digest.update(f"{path}\0{state.st_size}\0{state.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def is_without_people() -> bool:
    """Tell whether nobody could sign in yet."""
    return not get_user_model()._default_manager.exists()


def can_make_demo_data() -> bool:
    """Tell whether this code has demo data to make."""
    return "demo" in get_commands()


def make_demo_data() -> None:
    """Make demo data and keep its sign-ins in a file that only its owner can read."""
    written = io.StringIO()
    path = settings.VAR / SIGN_INS
    # All or nothing: whoever stops us here must find sign-ins, or no people, at the next start.
    with transaction.atomic():
        call_command("demo", stdout=written)
        path.unlink(missing_ok=True)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(written.getvalue())


def demo_sign_ins() -> str:
    """Return what was kept of the demo data's sign-ins, or an empty text."""
    path = settings.VAR / SIGN_INS
    return path.read_text(encoding="utf-8").strip() if path.is_file() else ""

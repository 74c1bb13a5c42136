"""Finds the browser for the tests that open pages: the system's Chromium, else Playwright's own."""

import shutil
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLAYWRIGHT_FOLDERS = ("~/.cache/ms-playwright", "~/Library/Caches/ms-playwright")
MISSING = "no Chromium was found (on Debian and Ubuntu: apt install chromium)"
# A browser under test talks to nobody but the server under test.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find() -> str | None:
    """Return the path of a Chromium, or None."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    for folder in PLAYWRIGHT_FOLDERS:
        for executable in sorted(Path(folder).expanduser().glob("chromium-*/chrome-*/chrome"), reverse=True):
            return str(executable)
    return None

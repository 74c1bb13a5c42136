"""One command sets up and runs everything, and says in a sentence when it cannot."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MAKEFILE = (ROOT / "Makefile").read_text()
PROMISED = [
    *("help", "run", "test", "test-long", "messages", "bench", "demo", "lock", "clean"),
    *("check", "lint", "format", "format-check", "types", "imports", "migrations", "deploy-check"),
]
# What a Python is asked before it makes an environment, and says yes to.
ABLE = 'case "$*" in *version_info*|*ensurepip*|--version) exit 0;; esac'


@pytest.fixture
def bare_checkout(tmp_path: Path) -> Path:
    """Return a folder with the set-up script and nothing installed."""
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "scripts" / "setup.sh", tmp_path / "scripts" / "setup.sh")
    for lock in ("requirements.txt", "requirements-dev.txt"):
        (tmp_path / lock).write_text("")
    return tmp_path


def set_up(checkout: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the set-up script in a checkout."""
    command = [str(checkout / "scripts" / "setup.sh"), "requirements.txt"]
    return subprocess.run(command, env={"PATH": "/usr/bin:/bin"} | env, capture_output=True, text=True, check=False)


def fake_python(folder: Path, name: str, *, script: str) -> None:
    """Put a command called like a Python on a PATH of its own."""
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


@pytest.mark.parametrize("target", PROMISED)
def test_help_explains(target: str) -> None:
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert re.search(rf"^  make {target} +\S", shown, re.MULTILINE)


def test_run_asks_for_nothing_but_the_first_lock() -> None:
    assert re.search(r"^run: \$\(RUN_READY\) ##", MAKEFILE, re.MULTILINE)
    assert re.search(r"^\$\(RUN_READY\): requirements.txt scripts/setup.sh$", MAKEFILE, re.MULTILINE)


def test_set_up_says_in_one_line_which_python_it_needs(bare_checkout: Path) -> None:
    done = set_up(bare_checkout, PYTHON="/nowhere/python3.12")

    assert done.returncode != 0
    assert done.stderr.count("\n") == 1
    assert "needs Python 3.11, 3.12 or 3.13" in done.stderr


def test_set_up_passes_over_a_python_that_does_not_run(bare_checkout: Path) -> None:
    bin_folder = bare_checkout / "bin"
    fake_python(bin_folder, "python3.13", script="exit 127")
    fake_python(bin_folder, "python3.12", script=f"{ABLE}; echo chosen; exit 3")

    done = set_up(bare_checkout, PATH=f"{bin_folder}:/usr/bin:/bin")

    assert done.stdout == "chosen\n"
    assert done.returncode == 3


def test_set_up_says_so_when_python_can_make_no_environment(bare_checkout: Path) -> None:
    bin_folder = bare_checkout / "bin"
    fake_python(bin_folder, "python3.12", script='case "$*" in *version_info*|--version) exit 0;; esac; exit 1')

    done = set_up(bare_checkout, PYTHON=str(bin_folder / "python3.12"))

    assert done.returncode != 0
    assert "apt install python3-venv" in done.stderr

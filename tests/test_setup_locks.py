"""The locks give every machine the same files, and say nothing of the machine they were made on."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
RUN, DEV = ROOT / "requirements.txt", ROOT / "requirements-dev.txt"
PIN = re.compile(r"^(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>\S+)", re.MULTILINE)
LOCKS = pytest.mark.parametrize("lock", [RUN, DEV], ids=lambda path: path.name)


def pins(lock: Path) -> dict[str, str]:
    """Return name and version of everything a lock installs."""
    return {match["name"]: match["version"] for match in PIN.finditer(lock.read_text())}


def asked_for(source: Path) -> set[str]:
    """Return the names in an .in file, as the locks write them."""
    lines = [line.partition("#")[0].strip() for line in source.read_text().splitlines()]
    names = [re.split(r"[\[<>=!;]", line)[0].strip() for line in lines if line and not line.startswith("-")]
    return {re.sub(r"[-_.]+", "-", name).lower() for name in names}


@LOCKS
def test_give_every_package_a_hash(lock: Path) -> None:
    entries = re.split(r"^(?=[a-z0-9])", lock.read_text(), flags=re.MULTILINE)
    unhashed = [entry.split()[0] for entry in entries if PIN.match(entry) and "--hash=sha256:" not in entry]

    assert unhashed == []


@LOCKS
def test_name_no_host_and_no_folder(lock: Path) -> None:
    found = re.findall(r"://|--find-links|--index-url|--extra-index-url|^-f |file:", lock.read_text(), re.M)

    assert found == []


@LOCKS
def test_hold_what_was_asked_for(lock: Path) -> None:
    assert asked_for(lock.with_suffix(".in")) <= set(pins(lock))


def test_install_for_tests_exactly_what_runs() -> None:
    assert pins(RUN).items() <= pins(DEV).items()


def test_keep_tools_out_of_what_runs() -> None:
    assert not {"pytest", "mypy", "ruff", "playwright", "aiosmtpd"} & set(pins(RUN))

"""Run every measurement on private services, print a table beside its bounds, and write the figures as JSON.

Compare figures of one run with each other: machines are noisy, and a figure alone says little.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.plugin import environment, postgres, processes
from tests.plugin.broker import Broker

SIZES = (10_000, 100_000)
MAILS = 1_000
STORED = (10_000, 1_000_000)
PAGES_AT_MOST = 1.5
NOWHERE = "redis://127.0.0.1:9"


@dataclass(frozen=True, slots=True)
class Line:
    """One ratio with its bound; `at_most` or `at_least` says which way it is meant."""

    what: str
    figure: str
    floor: str
    ratio: float
    at_most: float | None = None
    at_least: float | None = None

    @property
    def holds(self) -> bool:
        """Whether the ratio keeps to its bound."""
        return (self.at_most is None or self.ratio <= self.at_most) and (
            self.at_least is None or self.ratio >= self.at_least
        )

    def row(self) -> str:
        """Write the line of the table."""
        bound = f"<= {self.at_most}" if self.at_most is not None else f">= {self.at_least}"
        verdict = "holds" if self.holds else "PASSED"
        return f"{self.what:<42} {self.figure:>16} {self.floor:>22} {self.ratio:>7.2f}  {bound:<8} {verdict}"


def main() -> int:
    """Measure, print how the figures stand against their bounds, and give 1 when one is passed."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--json", type=Path, default=Path("var/bench.json"), help="where the figures go")
    parser.add_argument("--pages", action="store_true", help="measure the pages alone")
    wanted = parser.parse_args()
    with postgres.running() as server:
        pages = [measure(server, "board", size) for size in STORED]
        if wanted.pages:
            return report(page_lines(pages), {"pages": pages}, where=wanted.json)
        sweeps = [measure(server, "sweep", size) for size in SIZES]
        with broker(server.folder.parent) as queue, sink() as port:
            mails = measure(server, "mails", MAILS, REDIS_URL=queue.url, EMAIL_URL=f"smtp://127.0.0.1:{port}")
    lines = [*table(sweeps, mails), *page_lines(pages)]
    return report(lines, {"sweep": sweeps, "mails": mails, "pages": pages}, where=wanted.json)


def report(lines: Sequence[Line], figures: Mapping[str, Any], *, where: Path) -> int:
    """Print the table, write the figures, and give 1 when a bound is passed."""
    sys.stdout.write("\n".join(line.row() for line in lines) + "\n")
    where.parent.mkdir(parents=True, exist_ok=True)
    bounds = [asdict(line) | {"holds": line.holds} for line in lines]
    where.write_text(json.dumps(dict(figures) | {"bounds": bounds}, indent=2) + "\n")
    sys.stdout.write(f"Figures in {where}\n")
    return 0 if all(line.holds for line in lines) else 1


def page_lines(pages: Sequence[Mapping[str, float]]) -> list[Line]:
    """Set each page with very many promises stored against the same page with few."""
    few, many = pages
    return [
        Line(
            f"{name.removesuffix('_ms').replace('_', ' ')}, {many['stored']:,.0f} stored, {many['open']:,.0f} open",
            f"{many[name]:.0f} ms",
            f"{few['stored']:,.0f} stored {few[name]:.0f} ms",
            many[name] / few[name],
            at_most=PAGES_AT_MOST,
        )
        for name in few
        if name.endswith("_ms")
    ]


def table(sweeps: list[dict[str, float]], mails: dict[str, float]) -> list[Line]:
    """Set the figures against their bounds."""
    small, large = sweeps
    return [
        *(
            Line(
                f"sweep, 1,000 due of {sweep['open']:,.0f} open",
                f"{sweep['sweep_ms']:.0f} ms",
                f"raw {sweep['raw_ms']:.0f} ms",
                sweep["sweep_ms"] / sweep["raw_ms"],
                at_most=15.0,
            )
            for sweep in sweeps
        ),
        Line(
            f"the same, {large['open']:,.0f} to {small['open']:,.0f} open",
            f"{large['sweep_ms']:.0f} ms",
            f"{small['sweep_ms']:.0f} ms",
            large["sweep_ms"] / small["sweep_ms"],
            at_most=1.5,
        ),
        Line(
            f"mails, {mails['workers']:.0f} workers, end to end",
            f"{mails['end_to_end_a_second']:.0f} a second",
            f"bare loop {mails['bare_loop_a_second']:.0f}",
            mails["end_to_end_a_second"] / mails["bare_loop_a_second"],
            at_least=0.4,
        ),
    ]


def measure(server: postgres.Postgres, name: str, argument: int, **services: str) -> dict[str, float]:
    """Run one measurement in a process and a database of its own, and give its figures."""
    variables = dict(os.environ)
    environment.forget_the_persons_own(variables)
    environment.set_for_process(
        variables,
        folder=server.folder.parent,
        database_url=server.create_database(f"{name}_{argument}"),
        broker_url=NOWHERE,
    )
    # Celery tells at level INFO that a worker is ready.
    variables |= services | {"DJANGO_SETTINGS_MODULE": "tracker.settings", "LOG_LEVEL": "INFO"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.measure", name, str(argument)],
        env=variables,
        stdout=subprocess.PIPE,
        check=True,
    )
    return dict(json.loads(done.stdout))


@contextmanager
def broker(folder: Path) -> Iterator[Broker]:
    """Run a private broker."""
    server = Broker(folder=folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def sink() -> Iterator[int]:
    """Run the mail sink and give its port."""
    port = processes.free_port()
    process = subprocess.Popen([sys.executable, "-m", "tests.benchmarks.sink", str(port)])
    try:
        yield port
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    sys.exit(main())

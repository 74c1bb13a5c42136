"""A private Redis-protocol server on a Unix socket: the embedded broker, started as `manage.py run` starts it."""

import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import redis

from tests.plugin import processes
from tracker.embedded import server


@dataclass
class Broker:
    """A server that can be stopped and started again on the same data, as in an outage."""

    folder: Path
    name: str = "broker"
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def socket(self) -> Path:
        """Where it listens."""
        return self.folder / f"{self.name}.sock"

    @property
    def url(self) -> str:
        """What REDIS_URL has to say to reach it."""
        return f"unix://{self.socket}"

    @property
    def client(self) -> redis.Redis:
        """A client of its own, to look inside."""
        return redis.Redis(unix_socket_path=str(self.socket))

    def start(self) -> None:
        """Start and wait until it answers; raise ServiceError when it does not."""
        data = self.folder / f"{self.name}-data"
        data.mkdir(exist_ok=True)
        log = self.folder / f"{self.name}.log"
        command = server.command(listening_on=self.socket, data=data)
        self.process = processes.start(command, log=log, name="The broker")
        try:
            processes.wait_until(lambda: server.answers(self.socket), process=self.process, log=log, name="The broker")
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop; what is queued stays on disk for the next start."""
        if self.process is not None:
            processes.stop(self.process)
            self.process = None
        self.socket.unlink(missing_ok=True)

    def flush(self) -> None:
        """Forget everything that is queued."""
        self.client.flushall()

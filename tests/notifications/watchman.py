"""A real HTTP server to send heartbeats to."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = "f3a1c2d4"
"""A part of its address that no log may hold."""


class Watchman(ThreadingHTTPServer):
    """A real HTTP server that notes what it is asked for, and answers as it is told."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.asked: list[str] = []
        self.status = 200
        self.awake = threading.Event()
        self.awake.set()
        self.url = f"http://127.0.0.1:{self.server_port}/ping/{SECRET}"


class Answer(BaseHTTPRequestHandler):
    """One request."""

    server: Watchman

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.server.awake.wait(10)
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def on_watch() -> Iterator[Watchman]:
    """Run a watchman; stop it at the end."""
    server = Watchman()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.awake.set()
        server.shutdown()
        thread.join()
        server.server_close()

"""A fast SMTP server that takes every mail and keeps none: `python -m tests.benchmarks.sink PORT`."""

import asyncio
import sys

ANSWERS = {b"EHLO": b"250-sink\r\n250-8BITMIME\r\n250 SMTPUTF8", b"DATA": b"354 Go on", b"QUIT": b"221 Bye"}


class Sink(asyncio.Protocol):
    """One connection: commands a line each, then a mail up to its dot."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        self.transport = transport
        self.buffer = b""
        self.in_mail = False
        transport.write(b"220 sink\r\n")  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        """Answer every whole command, and every whole mail."""
        self.buffer += data
        while True:
            end = b"\r\n.\r\n" if self.in_mail else b"\r\n"
            before, found, after = self.buffer.partition(end)
            if not found:
                return
            self.buffer = after
            command = b"" if self.in_mail else before[:4].upper()
            self.in_mail = command == b"DATA"
            self.transport.write(ANSWERS.get(command, b"250 OK") + b"\r\n")  # type: ignore[attr-defined]


async def main(port: int) -> None:
    """Serve until killed."""
    server = await asyncio.get_running_loop().create_server(Sink, "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))

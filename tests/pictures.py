"""Small pictures of 120 × 40 pixels, in each form that a logo may have."""

import struct
import zlib

WIDTH, HEIGHT = 120, 40


def _chunk(name: bytes, contents: bytes) -> bytes:
    return struct.pack(">I", len(contents)) + name + contents + struct.pack(">I", zlib.crc32(name + contents))


def png(width: int = WIDTH, height: int = HEIGHT, colour: tuple[int, int, int] = (31, 95, 163)) -> bytes:
    """Draw a picture in one colour that browsers show."""
    row = b"\0" + bytes(colour) * width
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(row * height)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _webp(chunk: bytes) -> bytes:
    return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk


PNG = png()
JPEG = (
    b"\xff\xd8"
    + (b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0\1\1\0\0\1\0\1\0\0")
    + b"\xff"  # a byte of filling before a segment is allowed
    + (b"\xff\xc0" + struct.pack(">HBHHB", 11, 8, HEIGHT, WIDTH, 1) + b"\1\x11\0")
    + b"\xff\xda\0\2words of the picture\xff\xd9"
)
WEBP = _webp(b"VP8 " + struct.pack("<I", 10) + b"\x10\0\0\x9d\1\x2a" + struct.pack("<HH", WIDTH, HEIGHT))
WEBP_LOSSLESS = _webp(b"VP8L" + struct.pack("<I", 5) + b"\x2f" + struct.pack("<I", (WIDTH - 1) | (HEIGHT - 1) << 14))
WEBP_EXTENDED = _webp(
    b"VP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + struct.pack("<I", WIDTH - 1)[:3] + struct.pack("<I", HEIGHT - 1)[:3]
)

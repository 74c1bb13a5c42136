"""What a picture is, told from its first bytes rather than from its name: PNG, JPEG or WebP, how wide and how high.

Only the frame is read; what is drawn is the business of whoever shows it.
"""

import enum
from dataclasses import dataclass

AT_MOST_BYTES = 100_000
AT_MOST_PIXELS = 2_000
"""In width and in height: a small file can be a huge picture."""


class Format(enum.StrEnum):
    """The forms that every mail program shows; the value is the media type."""

    PNG = "image/png"
    """Drawings and logos, also with see-through parts."""
    JPEG = "image/jpeg"
    """Photographs."""
    WEBP = "image/webp"
    """Either, in fewer bytes."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What is known of a picture."""

    format: Format
    width: int
    height: int


class NoPicture(Exception):
    """These bytes are no picture that we can show."""


def look_at(contents: bytes) -> Frame:
    """Read a picture's frame. Raises NoPicture (another form, or cut off)."""
    if contents.startswith(b"\x89PNG\r\n\x1a\n") and contents[12:16] == b"IHDR" and b"IEND" in contents[-12:]:
        return _frame(Format.PNG, _big(contents[16:20]), _big(contents[20:24]))
    if contents.startswith(b"\xff\xd8\xff") and contents.rstrip(b"\x00").endswith(b"\xff\xd9"):
        return _frame(Format.JPEG, *_jpeg_size(contents))
    whole = int.from_bytes(contents[4:8], "little") + 8 == len(contents)
    if contents.startswith(b"RIFF") and contents[8:12] == b"WEBP" and whole:
        return _frame(Format.WEBP, *_webp_size(contents))
    raise NoPicture


def _frame(format_: Format, width: int, height: int) -> Frame:
    if not width or not height:
        raise NoPicture
    return Frame(format=format_, width=width, height=height)


def _big(number: bytes) -> int:
    return int.from_bytes(number, "big")


def _little(number: bytes) -> int:
    return int.from_bytes(number, "little")


def _jpeg_size(contents: bytes) -> tuple[int, int]:
    """Find the segment that says how large the picture is (SOF0 to SOF15; three of those numbers mean other things)."""
    place = 2
    while place + 9 <= len(contents) and contents[place] == 0xFF:
        marker = contents[place + 1]
        if marker == 0xFF:
            place += 1
            continue
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            return _big(contents[place + 7 : place + 9]), _big(contents[place + 5 : place + 7])
        place += 2 + _big(contents[place + 2 : place + 4])
    raise NoPicture


def _webp_size(contents: bytes) -> tuple[int, int]:
    """Read the size from the first chunk: extended, lossless or lossy."""
    match contents[12:16]:
        case b"VP8X":
            return _little(contents[24:27]) + 1, _little(contents[27:30]) + 1
        case b"VP8L" if contents[20:21] == b"\x2f":
            bits = _little(contents[21:25])
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8 " if contents[23:26] == b"\x9d\x01\x2a":
            return _little(contents[26:28]) & 0x3FFF, _little(contents[28:30]) & 0x3FFF
    raise NoPicture

"""A picture's frame says …"""

import pytest

from commitments.domain.pictures import Format, Frame, NoPicture, look_at
from tests.pictures import JPEG, PNG, WEBP, WEBP_EXTENDED, WEBP_LOSSLESS


@pytest.mark.parametrize(
    ("contents", "format_"),
    [
        (PNG, Format.PNG),
        (JPEG, Format.JPEG),
        (WEBP, Format.WEBP),
        (WEBP_LOSSLESS, Format.WEBP),
        (WEBP_EXTENDED, Format.WEBP),
    ],
)
def test_what_it_is_and_how_large(contents: bytes, format_: Format) -> None:
    assert look_at(contents) == Frame(format=format_, width=120, height=40)


@pytest.mark.parametrize(
    "contents",
    [
        b"",
        b"GIF89a" + b"\0" * 40,
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"<html><script>alert(1)</script></html>",
        PNG[:-20],
        JPEG[:-4],
        WEBP[:-4],
        WEBP + b"<script>",
        PNG[:16] + b"\0" * 8 + PNG[24:],
        b"\xff\xd8\xff\xd9",
        b"\xff\xd8\xff\xe0\0\0\xff\xd9",
        b"RIFF\x0c\0\0\0WEBPABCD\0\0\0\0",
    ],
)
def test_that_it_is_none(contents: bytes) -> None:
    with pytest.raises(NoPicture):
        look_at(contents)

"""Colours of a brand: whether they can be read, and how they look in the dark.

A colour is written ``#rrggbb``. Contrast is measured as WCAG 2 does: from 1 (the same) to 21 (black on white).
"""

import re
from functools import lru_cache

LIGHT_PAPER = "#ffffff"
DARK_PAPER = "#1b2129"
"""What mails and the customer's page are written on, by day and in the dark."""
READABLE = 4.5
"""The contrast from which on words can be read by everybody (WCAG 2.2, level AA)."""
STANDARD = "#1f5fa3"
"""The colour of whoever has chosen none."""

_WRITTEN = re.compile(r"#[0-9a-fA-F]{6}\Z")
_STEPS = 20


def is_colour(text: str) -> bool:
    """Tell whether this is a colour as it is written here."""
    return _WRITTEN.match(text) is not None


def contrast(one: str, other: str) -> float:
    """Measure how well one colour stands out from another."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@lru_cache(maxsize=256)
def in_the_dark(colour: str) -> str:
    """Lighten a colour until it can be read on dark paper."""
    for step in range(_STEPS):
        lighter = _mixed(colour, LIGHT_PAPER, step / _STEPS)
        if contrast(lighter, DARK_PAPER) >= READABLE:
            return lighter
    return LIGHT_PAPER


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    """Give the relative luminance, from 0 (black) to 1 (white)."""
    linear = []
    for part in _parts(colour):
        share = part / 255
        linear.append(share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4)
    red, green, blue = linear
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _mixed(colour: str, other: str, share: float) -> str:
    """Mix a share of another colour into one."""
    parts = (round(mine + (theirs - mine) * share) for mine, theirs in zip(_parts(colour), _parts(other), strict=True))
    return "#" + "".join(f"{part:02x}" for part in parts)

"""Identifiers: made here rather than by the database, so that rows of one batch can name each other, and read."""

import itertools
import os
import uuid
from datetime import datetime

_order = itertools.count()


def time_ordered_id(*, now: datetime) -> uuid.UUID:
    """Make a version 7 UUID (RFC 9562 §5.7): milliseconds of `now`, a running number of 32 bits, then 42 random bits.

    Ids of one process sort in the order in which they were made within one millisecond.
    """
    milliseconds = int(now.timestamp() * 1000)
    high, low = divmod(next(_order) & 0xFFFF_FFFF, 1 << 20)
    tail = (low << 42) | (int.from_bytes(os.urandom(8)) & ((1 << 42) - 1))
    return uuid.UUID(int=(milliseconds << 80) | (0x7 << 76) | (high << 64) | (0b10 << 62) | tail)


DIGITS_AT_MOST = 18
"""A bigint holds every number of so many digits."""


def read_id(text: str) -> int | None:
    """Read an id, or a version, from an address or a form; nothing for a text that is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= DIGITS_AT_MOST else None

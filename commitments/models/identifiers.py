"""Identifiers made here rather than by the database, so that rows of one batch can name each other."""

import itertools
import os
import uuid
from datetime import datetime

_order = itertools.count()


def time_ordered_id(*, now: datetime) -> uuid.UUID:
    """Make a version 7 UUID (RFC 9562 §5.7): milliseconds of `now`, a running number of 32 bits, 42 random bits.

    Ids that one process makes for one millisecond sort in the order in which they were made.
    """
    milliseconds = int(now.timestamp() * 1000)
    running = next(_order) & 0xFFFF_FFFF
    high, low = running >> 20, running & 0xF_FFFF
    tail = int.from_bytes(os.urandom(6)) & ((1 << 42) - 1)
    return uuid.UUID(int=(milliseconds << 80) | (0x7 << 76) | (high << 64) | (0b10 << 62) | (low << 42) | tail)

"""Identifiers made here rather than by the database, so that rows of one batch can name each other."""

import itertools
import os
import uuid
from datetime import datetime

_order = itertools.count()


def time_ordered_id(*, now: datetime) -> uuid.UUID:
    """Make a version 7 UUID (RFC 9562 §5.7): milliseconds of `now`, a running number, then 62 random bits.

    Ids of one process sort in the order in which they were made within one millisecond (up to 4,096 of them).
    """
    milliseconds = int(now.timestamp() * 1000)
    running = next(_order) & 0xFFF
    tail = int.from_bytes(os.urandom(8)) & ((1 << 62) - 1)
    return uuid.UUID(int=(milliseconds << 80) | (0x7 << 76) | (running << 64) | (0b10 << 62) | tail)

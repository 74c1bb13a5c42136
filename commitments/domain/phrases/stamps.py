"""Dates and times as computers write them: 2026-11-25T14:00+01:00."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone

from commitments.domain.phrases.said import HOUR, Asked, Clock, Day, Found, Here, Moment
from commitments.domain.phrases.tokens import Shape, Token
from commitments.domain.phrases.words import shape

_OFFSET = re.compile(r"(?:(z)|([+-])([0-9]{2}):?([0-9]{2}))$")


def stamp_at(tokens: Sequence[Token], at: int, here: Here) -> Found | None:
    if shape(tokens, at) is not Shape.STAMP:
        return None
    written = tokens[at].text.replace(" ", "").replace(",", "").replace("t", "")
    day, rest = written[:10], written[10:]
    offset = _OFFSET.search(rest)
    clock = rest[: offset.start()] if offset else rest
    try:
        wall = datetime.fromisoformat(f"{day}T{clock}")  # its zone is worked out below
    except ValueError:
        return (Asked(f"“{tokens[at].raw}” is no date and time."),), at + 1
    wall = wall.replace(microsecond=0)
    if offset is None:
        return (Day((wall.date(),)), Clock((wall.hour * HOUR + wall.minute * 60 + wall.second,))), at + 1
    try:
        zone = UTC if offset[1] else timezone(_signed(offset[2], int(offset[3]), int(offset[4])))
        return (Moment(wall.replace(tzinfo=zone).astimezone(here.zone)),), at + 1
    except (ValueError, OverflowError):
        return (Asked(f"“{tokens[at].raw}” is no date and time."),), at + 1


def _signed(sign: str, hours: int, minutes: int) -> timedelta:
    length = timedelta(hours=hours, minutes=minutes)
    return -length if sign == "-" else length

"""How mails say instants, zones, names and words: plain text in, plain text out.

Times are absolute and name their zone, because a mail is read later than it is written. Names come from people and
imports: what could break a header, or turn the line around it, is taken out here, once.
"""

import unicodedata
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
JOINERS = "\u200c\u200d"
"""Zero-width joiners: invisible like the characters taken out, but emoji and Persian words need them."""
MARKS = {0x200E, 0x200F, 0x061C, *range(0x202A, 0x202F), *range(0x2066, 0x206A)}
"""Characters that set the direction of the text around them."""
NAME_AT_MOST = 80
SUBJECT_WORDS_AT_MOST = 70


def say_instant(instant: datetime, *, zone: str, now: datetime) -> str:
    """Say an instant in full: ``Friday 20 November, 15:00 (Lisbon time)``; the year too when it is not this year."""
    place = ZoneInfo(zone)
    local = instant.astimezone(place)
    year = f" {local.year}" if local.year != now.astimezone(place).year else ""
    day = f"{WEEKDAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]}{year}"
    told = zone_name(zone)
    if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
        # The clock shows this time twice on this day.
        told = f"{told}, {_offset(local)}"
    return f"{day}, {local:%H:%M} ({told})"


@lru_cache(maxsize=1024)
def zone_name(zone: str) -> str:
    """Name a zone as people do: ``Lisbon time`` for ``Europe/Lisbon``, ``UTC`` as it is."""
    if zone in {"UTC", "Etc/UTC", "Etc/UCT", "Etc/Zulu", "Zulu", "UCT", "Universal", "Etc/Universal"}:
        return "UTC"
    if zone.startswith("Etc/"):
        return _offset(datetime(2000, 1, 1, tzinfo=ZoneInfo(zone)))
    city = zone.rpartition("/")[2].replace("_", " ")
    return city if city.isupper() or any(letter.isdigit() for letter in city) else f"{city} time"


def _offset(local: datetime) -> str:
    """Say how far the clock is from UTC: ``UTC+1``."""
    minutes = (local.utcoffset() or timedelta()) // timedelta(minutes=1)
    hours, rest = divmod(abs(minutes), 60)
    sign = "\N{MINUS SIGN}" if minutes < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")


def clean_line(text: str, *, at_most: int = NAME_AT_MOST) -> str:
    """Make one harmless line of a name: no line break, no control or direction mark, at most `at_most` characters."""
    if text.isascii() and text.isprintable():
        # The usual case, and each mail has several.
        visible = text
    else:
        visible = "".join(
            " " if character in "\n\r\t\v\f\u2028\u2029\u0085" else character
            for character in text
            if character in JOINERS
            or character in "\n\r\t\v\f\u2028\u2029\u0085"
            or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
        )
    return shorten(" ".join(visible.split()), at_most=at_most)


def clean_words(text: str) -> str:
    """Make harmless what a person wrote: its lines stay, control characters and direction marks go."""
    if text.isascii() and text.isprintable():
        return text.strip()
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(
        "".join(
            character
            for character in line
            if character == "\t"
            or (ord(character) not in MARKS and unicodedata.category(character) not in {"Cc", "Cs", "Cn"})
        )
        for line in lines
    ).strip()


def shorten(text: str, *, at_most: int) -> str:
    """Cut a line at a word's end, with an ellipsis, if it is longer than `at_most` characters."""
    if len(text) <= at_most:
        return text
    cut = text[: at_most - 1]
    space = text.rfind(" ", 0, at_most)
    return (cut[:space] if space > at_most // 2 else cut).rstrip(" ,;:.–") + "…"


def isolate(text: str) -> str:
    """Fence a right-to-left name off in plain text, so that the line around it keeps its order."""
    if text.isascii() or not any(unicodedata.bidirectional(character) in {"R", "AL"} for character in text):
        return text
    return f"\u2068{text}\u2069"

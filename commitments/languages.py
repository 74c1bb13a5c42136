"""Which language a customer is spoken to in, and how instants and zones are said in it.

Languages are the catalogues in locale/; nothing here lists them. What a function says is in the language that is
active, so whoever speaks to a customer does it within `speaking`. Pages for staff stay English.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import get_timezone_location
from django.conf import settings
from django.utils.dates import MONTHS_ALT, WEEKDAYS
from django.utils.translation import get_language, get_supported_language_variant, override, pgettext

UTC_NAMES = frozenset({"UTC", "Etc/UTC", "Etc/UCT", "Etc/Zulu", "Zulu", "UCT", "Universal", "Etc/Universal"})


def language_for(*, customer: str, team: str = "") -> str:
    """Choose the language for a customer: theirs where we have it, else the team's, else English.

    `customer`, `team`: codes as they were typed in: ``de``, ``de-AT``, ``pt_BR``, or nothing.
    """
    return _known(customer) or _known(team) or settings.LANGUAGE_CODE


def is_known(language: str) -> bool:
    """Tell whether there are words in a language."""
    return bool(_known(language))


@lru_cache(maxsize=256)
def name_of(language: str) -> str:
    """Give a language's English name: ``German`` for ``de``; the code itself where there is none."""
    try:
        return Locale.parse(_spelt(language), sep="-").get_display_name("en") or language
    except (UnknownLocaleError, ValueError):
        return language


@lru_cache(maxsize=256)
def _spelt(language: str) -> str:
    return language.strip().replace("_", "-").lower()


def _known(language: str) -> str:
    """Give the code under which we have a language, or nothing: ``de`` for ``de-AT``."""
    try:
        return get_supported_language_variant(_spelt(language))
    except LookupError:
        return ""


def speaking(language: str) -> AbstractContextManager[None]:
    """Say everything within in this language."""
    return override(language)


def say_instant(instant: datetime, *, zone: str, now: datetime) -> str:
    """Say an instant in full: ``Friday 20 November, 15:00 (Lisbon time)``; the year too when it is not this year."""
    place = ZoneInfo(zone)
    local = instant.astimezone(place)
    language = get_language() or settings.LANGUAGE_CODE
    dates = _dates(language)
    told = _zone_name(zone, language)
    if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
        # The clock shows this time twice on this day.
        told = f"{told}, {_offset(local)}"
    pattern = dates.this_year if local.year == now.astimezone(place).year else dates.another_year
    return pattern % {
        "weekday": dates.weekdays[local.weekday()],
        "day": local.day,
        "month": dates.months[local.month - 1],
        "year": local.year,
        "time": f"{local:%H:%M}",
        "zone": told,
    }


@dataclass(frozen=True, slots=True)
class _Dates:
    """How a language says dates: looked up once, for a mail says ten."""

    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    this_year: str
    another_year: str


@lru_cache(maxsize=64)
def _dates(language: str) -> _Dates:
    with speaking(language):
        return _Dates(
            weekdays=tuple(str(name) for _, name in sorted(WEEKDAYS.items())),
            months=tuple(str(name) for _, name in sorted(MONTHS_ALT.items())),
            this_year=pgettext("an instant", "%(weekday)s %(day)s %(month)s, %(time)s (%(zone)s)"),
            another_year=pgettext("an instant", "%(weekday)s %(day)s %(month)s %(year)s, %(time)s (%(zone)s)"),
        )


def zone_name(zone: str) -> str:
    """Name a zone as people do: ``Lisbon time`` for ``Europe/Lisbon``, ``UTC`` as it is."""
    return _zone_name(zone, get_language() or settings.LANGUAGE_CODE)


@lru_cache(maxsize=2048)
def _zone_name(zone: str, language: str) -> str:
    if zone in UTC_NAMES:
        return "UTC"
    if zone.startswith("Etc/"):
        return _offset(datetime(2000, 1, 1, tzinfo=ZoneInfo(zone)))
    if "/" not in zone and (zone.isupper() or any(letter.isdigit() for letter in zone)):
        return zone
    return pgettext("a time zone", "%(city)s time") % {"city": _city(zone, language)}


def _city(zone: str, language: str) -> str:
    """Give the city that a zone is named after, as the language calls it."""
    try:
        locale = Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return zone.rpartition("/")[2].replace("_", " ")
    # Where the language has no name of its own, the land comes before the city: Argentina/Buenos Aires.
    return str(get_timezone_location(zone, locale=locale, return_city=True)).rpartition("/")[2]


def _offset(local: datetime) -> str:
    """Say how far the clock is from UTC: ``UTC+1``."""
    minutes = (local.utcoffset() or timedelta()) // timedelta(minutes=1)
    hours, rest = divmod(abs(minutes), 60)
    sign = "\N{MINUS SIGN}" if minutes < 0 else "+"
    return f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "")

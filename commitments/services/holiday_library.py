"""Public holidays by country and subdivision, from the `holidays` package; the one module that imports it.

Observed days and substitutes are holidays too. Names are English where the package has them in English, whatever the
language of the machine.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache

import holidays
from django.utils.translation import gettext

from commitments.services.refusals import Refused

ENGLISH = "en_US"
NAME_AT_MOST = 100


@cache
def countries() -> Mapping[str, str]:
    """Give the countries whose holidays are known: names by their codes of two letters, in the order of the names."""
    # The package has no names for people, but a class for each country, and a shorter one beneath it.
    names = {
        code: re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(holidays.country_holidays(code)).__mro__[1].__name__)
        for code in holidays.list_supported_countries(include_aliases=False)
    }
    return dict(sorted(names.items(), key=lambda pair: pair[1]))


def known(*, country: str, subdivision: str) -> tuple[str, str]:
    """Give the codes of a country and its part as the package writes them; a part may be given by its name.

    Raises Refused with a sentence for one that is not known.
    """
    country = country.strip().upper()
    subdivision = subdivision.strip()
    if not country:
        if subdivision:
            raise Refused(gettext("Choose the country that this is a part of."), field="subdivision")
        return "", ""
    if country not in countries():
        raise Refused(
            gettext("No holidays are known for “%(country)s”; write its code of two letters, as in PT.")
            % {"country": country},
            field="country",
        )
    if not subdivision:
        return country, ""
    of_country = holidays.country_holidays(country)
    codes = {code.casefold(): code for code in of_country.subdivisions}
    names = {name.casefold(): code for name, code in of_country.subdivisions_aliases.items()}
    found = codes.get(subdivision.casefold()) or names.get(subdivision.casefold())
    if found is None:
        place = countries()[country]
        if codes:
            sentence = gettext("“%(part)s” is no part of %(place)s with holidays of its own; write one of %(codes)s.")
        else:
            sentence = gettext("“%(part)s” is no part of %(place)s with holidays of its own; leave this blank.")
        values = {"part": subdivision, "place": place, "codes": ", ".join(of_country.subdivisions)}
        raise Refused(sentence % values, field="subdivision")
    return country, found


def holidays_of(*, country: str, subdivision: str, years: Sequence[int]) -> dict[date, str]:
    """Give the public holidays of some years: names by their dates. Raises Refused as `known` does."""
    country, subdivision = known(country=country, subdivision=subdivision)
    if not country:
        return {}
    # Where no other language is known, the names are English.
    languages = holidays.country_holidays(country).supported_languages
    found = holidays.country_holidays(
        country,
        subdiv=subdivision or None,
        # A year more on either side: a substitute may fall into the year before or after its holiday's.
        years=range(min(years) - 1, max(years) + 2),
        language=ENGLISH if ENGLISH in languages else None,
    )
    return {on: shortened(name) for on, name in sorted(found.items()) if on.year in years}


def shortened(name: str) -> str:
    """Give a name that fits its column; two holidays on one day can be long."""
    return name if len(name) <= NAME_AT_MOST else f"{name[: NAME_AT_MOST - 1]}…"

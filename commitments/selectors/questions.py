"""What somebody types into a search, read in every way that makes sense: as words, references, addresses, numbers."""

import re
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import phonenumbers
from django.db.models import Case, IntegerField, Value, When

from commitments.domain.finding import address_of, is_complete, squashed, words_of
from commitments.domain.references import look_alikes, read_reference
from commitments.models import Membership, Team
from commitments.models.search import Part, Term, Terms

TEXT_AT_MOST = 200
SHORTEST_NUMBER = 3
"""Fewer digits than this are no telephone number yet."""
LONGEST_NUMBER = 20
REGIONS_AT_MOST = 8
"""Countries in whose notation a number is tried."""
NUMBER = re.compile(r"^(tel:)?\s*[+\uff0b]?[\d\s()\[\]/.,\-\u2010-\u2014]+$", re.IGNORECASE)
TRUNK_IN_BRACKETS = re.compile(r"\(\s*0\s*\)")


@dataclass(frozen=True, slots=True)
class Question:
    """One search: `text` as it was typed, without what nobody can mean, and what it may stand for."""

    text: str
    words: Mapping[str, str] = field(default_factory=dict)
    """Each word folded, with how it was typed."""
    is_complete: bool = False
    reference: str = ""
    look_alikes: tuple[str, ...] = ()
    squashed: str = ""
    address: str = ""
    numbers: tuple[str, ...] = ()
    """How the number in E.164 begins, without its plus: one reading a country."""
    endings: tuple[str, ...] = ()
    """What the number may end with."""

    @property
    def begun(self) -> str:
        """The last word, where it may go on; a letter alone begins too much."""
        last = "" if self.is_complete else next(reversed(list(self.words)), "")
        return last if len(last) > 1 or not last.isascii() else ""

    @property
    def promise_terms(self) -> Terms | None:
        """What a promise must have."""
        words = tuple(Term(word, is_beginning=word == self.begun, typed=typed) for word, typed in self.words.items())
        return _terms(words, self._squashed, self._address)

    @property
    def case_terms(self) -> Terms | None:
        """What a promise must have that is about the case that was typed."""
        return _terms(self._squashed, self._address)

    @property
    def customer_terms(self) -> Terms | None:
        """What a customer must have: names come in any order, so every word of theirs may go on."""
        numbers = [(Term(digits, Part.PHONE, is_beginning=True),) for digits in self.numbers]
        endings = [(Term(digits[::-1], Part.PHONE_END, is_beginning=True),) for digits in self.endings]
        return _terms(self._names, self._squashed, *numbers, *endings)

    @property
    def organisation_terms(self) -> Terms | None:
        """What an organisation must have."""
        return _terms(self._names)

    @property
    def _names(self) -> tuple[Term, ...]:
        # Of an address only the end is still being typed.
        is_address = "@" in self.text
        return tuple(
            Term(word, is_beginning=word == self.begun if is_address else True, typed=typed)
            for word, typed in self.words.items()
        )

    @property
    def _squashed(self) -> tuple[Term, ...]:
        return (Term(self.squashed, Part.SQUASHED, is_beginning=True),) if self.squashed else ()

    @property
    def _address(self) -> tuple[Term, ...]:
        return (Term(self.address, Part.ADDRESS, is_beginning=True),) if self.address else ()


def _terms(*ways: tuple[Term, ...]) -> Terms | None:
    asked = tuple(way for way in ways if way)
    return Terms(asked) if asked else None


def read_question(words: str, *, actor: Any) -> Question:
    """Read what `actor` has typed; a number in national notation is read as one of their teams' countries first."""
    text = " ".join(words.replace("\x00", " ")[:TEXT_AT_MOST].split())
    digits = _digits(text)
    reference = read_reference(text)
    return Question(
        text=text,
        words=words_of(text),
        is_complete=is_complete(words),
        reference=reference,
        look_alikes=() if reference else look_alikes(text),
        squashed=squashed(text),
        address=address_of(text),
        numbers=_numbers(text, digits=digits, actor=actor) if digits else (),
        endings=tuple(
            ending for ending in dict.fromkeys((digits, digits.lstrip("0"))) if len(ending) >= SHORTEST_NUMBER
        ),
    )


def _digits(text: str) -> str:
    """Give the digits of what may be a telephone number, nothing for anything else."""
    if not NUMBER.match(text):
        return ""
    digits = "".join(str(unicodedata.decimal(sign)) for sign in TRUNK_IN_BRACKETS.sub("", text) if sign.isdecimal())
    return digits if SHORTEST_NUMBER <= len(digits) <= LONGEST_NUMBER else ""


def _numbers(text: str, *, digits: str, actor: Any) -> tuple[str, ...]:
    """Give the beginnings of numbers in E.164 that digits may stand for."""
    if "+" in text or "\uff0b" in text:
        return (digits,)
    # What begins with the country is typed without its plus more often than not.
    found = [digits.removeprefix("00")] if digits.startswith("00") or not digits.startswith("0") else []
    for region in _regions(actor):
        # A number that is still being typed is too short for the library to take its first zero away.
        country, prefix = (
            phonenumbers.country_code_for_region(region),
            phonenumbers.ndd_prefix_for_region(region, True),
        )
        found.append(f"{country}{digits.removeprefix(prefix or '')}")
        with suppress(phonenumbers.NumberParseException):
            number = phonenumbers.parse(digits, region)
            found.append(f"{number.country_code}{phonenumbers.national_significant_number(number)}")
    return tuple(dict.fromkeys(found))


def _regions(actor: Any) -> list[str]:
    """Give the countries that teams are in, as their telephones and calendars tell, those of `actor` first."""
    own = Membership.objects.filter(user=actor).values("team")
    nearness = Case(When(pk__in=own, then=Value(0)), default=Value(1), output_field=IntegerField())
    teams = (
        Team.objects.annotate(nearness=nearness).order_by("nearness", "pk").values_list("phone", "calendar__country")
    )
    found: dict[str, None] = {}
    for phone, country in teams.iterator():
        for region in (_region_of(phone), country):
            if region:
                found[region] = None
        if len(found) >= REGIONS_AT_MOST:
            break
    return list(found)[:REGIONS_AT_MOST]


def _region_of(phone: str) -> str:
    if not phone.strip().startswith("+"):
        return ""
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(phone, None)) or ""
    except phonenumbers.NumberParseException:
        return ""

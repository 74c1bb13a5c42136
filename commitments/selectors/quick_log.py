"""What the quick-log line needs to know: whom a line names, what they were promised already, what was just logged.

Reads only.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from commitments.domain.promise import Status
from commitments.models import Commitment, Customer
from commitments.selectors.customers import Found, find, promises_to

OPTIONS_AT_MOST = 5
NAMES_AT_MOST = 3
"""So many of the words that may be a name are looked for."""
PROMISES_AT_MOST = 4
ROUNDED_BY = timedelta(minutes=1)
"""A time that counts from the present is one of whole minutes."""
NOBODY = Found(customers=(), promise=None, more=False)


@dataclass(frozen=True, slots=True)
class Named:
    """The customers whom a line may mean. `words`: those by which they were found, or looked for in vain.

    `exact`: the one who is named in full, by name or by an address or number that nobody else has.
    """

    words: str = ""
    customers: tuple[Customer, ...] = ()
    more: bool = False
    exact: Customer | None = None
    lacks_contact: bool = False
    """Whether the mail address or number that the line gives is nobody's, although the name is known."""


@dataclass(frozen=True, slots=True)
class OpenPromises:
    """What a customer has been promised and is still to be kept, by due time; `more`: whether some are left out."""

    promises: tuple[Commitment, ...] = ()
    more: bool = False


def named(*, actor: Any, names: Sequence[str], contacts: Sequence[str] = ()) -> Named:
    """Find whom a line means, as far as `actor` may see them.

    `names`: words that may be a name, the likeliest first; `contacts`: the mail address or number that it gives, in
    the forms in which it may be stored. An address or number is worth more than a name. A bounded number of queries.
    """
    names = names[:NAMES_AT_MOST]
    by_contact, words = _first_found(contacts, actor=actor)
    if by_contact.customers:
        theirs = tuple(customer for customer in by_contact.customers if _plain(words) in _ways_to(customer))
        found = _named_among(theirs, names) or theirs or by_contact.customers
        exact = found[0] if theirs and len(found) == 1 else None
        return Named(words=words, customers=found, more=by_contact.more and not theirs, exact=exact)
    by_name, words = _first_found(names, actor=actor)
    same = [customer for customer in by_name.customers if _plain(customer.name) == _plain(words)]
    if not same and by_name.promise is not None:
        same = list(by_name.customers[:1])
    lacks_contact = bool(contacts) and bool(by_name.customers)
    return Named(
        words=words or next(iter([*names, *contacts]), ""),
        customers=by_name.customers,
        more=by_name.more,
        exact=same[0] if len(same) == 1 and not lacks_contact and _is_enough(words, by_name) else None,
        lacks_contact=lacks_contact,
    )


def open_promises_to(*, customer: Customer, actor: Any) -> OpenPromises:
    """Give what `actor` may see of what is open for a customer, the first due first. One query."""
    still_open = promises_to(customer=customer, actor=actor).filter(status=Status.OPEN)
    found = tuple(still_open.order_by("due_at", "pk")[: PROMISES_AT_MOST + 1])
    return OpenPromises(promises=found[:PROMISES_AT_MOST], more=len(found) > PROMISES_AT_MOST)


def latest_route(*, customer: Customer, actor: Any) -> str:
    """Give how a customer hears about what they were promised last, as far as `actor` may see it; empty for nothing."""
    latest = Commitment.objects.visible_to(actor).filter(customer=customer).order_by("-made_at", "-pk")
    return latest.values_list("contact_route", flat=True).first() or ""


def just_logged(
    *, actor: Any, customer: Customer, kind: str, promise: str, due_at: datetime, now: datetime, within: timedelta
) -> Commitment | None:
    """Find the promise that `actor` has logged in the very same words for the same customer, at most `within` ago.

    A customer who is not stored yet is the same as one who was taken down with the same name, mail and number. A time
    that was said from the present on (“in two hours”) has moved on with it since; any other one is another promise’s.
    """
    recent = Commitment.objects.filter(
        made_by=actor, recorded_at__gte=now - within, voided_at__isnull=True, kind=kind, promise=promise.strip()
    )
    for found in recent.select_related("customer", "team__calendar").order_by("-recorded_at", "-pk"):
        moved_on, passed = due_at - found.due_at, now - found.recorded_at
        if (not moved_on or abs(moved_on - passed) <= ROUNDED_BY) and _is_same(customer, found.customer):
            return found
    return None


def _is_same(wanted: Customer, known: Customer) -> bool:
    if wanted._state.adding:
        return (wanted.name, wanted.email, wanted.phone) == (known.name, known.email, known.phone)
    return wanted.pk == known.pk


def _first_found(texts: Sequence[str], *, actor: Any) -> tuple[Found, str]:
    """Look for one text after the other until somebody is found; give them and the words."""
    for text in texts:
        found = find(actor=actor, words=text, limit=OPTIONS_AT_MOST)
        if found.customers:
            return found, text
    return NOBODY, ""


def _is_enough(words: str, found: Found) -> bool:
    """Tell whether words mean whoever has just this name: “Maria” may be short for another one's."""
    return len(found.customers) == 1 or " " in words or found.promise is not None


def _ways_to(customer: Customer) -> set[str]:
    return {_plain(way) for way in (customer.email, customer.phone) if way}


def _named_among(customers: Sequence[Customer], names: Sequence[str]) -> tuple[Customer, ...]:
    wanted = {_plain(name) for name in names}
    return tuple(customer for customer in customers if _plain(customer.name) in wanted)


def _plain(name: str) -> str:
    """Give a name without case, accents and further spaces, to be compared."""
    decomposed = unicodedata.normalize("NFKD", " ".join(name.split()).casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))

"""Customers: taking one down, putting right what is known of them, and their organisation."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from commitments.models import Commitment, Customer, Organisation
from commitments.models.people import person
from commitments.services.reachability import address_changed, hold_open_promises, take_over_flag
from commitments.services.refusals import Refused

CHANGEABLE = ("name", "email", "phone", "time_zone", "language", "reached_best")
ORGANISATION_AT_MOST = 200


@dataclass(frozen=True, slots=True)
class Changed:
    """One thing that somebody else has changed about a customer: what it was when it was read, and what it is."""

    field: str
    was: str
    now: str


class CustomerChanged(Refused):
    """Somebody else has changed the customer since they were read; `customer` is as they stand now."""

    def __init__(self, customer: Customer) -> None:
        who = person(customer.changed_by) if customer.changed_by is not None else gettext("Somebody")
        super().__init__(
            gettext("%(who)s has changed this customer since you opened the page. Look at it, then save again.")
            % {"who": who}
        )
        self.customer = customer


def new_customer(
    *,
    actor: Any,
    name: str,
    now: datetime,
    email: str = "",
    phone: str = "",
    time_zone: str = "UTC",
    language: str = "",
    reached_best: str = "",
    external_ref: str = "",
    organisation: str = "",
) -> Customer:
    """Take a customer down; `phone` is E.164. Raises Refused for what cannot be."""
    customer = Customer(
        name=" ".join(name.split()),
        email=email.strip(),
        phone=phone,
        time_zone=time_zone,
        language=language,
        reached_best=reached_best.strip(),
        external_ref=external_ref.strip(),
        created_at=now,
    )
    _check(customer)
    with transaction.atomic():
        take_over_flag(customer)
        customer.organisation = organisation_named(organisation)
        customer.save(force_insert=True)
    return customer


def change_customer(
    *,
    actor: Any,
    customer: Customer,
    now: datetime,
    version: int | None = None,
    organisation: str | None = None,
    **values: str,
) -> Customer:
    """Change what is known of a customer (`CHANGEABLE`), and by name their organisation; none for an empty one.

    A new address may be mailed again. `version` is the customer's as it was read. Raises Refused (CustomerChanged).
    """
    unknown = values.keys() - set(CHANGEABLE)
    if unknown:
        raise ValueError(f"Not to be changed here: {', '.join(sorted(unknown))}.")
    with transaction.atomic():
        if "email" in values:
            hold_open_promises(customer)
        customer = lock_customer(customer.pk)
        if version is not None and version != customer.version:
            raise CustomerChanged(customer)
        address_before = customer.email
        for field, value in values.items():
            setattr(customer, field, value.strip())
        if organisation is not None:
            customer.organisation = organisation_named(organisation)
        _check(customer)
        note_change(customer, actor=actor, now=now)
        customer.save(update_fields=[*values, "organisation", *OF_A_CHANGE])
        if customer.email.casefold() != address_before.casefold():
            address_changed(customer=customer, now=now)
            customer.refresh_from_db()
    # The customer is let go first: whoever acts on a promise holds that before its customer.
    look_again(customer, now=now)
    return customer


def write_news_or_not(*, actor: Any, customer: Customer, now: datetime) -> None:
    """Let holding mails go again to a customer who had asked for real news only, and has told us otherwise."""
    with transaction.atomic():
        customer = lock_customer(customer.pk)
        customer.real_news_only = False
        note_change(customer, actor=actor, now=now)
        customer.save(update_fields=["real_news_only", *OF_A_CHANGE])
    look_again(customer, now=now)


def look_again(customer: Customer, *, now: datetime) -> None:
    """Let time look at a customer's open promises at once: whether and where mail may go changes what comes next."""
    waiting = Commitment.objects.open().filter(customer=customer, next_check_at__gt=now)
    waiting.update(next_check_at=now)


OF_A_CHANGE = ("version", "changed_at", "changed_by")


def note_change(customer: Customer, *, actor: Any, now: datetime) -> None:
    """Count a change on a customer whom the caller holds and saves (`OF_A_CHANGE` too)."""
    customer.version += 1
    customer.changed_at = now
    customer.changed_by = actor


def lock_customer(pk: int) -> Customer:
    """Hold a customer for a change, in a transaction; the one that they have become part of, if they have.

    Promises are held before their customers, so that no two changes wait for each other; whoever only refers to a
    customer (a reason for strain) does not wait.
    """
    rows = Customer.objects.select_for_update(no_key=True)
    customer = rows.get(pk=pk)
    while customer.merged_into_id is not None:
        customer = rows.get(pk=customer.merged_into_id)
    return customer


def organisation_named(name: str) -> Organisation | None:
    """Give the organisation of this name, a new one where there is none; nothing for no name. Raises Refused."""
    name = " ".join(name.split())
    if not name:
        return None
    if len(name) > ORGANISATION_AT_MOST:
        raise Refused(
            gettext("The name of an organisation has at most %(number)s characters.")
            % {"number": ORGANISATION_AT_MOST},
            field="organisation",
        )
    found = Organisation.objects.filter(name__iexact=name).order_by("pk").first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            return Organisation.objects.create(name=name)
    except IntegrityError:
        # Somebody else has just taken it down.
        return Organisation.objects.get(name=name)


def _check(customer: Customer) -> None:
    if not customer.name:
        raise Refused(gettext("Give the customer’s name."), field="name")
    try:
        customer.clean_fields()
        customer.clean()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise Refused(messages[0], field=field) from error

"""Customers: taking one down, and putting right what is known of them."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from commitments.models import Customer
from commitments.services.reachability import address_changed
from commitments.services.refusals import Refused

CHANGEABLE = ("name", "email", "phone", "time_zone", "language", "reached_best")
OF_THE_ADDRESS = frozenset({Customer.DoNotMail.BOUNCED, Customer.DoNotMail.COMPLAINED, Customer.DoNotMail.NOT_FOR_ME})
"""Why an address, rather than the person, is not mailed: another address puts it right."""


def new_customer(
    *,
    actor: Any,
    name: str,
    now: datetime,
    email: str = "",
    phone: str = "",
    time_zone: str = "UTC",
    language: str = "en",
    reached_best: str = "",
    external_ref: str = "",
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
    customer.save(force_insert=True)
    return customer


def change_customer(*, actor: Any, customer: Customer, now: datetime, **values: str) -> Customer:
    """Change what is known of a customer (`CHANGEABLE`). A new address may be mailed again. Raises Refused."""
    unknown = values.keys() - set(CHANGEABLE)
    if unknown:
        raise ValueError(f"Not to be changed here: {', '.join(sorted(unknown))}.")
    with transaction.atomic():
        customer = Customer.objects.select_for_update().get(pk=customer.pk)
        address_before = customer.email
        for field, value in values.items():
            setattr(customer, field, value.strip())
        _check(customer)
        customer.save(update_fields=list(values))
        if customer.email != address_before and customer.email and customer.do_not_mail in OF_THE_ADDRESS:
            address_changed(customer=customer, now=now)
            customer.refresh_from_db()
    return customer


def _check(customer: Customer) -> None:
    if not customer.name:
        raise Refused("Give the customer's name.", field="name")
    try:
        customer.clean_fields()
        customer.clean()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise Refused(messages[0], field=field) from error

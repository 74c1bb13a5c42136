"""Whether a customer can be reached by mail: what a refusal or a bounce means for their promises."""

from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from commitments.domain import ladders
from commitments.domain.escalation import Trigger
from commitments.domain.promise import Status
from commitments.models import Commitment, Customer, Escalation
from commitments.services.acting import holding


def flag_undeliverable(
    *,
    commitment_id: int,
    address: str,
    now: datetime,
    why: Customer.DoNotMail | None,
    also_ended: bool = False,
) -> bool:
    """Note that a mail did not reach this promise's customer at `address`: somebody has to phone.

    With `why` no more mail goes there. Opens `undeliverable` on the promise while it is open; where the customer has to
    be told of its end (`also_ended`: it was withdrawn) after that too. Otherwise an ended promise only has its
    customer's address flagged. Nothing happens, and False is given, where the customer has another address by now.
    """
    with holding(pk=commitment_id, now=now) as held:
        customer = held.commitment.customer
        if customer.email.casefold() != address.casefold():
            return False
        if why is not None:
            _flag(customer, why=why, now=now)
        if held.promise.is_open or (also_ended and held.promise.status is Status.WITHDRAWN):
            held.apply(
                ladders.open_escalation(
                    held.promise,
                    Trigger.UNDELIVERABLE,
                    at=now,
                    rules=held.rules,
                    surroundings=held.surroundings,
                )
            )
    return True


def flag_address(*, customer_id: int, address: str, why: Customer.DoNotMail, now: datetime) -> None:
    """Note that mail does not reach a customer at `address`, unless they have another one by now."""
    customer = Customer.objects.get(pk=customer_id)
    if customer.email.casefold() == address.casefold():
        _flag(customer, why=why, now=now)


def _flag(customer: Customer, *, why: Customer.DoNotMail, now: datetime) -> None:
    # Only while it is still this address: somebody may be putting it right at this moment.
    flagged = Customer.objects.filter(pk=customer.pk, email=customer.email, do_not_mail=Customer.DoNotMail.NO)
    if flagged.update(do_not_mail=why, do_not_mail_at=now):
        customer.do_not_mail, customer.do_not_mail_at = why, now


def address_changed(*, customer: Customer, now: datetime) -> None:
    """Let mail go to a customer whose address was put right, and end what their old one had opened."""
    Customer.objects.filter(pk=customer.pk).update(do_not_mail=Customer.DoNotMail.NO, do_not_mail_at=None)
    for pk in _undeliverable(customer).values_list("pk", flat=True):
        with holding(pk=pk, now=now) as held:
            held.apply(ladders.end_escalation(held.promise, Trigger.UNDELIVERABLE, at=now))


def hold_undeliverable(customer: Customer) -> None:
    """Hold the promises whose mail does not reach a customer, before the customer is held for another address."""
    rows = _undeliverable(customer)
    list(rows.select_for_update(of=("self",)) if connection.features.has_select_for_update_of else rows)


def _undeliverable(customer: Customer) -> QuerySet[Commitment]:
    """Give the open promises to a customer whom our mail does not reach; an end that was not told is still to be."""
    ladders_open = Escalation.objects.filter(trigger=Trigger.UNDELIVERABLE.value, ended_at__isnull=True)
    return Commitment.objects.open().filter(customer=customer, pk__in=ladders_open.values("commitment")).order_by("pk")

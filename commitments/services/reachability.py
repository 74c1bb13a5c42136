"""Whether a customer can be reached by mail: what a refusal or a bounce means for their promises."""

from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from commitments.domain import ladders
from commitments.domain.escalation import Trigger
from commitments.models import Commitment, Customer, Escalation
from commitments.services.acting import holding


def flag_undeliverable(*, commitment_id: int, address: str, why: Customer.DoNotMail, now: datetime) -> None:
    """Note that mail to `address` does not reach this promise's customer: no more mail, and somebody has to phone.

    Opens `undeliverable` on the promise if it is open; an ended promise only has its customer's address flagged.
    Nothing happens where the customer has another address by now.
    """
    with holding(pk=commitment_id, now=now) as held:
        customer = held.commitment.customer
        if customer.email.casefold() != address.casefold():
            return
        if not customer.do_not_mail:
            customer.do_not_mail = why
            customer.do_not_mail_at = now
            customer.save(update_fields=["do_not_mail", "do_not_mail_at"])
        if held.promise.is_open:
            held.apply(
                ladders.open_escalation(
                    held.promise,
                    Trigger.UNDELIVERABLE,
                    at=now,
                    rules=held.rules,
                    surroundings=held.surroundings,
                )
            )


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
    """Give the promises to a customer whom our mail does not reach, open or (told of no end) ended."""
    ladders_open = Escalation.objects.filter(trigger=Trigger.UNDELIVERABLE.value, ended_at__isnull=True)
    return Commitment.objects.filter(customer=customer, pk__in=ladders_open.values("commitment")).order_by("pk")

"""Whether a customer can be reached by mail: what a refusal or a bounce means for their promises."""

from datetime import datetime

from commitments.domain import ladders
from commitments.domain.escalation import Trigger
from commitments.models import Commitment, Customer
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
    waiting = Commitment.objects.open().filter(
        customer=customer, escalations__trigger=Trigger.UNDELIVERABLE, escalations__ended_at__isnull=True
    )
    for pk in waiting.order_by("pk").values_list("pk", flat=True):
        with holding(pk=pk, now=now) as held:
            held.apply(ladders.end_escalation(held.promise, Trigger.UNDELIVERABLE, at=now))

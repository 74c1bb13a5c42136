"""Whether a customer can be reached by mail: what a refusal or a bounce means for their promises."""

from datetime import datetime

from commitments.domain import ladders
from commitments.domain.escalation import Trigger
from commitments.domain.promise import Status
from commitments.models import Commitment, Customer
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
    if not customer.do_not_mail:
        customer.do_not_mail = why
        customer.do_not_mail_at = now
        customer.save(update_fields=["do_not_mail", "do_not_mail_at"])


def address_changed(*, customer: Customer, now: datetime) -> None:
    """Let mail go to a customer whose address was put right, and end what their old one had opened."""
    Customer.objects.filter(pk=customer.pk).update(do_not_mail=Customer.DoNotMail.NO, do_not_mail_at=None)
    waiting = Commitment.objects.open().filter(
        customer=customer, escalations__trigger=Trigger.UNDELIVERABLE, escalations__ended_at__isnull=True
    )
    for pk in waiting.order_by("pk").values_list("pk", flat=True):
        with holding(pk=pk, now=now) as held:
            held.apply(ladders.end_escalation(held.promise, Trigger.UNDELIVERABLE, at=now))

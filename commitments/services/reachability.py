"""Whether a customer can be reached by mail: what a refusal or a bounce means for their promises."""

from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from commitments import doorbell
from commitments.domain import ladders
from commitments.domain.escalation import Trigger
from commitments.domain.promise import Status
from commitments.domain.timeline import EventKind
from commitments.models import Commitment, CommitmentEvent, Customer, Escalation, PendingEvent
from commitments.models.identifiers import time_ordered_id
from commitments.services import links
from commitments.services.acting import holding

OF_THE_ADDRESS = frozenset({Customer.DoNotMail.BOUNCED, Customer.DoNotMail.COMPLAINED, Customer.DoNotMail.NOT_FOR_ME})
"""Why an address, rather than the person, is not mailed: another address puts it right."""


def flag_undeliverable(
    *,
    commitment_id: int,
    address: str,
    now: datetime,
    why: Customer.DoNotMail | None,
    also_ended: bool = False,
) -> bool:
    """Note that a mail did not reach this promise's customer at `address`: somebody has to phone.

    With `why` no more mail goes there, to anybody. Opens `undeliverable` on the promise while it is open; where the
    customer has to be told of its end (`also_ended`: it was withdrawn) after that too. Otherwise an ended promise only
    has the address flagged. Nothing happens, and False is given, where the customer has another address by now.
    """
    with holding(pk=commitment_id, now=now) as held:
        customer = held.commitment.customer
        if customer.email.casefold() != address.casefold():
            return False
        if why is not None:
            flag_address(address=address, why=why, now=now)
            customer.refresh_from_db(fields=["do_not_mail", "do_not_mail_at"])
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


def flag_address(*, address: str, why: Customer.DoNotMail, now: datetime) -> None:
    """Note that no mail may go to an address: on everybody who is reached there, however they write it."""
    # Held in one order, as two who note the same must not wait for each other.
    held = reached_at(address).order_by("pk").select_for_update(no_key=True)
    ids = list(held.values_list("pk", flat=True))
    may_be_mailed = Customer.objects.filter(pk__in=ids, do_not_mail=Customer.DoNotMail.NO)
    may_be_mailed.update(do_not_mail=why, do_not_mail_at=now)


def unflag_address(*, address: str, now: datetime) -> None:
    """Let mail go again to everybody who is reached at an address and was left alone for its sake."""
    held = reached_at(address).order_by("pk").select_for_update(no_key=True)
    ids = list(held.values_list("pk", flat=True))
    left_alone = Customer.objects.filter(pk__in=ids, do_not_mail__in=OF_THE_ADDRESS)
    left_alone.update(do_not_mail=Customer.DoNotMail.NO, do_not_mail_at=None)


def look_again_at(*, address: str, now: datetime) -> None:
    """Let time look at once at the open promises to whoever is reached at an address: calls take the place of mail.

    To be called with nothing held: whoever acts on a promise holds that before its customer.
    """
    waiting = Commitment.objects.open().filter(customer__in=reached_at(address), next_check_at__gt=now)
    waiting.update(next_check_at=now)


def reached_at(address: str) -> QuerySet[Customer]:
    """Give everybody who is reached at an address: families and shared mailboxes exist, and case says nothing."""
    return Customer.objects.filter(email__iexact=address)


def take_over_flag(customer: Customer) -> None:
    """Leave a customer alone, unsaved, whose address is known from others to take no mail."""
    known = reached_at(customer.email).filter(do_not_mail__in=OF_THE_ADDRESS).exclude(pk=customer.pk)
    found = known.order_by("do_not_mail_at").values_list("do_not_mail", "do_not_mail_at").first()
    if customer.email and not customer.do_not_mail and found is not None:
        customer.do_not_mail, customer.do_not_mail_at = found


def address_changed(*, customer: Customer, now: datetime) -> None:
    """Let mail go to a customer whose address was put right, and end what their old one had opened.

    Not where the new one is known to take no mail either, or where there is none. Whoever reads mail at the old address
    is not this customer any more: no link that went there opens anything.
    """
    links.revoke(customer=customer, now=now)
    if not customer.email:
        return
    if customer.do_not_mail in OF_THE_ADDRESS:
        customer.do_not_mail, customer.do_not_mail_at = Customer.DoNotMail.NO, None
    take_over_flag(customer)
    customer.save(update_fields=["do_not_mail", "do_not_mail_at"])
    _say_on_open_promises(customer, now=now)
    if customer.do_not_mail:
        return
    for pk in _undeliverable(customer).values_list("pk", flat=True):
        with holding(pk=pk, now=now) as held:
            held.apply(ladders.end_escalation(held.promise, Trigger.UNDELIVERABLE, at=now))


def _say_on_open_promises(customer: Customer, *, now: datetime) -> None:
    """Put a new address on the timelines of a customer's open promises; where mail may go, the last one goes there."""
    promises = Commitment.objects.open().filter(customer=customer).order_by("pk")
    events = [
        CommitmentEvent(
            id=time_ordered_id(now=now),
            commitment_id=pk,
            kind=EventKind.ADDRESS_CHANGED.value,
            occurred_at=now,
            recorded_at=now,
            facts={
                "customer": customer.pk,
                "notify_customer": customer.can_be_mailed and route == Commitment.ContactRoute.MAIL,
            },
        )
        for pk, route in promises.values_list("pk", "contact_route")
    ]
    CommitmentEvent.objects.bulk_create(events)
    told = [event for event in events if event.facts["notify_customer"]]
    PendingEvent.objects.bulk_create([PendingEvent(event=event, noted_at=now) for event in told])
    doorbell.ring("notifications.dispatch")


def hold_open_promises(customer: Customer) -> None:
    """Hold the open promises to a customer, before the customer is held for another address: each is told of it."""
    rows = Commitment.objects.open().filter(customer=customer).order_by("pk")
    list(rows.select_for_update(of=("self",)) if connection.features.has_select_for_update_of else rows)


def _undeliverable(customer: Customer) -> QuerySet[Commitment]:
    """Give the open promises to a customer whom our mail does not reach; an end that was not told is still to be."""
    ladders_open = Escalation.objects.filter(trigger=Trigger.UNDELIVERABLE.value, ended_at__isnull=True)
    return Commitment.objects.open().filter(customer=customer, pk__in=ladders_open.values("commitment")).order_by("pk")

"""Watchers: who else gets a promise's mails to the customer, each in a mail of their own."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from commitments.domain.timeline import Event, EventKind
from commitments.models import Commitment, Customer, EventText, Watcher
from commitments.services.acting import holding
from commitments.services.customers import lock_customer, new_customer
from commitments.services.refusals import Refused

WATCHERS_AT_MOST = 20


def add_watcher(
    *,
    actor: Any,
    reference: str,
    now: datetime,
    customer: Customer | None = None,
    name: str = "",
    email: str = "",
    version: int | None = None,
) -> Watcher:
    """Let somebody get the mails as well: a customer who is known, or else one by `name` and `email`.

    Whoever is known by just this name and address is not taken down again. Raises Refused (Ended, Conflict): somebody
    who cannot be mailed, the promise's own customer, one who watches already, too many.
    """
    with holding(reference=reference, now=now, version=version) as held:
        held.require_open()
        commitment = held.commitment
        watcher = lock_customer(customer.pk) if customer is not None else _by_address(actor, name, email, now=now)
        if not watcher.email:
            raise Refused(
                gettext("No mail address is known for %(watcher)s; whoever watches is mailed.") % {"watcher": watcher},
                field="email",
            )
        if watcher.do_not_mail:
            why = watcher.get_do_not_mail_display()
            raise Refused(
                gettext("%(watcher)s cannot be mailed (%(why)s); whoever watches is mailed.")
                % {"watcher": watcher, "why": why},
                field="email",
            )
        if watcher.pk == commitment.customer_id:
            raise Refused(gettext("That is the customer of this promise; they get the mails already."), field="email")
        watching = list(commitment.watchers.values_list("customer", flat=True))
        if watcher.pk in watching:
            raise Refused(gettext("%(watcher)s gets the mails already.") % {"watcher": watcher}, field="email")
        if len(watching) >= WATCHERS_AT_MOST:
            raise Refused(
                gettext("At most %(number)s people can watch one promise.") % {"number": WATCHERS_AT_MOST},
                field="email",
            )
        row = Watcher.objects.create(commitment=commitment, customer=watcher, added_at=now, added_by=actor)
        held.actor = actor
        held.texts = {EventText.Field.NOTE: watcher.name}
        held.note(Event(EventKind.WATCHER_ADDED, now, {"customer": watcher.pk}))
    return row


def remove_watcher(
    *, actor: Any, reference: str, customer: int, now: datetime, version: int | None = None
) -> Commitment:
    """Let somebody (the id of a customer) no longer get the mails. Raises Refused (Conflict) for who does not."""
    with holding(reference=reference, now=now, version=version) as held:
        row = held.commitment.watchers.select_related("customer").filter(customer=customer).first()
        if row is None:
            raise Refused(gettext("They do not get the mails of this promise."))
        row.delete()
        held.actor = actor
        held.texts = {EventText.Field.NOTE: row.customer.name}
        held.note(Event(EventKind.WATCHER_REMOVED, now, {"customer": customer}))
    return held.commitment


def _by_address(actor: Any, name: str, email: str, *, now: datetime) -> Customer:
    name, email = " ".join(name.split()), email.strip()
    if not name:
        raise Refused(gettext("Write their name; the mail begins with it."), field="name")
    if not email:
        raise Refused(gettext("Write the mail address that their mails go to."), field="email")
    known = Customer.objects.current().filter(name__iexact=name, email__iexact=email).order_by("pk").first()
    return lock_customer(known.pk) if known is not None else new_customer(actor=actor, name=name, email=email, now=now)

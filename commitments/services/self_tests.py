"""Self-tests: a leader becomes a customer under an alias, to see what customers see; and says so afterwards."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import gettext

from commitments.domain.timeline import Event, EventKind
from commitments.models import Commitment, Customer, SelfTest, Strain, Team, leads, person
from commitments.selectors.self_tests import promises_of
from commitments.services.acting import holding
from commitments.services.customers import lock_customer, new_customer
from commitments.services.promising import make_promise
from commitments.services.refusals import Refused

User = get_user_model()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the alias is promised to begin with, as if another system had brought it: nobody here took it down."""

    kind: str
    promise: str
    due_at: datetime
    owner: Any
    team: Team


@transaction.atomic
def start_self_test(
    *,
    actor: Any,
    name: str,
    email: str,
    now: datetime,
    phone: str = "",
    time_zone: str = "UTC",
    language: str = "",
    note: str = "",
    wanted: Wanted | None = None,
) -> SelfTest:
    """Make a customer who is `actor` under another name, and a promise to them where one is `wanted`.

    Raises Refused: somebody who does not lead, an address by which colleagues know one of theirs, and as
    `new_customer` and `make_promise` do.
    """
    if not leads(actor):
        raise Refused(gettext("Only leaders test themselves."))
    email = email.strip()
    if not (email or phone):
        raise Refused(gettext("Give a mail address or a number by which the alias is reached."), field="email")
    known = User.objects.filter(email__iexact=email).first() if email else None
    if known is not None:
        raise Refused(
            gettext("Colleagues know this address as that of %(known)s; use another, such as name+word@…")
            % {"known": person(known)},
            field="email",
        )
    customer = new_customer(
        actor=actor, name=name, email=email, phone=phone, time_zone=time_zone, language=language, now=now
    )
    test = SelfTest.objects.create(customer=customer, leader=actor, note=note.strip(), started_at=now)
    if wanted is not None:
        make_promise(
            actor=wanted.owner,
            customer=customer,
            kind=wanted.kind,
            promise=wanted.promise,
            due_at=wanted.due_at,
            channel=Commitment.Channel.IMPORT,
            owner=wanted.owner,
            team=wanted.team,
            now=now,
        )
    return test


@transaction.atomic
def reveal_self_test(*, actor: Any, test: SelfTest, now: datetime) -> SelfTest:
    """Say that a customer was an alias: their promises are marked, and count no more in strain and reports.

    Raises Refused: somebody else's test, one that is revealed already, or a promise that is still open.
    """
    test = SelfTest.objects.select_for_update(of=("self",)).get(pk=test.pk)
    if test.leader_id != actor.pk:
        raise Refused(gettext("Only whoever started a self-test reveals it."))
    if test.is_revealed:
        raise Refused(gettext("This self-test has been revealed already."))
    promises = list(promises_of(test=test).order_by("pk"))
    still_open = [promise.reference for promise in promises if promise.ended_at is None]
    if still_open:
        raise Refused(
            gettext("%(names)s is still open: let it end as any promise would, then reveal it.")
            % {"names": ", ".join(still_open)}
        )
    for promise in promises:
        with holding(pk=promise.pk, now=now) as held:
            held.actor = actor
            held.commitment.revealed_at = now
            held.changed.add("revealed_at")
            held.note(Event(EventKind.REVEALED, now, {"self_test": test.pk}))
    alias = lock_customer(test.customer_id)
    if alias.pk == test.customer_id:
        # What they said about no promise in particular strains nobody either.
        Strain.objects.filter(customer=alias, taken_back_at__isnull=True).update(taken_back_at=now)
    Customer.objects.filter(pk=test.customer_id).update(revealed_at=now)
    test.revealed_at = now
    test.save(update_fields=["revealed_at"])
    return test

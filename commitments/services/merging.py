"""Two entries for one customer made one: what belonged to the duplicate belongs to the other from then on.

It is not undone, so `what_moves` says beforehand exactly what happens. The statements are as many for one promise as
for hundreds.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from commitments import doorbell
from commitments.domain import ladders, lifecycle
from commitments.domain.escalation import Trigger
from commitments.domain.timeline import Event, EventKind
from commitments.models import Commitment, Customer, Letter, Strain, Watcher
from commitments.selectors.board import supervises_any
from commitments.selectors.surroundings import SurroundingsOf
from commitments.services import recording
from commitments.services.acting import locked
from commitments.services.customers import OF_A_CHANGE, CustomerChanged, lock_customer, note_change
from commitments.services.refusals import Refused

BATCH = 500
FILLED = ("email", "phone", "language", "reached_best", "external_ref", "organisation")
"""What the kept entry takes over where it has nothing of its own."""
OF_THE_PERSON = frozenset({Customer.DoNotMail.ASKED})
"""Why somebody is not mailed at whatever address."""


@dataclass(frozen=True, slots=True)
class Moving:
    """What a merge does: fields taken over and fields given up (by name), and how much moves."""

    filled: tuple[str, ...]
    given_up: tuple[str, ...]
    keeps_from_mailing: bool
    promises: int
    open_promises: int
    letters: int
    strains: int
    watching: int


def what_moves(*, duplicate: Customer, into: Customer) -> Moving:
    """Say exactly what merging `duplicate` into `into` does, as things stand."""
    promises = Commitment.objects.filter(customer=duplicate)
    filled = _fills(duplicate, into)
    differing = (
        field
        for field in (*FILLED, "name", "time_zone")
        if field not in filled and _has(duplicate, field) and getattr(duplicate, field) != getattr(into, field)
    )
    return Moving(
        filled=tuple(filled),
        given_up=tuple(differing),
        keeps_from_mailing=_why_not_mailed(duplicate, into) != into.do_not_mail,
        promises=promises.count(),
        open_promises=promises.open().count(),
        letters=Letter.objects.filter(customer=duplicate).count(),
        strains=Strain.objects.filter(customer=duplicate, taken_back_at__isnull=True).count(),
        watching=Watcher.objects.filter(customer=duplicate).count(),
    )


@transaction.atomic
def merge_customers(
    *,
    actor: Any,
    duplicate: Customer,
    into: Customer,
    now: datetime,
    version: int | None = None,
    into_version: int | None = None,
) -> Customer:
    """Let `duplicate` become part of `into`, which is given back as it stands then.

    Everything of the duplicate's moves, fields that are empty are filled, and the duplicate is found no more. For
    supervisors and leaders. Raises Refused (CustomerChanged): the same customer twice, one that is merged already.
    """
    if not supervises_any(actor):
        raise Refused(gettext("Customers are merged by a supervisor."))
    if duplicate.pk == into.pk:
        raise Refused(gettext("That is the same customer; choose another one."), field="into")
    promises = _held(duplicate)
    # Always the older one first, so that two people who merge at once do not wait for each other.
    held = {pk: lock_customer(pk) for pk in sorted((duplicate.pk, into.pk))}
    for asked in (duplicate, into):
        if held[asked.pk].pk != asked.pk:
            kept = held[asked.pk].name
            raise Refused(
                gettext("Somebody has merged %(asked)s into %(kept)s meanwhile; look at that one.")
                % {"asked": asked.name, "kept": kept},
                field="into",
            )
    duplicate, into = held[duplicate.pk], held[into.pk]
    for customer, read in ((duplicate, version), (into, into_version)):
        if read is not None and read != customer.version:
            raise CustomerChanged(customer)
    promises += _held(duplicate, besides={promise.pk for promise in promises})
    passages = _let_time_pass(promises, now=now)
    _take_over(duplicate, into, actor=actor, now=now)
    _move(duplicate, into)
    for start in range(0, len(passages), BATCH):
        _hand_over(passages[start : start + BATCH], duplicate, into, actor=actor, now=now)
    if passages:
        doorbell.ring("commitments.sweep", "notifications.dispatch")
    return into


def _held(customer: Customer, *, besides: Iterable[int] = ()) -> list[Commitment]:
    """Hold a customer's promises, in the order of their ids."""
    rows = locked().filter(customer=customer).exclude(pk__in=list(besides))
    return list(rows.order_by("pk"))


def _let_time_pass(promises: list[Commitment], *, now: datetime) -> list[recording.Passage]:
    """Let time act on the promises up to now, still as the duplicate's."""
    passages = []
    for start in range(0, len(promises), BATCH):
        rows = promises[start : start + BATCH]
        batch = SurroundingsOf(rows, now=now)
        passages += [recording.time_until(row, surroundings=batch, now=now) for row in rows]
    return passages


def _hand_over(
    passages: list[recording.Passage], duplicate: Customer, into: Customer, *, actor: Any, now: datetime
) -> None:
    """Write the promises as those of the kept entry, and work out when time next looks at them."""
    reached = into.can_be_mailed and into.email.casefold() != duplicate.email.casefold()
    for passage in passages:
        commitment = passage.commitment
        commitment.customer = into
        commitment.version += 1
        passage.changed |= {"customer", "version"}
        passage.actor = actor
        passage.events.append(
            Event(EventKind.CUSTOMER_MERGED, now, {"from": duplicate.pk, "into": into.pk, "because": "duplicate"})
        )
        if reached and passage.after.is_open:
            passage.after, ended = ladders.end_escalation(passage.after, Trigger.UNDELIVERABLE, at=now)
            passage.events += ended
    batch = SurroundingsOf([passage.commitment for passage in passages], now=now)
    for passage in passages:
        passage.next_check_at = lifecycle.next_check_at(
            passage.after,
            rules=batch.rules(passage.commitment),
            surroundings=batch.surroundings(passage.commitment),
        )
    recording.write(passages, surroundings=batch, now=now)


def _take_over(duplicate: Customer, into: Customer, *, actor: Any, now: datetime) -> None:
    """Fill what the kept entry lacks, and close the other one."""
    filled = _fills(duplicate, into)
    why = _why_not_mailed(duplicate, into)
    if why != into.do_not_mail:
        into.do_not_mail, into.do_not_mail_at = why, duplicate.do_not_mail_at
    for field in filled:
        setattr(into, field, getattr(duplicate, field))
    into.real_news_only = into.real_news_only or duplicate.real_news_only
    if "external_ref" in filled:
        # Two customers never have one reference, not even for a moment.
        duplicate.external_ref = ""
    duplicate.merged_into = into
    for customer in (duplicate, into):
        note_change(customer, actor=actor, now=now)
    duplicate.save(update_fields=["merged_into", "external_ref", *OF_A_CHANGE])
    into.save(update_fields=[*filled, "do_not_mail", "do_not_mail_at", "real_news_only", *OF_A_CHANGE])
    Customer.objects.filter(merged_into=duplicate).update(merged_into=into)


def _move(duplicate: Customer, into: Customer) -> None:
    """Move what belongs to the duplicate beside its promises."""
    Letter.objects.filter(customer=duplicate).update(customer=into)
    Strain.objects.filter(customer=duplicate).update(customer=into)
    # Nobody gets two mails of one promise, be it as its customer or twice as a watcher.
    of_both = Watcher.objects.filter(customer=into).values("commitment")
    Watcher.objects.filter(customer=duplicate, commitment__in=of_both).delete()
    Watcher.objects.filter(customer=duplicate).update(customer=into)
    Watcher.objects.filter(customer=into, commitment__customer__in=[duplicate, into]).delete()


def _fills(duplicate: Customer, into: Customer) -> list[str]:
    return [field for field in FILLED if _has(duplicate, field) and not _has(into, field)]


def _has(customer: Customer, field: str) -> bool:
    return bool(getattr(customer, f"{field}_id" if field == "organisation" else field))


def _why_not_mailed(duplicate: Customer, into: Customer) -> str:
    """Give why the kept entry is not mailed afterwards: its own reason, or the other's where that is theirs as well."""
    if into.do_not_mail or not duplicate.do_not_mail:
        return into.do_not_mail
    same_address = not into.email or into.email.casefold() == duplicate.email.casefold()
    return duplicate.do_not_mail if same_address or duplicate.do_not_mail in OF_THE_PERSON else into.do_not_mail

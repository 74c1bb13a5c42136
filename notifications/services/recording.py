"""How it ended: rows closed behind the fence, and what that means for words, timelines and addresses.

One transaction a batch. A worker that was too slow (its lease ended and another one took the row) writes nothing.
"""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from commitments.domain.timeline import EventKind
from commitments.models import Commitment, Customer
from commitments.services.reachability import flag_undeliverable, look_again_at
from commitments.services.word import MailEntry, confirm_words, record_mail, void_words
from notifications.domain.kinds import NOT_TOLD, Hold, MailKind, MailState, NotSent, Suppressed
from notifications.domain.letter import Rendered
from notifications.models import Notification
from notifications.selectors.material import Material
from notifications.services import lost_mail
from notifications.services.planning import mail_to_colleague
from notifications.services.suppression import suppress

NOTHING = Rendered(subject="", text="", html="")


@dataclass(frozen=True, slots=True)
class Result:
    """How one taking of one mail ended. `state` is planned or held when it has to wait or to be tried again."""

    material: Material
    state: MailState
    rendered: Rendered = NOTHING
    hold: Hold | None = None
    allowed_from: datetime | None = None
    not_sent_because: NotSent | None = None
    failures: int | None = None
    error: str = ""
    provider_id: str = ""
    possible_duplicate: bool | None = None
    address_refused: bool = False

    @property
    def has_gone(self) -> bool:
        """Whether the customer counts as told (in shadow mode: would have been)."""
        return self.state in {MailState.SENT, MailState.SHADOWED}


def record(results: Sequence[Result], *, now: datetime) -> list[Result]:
    """Write how a batch ended, and give the results that were ours to write."""
    if not results:
        return []
    with transaction.atomic():
        lock_promises(_promises_of(results))
        written = _close(results, now=now)
        mine = [result for result in results if result.material.id in written]
        items = [item for result in mine for item in _items_of(result)]
        _close_items(items, now=now)
        told = [result for result in mine if result.material.carries_word]
        gone = [result.material.event for result in told if result.has_gone and result.material.event]
        if gone:
            confirm_words(event_ids=gone, now=now)
        entries = [entry for result in (*mine, *items) if (entry := _entry(result, now=now)) is not None]
        record_mail(entries=entries, now=now)
        taken_back: dict[str, list[uuid.UUID]] = defaultdict(list)
        for result in told:
            if result.state in {MailState.SUPERSEDED, MailState.FAILED} and result.material.event:
                taken_back[_reason(result).replace("_", " ")].append(result.material.event)
        for reason, events in taken_back.items():
            void_words(event_ids=events, reason=reason, now=now)
        _ask_for_calls(mine, now=now)
        lost_mail.ask([result.material.id for result in mine if result.hold is Hold.LOST], now=now)
    for address in {result.material.facts.address for result in mine if result.address_refused}:
        look_again_at(address=address, now=now)
    return mine


def _promises_of(results: Sequence[Result]) -> set[int]:
    """Give the promises that mails, and what goes in them, are about."""
    mails = [mail for result in results for mail in (result.material, *result.material.items)]
    mails += [mail for result in results for mail, _ in result.material.dropped]
    return {mail.commitment for mail in mails if mail.commitment is not None}


def _items_of(result: Result) -> list[Result]:
    """Say how each thing on a list ended: with the list, or not in it. One that is tried again ends nothing."""
    if result.state in {MailState.PLANNED, MailState.HELD}:
        return []
    ended = [Result(item, MailState.SUPERSEDED, not_sent_because=reason) for item, reason in result.material.dropped]
    return ended + [
        Result(item, result.state, not_sent_because=result.not_sent_because, error=result.error)
        for item in result.material.items
    ]


def _close_items(items: Sequence[Result], *, now: datetime) -> None:
    """Write how the things on lists ended; their lists are ours, so they are."""
    by_end: dict[tuple[MailState, str, str], list[Result]] = defaultdict(list)
    for item in items:
        by_end[item.state, item.not_sent_because.value if item.not_sent_because else "", item.error].append(item)
    for (state, because, error), ended in by_end.items():
        Notification.objects.filter(id__in=[item.material.id for item in ended]).update(
            state=state.value,
            hold="",
            sent_at=now if ended[0].has_gone else None,
            finished_at=now,
            not_sent_because=because,
            last_error=error[:500],
        )


def _ask_for_calls(results: Sequence[Result], *, now: datetime) -> None:
    """See to it that somebody calls where a mail could not tell the customer.

    Because the address is no good; because a withdrawal has to be told, and was not; or because the address has had
    its automatic mails for the day.
    """
    for result in sorted(results, key=lambda result: result.material.commitment or 0):
        material = result.material
        if not material.to_customer or material.commitment is None or material.customer is None:
            continue
        if result.address_refused:
            _not_reached(material, why=Suppressed.BOUNCED, detail=result.error, now=now)
        elif _meets_a_suppression(result):
            # Their own flag is not up yet: they were taken down with this address afterwards.
            _not_reached(material, why=Suppressed(material.facts.suppressed), detail="", now=now)
        elif _leaves_a_withdrawal_untold(result):
            flag_undeliverable(
                commitment_id=material.commitment, address=material.facts.address, why=None, also_ended=True, now=now
            )
    limited = [
        result.material
        for result in results
        if result.not_sent_because is NotSent.DAILY_LIMIT and not result.material.is_copy
    ]
    # An address is read when the mail goes.
    Notification.objects.bulk_create(
        [
            mail_to_colleague(
                material.event,
                material.commitment,
                MailKind.CALL_INSTEAD,
                recipient=material.owner,
                address="",
                now=now,
            )
            for material in limited
            if material.event is not None and material.commitment is not None and material.owner is not None
        ],
        ignore_conflicts=True,
    )


def _meets_a_suppression(result: Result) -> bool:
    """Tell whether a mail was not sent because of what is known of its address, and not of its customer."""
    facts = result.material.facts
    return result.not_sent_because is NotSent.DO_NOT_MAIL and bool(facts.suppressed) and not facts.do_not_mail


def _leaves_a_withdrawal_untold(result: Result) -> bool:
    if result.material.kind is not MailKind.WITHDRAWN or result.material.is_copy:
        return False
    return result.state is MailState.FAILED or result.not_sent_because in NOT_TOLD


def _not_reached(material: Material, *, why: Suppressed, detail: str, now: datetime) -> None:
    """Note that an address takes no mail, and where it is the customer's, see to it that somebody calls."""
    address = material.facts.address
    if material.commitment is not None and not material.is_copy:
        is_withdrawal = material.kind is MailKind.WITHDRAWN
        flag_undeliverable(
            commitment_id=material.commitment,
            address=address,
            why=Customer.DoNotMail(why.value),
            also_ended=is_withdrawal,
            now=now,
        )
    suppress(address=address, reason=why, mail=material.id, detail=detail, now=now)


def release(taken: Mapping[uuid.UUID, int]) -> None:
    """Give back mails (id and taking) that were taken and not touched."""
    by_taking: dict[int, list[uuid.UUID]] = defaultdict(list)
    for id_, attempt in taken.items():
        by_taking[attempt].append(id_)
    for attempt, ids in by_taking.items():
        Notification.objects.filter(id__in=ids, attempt=attempt, state=MailState.SENDING.value).update(
            state=MailState.PLANNED.value, lease_until=None
        )


# -- Inside ---------------------------------------------------------------------------------------------------------


def _close(results: Sequence[Result], *, now: datetime) -> set[uuid.UUID]:
    """Write the rows, each only while its taking is still ours; give the ids that were."""
    columns: list[Any] = [Notification._meta.get_field(name) for name in _WRITTEN]
    rows = [
        [field.get_db_prep_save(value, connection=connection) for field, value in zip(columns, values, strict=True)]
        for values in (_values(result, now=now) for result in results)
    ]
    keys = [(result.material.id, result.material.attempt) for result in results]
    table = connection.ops.quote_name(Notification._meta.db_table)
    quoted = [connection.ops.quote_name(field.column) for field in columns]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            types = ["uuid", "integer", *(field.db_type(connection) for field in columns)]
            arrays = ", ".join(f"%s::{type_}[]" for type_ in types)
            given = ", ".join(f"c{index}" for index in range(len(types)))
            sets = ", ".join(f"{name} = given.c{index}" for index, name in enumerate(quoted, 2))
            cursor.execute(
                f"UPDATE {table} SET {sets}, lease_until = NULL "  # noqa: S608 - names are the model's own
                f"FROM unnest({arrays}) AS given({given}) "
                f"WHERE {table}.id = given.c0 AND {table}.attempt = given.c1 AND {table}.state = 'sending' "
                f"RETURNING {table}.id",
                [[key[0] for key in keys], [key[1] for key in keys], *map(list, zip(*rows, strict=True))],
            )
            return {id_ for (id_,) in cursor.fetchall()}
        id_field = Notification._meta.pk
        sets = ", ".join(f"{name} = %s" for name in quoted)
        written = set()
        for (id_, attempt), values in zip(keys, rows, strict=True):
            cursor.execute(
                f"UPDATE {table} SET {sets}, lease_until = NULL "  # noqa: S608 - names are the model's own
                "WHERE id = %s AND attempt = %s AND state = 'sending'",
                [*values, id_field.get_db_prep_save(id_, connection=connection), attempt],
            )
            if cursor.rowcount:
                written.add(id_)
    return written


def lock_promises(ids: set[int]) -> None:
    """Take the promises' locks first, in the order of their ids: a person who acts on one meanwhile waits a moment."""
    if connection.features.has_select_for_update:
        list(Commitment.objects.filter(id__in=ids).order_by("id").select_for_update().values_list("id"))


_WRITTEN = (
    "state",
    "hold",
    "allowed_from",
    "failures",
    "possible_duplicate",
    "address",
    "subject",
    "text",
    "html",
    "sent_at",
    "finished_at",
    "not_sent_because",
    "last_error",
    "provider_id",
)


def _values(result: Result, *, now: datetime) -> list[Any]:
    """Give the values of `_WRITTEN`, in its order."""
    material = result.material
    finished = result.state not in {MailState.PLANNED, MailState.HELD}
    duplicate = material.possible_duplicate if result.possible_duplicate is None else result.possible_duplicate
    return [
        result.state.value,
        result.hold.value if result.hold else "",
        result.allowed_from or now,
        material.failures if result.failures is None else result.failures,
        duplicate,
        material.facts.address,
        result.rendered.subject,
        result.rendered.text,
        result.rendered.html,
        now if result.has_gone else None,
        now if finished else None,
        result.not_sent_because.value if result.not_sent_because else "",
        result.error[:500],
        result.provider_id[:200],
    ]


def _reason(result: Result) -> str:
    return result.not_sent_because.value if result.not_sent_because else result.error or "failed"


_ENTRY_KINDS = {
    MailState.SENT: EventKind.MAIL_SENT,
    MailState.SHADOWED: EventKind.MAIL_SHADOWED,
    MailState.SUPERSEDED: EventKind.MAIL_NOT_SENT,
    MailState.FAILED: EventKind.MAIL_FAILED,
    MailState.UNKNOWN: EventKind.MAIL_FAILED,
}


def _entry(result: Result, *, now: datetime) -> MailEntry | None:
    """Say on the timeline how a mail ended: facts and ids only; its words stand on its own row."""
    kind = _ENTRY_KINDS.get(result.state)
    material = result.material
    if kind is None or material.commitment is None:
        return None
    facts: dict[str, Any] = {
        "mail": material.kind.value,
        "event": str(material.event),
        "notification": str(material.id),
        "to": recipient_of(to_customer=material.to_customer, is_copy=material.is_copy, recipient=material.recipient),
    }
    if kind in {EventKind.MAIL_NOT_SENT, EventKind.MAIL_FAILED}:
        facts["reason"] = _reason(result)
    if material.is_again:
        facts["again"] = True
    if material.possible_duplicate:
        facts["possible_duplicate"] = True
    return MailEntry(material.commitment, kind, now, facts)


def recipient_of(*, to_customer: bool, is_copy: bool, recipient: int | None) -> str | int | None:
    """Say on a timeline who a mail went to: the customer, somebody beside them, or a colleague by id."""
    if not to_customer:
        return recipient
    return "other" if is_copy else "customer"

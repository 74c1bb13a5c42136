"""What customers were last told by mail about their open promises: what goes again when their address has changed."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from commitments.models import Word
from notifications.domain.kinds import MAY_GO_AGAIN, NAMES_A_TIME, MailKind, MailState
from notifications.models import Notification
from notifications.models.outbox import UNFINISHED_STATES

UNTRUE_IF_VOID = NAMES_A_TIME | {MailKind.RENEGOTIATED, MailKind.REOPENED}
"""What names a time or a date that does not hold if its word is none."""
OVERTAKEN_BY_WORD = NAMES_A_TIME | {MailKind.UPDATE}
"""What is not the last word any more once a person has told the customer something since."""
NO_WORD = frozenset({Word.State.VOID.value, Word.State.CANCELLED.value})


@dataclass(frozen=True, slots=True)
class LastMail:
    """The last mail that went, and by which event its reader's address changed since."""

    changed_by: uuid.UUID
    event: uuid.UUID
    kind: MailKind
    customer: int
    is_automatic: bool


def last_mails(changed: Mapping[int, tuple[uuid.UUID, int]]) -> dict[uuid.UUID, LastMail]:
    """Find what goes again, by the event of the change. `changed`: that event and the customer, by promise.

    None where a mail still waits (it goes to the new address by itself), and none that says what does not hold.
    """
    mails = Notification.objects.filter(commitment__in=changed, to_customer=True, is_copy=False)
    columns = ("commitment_id", "event_id", "kind", "state", "is_automatic", "event__word__state", "customer_id")
    moments = ("event__occurred_at", "commitment__last_person_word_at")
    found: dict[uuid.UUID, LastMail] = {}
    seen = set()
    rows = mails.order_by("commitment_id", "-event_id", "-id").values_list(
        *columns, "customer__merged_into_id", *moments
    )
    for commitment, event, kind, state, is_automatic, word, reader, merged_into, at, told_at in rows:
        if commitment is None or event is None or at is None:
            continue
        changed_by, customer = changed[commitment]
        if commitment in seen or customer not in {reader, merged_into}:
            continue
        has_gone = state in {MailState.SENT, MailState.SHADOWED} and kind in MAY_GO_AGAIN
        has_gone = has_gone and not (kind in UNTRUE_IF_VOID and word in NO_WORD)
        has_gone = has_gone and not (kind in OVERTAKEN_BY_WORD and told_at is not None and told_at > at)
        if state in UNFINISHED_STATES or has_gone:
            seen.add(commitment)
            if has_gone:
                found[changed_by] = LastMail(changed_by, event, MailKind(kind), customer, is_automatic)
    return found

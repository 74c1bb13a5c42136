"""What customers said: what waits for an answer, and what is taken back. Reads only."""

from collections.abc import Iterable

from commitments.domain.timeline import EventKind
from commitments.models import Commitment, CommitmentEvent
from commitments.models.timeline import FORGETS


def needs_no_answer(message: CommitmentEvent) -> bool:
    """Tell whether a customer's message is thanks, is answered by a promise of its own, or was taken back."""
    events = CommitmentEvent.objects.filter(commitment=message.commitment_id, kind__in=[kind.value for kind in FORGETS])
    return any(
        facts[FORGETS[EventKind(kind)]] == str(message.pk) for kind, facts in events.values_list("kind", "facts")
    )


def is_taken_back(answer: CommitmentEvent) -> bool:
    """Tell whether a customer has taken back what they had answered."""
    events = CommitmentEvent.objects.filter(commitment=answer.commitment_id, kind=EventKind.ANSWER_TAKEN_BACK)
    return events.filter(facts__event=str(answer.pk)).exists()


def waiting_messages(*, commitment: Commitment) -> list[CommitmentEvent]:
    """Give the messages of a customer who waits that have no answer, the oldest first, with their texts."""
    return waiting_messages_of([commitment]).get(commitment.pk, [])


def waiting_messages_of(commitments: Iterable[Commitment]) -> dict[int, list[CommitmentEvent]]:
    """Give the same of several promises, by the promise's id, in two queries at most; none for those without."""
    since = {row.pk: row.customer_waiting_since for row in commitments if row.customer_waiting_since is not None}
    if not since:
        return {}
    kinds = [EventKind.CUSTOMER_MESSAGE.value, *(kind.value for kind in FORGETS)]
    events = CommitmentEvent.objects.filter(commitment__in=since, kind__in=kinds, occurred_at__gte=min(since.values()))
    listed = list(events.prefetch_related("texts").order_by("occurred_at", "id"))
    forgotten = {event.facts[FORGETS[EventKind(event.kind)]] for event in listed if event.kind in FORGETS}
    found: dict[int, list[CommitmentEvent]] = {}
    for event in listed:
        is_message = event.kind == EventKind.CUSTOMER_MESSAGE and event.facts["needs_answer"]
        if is_message and str(event.pk) not in forgotten and event.occurred_at >= since[event.commitment_id]:
            found.setdefault(event.commitment_id, []).append(event)
    return found

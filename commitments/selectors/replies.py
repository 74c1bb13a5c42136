"""What customers said: what waits for an answer, and what is taken back. Reads only."""

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
    since = commitment.customer_waiting_since
    if since is None:
        return []
    kinds = [EventKind.CUSTOMER_MESSAGE.value, *(kind.value for kind in FORGETS)]
    events = commitment.events.filter(kind__in=kinds, occurred_at__gte=since).prefetch_related("texts")
    listed = list(events.order_by("occurred_at", "id"))
    forgotten = {event.facts[FORGETS[EventKind(event.kind)]] for event in listed if event.kind in FORGETS}
    return [
        event
        for event in listed
        if event.kind == EventKind.CUSTOMER_MESSAGE and event.facts["needs_answer"] and str(event.pk) not in forgotten
    ]

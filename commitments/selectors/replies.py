"""What the customer said and waits for. Reads only."""

from commitments.domain.timeline import EventKind
from commitments.models import Commitment, CommitmentEvent


def is_thanked(message: CommitmentEvent) -> bool:
    """Tell whether a customer's message has been marked as thanks."""
    thanks = CommitmentEvent.objects.filter(commitment=message.commitment_id, kind=EventKind.THANKED)
    return thanks.filter(facts__message=str(message.pk)).exists()


def waiting_messages(*, commitment: Commitment) -> list[CommitmentEvent]:
    """Give the messages of a customer who waits that have no answer, the oldest first, with their texts."""
    since = commitment.customer_waiting_since
    if since is None:
        return []
    kinds = [EventKind.CUSTOMER_MESSAGE.value, EventKind.THANKED.value]
    events = commitment.events.filter(kind__in=kinds, occurred_at__gte=since).prefetch_related("texts")
    listed = list(events.order_by("occurred_at", "id"))
    thanked = {event.facts["message"] for event in listed if event.kind == EventKind.THANKED}
    return [
        event
        for event in listed
        if event.kind == EventKind.CUSTOMER_MESSAGE and event.facts["needs_answer"] and str(event.pk) not in thanked
    ]

"""What somebody who takes a promise over has to know of its past: the last words, and what the customer last said.

Reads only. How it is said is in `commitments.web.gist`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, UUIDField

from commitments.domain.timeline import EventKind
from commitments.models import Commitment, CommitmentEvent, EventText, Word

THEY_SAID = (EventKind.CUSTOMER_MESSAGE.value, EventKind.DISPUTED.value, EventKind.CONFIRMED.value)
TOLD_BY = (EventText.Field.MESSAGE, EventText.Field.HAPPENED, EventText.Field.NEXT, EventText.Field.CHOICES)
"""What a person told the customer, in the order in which it is repeated."""


@dataclass(frozen=True, slots=True)
class Said:
    """Something that was said. `by` is nobody for an automatic mail; `words` are empty where none were recorded."""

    at: datetime
    kind: EventKind
    by: Any
    words: str
    by_mail: bool = False
    is_waiting: bool = False
    """Its mail has still to go."""
    facts: Any = None


@dataclass(frozen=True, slots=True)
class Past:
    """What was said about a promise. `told` and `told_in_words` are the last word and the last that has words."""

    told: Said | None
    told_in_words: Said | None
    they_said: Said | None
    first_due_at: datetime | None


def read_past(*, commitment: Commitment) -> Past:
    """Read what was last said about a promise, to the customer and by them."""
    counting = Word.objects.filter(commitment=commitment, state__in=[Word.State.GONE, Word.State.PLANNED])
    latest = counting.order_by("-at", "-event_id").values("event")[:1]
    with_words = counting.filter(event__texts__field__in=TOLD_BY, event__texts__words__gt="")
    in_words = with_words.order_by("-at", "-event_id").values("event")[:1]
    theirs = _not_taken_back(commitment).order_by("-occurred_at", "-id").values("id")[:1]
    made = commitment.events.filter(kind=EventKind.MADE).order_by("id").values("id")[:1]
    ids = Commitment.objects.filter(pk=commitment.pk).values_list(
        *(Subquery(found, output_field=UUIDField()) for found in (latest, in_words, theirs, made))
    )[0]
    events = _in_full(commitment.events.filter(pk__in=[pk for pk in ids if pk is not None]))
    told, told_in_words, they_said, first = (events.get(pk) for pk in ids)
    return Past(
        told=_said(told),
        told_in_words=_said(told_in_words),
        they_said=_said(they_said),
        first_due_at=_due_at(first),
    )


def last_words(*, commitments: Iterable[int]) -> dict[int, Said]:
    """Read the last word on each of these promises (ids); those without one are left out."""
    counting = Word.objects.filter(commitment=OuterRef("pk"), state__in=[Word.State.GONE, Word.State.PLANNED]).order_by(
        "-at", "-event_id"
    )
    found = dict(
        Commitment.objects.filter(pk__in=set(commitments)).values_list(
            "pk", Subquery(counting.values("event")[:1], output_field=UUIDField())
        )
    )
    events = _in_full(CommitmentEvent.objects.filter(pk__in=[pk for pk in found.values() if pk is not None]))
    said = {commitment: _said(events.get(event)) for commitment, event in found.items()}
    return {commitment: one for commitment, one in said.items() if one is not None}


def _in_full(events: "QuerySet[CommitmentEvent]") -> dict[Any, CommitmentEvent]:
    return {event.pk: event for event in events.select_related("actor", "word").prefetch_related("texts")}


def _not_taken_back(commitment: Commitment) -> "QuerySet[CommitmentEvent]":
    """Keep what the customer said and did not take back."""
    taken = commitment.events.filter(kind=EventKind.ANSWER_TAKEN_BACK).values_list("facts__event", flat=True)
    return commitment.events.filter(kind__in=THEY_SAID).exclude(pk__in=[pk for pk in taken if pk])


def _said(event: CommitmentEvent | None) -> Said | None:
    if event is None:
        return None
    texts = {text.field: text.words for text in event.texts.all() if text.erased_at is None}
    fields = (EventText.Field.SAID,) if event.kind in THEY_SAID else TOLD_BY
    word: Word | None = getattr(event, "word", None)
    return Said(
        at=word.at if word is not None else event.occurred_at,
        kind=EventKind(event.kind),
        by=event.actor,
        words="\n".join(texts[field] for field in fields if texts.get(field)),
        by_mail=word is not None and word.sort != Word.Sort.CONVERSATION,
        is_waiting=word is not None and word.state == Word.State.PLANNED,
        facts=event.facts,
    )


def _due_at(made: CommitmentEvent | None) -> datetime | None:
    due_at = made.facts.get("due_at") if made is not None else None
    return datetime.fromisoformat(due_at) if due_at else None

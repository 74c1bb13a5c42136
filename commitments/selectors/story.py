"""The story of one promise: its timeline as it was recorded, and what time will do to it next. Reads only."""

import itertools
import uuid
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model

from commitments.domain import lifecycle
from commitments.domain.escalation import Trigger
from commitments.domain.timeline import Event, EventKind
from commitments.domain.words import confirm_word
from commitments.models import Commitment, CommitmentEvent, Customer, EventText
from commitments.selectors.surroundings import SurroundingsOf

User = get_user_model()

LOOKED_AHEAD = 40
"""How many deadlines are tried out when looking ahead; a ladder that repeats would never end."""
COMING_AT_MOST = 7
COMING_IN_SILENCE = 3
"""In a silence nothing comes but the ladders' steps, again and again."""
WORTH_TELLING = frozenset(
    {
        EventKind.REMINDER_DUE,
        EventKind.WORD_ASKED,
        EventKind.HOLDING_MAIL_PLANNED,
        EventKind.MISSED_MAIL_PLANNED,
        EventKind.BECAME_OVERDUE,
        EventKind.BECAME_SILENT,
        EventKind.WORD_MISSED,
        EventKind.BECAME_UNANSWERED,
        EventKind.BAD_NEWS_UNTOLD,
        EventKind.HANDOFF_LAPSED,
        EventKind.ANSWER_NOT_GIVEN,
        *(trigger.step_kind for trigger in Trigger),
    }
)
THEIR_OWN = frozenset(
    {
        EventKind.CUSTOMER_MESSAGE.value,
        EventKind.DISPUTED.value,
        EventKind.CONFIRMED.value,
        EventKind.ANSWER_TAKEN_BACK.value,
        EventKind.REAL_NEWS_ONLY.value,
        EventKind.NOT_FOR_ME.value,
    }
)
"""What customers do; the fact `customer` says who, where they did it themselves."""
PERSON_FACTS = ("from", "to", "owner", "cover")


@dataclass(frozen=True, slots=True)
class Entry:
    """One event in outline: enough to choose, merge and fold by. `word_sort` and `word_state` are those of its word."""

    id: uuid.UUID
    kind: EventKind
    at: datetime
    recorded_at: datetime
    sequence: int | None
    facts: Mapping[str, Any]
    word_sort: str
    word_state: str


@dataclass(frozen=True, slots=True)
class Story:
    """Some events of a timeline in full, by id, and who is named in them.

    `customers` are those who did something themselves; `promised` the words promised before each correction of them.
    """

    events: Mapping[uuid.UUID, CommitmentEvent]
    people: Mapping[int, Any]
    customers: Mapping[int, Customer] = field(default_factory=dict)
    promised: Mapping[uuid.UUID, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Coming:
    """One thing that happens by itself at `at` if nobody acts before. `told`: whom it reaches, where it is staff."""

    at: datetime
    kind: EventKind
    facts: Mapping[str, Any]
    told: tuple[Any, ...]


def read_outline(*, commitment: Commitment) -> tuple[Entry, ...]:
    """Read a promise's timeline in outline, the earliest first: one query, however long it is."""
    rows = commitment.events.order_by("occurred_at", "id").values_list(
        "id", "kind", "occurred_at", "recorded_at", "sequence", "facts", "word__sort", "word__state"
    )
    return tuple(
        Entry(pk, EventKind(kind), at, recorded_at, sequence, facts, sort or "", state or "")
        for pk, kind, at, recorded_at, sequence, facts, sort, state in rows
    )


def read_story(*, commitment: Commitment, ids: Collection[uuid.UUID]) -> Story:
    """Read some events of a promise's timeline with their texts, words and people."""
    found = commitment.events.filter(pk__in=ids).select_related("actor", "word").prefetch_related("texts")
    events = {event.pk: event for event in found}
    customers = {
        event.facts["customer"] for event in events.values() if event.kind in THEIR_OWN and "customer" in event.facts
    }
    return Story(
        events=events,
        people=User.objects.in_bulk(_people_in(events.values())),
        customers=Customer.objects.in_bulk(customers),
        promised=_promised_before(commitment),
    )


def _promised_before(commitment: Commitment) -> dict[uuid.UUID, str]:
    """Give the words promised as they stood before each event that put others in their place."""
    texts = EventText.objects.filter(event__commitment=commitment, field=EventText.Field.PROMISE)
    rows = list(texts.order_by("event__recorded_at", "event").values_list("event", "words"))
    return {event: before for (_, before), (event, _) in itertools.pairwise(rows)}


def read_stories_since(*, versions: Mapping[int, int]) -> dict[int, Story]:
    """Read what people have done to promises since these had the versions given, by promise, the latest first."""
    if not versions:
        return {}
    acts = CommitmentEvent.objects.filter(commitment__in=versions, sequence__gt=min(versions.values()))
    acts = acts.select_related("actor", "word").prefetch_related("texts").order_by("-occurred_at", "-id")
    found = [event for event in acts if (event.sequence or 0) > versions[event.commitment_id]]
    people = User.objects.in_bulk(_people_in(found))
    customers = Customer.objects.in_bulk(
        {event.facts["customer"] for event in found if event.kind in THEIR_OWN and "customer" in event.facts}
    )
    return {
        commitment: Story(
            events={event.pk: event for event in found if event.commitment_id == commitment},
            people=people,
            customers=customers,
        )
        for commitment in versions
    }


def look_ahead(*, commitment: Commitment, now: datetime) -> tuple[Coming, ...]:
    """Work out what time does next to a promise if nobody acts: tried out on the pure clocks, nothing stored.

    Every mail is taken to go. A rung of a ladder that repeats is told once. Ends with the silence that would follow
    and the first step of its ladder; in a silence with the next few steps.
    """
    batch = SurroundingsOf([commitment], now=now)
    rules, surroundings = batch.rules(commitment), batch.surroundings(commitment)
    promise, _ = batch.pass_time(commitment, batch.promise(commitment), until=now)
    # Every mail is taken to go, so none is void after this.
    promise = confirm_word(promise)
    at_most = COMING_AT_MOST if promise.silent_since is None else COMING_IN_SILENCE
    found: list[tuple[Event, tuple[int, ...]]] = []
    rungs: set[tuple[EventKind, int]] = set()
    for _ in range(LOOKED_AHEAD):
        at = lifecycle.next_check_at(promise, rules=rules, surroundings=surroundings)
        if at is None or len(found) >= at_most:
            break
        promise, events = lifecycle.advance(promise, rules=rules, surroundings=surroundings, until=at)
        promise = confirm_word(promise)
        for event in events:
            if event.kind in WORTH_TELLING and not _is_repeated(event, rungs):
                found.append((event, _told_by(event, commitment=commitment, batch=batch)))
        if at_most == COMING_AT_MOST and any(event.kind is EventKind.SILENT_STEP for event in events):
            break
    people = User.objects.in_bulk({user for _, told in found for user in told})
    return tuple(
        Coming(
            at=event.occurred_at,
            kind=event.kind,
            facts=event.facts,
            told=tuple(people[user] for user in told if user in people),
        )
        for event, told in found[:at_most]
    )


def _is_repeated(event: Event, rungs: set[tuple[EventKind, int]]) -> bool:
    """Tell whether an event is a rung that has been seen already, and note that it has been now."""
    if "position" not in event.facts:
        return False
    rung = event.kind, event.facts["position"]
    seen = rung in rungs
    rungs.add(rung)
    return seen


def _told_by(event: Event, *, commitment: Commitment, batch: SurroundingsOf) -> tuple[int, ...]:
    if event.kind in {EventKind.REMINDER_DUE, EventKind.WORD_ASKED, EventKind.ANSWER_NOT_GIVEN}:
        return (batch.acting(commitment, at=event.occurred_at),)
    if not event.kind.value.endswith("_step") or event.facts.get("target") is None:
        return ()
    ladders = batch.rules(commitment).ladders
    steps = next(steps for trigger, steps in ladders.items() if trigger.step_kind is event.kind)
    return batch.people.told_by(steps[event.facts["position"]], commitment=commitment, at=event.occurred_at)


def _people_in(events: Iterable[CommitmentEvent]) -> set[int]:
    """Find the ids of the people whom facts name."""
    ids: set[int] = set()
    for event in events:
        ids.update(event.facts.get("recipients", ()))
        ids.update(event.facts[name] for name in PERSON_FACTS if isinstance(event.facts.get(name), int))
    return ids

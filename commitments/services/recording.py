"""How a change of promises is written: rows, timeline, words, ladders and pending events, by a few statements.

One way for a person's act on one promise and for a sweep over a thousand. Callers hold the rows' locks and the
transaction; nothing here decides anything.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from commitments.domain.escalation import OpenEscalation, Trigger
from commitments.domain.promise import Promise
from commitments.domain.timeline import (
    CONFIRMS_THE_DATE,
    ENDS_IT,
    PEOPLES_ACTS,
    TIMES_OWN,
    Event,
    EventKind,
    moves_the_date,
    tells_the_customer,
)
from commitments.models import (
    Commitment,
    CommitmentEvent,
    Escalation,
    EventText,
    Handoff,
    PendingEvent,
    Word,
)
from commitments.models.bulk import update_rows
from commitments.models.identifiers import time_ordered_id
from commitments.selectors.surroundings import SurroundingsOf
from commitments.services.straining import note_strain

TELLS_SOMEBODY = frozenset(
    {
        EventKind.REMINDER_DUE,
        EventKind.WORD_ASKED,
        EventKind.HOLDING_MAIL_PLANNED,
        EventKind.MISSED_MAIL_PLANNED,
        EventKind.ANSWER_NOT_GIVEN,
        EventKind.HANDOFF_OFFERED,
        EventKind.NOT_FOR_ME,
        *(trigger.step_kind for trigger in Trigger),
    }
)
"""Kinds about which a colleague is told, or the customer by itself, or of which the mail has to take note."""

TELLS_A_CUSTOMER = ("notify_customer", "asks_if_solved", "tell_wrong_customer")
"""Facts by which a person's act says that a mail goes: of what was done, to ask whether that solved the matter, or to
somebody who was mailed and should not have been."""

CLIMBED = ("next_position", "next_step_at", "steps_taken", "acknowledged_until")
"""The columns of an escalation that change as its ladder is climbed."""
AUTOMATIC = {
    EventKind.HOLDING_MAIL_PLANNED: Word.Sort.HOLDING,
    EventKind.MISSED_MAIL_PLANNED: Word.Sort.MISSED,
}


@dataclass(slots=True)
class Passage:
    """One promise's way from one state to the next: its row, both states, and what is to stand on its timeline."""

    commitment: Commitment
    before: Promise
    after: Promise
    events: list[Event]
    next_check_at: datetime | None
    actor: Any = None
    texts: Mapping[str, str] = field(default_factory=dict)
    """Personal text of the person's act among the events, by `EventText.Field`."""
    changed: set[str] = field(default_factory=set)
    """Columns beside the clocks that the caller has changed on the row."""


def time_until(commitment: Commitment, *, surroundings: SurroundingsOf, now: datetime) -> Passage:
    """Let time pass on the way to an act at `now`, whose own instant is left to the act; nothing is written."""
    before = surroundings.promise(commitment)
    after, events = surroundings.pass_time(commitment, before, until=now, inclusive=False)
    return Passage(
        commitment=commitment, before=before, after=after, events=events, next_check_at=commitment.next_check_at
    )


@dataclass(slots=True)
class Recorded:
    """What was written: events by kind, for counts and for callers that go on with one of them."""

    events: list[CommitmentEvent]


def write(passages: Sequence[Passage], *, surroundings: SurroundingsOf, now: datetime) -> Recorded:
    """Write all passages. An event of time's own that stands already is not written again, nor told again."""
    events: list[CommitmentEvent] = []
    texts: list[EventText] = []
    for passage in passages:
        # The version counts people's acts and has been raised by those of this passage.
        number = passage.commitment.version - sum(event.kind in PEOPLES_ACTS for event in passage.events)
        for event in passage.events:
            number += event.kind in PEOPLES_ACTS
            row = _event_row(passage, event, number=number, surroundings=surroundings, now=now)
            events.append(row)
            if passage.texts and event.kind in PEOPLES_ACTS:
                texts += [
                    EventText(event=row, field=name, words=words) for name, words in passage.texts.items() if words
                ]
    _write_rows(passages)
    written = _insert_events(events)
    EventText.objects.bulk_create(texts)
    note_strain(passages, written=written, now=now)
    Word.objects.bulk_create([word for event in written if (word := _word_row(event)) is not None])
    _bring_words_forward(written)
    # After the new ones: time that passed on the way to an act may have planned a mail whose place the act takes.
    _cancel_words(passages, now=now)
    # After those: what time has found not to have gone was void before the conversation.
    _note_dates_told(written)
    PendingEvent.objects.bulk_create([PendingEvent(event=event, noted_at=now) for event in _to_tell(written)])
    _write_ladders(passages)
    _close_offers(passages, now=now)
    return Recorded(events=written)


def _event_row(
    passage: Passage, event: Event, *, number: int, surroundings: SurroundingsOf, now: datetime
) -> CommitmentEvent:
    commitment = passage.commitment
    facts = dict(event.facts)
    if event.kind.value.endswith("_step"):
        facts["recipients"] = list(_recipients(facts, commitment, surroundings, at=event.occurred_at))
    return CommitmentEvent(
        id=time_ordered_id(now=now),
        commitment=commitment,
        kind=event.kind.value,
        occurred_at=event.occurred_at,
        recorded_at=now,
        sequence=number if event.kind in PEOPLES_ACTS else None,
        actor=passage.actor if event.kind in PEOPLES_ACTS else None,
        facts={name: _plain(value) for name, value in facts.items()},
    )


def _plain(value: Any) -> Any:
    """Give a fact as JSON holds it: an instant in ISO 8601, with its offset and microseconds."""
    return value.isoformat() if isinstance(value, datetime) else value


def _instant(facts: Mapping[str, Any], name: str) -> datetime | None:
    return datetime.fromisoformat(facts[name]) if facts.get(name) else None


def _recipients(
    facts: Mapping[str, Any], commitment: Commitment, surroundings: SurroundingsOf, *, at: datetime
) -> tuple[int, ...]:
    if facts["target"] is None:
        return ()
    ladder = surroundings.rules(commitment).ladders
    steps = next(steps for trigger, steps in ladder.items() if trigger.value == facts["trigger"])
    return surroundings.people.told_by(steps[facts["position"]], commitment=commitment, at=at)


def _insert_events(events: list[CommitmentEvent]) -> list[CommitmentEvent]:
    """Insert, leaving out what stands already; give what was inserted. Only time's own can stand already."""
    if not any(event.kind in TIMES_OWN for event in events):
        CommitmentEvent.objects.bulk_create(events)
        return events
    CommitmentEvent.objects.bulk_create(events, ignore_conflicts=True)
    inserted: set[uuid.UUID] = set(
        CommitmentEvent.objects.filter(id__in=[event.id for event in events]).values_list("id", flat=True)
    )
    return [event for event in events if event.id in inserted]


def _word_row(event: CommitmentEvent) -> Word | None:
    kind = EventKind(event.kind)
    facts = event.facts
    if kind in AUTOMATIC:
        return Word(
            event=event,
            commitment_id=event.commitment_id,
            sort=AUTOMATIC[kind],
            at=event.occurred_at,
            named_at=datetime.fromisoformat(facts["named_at"]),
            meets=_instant(facts, "meets"),
            state=Word.State.PLANNED,
        )
    if not tells_the_customer(kind, facts):
        return None
    if facts["told"]:
        sort, state = Word.Sort.CONVERSATION, Word.State.GONE
    elif kind is EventKind.MADE:
        sort, state = Word.Sort.RECEIPT, Word.State.PLANNED
    else:
        sort, state = Word.Sort.UPDATE, Word.State.PLANNED
    return Word(
        event=event,
        commitment_id=event.commitment_id,
        sort=sort,
        meaning=facts.get("meaning", ""),
        at=event.occurred_at,
        named_at=datetime.fromisoformat(facts["named_at"]),
        meets=_instant(facts, "meets"),
        old_due_at=_instant(facts, "was_due_at"),
        new_due_at=_instant(facts, "due_at") if moves_the_date(kind, facts) else None,
        answers=facts.get("answers", True),
        state=state,
        gone_at=event.recorded_at if state == Word.State.GONE else None,
    )


def _note_dates_told(written: Sequence[CommitmentEvent]) -> None:
    """Note for which dates moved by mail it no longer matters whether that mail arrives."""
    for event in written:
        # People's acts come one at a time.
        if event.kind in CONFIRMS_THE_DATE and event.facts.get("told"):
            Word.objects.filter(
                commitment=event.commitment_id,
                new_due_at__isnull=False,
                told_at__isnull=True,
                at__lt=event.occurred_at,
                state__in=[Word.State.PLANNED, Word.State.GONE],
            ).update(told_at=event.occurred_at)


def _bring_words_forward(written: Sequence[CommitmentEvent]) -> None:
    """Let the last words of promises whose word clock came forward bind by the earlier time from now on.

    Whatever is worked out from the words again later (a mail that came back) must not put that time off.
    """
    earlier = [
        event.commitment_id
        for event in written
        if event.kind == EventKind.CLOCKS_RETIMED and event.facts["hear_by"] != event.facts["was_hear_by"]
    ]
    if earlier:
        hear_by = Commitment.objects.filter(pk=OuterRef("commitment")).values(
            hear_by=Coalesce("next_word_due_at", "due_at")
        )
        Word.objects.filter(
            commitment__in=earlier,
            at=F("commitment__last_word_at"),
            named_at__gt=Subquery(hear_by),
            state__in=[Word.State.PLANNED, Word.State.GONE],
        ).update(named_at=Subquery(hear_by))


PROMPTS = frozenset({EventKind.REMINDER_DUE, EventKind.WORD_ASKED, EventKind.ANSWER_NOT_GIVEN})


def _to_tell(written: Sequence[CommitmentEvent]) -> Iterator[CommitmentEvent]:
    """Choose the events about which somebody may have to be told.

    A sweep that comes late passes many prompts and repetitions of a rung at once; people are told the latest of each
    alone, for the earlier ones say nothing more by then.
    """
    latest = {_repetition(event): event.id for event in written}
    for event in written:
        is_repeated = event.kind in PROMPTS or event.kind.endswith("_step")
        if _tells_somebody(event) and (not is_repeated or latest[_repetition(event)] == event.id):
            yield event


def _repetition(event: CommitmentEvent) -> tuple[int, str, int | None]:
    return event.commitment_id, event.kind, event.facts.get("position")


def _tells_somebody(event: CommitmentEvent) -> bool:
    if event.kind.endswith("_step"):
        return bool(event.facts["recipients"])
    return event.kind in TELLS_SOMEBODY or any(event.facts.get(fact) for fact in TELLS_A_CUSTOMER)


def _cancel_words(passages: Sequence[Passage], *, now: datetime) -> None:
    """Take waiting automatic words off the list where a person's word or the end has taken their place.

    A word said before the due time does not take the missed mail's place, unless it moves that time
    (`commitments.domain.words.overtakes`).
    """
    waiting = Word.objects.filter(state=Word.State.PLANNED)
    overtaken = [passage.commitment.pk for passage in passages if _takes_a_place(passage, ends_grace=False)]
    if overtaken:
        waiting.filter(commitment__in=overtaken, sort=Word.Sort.HOLDING).update(state=Word.State.CANCELLED)
    recovered = [passage.commitment.pk for passage in passages if _takes_a_place(passage, ends_grace=True)]
    if recovered:
        waiting.filter(commitment__in=recovered, sort=Word.Sort.MISSED).update(state=Word.State.CANCELLED)
    voided = [
        (passage.commitment.pk, event.facts.get("due_at"))
        for passage in passages
        for event in passage.events
        if event.kind is EventKind.WORD_VOIDED and event.facts["reason"] == "not_gone_in_time"
    ]
    if voided:
        too_late = Q(commitment__in=[pk for pk, _ in voided], named_at__lte=now)
        for pk, due_at in voided:
            if due_at is not None:
                too_late |= Q(commitment=pk, event__occurred_at__lt=due_at)
        waiting.filter(too_late).update(state=Word.State.VOID, voided_at=now, void_reason="not gone in time")


def _takes_a_place(passage: Passage, *, ends_grace: bool) -> bool:
    """Tell whether a person's act takes the place of a waiting holding mail or, `ends_grace`, missed mail."""
    return any(
        event.kind in ENDS_IT
        or moves_the_date(event.kind, event.facts)
        or (
            tells_the_customer(event.kind, event.facts) and (not ends_grace or event.occurred_at > passage.after.due_at)
        )
        for event in passage.events
    )


def _write_rows(passages: Sequence[Passage]) -> None:
    changed: set[str] = set()
    for passage in passages:
        changed.update(passage.commitment.take_clocks(passage.after))
        changed |= passage.changed
        if passage.commitment.next_check_at != passage.next_check_at:
            passage.commitment.next_check_at = passage.next_check_at
            changed.add("next_check_at")
    update_rows([passage.commitment for passage in passages], fields=sorted(changed))


def _write_ladders(passages: Sequence[Passage]) -> None:
    opened: list[Escalation] = []
    climbed: dict[tuple[int, str], tuple[OpenEscalation, Any]] = {}
    over: dict[tuple[str, datetime], list[int]] = defaultdict(list)
    for passage in passages:
        before = {escalation.trigger: escalation for escalation in passage.before.escalations}
        after = {escalation.trigger: escalation for escalation in passage.after.escalations}
        ended = [event for event in passage.events if event.kind is EventKind.ESCALATION_ENDED]
        for trigger, escalation in after.items():
            if trigger not in before or before[trigger].opened_at != escalation.opened_at:
                opened.append(_ladder_row(passage, escalation))
            elif before[trigger] != escalation:
                climbed[passage.commitment.pk, trigger.value] = escalation, _acknowledged_by(passage, escalation)
        for event in ended:
            over[event.facts["trigger"], event.occurred_at].append(passage.commitment.pk)
    for (name, ended_at), commitments in over.items():
        ladders = Escalation.objects.filter(commitment__in=commitments, trigger=name, ended_at__isnull=True)
        ladders.update(ended_at=ended_at, next_step_at=None)
    if climbed:
        rows = Escalation.objects.filter(
            commitment__in={commitment for commitment, _ in climbed}, ended_at__isnull=True
        )
        moved = []
        for row in rows:
            state, acknowledged_by = climbed.get((row.commitment_id, row.trigger), (None, None))
            if state is not None:
                if state.acknowledged_until != row.acknowledged_until:
                    row.acknowledged_by = acknowledged_by
                row.next_position, row.next_step_at = state.next_position, state.next_step_at
                row.steps_taken, row.acknowledged_until = state.steps_taken, state.acknowledged_until
                moved.append(row)
        update_rows(moved, fields=[*CLIMBED, "acknowledged_by"])
    Escalation.objects.bulk_create(opened)


def _acknowledged_by(passage: Passage, escalation: OpenEscalation) -> Any:
    """Give who has taken note of an escalation; nobody any more once its climb goes on."""
    return passage.actor if escalation.acknowledged_until is not None else None


def _ladder_row(passage: Passage, escalation: OpenEscalation) -> Escalation:
    return Escalation(
        commitment=passage.commitment,
        trigger=escalation.trigger.value,
        opened_at=escalation.opened_at,
        next_position=escalation.next_position,
        next_step_at=escalation.next_step_at,
        steps_taken=escalation.steps_taken,
        acknowledged_until=escalation.acknowledged_until,
        acknowledged_by=_acknowledged_by(passage, escalation),
    )


def _close_offers(passages: Sequence[Passage], *, now: datetime) -> None:
    """Let offered handoffs lapse with their time, and be past with the end of their promise."""
    lapsed = [
        passage.commitment.pk
        for passage in passages
        if passage.after.handoff_lapses_at is None
        and any(event.kind is EventKind.HANDOFF_LAPSED for event in passage.events)
    ]
    if lapsed:
        waiting = Handoff.objects.filter(commitment__in=lapsed, state=Handoff.State.OFFERED, lapses_at__lte=now)
        waiting.update(state=Handoff.State.LAPSED)
    ended = [passage.commitment.pk for passage in passages if any(event.kind in ENDS_IT for event in passage.events)]
    if ended:
        waiting = Handoff.objects.filter(commitment__in=ended, state__in=Handoff.STANDS)
        waiting.update(state=Handoff.State.TAKEN_BACK, answered_at=now)

"""Word to the customer: giving it, and what the mail later says about whether it arrived."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from commitments.domain import acts, words
from commitments.domain.clocks import WordMeaning
from commitments.domain.timeline import Event, EventKind
from commitments.models import Commitment, CommitmentEvent, EventText, Word, clock_asks, clock_words
from commitments.models.identifiers import time_ordered_id
from commitments.services.acting import holding
from commitments.services.refusals import Refused

NOTHING_NEW_RUNS = 3
"""How many times running “nothing new” may be said before it needs a sentence of its own."""
NEEDS_A_MESSAGE = frozenset({WordMeaning.NEWS, WordMeaning.AT_RISK, WordMeaning.WILL_MISS, WordMeaning.QUESTION})


def give_word(
    *,
    actor: Any,
    reference: str,
    now: datetime,
    meaning: WordMeaning,
    by_mail: bool,
    message: str = "",
    happened_at: datetime | None = None,
    version: int | None = None,
) -> Commitment:
    """Give the customer word, by mail or as said in a conversation at `happened_at` (now).

    Raises Refused (Ended, Conflict): a mail without words, a customer who cannot be mailed, a third “nothing new”
    running without a sentence of its own.
    """
    message = message.strip()
    with holding(reference=reference, now=now, version=version) as held:
        held.require_open()
        at = held.told_at(by_mail=by_mail, happened_at=happened_at, actor=actor)
        if not message and meaning in NEEDS_A_MESSAGE:
            raise Refused("Write what the customer is told.", field="message")
        run = held.promise.nothing_new_run + 1
        if meaning is WordMeaning.NOTHING_NEW and run >= NOTHING_NEW_RUNS and not message:
            raise Refused("This would be the third “nothing new” running; add a sentence of your own.", field="message")
        meets = held.promise.deadline_to_meet
        named_at = words.named_by(held.promise, at=at, rules=held.rules, surroundings=held.surroundings)
        held.actor = actor
        held.apply(
            acts.give_word(
                held.promise,
                at=at,
                recorded_at=now,
                by_mail=by_mail,
                meaning=meaning,
                words=clock_words(held.commitment),
                asks=clock_asks(held.commitment),
                rules=held.rules,
                surroundings=held.surroundings,
            )
        )
        held.texts = {EventText.Field.MESSAGE: message}
        held.note(
            Event(
                EventKind.WORD_GIVEN,
                at,
                {
                    "meaning": meaning.value,
                    "told": not by_mail,
                    "notify_customer": by_mail,
                    "named_at": named_at,
                    "meets": meets if by_mail else None,
                },
            )
        )
    return held.commitment


@transaction.atomic
def confirm_words(*, event_ids: Sequence[uuid.UUID], now: datetime) -> None:
    """Note that the mails of these words have gone; a constant number of statements however many."""
    gone = Word.objects.filter(event__in=event_ids, state=Word.State.PLANNED)
    ids = list(gone.values_list("event_id", "commitment_id", "at"))
    if not ids:
        return
    Word.objects.filter(event__in=[event for event, _, _ in ids]).update(state=Word.State.GONE, gone_at=now)
    still_waiting = Word.objects.filter(
        commitment__in=[commitment for _, commitment, _ in ids], state=Word.State.PLANNED
    ).values("commitment")
    Commitment.objects.filter(id__in=[commitment for _, commitment, _ in ids]).exclude(id__in=still_waiting).update(
        unconfirmed_meets=None
    )


def void_words(*, event_ids: Sequence[uuid.UUID], reason: str, now: datetime) -> None:
    """Take back words whose mails were cancelled, failed or came back; the clocks run as if they had not been."""
    by_commitment: dict[int, list[uuid.UUID]] = defaultdict(list)
    found = Word.objects.filter(event__in=event_ids).exclude(state__in=[Word.State.VOID, Word.State.CANCELLED])
    for event, commitment in found.values_list("event_id", "commitment_id"):
        by_commitment[commitment].append(event)
    for commitment, events in sorted(by_commitment.items()):
        with holding(pk=commitment, now=now) as held:
            before = clock_words(held.commitment)
            Word.objects.filter(event__in=events).update(state=Word.State.VOID, voided_at=now, void_reason=reason[:200])
            held.apply(
                words.void_word(
                    held.promise,
                    at=now,
                    words=clock_words(held.commitment),
                    before=before,
                    asks=clock_asks(held.commitment),
                    rules=held.rules,
                    surroundings=held.surroundings,
                )
            )
            for event in events:
                held.note(Event(EventKind.WORD_VOIDED, now, {"reason": reason, "event": str(event)}))


def rename_time(*, event_id: uuid.UUID, now: datetime) -> Word:
    """Work out again by when the customer hears, for a waiting automatic mail that would name a time too near.

    Where the time that it names has come, the word is void and stays so. Gives the word as it stands then.
    """
    commitment = Word.objects.values_list("commitment", flat=True).get(event=event_id)
    with holding(pk=commitment, now=now) as held:
        word = Word.objects.get(event=event_id)
        if word.state == Word.State.PLANNED and held.promise.is_open and word.named_at > now:
            held.promise = words.move_named_time(
                held.promise,
                at=now,
                missed=word.sort == Word.Sort.MISSED,
                rules=held.rules,
                surroundings=held.surroundings,
            )
            word.named_at = held.promise.word_deadline
            word.save(update_fields=["named_at"])
            held.note(Event(EventKind.NAMED_TIME_MOVED, now, {"named_at": word.named_at, "event": str(event_id)}))
    word.refresh_from_db()
    return word


@dataclass(frozen=True, slots=True)
class MailEntry:
    """What happened to one mail, for the timeline of the promise it is about."""

    commitment_id: int
    kind: EventKind
    occurred_at: datetime
    facts: dict[str, Any] = field(default_factory=dict)


def record_mail(*, entries: Sequence[MailEntry], now: datetime) -> None:
    """Put what happened to mails on their promises' timelines, in one statement."""
    CommitmentEvent.objects.bulk_create(
        [
            CommitmentEvent(
                id=time_ordered_id(now=now),
                commitment_id=entry.commitment_id,
                kind=entry.kind.value,
                occurred_at=entry.occurred_at,
                recorded_at=now,
                facts=entry.facts,
            )
            for entry in entries
        ]
    )

"""Word to the customer: giving it, and what the mail later says about whether it arrived."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext

from commitments.domain import acts, words
from commitments.domain.asks import AskSort
from commitments.domain.clocks import WordMeaning
from commitments.domain.timeline import Event, EventKind
from commitments.models import Commitment, CommitmentEvent, EventText, Word, clock_words
from commitments.models.identifiers import time_ordered_id
from commitments.services.acting import Held, holding
from commitments.services.refusals import Ended, Refused
from commitments.services.texts import bad_news, required

NOTHING_NEW_RUNS = 3
"""How many times running “nothing new” may be said before it needs a sentence of its own."""
NEEDS_A_MESSAGE = frozenset({WordMeaning.NEWS, WordMeaning.QUESTION})


def give_word(
    *,
    actor: Any,
    reference: str,
    now: datetime,
    meaning: WordMeaning,
    by_mail: bool,
    message: str = "",
    what_happened: str = "",
    what_next: str = "",
    choices: str = "",
    answer_by: datetime | None = None,
    happened_at: datetime | None = None,
    version: int | None = None,
) -> Commitment:
    """Give the customer word, by mail or as said in a conversation at `happened_at` (now).

    Bad news (at risk, will miss) says `what_happened`, `what_next` and at least one thing in `choices`. A question may
    say by when its answer is needed (`answer_by`). On a promise that has ended it answers a customer who waits.

    Raises Refused (Ended, Conflict): a mail without words, a customer who cannot be mailed, a third “nothing new”
    running without a sentence of its own, an answer needed too late, an ended promise about which nobody waits.
    """
    with holding(reference=reference, now=now, version=version) as held:
        if not held.promise.is_open and not _is_waited_for(held):
            raise Ended(held.commitment)
        at = held.told_at(by_mail=by_mail, happened_at=happened_at, actor=actor)
        held.actor = actor
        if held.promise.is_open:
            held.texts = _texts(held, meaning, message, what_happened, what_next, choices)
            _check_answer_by(held, answer_by, meaning=meaning, at=at)
            facts = _say(held, meaning, answer_by, by_mail=by_mail, at=at)
        else:
            held.texts = {
                EventText.Field.MESSAGE: required(message, gettext("Write what the customer is told."), "message")
            }
            facts = _explain(held, by_mail=by_mail, at=at)
        told = {"meaning": meaning.value, "told": not by_mail, "notify_customer": by_mail}
        held.note(Event(EventKind.WORD_GIVEN, at, told | facts))
    return held.commitment


def _is_waited_for(held: Held) -> bool:
    return held.promise.customer_waiting_since is not None or held.promise.disputed_since is not None


def _say(
    held: Held, meaning: WordMeaning, answer_by: datetime | None, *, by_mail: bool, at: datetime
) -> dict[str, Any]:
    """Let a word about an open promise count; give its facts."""
    meets = held.promise.deadline_to_meet
    named_at = words.named_by(held.promise, at=at, rules=held.rules, surroundings=held.surroundings)
    held.do(
        acts.give_word,
        at=at,
        recorded_at=held.now,
        by_mail=by_mail,
        meaning=meaning,
        answer_by=answer_by,
    )
    facts: dict[str, Any] = {"named_at": named_at, "meets": meets if by_mail else None}
    return facts | ({"answer_by": answer_by} if answer_by is not None else {})


def _explain(held: Held, *, by_mail: bool, at: datetime) -> dict[str, Any]:
    """Let a word answer a customer about a promise that has ended; give its facts."""
    held.do(
        acts.explain,
        at=at,
        by_mail=by_mail,
    )
    return {"named_at": at, "meets": None, "explains": True}


def _texts(
    held: Held, meaning: WordMeaning, message: str, what_happened: str, what_next: str, choices: str
) -> dict[str, str]:
    """Give what the customer is told, by field. Raises Refused for words that are missing."""
    texts: dict[str, str] = {EventText.Field.MESSAGE: message.strip()}
    if meaning in acts.WARNS:
        return texts | bad_news(what_happened, what_next, choices)
    if meaning in NEEDS_A_MESSAGE:
        required(message, gettext("Write what the customer is told."), "message")
    run = held.promise.nothing_new_run + 1
    if meaning is WordMeaning.NOTHING_NEW and run >= NOTHING_NEW_RUNS:
        required(
            message, gettext("This would be the third “nothing new” running; add a sentence of your own."), "message"
        )
    return texts


def _check_answer_by(held: Held, answer_by: datetime | None, *, meaning: WordMeaning, at: datetime) -> None:
    if answer_by is None:
        return
    if meaning is not WordMeaning.QUESTION:
        raise Refused(gettext("Only a question has a time by which its answer is needed."), field="answer_by")
    if answer_by <= at or answer_by <= held.now:
        raise Refused(gettext("That time has passed; ask for the answer by a time still to come."), field="answer_by")
    if answer_by >= held.promise.due_at:
        sentence = gettext(
            "The answer has to be needed before the promised date; ask for it sooner, or move that date first."
        )
        raise Refused(sentence, field="answer_by")


def note_risk(
    *, actor: Any, reference: str, meaning: WordMeaning, now: datetime, note: str = "", version: int | None = None
) -> Commitment:
    """Note bad news (at risk, will miss) of which the customer cannot be told yet: no word, and they have to be told.

    Raises Refused (Ended, Conflict) and ValueError for another meaning.
    """
    if meaning not in acts.WARNS:
        raise ValueError(f"{meaning} is no bad news.")
    with holding(reference=reference, now=now, version=version) as held:
        held.require_open()
        held.actor = actor
        held.do(
            acts.ask,
            sorts=[AskSort.RISK],
            at=now,
            recorded_at=now,
        )
        held.texts = {EventText.Field.NOTE: note.strip()}
        held.note(Event(EventKind.RISK_NOTED, now, {"meaning": meaning.value}))
    return held.commitment


@transaction.atomic
def confirm_words(*, event_ids: Sequence[uuid.UUID], now: datetime) -> None:
    """Note that the mails of these words have gone; a constant number of statements however many."""
    gone = Word.objects.filter(event__in=event_ids, state=Word.State.PLANNED)
    ids = list(gone.values_list("event_id", "commitment_id", "at"))
    if not ids:
        return
    Word.objects.filter(event__in=[event for event, _, _ in ids]).update(state=Word.State.GONE, gone_at=now)
    # Only the last word can be one that the clocks wait for: an earlier one may never have had a mail.
    counts = Word.objects.filter(commitment=OuterRef("pk")).exclude(state__in=[Word.State.VOID, Word.State.CANCELLED])
    last = counts.order_by("-at", "-event_id").values("state")[:1]
    promises = Commitment.objects.filter(id__in=[commitment for _, commitment, _ in ids]).annotate(last=Subquery(last))
    promises.exclude(last=Word.State.PLANNED).update(unconfirmed_meets=None)


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
            for event in events:
                held.note(Event(EventKind.WORD_VOIDED, now, {"reason": reason, "event": str(event)}))
            held.do(
                words.void_word,
                at=now,
                before=before,
            )


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

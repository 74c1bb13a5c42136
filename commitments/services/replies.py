"""What comes from the customer: messages, conversations, thanks, and that something is not solved after all."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext

from commitments.domain import acts, replies, words
from commitments.domain.answers import Answer
from commitments.domain.asks import AskSort
from commitments.domain.promise import Status
from commitments.domain.timeline import Event, EventKind
from commitments.models import Commitment, Customer, EventText, clock_asks
from commitments.selectors.replies import needs_no_answer
from commitments.services.acting import Held, holding, when_it_happened
from commitments.services.refusals import Refused
from commitments.services.texts import required

CHANNELS = frozenset({"phone", "email", "chat", "in_person", "page"})
"""How a customer gets in touch; `page` is their own page."""
DIRECTIONS = frozenset({"in", "out"})
"""Who called: the customer, or we."""
AFTER_THE_END = timedelta(microseconds=1)
"""Pages write whole minutes: what is said to have come in the very minute of the end came after it."""


def customer_message(
    *,
    actor: Any,
    reference: str,
    channel: str,
    words: str,
    now: datetime,
    happened_at: datetime | None = None,
    needs_answer: bool | None = None,
    writer: Customer | None = None,
    answer: Answer | None = None,
    version: int | None = None,
) -> Commitment:
    """Record what the customer wrote or said at `happened_at` (now), where nobody has answered them on the spot.

    It needs an answer unless it is said that it needs none; on a promise that has ended only if that is said. While an
    earlier message waits, it is a chase. `writer`: who wrote it themselves, the customer or a watcher; then nobody is
    its `actor`. `answer`: what they pressed on their page, which may do without words. Raises Refused (Conflict).
    """
    with holding(reference=reference, now=now, version=version) as held:
        needs = held.promise.is_open if needs_answer is None else needs_answer
        at = _came_at(held, happened_at, actor=actor, must_be_after_the_end=needs)
        is_chase = needs and replies.is_chase(held.promise, at=at)
        held.actor = actor
        _take_down(held, words, channel, at=at, sorts=[AskSort.MESSAGE] if needs else [], answer=answer)
        facts = {"channel": channel, "needs_answer": needs, "is_chase": is_chase} | _whose(writer, answer)
        held.note(Event(EventKind.CUSTOMER_MESSAGE, at, facts))
    return held.commitment


def dispute(
    *,
    actor: Any,
    reference: str,
    channel: str,
    words: str,
    now: datetime,
    happened_at: datetime | None = None,
    writer: Customer | None = None,
    answer: Answer | None = None,
    version: int | None = None,
) -> Commitment:
    """Record that the customer says at `happened_at` (now) that what was kept is not solved.

    They wait for an answer from then on, and it escalates until it is reopened or explained. `writer` and `answer` as
    in `customer_message`. Raises Refused (Conflict): a promise that was not kept.
    """
    with holding(reference=reference, now=now, version=version) as held:
        if held.promise.is_open:
            raise Refused(gettext("This promise is still open; record what the customer said as a message."))
        if held.promise.status is Status.WITHDRAWN:
            raise Refused(gettext("This promise was withdrawn, not kept; record what the customer said as a message."))
        at = _came_at(held, happened_at, actor=actor, must_be_after_the_end=True)
        is_chase = replies.is_chase(held.promise, at=at)
        held.actor = actor
        _take_down(held, words, channel, at=at, sorts=[AskSort.MESSAGE, AskSort.DISPUTE], answer=answer)
        facts = {"channel": channel, "is_chase": is_chase} | _whose(writer, answer)
        held.note(Event(EventKind.DISPUTED, at, facts))
    return held.commitment


def contact(
    *,
    actor: Any,
    reference: str,
    direction: str,
    message: str,
    now: datetime,
    channel: str = "",
    happened_at: datetime | None = None,
    version: int | None = None,
) -> Commitment:
    """Record a conversation with the customer that was held at `happened_at` (now): a person's word, and an answer.

    `direction`: who called, the customer (`in`) or we (`out`). `channel`: one of CHANNELS where it was no call.
    Raises Refused (Conflict).
    """
    if direction not in DIRECTIONS:
        raise ValueError(f"“{direction}” is no direction.")
    if channel and channel not in CHANNELS:
        raise ValueError(f"“{channel}” is no channel.")
    with holding(reference=reference, now=now, version=version) as held:
        at = when_it_happened(happened_at, actor=actor, commitment=held.commitment, now=now)
        if not held.promise.is_open:
            at = _after_the_end(held, at)
        said = required(message, gettext("Write what was said."), "message")
        is_chase = direction == "in" and replies.is_chase(held.promise, at=at)
        named_at = at
        if held.promise.is_open:
            named_at = words.named_by(held.promise, at=at, rules=held.rules, surroundings=held.surroundings)
        held.actor = actor
        held.do(
            replies.converse,
            at=at,
            recorded_at=now,
        )
        held.texts = {EventText.Field.MESSAGE: said}
        facts = {"direction": direction, "told": True, "named_at": named_at, "meets": None, "is_chase": is_chase}
        facts |= {"channel": channel} if channel else {}
        held.note(Event(EventKind.CONTACTED, at, facts))
    return held.commitment


def thank(*, actor: Any, reference: str, message: uuid.UUID, now: datetime, version: int | None = None) -> Commitment:
    """Mark a customer's message as thanks: it needs no answer, and the reply clock runs as if it had not come.

    `message`: the id of its event. Raises Refused (Conflict): no such message, or one that needs no answer anyway.
    """
    with holding(reference=reference, now=now, version=version) as held:
        found = held.commitment.events.filter(pk=message, kind=EventKind.CUSTOMER_MESSAGE).first()
        if found is None:
            raise Refused(gettext("This promise has no such message of the customer."), field="message")
        if not found.facts["needs_answer"] or needs_no_answer(found):
            raise Refused(gettext("That message needs no answer already."), field="message")
        held.actor = actor
        held.do(
            replies.forget,
            at=now,
            asks=clock_asks(held.commitment, without=message),
        )
        held.note(Event(EventKind.THANKED, now, {"message": str(message)}))
    return held.commitment


def _whose(writer: Customer | None, answer: Answer | None) -> dict[str, Any]:
    facts: dict[str, Any] = {} if writer is None else {"customer": writer.pk}
    return facts | ({} if answer is None else {"answer": answer.value})


def _take_down(
    held: Held, said: str, channel: str, *, at: datetime, sorts: list[AskSort], answer: Answer | None
) -> None:
    """Let what the customer said wait for what it asks for."""
    if channel not in CHANNELS:
        raise Refused(gettext("Say how the customer got in touch."), field="channel")
    if answer is None or answer is Answer.MESSAGE:
        said = required(said, gettext("Write what the customer said."), "words")
    held.texts = {EventText.Field.SAID: said.strip()}
    held.do(
        acts.ask,
        sorts=sorts,
        at=at,
        recorded_at=held.now,
    )


def _came_at(held: Held, happened_at: datetime | None, *, actor: Any, must_be_after_the_end: bool) -> datetime:
    at = when_it_happened(happened_at, actor=actor, commitment=held.commitment, now=held.now)
    return _after_the_end(held, at) if must_be_after_the_end else at


def _after_the_end(held: Held, at: datetime) -> datetime:
    """Give when something came that waits for an answer although the promise has ended. Raises Refused for before."""
    ended_at = held.promise.ended_at
    if ended_at is None or at > ended_at:
        return at
    if at < ended_at.replace(second=0, microsecond=0):
        raise Refused(gettext("The promise ended after that; say when they came back to it."), field="happened_at")
    return ended_at + AFTER_THE_END

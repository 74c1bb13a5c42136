"""What a customer sees of one promise on their page: plain facts that reached them, and what they answered themselves.

Reads only, by a constant number of statements; nothing that was written for colleagues is read here.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef

from commitments.domain.answers import Answer, fitting
from commitments.domain.clocks import WordMeaning
from commitments.domain.promise import Status
from commitments.domain.timeline import EventKind, is_note_of_a_call
from commitments.models import Commitment, CommitmentEvent, Customer, EventText, Word, person
from commitments.models.timeline import FORGETS
from commitments.selectors.acting_owners import acting_owners

SHOWN_ANSWERS = 20
TOLD = (EventText.Field.MESSAGE, EventText.Field.HAPPENED, EventText.Field.NEXT, EventText.Field.CHOICES)
"""What was written for the customer, in the order in which it is shown."""
DATED = (EventKind.MADE, EventKind.REOPENED, EventKind.RENEGOTIATED, EventKind.ATTEMPTED, EventKind.CORRECTED)
ENDED = (EventKind.KEPT, EventKind.WITHDRAWN)
ANSWERED = (EventKind.CUSTOMER_MESSAGE, EventKind.DISPUTED, EventKind.CONFIRMED, EventKind.ANSWER_TAKEN_BACK)
ASKS = (EventKind.CUSTOMER_MESSAGE, EventKind.DISPUTED)
READ = tuple(kind.value for kind in {*DATED, *ENDED, *ANSWERED, *FORGETS})


@dataclass(frozen=True, slots=True)
class Told:
    """A word that reached the customer. `by` is nobody where it went by itself; `words` are paragraphs."""

    at: datetime
    by: str
    words: tuple[str, ...]
    is_question: bool
    sort: str


@dataclass(frozen=True, slots=True)
class Date:
    """One date that was promised, when that was, and whether it passed without the promise being kept."""

    promised_at: datetime
    due_at: datetime
    is_broken: bool
    is_current: bool


@dataclass(frozen=True, slots=True)
class Given:
    """Something that they answered on their page."""

    event: uuid.UUID
    at: datetime
    answer: Answer
    words: str
    is_taken_back: bool
    waits: bool
    """Whether it waits for a person's answer."""
    confirms: bool
    """Whether it says that what has ended now is solved, rather than an end before a reopening."""

    @property
    def can_be_taken_back(self) -> bool:
        """Whether it makes a difference to take it back."""
        return not self.is_taken_back and (self.waits or self.confirms)


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """One promise as one reader sees it: its customer, or (not `is_own`) somebody who watches it."""

    commitment: Commitment
    reader: Customer
    is_own: bool
    owner: str
    last: Told | None
    """The last word, whoever's it was."""
    news: Told | None
    """The last that a person told in words; none where only a note of a call says what that was."""
    dates: tuple[Date, ...]
    ending: tuple[str, ...]
    """What was said with its end."""
    given: tuple[Given, ...]
    """What they answered, the latest first."""
    fitting: tuple[Answer, ...]
    """What they can answer now beside a message, without what stands already."""

    @property
    def standing(self) -> frozenset[Answer]:
        """Give the answers that stand and have had no reply."""
        return frozenset(given.answer for given in self.given if given.can_be_taken_back)


def read_customer_page(*, commitment: Commitment, reader: Customer, now: datetime) -> CustomerPage:
    """Read a promise (with its customer, owner, team and calendar) as `reader` may see it."""
    events = commitment.events.filter(kind__in=READ).select_related("word").prefetch_related("texts").order_by("id")
    found = list(events)
    is_own = commitment.customer_id == reader.pk
    given = _given(found, commitment, reader)
    last, news = _told(commitment)
    acting = acting_owners(owners=[commitment.owner_id], now=now)
    fits = () if commitment.voided_at else fitting(Status(commitment.status), is_own=is_own)
    standing = {answer.answer for answer in given if answer.can_be_taken_back}
    return CustomerPage(
        commitment=commitment,
        reader=reader,
        is_own=is_own,
        owner=person(acting.get(commitment.owner_id, commitment.owner)),
        last=last,
        news=news,
        dates=tuple(_dates(found, commitment, now=now)),
        ending=_ending(found, commitment),
        given=tuple(given[:SHOWN_ANSWERS]),
        fitting=tuple(answer for answer in fits if answer not in standing),
    )


def _told(commitment: Commitment) -> tuple[Told | None, Told | None]:
    """Read the last word that reached the customer, and the last that a person told them in words."""
    words = Word.objects.filter(commitment=commitment, state=Word.State.GONE).order_by("-at", "-event_id")
    words = words.select_related("event__actor").prefetch_related("event__texts")
    last = words.first()
    has_texts = EventText.objects.filter(event=OuterRef("event"), field__in=TOLD, erased_at__isnull=True)
    by_people = words.filter(sort__in=[Word.Sort.CONVERSATION, Word.Sort.UPDATE])
    news = by_people.filter(Exists(has_texts.exclude(words=""))).first()
    if news is not None and is_note_of_a_call(EventKind(news.event.kind), news.event.facts):
        news = None
    return (_as_told(last) if last else None), (_as_told(news) if news else None)


def _as_told(word: Word) -> Told:
    actor = word.event.actor if word.by_person else None
    return Told(
        at=word.at,
        by=person(actor) if actor is not None else "",
        words=_texts(word.event),
        is_question=word.meaning == WordMeaning.QUESTION,
        sort=word.sort,
    )


def _texts(event: CommitmentEvent) -> tuple[str, ...]:
    texts = {text.field: text.words for text in event.texts.all() if text.erased_at is None}
    return tuple(texts[field] for field in TOLD if texts.get(field))


def _dates(events: Iterable[CommitmentEvent], commitment: Commitment, *, now: datetime) -> list[Date]:
    """Give every date that was promised, the first one first; what was logged wrongly never was."""
    promised: list[tuple[datetime, datetime]] = []
    for event in events:
        kind, facts = EventKind(event.kind), event.facts
        if kind in {EventKind.MADE, EventKind.REOPENED}:
            promised.append((event.occurred_at, datetime.fromisoformat(facts["due_at"])))
        elif kind in DATED and "was_due_at" in facts and not _is_void(event):
            due_at = datetime.fromisoformat(facts["due_at"])
            if kind is EventKind.CORRECTED and promised:
                promised[-1] = promised[-1][0], due_at
            else:
                promised.append((event.occurred_at, due_at))
    promised.sort()
    until = [at for at, _ in promised[1:]] + [commitment.ended_at or now]
    # A date that was moved away and back stands twice; the later one holds.
    current = max((at for at, due_at in promised if due_at == commitment.due_at), default=None)
    return [
        Date(
            promised_at=at,
            due_at=due_at,
            is_broken=due_at < over_at,
            is_current=at == current and due_at == commitment.due_at,
        )
        for (at, due_at), over_at in zip(promised, until, strict=True)
    ]


def _is_void(event: CommitmentEvent) -> bool:
    """Tell whether the mail that told of a date did not arrive, and no conversation told of it since."""
    word: Word | None = getattr(event, "word", None)
    return word is not None and word.state in {Word.State.VOID, Word.State.CANCELLED} and word.told_at is None


def _ending(events: Sequence[CommitmentEvent], commitment: Commitment) -> tuple[str, ...]:
    if commitment.ended_at is None:
        return ()
    ends = [event for event in events if event.kind in ENDED]
    return _texts(ends[-1]) if ends else ()


def _given(events: Iterable[CommitmentEvent], commitment: Commitment, reader: Customer) -> list[Given]:
    """Give what this reader answered on their page, the latest first."""
    listed = list(events)
    who = {reader.pk, *reader.merged_from.values_list("pk", flat=True)}
    taken_back = {event.facts["event"] for event in listed if event.kind == EventKind.ANSWER_TAKEN_BACK}
    forgotten = {event.facts[FORGETS[EventKind(event.kind)]] for event in listed if event.kind in FORGETS}
    since = commitment.customer_waiting_since
    return [
        Given(
            event=event.pk,
            at=event.occurred_at,
            answer=Answer(event.facts["answer"]),
            words=next((text.words for text in event.texts.all() if text.field == EventText.Field.SAID), ""),
            is_taken_back=str(event.pk) in taken_back,
            waits=event.kind in ASKS
            and since is not None
            and event.occurred_at >= since
            and str(event.pk) not in forgotten,
            confirms=event.kind == EventKind.CONFIRMED
            and commitment.ended_at is not None
            and event.occurred_at >= commitment.ended_at,
        )
        for event in reversed(listed)
        if event.kind in ANSWERED and event.facts.get("customer") in who and event.facts.get("answer")
    ]

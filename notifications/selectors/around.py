"""What stands around the mails of a batch: words written and said, ladders, offers, colleagues, strain.

One statement for each sort of thing, and only where a mail of the batch needs it.
"""

import uuid
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import F

from commitments.domain.clocks import WordMeaning
from commitments.domain.strain import StrainReason
from commitments.domain.timeline import EventKind
from commitments.models import (
    CommitmentEvent,
    CustomerLink,
    Escalation,
    EventText,
    Handoff,
    Strain,
    Watcher,
    Word,
    person,
)
from notifications.domain.kinds import ESCALATIONS, MailKind
from notifications.domain.letter import News
from notifications.models import Notification, Suppression

TELLS_NEWS = frozenset({MailKind.HOLDING, MailKind.STILL_ON_IT, MailKind.OVERDUE, MailKind.SILENT})
"""Mails that repeat what the customer was last told."""
HAS_TEXTS = frozenset(
    {
        MailKind.UPDATE,
        MailKind.RENEGOTIATED,
        MailKind.KEPT,
        MailKind.WITHDRAWN,
        MailKind.REOPENED,
        MailKind.HANDED_OVER,
        MailKind.CORRECTED,
    }
)
"""Mails that say what a person wrote with the act."""
TELLS_THE_QUESTION = frozenset({MailKind.HOLDING, MailKind.MISSED, MailKind.ANSWER_NOT_GIVEN})
"""Mails that repeat what we asked the customer and have no answer to."""
TELLS_WHAT_WAS_SAID = frozenset({MailKind.UNANSWERED, MailKind.DISPUTED})
"""Mails that repeat what the customer said."""
TELLS_OF_A_HANDOFF = frozenset({MailKind.HANDOFF_OFFERED, MailKind.HANDOFF_LAPSED})
MAY_ASK_FOR_A_CALL = frozenset({MailKind.REMINDER, MailKind.STILL_ON_IT})
"""Mails that say that a call is needed, where nothing goes to the customer by itself."""
READERS = ("main", "other", "merged")
"""Whose addresses a customer's mail may go to: see `selectors.columns`."""
PEOPLE_IN_FACTS = ("from", "to", "cover", "owner")

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Offer:
    """A request to take a promise over."""

    asked: str
    story: str


@dataclass(slots=True)
class Around:
    """What was read for one batch."""

    texts: Mapping[tuple[uuid.UUID, str], str] = field(default_factory=dict)
    news: Mapping[int, News] = field(default_factory=dict)
    questions: Mapping[int, News] = field(default_factory=dict)
    said: Mapping[int, News] = field(default_factory=dict)
    ladders: Collection[tuple[int, str]] = frozenset()
    offers: Mapping[int, Offer] = field(default_factory=dict)
    people: Mapping[int, str] = field(default_factory=dict)
    strain: Mapping[int, tuple[StrainReason, ...]] = field(default_factory=dict)
    wrong_words: Mapping[uuid.UUID, str] = field(default_factory=dict)
    watching: Collection[tuple[int, int]] = frozenset()
    lost: Collection[uuid.UUID | None] = frozenset()
    """The events of which a customer's mail is held because nobody can tell whether it went."""
    suppressed: Mapping[str, str] = field(default_factory=dict)
    confirmed: Collection[int] = frozenset()
    """Promises of which the customer has said that they are solved, and has not taken it back."""
    links: Mapping[tuple[int, int], str] = field(default_factory=dict)
    """The numbers of the links, by promise and customer."""


def look_around(rows: Sequence[Row]) -> Around:
    """Read what the mails in `rows` need to know."""

    def of(kinds: Collection[MailKind]) -> list[Row]:
        return [row for row in rows if row["kind"] in kinds]

    def promises(found: Iterable[Row]) -> set[int]:
        return {row["commitment"] for row in found}

    return Around(
        texts=_texts([row["event"] for row in of(HAS_TEXTS)]),
        news=_last_news(promises(of(TELLS_NEWS))),
        questions=_open_questions({row["commitment"]: row["answer_by"] for row in of(TELLS_THE_QUESTION)}),
        said=_last_said(promises(of(TELLS_WHAT_WAS_SAID))),
        ladders=_open_ladders(promises(of(ESCALATIONS))),
        offers=_last_offers(promises(of(TELLS_OF_A_HANDOFF))),
        people=_people(
            {
                row["facts"].get(name)
                for row in of({MailKind.HANDED_OVER, MailKind.HANDOFF_OFFERED})
                for name in PEOPLE_IN_FACTS
            }
        ),
        strain=_strain({row["customer_id"] for row in of(MAY_ASK_FOR_A_CALL) if row["strain_threshold"] is not None}),
        wrong_words=_wrong_words(of({MailKind.CORRECTED})),
        watching=_watching({row["commitment"] for row in rows if row["is_copy"]}),
        lost=_lost({row["event"] for row in of({MailKind.LOST_MAIL})}),
        suppressed=_suppressed({row[f"{whose}_email"] for row in rows if row["to_customer"] for whose in READERS}),
        confirmed=_confirmed(promises(of({MailKind.AFTERCARE}))),
        links=_links({row["commitment"] for row in rows if row["to_customer"]}),
    )


def _suppressed(addresses: set[str | None]) -> Mapping[str, str]:
    """Read which addresses (their case folded) get no mail, and why."""
    wanted = {address.casefold() for address in addresses if address}
    if not wanted:
        return {}
    return dict(Suppression.objects.in_force().filter(address__in=wanted).values_list("address", "reason"))


def _lost(events: set[uuid.UUID]) -> set[uuid.UUID | None]:
    if not events:
        return set()
    return set(Notification.objects.lost().filter(event__in=events).values_list("event_id", flat=True))


def _texts(events: Sequence[uuid.UUID]) -> Mapping[tuple[uuid.UUID, str], str]:
    """Read what people wrote for the customer, by event and field."""
    if not events:
        return {}
    texts = EventText.objects.filter(event__in=events)
    return {(event, field): words for event, field, words in texts.values_list("event_id", "field", "words")}


def _last_news(commitments: set[int]) -> Mapping[int, News]:
    """Read what a person last told each customer in words that reached them."""
    if not commitments:
        return {}
    texts = EventText.objects.filter(
        field__in=[EventText.Field.MESSAGE, EventText.Field.HAPPENED],
        event__word__commitment__in=commitments,
        event__word__state=Word.State.GONE,
        event__word__sort__in=[Word.Sort.CONVERSATION, Word.Sort.UPDATE],
    ).exclude(words="")
    told = texts.order_by("event__word__at", "event").values_list(
        "event__word__commitment_id", "event__word__at", "event__word__meaning", "words"
    )
    # The latest of each promise comes last and stays.
    return {
        commitment: News(at=at, words=text, is_question=meaning == WordMeaning.QUESTION)
        for commitment, at, meaning, text in told
    }


def _open_questions(answer_by: Mapping[int, datetime | None]) -> Mapping[int, News]:
    """Read the questions that stand open: asked with a date, in words that reached the customer, and not answered."""
    asked = {commitment for commitment, by in answer_by.items() if by is not None}
    if not asked:
        return {}
    texts = EventText.objects.filter(
        field=EventText.Field.MESSAGE,
        event__word__commitment__in=asked,
        event__word__state=Word.State.GONE,
        event__word__meaning=WordMeaning.QUESTION,
    ).exclude(words="")
    told = texts.order_by("event__word__at", "event").values_list(
        "event__word__commitment_id", "event__word__at", "words"
    )
    return {commitment: News(at=at, words=text, is_question=True) for commitment, at, text in told}


def _last_said(commitments: set[int]) -> Mapping[int, News]:
    """Read what each customer last said in writing or on the telephone."""
    if not commitments:
        return {}
    texts = EventText.objects.filter(
        field=EventText.Field.SAID,
        event__commitment__in=commitments,
        event__kind__in=[EventKind.CUSTOMER_MESSAGE.value, EventKind.DISPUTED.value],
    ).exclude(words="")
    said = texts.order_by("event__occurred_at", "event").values_list(
        "event__commitment_id", "event__occurred_at", "words"
    )
    return {commitment: News(at=at, words=words) for commitment, at, words in said}


def _open_ladders(commitments: set[int]) -> set[tuple[int, str]]:
    if not commitments:
        return set()
    ladders = Escalation.objects.filter(commitment__in=commitments, ended_at__isnull=True)
    return set(ladders.values_list("commitment_id", "trigger"))


def _last_offers(commitments: set[int]) -> Mapping[int, Offer]:
    """Read who was last asked to take each promise over."""
    if not commitments:
        return {}
    handoffs = Handoff.objects.filter(commitment__in=commitments).select_related("to_user", "to_team").order_by("id")
    return {
        handoff.commitment_id: Offer(
            asked=person(handoff.to_user) if handoff.to_user else handoff.to_team.name, story=handoff.story
        )
        for handoff in handoffs
    }


def _people(ids: set[Any]) -> Mapping[int, str]:
    wanted = {id_ for id_ in ids if isinstance(id_, int)}
    if not wanted:
        return {}
    return {user.pk: person(user) for user in get_user_model().objects.filter(id__in=wanted)}


def _strain(customers: set[int]) -> Mapping[int, tuple[StrainReason, ...]]:
    """Read how each customer has been treated."""
    if not customers:
        return {}
    found: dict[int, list[StrainReason]] = defaultdict(list)
    rows = Strain.objects.filter(customer__in=customers, taken_back_at__isnull=True)
    for customer, at, weight in rows.values_list("customer_id", "at", "weight"):
        found[customer].append(StrainReason(at=at, weight=weight))
    return {customer: tuple(reasons) for customer, reasons in found.items()}


def _wrong_words(rows: Sequence[Row]) -> Mapping[uuid.UUID, str]:
    """Read the words promised as they stood before each correction of them."""
    corrected = {row["event"]: row["commitment"] for row in rows if "promise" in row["facts"].get("fields", ())}
    if not corrected:
        return {}
    texts = EventText.objects.filter(field=EventText.Field.PROMISE, event__commitment__in=set(corrected.values()))
    written: dict[int, list[tuple[uuid.UUID, str]]] = defaultdict(list)
    for commitment, event, words in texts.order_by("event__sequence").values_list(
        "event__commitment_id", "event_id", "words"
    ):
        written[commitment].append((event, words))
    wrong = {}
    for event, commitment in corrected.items():
        before = [words for other, words in written[commitment] if other < event and words]
        if before:
            wrong[event] = before[-1]
    return wrong


def _watching(commitments: set[int]) -> set[tuple[int, int]]:
    if not commitments:
        return set()
    return set(Watcher.objects.filter(commitment__in=commitments).values_list("commitment_id", "customer_id"))


def _links(commitments: set[int]) -> Mapping[tuple[int, int], str]:
    if not commitments:
        return {}
    links = CustomerLink.objects.unrevoked().filter(commitment__in=commitments)
    found = links.values_list("commitment", "customer", "number")
    return {(commitment, who): number for commitment, who, number in found}


def _confirmed(commitments: set[int]) -> set[int]:
    """Read which promises are solved by what their customers have said since they were kept."""
    if not commitments:
        return set()
    kinds = [EventKind.CONFIRMED.value, EventKind.ANSWER_TAKEN_BACK.value]
    since = F("commitment__ended_at")
    events = CommitmentEvent.objects.filter(commitment__in=commitments, kind__in=kinds, occurred_at__gte=since)
    said = list(events.values_list("id", "commitment_id", "kind", "facts"))
    taken_back = {facts["event"] for _, _, kind, facts in said if kind == EventKind.ANSWER_TAKEN_BACK}
    return {of for id_, of, kind, _ in said if kind == EventKind.CONFIRMED and str(id_) not in taken_back}

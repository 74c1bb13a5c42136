"""Everything that a batch of mails needs to know, by a constant number of reads.

Plain values rather than model instances: a worker does this for every mail that goes.
"""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count

from commitments.domain.clocks import WordMeaning
from commitments.domain.promise import Status
from commitments.models import Commitment, Escalation, EventText, Word
from commitments.models.policy import waking_hours
from notifications.domain.guard import Facts
from notifications.domain.kinds import ESCALATIONS, MailKind, NotSent
from notifications.domain.letter import Letter, News
from notifications.models import Notification
from notifications.selectors.standing_in import put_acting_owners

A_DAY = timedelta(days=1)
TELLS_NEWS = frozenset({MailKind.HOLDING, MailKind.STILL_ON_IT, MailKind.OVERDUE, MailKind.SILENT})
"""Mails that repeat what the customer was last told."""
HAS_TEXTS = frozenset({MailKind.UPDATE, MailKind.RENEGOTIATED, MailKind.KEPT, MailKind.WITHDRAWN})

COLUMNS = {
    "id": "id",
    "attempt": "attempt",
    "kind": "kind",
    "to_customer": "to_customer",
    "recipient": "recipient_id",
    "not_sent_because": "not_sent_because",
    "is_automatic": "is_automatic",
    "failures": "failures",
    "possible_duplicate": "possible_duplicate",
    "message_id": "message_id",
    "event": "event_id",
    "facts": "event__facts",
    "occurred_at": "event__occurred_at",
    "writer_first": "event__actor__first_name",
    "writer_last": "event__actor__last_name",
    "writer_login": "event__actor__username",
    "word_state": "event__word__state",
    "word_sort": "event__word__sort",
    "named_at": "event__word__named_at",
    "old_due_at": "event__word__old_due_at",
    "new_due_at": "event__word__new_due_at",
    "commitment": "commitment_id",
    "reference": "commitment__reference",
    "promise": "commitment__promise",
    "need": "commitment__need",
    "status": "commitment__status",
    "made_at": "commitment__made_at",
    "due_at": "commitment__due_at",
    "next_word_due_at": "commitment__next_word_due_at",
    "last_word_at": "commitment__last_word_at",
    "last_person_word_at": "commitment__last_person_word_at",
    "overdue_since": "commitment__overdue_since",
    "silent_since": "commitment__silent_since",
    "times_broken": "commitment__times_broken",
    "ended_at": "commitment__ended_at",
    "contact_route": "commitment__contact_route",
    "owner": "commitment__owner_id",
    "owner_first": "commitment__owner__first_name",
    "owner_last": "commitment__owner__last_name",
    "owner_login": "commitment__owner__username",
    "names_at_least": "commitment__policy__named_time_at_least_minutes",
    "day_limit": "commitment__policy__automatic_mails_a_day",
    "waking_from": "commitment__policy__waking_from",
    "waking_until": "commitment__policy__waking_until",
    "team": "commitment__team__name",
    "team_phone": "commitment__team__phone",
    "team_hours": "commitment__team__hours",
    "team_zone": "commitment__team__calendar__zone",
    "is_shadow": "commitment__team__is_shadow",
    "is_stopped": "commitment__team__automatic_mail_stopped",
    "customer": "commitment__customer__name",
    "customer_email": "commitment__customer__email",
    "customer_phone": "commitment__customer__phone",
    "customer_zone": "commitment__customer__time_zone",
    "language": "commitment__customer__language",
    "reached_best": "commitment__customer__reached_best",
    "do_not_mail": "commitment__customer__do_not_mail",
    "real_news_only": "commitment__customer__real_news_only",
    "reader_email": "recipient__email",
    "reader_active": "recipient__is_active",
    "reader_first": "recipient__first_name",
    "reader_last": "recipient__last_name",
    "reader_login": "recipient__username",
}
"""Short names for what is read in one statement, over all the rows around a mail."""


@dataclass(frozen=True, slots=True)
class Material:
    """One mail with all that is known about it: to be judged, rendered, sent and recorded."""

    id: uuid.UUID
    attempt: int
    kind: MailKind
    event: uuid.UUID
    commitment: int
    recipient: int | None
    to_customer: bool
    is_automatic: bool
    failures: int
    possible_duplicate: bool
    message_id: str
    carries_word: bool
    """Whether its going makes a word count, and its not going takes one back."""
    facts: Facts
    letter: Letter

    def naming(self, named_at: datetime) -> "Material":
        """Give the same mail with another time named."""
        letter = replace(self.letter, named_at=named_at, hear_by=named_at)
        return replace(self, facts=replace(self.facts, named_at=named_at), letter=letter)


def read(ids: Sequence[uuid.UUID], *, now: datetime) -> list[Material]:
    """Read the mails of a batch as they stand now, in the order of `ids`; six statements, or seven with people away."""
    names = list(COLUMNS)
    found = Notification.objects.filter(id__in=ids).values_list(*COLUMNS.values())
    rows = [dict(zip(names, values, strict=True)) for values in found]
    if not rows:
        return []
    put_acting_owners(rows, now=now)
    texts = _texts([row["event"] for row in rows if row["kind"] in HAS_TEXTS])
    news = _last_news({row["commitment"] for row in rows if row["kind"] in TELLS_NEWS})
    ladders = _open_ladders({row["commitment"] for row in rows if row["kind"] in ESCALATIONS})
    made = {row["id"]: _material(row, texts=texts, news=news, ladders=ladders, now=now) for row in rows}
    return [made[id_] for id_ in ids if id_ in made]


def automatic_mails_today(addresses: Iterable[str], *, now: datetime) -> Counter[str]:
    """Count the automatic mails that went to each address in the last 24 hours."""
    wanted = {address for address in addresses if address}
    if not wanted:
        return Counter()
    sent = Notification.objects.filter(to_customer=True, is_automatic=True, sent_at__gt=now - A_DAY, address__in=wanted)
    return Counter(dict(sent.values_list("address").annotate(Count("id"))))


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


def _open_ladders(commitments: set[int]) -> set[tuple[int, str]]:
    if not commitments:
        return set()
    ladders = Escalation.objects.filter(commitment__in=commitments, ended_at__isnull=True)
    return set(ladders.values_list("commitment_id", "trigger"))


def _material(
    row: Mapping[str, Any],
    *,
    texts: Mapping[tuple[uuid.UUID, str], str],
    news: Mapping[int, News],
    ladders: set[tuple[int, str]],
    now: datetime,
) -> Material:
    kind = MailKind(row["kind"])
    return Material(
        id=row["id"],
        attempt=row["attempt"],
        kind=kind,
        event=row["event"],
        commitment=row["commitment"],
        recipient=row["recipient"],
        to_customer=row["to_customer"],
        is_automatic=row["is_automatic"],
        failures=row["failures"],
        possible_duplicate=row["possible_duplicate"],
        message_id=row["message_id"],
        carries_word=bool(row["word_sort"]) and row["word_sort"] != Word.Sort.CONVERSATION,
        facts=_facts(row, kind, ladders=ladders),
        letter=_letter(row, kind, texts=texts, news=news.get(row["commitment"]), now=now),
    )


def _facts(row: Mapping[str, Any], kind: MailKind, *, ladders: set[tuple[int, str]]) -> Facts:
    to_owner = kind in {MailKind.REMINDER, MailKind.STILL_ON_IT}
    reader_is_there = bool(row["reader_active"]) and (not to_owner or row["recipient"] == row["owner"])
    return Facts(
        kind=kind,
        to_customer=row["to_customer"],
        is_automatic=row["is_automatic"],
        address=row["customer_email"] if row["to_customer"] else row["reader_email"] or "",
        is_open=row["status"] == Status.OPEN,
        due_at=row["due_at"],
        next_word_due_at=row["next_word_due_at"],
        silent=row["silent_since"] is not None,
        about=_instant(row["facts"].get("due_at" if kind is MailKind.REMINDER else "next_word_due_at")),
        word_state=row["word_state"] or "",
        named_at=row["named_at"],
        date_stands=row["new_due_at"] in {None, row["due_at"]},
        is_dropped=row["not_sent_because"] == NotSent.DROPPED,
        do_not_mail=bool(row["do_not_mail"]),
        real_news_only=row["real_news_only"],
        by_phone=row["contact_route"] == Commitment.ContactRoute.PHONE,
        reader_is_there=reader_is_there,
        ladder_is_open=kind not in ESCALATIONS or (row["commitment"], kind.value) in ladders,
        is_shadow=row["is_shadow"],
        is_stopped=row["is_stopped"] or bool(settings.MAIL_STOP),
        zone=row["customer_zone"],
        waking=waking_hours(row["waking_from"], row["waking_until"]),
        names_at_least=timedelta(minutes=row["names_at_least"]),
        day_limit=row["day_limit"],
    )


def _letter(
    row: Mapping[str, Any],
    kind: MailKind,
    *,
    texts: Mapping[tuple[uuid.UUID, str], str],
    news: News | None,
    now: datetime,
) -> Letter:
    def written(field: EventText.Field) -> str:
        return texts.get((row["event"], field.value), "")

    is_open = row["status"] == Status.OPEN
    hear_by = row["next_word_due_at"] or row["due_at"]
    return Letter(
        kind=kind,
        now=now,
        reference=row["reference"],
        promise=row["promise"],
        customer=row["customer"],
        zone=row["customer_zone"] if row["to_customer"] else row["team_zone"],
        made_at=row["made_at"],
        due_at=row["due_at"],
        is_open=is_open,
        owner=_name(row, "owner"),
        team=row["team"],
        team_phone=row["team_phone"],
        team_hours=row["team_hours"],
        language=row["language"],
        need=row["need"],
        hear_by=hear_by if is_open and hear_by > now else None,
        named_at=row["named_at"],
        writer="" if row["is_automatic"] else _name(row, "writer"),
        written_at=row["occurred_at"],
        meaning=row["facts"].get("meaning", ""),
        message=written(EventText.Field.MESSAGE),
        was_due_at=row["old_due_at"],
        is_bad_news=bool(row["facts"].get("is_bad_news")),
        what_happened=written(EventText.Field.HAPPENED),
        what_next=written(EventText.Field.NEXT),
        choices=written(EventText.Field.CHOICES),
        ended_at=row["ended_at"],
        last_person_word_at=row["last_person_word_at"],
        last_word_at=row["last_word_at"],
        news=news,
        reader="" if row["to_customer"] else _name(row, "reader"),
        customer_phone=row["customer_phone"],
        reached_best=row["reached_best"],
        overdue_since=row["overdue_since"],
        silent_since=row["silent_since"],
        times_broken=row["times_broken"],
        url=f"{settings.SITE_URL}/promises/{row['reference']}/",
    )


def _name(row: Mapping[str, Any], whose: str) -> str:
    full = f"{row[f'{whose}_first'] or ''} {row[f'{whose}_last'] or ''}".strip()
    return full or row[f"{whose}_login"] or ""


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None

"""Everything that a batch of mails needs to know, by a constant number of reads.

Plain values rather than model instances: a worker does this for every mail that goes.
"""

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.conf import settings
from django.db.models import Count, Q

from commitments.domain.clocks import WordMeaning
from commitments.domain.promise import Status
from commitments.domain.strain import score
from commitments.models import Commitment, EventText, Word
from commitments.models.links import page_url_of
from commitments.models.pictures import picture_url
from commitments.models.policy import waking_hours
from notifications.domain.guard import Facts
from notifications.domain.kinds import ASKS_THE_OWNER, ESCALATIONS, LISTS, MailKind, MailState, NotSent
from notifications.domain.letter import CallBecause, Desk, Letter, StaffList
from notifications.models import Notification
from notifications.selectors.around import Around, Row, look_around
from notifications.selectors.columns import COLUMNS
from notifications.selectors.desks import read_desks
from notifications.selectors.standing_in import put_acting_owners

A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Material:
    """One mail with all that is known about it: to be judged, rendered, sent and recorded."""

    id: uuid.UUID
    attempt: int
    kind: MailKind
    event: uuid.UUID | None
    commitment: int | None
    """Empty for a list, as is `event`."""
    recipient: int | None
    to_customer: bool
    customer: int | None
    is_copy: bool
    is_again: bool
    """Whether it had gone to an old address of the reader's: it carries no word a second time."""
    is_automatic: bool
    failures: int
    possible_duplicate: bool
    message_id: str
    carries_word: bool
    """Whether its going makes a word count, and its not going takes one back."""
    owner: int | None
    asks_if_lost: bool
    """Whether a person decides what is done if nobody can tell whether it went."""
    link: str
    """The number of the link that it carries; empty where it carries none."""
    facts: Facts
    letter: Letter | StaffList
    items: tuple["Material", ...] = ()
    """What goes in it, if it is a list."""
    dropped: tuple[tuple["Material", NotSent], ...] = ()
    """What was to go in it and no longer is so."""

    def naming(self, named_at: datetime) -> "Material":
        """Give the same mail with another time named."""
        if isinstance(self.letter, StaffList):
            return self
        letter = replace(self.letter, named_at=named_at, hear_by=named_at)
        return replace(self, facts=replace(self.facts, named_at=named_at), letter=letter)


def read(ids: Sequence[uuid.UUID], *, now: datetime) -> list[Material]:
    """Read the mails of a batch as they stand now, lists with what goes in them, in the order of `ids`.

    One statement, and one more for each sort of thing around the mails (`around`) that this batch needs.
    """
    names = list(COLUMNS)
    wanted = _mails_with_columns().filter(Q(id__in=ids) | Q(gathered_in__in=ids, state=MailState.PLANNED.value))
    rows = [dict(zip(names, values, strict=True)) for values in wanted]
    if not rows:
        return []
    for row in rows:
        # Whoever acts for an owner who is away stands in the owner's place from here on.
        row["answers_for_it"] = row["owner"]
    put_acting_owners(rows, now=now)
    about_one = [row for row in rows if row["kind"] not in LISTS]
    around = look_around(about_one)
    made = {row["id"]: _material(row, around, now=now) for row in about_one}
    lists = [row for row in rows if row["kind"] in LISTS]
    if lists:
        items: dict[uuid.UUID, list[Material]] = defaultdict(list)
        for row in about_one:
            if row["gathered_in"] is not None:
                items[row["gathered_in"]].append(made[row["id"]])
        desks = read_desks({row["recipient"] for row in lists if row["kind"] == MailKind.SHIFT_LIST}, now=now)
        for row in lists:
            desk = desks.get(row["recipient"], Desk()) if row["kind"] == MailKind.SHIFT_LIST else Desk()
            made[row["id"]] = _list(row, tuple(items[row["id"]]), desk, now=now)
    return [made[id_] for id_ in ids if id_ in made]


@cache
def _mails_with_columns() -> Any:
    """Give all mails with what is read around them, unread: to find where so many columns stand takes its time."""
    return Notification.objects.order_by("id").values_list(*COLUMNS.values())


def automatic_mails_today(addresses: Iterable[str], *, now: datetime) -> Counter[str]:
    """Count the automatic mails that went to each address in the last 24 hours."""
    wanted = {address for address in addresses if address}
    if not wanted:
        return Counter()
    sent = Notification.objects.filter(to_customer=True, is_automatic=True, sent_at__gt=now - A_DAY, address__in=wanted)
    return Counter(dict(sent.values_list("address").annotate(Count("id"))))


def _material(row: Row, around: Around, *, now: datetime) -> Material:
    kind = MailKind(row["kind"])
    whose = _whose(row)
    link = _link(row, whose, around)
    return Material(
        id=row["id"],
        attempt=row["attempt"],
        kind=kind,
        event=row["event"],
        commitment=row["commitment"],
        recipient=row["recipient"],
        to_customer=row["to_customer"],
        customer=row["to"],
        is_copy=row["is_copy"],
        is_again=row["is_again"],
        is_automatic=row["is_automatic"],
        failures=row["failures"],
        possible_duplicate=row["possible_duplicate"],
        message_id=row["message_id"],
        carries_word=_carries_word(row, kind),
        owner=row["owner"],
        asks_if_lost=row["to_customer"] and row["asks_if_lost"],
        link=link,
        facts=_facts(row, kind, whose, around),
        letter=_letter(row, kind, whose, around, link=link, now=now),
    )


def _list(row: Row, items: tuple[Material, ...], desk: Desk, *, now: datetime) -> Material:
    """Make the material of a mail about many promises; what goes in it is judged when it goes."""
    kind = MailKind(row["kind"])
    facts = Facts(
        kind=kind,
        to_customer=False,
        is_automatic=True,
        address=row["reader_email"] or "",
        is_open=True,
        due_at=now,
        next_word_due_at=None,
        silent=False,
        about=None,
        reader_is_there=bool(row["reader_active"]),
        has_contents=bool(items) or not desk.is_empty,
    )
    letters = tuple(item.letter for item in items if isinstance(item.letter, Letter))
    return Material(
        id=row["id"],
        attempt=row["attempt"],
        kind=kind,
        event=None,
        commitment=None,
        recipient=row["recipient"],
        to_customer=False,
        customer=None,
        is_copy=False,
        is_again=False,
        is_automatic=True,
        failures=row["failures"],
        possible_duplicate=row["possible_duplicate"],
        message_id=row["message_id"],
        carries_word=False,
        owner=None,
        asks_if_lost=False,
        link="",
        facts=facts,
        letter=StaffList(
            kind=kind,
            now=now,
            reader=_name(row, "reader"),
            zone=next(iter([line.zone for line in desk.lines] + [item.zone for item in letters]), "UTC"),
            items=letters,
            desk=desk,
            url=f"{settings.SITE_URL}/",
        ),
        items=items,
    )


def _whose(row: Row) -> str:
    """Say which of the customers around a mail it goes to: the promise's own as it is now, or whoever gets a copy."""
    if not row["is_copy"]:
        return "main"
    return "other" if row["merged_into"] is None else "merged"


def _link(row: Row, whose: str, around: Around) -> str:
    """Give the number of the link that a mail carries; none for colleagues, nor for whom the promise is not meant."""
    if not row["to_customer"] or _is_not_for_reader(row):
        return ""
    reader = {"main": "customer_id", "other": "to", "merged": "merged_into"}[whose]
    return around.links.get((row["commitment"], row[reader]), "")


def _is_for_reader(row: Row, around: Around) -> bool:
    """Tell whether a mail is still for the customer for whom it was planned."""
    if row["is_copy"]:
        if _is_not_for_reader(row):
            return bool(row["to"] != row["customer_id"])
        return any((row["commitment"], who) in around.watching for who in (row["to"], row["merged_into"]))
    return row["customer_id"] in {row["to"], row["merged_into"]}


def _is_not_for_reader(row: Row) -> bool:
    """Tell whether a mail puts right that its reader was taken for the promise's customer."""
    return bool(row["is_copy"] and row["to"] == row["facts"].get("from_customer"))


def _puts_right(row: Row, kind: MailKind) -> bool:
    """Tell whether a mail says that its promise never was, or not to this reader; not what else was corrected."""
    return kind is MailKind.CORRECTED and ("fields" not in row["facts"] or _is_not_for_reader(row))


def _carries_word(row: Row, kind: MailKind) -> bool:
    sort = row["word_sort"]
    repeats = row["is_copy"] or row["is_again"]
    return bool(sort) and sort != Word.Sort.CONVERSATION and row["to_customer"] and not repeats


ABOUT = {
    MailKind.REMINDER: "due_at",
    MailKind.STILL_ON_IT: "next_word_due_at",
    MailKind.HANDOFF_OFFERED: "lapses_at",
    MailKind.ANSWER_NOT_GIVEN: "answer_by",
    MailKind.REOPENED: "due_at",
    MailKind.HANDED_OVER: "until",
    MailKind.UPDATE: "next_try_at",
}
"""The fact of its event that names the instant which a mail is about."""


def _facts(row: Row, kind: MailKind, whose: str, around: Around) -> Facts:
    facts = row["facts"]
    to_owner = kind in ASKS_THE_OWNER
    says_owner = facts.get("to") or facts.get("owner") if kind is MailKind.HANDED_OVER else None
    # Who is said to stand in must act for the owner still.
    owner_stands = says_owner in {None, row["answers_for_it"]} and facts.get("cover") in {None, row["owner"]}
    if kind is MailKind.HANDOFF_OFFERED:
        owner_stands = row["recipient"] != row["answers_for_it"]
    said_at = row["last_person_word_at"]
    address = row[f"{whose}_email"] or "" if row["to_customer"] else row["reader_email"] or ""
    return Facts(
        kind=kind,
        to_customer=row["to_customer"],
        is_automatic=row["is_automatic"],
        address=address,
        is_open=row["status"] == Status.OPEN,
        due_at=row["due_at"],
        next_word_due_at=row["next_word_due_at"],
        silent=row["silent_since"] is not None,
        about=_instant(facts.get(ABOUT[kind])) if kind in ABOUT else None,
        word_state=row["word_state"] or "",
        named_at=row["named_at"],
        date_stands=row["new_due_at"] in {None, row["due_at"]},
        is_copy=row["is_copy"],
        is_again=row["is_again"],
        is_for_reader=not row["to_customer"] or _is_for_reader(row, around),
        is_voided=row["voided_at"] is not None and not _puts_right(row, kind),
        owner_stands=owner_stands,
        answer_by=row["answer_by"],
        handoff_lapses_at=row["handoff_lapses_at"],
        calling_until=row["calling_until"],
        customer_waits=row["customer_waiting_since"] is not None or row["disputed_since"] is not None,
        is_confirmed=row["commitment"] in around.confirmed,
        word_since=said_at is not None and said_at > row["occurred_at"],
        is_dropped=row["not_sent_because"] == NotSent.DROPPED,
        do_not_mail=bool(row[f"{whose}_do_not_mail"]),
        suppressed=around.suppressed.get(address.casefold(), "") if row["to_customer"] else "",
        real_news_only=bool(row[f"{whose}_real_news_only"]),
        by_phone=row["contact_route"] == Commitment.ContactRoute.PHONE,
        reader_is_there=bool(row["reader_active"]) and (not to_owner or row["recipient"] == row["owner"]),
        ladder_is_open=kind not in ESCALATIONS or (row["commitment"], kind.value) in around.ladders,
        is_still_lost=kind is not MailKind.LOST_MAIL or row["event"] in around.lost,
        is_shadow=row["is_shadow"],
        is_stopped=row["is_stopped"] or bool(settings.MAIL_STOP),
        zone=row[f"{whose}_time_zone"] or "UTC",
        waking=waking_hours(row["waking_from"], row["waking_until"]),
        names_at_least=timedelta(minutes=row["names_at_least"]),
        day_limit=row["day_limit"],
    )


def _letter(row: Row, kind: MailKind, whose: str, around: Around, *, link: str, now: datetime) -> Letter:
    facts = row["facts"]

    def written(field: EventText.Field) -> str:
        return around.texts.get((row["event"], field.value), "")

    is_open = row["status"] == Status.OPEN
    hear_by = row["next_word_due_at"] or row["due_at"]
    offer = around.offers.get(row["commitment"])
    is_question = facts.get("meaning") == WordMeaning.QUESTION
    question = around.questions.get(row["commitment"])
    return Letter(
        kind=kind,
        now=now,
        reference=row["reference"],
        promise=row["promise"],
        customer=row[f"{whose}_name"] if row["to_customer"] else row["main_name"],
        zone=row[f"{whose}_time_zone"] if row["to_customer"] else row["team_zone"],
        made_at=row["made_at"],
        due_at=row["due_at"],
        is_open=is_open,
        owner=_name(row, "owner"),
        team=row["team"],
        team_phone=row["team_phone"],
        team_hours=row["team_hours"],
        language=row[f"{whose}_language"] or "",
        team_language=row["team_language"],
        signature=row["team_signature"],
        colour=row["team_colour"],
        logo_url=picture_url(row["team_logo"]),
        need=row["need"],
        hear_by=hear_by if is_open and hear_by > now else None,
        named_at=row["named_at"],
        # Who put a promise right is not who made it to whom it is now.
        writer="" if row["is_automatic"] or (kind is MailKind.PROMISED and "fields" in facts) else _name(row, "writer"),
        written_at=_instant(facts.get("tried_at")) or row["occurred_at"],
        meaning=facts.get("meaning", ""),
        message=written(EventText.Field.MESSAGE),
        was_due_at=row["old_due_at"] or _instant(facts.get("was_due_at")),
        is_bad_news=bool(facts.get("is_bad_news")),
        what_happened=written(EventText.Field.HAPPENED),
        what_next=written(EventText.Field.NEXT),
        choices=written(EventText.Field.CHOICES),
        ended_at=row["ended_at"],
        last_person_word_at=row["last_person_word_at"],
        last_word_at=row["last_word_at"],
        news=around.news.get(row["commitment"]),
        reader="" if row["to_customer"] else _name(row, "reader"),
        customer_phone=row["customer_phone"],
        reached_best=row["reached_best"],
        overdue_since=row["overdue_since"],
        silent_since=row["silent_since"],
        times_broken=row["times_broken"],
        url=f"{settings.SITE_URL}/promises/{row['reference']}/",
        page_url=page_url_of(link) if link else "",
        copied_for=row["main_name"] if row["is_copy"] and not _is_not_for_reader(row) else "",
        is_withdrawn=row["status"] == Status.WITHDRAWN,
        explains=bool(facts.get("explains")),
        question=question,
        answer_by=_instant(facts.get("answer_by")) if is_question else row["answer_by"],
        attempt=facts.get("result", ""),
        next_try_at=_instant(facts.get("next_try_at")),
        handed_from=around.people.get(facts.get("from") or facts.get("owner"), ""),
        handed_to=around.people.get(facts.get("to"), "") or _name(row, "owner"),
        stands_in=around.people.get(facts.get("cover"), ""),
        stands_in_until=_instant(facts.get("until")) if kind is MailKind.HANDED_OVER else None,
        corrected=frozenset(facts.get("fields", ())) if kind is MailKind.CORRECTED else frozenset(),
        wrong_promise=around.wrong_words.get(row["event"], ""),
        was_mailed=facts.get("was_mailed", True),
        is_voided=row["voided_at"] is not None,
        is_not_for_reader=_is_not_for_reader(row),
        call_because=_call_because(row, around, now=now),
        said=around.said.get(row["commitment"]),
        customer_waiting_since=row["customer_waiting_since"],
        disputed_since=row["disputed_since"],
        untold_since=row["untold_since"],
        asked=offer.asked if offer else "",
        lapses_at=row["handoff_lapses_at"],
        story=offer.story if offer else "",
    )


def _call_because(row: Row, around: Around, *, now: datetime) -> CallBecause | None:
    """Say why a person has to call because nothing goes to this customer by itself."""
    if row["contact_route"] == Commitment.ContactRoute.PHONE:
        return CallBecause.BY_PHONE
    if row["main_do_not_mail"] or not row["main_email"]:
        return CallBecause.UNMAILABLE
    reasons, threshold = around.strain.get(row["customer_id"], ()), row["strain_threshold"]
    if threshold is not None and reasons and score(reasons, at=now) >= threshold:
        return CallBecause.STRAINED
    return None


def _name(row: Row, whose: str) -> str:
    full = f"{row[f'{whose}_first'] or ''} {row[f'{whose}_last'] or ''}".strip()
    return full or row[f"{whose}_login"] or ""


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None

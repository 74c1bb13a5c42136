"""A promise's timeline as a story: what is told of it, in which order, by the day, and a page at a time.

Three ways to read it: the story, in which runs of lines about our own people are folded and a mail stands with what it
was about; only what the customer saw; and every entry as it was recorded.
"""

import enum
import itertools
import math
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Self

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext

from commitments.domain.escalation import Trigger
from commitments.domain.timeline import EventKind
from commitments.models import Commitment, Word
from commitments.selectors.story import THEIR_OWN, Entry, Story, read_outline, read_stories_since, read_story
from commitments.web.sentences import Line, Mark, line_of
from commitments.web.telling import Write
from commitments.web.times import in_zone, local

PAGE = 40
"""How many lines and folds stand on a page."""
FOLDED_FROM = 2
OLDEST = "oldest"
"""What the address says for the earliest first."""
SOON = timedelta(hours=1)
"""Within this a mail that went is told with what it was about."""
STAFFS_OWN = frozenset(
    {
        EventKind.REMINDER_DUE,
        EventKind.WORD_ASKED,
        EventKind.ANSWER_NOT_GIVEN,
        EventKind.HANDOFF_LAPSED,
        *(trigger.step_kind for trigger in Trigger),
        EventKind.ESCALATION_OPENED,
        EventKind.ESCALATION_ENDED,
    }
)
"""What only our own people were told, or what only keeps account of that."""
MAILS = frozenset({EventKind.MAIL_SENT, EventKind.MAIL_SHADOWED, EventKind.MAIL_NOT_SENT, EventKind.MAIL_FAILED})
WENT = frozenset({EventKind.MAIL_SENT, EventKind.MAIL_SHADOWED})
TAKES_BACK = {
    EventKind.BREAK_TAKEN_BACK: (EventKind.BECAME_OVERDUE, "due_at"),
    EventKind.SILENCE_TAKEN_BACK: (EventKind.BECAME_SILENT, "since"),
}


class View(enum.StrEnum):
    """How much of a timeline is told."""

    STORY = "story"
    SEEN = "seen"
    """Only what the customer saw."""
    EVERY = "every"
    """Every entry as it was recorded."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the page's address asks for."""

    view: View = View.STORY
    is_oldest_first: bool = False
    page: int = 1

    @classmethod
    def of(cls, query: Mapping[str, Any]) -> Self:
        """Read it; what is nonsense counts as not asked."""
        shown, number = str(query.get("show", "")), str(query.get("page", ""))
        return cls(
            view=View(shown) if shown in set(View) else View.STORY,
            is_oldest_first=query.get("order") == OLDEST,
            page=int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1,
        )

    def address(self, **changes: Any) -> str:
        """Write the query that asks for the same with changes."""
        asked = replace(self, **changes)
        said = [
            f"show={asked.view}" if asked.view is not View.STORY else "",
            f"order={OLDEST}" if asked.is_oldest_first else "",
            f"page={asked.page}" if asked.page > 1 else "",
        ]
        return "?" + "&".join(part for part in said if part)


@dataclass(frozen=True, slots=True)
class Fold:
    """A run of lines about our own people, to be opened. `count`: how many entries; lines that say the same are one."""

    lines: tuple[Line, ...]
    count: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Day:
    """What is told of one day, by the team's calendar; a fold stands on the day with which it begins."""

    on: date
    words: str
    told: tuple[Line | Fold, ...]


@dataclass(frozen=True, slots=True)
class StoryPage:
    """A page of a story. `total`: how many entries the timeline has."""

    asked: Asked
    days: tuple[Day, ...]
    pages: int
    total: int

    @property
    def views(self) -> list[tuple[str, str, bool]]:
        """The ways to read it: address, name, and whether it is the present one."""
        names = {
            View.STORY: gettext("The story"),
            View.SEEN: gettext("Only what the customer saw"),
            View.EVERY: gettext("Every entry"),
        }
        return [(self.asked.address(view=view, page=1), names[view], view is self.asked.view) for view in View]

    @property
    def turned(self) -> str:
        """The address of the same from the other end."""
        return self.asked.address(is_oldest_first=not self.asked.is_oldest_first, page=1)

    @property
    def before(self) -> str:
        """The address of the page before this one, or nothing."""
        return self.asked.address(page=self.asked.page - 1) if self.asked.page > 1 else ""

    @property
    def after(self) -> str:
        """The address of the page after this one, or nothing."""
        return self.asked.address(page=self.asked.page + 1) if self.asked.page < self.pages else ""


@dataclass(frozen=True, slots=True)
class _Item:
    """What becomes a line, or a fold where it has several entries. `mails`: what went because of the entry, soon."""

    entries: tuple[Entry, ...]
    mails: tuple[Entry, ...] = ()


def tell(*, commitment: Commitment, asked: Asked, now: datetime) -> StoryPage:
    """Tell a promise's story, a page of it, with times in its team's zone. A constant number of queries."""
    return _tell(read_outline(commitment=commitment), commitment=commitment, asked=asked, now=now)


def _tell(entries: Sequence[Entry], *, commitment: Commitment, asked: Asked, now: datetime) -> StoryPage:
    outline = _Outline(entries, view=asked.view)
    items = outline.items if asked.is_oldest_first else outline.items[::-1]
    pages = max(math.ceil(len(items) / PAGE), 1)
    asked = replace(asked, page=min(max(asked.page, 1), pages))
    shown = items[(asked.page - 1) * PAGE : asked.page * PAGE]
    ids = [entry.id for item in shown for entry in (*item.entries, *item.mails)]
    story = read_story(commitment=commitment, ids=ids)
    zone = commitment.team.calendar.zone
    write = writer(zone=zone, now=now)
    told = [outline.told(item, story=story, write=write) for item in shown]
    return StoryPage(
        asked=asked,
        days=tuple(_days(told, zone=zone, now=now, is_oldest_first=asked.is_oldest_first)),
        pages=pages,
        total=len(entries),
    )


def since_version(*, commitment: Commitment, version: int, now: datetime) -> list[Line]:
    """Write what people have done to a promise since it had `version`, the latest first."""
    story = read_stories_since(versions={commitment.pk: version})[commitment.pk]
    return lines_of(story, zone=commitment.team.calendar.zone, now=now)


def lines_of(story: Story, *, zone: str, now: datetime) -> list[Line]:
    """Write the events of a story as they come, with times in `zone`."""
    write = writer(zone=zone, now=now)
    return [line_of(event, story=story, write=write) for event in story.events.values()]


def writer(*, zone: str, now: datetime) -> Write:
    """Give what writes an instant, or its ISO text out of an event's facts, in a zone."""

    def write(instant: Any) -> str:
        if isinstance(instant, str):
            instant = datetime.fromisoformat(instant)
        return in_zone(instant, zone=zone, now=now) if instant is not None else gettext("a time not recorded")

    return write


class _Outline:
    """A whole timeline, arranged into what is told, the earliest first."""

    def __init__(self, entries: Sequence[Entry], *, view: View) -> None:
        self._returned = {
            entry.facts.get("notification") for entry in entries if entry.kind is EventKind.MAIL_FAILED
        } - {None}
        self._undone = _undone(entries)
        self._is_voided = any(entry.kind is EventKind.VOIDED for entry in entries)
        self.items = self._every(entries) if view is View.EVERY else self._merged(entries)
        if view is View.SEEN:
            self.items = [item for item in self.items if self._marks(item)]
        elif view is View.STORY:
            self.items = _folded(self.items)

    def told(self, item: _Item, *, story: Story, write: Write) -> Line | Fold:
        """Write an item."""
        if len(item.entries) == 1:
            return self.line(item, story=story, write=write)
        lines = [self.line(_Item((entry,)), story=story, write=write) for entry in reversed(item.entries)]
        return Fold(
            lines=tuple(_counted(lines)),
            count=len(lines),
            first_at=item.entries[0].at,
            last_at=item.entries[-1].at,
        )

    def line(self, item: _Item, *, story: Story, write: Write) -> Line:
        """Write an item of one entry."""
        entry = item.entries[0]
        taken_back = (entry.kind, entry.at) in self._undone or str(entry.id) in self._undone
        is_struck = (
            taken_back
            or entry.word_state == Word.State.VOID
            or (entry.kind is EventKind.MAIL_SENT and entry.facts.get("notification") in self._returned)
            or (entry.kind is EventKind.MADE and self._is_voided)
        )
        return line_of(
            story.events[entry.id],
            story=story,
            write=write,
            marks=self._marks(item),
            mails=[story.events[mail.id] for mail in item.mails],
            is_struck=is_struck,
            taken_back=taken_back,
        )

    def _every(self, entries: Sequence[Entry]) -> list[_Item]:
        return [_Item((entry,)) for entry in entries]

    def _merged(self, entries: Sequence[Entry]) -> list[_Item]:
        """Put each mail that went to what it was about, where that was not long before."""
        by_id = {str(entry.id): entry for entry in entries}
        mails: dict[uuid.UUID, list[Entry]] = defaultdict(list)
        merged = set()
        for entry in entries:
            about = by_id.get(str(entry.facts.get("event"))) if entry.kind in WENT else None
            if about is None or entry.facts.get("again") or entry.facts.get("notification") in self._returned:
                continue
            if entry.recorded_at - about.recorded_at <= SOON:
                mails[about.id].append(entry)
                merged.add(entry.id)
        return [_Item((entry,), tuple(mails[entry.id])) for entry in entries if entry.id not in merged]

    def _marks(self, item: _Item) -> tuple[Mark, ...]:
        entry = item.entries[0]
        found = []
        if entry.kind in THEIR_OWN:
            found.append(Mark.THEIRS)
        in_conversation = entry.word_sort == Word.Sort.CONVERSATION and entry.word_state != Word.State.VOID
        if in_conversation or entry.facts.get("told"):
            found.append(Mark.TOLD)
        if any(self._is_seen(about) for about in (entry, *item.mails)):
            found.append(Mark.MAILED)
        return tuple(found)

    def _is_seen(self, entry: Entry) -> bool:
        """Tell whether an entry is a mail that went to the customer and did not come back."""
        to_customer = entry.kind is EventKind.MAIL_SENT and entry.facts.get("to") == "customer"
        return to_customer and entry.facts.get("notification") not in self._returned


def _undone(entries: Iterable[Entry]) -> set[Any]:
    """Name what was taken back later: breaks and silences by kind and instant, customers' answers by id."""
    undone: set[Any] = set()
    for entry in entries:
        what, fact = TAKES_BACK.get(entry.kind, (None, ""))
        if what is not None and fact in entry.facts:
            undone.add((what, datetime.fromisoformat(entry.facts[fact])))
        if entry.kind is EventKind.ANSWER_TAKEN_BACK:
            undone.add(entry.facts.get("event"))
    return undone


def _is_staffs(item: _Item) -> bool:
    """Tell whether an item is only about our own people."""
    entry = item.entries[0]
    return entry.kind in STAFFS_OWN or (entry.kind in MAILS and entry.facts.get("to") != "customer")


def _folded(items: Iterable[_Item]) -> list[_Item]:
    """Make one item of each run about our own people, so that the customer's story stands out."""
    folded: list[_Item] = []
    for is_staffs, run in itertools.groupby(items, key=_is_staffs):
        found = list(run)
        if is_staffs and len(found) >= FOLDED_FROM:
            found = [_Item(tuple(item.entries[0] for item in found))]
        folded += found
    return folded


def _counted(lines: Iterable[Line]) -> list[Line]:
    """Make one line of those that say the same, at the place of the latest; `lines` come the latest first."""
    found: dict[str, Line] = {}
    for line in lines:
        latest = found.get(line.words)
        if latest is None:
            found[line.words] = line
        else:
            until = latest.until or latest.at
            found[line.words] = replace(latest, at=line.at, until=until, count=latest.count + 1, late=None)
    return list(found.values())


def _days(told: Iterable[Line | Fold], *, zone: str, now: datetime, is_oldest_first: bool) -> Iterable[Day]:
    today = local(now, zone=zone).date()

    def on(one: Line | Fold) -> date:
        at = one.at if isinstance(one, Line) else one.first_at if is_oldest_first else one.last_at
        return local(at, zone=zone).date()

    for day, run in itertools.groupby(told, key=on):
        yield Day(on=day, words=_day_in_words(day, today=today), told=tuple(run))


def _day_in_words(day: date, *, today: date) -> str:
    """Write a day: `Today, Sunday 22 November`; with its year where that is not the present one."""
    said = format_date(day, "l j F" if day.year == today.year else "l j F Y")
    near = {today: gettext("Today"), today - timedelta(days=1): gettext("Yesterday")}.get(day)
    return f"{near}, {said}" if near else said

"""A promise in a few lines for whoever takes it over, from the record alone; a handoff’s story is drafted from it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from commitments.domain.clocks import WordMeaning
from commitments.domain.timeline import EventKind
from commitments.models import Commitment
from commitments.models.people import person
from commitments.selectors.gist import Past, Said, read_past
from commitments.web.sentences_acts import CAME, PRESSED
from commitments.web.times import date_and_time

When = Callable[[datetime], str]


@dataclass(frozen=True, slots=True)
class Point:
    """One sentence; `quote` ends it with somebody's own words."""

    words: str
    quote: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.words, f"“{self.quote}”" if self.quote else "") if part)


@dataclass(frozen=True, slots=True)
class Gist:
    """What is to be known under one heading."""

    label: str
    points: tuple[Point, ...]

    def __str__(self) -> str:
        return f"{self.label}: {' '.join(str(point) for point in self.points)}"


def gist_of(commitment: Commitment, past: Past, *, now: datetime) -> tuple[Gist, ...]:
    """Say what is asked of us, why it matters, what became of the date, and what was last said by whom."""
    return tuple(Gist(label, points) for label, points in _gist(commitment, past, now=now) if points)


def draft_of(commitment: Commitment, *, now: datetime) -> str:
    """Write what whoever takes over needs to know, for the old owner to finish."""
    when = whens(commitment, now=now)
    made = _("%(who)s to %(customer)s on %(at)s, by %(due)s:") % {
        "who": person(commitment.made_by),
        "customer": commitment.customer.name,
        "at": when(commitment.made_at),
        "due": when(commitment.due_at),
    }
    lines = [Gist(_("Promised"), (Point(made, commitment.promise),))]
    lines += gist_of(commitment, read_past(commitment=commitment), now=now)
    if commitment.customer.reached_best:
        lines.append(Gist(_("How they like to be reached"), (Point(commitment.customer.reached_best),)))
    return "\n".join(str(line) for line in lines)


def whens(commitment: Commitment, *, now: datetime) -> When:
    """Give what writes an instant by the clocks of a promise's team."""
    return partial(date_and_time, zone=commitment.team.calendar.zone, now=now)


def _gist(commitment: Commitment, past: Past, *, now: datetime) -> Iterator[tuple[str, tuple[Point, ...]]]:
    when = whens(commitment, now=now)
    yield _("Asked of us now"), tuple(Point(words) for words in _asked(commitment, when, now=now))
    yield _("What they need"), (Point(commitment.need),) if commitment.need else ()
    yield _("The date"), (Point(_date(commitment, past, when)),)
    yield _("Last told"), tuple(_told(past, when))
    yield _("They last said"), (_they_said(past.they_said, when),)


def _asked(commitment: Commitment, when: When, *, now: datetime) -> Iterator[str]:
    """Say what a person has to do, the most pressing first."""
    if commitment.disputed_since is not None:
        yield _("They say that it is not solved: answer them, or open it again.")
    elif commitment.customer_waiting_since is not None:
        since = when(commitment.customer_waiting_since)
        yield _("They have waited for an answer since %(since)s.") % {"since": since}
    if commitment.ended_at is not None:
        return
    if commitment.untold_since is not None:
        yield _("There is bad news that they have not been told.")
    if commitment.silent_since is not None:
        since = when(commitment.silent_since)
        yield _("They should have heard from us by %(since)s and have not: only a person’s word ends it.") % {
            "since": since
        }
    elif commitment.missed_mail_at is not None and commitment.next_word_due_at is not None:
        by = when(commitment.next_word_due_at)
        yield _("A person must be in touch by %(by)s, as our mail said.") % {"by": by}
    if commitment.due_at <= now:
        yield _("The date has passed: keep the promise, or agree on a new date.")
    if commitment.answer_by is not None:
        yield _waits(commitment.answer_by, when, now=now)
    if commitment.silent_since is None and commitment.missed_mail_at is None and commitment.hear_by > now:
        if commitment.next_word_due_at is None:
            yield _("Keep it by %(by)s, or tell them before.") % {"by": when(commitment.due_at)}
        else:
            yield _("They must hear from us by %(by)s, news or not.") % {"by": when(commitment.hear_by)}


def _waits(answer_by: datetime, when: When, *, now: datetime) -> str:
    if answer_by < now:
        return _("We needed their answer by %(by)s and have none: ask again, or move the date.") % {
            "by": when(answer_by)
        }
    return _("We wait for an answer of theirs by %(by)s.") % {"by": when(answer_by)}


def _date(commitment: Commitment, past: Past, when: When) -> str:
    parts = []
    first = past.first_due_at
    if first is not None and first != commitment.due_at:
        parts.append(
            _("First promised by %(first)s, now by %(due)s.") % {"first": when(first), "due": when(commitment.due_at)}
        )
    else:
        parts.append(_("By %(due)s, as first promised.") % {"due": when(commitment.due_at)})
    moved, broken = commitment.times_renegotiated, commitment.times_broken
    if moved:
        said = ngettext("Moved once, and they were told.", "Moved %(count)s times, and they were told.", moved)
        parts.append(said % {"count": moved})
    if broken:
        parts.append(ngettext("Broken once.", "Broken %(count)s times.", broken) % {"count": broken})
    if commitment.times_reopened:
        count = commitment.times_reopened
        parts.append(ngettext("Opened again once.", "Opened again %(count)s times.", count) % {"count": count})
    return " ".join(parts)


def _told(past: Past, when: When) -> Iterator[Point]:
    if past.told is None:
        yield Point(_("Nothing yet."))
        return
    yield said_point(past.told, when)
    before = past.told_in_words
    if before is not None and before.at < past.told.at and not past.told.words:
        yield said_point(before, when)


def said_point(said: Said, when: When) -> Point:
    """Say when and how the customer was told something, and what."""
    at = when(said.at)
    waits = _(" (the mail waits to go)") if said.is_waiting else ""
    match said.kind:
        case EventKind.HOLDING_MAIL_PLANNED:
            return Point(_("On %(at)s by itself, in a mail: no news yet.") % {"at": at} + waits)
        case EventKind.MISSED_MAIL_PLANNED:
            return Point(_("On %(at)s by itself, in a mail: we missed our promise.") % {"at": at} + waits)
        case EventKind.MADE:
            return Point(_("On %(at)s, when it was promised.") % {"at": at} + waits)
    who = person(said.by) if said.by is not None else _("somebody")
    values = {"at": at, "who": who}
    how = _("On %(at)s by %(who)s, in a mail") if said.by_mail else _("On %(at)s by %(who)s, in a conversation")
    how = how % values + waits
    if not said.words:
        nothing_new = said.facts.get("meaning") == WordMeaning.NOTHING_NEW
        return Point(f"{how}: {_('on track, nothing new.')}" if nothing_new else f"{how}.")
    return Point(f"{how}:", said.words)


def _they_said(said: Said | None, when: When) -> Point:
    if said is None:
        return Point(_("Nothing since it was promised."))
    at = {"at": when(said.at)}
    if said.kind is EventKind.CONFIRMED:
        return Point(_("On %(at)s: it is solved.") % at, said.words)
    if said.kind is EventKind.DISPUTED:
        return Point(_("On %(at)s: it is not solved.") % at, said.words)
    came = PRESSED.get(said.facts.get("answer", "")) or CAME.get(said.facts.get("channel", ""), _("got in touch"))
    how = _("On %(at)s they %(came)s") % {**at, "came": came}
    return Point(f"{how}:", said.words) if said.words else Point(f"{how}.")

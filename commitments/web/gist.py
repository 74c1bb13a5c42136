"""A promise in a few lines for whoever takes it over, from the record alone; a handoff’s story is drafted from it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from commitments.domain.answers import Answer
from commitments.domain.clocks import WordMeaning
from commitments.domain.timeline import EventKind
from commitments.models import Commitment
from commitments.models.people import person
from commitments.selectors.gist import Past, Said, read_past
from commitments.web.times import date_and_time

When = Callable[[datetime], str]
"""Writes an instant by the team's clocks."""

CAME = {
    "phone": _("On %(at)s, on the phone"),
    "email": _("On %(at)s, in a mail"),
    "chat": _("On %(at)s, in the chat"),
    "in_person": _("On %(at)s, in person"),
    "page": _("On %(at)s, on their page"),
}
SAID = {
    EventKind.CONFIRMED: _("On %(at)s, that it is solved"),
    EventKind.DISPUTED: _("On %(at)s, that it is not solved"),
}
PRESSED = {
    Answer.ANOTHER_TIME.value: _("On %(at)s, that another time suits them better"),
    Answer.CALL_ME.value: _("On %(at)s, that they would like to be called"),
}


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
    is_asked: bool = False
    """Whether it is what we have to do now."""

    def __str__(self) -> str:
        return f"{self.label}: {' '.join(str(point) for point in self.points)}"


def gist_of(commitment: Commitment, past: Past, *, now: datetime) -> tuple[Gist, ...]:
    """Say what is asked of us, why it matters, what became of the date, and what was last said by whom."""
    when = whens(commitment, now=now)
    asked = Gist(
        gettext("Asked of us now"),
        tuple(Point(words) for words in _asked(commitment, when, now=now)),
        is_asked=True,
    )
    return tuple(one for one in (asked, *_known(commitment, past, when)) if one.points)


def draft_of(commitment: Commitment, *, now: datetime) -> str:
    """Write what whoever takes over needs to know, for the old owner to finish."""
    when = whens(commitment, now=now)
    made = gettext("%(who)s to %(customer)s on %(at)s, by %(due)s:") % {
        "who": person(commitment.made_by),
        "customer": commitment.customer.name,
        "at": when(commitment.made_at),
        "due": when(commitment.due_at),
    }
    lines = [Gist(gettext("Promised"), (Point(made, commitment.promise),))]
    lines += gist_of(commitment, read_past(commitment=commitment), now=now)
    if commitment.customer.reached_best:
        lines.append(Gist(gettext("How they like to be reached"), (Point(commitment.customer.reached_best),)))
    return "\n".join(str(line) for line in lines)


def whens(commitment: Commitment, *, now: datetime) -> When:
    """Give what writes an instant by the clocks of a promise's team."""
    return partial(date_and_time, zone=commitment.team.calendar.zone, now=now)


def _known(commitment: Commitment, past: Past, when: When) -> Iterator[Gist]:
    yield Gist(gettext("What they need"), (Point(commitment.need),) if commitment.need else ())
    yield Gist(gettext("The date"), (Point(_date(commitment, past, when)),))
    yield Gist(gettext("Last told"), tuple(_told(past, when)))
    yield Gist(gettext("They last said"), (_they_said(past.they_said, when),))


def _asked(commitment: Commitment, when: When, *, now: datetime) -> Iterator[str]:
    """Say what a person has to do, the most pressing first."""
    if commitment.disputed_since is not None:
        yield gettext("They say that it is not solved: answer them, or open it again.")
    elif commitment.customer_waiting_since is not None:
        since = when(commitment.customer_waiting_since)
        yield gettext("They have waited for an answer since %(since)s.") % {"since": since}
    if commitment.ended_at is not None:
        return
    if commitment.untold_since is not None:
        yield gettext("There is bad news that they have not been told.")
    if commitment.silent_since is not None:
        since = when(commitment.silent_since)
        yield gettext("They should have heard from us by %(since)s and have not: only a person’s word ends it.") % {
            "since": since
        }
    elif commitment.missed_mail_at is not None and commitment.next_word_due_at is not None:
        by = when(commitment.next_word_due_at)
        yield gettext("A person must be in touch by %(by)s, as our mail said.") % {"by": by}
    if commitment.due_at <= now:
        yield gettext("The date has passed: keep the promise, or agree on a new date.")
    if commitment.answer_by is not None:
        yield _waits(commitment.answer_by, when, now=now)
    if commitment.silent_since is None and commitment.missed_mail_at is None:
        yield from _word(commitment, when, now=now)


def _word(commitment: Commitment, when: When, *, now: datetime) -> Iterator[str]:
    by = {"by": when(commitment.hear_by)}
    if commitment.next_word_due_at is None:
        if commitment.due_at > now:
            yield gettext("Keep it by %(by)s, or tell them before.") % by
    elif commitment.next_word_due_at > now:
        yield gettext("They must hear from us by %(by)s, news or not.") % by
    else:
        yield gettext("They should have heard from us by %(by)s: tell them now.") % by


def _waits(answer_by: datetime, when: When, *, now: datetime) -> str:
    if answer_by < now:
        return gettext("We needed their answer by %(by)s and have none: ask again, or move the date.") % {
            "by": when(answer_by)
        }
    return gettext("We wait for an answer of theirs by %(by)s.") % {"by": when(answer_by)}


def _date(commitment: Commitment, past: Past, when: When) -> str:
    parts = []
    first = past.first_due_at
    if first is not None and first != commitment.due_at:
        parts.append(
            gettext("First promised by %(first)s, now by %(due)s.")
            % {"first": when(first), "due": when(commitment.due_at)}
        )
    else:
        parts.append(gettext("By %(due)s, as first promised.") % {"due": when(commitment.due_at)})
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
        yield Point(gettext("Nothing yet."))
        return
    yield said_point(past.told, when)
    before = past.told_in_words
    if before is not None and before.at < past.told.at and not past.told.words:
        yield said_point(before, when)


def said_point(said: Said, when: When) -> Point:
    """Say when and how the customer was told something, and what."""
    at = when(said.at)
    waits = gettext(" (the mail waits to go)") if said.is_waiting else ""
    match said.kind:
        case EventKind.HOLDING_MAIL_PLANNED:
            return Point(gettext("On %(at)s automatically, in a mail: no news yet.") % {"at": at} + waits)
        case EventKind.MISSED_MAIL_PLANNED:
            return Point(gettext("On %(at)s automatically, in a mail: we missed our promise.") % {"at": at} + waits)
        case EventKind.MADE:
            return Point(gettext("On %(at)s, when it was promised.") % {"at": at} + waits)
    who = person(said.by) if said.by is not None else gettext("somebody")
    values = {"at": at, "who": who}
    how = (
        gettext("On %(at)s by %(who)s, in a mail")
        if said.by_mail
        else gettext("On %(at)s by %(who)s, in a conversation")
    )
    how = how % values + waits
    if not said.words:
        nothing_new = said.facts.get("meaning") == WordMeaning.NOTHING_NEW
        return Point(f"{how}: {gettext('on track, nothing new.')}" if nothing_new else f"{how}.")
    return Point(f"{how}:", said.words)


def _they_said(said: Said | None, when: When) -> Point:
    if said is None:
        return Point(gettext("Nothing since it was promised."))
    pressed = SAID.get(said.kind) or PRESSED.get(said.facts.get("answer", ""))
    how = pressed or CAME.get(said.facts.get("channel", "")) or gettext("On %(at)s")
    written = str(how) % {"at": when(said.at)}
    return Point(f"{written}:", said.words) if said.words else Point(f"{written}.")

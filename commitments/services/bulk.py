"""One act over many promises: each is done by the service that does it for one, in a transaction of its own.

So nothing is new here but the order: each promise has its own check of who may and of the version that was seen, and
what could not be done for one stops no other. Word goes by mail only: a conversation is held with one customer.
"""

import re
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from django.utils.translation import gettext as _

from commitments.domain.acts import WARNS
from commitments.domain.business_time import BusinessTimeError, Calendar, Duration, add, to_instant
from commitments.domain.clocks import WordMeaning
from commitments.domain.timeline import EventKind
from commitments.models import Commitment, CommitmentEvent, EventText, Membership, Team, person
from commitments.services.dates import renegotiate
from commitments.services.escalations import acknowledge
from commitments.services.handoff import reassign
from commitments.services.promising import due_on
from commitments.services.refusals import Conflict, Refused
from commitments.services.word import give_word

AT_MOST = 200
"""So many promises can be acted on at once."""
QUARTER = timedelta(minutes=15)
BLANK = re.compile(r"\{\s*([^\W\d]\w{0,30})\s*\}")
"""A place in a text that is filled in for each promise: `{name}`."""


class TooMany(Refused):
    """More promises were chosen than can be acted on at once."""

    def __init__(self, count: int) -> None:
        sentence = _("%(count)s promises are too many at once; choose at most %(most)s, and do the others afterwards.")
        super().__init__(sentence % {"count": count, "most": AT_MOST})


class NotThere(Refused):
    """There is no such promise, or not for this person: they are told the same."""

    def __init__(self) -> None:
        super().__init__(_("This promise is not among those of your teams; it may have been given to another team."))


@dataclass(frozen=True, slots=True)
class Chosen:
    """One promise that was chosen, and its version as it was seen then."""

    reference: str
    version: int


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one promise. `commitment`: as it stands now, for who may see it."""

    chosen: Chosen
    commitment: Commitment | None
    refused: Refused | None = None
    """Why it was not done; nothing of it is stored then."""
    was_done_before: bool = False
    """Whether the same act by the same person had been stored already: a press, or its answer, came twice."""

    @property
    def is_done(self) -> bool:
        """Whether the act is stored."""
        return self.refused is None


class BulkAct(Protocol):
    """What is done to each promise."""

    kind: EventKind

    def check(self, promises: Sequence[Commitment]) -> None:
        """Raise Refused for what is wrong with all of them together; nothing is done then."""
        return

    @abstractmethod
    def do(self, commitment: Commitment, *, actor: Any, version: int, now: datetime) -> Commitment:
        """Do it to one promise. Raises Refused (Ended, Conflict)."""

    def texts(self, commitment: Commitment) -> Mapping[str, str]:
        """Give the texts that doing it to a promise stores, by field of the timeline."""
        return {}

    def facts(self) -> Mapping[str, Any]:
        """Give facts by which this act is told from another of its kind."""
        return {}


def act_on_each(
    act: BulkAct, *, actor: Any, chosen: Sequence[Chosen], now: datetime, since: datetime
) -> tuple[Result, ...]:
    """Do `act` to each of the chosen promises that `actor` supervises, and say of each what became of it, in order.

    What the same person did by the same act since `since` (when the form was drawn) is not done again. Raises Refused
    (TooMany), before anything is done, for what is wrong with all of them together.
    """
    found = find(actor=actor, chosen=chosen)
    act.check(list(found.values()))
    return tuple(_act_on(act, one, found.get(one.reference), actor=actor, now=now, since=since) for one in chosen)


def find(*, actor: Any, chosen: Sequence[Chosen]) -> dict[str, Commitment]:
    """Read those of the chosen promises that `actor` supervises, by reference, in the order chosen. Raises TooMany."""
    if len(chosen) > AT_MOST:
        raise TooMany(len(chosen))
    promises = Commitment.objects.supervised_by(actor).filter(reference__in=[one.reference for one in chosen])
    promises = promises.select_related("customer", "owner", "team__calendar")
    read = {commitment.reference: commitment for commitment in promises}
    return {one.reference: read[one.reference] for one in chosen if one.reference in read}


def _act_on(
    act: BulkAct, one: Chosen, commitment: Commitment | None, *, actor: Any, now: datetime, since: datetime
) -> Result:
    if commitment is None:
        return Result(one, None, NotThere())
    try:
        done = act.do(commitment, actor=actor, version=one.version, now=now)
    except Conflict as conflict:
        if _was_done(act, conflict.commitment, actor=actor, since=since):
            return Result(one, conflict.commitment, was_done_before=True)
        return Result(one, conflict.commitment, conflict)
    except Refused as refused:
        return Result(one, commitment, refused)
    return Result(one, done)


def _was_done(act: BulkAct, commitment: Commitment, *, actor: Any, since: datetime) -> bool:
    """Tell whether the newest act of this kind is the same person's, since then, and says the same."""
    events = CommitmentEvent.objects.filter(commitment=commitment, kind=act.kind.value, sequence__isnull=False)
    newest = events.order_by("-sequence").first()
    if newest is None or newest.actor_id != actor.pk or newest.recorded_at < since:
        return False
    if any(newest.facts.get(name) != fact for name, fact in act.facts().items()):
        return False
    stored = dict(newest.texts.values_list("field", "words"))
    return stored == {name: words for name, words in act.texts(commitment).items() if words}


# -- The acts ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Acknowledge(BulkAct):
    """Take note of everything that is wrong with each."""

    note: str = ""
    kind = EventKind.ACKNOWLEDGED

    def do(self, commitment: Commitment, *, actor: Any, version: int, now: datetime) -> Commitment:
        """Take note. Raises Refused where nothing is wrong."""
        return acknowledge(
            actor=actor, reference=commitment.reference, note=self.note, version=version, now=now, trigger=None
        )

    def texts(self, commitment: Commitment) -> Mapping[str, str]:
        """Give the note."""
        return {EventText.Field.NOTE: self.note.strip()}


@dataclass(frozen=True)
class Reassign(BulkAct):
    """Give each to `to`, who is a member of each one's team: none changes its team unasked.

    A customer who can be mailed is told who it is now; the others are not told yet.
    """

    to: Any
    note: str = ""
    kind = EventKind.REASSIGNED

    def check(self, promises: Sequence[Commitment]) -> None:
        """Raise Refused where `to` is no member of the team of some, naming those."""
        member_of = set(Membership.objects.filter(user=self.to).values_list("team", flat=True))
        others: dict[str, list[str]] = {}
        for commitment in promises:
            if commitment.team_id not in member_of:
                others.setdefault(str(commitment.team), []).append(commitment.reference)
        if others:
            named = "; ".join(f"{', '.join(references)} ({team})" for team, references in sorted(others.items()))
            sentence = _(
                "%(person)s is not a member of every team that these promises belong to. Choose somebody else, or take"
                " these out and give them away apart: %(promises)s."
            )
            raise Refused(sentence % {"person": person(self.to), "promises": named}, field="to")

    def do(self, commitment: Commitment, *, actor: Any, version: int, now: datetime) -> Commitment:
        """Give it to them. Raises Refused."""
        return reassign(
            actor=actor,
            reference=commitment.reference,
            to=self.to,
            team=commitment.team,
            note=self.note,
            version=version,
            now=now,
        )

    def texts(self, commitment: Commitment) -> Mapping[str, str]:
        """Give the note."""
        return {EventText.Field.NOTE: self.note.strip()}

    def facts(self) -> Mapping[str, Any]:
        """Give to whom."""
        return {"to": self.to.pk}


@dataclass(frozen=True)
class GiveWord(BulkAct):
    """Mail each customer the same word about their own promise; `filled` says what differs."""

    meaning: WordMeaning
    message: str = ""
    what_happened: str = ""
    what_next: str = ""
    choices: str = ""
    kind = EventKind.WORD_GIVEN

    def check(self, promises: Sequence[Commitment]) -> None:
        """Raise Refused for a blank in the words that nothing fills."""
        check_blanks({name: getattr(self, name) for name in ("message", *BAD_NEWS)})

    def do(self, commitment: Commitment, *, actor: Any, version: int, now: datetime) -> Commitment:
        """Give word by mail. Raises Refused."""
        return give_word(
            actor=actor,
            reference=commitment.reference,
            meaning=self.meaning,
            by_mail=True,
            version=version,
            now=now,
            **self._words(commitment),
        )

    def texts(self, commitment: Commitment) -> Mapping[str, str]:
        """Give what the customer is told."""
        words = self._words(commitment)
        if commitment.ended_at is not None:
            words = {"message": words["message"]}
        return {FIELD_OF[name]: text.strip() for name, text in words.items()}

    def facts(self) -> Mapping[str, Any]:
        """Give what it means."""
        return {"meaning": self.meaning.value}

    def _words(self, commitment: Commitment) -> dict[str, Any]:
        given = BAD_NEWS if self.meaning in WARNS else ("message",)
        return {"message": ""} | {name: filled(getattr(self, name), commitment) for name in given}


@dataclass(frozen=True)
class Renegotiate(BulkAct):
    """Move the date of each: all to one (`due`, by the clocks of each one's team), or each `later_by` a length.

    Later than its own date; than `counted_from`, at the next quarter of an hour, where that date has passed by then.
    """

    what_happened: str
    what_next: str
    choices: str = ""
    is_bad_news: bool = True
    due: date | None = None
    later_by: Duration | None = None
    counted_from: datetime | None = None
    kind = EventKind.RENEGOTIATED

    _calendars: dict[int, Calendar] = field(default_factory=dict, compare=False, repr=False)

    def check(self, promises: Sequence[Commitment]) -> None:
        """Raise Refused for a blank in the words that nothing fills, and where no date is given."""
        check_blanks({name: getattr(self, name) for name in BAD_NEWS})
        if self.due is None and self.later_by is None:
            raise Refused(_("Give a date and a time."), field="due_at")

    def do(self, commitment: Commitment, *, actor: Any, version: int, now: datetime) -> Commitment:
        """Move the date and tell the customer by mail. Raises Refused."""
        return renegotiate(
            actor=actor,
            reference=commitment.reference,
            due_at=self.due_of(commitment),
            is_bad_news=self.is_bad_news,
            by_mail=True,
            version=version,
            now=now,
            **self._words(commitment),
        )

    def texts(self, commitment: Commitment) -> Mapping[str, str]:
        """Give what the customer is told."""
        return {FIELD_OF[name]: text.strip() for name, text in self._words(commitment).items()}

    def due_of(self, commitment: Commitment) -> datetime:
        """Work out the new date (UTC). Raises Refused for a closed day and for a time that the clocks skip."""
        try:
            if self.later_by is not None:
                return self._later(commitment, self.later_by)
            if isinstance(self.due, datetime):
                return to_instant(self.due, zone=commitment.team.calendar.zone)
        except BusinessTimeError as error:
            raise Refused(str(error), field="due_at") from error
        if self.due is None:
            raise Refused(_("Give a date and a time."), field="due_at")
        return due_on(self.due, team=commitment.team)

    def _later(self, commitment: Commitment, length: Duration) -> datetime:
        start = commitment.due_at
        if self.counted_from is not None and start <= self.counted_from:
            past = timedelta(minutes=self.counted_from.minute, seconds=self.counted_from.second)
            past += timedelta(microseconds=self.counted_from.microsecond)
            start = self.counted_from + -past % QUARTER
        return add(start, length, calendar=self._calendar(commitment.team))

    def _calendar(self, team: Team) -> Calendar:
        if team.pk not in self._calendars:
            self._calendars[team.pk] = team.calendar.to_domain()
        return self._calendars[team.pk]

    def _words(self, commitment: Commitment) -> dict[str, Any]:
        return {name: filled(getattr(self, name), commitment) for name in BAD_NEWS}


# -- Words that differ from promise to promise ---------------------------------------------------------------------

BAD_NEWS = ("what_happened", "what_next", "choices")
FIELD_OF = {
    "message": EventText.Field.MESSAGE,
    "what_happened": EventText.Field.HAPPENED,
    "what_next": EventText.Field.NEXT,
    "choices": EventText.Field.CHOICES,
}
BLANKS = ("name", "promise", "reference")
"""What can be filled in: the customer's name, the words promised to them, and the promise's reference."""


def filled(text: str, commitment: Commitment) -> str:
    """Give a text as it reads for one promise."""
    values = {
        "name": commitment.customer.name,
        "promise": commitment.promise,
        "reference": commitment.reference,
    }
    # In one pass: braces in a customer's name or words stay as they are.
    return BLANK.sub(lambda found: values.get(found[1].lower(), found[0]), text)


def check_blanks(texts: Mapping[str, str]) -> None:
    """Raise Refused, for its field, for a text with a blank that nothing fills: each customer would read it as such."""
    for name, text in texts.items():
        for found in BLANK.finditer(text):
            if found[1].lower() not in BLANKS:
                sentence = _(
                    "“%(blank)s” is filled in by nothing; write {name}, {promise} or {reference}, or no braces."
                )
                raise Refused(sentence % {"blank": found[0]}, field=name)

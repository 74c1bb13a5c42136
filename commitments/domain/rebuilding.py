"""The row of a promise, worked out again from its timeline alone.

Every event is read once, in the order in which it was recorded. What people decided is taken from the facts of their
acts; how the word clock, the date and what waits for a person stand is folded from the words and asks that the
timeline tells of, each with its fate. Nothing here knows a calendar or a cadence: what was named is in the facts.
"""

from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from operator import attrgetter

from commitments.domain.asks import ASKS, SETTLES_ALL, Ask, AskSort, outstanding
from commitments.domain.business_time import Duration
from commitments.domain.clocks import WordMeaning
from commitments.domain.entries import TAKES_OVER, TOLD_WHILE_OPEN, Entry, word_of
from commitments.domain.escalation import Trigger
from commitments.domain.promise import Promise, Status
from commitments.domain.standing import Dates, Standing, Word, answered_by, dates_by, has_missed_mail, standing
from commitments.domain.timeline import (
    CONFIRMS_THE_DATE,
    ENDS_IT,
    PEOPLES_ACTS,
    EventKind,
    moves_the_date,
    tells_the_customer,
)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What the timeline says that the row is. `checked_until` of the promise means nothing here."""

    promise: Promise
    owner: int | None
    team: int | None
    version: int
    voided_at: datetime | None
    revealed_at: datetime | None
    times_corrected: int
    ladders: Mapping[Trigger, datetime]
    """When each open ladder was opened."""


def rebuild(entries: Iterable[Entry], *, graces: Mapping[int, timedelta]) -> Rebuilt:
    """Work the row out from its events in the order in which they were recorded, the making first.

    `graces`: how long after its date the missed mail goes, by the id of each policy that it was under. Raises
    ValueError for an empty timeline.
    """
    told: _Told | None = None
    for entry in entries:
        if told is None:
            told = _Told(entry, graces=graces)
        told.take(entry)
    if told is None:
        raise ValueError("A promise without events cannot be rebuilt.")
    return told.rebuilt()


class _Told:
    """What has been read so far. A run is what lies between the making, or a reopening, and the next end."""

    def __init__(self, made: Entry, *, graces: Mapping[int, timedelta]) -> None:
        self.graces = graces
        self.grace = graces[made.facts["policy"]]
        self.owner: int | None = None
        self.team: int | None = None
        self.version = 0
        self.voided_at: datetime | None = None
        self.revealed_at: datetime | None = None
        self.times_corrected = 0
        self.ladders: dict[Trigger, datetime] = {}
        self.agreed_cadence: Duration | None = None
        self.earlier_breaks = self.earlier_moves = self.reopened = 0
        self._begin(made)

    def _begin(self, entry: Entry) -> None:
        """Begin a run: nothing of an earlier one counts any more."""
        self.started_at = entry.occurred_at
        self.first_due_at = entry.stated("due_at")
        self.words: dict[str, Word] = {}
        self.spoken: set[str] = set()
        self.asks: dict[str, tuple[Ask, ...]] = {}
        self.ended: Promise | None = None
        self.is_silent = False
        self.silent_since: datetime | None = None
        self.word_missed_at: datetime | None = None
        self.named_times_missed: set[datetime] = set()
        self.missed_mail_decided = False
        self.holding_left_out = False
        self.nothing_new_run = 0
        self.answer_by: datetime | None = None
        self.handoff_lapses_at: datetime | None = None
        self.calling_until: datetime | None = None

    def take(self, entry: Entry) -> None:
        """Read the next event."""
        kind, facts = entry.kind, entry.facts
        self.version += kind in PEOPLES_ACTS
        self.grace = self.graces.get(facts.get("policy", 0), self.grace)
        if kind is EventKind.REOPENED:
            self._reopen(entry)
        if facts.get("team") and kind in TAKES_OVER:
            self.team = facts["team"]
        if kind in TAKES_OVER and facts.get(TAKES_OVER[kind]):
            self.owner = facts[TAKES_OVER[kind]]
        if kind in ENDS_IT:
            # Before it takes the place of what waits: the clocks stay as they stood with that.
            self._end(entry)
        self._take_word(entry)
        if kind in RULES:
            RULES[kind](self, entry)
        if kind in SETTLES_ALL:
            self.asks = {}

    # -- Runs -------------------------------------------------------------------------------------------------------

    def _reopen(self, entry: Entry) -> None:
        if self.ended is not None:
            self.earlier_breaks, self.earlier_moves = self.ended.times_broken, self.ended.times_renegotiated
        self.reopened += 1
        self._begin(entry)

    def _end(self, entry: Entry) -> None:
        """End the run: its clocks stay as they stood, and the date is broken only if the end came after it."""
        if entry.kind is EventKind.VOIDED:
            self.voided_at = entry.recorded_at
        if self.ended is not None:
            self.ended = replace(self.ended, status=Status.WITHDRAWN)
            return
        stood = self._as_it_stands()
        late = entry.occurred_at > stood.due_at
        broken = len(self._dates().broken) + late
        self.ended = replace(
            stood,
            status=Status.KEPT if entry.kind is EventKind.KEPT else Status.WITHDRAWN,
            ended_at=entry.occurred_at,
            kept_on_the_call=bool(entry.facts.get("on_the_call")),
            next_word_due_at=None,
            unconfirmed_meets=None,
            overdue_since=None,
            silent_since=None,
            word_missed_at=None,
            times_broken=self.earlier_breaks + broken,
            breaks_since_started=broken,
            answer_by=None,
            handoff_lapses_at=None,
            calling_until=None,
        )

    def rebuilt(self) -> Rebuilt:
        """Give the row as all that was read makes it."""
        promise = self._as_it_stands() if self.ended is None else self.ended
        answered = answered_by(promise, list(self.words.values()))
        asks = [ask for asked in self.asks.values() for ask in asked]
        promise = replace(
            promise,
            customer_waiting_since=outstanding(asks, sort=AskSort.MESSAGE, answered=answered),
            disputed_since=outstanding(asks, sort=AskSort.DISPUTE, answered=answered),
            untold_since=outstanding(asks, sort=AskSort.RISK, answered=answered),
        )
        return Rebuilt(
            promise=promise,
            owner=self.owner,
            team=self.team,
            version=self.version,
            voided_at=self.voided_at,
            revealed_at=self.revealed_at,
            times_corrected=self.times_corrected,
            ladders=dict(self.ladders),
        )

    def _as_it_stands(self) -> Promise:
        """Give an open promise by its words and dates."""
        dates, stands = self._dates(), self._standing()
        is_overdue = Trigger.OVERDUE in self.ladders
        broken = len(dates.broken) + is_overdue
        return Promise(
            due_at=dates.due_at,
            due_set_at=dates.due_set_at,
            started_at=self.started_at,
            checked_until=self.started_at,
            next_word_due_at=None if stands.deadline == dates.due_at and not self.is_silent else stands.deadline,
            agreed_cadence=self.agreed_cadence,
            last_word_at=stands.last_word_at,
            last_person_word_at=stands.last_person_word_at,
            overdue_since=dates.due_at if is_overdue else None,
            silent_since=self.silent_since,
            word_missed_at=self.word_missed_at,
            missed_mail_decided=self.missed_mail_decided,
            missed_mail_at=stands.missed_mail_at,
            miss_announced_at=stands.miss_announced_at,
            holding_mails_used=stands.holding_mails_used,
            holding_barred=stands.holding_barred or self.holding_left_out,
            unconfirmed_meets=stands.unconfirmed_meets,
            times_broken=self.earlier_breaks + broken,
            breaks_since_started=broken,
            times_reopened=self.reopened,
            times_renegotiated=self.earlier_moves + dates.renegotiated,
            nothing_new_run=self.nothing_new_run,
            answer_by=self.answer_by,
            handoff_lapses_at=self.handoff_lapses_at,
            calling_until=self.calling_until,
        )

    # -- Words ------------------------------------------------------------------------------------------------------

    def _take_word(self, entry: Entry) -> None:
        """Read what an event tells the customer, and whose place it takes."""
        if entry.kind is EventKind.CORRECTED:
            self._put_right(entry)
        word = word_of(entry)
        if word is not None:
            self.words[entry.id] = word
            if word.has_gone:
                self.spoken.add(entry.id)
            self.holding_left_out = False
        if moves_the_date(entry.kind, entry.facts):
            self.missed_mail_decided = False
            self.answer_by = None
        if entry.kind in TOLD_WHILE_OPEN and tells_the_customer(entry.kind, entry.facts):
            self.calling_until = None
            nothing_new = entry.facts.get("meaning") == WordMeaning.NOTHING_NEW
            self.nothing_new_run = self.nothing_new_run + 1 if nothing_new else 0
        if entry.kind in CONFIRMS_THE_DATE and entry.facts.get("told"):
            self._note_dates_told(entry.occurred_at)
        self._take_places(entry)
        if word is not None:
            # Only now: a mail whose place it takes has carried no silence further.
            self._carry_silence()

    def _put_right(self, entry: Entry) -> None:
        """Let it be another customer's, who was mailed nothing, or have had another date, of which nobody was told."""
        if entry.facts.get("to_customer"):
            self._void({id_ for id_ in self.words.keys() - self.spoken if self.words[id_].has_gone})
        if moves_the_date(entry.kind, entry.facts) and not tells_the_customer(entry.kind, entry.facts):
            self.first_due_at = entry.stated("due_at")
            for id_, word in self.words.items():
                if word.at == self.started_at:
                    self.words[id_] = replace(word, named_at=entry.stated("hear_by"))
            self._carry_silence()

    def _note_dates_told(self, at: datetime) -> None:
        for id_, word in self.words.items():
            if word.new_due_at is not None and word.told_at is None and word.at < at and not word.is_void:
                self.words[id_] = replace(word, told_at=at)

    def _take_places(self, entry: Entry) -> None:
        """Take waiting automatic words off the list whose place a person's act takes."""
        at_all_events = entry.kind in ENDS_IT or moves_the_date(entry.kind, entry.facts)
        if not at_all_events and not tells_the_customer(entry.kind, entry.facts):
            return
        due_at = self._dates().due_at
        for id_, word in self.words.items():
            waits = not (word.has_gone or word.is_void)
            takes = word.is_holding_mail or (word.is_missed_mail and (at_all_events or entry.occurred_at > due_at))
            if waits and takes:
                self.words[id_] = replace(word, is_void=True, is_overtaken=True)

    def arrive(self, entry: Entry) -> None:
        """A mail has gone to the customer, and with it the word that it carried; a copy for somebody else is none."""
        word = self.words.get(entry.facts.get("event", ""))
        if word is not None and not word.is_void and entry.facts["to"] == "customer":
            self.words[entry.facts["event"]] = replace(word, has_gone=True)

    def void(self, entry: Entry) -> None:
        """A word did not reach the customer; without naming one: all that waited and named a time that has come.

        A date that had come (`due_at`) was named by all that was said before it.
        """
        event = entry.facts.get("event")
        if event:
            self._void({event} & self.words.keys())
            return
        due_at = entry.instant("due_at")
        waiting = {id_: word for id_, word in self.words.items() if not word.has_gone}
        self._void(
            {
                id_
                for id_, word in waiting.items()
                if word.named_at <= entry.recorded_at or (due_at is not None and word.at < due_at)
            }
        )

    def _void(self, ids: Set[str]) -> None:
        before = self._dates()
        for id_ in ids:
            if not self.words[id_].is_void:
                self.words[id_] = replace(self.words[id_], is_void=True)
        if self._dates() != before:
            self.missed_mail_decided = has_missed_mail(list(self.words.values()), due_at=self._dates().due_at)
        questions = [word for word in self.words.values() if word.asks_something]
        if questions and max(questions, key=attrgetter("at")).is_void:
            self.answer_by = None
        self.holding_left_out = False
        self._carry_silence()

    def rename(self, entry: Entry) -> None:
        """A waiting mail names another time."""
        event = entry.facts["event"]
        if event in self.words:
            self.words[event] = replace(self.words[event], named_at=entry.stated("named_at"))
            self._carry_silence()

    def _dates(self) -> Dates:
        at_first = Promise(
            due_at=self.first_due_at,
            due_set_at=self.started_at,
            started_at=self.started_at,
            checked_until=self.started_at,
        )
        return dates_by(list(self.words.values()), promise=at_first)

    def _standing(self) -> Standing:
        dates = self._dates()
        return standing(
            list(self.words.values()),
            started_at=self.started_at,
            due_at=dates.due_at,
            due_set_at=dates.due_set_at,
            grace=self.grace,
            noted_silence=self.silent_since,
        )

    def _carry_silence(self) -> None:
        """Work out since when a silence that stands has lasted: from the deadline that was missed."""
        if not self.is_silent:
            return
        stands = self._standing()
        self.silent_since = stands.silent_since or stands.deadline

    # -- What each kind changes besides ------------------------------------------------------------------------------

    def make(self, entry: Entry) -> None:
        """The making says how often the customer hears from us, where that was agreed."""
        cadence = entry.facts.get("cadence")
        self.agreed_cadence = Duration.parse(cadence) if cadence else None

    def give_word(self, entry: Entry) -> None:
        """A question waits for its answer."""
        if entry.facts.get("meaning") == WordMeaning.QUESTION:
            self.answer_by = entry.instant("answer_by")

    def open_ladder(self, entry: Entry) -> None:
        """A ladder says what is wrong from now on."""
        trigger = Trigger(entry.facts["trigger"])
        self.ladders[trigger] = entry.occurred_at
        if trigger is Trigger.SILENT and not self.is_silent:
            # A silence that had been ended by a word which did not arrive: its beginning is noted already.
            self.is_silent = True
            self._carry_silence()
            deadline = self._standing().deadline
            if deadline in self.named_times_missed:
                # So is that the time named in it had passed.
                self.word_missed_at = deadline

    def end_ladder(self, entry: Entry) -> None:
        """What was wrong is so no longer."""
        trigger = Trigger(entry.facts["trigger"])
        self.ladders.pop(trigger, None)
        self.is_silent = self.is_silent and trigger is not Trigger.SILENT

    def become_silent(self, entry: Entry) -> None:
        """A deadline passed without word."""
        self.is_silent = True
        self.silent_since = entry.occurred_at

    def end_silence(self, entry: Entry) -> None:
        """A word, or the end, came."""
        self.is_silent = False
        self.silent_since = self.word_missed_at = None

    def miss_named_time(self, entry: Entry) -> None:
        """A time that we had named in the silence passed as well."""
        self.word_missed_at = entry.occurred_at
        self.named_times_missed.add(entry.occurred_at)

    def decide_missed_mail(self, entry: Entry) -> None:
        """The question of a missed mail is settled by planning one."""
        self.missed_mail_decided = True

    def leave_out(self, entry: Entry) -> None:
        """The time for an automatic mail had passed unused."""
        if entry.facts["mail"] == "missed":
            self.missed_mail_decided = True
        else:
            self.holding_left_out = True

    def hear_from_customer(self, entry: Entry) -> None:
        """The customer has been in touch, which answers a question asked before."""
        self.converse(entry)
        self.ask(entry)

    def converse(self, entry: Entry) -> None:
        """We have spoken with the customer, which answers a question asked before."""
        if not any(word.asks_something and word.at > entry.occurred_at for word in self.words.values()):
            self.answer_by = None

    def ask(self, entry: Entry) -> None:
        """Something waits for a person's word."""
        if entry.facts.get("needs_answer", True):
            self.asks[entry.id] = tuple(Ask(entry.occurred_at, sort) for sort in ASKS[entry.kind])

    def thank(self, entry: Entry) -> None:
        """A message turns out to need no answer."""
        self.asks.pop(entry.facts["message"], None)

    def take_answer_back(self, entry: Entry) -> None:
        """What the customer asked is not asked any more."""
        self.asks.pop(entry.facts["event"], None)

    def reveal(self, entry: Entry) -> None:
        """It was a self-test."""
        self.revealed_at = entry.recorded_at

    def split_off(self, entry: Entry) -> None:
        """A message may be answered by a promise of its own."""
        self.asks.pop(entry.facts["settles"], None)

    def offer(self, entry: Entry) -> None:
        """Somebody is asked to take over."""
        self.handoff_lapses_at = entry.instant("lapses_at")

    def settle_offer(self, entry: Entry) -> None:
        """The offer is taken, refused, withdrawn or too old."""
        self.handoff_lapses_at = None

    def start_call(self, entry: Entry) -> None:
        """Somebody is on the line."""
        self.calling_until = entry.instant("until")

    def end_call(self, entry: Entry) -> None:
        """Nobody is on the line any more."""
        self.calling_until = None

    def correct(self, entry: Entry) -> None:
        """What was logged wrongly is counted."""
        self.times_corrected += 1

    def agree_cadence(self, entry: Entry) -> None:
        """The customer asked to hear more or less often."""
        cadence = entry.facts.get("cadence")
        self.agreed_cadence = Duration.parse(cadence) if cadence else None

    def retime(self, entry: Entry) -> None:
        """The clocks were worked out again: the last word binds us by an earlier time from now on."""
        hear_by, last_word_at = entry.stated("hear_by"), self._standing().last_word_at
        if hear_by == entry.stated("was_hear_by"):
            return
        for id_, word in self.words.items():
            if word.at == last_word_at and not word.is_void and word.named_at > hear_by:
                self.words[id_] = replace(word, named_at=hear_by)
        self._carry_silence()


RULES: Mapping[EventKind, Callable[[_Told, Entry], None]] = {
    EventKind.MADE: _Told.make,
    EventKind.WORD_GIVEN: _Told.give_word,
    EventKind.CUSTOMER_MESSAGE: _Told.hear_from_customer,
    EventKind.DISPUTED: _Told.hear_from_customer,
    EventKind.CONTACTED: _Told.converse,
    EventKind.RISK_NOTED: _Told.ask,
    EventKind.THANKED: _Told.thank,
    EventKind.SPLIT_OFF: _Told.split_off,
    EventKind.ANSWER_TAKEN_BACK: _Told.take_answer_back,
    EventKind.REVEALED: _Told.reveal,
    EventKind.HANDOFF_OFFERED: _Told.offer,
    EventKind.HANDOFF_ACCEPTED: _Told.settle_offer,
    EventKind.HANDOFF_DECLINED: _Told.settle_offer,
    EventKind.HANDOFF_TAKEN_BACK: _Told.settle_offer,
    EventKind.HANDOFF_LAPSED: _Told.settle_offer,
    EventKind.REASSIGNED: _Told.settle_offer,
    EventKind.CALL_STARTED: _Told.start_call,
    EventKind.CALL_ENDED: _Told.end_call,
    EventKind.ATTEMPTED: _Told.end_call,
    EventKind.CORRECTED: _Told.correct,
    EventKind.CADENCE_AGREED: _Told.agree_cadence,
    EventKind.CLOCKS_RETIMED: _Told.retime,
    EventKind.ESCALATION_OPENED: _Told.open_ladder,
    EventKind.ESCALATION_ENDED: _Told.end_ladder,
    EventKind.BECAME_SILENT: _Told.become_silent,
    EventKind.SILENCE_ENDED: _Told.end_silence,
    EventKind.SILENCE_TAKEN_BACK: _Told.end_silence,
    EventKind.WORD_MISSED: _Told.miss_named_time,
    EventKind.MISSED_MAIL_PLANNED: _Told.decide_missed_mail,
    EventKind.MAIL_NOT_PLANNED: _Told.leave_out,
    EventKind.WORD_VOIDED: _Told.void,
    EventKind.NAMED_TIME_MOVED: _Told.rename,
    EventKind.MAIL_SENT: _Told.arrive,
    EventKind.MAIL_SHADOWED: _Told.arrive,
}
"""What each kind changes beside owner, words and the end; kinds that are not here change no column."""

"""What holds of every promise, whatever people, the mail and time do to it, and however often time is swept."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from commitments.domain.clocks import Rules, Surroundings, WordMeaning
from commitments.domain.escalation import Target, Trigger
from commitments.domain.promise import Outcome, Promise
from commitments.domain.standing import dates_by, standing
from commitments.domain.timeline import EventKind
from commitments.domain.words import missed_mail_awaited
from tests.commitments.domain.factories import ALWAYS, OFFICE, Case, at, case, rules, step, surroundings

MADE_AT = at("08:00")
MINUTE = timedelta(minutes=1)
JUST_BEFORE = timedelta(microseconds=1)
PLANNED = (EventKind.HOLDING_MAIL_PLANNED, EventKind.MISSED_MAIL_PLANNED)
ONCE = (
    EventKind.REMINDER_DUE,
    EventKind.WORD_ASKED,
    EventKind.BECAME_OVERDUE,
    EventKind.OVERDUE_STEP,
    *PLANNED,
)

LADDER = (step(), step("60min", Target.SUPERVISORS, repeat_every="4h"))
GAPS = st.sampled_from([MINUTE * count for count in (0, 1, 5, 10, 20, 30, 60, 115, 120, 180, 235, 240, 480, 1_445)])


@dataclass(frozen=True)
class Act:
    """Something that is done to a promise, some time after the last.

    Until then it is swept on the dot or not at all, and mails arrive at once or stay on their way.
    """

    gap: timedelta
    swept: bool
    delivered: bool
    verb: str
    back: timedelta
    meaning: WordMeaning
    which: int


ACTS = st.builds(
    Act,
    gap=GAPS,
    swept=st.sampled_from([True, True, False]),
    delivered=st.sampled_from([True, True, False]),
    verb=st.sampled_from(["talk", "mail", "move", "arrive", "lose", "sweep", "keep", "reopen", "address"]),
    back=st.sampled_from([timedelta(), timedelta(minutes=10), timedelta(hours=1), timedelta(hours=5)]),
    meaning=st.sampled_from(WordMeaning),
    which=st.integers(0, 9),
)
RULES = st.builds(
    rules,
    cadence=st.sampled_from(["20min", "1h", "4h", "24h", "1bd"]),
    reminders=st.sampled_from([(), ("4h", "30min")]),
    holding_mails=st.integers(0, 2),
    facts_max_age=st.sampled_from([None, "5h"]),
    recovery=st.sampled_from(["1h", "2h"]),
    round_to=st.sampled_from([timedelta(), timedelta(minutes=15)]),
    ladders=st.just({Trigger.OVERDUE: LADDER, Trigger.SILENT: LADDER}),
)
AROUND = st.builds(
    surroundings,
    calendar=st.sampled_from([ALWAYS, OFFICE]),
    mailable=st.sampled_from([True, True, True, False]),
    real_news_only=st.sampled_from([False, False, True]),
    absent=st.sampled_from([(), (Target.OWNER,), (Target.OWNER, Target.SUPERVISORS)]),
)
DUE = st.integers(1, 288).map(lambda count: MADE_AT + timedelta(minutes=10 * count))
CASES = st.builds(case, made_at=st.just(MADE_AT), due_at=DUE, told=st.booleans(), with_rules=RULES, around=AROUND)
LIVES = st.lists(ACTS, min_size=2, max_size=12)
SWEEPS = st.lists(GAPS, min_size=1, max_size=12)


def do(promise: Case, act: Act, *, now: datetime) -> None:
    """Do one act at `now`, if it can be done then."""
    said_at = max(now - act.back, promise.promise.started_at)
    mails = [index for index, word in enumerate(promise.words) if word.meets and not word.is_void]
    if act.verb == "arrive":
        promise.mails_go()
    elif act.verb == "address":
        promise.surroundings = replace(promise.surroundings, mailable=not promise.surroundings.mailable)
    elif act.verb == "sweep":
        promise.pass_time(now)
    elif act.verb == "lose" and mails:
        promise.lose_nth(mails[act.which % len(mails)], known_at=now)
    elif act.verb == "reopen" and promise.promise.outcome in {Outcome.KEPT_ON_TIME, Outcome.KEPT_LATE}:
        promise.reopen(now, due_at=now + timedelta(hours=3 + act.which))
    elif not promise.promise.is_open:
        return
    elif act.verb == "talk":
        promise.say(said_at, recorded_at=now, meaning=act.meaning)
    elif act.verb == "mail":
        promise.say(now, by_mail=True, meaning=act.meaning)
    elif act.verb == "move":
        by_mail = act.which % 2 == 0
        told_at = now if by_mail else max(said_at, promise.promise.due_set_at)
        promise.renegotiate(
            told_at, recorded_at=now, due_at=now + timedelta(minutes=50 * (act.which + 1)), by_mail=by_mail
        )
    elif act.verb == "keep":
        promise.keep(said_at, recorded_at=now)


def live(promise: Case, acts: list[Act], *, check: Callable[[Case, datetime], None] | None = None) -> datetime:
    """Do the acts one after the other, sweeping after each; give the last instant."""
    now = promise.promise.checked_until
    for act in acts:
        now += act.gap
        while act.swept and (next_check_at := promise.next_check_at) is not None and next_check_at <= now:
            sweep(promise, next_check_at, delivered=act.delivered, check=check)
        do(promise, act, now=now)
        sweep(promise, now, delivered=act.delivered, check=check)
    # A mail that has just arrived may make room for another.
    sweep(promise, now, delivered=False, check=check)
    return now


def sweep(
    promise: Case, now: datetime, *, delivered: bool = True, check: Callable[[Case, datetime], None] | None = None
) -> None:
    """Let time act up to `now`, and perhaps let the mails arrive."""
    promise.pass_time(now)
    if check is not None:
        check(promise, now)
    if delivered:
        promise.mails_go()


def settled(promise: Promise) -> Promise:
    """Give the promise without what depends on when it was last looked at."""
    ladders = tuple(sorted(promise.escalations, key=lambda escalation: escalation.trigger))
    return replace(promise, checked_until=MADE_AT, escalations=ladders)


# -- Sweeping ------------------------------------------------------------------------------------------------------


@given(promise=CASES, acts=LIVES)
def test_a_second_sweep_changes_nothing(promise: Case, acts: list[Act]) -> None:
    now = live(promise, acts)
    before = promise.promise
    assert promise.pass_time(now) == []
    assert promise.promise == before


@given(promise=CASES, acts=LIVES)
def test_nothing_happens_before_the_next_check_and_something_at_it(promise: Case, acts: list[Act]) -> None:
    now = live(promise, acts)
    next_check_at = promise.next_check_at
    if next_check_at is None:
        assert not promise.promise.is_open
        assert promise.pass_time(now + timedelta(days=30)) == []
        return
    assert next_check_at > now
    before = promise.promise
    assert promise.pass_time(next_check_at - JUST_BEFORE) == []
    assert settled(promise.promise) == settled(before)
    promise.pass_time(next_check_at)
    after = promise.next_check_at
    assert after is not None
    assert after > next_check_at


@given(promise=CASES, acts=LIVES)
def test_an_open_promise_that_is_not_silent_is_looked_at_by_its_deadline(promise: Case, acts: list[Act]) -> None:
    live(promise, acts)
    state, next_check_at = promise.promise, promise.next_check_at
    if state.is_open and state.silent_since is None:
        assert next_check_at is not None
        assert next_check_at <= max(state.word_deadline, state.due_at + promise.rules.missed_grace)


@given(due_at=DUE, with_rules=RULES, calendar=st.sampled_from([ALWAYS, OFFICE]), gaps=SWEEPS)
def test_many_sweeps_do_what_one_does_where_no_mail_is_planned(
    due_at: datetime, with_rules: Rules, calendar: object, gaps: list[timedelta]
) -> None:
    around = surroundings(calendar=calendar, mailable=False)  # type: ignore[arg-type]
    often, once = (case(due_at=due_at, with_rules=with_rules, around=around) for _ in range(2))
    now = MADE_AT
    for gap in gaps:
        now += gap
        often.pass_time(now)
    once.pass_time(now)
    assert often.promise == once.promise
    assert sorted(map(repr, often.events)) == sorted(map(repr, once.events))


@given(due_at=DUE, with_rules=RULES, around=AROUND, gaps=SWEEPS)
def test_sweeps_besides_the_punctual_ones_change_nothing(
    due_at: datetime, with_rules: Rules, around: Surroundings, gaps: list[timedelta]
) -> None:
    punctual, busy = (case(due_at=due_at, with_rules=with_rules, around=around) for _ in range(2))
    besides = [MADE_AT + sum(gaps[: count + 1], timedelta()) for count in range(len(gaps))]
    last = besides[-1]
    live_punctually(punctual, last)
    for instant in besides:
        live_punctually(busy, instant)
        sweep(busy, instant)
    punctual.pass_time(last)
    assert settled(busy.promise) == settled(punctual.promise)
    assert busy.events == punctual.events


def live_punctually(promise: Case, until: datetime) -> None:
    """Sweep at every next check up to `until`, each mail arriving at once."""
    while (now := promise.next_check_at) is not None and now <= until:
        sweep(promise, now)


@given(due_at=DUE, with_rules=RULES, around=AROUND, late=GAPS)
def test_a_late_sweep_plans_no_mail_that_punctual_ones_would_not(
    due_at: datetime, with_rules: Rules, around: Surroundings, late: timedelta
) -> None:
    punctual, once = (case(due_at=due_at, with_rules=with_rules, around=around) for _ in range(2))
    live_punctually(punctual, MADE_AT + late)
    once.pass_time(MADE_AT + late)
    assert set(once.when(*PLANNED)) <= set(punctual.when(*PLANNED))
    assert all(event.facts["named_at"] > MADE_AT + late for event in once.of(*PLANNED))
    assert once.when(EventKind.BECAME_OVERDUE) == punctual.when(EventKind.BECAME_OVERDUE)


# -- The record ----------------------------------------------------------------------------------------------------


@given(promise=CASES, acts=LIVES)
def test_the_row_stands_as_its_words_say(promise: Case, acts: list[Act]) -> None:
    def agrees(promise: Case, now: datetime) -> None:
        state = promise.promise
        if not state.is_open:
            return
        stands = standing(
            promise.words,
            started_at=state.started_at,
            due_at=state.due_at,
            due_set_at=state.due_set_at,
            grace=promise.rules.missed_grace,
            noted_silence=state.silent_since,
        )
        assert state.last_word_at == stands.last_word_at
        assert state.last_person_word_at == stands.last_person_word_at
        assert state.holding_mails_used == stands.holding_mails_used
        assert state.missed_mail_at == stands.missed_mail_at
        assert state.miss_announced_at == stands.miss_announced_at
        assert state.word_deadline == stands.deadline
        if stands.silent_since is not None:
            assert state.silent_since == stands.silent_since
        elif state.silent_since is not None:
            assert state.silent_since == stands.deadline

    live(promise, acts, check=agrees)


@given(promise=CASES, acts=LIVES)
def test_mails_prompts_and_breaks_are_noted_once_for_an_instant(promise: Case, acts: list[Act]) -> None:
    live(promise, acts)
    # A break that was taken back by a mail that did not arrive is one again: the record keeps it once all the same.
    taken_back = Counter(event.facts["due_at"] for event in promise.of(EventKind.BREAK_TAKEN_BACK))
    for kind in ONCE:
        for instant, times in Counter(promise.when(kind)).items():
            again = taken_back[instant] if kind is EventKind.BECAME_OVERDUE else 0
            assert times <= 1 + again, kind


# -- What we owe the customer --------------------------------------------------------------------------------------


@given(promise=CASES, acts=LIVES)
def test_no_deadline_passes_without_word_silence_or_the_end(promise: Case, acts: list[Act]) -> None:
    def is_owed_nothing(promise: Case, now: datetime) -> None:
        state = promise.promise
        if not state.is_open or state.silent_since is not None:
            return
        in_grace = now < state.due_at + promise.rules.missed_grace
        waits = in_grace and missed_mail_awaited(state, surroundings=promise.surroundings)
        assert state.word_deadline > now or waits

    live(promise, acts, check=is_owed_nothing)


@given(promise=CASES, acts=LIVES)
def test_states_and_open_escalations_are_the_same_thing(promise: Case, acts: list[Act]) -> None:
    def agree(promise: Case, now: datetime) -> None:
        state = promise.promise
        open_for = {escalation.trigger for escalation in state.escalations}
        assert (state.silent_since is not None) == (Trigger.SILENT in open_for)
        assert (state.overdue_since is not None) == (Trigger.OVERDUE in open_for)
        if state.silent_since is None:
            assert state.word_missed_at is None
        else:
            assert state.silent_since <= now
            assert state.next_word_due_at is not None

    live(promise, acts, check=agree)


@given(promise=CASES, acts=LIVES)
def test_breaks_are_those_that_were_not_taken_back(promise: Case, acts: list[Act]) -> None:
    live(promise, acts)
    broken = len(promise.of(EventKind.BECAME_OVERDUE)) - len(promise.of(EventKind.BREAK_TAKEN_BACK))
    assert promise.promise.times_broken == broken
    dates = 1 + sum(word.new_due_at is not None for word in promise.words)
    assert 0 <= promise.promise.breaks_since_started <= dates


@given(promise=CASES, acts=LIVES)
def test_the_date_and_its_count_are_what_the_words_told(promise: Case, acts: list[Act]) -> None:
    def agree(promise: Case, now: datetime) -> None:
        state = promise.promise
        assert state.due_at > state.due_set_at
        if state.is_open:
            dates = dates_by(promise.words, promise=state)
            assert (state.due_at, state.due_set_at) == (dates.due_at, dates.due_set_at)
            assert state.breaks_since_started == len(dates.broken) + (state.overdue_since is not None)

    live(promise, acts, check=agree)


@given(promise=CASES, acts=LIVES)
def test_holding_mails_never_exceed_the_allowance(promise: Case, acts: list[Act]) -> None:
    def within(promise: Case, now: datetime) -> None:
        # A person's mail that is void gives nothing back that was used after it.
        lost = any(word.by_person and word.is_void for word in promise.words)
        assert lost or promise.promise.holding_mails_used <= promise.rules.holding_mails

    live(promise, acts, check=within)

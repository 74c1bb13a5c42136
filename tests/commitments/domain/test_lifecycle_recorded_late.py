"""Acts recorded after they happened: what time did in between is put right, visibly."""

from datetime import timedelta

from commitments.domain.clocks import WordMeaning
from commitments.domain.escalation import Trigger
from commitments.domain.promise import Outcome
from commitments.domain.timeline import EventKind
from tests.commitments.domain.factories import Case, at, case, rules, step, surroundings

HOLDING = EventKind.HOLDING_MAIL_PLANNED
MISSED = EventKind.MISSED_MAIL_PLANNED
SILENT = EventKind.BECAME_SILENT
ENDED = EventKind.SILENCE_ENDED
TAKEN_BACK = EventKind.SILENCE_TAKEN_BACK
LATER = at("12:00", day=20)


def facts(promise: Case, kind: EventKind) -> list[tuple[object, object]]:
    return [(event.occurred_at, event.facts["since"]) for event in promise.of(kind)]


class TestKeeping:
    def test_before_the_due_time_takes_the_break_back(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.keep(at("09:50"), recorded_at=at("10:30"))
        taken_back = promise.of(EventKind.BREAK_TAKEN_BACK)
        assert [(event.occurred_at, event.facts) for event in taken_back] == [(at("09:50"), {"due_at": at("10:00")})]
        assert promise.promise.times_broken == 0
        assert promise.promise.outcome is Outcome.KEPT_ON_TIME

    def test_on_the_very_due_time_takes_it_back_too(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.keep(at("10:00"), recorded_at=at("10:30"))
        assert promise.promise.outcome is Outcome.KEPT_ON_TIME

    def test_after_the_due_time_leaves_the_break(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.keep(at("10:01"), recorded_at=at("10:30"))
        assert promise.when(EventKind.BREAK_TAKEN_BACK) == []
        assert promise.promise.times_broken == 1
        assert promise.promise.outcome is Outcome.KEPT_LATE

    def test_takes_back_no_break_before_the_last_reopening(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.keep(at("11:00"))
        promise.reopen(at("11:00"), due_at=at("13:00"))
        promise.keep(at("12:50"), recorded_at=at("13:30"))
        assert promise.promise.times_broken == 1
        assert promise.promise.outcome is Outcome.KEPT_ON_TIME

    def test_before_a_silence_takes_the_silence_back(self) -> None:
        promise = case(around=surroundings(mailable=False))
        promise.keep(at("11:00"), recorded_at=at("13:00"))
        assert facts(promise, TAKEN_BACK) == [(at("11:00"), at("12:00"))]
        assert promise.when(ENDED) == []

    def test_on_the_instant_of_a_silence_takes_it_back_too(self) -> None:
        promise = case(around=surroundings(mailable=False))
        promise.keep(at("12:00"), recorded_at=at("13:00"))
        assert facts(promise, TAKEN_BACK) == [(at("12:00"), at("12:00"))]

    def test_within_a_silence_ends_it_then(self) -> None:
        promise = case(around=surroundings(mailable=False))
        promise.keep(at("12:30"), recorded_at=at("13:00"))
        assert facts(promise, ENDED) == [(at("12:30"), at("12:00"))]

    def test_ends_every_escalation(self) -> None:
        promise = case(due_at=at("10:00"), around=surroundings(mailable=False))
        promise.keep(at("09:50"), recorded_at=at("10:30"))
        ended = promise.of(EventKind.ESCALATION_ENDED)
        assert sorted(event.facts["trigger"] for event in ended) == ["overdue", "silent"]
        assert promise.promise.escalations == ()


class TestAWord:
    def test_before_a_silence_takes_the_silence_back(self) -> None:
        promise = case(around=surroundings(mailable=False))
        promise.say(at("11:00"), recorded_at=at("13:00"))
        assert facts(promise, TAKEN_BACK) == [(at("11:00"), at("12:00"))]
        assert promise.promise.next_word_due_at == at("15:00")
        assert promise.ladder(Trigger.SILENT) == []

    def test_within_a_silence_ends_it_when_it_was_said(self) -> None:
        promise = case(around=surroundings(mailable=False))
        promise.say(at("12:30"), recorded_at=at("13:00"))
        assert facts(promise, ENDED) == [(at("12:30"), at("12:00"))]
        assert promise.promise.next_word_due_at == at("16:30")

    def test_whose_own_time_has_passed_since_is_followed_by_a_silence_from_there(self) -> None:
        promise = case(around=surroundings(mailable=False))
        promise.say(at("11:00"), recorded_at=at("16:00"))
        promise.pass_time(at("16:00"))
        assert promise.when(SILENT) == [at("12:00"), at("15:00")]
        assert promise.promise.silent_since == at("15:00")

    def test_takes_the_place_of_a_holding_mail_that_has_not_gone(self) -> None:
        promise = case(due_at=LATER)
        promise.pass_time(at("11:52"))
        promise.say(at("11:45"), recorded_at=at("11:55"))
        assert promise.promise.next_word_due_at == at("15:45")
        assert [word.is_void for word in promise.words if word.is_holding_mail] == [True]

    def test_that_took_a_holding_mails_place_leaves_the_allowance_unused(self) -> None:
        promise = case(due_at=LATER)
        promise.pass_time(at("11:52"))
        promise.say(at("11:45"), recorded_at=at("11:55"))
        promise.live(at("15:45"))
        assert promise.when(HOLDING) == [at("11:50"), at("15:35")]

    def test_that_binds_no_longer_than_the_one_before_gets_no_second_holding_mail_for_the_same_deadline(self) -> None:
        # Both words name the quarter of an hour at 12:00; the holding mail of 11:50 had not gone.
        promise = case(due_at=LATER, with_rules=rules(cadence="230min", round_to=timedelta(minutes=15)))
        assert promise.promise.next_word_due_at == at("12:00")
        promise.pass_time(at("11:52"))
        promise.say(at("08:05"), recorded_at=at("11:55"))
        promise.say(at("08:06"), recorded_at=at("11:56"))
        promise.live(at("13:00"))
        assert promise.when(HOLDING) == [at("11:50")]
        assert promise.when(SILENT) == [at("12:00")]

    def test_in_the_grace_after_the_due_time_stops_the_missed_mail(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.say(at("10:01"), recorded_at=at("10:08"))
        promise.live(at("11:00"))
        assert promise.when(MISSED) == []

    def test_from_before_the_due_time_does_not_stop_the_missed_mail(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.say(at("09:55"), recorded_at=at("10:08"))
        promise.live(at("11:00"))
        assert promise.when(MISSED) == [at("10:10")]

    def test_that_announced_the_miss_before_the_due_time_stops_it(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.say(at("09:55"), recorded_at=at("10:08"), meaning=WordMeaning.WILL_MISS)
        promise.live(at("11:00"))
        assert promise.when(MISSED) == []

    def test_takes_no_break_back(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.say(at("09:55"), recorded_at=at("10:30"))
        assert promise.promise.times_broken == 1


class TestAWordBeforeALaterWordThatHasGone:
    """Told at 08:00 until 12:00; the holding mail of 11:50 has gone and names 15:50."""

    def test_leaves_the_time_named_then_binding(self) -> None:
        promise = case(due_at=LATER)
        promise.live(at("13:00"))
        promise.say(at("11:00"), recorded_at=at("13:00"))
        assert promise.promise.next_word_due_at == at("15:50")

    def test_is_the_last_word_of_a_person_all_the_same(self) -> None:
        promise = case(due_at=LATER)
        promise.live(at("13:00"))
        promise.say(at("11:00"), recorded_at=at("13:00"))
        assert promise.promise.last_person_word_at == at("11:00")
        assert promise.promise.last_word_at == at("11:50")

    def test_leaves_the_allowance_that_was_used_after_it_used(self) -> None:
        promise = case(due_at=LATER)
        promise.live(at("13:00"))
        promise.say(at("11:00"), recorded_at=at("13:00"))
        promise.live(at("17:00"))
        assert promise.when(HOLDING) == [at("11:50")]
        assert promise.when(SILENT) == [at("15:50")]

    def test_does_not_touch_the_silence_that_began_after_the_later_one(self) -> None:
        promise = case(due_at=LATER)
        promise.live(at("16:30"))
        promise.say(at("11:00"), recorded_at=at("16:30"))
        assert promise.promise.silent_since == at("15:50")
        assert promise.when(TAKEN_BACK, ENDED) == []

    def test_does_not_let_an_automatic_word_end_that_silence(self) -> None:
        promise = case(due_at=LATER, with_rules=rules(holding_mails=2, facts_max_age="12h"))
        promise.live(at("13:00"))
        promise.surroundings = surroundings(real_news_only=True)
        promise.live(at("16:30"))
        promise.surroundings = surroundings()
        promise.say(at("11:00"), recorded_at=at("16:30"))
        promise.live(at("18:00"))
        assert promise.when(HOLDING) == [at("11:50")]
        assert promise.promise.silent_since == at("15:50")

    def test_before_another_persons_word_changes_nothing_now(self) -> None:
        promise = case(around=surroundings(mailable=False))
        promise.say(at("11:00"))
        promise.live(at("16:00"))  # silent since 15:00
        before = promise.promise
        promise.say(at("10:00"), recorded_at=at("16:00"))
        assert promise.promise.silent_since == before.silent_since
        assert promise.promise.next_word_due_at == before.next_word_due_at
        assert promise.when(TAKEN_BACK, ENDED) == []

    def test_gives_the_time_that_it_named_itself_when_the_later_one_is_void(self) -> None:
        promise = case(due_at=LATER)
        promise.live(at("13:00"))
        promise.say(at("11:00"), recorded_at=at("13:00"))
        promise.lose(at("11:50"), known_at=at("13:30"))
        assert promise.promise.next_word_due_at == at("15:00")
        assert promise.when(SILENT) == []


class TestAWordBeforeAMissedMailThatHasGone:
    """Told at 08:00 until 12:00, silent since; due at 14:00, missed mail at 14:10, a person by 16:10."""

    def told(self, *, until: str = "15:00") -> Case:
        promise = case(
            due_at=at("14:00"),
            with_rules=rules(holding_mails=0, ladders={Trigger.SILENT: [step()]}),
        )
        promise.live(at(until))
        return promise

    def test_takes_the_silence_back_that_it_prevented(self) -> None:
        promise = self.told()
        promise.say(at("11:00"), recorded_at=at("15:00"))
        assert facts(promise, TAKEN_BACK) == [(at("11:00"), at("12:00"))]
        assert promise.promise.silent_since is None
        assert promise.ladder(Trigger.SILENT) == []

    def test_ends_the_silence_in_which_it_was_said(self) -> None:
        promise = self.told()
        promise.say(at("13:00"), recorded_at=at("15:00"))
        assert facts(promise, ENDED) == [(at("13:00"), at("12:00"))]
        assert promise.promise.silent_since is None

    def test_leaves_the_time_that_the_missed_mail_named_binding(self) -> None:
        promise = self.told()
        promise.say(at("11:00"), recorded_at=at("15:00"))
        assert promise.promise.next_word_due_at == at("16:10")
        promise.live(at("17:00"))
        assert promise.when(SILENT) == [at("12:00"), at("16:10")]

    def test_begins_the_silence_after_it_at_once_if_that_time_has_passed(self) -> None:
        promise = self.told(until="17:00")
        promise.say(at("11:00"), recorded_at=at("17:00"))
        assert promise.promise.silent_since == at("16:10")
        assert [one.opened_at for one in promise.ladder(Trigger.SILENT)] == [at("17:00")]

    def test_bars_holding_mails_still(self) -> None:
        promise = self.told()
        promise.say(at("11:00"), recorded_at=at("15:00"))
        promise.live(at("17:00"))
        assert promise.when(HOLDING) == []

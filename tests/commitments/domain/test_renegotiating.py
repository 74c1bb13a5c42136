"""Moving a promise's date …"""

from dataclasses import replace
from datetime import timedelta

import pytest

from commitments.domain.clocks import WordMeaning
from commitments.domain.escalation import Trigger
from commitments.domain.promise import NotOpen, Outcome
from commitments.domain.timeline import EventKind
from tests.commitments.domain.factories import Case, at, case, rules, step, surroundings

OVERDUE = EventKind.BECAME_OVERDUE
RESTORED = EventKind.DATE_RESTORED
TAKEN_BACK = EventKind.BREAK_TAKEN_BACK
MISSED = EventKind.MISSED_MAIL_PLANNED
OLD = at("10:00")
NEW = at("16:00")
LADDERS = {trigger: [step("1h")] for trigger in Trigger}


def promised(**options: object) -> Case:
    """Make a promise at 08:00 for 10:00."""
    return case(due_at=OLD, with_rules=rules(ladders=LADDERS), **options)  # type: ignore[arg-type]


class TestBeforeItPasses:
    def test_counts_as_a_renegotiation(self) -> None:
        promise = promised()
        promise.renegotiate(at("09:00"), due_at=NEW)
        assert (promise.promise.due_at, promise.promise.due_set_at) == (NEW, at("09:00"))
        assert promise.promise.times_renegotiated == 1

    def test_breaks_nothing_when_the_old_date_passes(self) -> None:
        promise = promised()
        promise.renegotiate(at("09:00"), due_at=NEW)
        promise.live(at("15:00"))
        assert promise.when(OVERDUE) == []
        promise.keep(at("15:30"))
        assert promise.promise.outcome is Outcome.KEPT_ON_TIME

    def test_on_the_very_date_is_in_time(self) -> None:
        promise = promised()
        promise.renegotiate(OLD, due_at=NEW)
        assert (promise.promise.times_renegotiated, promise.promise.times_broken) == (1, 0)

    def test_is_a_persons_word(self) -> None:
        promise = promised()
        promise.renegotiate(at("09:00"), due_at=NEW)
        assert promise.promise.last_person_word_at == at("09:00")
        assert promise.promise.next_word_due_at == at("13:00")

    def test_breaks_at_the_new_date(self) -> None:
        promise = promised()
        promise.renegotiate(at("09:00"), due_at=NEW)
        promise.live(at("16:30"))
        assert promise.when(OVERDUE) == [NEW]
        assert promise.when(MISSED) == [at("16:10")]

    def test_lets_no_announcement_about_the_old_date_stop_the_missed_mail_of_the_new_one(self) -> None:
        promise = promised()
        promise.say(at("08:30"), meaning=WordMeaning.WILL_MISS)
        promise.renegotiate(at("09:00"), due_at=NEW)
        promise.live(at("16:30"))
        assert promise.when(MISSED) == [at("16:10")]

    def test_reminds_of_the_new_date(self) -> None:
        promise = case(due_at=OLD, with_rules=rules(reminders=["1h"]))
        promise.renegotiate(at("08:30"), due_at=NEW)
        promise.live(NEW)
        assert promise.when(EventKind.REMINDER_DUE) == [at("15:00")]


class TestAfterItPassed:
    def test_ends_the_overdue_state_and_leaves_the_break(self) -> None:
        promise = promised()
        promise.renegotiate(at("10:30"), due_at=NEW)
        assert promise.promise.overdue_since is None
        assert promise.ladder(Trigger.OVERDUE) == []
        assert (promise.promise.times_broken, promise.promise.times_renegotiated) == (1, 0)
        promise.keep(at("15:00"))
        assert promise.promise.outcome is Outcome.KEPT_LATE

    def test_ends_a_silence(self) -> None:
        promise = promised(around=surroundings(mailable=False))
        promise.pass_time(at("10:30"))
        assert promise.promise.silent_since == OLD
        promise.renegotiate(at("10:30"), due_at=NEW)
        assert promise.promise.silent_since is None
        assert promise.when(EventKind.SILENCE_ENDED) == [at("10:30")]

    def test_lets_the_new_date_break_and_be_told_too(self) -> None:
        promise = promised()
        promise.live(at("10:30"))
        promise.renegotiate(at("10:30"), due_at=NEW)
        promise.live(at("16:30"))
        assert promise.promise.times_broken == 2
        assert promise.when(MISSED) == [at("10:10"), at("16:10")]


class TestRecordedLate:
    def test_told_before_it_takes_the_break_back(self) -> None:
        promise = promised()
        promise.renegotiate(at("09:50"), recorded_at=at("10:30"), due_at=NEW)
        assert (promise.promise.times_broken, promise.promise.times_renegotiated) == (0, 1)
        assert promise.when(TAKEN_BACK) == [at("09:50")]
        assert promise.ladder(Trigger.OVERDUE) == []

    def test_leaves_a_time_that_a_mail_has_named_since(self) -> None:
        promise = promised()
        promise.live(at("10:30"))
        promise.renegotiate(at("09:50"), recorded_at=at("10:30"), due_at=NEW)
        assert promise.promise.next_word_due_at == at("12:10")

    def test_takes_the_place_of_a_missed_mail_that_waits(self) -> None:
        promise = promised()
        promise.pass_time(at("10:15"))
        promise.renegotiate(at("09:50"), recorded_at=at("10:20"), due_at=NEW)
        assert promise.promise.missed_mail_at is None
        assert promise.promise.next_word_due_at == at("13:50")


class TestWhenItsMailDoesNotArrive:
    def test_restores_the_old_date(self) -> None:
        promise = promised()
        promise.renegotiate(at("09:00"), due_at=NEW, by_mail=True)
        promise.lose(at("09:00"), known_at=at("09:30"))
        assert (promise.promise.due_at, promise.promise.due_set_at) == (OLD, at("08:00"))
        assert promise.promise.times_renegotiated == 0
        assert [event.facts for event in promise.of(RESTORED)] == [{"due_at": OLD, "was_due_at": NEW}]
        assert promise.promise.word_deadline == OLD

    def test_lets_the_old_date_pass_as_if_it_had_never_been_moved(self) -> None:
        promise = promised()
        promise.renegotiate(at("09:00"), due_at=NEW, by_mail=True)
        promise.lose(at("09:00"), known_at=at("09:30"))
        promise.live(at("10:30"))
        assert promise.when(OVERDUE) == [OLD]
        assert promise.when(MISSED) == [at("10:10")]

    def test_breaks_the_old_date_that_has_passed_with_a_ladder_from_then_on(self) -> None:
        promise = promised()
        promise.renegotiate(at("09:00"), due_at=NEW, by_mail=True)
        promise.mails_go()
        promise.lose(at("09:00"), known_at=at("11:00"))
        assert promise.promise.overdue_since == OLD
        assert promise.promise.times_broken == 1
        assert promise.when(OVERDUE) == [OLD]
        assert [ladder.opened_at for ladder in promise.ladder(Trigger.OVERDUE)] == [at("11:00")]

    def test_takes_back_the_break_of_the_date_that_nobody_heard_of(self) -> None:
        promise = promised()
        promise.renegotiate(at("09:00"), due_at=NEW, by_mail=True)
        promise.mails_go()
        promise.live(at("16:30"))
        promise.lose(at("09:00"), known_at=at("16:30"))
        assert promise.promise.times_broken == 1
        assert promise.promise.overdue_since == OLD
        assert [event.facts["due_at"] for event in promise.of(TAKEN_BACK)] == [NEW]

    def test_leaves_a_break_before_it_as_it_was(self) -> None:
        promise = promised()
        promise.renegotiate(at("10:30"), due_at=NEW, by_mail=True)
        promise.mails_go()
        promise.lose(at("10:30"), known_at=at("11:00"))
        assert promise.promise.overdue_since == OLD
        assert promise.promise.times_broken == 1
        assert promise.when(OVERDUE) == [OLD]
        assert [ladder.opened_at for ladder in promise.ladder(Trigger.OVERDUE)] == [at("11:00")]

    def test_plans_no_second_missed_mail_for_the_old_date(self) -> None:
        promise = promised()
        promise.live(at("10:30"))
        promise.renegotiate(at("10:30"), due_at=NEW, by_mail=True)
        promise.mails_go()
        promise.lose(at("10:30"), known_at=at("11:00"))
        promise.live(at("11:30"))
        assert promise.when(MISSED) == [at("10:10")]

    def test_plans_no_second_missed_mail_under_a_policy_with_another_grace(self) -> None:
        promise = promised()
        promise.live(at("10:15"))
        promise.renegotiate(at("10:20"), due_at=NEW, by_mail=True)
        promise.rules = replace(promise.rules, missed_grace=timedelta(minutes=30))
        promise.lose(at("10:20"), known_at=at("10:25"))
        promise.live(at("11:00"))
        assert promise.when(MISSED) == [at("10:10")]

    def test_plans_the_missed_mail_of_a_date_whose_place_a_lost_one_had_taken(self) -> None:
        promise = promised()
        promise.renegotiate(at("10:05"), due_at=at("10:20"), by_mail=True)
        promise.mails_go()
        promise.live(at("10:35"))
        promise.lose(at("10:05"), known_at=at("10:40"))
        promise.live(at("11:00"))
        assert promise.when(MISSED) == [at("10:10"), at("10:30")]

    def test_lets_the_new_date_stand_when_a_conversation_has_told_it(self) -> None:
        promise = promised()
        promise.renegotiate(at("09:00"), due_at=NEW, by_mail=True)
        promise.mails_go()
        promise.say(at("09:20"))
        promise.lose(at("09:00"), known_at=at("11:00"))
        assert promise.promise.due_at == NEW
        assert (promise.promise.times_renegotiated, promise.promise.times_broken) == (1, 0)
        assert promise.when(RESTORED) == []

    def test_breaks_the_old_date_when_the_conversation_came_after_it(self) -> None:
        promise = promised()
        promise.renegotiate(at("09:00"), due_at=NEW, by_mail=True)
        promise.mails_go()
        promise.say(at("10:30"))
        promise.lose(at("09:00"), known_at=at("11:00"))
        assert (promise.promise.due_at, promise.promise.overdue_since) == (NEW, None)
        assert (promise.promise.times_renegotiated, promise.promise.times_broken) == (0, 1)
        assert promise.when(OVERDUE) == [OLD]

    def test_restores_the_old_date_when_the_conversation_came_after_the_new_one(self) -> None:
        promise = promised()
        promise.renegotiate(at("09:00"), due_at=NEW, by_mail=True)
        promise.mails_go()
        promise.live(at("16:30"))
        promise.say(at("16:30"))
        promise.lose(at("09:00"), known_at=at("17:00"))
        assert (promise.promise.due_at, promise.promise.overdue_since) == (OLD, OLD)
        assert promise.promise.times_broken == 1

    def test_leaves_a_later_date_that_was_told(self) -> None:
        promise = promised()
        promise.renegotiate(at("09:00"), due_at=NEW, by_mail=True)
        promise.renegotiate(at("09:30"), due_at=at("18:00"))
        promise.lose(at("09:00"), known_at=at("11:00"))
        assert promise.promise.due_at == at("18:00")
        assert (promise.promise.times_renegotiated, promise.promise.times_broken) == (1, 0)

    def test_restores_it_too_when_the_mail_has_not_gone_by_the_time_it_names(self) -> None:
        promise = promised()
        promise.renegotiate(at("09:00"), due_at=NEW, by_mail=True)
        promise.pass_time(at("13:00") + timedelta(minutes=5))
        assert promise.when(RESTORED) == [at("13:00")]
        assert promise.promise.overdue_since == OLD

    @pytest.mark.parametrize("mailable", [True, False])
    def test_voids_a_later_mail_that_has_not_gone_by_the_restored_date(self, mailable: bool) -> None:
        # It was to name a time that suited the new date; as things stand it would name the old one.
        promise = promised(around=surroundings(mailable=mailable))
        promise.renegotiate(at("09:00"), due_at=NEW, by_mail=True)
        promise.say(at("09:05"), by_mail=True)
        assert promise.words[-1].named_at > OLD
        promise.lose(at("09:00"), known_at=at("09:30"))
        promise.pass_time(at("10:30"))
        (voided,) = [event for event in promise.of(EventKind.WORD_VOIDED) if "meets" in event.facts]
        assert voided.facts["due_at"] == OLD
        assert [word.is_void for word in promise.words if word.at < OLD] == [False, True, True]

    def test_changes_nothing_once_the_promise_has_ended(self) -> None:
        promise = promised()
        promise.renegotiate(at("09:00"), due_at=NEW, by_mail=True)
        promise.mails_go()
        promise.keep(at("12:00"))
        promise.lose(at("09:00"), known_at=at("13:00"))
        assert promise.promise.outcome is Outcome.KEPT_ON_TIME


def test_needs_an_open_promise() -> None:
    promise = promised()
    promise.keep(at("09:00"))
    with pytest.raises(NotOpen):
        promise.renegotiate(at("09:30"), due_at=NEW)

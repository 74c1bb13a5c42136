"""The missed mail: telling the customer of a break, and by when a person will be in touch."""

from datetime import timedelta

from commitments.domain.clocks import WordMeaning
from commitments.domain.escalation import Trigger
from commitments.domain.timeline import EventKind
from tests.commitments.domain.factories import at, case, rules, step, surroundings

MISSED = EventKind.MISSED_MAIL_PLANNED
SILENT = EventKind.BECAME_SILENT
WORD_MISSED = EventKind.WORD_MISSED
SILENT_STEP = EventKind.SILENT_STEP


class TestGrace:
    def test_lasts_ten_minutes(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.live(at("10:09"), every=timedelta(minutes=1))
        assert promise.when(MISSED) == []
        promise.live(at("10:10"))
        assert promise.when(MISSED) == [at("10:10")]

    def test_lets_a_persons_word_take_its_place(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.say(at("10:05"))
        promise.live(at("13:00"))
        assert promise.when(MISSED) == []

    def test_lets_the_end_take_its_place(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.keep(at("10:05"))
        promise.live(at("13:00"))
        assert promise.when(MISSED) == []

    def test_is_not_impressed_by_a_word_before_the_due_time(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.say(at("09:59"))
        promise.live(at("11:00"))
        assert promise.when(MISSED) == [at("10:10")]

    def test_is_not_impressed_by_a_word_on_the_very_due_time(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.say(at("10:00"))
        promise.live(at("11:00"))
        assert promise.when(MISSED) == [at("10:10")]

    def test_makes_the_word_clock_wait(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.live(at("10:09"))
        assert promise.when(SILENT) == []

    def test_makes_a_word_clock_wait_that_falls_within_it(self) -> None:
        # The word on the due time binds until 10:05.
        promise = case(made_at=at("09:57"), due_at=at("10:00"), with_rules=rules(cadence="5min"))
        promise.say(at("10:00"))
        promise.live(at("11:00"))
        assert promise.when(SILENT) == []
        assert promise.when(MISSED) == [at("10:10")]

    def test_does_not_keep_a_silence_before_the_due_time_waiting(self) -> None:
        promise = case(due_at=at("12:05"), around=surroundings(real_news_only=True))
        promise.say(at("08:03"))
        promise.live(at("12:10"), every=timedelta(minutes=1))
        assert promise.when(SILENT) == [at("12:03")]


class TestAnnouncedBefore:
    def test_a_will_miss_makes_it_unnecessary(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.say(at("09:00"), meaning=WordMeaning.WILL_MISS)
        promise.live(at("12:00"))
        assert promise.when(MISSED) == []

    def test_a_will_miss_on_the_due_time_is_in_time(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.say(at("10:00"), meaning=WordMeaning.WILL_MISS)
        promise.live(at("12:00"))
        assert promise.when(MISSED) == []

    def test_a_will_miss_still_stands_after_further_words(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.say(at("09:00"), meaning=WordMeaning.WILL_MISS)
        promise.say(at("09:30"), meaning=WordMeaning.NEWS)
        promise.live(at("12:00"))
        assert promise.when(MISSED) == []

    def test_an_at_risk_does_not(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.say(at("09:00"), meaning=WordMeaning.AT_RISK)
        promise.live(at("12:00"))
        assert promise.when(MISSED) == [at("10:10")]

    def test_leaves_the_due_clock_to_be_the_word_clock(self) -> None:
        # The word of 09:00 said: you hear by 10:00. Nobody waits for a missed mail, so that binds.
        promise = case(due_at=at("10:00"))
        promise.say(at("09:00"), meaning=WordMeaning.WILL_MISS)
        promise.live(at("10:00"))
        assert promise.when(SILENT) == [at("10:00")]

    def test_does_not_keep_the_promise_from_breaking(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.say(at("09:00"), meaning=WordMeaning.WILL_MISS)
        promise.live(at("10:00"))
        assert promise.promise.times_broken == 1


class TestRecovery:
    def test_is_counted_from_the_planned_instant(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.live(at("10:10"))
        assert promise.promise.next_word_due_at == at("12:10")
        assert promise.of(MISSED)[0].facts == {"named_at": at("12:10"), "meets": at("10:00")}

    def test_makes_the_mail_the_last_word_and_no_persons(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.live(at("10:10"))
        assert promise.promise.last_word_at == at("10:10")
        assert promise.promise.last_person_word_at == at("08:00")

    def test_brings_a_later_word_clock_forward(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.say(at("10:00"))  # binds until 14:00
        promise.live(at("10:10"))
        assert promise.promise.next_word_due_at == at("12:10")

    def test_ends_in_silence_without_a_persons_word(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.live(at("13:00"))
        assert promise.when(SILENT) == [at("12:10")]

    def test_is_met_by_a_persons_word(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.live(at("12:05"))
        promise.say(at("12:10"))
        promise.live(at("13:00"))
        assert promise.when(SILENT) == []

    def test_asks_the_owner_shortly_before(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.live(at("13:00"))
        assert promise.when(EventKind.WORD_ASKED) == [at("11:40")]

    def test_mail_goes_once_a_due_time(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.live(at("10:30"))
        promise.say(at("11:00"))
        promise.live(at("12:00", day=19), every=timedelta(hours=1))
        assert promise.when(MISSED) == [at("10:10")]


class TestCustomersWhoCannotBeMailed:
    def test_get_none(self) -> None:
        promise = case(due_at=at("10:00"), around=surroundings(mailable=False))
        promise.live(at("13:00"))
        assert promise.when(MISSED) == []

    def test_are_met_with_silence_from_the_due_time(self) -> None:
        promise = case(due_at=at("10:00"), around=surroundings(mailable=False))
        promise.live(at("13:00"))
        assert promise.when(SILENT) == [at("10:00")]

    def test_are_still_told_by_one_who_asked_for_real_news_only(self) -> None:
        promise = case(due_at=at("10:00"), around=surroundings(real_news_only=True))
        promise.live(at("13:00"))
        assert promise.when(MISSED) == [at("10:10")]


class TestALateSweep:
    def test_plans_one_whose_named_time_is_still_to_come(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.pass_time(at("12:09"))
        assert promise.when(MISSED) == [at("10:10")]
        assert promise.when(SILENT) == []

    def test_plans_none_whose_named_time_has_passed(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.pass_time(at("12:10"))
        assert promise.when(MISSED) == []

    def test_lets_the_silence_count_from_the_due_time_then(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.pass_time(at("12:10"))
        assert promise.when(SILENT) == [at("10:00")]

    def test_plans_none_the_next_time_either(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.pass_time(at("12:10"))
        promise.pass_time(at("12:15"))
        assert promise.when(MISSED) == []


class TestInASilence:
    """Silent since 12:00, due at 15:00, told of the break at 15:10: a person by 17:10."""

    RULES = rules(holding_mails=0, ladders={Trigger.SILENT: [step(), step("24h")]})

    def test_it_goes_too(self) -> None:
        promise = case(due_at=at("15:00"), with_rules=self.RULES)
        promise.live(at("23:00"))
        assert promise.when(MISSED) == [at("15:10")]

    def test_it_ends_no_silence(self) -> None:
        promise = case(due_at=at("15:00"), with_rules=self.RULES)
        promise.live(at("23:00"))
        assert promise.promise.silent_since == at("12:00")
        assert promise.when(EventKind.SILENCE_ENDED) == []

    def test_it_begins_no_second_silence(self) -> None:
        promise = case(due_at=at("15:00"), with_rules=self.RULES)
        promise.live(at("23:00"))
        assert promise.when(SILENT) == [at("12:00")]

    def test_the_time_it_named_binds(self) -> None:
        promise = case(due_at=at("15:00"), with_rules=self.RULES)
        promise.live(at("23:00"))
        assert promise.when(WORD_MISSED) == [at("17:10")]
        assert promise.of(WORD_MISSED)[0].facts == {"named_at": at("17:10")}

    def test_the_silent_ladder_takes_its_next_step_at_once_when_that_time_passes(self) -> None:
        promise = case(due_at=at("15:00"), with_rules=self.RULES)
        promise.live(at("23:00"))
        assert promise.when(SILENT_STEP) == [at("12:00"), at("17:10")]

    def test_a_persons_word_by_then_satisfies_it(self) -> None:
        promise = case(due_at=at("15:00"), with_rules=self.RULES)
        promise.live(at("17:05"))
        promise.say(at("17:10"))
        promise.live(at("18:00"))
        assert promise.when(WORD_MISSED) == []

    def test_the_named_time_is_missed_once(self) -> None:
        promise = case(due_at=at("15:00"), with_rules=self.RULES)
        promise.live(at("17:10"))
        assert promise.pass_time(at("18:00")) == []

    def test_a_mail_that_did_not_go_binds_nobody(self) -> None:
        promise = case(due_at=at("15:00"), with_rules=self.RULES)
        promise.live(at("15:05"))
        promise.pass_time(at("18:00") - timedelta(hours=1))  # planned, and never goes
        promise.pass_time(at("18:00"))
        assert promise.when(WORD_MISSED) == []
        assert promise.when(EventKind.WORD_VOIDED) == [at("17:10")]
        assert promise.promise.silent_since == at("12:00")

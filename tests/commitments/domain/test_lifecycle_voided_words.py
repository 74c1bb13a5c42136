"""Words that did not reach the customer: the clocks run as if they had not been."""

from dataclasses import replace
from datetime import timedelta

from commitments.domain.clocks import WordMeaning
from commitments.domain.escalation import Trigger
from commitments.domain.timeline import EventKind
from tests.commitments.domain.factories import Case, at, case, rules, step, surroundings

HOLDING = EventKind.HOLDING_MAIL_PLANNED
MISSED = EventKind.MISSED_MAIL_PLANNED
SILENT = EventKind.BECAME_SILENT
VOIDED = EventKind.WORD_VOIDED
LATER = at("12:00", day=20)


def without_mail(promise: Case) -> None:
    """Have the customer's address flagged, as a bounce does."""
    promise.surroundings = surroundings(mailable=False)


class TestNotGoneInTime:
    """A mail that has not gone when the time it names arrives."""

    def test_is_void(self) -> None:
        promise = case(due_at=LATER)
        promise.pass_time(at("15:00"))  # the holding mail of 11:50 names 15:50
        promise.pass_time(at("15:50"))
        assert promise.when(VOIDED) == [at("15:50")]
        assert promise.of(VOIDED)[0].facts == {"reason": "not_gone_in_time", "meets": at("12:00")}

    def test_stands_until_then(self) -> None:
        promise = case(due_at=LATER)
        promise.pass_time(at("15:49"))
        assert promise.promise.next_word_due_at == at("15:50")
        assert promise.when(SILENT) == []

    def test_stands_for_good_once_it_has_gone(self) -> None:
        promise = case(due_at=LATER)
        promise.pass_time(at("15:00"))
        promise.mails_go()
        promise.pass_time(at("15:50"))
        assert promise.when(VOIDED) == []
        assert promise.when(SILENT) == [at("15:50")]

    def test_lets_the_silence_count_from_the_deadline_it_was_to_meet(self) -> None:
        promise = case(due_at=LATER)
        promise.pass_time(at("15:00"))
        promise.pass_time(at("16:00"))
        assert promise.when(SILENT) == [at("12:00")]

    def test_lets_the_ladder_count_from_when_it_could_be_known(self) -> None:
        promise = case(due_at=LATER, with_rules=rules(ladders={Trigger.SILENT: [step("1h")]}))
        promise.pass_time(at("15:00"))
        promise.pass_time(at("17:00"))
        assert promise.when(EventKind.SILENT_STEP) == [at("16:50")]

    def test_gives_its_allowance_not_back(self) -> None:
        promise = case(due_at=LATER)
        promise.pass_time(at("15:00"))
        promise.pass_time(at("16:00"))
        assert promise.promise.holding_mails_used == 1

    def test_lets_no_further_holding_mail_go(self) -> None:
        promise = case(due_at=LATER, with_rules=rules(holding_mails=2))
        promise.pass_time(at("15:00"))
        promise.pass_time(at("23:00"))
        assert promise.when(HOLDING) == [at("11:50")]

    def test_takes_a_persons_mail_back_too(self) -> None:
        promise = case(due_at=LATER)
        promise.say(at("09:00"), by_mail=True)  # was to meet 12:00, names 13:00
        promise.pass_time(at("13:00"))
        assert promise.when(SILENT) == [at("12:00")]
        assert promise.promise.last_person_word_at == at("08:00")

    def test_brings_a_silence_back_that_a_persons_mail_had_ended(self) -> None:
        promise = case(due_at=LATER, with_rules=rules(holding_mails=0))
        promise.say(at("13:00"), by_mail=True)
        promise.pass_time(at("17:00"))
        assert promise.promise.silent_since == at("12:00")
        assert promise.ladder(Trigger.SILENT)

    def test_never_announced_a_miss(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.say(at("09:00"), by_mail=True, meaning=WordMeaning.WILL_MISS)
        promise.pass_time(at("10:05"))
        promise.pass_time(at("10:15"))
        assert promise.when(MISSED) == [at("10:10")]

    def test_is_followed_by_the_missed_mail_where_it_named_the_due_time(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.say(at("09:00"), by_mail=True)
        promise.pass_time(at("10:10"))
        assert promise.when(VOIDED) == [at("10:10")]
        assert promise.when(MISSED) == [at("10:10")]
        assert promise.when(SILENT) == []  # made at 08:00: you hear by 10:00; and then the clock waited

    def test_has_the_grace_to_go_in_where_it_named_the_due_time(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.say(at("09:59"), by_mail=True)
        promise.pass_time(at("10:01"))
        promise.mails_go()
        promise.pass_time(at("10:30"))
        assert promise.when(VOIDED) == []

    def test_leaves_the_silence_to_its_own_deadline_where_a_missed_mail_follows(self) -> None:
        promise = case(due_at=at("14:00"))
        promise.pass_time(at("11:55"))  # a holding mail that was to meet 12:00 and names 14:00
        promise.pass_time(at("14:30"))
        assert promise.when(SILENT) == [at("12:00")]
        assert promise.when(MISSED) == [at("14:10")]

    def test_leaves_a_lost_receipt_silent_from_the_start_where_a_missed_mail_follows(self) -> None:
        promise = case(told=False, due_at=at("10:00"))
        promise.pass_time(at("10:30"))
        assert promise.when(SILENT) == [at("08:00")]
        assert promise.when(MISSED) == [at("10:10")]

    def test_gives_a_clock_back_that_a_missed_mail_had_brought_forward(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.say(at("10:00"))  # binds until 14:00; the missed mail of 10:10 names 12:10
        promise.pass_time(at("10:30"))
        promise.pass_time(at("12:30"))
        assert promise.when(VOIDED) == [at("12:10")]
        assert promise.when(SILENT) == []
        assert promise.promise.next_word_due_at == at("14:00")

    def test_does_not_drag_a_later_mail_along_that_has_gone(self) -> None:
        # A person's mail of 10:00 names 14:00 and is still on its way; the missed mail has gone and names 12:10.
        promise = case(due_at=at("10:00"))
        promise.say(at("10:00"), by_mail=True)
        promise.pass_time(at("10:15"))
        promise.words[-1] = replace(promise.words[-1], has_gone=True)
        promise.pass_time(at("12:30"))
        assert promise.when(VOIDED) == []
        assert promise.when(SILENT) == [at("12:10")]

    def test_is_not_noticed_twice(self) -> None:
        promise = case(due_at=LATER)
        promise.pass_time(at("15:00"))
        promise.pass_time(at("16:00"))
        assert promise.pass_time(at("17:00")) == []


class TestBounced:
    def test_before_its_deadline_it_gives_the_deadline_back(self) -> None:
        promise = case(due_at=LATER)
        promise.say(at("09:00"), by_mail=True)
        promise.mails_go()
        promise.lose(at("09:00"), known_at=at("09:05"))
        assert promise.promise.next_word_due_at == at("12:00")
        assert promise.when(SILENT) == []

    def test_it_gives_an_empty_clock_back_empty(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.say(at("09:00"), by_mail=True)
        promise.lose(at("09:00"), known_at=at("09:05"))
        assert promise.promise.next_word_due_at is None

    def test_it_is_no_persons_word(self) -> None:
        promise = case(due_at=LATER)
        promise.say(at("09:00"), by_mail=True)
        promise.lose(at("09:00"), known_at=at("09:05"))
        assert promise.promise.last_person_word_at == at("08:00")

    def test_after_its_deadline_the_silence_counts_from_there(self) -> None:
        promise = case(due_at=LATER)
        promise.live(at("11:55"))
        without_mail(promise)
        promise.lose(at("11:50"), known_at=at("13:00"))
        assert promise.promise.silent_since == at("12:00")
        assert promise.when(SILENT) == [at("12:00")]

    def test_falls_silent_at_once_although_a_missed_mail_may_follow_one_day(self) -> None:
        # Cancelled by somebody, say: the customer can still be mailed, and the due time is days away.
        promise = case(due_at=LATER, with_rules=rules(ladders={Trigger.SILENT: [step("1h")]}))
        promise.live(at("11:55"))
        promise.lose(at("11:50"), known_at=at("13:00"))
        assert promise.when(SILENT) == [at("12:00")]
        assert [one.opened_at for one in promise.ladder(Trigger.SILENT)] == [at("13:00")]

    def test_lets_the_ladder_count_from_the_bounce(self) -> None:
        promise = case(due_at=LATER, with_rules=rules(ladders={Trigger.SILENT: [step("1h")]}))
        promise.live(at("11:55"))
        without_mail(promise)
        promise.lose(at("11:50"), known_at=at("13:00"))
        promise.live(at("15:00"))
        assert promise.when(EventKind.SILENT_STEP) == [at("14:00")]

    def test_exactly_on_its_deadline_leaves_the_silence_to_time(self) -> None:
        promise = case(due_at=LATER)
        promise.live(at("11:55"))
        without_mail(promise)
        promise.lose(at("11:50"), known_at=at("12:00"))
        assert promise.when(SILENT) == []
        promise.pass_time(at("12:00"))
        assert promise.when(SILENT) == [at("12:00")]

    def test_before_a_later_persons_word_changes_nothing_now(self) -> None:
        promise = case(due_at=LATER)
        promise.live(at("11:55"))
        promise.say(at("13:00"))
        promise.pass_time(at("13:30"), inclusive=False)
        before = promise.promise
        assert promise.lose(at("11:50"), known_at=at("13:30")) == []
        assert promise.promise == before

    def test_before_a_later_persons_word_lets_holding_mails_go_on(self) -> None:
        promise = case(due_at=LATER)
        promise.live(at("11:55"))
        promise.say(at("13:00"))
        promise.lose(at("11:50"), known_at=at("13:30"))
        promise.live(at("17:00"))
        assert promise.when(HOLDING) == [at("11:50"), at("16:50")]

    def test_before_a_later_automatic_word_leaves_a_silence_that_it_did_not_end(self) -> None:
        # Told at 08:00 until 12:00; a person's mail of 11:00 named the due time, 14:00; missed mail 14:10, until 16:10.
        promise = case(due_at=at("14:00"))
        promise.say(at("11:00"), by_mail=True)
        promise.mails_go()
        promise.live(at("14:30"))
        promise.lose(at("11:00"), known_at=at("14:30"))
        assert promise.promise.silent_since == at("12:00")

    def test_leaves_the_time_that_a_later_automatic_word_named_binding(self) -> None:
        promise = case(due_at=at("14:00"))
        promise.say(at("11:00"), by_mail=True)
        promise.mails_go()
        promise.live(at("14:30"))
        promise.lose(at("11:00"), known_at=at("14:30"))
        assert promise.promise.next_word_due_at == at("16:10")
        promise.live(at("17:00"))
        assert promise.when(EventKind.WORD_MISSED) == [at("16:10")]

    def test_leaves_a_silence_alone_in_which_a_missed_mail_has_gone(self) -> None:
        # Told at 08:00 until 12:00, and by a mail of 08:30 until 12:30; silent then; missed mail at 14:10.
        promise = case(due_at=at("14:00"), with_rules=rules(holding_mails=0))
        promise.say(at("08:30"), by_mail=True)
        promise.mails_go()
        promise.live(at("15:00"))
        promise.lose(at("08:30"), known_at=at("15:00"))
        assert promise.promise.silent_since == at("12:00")
        assert promise.when(EventKind.SILENCE_ENDED, EventKind.SILENCE_TAKEN_BACK) == []

    def test_of_a_missed_mail_lets_the_silence_count_from_the_due_time(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.live(at("10:30"))
        without_mail(promise)
        promise.lose(at("10:10"), known_at=at("10:30"))
        assert promise.promise.silent_since == at("10:00")

    def test_of_a_missed_mail_in_a_silence_leaves_the_silence(self) -> None:
        promise = case(due_at=at("14:00"), with_rules=rules(holding_mails=0))
        promise.live(at("15:00"))
        without_mail(promise)
        promise.lose(at("14:10"), known_at=at("15:00"))
        assert promise.promise.silent_since == at("12:00")
        promise.live(at("17:00"))
        assert promise.when(EventKind.WORD_MISSED) == []

    def test_of_a_missed_mail_takes_back_the_silence_that_it_alone_had_brought(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.say(at("10:00"))  # binds until 14:00; the missed mail named 12:10
        promise.live(at("13:00"))
        assert promise.promise.silent_since == at("12:10")
        promise.lose(at("10:10"), known_at=at("13:00"))
        assert promise.promise.silent_since is None
        assert [event.facts for event in promise.of(EventKind.SILENCE_TAKEN_BACK)] == [{"since": at("12:10")}]
        assert promise.ladder(Trigger.SILENT) == []

    def test_of_a_persons_word_in_the_grace_gives_the_missed_mail_back(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.say(at("10:02"), by_mail=True)
        promise.lose(at("10:02"), known_at=at("10:05"))
        assert promise.when(SILENT) == []
        promise.live(at("11:00"))
        assert promise.when(MISSED) == [at("10:10")]

    def test_of_a_persons_word_after_the_grace_sends_the_missed_mail_late(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.say(at("10:05"), by_mail=True)
        promise.mails_go()
        promise.lose(at("10:05"), known_at=at("11:00"))
        assert promise.promise.silent_since == at("10:00")
        promise.pass_time(at("11:00"))
        assert promise.when(MISSED) == [at("10:10")]
        assert promise.promise.silent_since == at("10:00")

    def test_leaves_a_silence_that_began_because_nobody_could_be_mailed_then(self) -> None:
        # No address at 10:00, so silent; a new one at 10:05, so told of the break at 10:10.
        promise = case(due_at=at("10:00"), around=surroundings(mailable=False))
        promise.say(at("09:00"))
        promise.live(at("10:05"))
        promise.surroundings = surroundings()
        promise.live(at("10:30"))
        promise.say(at("08:30"), recorded_at=at("10:30"))
        assert promise.when(MISSED) == [at("10:10")]
        assert promise.promise.silent_since == at("10:00")

    def test_of_a_receipt_leaves_the_due_time_binding_that_a_holding_mail_had_named(self) -> None:
        promise = case(told=False, due_at=at("15:00"))
        promise.mails_go()
        promise.live(at("13:00"))  # the holding mail of 11:50 names 15:00
        without_mail(promise)
        promise.lose(at("08:00"), known_at=at("13:00"))
        assert promise.promise.silent_since == at("08:00")
        promise.live(at("16:00"))
        assert promise.when(EventKind.WORD_MISSED) == [at("15:00")]

    def test_of_a_will_miss_gives_the_missed_mail_back(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.say(at("09:00"), by_mail=True, meaning=WordMeaning.WILL_MISS)
        promise.mails_go()
        promise.lose(at("09:00"), known_at=at("09:30"))
        promise.live(at("11:00"))
        assert promise.when(MISSED) == [at("10:10")]

    def test_of_a_mail_that_ended_a_silence_brings_it_back(self) -> None:
        promise = case(due_at=LATER, with_rules=rules(holding_mails=0))
        promise.say(at("13:00"), by_mail=True)
        promise.mails_go()
        promise.lose(at("13:00"), known_at=at("14:00"))
        assert promise.promise.silent_since == at("12:00")

    def test_after_the_end_of_the_promise_changes_nothing(self) -> None:
        promise = case(due_at=LATER)
        promise.say(at("09:00"), by_mail=True)
        promise.keep(at("10:00"))
        before = promise.promise
        assert promise.lose(at("09:00"), known_at=at("11:00")) == []
        assert promise.promise == before

    def test_while_a_receipt_is_the_only_word_leaves_none(self) -> None:
        promise = case(told=False, due_at=LATER)
        promise.lose(at("08:00"), known_at=at("08:01"))
        assert promise.promise.last_word_at is None
        assert promise.promise.silent_since == at("08:00")


class TestOvertaken:
    """An automatic mail whose place a person's word took before it had gone."""

    def test_counts_as_no_word_when_the_persons_mail_is_void_in_its_turn(self) -> None:
        promise = case(due_at=LATER)
        promise.pass_time(at("11:55"))  # a holding mail waits
        promise.say(at("11:56"), by_mail=True)
        promise.lose(at("11:56"), known_at=at("13:00"))
        assert promise.promise.silent_since == at("12:00")

    def test_leaves_a_receipt_waiting(self) -> None:
        promise = case(told=False, due_at=LATER)
        promise.say(at("09:00"))
        assert [word.is_void for word in promise.words] == [False, False]

    def test_spares_the_missed_mail_when_the_word_was_said_before_the_due_time(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.pass_time(at("10:10"))
        promise.say(at("09:30"), recorded_at=at("10:12"))
        promise.mails_go()
        assert [word.is_void for word in promise.words if word.is_missed_mail] == [False]
        assert promise.promise.next_word_due_at == at("12:10")


def test_a_mail_that_goes_within_the_second_is_never_in_doubt() -> None:
    promise = case(due_at=LATER)
    promise.pass_time(at("11:50"))
    promise.mails_go()
    promise.live(at("15:45"), every=timedelta(minutes=5))
    assert promise.when(VOIDED, SILENT) == []

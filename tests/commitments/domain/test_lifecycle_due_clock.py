"""The due clock: reminders before it, the break on it, and what became of the promise."""

from commitments.domain.clocks import Rules, WordMeaning
from commitments.domain.escalation import Trigger
from commitments.domain.promise import Outcome, Status
from commitments.domain.timeline import EventKind
from tests.commitments.domain.factories import OFFICE, at, case, rules, step, surroundings

OVERDUE = EventKind.BECAME_OVERDUE
REMINDER = EventKind.REMINDER_DUE


def reminding(*reminders: str) -> Rules:
    return rules(cadence="48h", reminders=reminders or ("4bh", "30min"))


class TestReminders:
    def test_are_given_before_the_due_time(self) -> None:
        promise = case(due_at=at("15:00"), with_rules=reminding())
        promise.live(at("23:00"))
        assert promise.when(REMINDER) == [at("11:00"), at("14:30")]

    def test_name_the_due_time(self) -> None:
        promise = case(due_at=at("15:00"), with_rules=reminding("30min"))
        promise.live(at("15:00"))
        assert [event.facts for event in promise.of(REMINDER)] == [{"due_at": at("15:00")}]

    def test_that_would_fall_before_the_promise_was_made_are_left_out(self) -> None:
        promise = case(made_at=at("12:00"), due_at=at("15:00"), with_rules=reminding())
        promise.live(at("23:00"))
        assert promise.when(REMINDER) == [at("14:30")]

    def test_that_would_fall_on_the_very_making_are_left_out(self) -> None:
        promise = case(made_at=at("11:00"), due_at=at("15:00"), with_rules=reminding())
        promise.live(at("23:00"))
        assert promise.when(REMINDER) == [at("14:30")]

    def test_of_a_due_time_at_night_come_in_the_last_open_hour(self) -> None:
        promise = case(due_at=at("23:00"), with_rules=reminding(), around=surroundings(calendar=OFFICE))
        promise.live(at("23:30"))
        assert promise.when(REMINDER) == [at("13:00"), at("16:00")]

    def test_are_not_given_twice_by_a_second_sweep(self) -> None:
        promise = case(due_at=at("15:00"), with_rules=reminding())
        promise.pass_time(at("14:30"))
        assert promise.pass_time(at("14:30")) == []

    def test_on_the_instant_of_an_act_wait_for_the_sweep(self) -> None:
        promise = case(due_at=at("15:00"), with_rules=reminding("30min"))
        promise.say(at("14:30"))
        assert promise.when(REMINDER) == []
        promise.pass_time(at("14:30"))
        assert promise.when(REMINDER) == [at("14:30")]

    def test_end_with_the_promise(self) -> None:
        promise = case(due_at=at("15:00"), with_rules=reminding())
        promise.keep(at("12:00"))
        promise.live(at("16:00"))
        assert promise.when(REMINDER) == [at("11:00")]

    def test_of_a_new_date_are_those_after_reopening(self) -> None:
        promise = case(due_at=at("15:00"), with_rules=reminding("30min"))
        promise.keep(at("09:00"))
        promise.reopen(at("10:00"), due_at=at("12:00"))
        promise.live(at("16:00"))
        assert promise.when(REMINDER) == [at("11:30")]


class TestBreaking:
    def test_happens_on_the_due_time_itself_however_late_it_is_noticed(self) -> None:
        promise = case(due_at=at("15:00"))
        promise.pass_time(at("22:00"))
        assert promise.when(OVERDUE) == [at("15:00")]
        assert promise.promise.overdue_since == at("15:00")

    def test_does_not_happen_before_it(self) -> None:
        promise = case(due_at=at("15:00"))
        promise.pass_time(at("15:00"), inclusive=False)
        assert promise.when(OVERDUE) == []

    def test_is_counted(self) -> None:
        promise = case(due_at=at("15:00"))
        promise.live(at("23:00"))
        assert promise.promise.times_broken == 1

    def test_opens_the_overdue_escalation(self) -> None:
        promise = case(due_at=at("15:00"), with_rules=rules(ladders={Trigger.OVERDUE: [step("1h")]}))
        promise.live(at("15:00"))
        assert [one.opened_at for one in promise.ladder(Trigger.OVERDUE)] == [at("15:00")]
        assert promise.of(EventKind.ESCALATION_OPENED)[0].facts == {"trigger": "overdue"}

    def test_is_prevented_by_keeping_on_the_dot(self) -> None:
        promise = case(due_at=at("15:00"))
        promise.keep(at("15:00"))
        assert promise.when(OVERDUE) == []
        assert promise.promise.outcome is Outcome.KEPT_ON_TIME

    def test_is_not_prevented_by_a_word_on_the_dot(self) -> None:
        promise = case(due_at=at("15:00"))
        promise.say(at("15:00"))
        promise.live(at("15:01"))
        assert promise.when(OVERDUE) == [at("15:00")]

    def test_comes_first_where_both_clocks_fall_on_one_instant(self) -> None:
        # Nobody can be mailed, so the empty word clock is the due clock: both at 10:00.
        promise = case(due_at=at("10:00"), around=surroundings(mailable=False))
        promise.pass_time(at("10:00"))
        kinds = [event.kind for event in promise.events if event.kind is not EventKind.ESCALATION_OPENED]
        assert kinds == [OVERDUE, EventKind.BECAME_SILENT]


class TestOutcome:
    def test_is_open_until_the_end(self) -> None:
        promise = case(due_at=at("15:00"))
        promise.live(at("16:00"))
        assert promise.promise.outcome is Outcome.OPEN

    def test_is_kept_on_time_before_the_due_time(self) -> None:
        promise = case(due_at=at("15:00"))
        promise.keep(at("14:59"))
        assert promise.promise.outcome is Outcome.KEPT_ON_TIME

    def test_is_kept_late_after_it(self) -> None:
        promise = case(due_at=at("15:00"))
        promise.keep(at("15:01"))
        assert promise.promise.outcome is Outcome.KEPT_LATE

    def test_is_kept_late_where_a_date_broke_before_it_was_moved(self) -> None:
        promise = case(due_at=at("15:00"))
        promise.renegotiate(at("16:00"), due_at=at("20:00"))
        promise.keep(at("19:00"))
        assert promise.promise.outcome is Outcome.KEPT_LATE

    def test_is_kept_on_time_where_the_date_was_moved_before_it_passed(self) -> None:
        promise = case(due_at=at("15:00"))
        promise.renegotiate(at("14:00"), due_at=at("20:00"))
        promise.keep(at("19:00"))
        assert promise.promise.outcome is Outcome.KEPT_ON_TIME

    def test_says_when_it_ended(self) -> None:
        promise = case(due_at=at("15:00"))
        promise.keep(at("14:00"))
        assert (promise.promise.status, promise.promise.ended_at) == (Status.KEPT, at("14:00"))

    def test_ends_the_overdue_state_and_its_escalation(self) -> None:
        promise = case(due_at=at("15:00"), with_rules=rules(cadence="24h"))
        promise.keep(at("16:00"))
        assert promise.promise.overdue_since is None
        assert promise.promise.escalations == ()
        ended = promise.of(EventKind.ESCALATION_ENDED)
        assert [(event.occurred_at, event.facts["trigger"]) for event in ended] == [(at("16:00"), "overdue")]


class TestReopening:
    def test_gives_the_new_date_a_break_of_its_own(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.keep(at("11:00"))
        promise.reopen(at("12:00"), due_at=at("14:00"))
        promise.live(at("15:00"))
        assert promise.when(OVERDUE) == [at("10:00"), at("14:00")]
        assert promise.promise.times_broken == 2

    def test_makes_the_outcome_look_at_the_new_date_alone(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.keep(at("11:00"))
        promise.reopen(at("12:00"), due_at=at("14:00"))
        promise.keep(at("13:00"))
        assert promise.promise.outcome is Outcome.KEPT_ON_TIME
        assert promise.promise.times_broken == 1

    def test_is_counted(self) -> None:
        promise = case()
        promise.keep(at("09:00"))
        promise.reopen(at("10:00"), due_at=at("14:00"))
        assert promise.promise.times_reopened == 1

    def test_is_a_persons_word(self) -> None:
        promise = case()
        promise.keep(at("09:00"))
        promise.reopen(at("10:00"), due_at=at("22:00"))
        assert promise.promise.last_person_word_at == at("10:00")
        assert promise.promise.next_word_due_at == at("14:00")

    def test_allows_a_holding_mail_and_a_missed_mail_anew(self) -> None:
        promise = case(due_at=at("13:00"))
        promise.live(at("13:30"))  # a holding mail at 11:50, a missed mail at 13:10
        promise.keep(at("14:00"))
        promise.reopen(at("14:00"), due_at=at("21:00"))
        promise.live(at("22:00"))
        assert promise.when(EventKind.HOLDING_MAIL_PLANNED) == [at("11:50"), at("17:50")]
        assert promise.when(EventKind.MISSED_MAIL_PLANNED) == [at("13:10"), at("21:10")]

    def test_forgets_that_a_miss_was_announced(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.say(at("09:00"), meaning=WordMeaning.WILL_MISS)
        promise.keep(at("11:00"))
        promise.reopen(at("11:00"), due_at=at("13:00"))
        promise.live(at("14:00"))
        assert promise.when(EventKind.MISSED_MAIL_PLANNED) == [at("13:10")]

    def test_keeps_the_agreed_cadence(self) -> None:
        promise = case(agreed_cadence="3h")
        promise.keep(at("09:00"))
        promise.reopen(at("10:00"), due_at=at("22:00"))
        assert promise.promise.next_word_due_at == at("13:00")

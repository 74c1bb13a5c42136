"""The holding mail: the one automatic word that may put a silence off."""

from datetime import timedelta

from commitments.domain.clocks import Rules
from commitments.domain.timeline import EventKind
from tests.commitments.domain.factories import Case, at, case, rules, surroundings

HOLDING = EventKind.HOLDING_MAIL_PLANNED
MISSED = EventKind.MISSED_MAIL_PLANNED
SILENT = EventKind.BECAME_SILENT

LATER = at("12:00", day=20)


def lived(until: str = "23:00", *, with_rules: Rules | None = None, **around: bool) -> Case:
    """Live a day of a promise made at 08:00 for a later day."""
    promise = case(due_at=LATER, with_rules=with_rules, around=surroundings(**around))
    promise.live(at(until))
    return promise


class TestPlanning:
    def test_happens_ten_minutes_before_the_word_clock(self) -> None:
        assert lived().when(HOLDING) == [at("11:50")]

    def test_happens_at_that_instant_however_late_the_sweep_comes(self) -> None:
        promise = case(due_at=LATER)
        promise.pass_time(at("13:00"))
        assert promise.when(HOLDING) == [at("11:50")]

    def test_does_not_happen_before_it(self) -> None:
        promise = case(due_at=LATER)
        promise.pass_time(at("11:50"), inclusive=False)
        assert promise.when(HOLDING) == []

    def test_moves_the_clock_from_the_planned_instant(self) -> None:
        assert lived("12:00").promise.next_word_due_at == at("15:50")

    def test_names_the_time_and_the_deadline_that_it_meets(self) -> None:
        assert lived().of(HOLDING)[0].facts == {"named_at": at("15:50"), "meets": at("12:00")}

    def test_empties_the_clock_and_names_the_due_time_where_that_comes_first(self) -> None:
        promise = case(due_at=at("15:00"))
        promise.live(at("12:00"))
        assert promise.promise.next_word_due_at is None
        assert promise.of(HOLDING)[0].facts["named_at"] == at("15:00")

    def test_is_no_persons_word(self) -> None:
        assert lived("12:00").promise.last_person_word_at == at("08:00")

    def test_happens_after_the_due_time_too(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.say(at("10:05"))
        promise.live(at("14:05"))
        assert promise.when(HOLDING) == [at("13:55")]

    def test_never_happens_before_the_making(self) -> None:
        # A receipt that is refused at once was to meet the very instant of the making.
        promise = case(told=False, due_at=LATER)
        promise.lose(at("08:00"), known_at=at("08:00"))
        promise.pass_time(at("08:00"))
        assert promise.when(HOLDING) == []
        assert promise.when(SILENT) == [at("08:00")]

    def test_is_left_out_where_the_cadence_is_shorter_than_its_lead(self) -> None:
        promise = lived(with_rules=rules(cadence="10min"))
        assert promise.when(HOLDING) == []
        assert promise.when(SILENT) == [at("08:10")]


class TestAllowance:
    def test_is_one_between_two_words_of_a_person(self) -> None:
        promise = lived()
        assert promise.when(HOLDING) == [at("11:50")]
        assert promise.when(SILENT) == [at("15:50")]

    def test_can_be_more(self) -> None:
        promise = lived(with_rules=rules(holding_mails=2))
        assert promise.when(HOLDING) == [at("11:50"), at("15:40")]
        assert promise.when(SILENT) == [at("19:40")]

    def test_can_be_none(self) -> None:
        promise = lived(with_rules=rules(holding_mails=0))
        assert promise.when(HOLDING) == []
        assert promise.when(SILENT) == [at("12:00")]

    def test_is_given_anew_by_a_persons_word(self) -> None:
        promise = lived("12:00")
        promise.say(at("13:00"))
        promise.live(at("17:00"))
        assert promise.when(HOLDING) == [at("11:50"), at("16:50")]

    def test_is_given_anew_by_a_persons_word_that_ends_a_silence(self) -> None:
        promise = lived("16:00")
        promise.say(at("16:00"))
        promise.live(at("20:00"))
        assert promise.when(HOLDING) == [at("11:50"), at("19:50")]


class TestRefusal:
    def test_of_a_customer_who_cannot_be_mailed(self) -> None:
        promise = lived(mailable=False)
        assert promise.when(HOLDING) == []
        assert promise.when(SILENT) == [at("12:00")]

    def test_of_a_customer_who_asked_for_real_news_only(self) -> None:
        promise = lived(real_news_only=True)
        assert promise.when(HOLDING) == []
        assert promise.when(SILENT) == [at("12:00")]

    def test_of_facts_older_than_the_policy_allows(self) -> None:
        # At 11:50 the last confirmed fact is 3 h 50 min old.
        assert lived(with_rules=rules(facts_max_age="3h")).when(HOLDING) == []

    def test_spares_facts_exactly_as_old_as_the_policy_allows(self) -> None:
        assert lived(with_rules=rules(facts_max_age="230min")).when(HOLDING) == [at("11:50")]

    def test_takes_a_persons_word_as_confirming_the_facts(self) -> None:
        promise = case(due_at=LATER, with_rules=rules(facts_max_age="4h"))
        promise.say(at("10:00"))
        promise.live(at("14:00"))
        assert promise.when(HOLDING) == [at("13:50")]

    def test_takes_no_automatic_word_as_confirming_them(self) -> None:
        promise = lived(with_rules=rules(facts_max_age="4h", holding_mails=2))
        assert promise.when(HOLDING) == [at("11:50")]
        assert promise.when(SILENT) == [at("15:50")]

    def test_in_a_silence(self) -> None:
        promise = case(due_at=at("15:00"), around=surroundings(real_news_only=True))
        promise.live(at("23:00"))
        assert promise.when(SILENT) == [at("12:00")]
        assert promise.when(HOLDING) == []

    def test_after_a_missed_mail(self) -> None:
        # The missed mail of 10:10 names 12:10; nothing automatic is said at 12:00.
        promise = case(due_at=at("10:00"))
        promise.live(at("23:00"))
        assert promise.when(MISSED) == [at("10:10")]
        assert promise.when(HOLDING) == []
        assert promise.when(SILENT) == [at("12:10")]

    def test_after_a_missed_mail_ends_with_a_persons_word(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.live(at("10:30"))
        promise.say(at("11:00"))
        promise.live(at("15:00"))
        assert promise.when(HOLDING) == [at("14:50")]

    def test_while_a_missed_mail_is_pending(self) -> None:
        # A word on the very due time binds until 10:15, and its holding mail would go at 10:05, within the grace.
        promise = case(made_at=at("09:50"), due_at=at("10:00"), with_rules=rules(cadence="15min"))
        promise.say(at("10:00"))
        promise.live(at("10:10"))
        assert promise.when(HOLDING) == []
        assert promise.when(MISSED) == [at("10:10")]

    def test_while_a_word_is_still_waiting_to_go(self) -> None:
        # A second mail would only queue up behind the first.
        promise = case(due_at=LATER)
        promise.say(at("09:00"), by_mail=True)
        promise.pass_time(at("12:55"))
        assert promise.when(HOLDING) == []
        promise.mails_go()
        promise.pass_time(at("12:56"))
        assert promise.when(HOLDING) == [at("12:50")]


class TestALateSweep:
    def test_plans_none_whose_named_time_has_passed(self) -> None:
        promise = case(due_at=LATER)
        promise.pass_time(at("15:50"))
        assert promise.when(HOLDING) == []
        assert promise.when(SILENT) == [at("12:00")]

    def test_plans_one_whose_named_time_is_still_to_come(self) -> None:
        promise = case(due_at=LATER)
        promise.pass_time(at("15:50") - timedelta(seconds=1))
        assert promise.when(HOLDING) == [at("11:50")]
        assert promise.when(SILENT) == []

    def test_bars_none_after_the_next_persons_word(self) -> None:
        promise = case(due_at=LATER)
        promise.pass_time(at("15:50"))
        promise.say(at("16:00"))
        promise.live(at("20:00"))
        assert promise.when(HOLDING) == [at("19:50")]

    def test_plans_none_that_would_name_a_due_time_that_has_passed(self) -> None:
        promise = case(due_at=at("14:00"))
        promise.pass_time(at("14:00"))
        assert promise.when(HOLDING) == []
        assert promise.when(SILENT) == [at("12:00")]

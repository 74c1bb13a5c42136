"""The word clock: by when the customer must hear from us, news or not."""

import pytest

from commitments.domain.clocks import WordMeaning
from commitments.domain.promise import NotKept, NotOpen
from commitments.domain.timeline import EventKind
from tests.commitments.domain.factories import at, case, rules, surroundings

ASKED = EventKind.WORD_ASKED
SILENT = EventKind.BECAME_SILENT


class TestAfterAWord:
    def test_making_a_promise_in_conversation_starts_it(self) -> None:
        assert case().promise.next_word_due_at == at("12:00")

    def test_making_one_in_conversation_is_a_persons_word(self) -> None:
        assert case().promise.last_person_word_at == at("08:00")

    def test_it_is_empty_while_the_due_time_comes_first(self) -> None:
        promise = case(due_at=at("11:00")).promise
        assert (promise.next_word_due_at, promise.word_deadline) == (None, at("11:00"))

    def test_a_persons_word_moves_it(self) -> None:
        promise = case()
        promise.say(at("09:30"))
        assert promise.promise.next_word_due_at == at("13:30")

    def test_a_persons_word_empties_it_near_the_due_time(self) -> None:
        promise = case(due_at=at("13:00"))
        promise.say(at("09:30"))
        assert promise.promise.next_word_due_at is None

    def test_an_agreed_cadence_takes_the_policys_place(self) -> None:
        promise = case(agreed_cadence="2h")
        assert promise.promise.next_word_due_at == at("10:00")
        promise.say(at("09:30"))
        assert promise.promise.next_word_due_at == at("11:30")

    def test_a_persons_word_after_the_due_time_sets_it(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.say(at("10:05"))
        assert promise.promise.next_word_due_at == at("14:05")

    def test_a_word_on_the_instant_of_the_due_time_sets_it(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.say(at("10:00"))
        assert promise.promise.next_word_due_at == at("14:00")

    @pytest.mark.parametrize("meaning", WordMeaning)
    def test_every_meaning_of_a_persons_word_moves_it(self, meaning: WordMeaning) -> None:
        promise = case()
        promise.say(at("09:30"), meaning=meaning)
        assert promise.promise.next_word_due_at == at("13:30")

    def test_a_promise_that_has_ended_takes_no_word(self) -> None:
        promise = case()
        promise.keep(at("09:00"))
        with pytest.raises(NotOpen):
            promise.say(at("09:30"))

    def test_only_a_kept_promise_can_be_reopened(self) -> None:
        with pytest.raises(NotKept):
            case().reopen(at("09:00"), due_at=at("12:00"))


class TestNothingNew:
    def test_counts_how_often_it_was_said_running(self) -> None:
        promise = case()
        for clock in ("09:00", "10:00"):
            promise.say(at(clock), meaning=WordMeaning.NOTHING_NEW)
        assert promise.promise.nothing_new_run == 2

    def test_starts_again_after_any_other_word(self) -> None:
        promise = case()
        promise.say(at("09:00"), meaning=WordMeaning.NOTHING_NEW)
        promise.say(at("10:00"), meaning=WordMeaning.NEWS)
        assert promise.promise.nothing_new_run == 0

    def test_allows_a_holding_mail_again(self) -> None:
        promise = case(due_at=at("12:00", day=20))
        promise.live(at("12:00"))
        promise.say(at("13:00"), meaning=WordMeaning.NOTHING_NEW)
        promise.live(at("18:00"))
        assert promise.when(EventKind.HOLDING_MAIL_PLANNED) == [at("11:50"), at("16:50")]


class TestMadeWithoutAConversation:
    def test_has_no_persons_word(self) -> None:
        assert case(told=False).promise.last_person_word_at is None

    def test_counts_the_clock_from_the_receipt(self) -> None:
        promise = case(told=False)
        promise.mails_go()
        assert promise.promise.next_word_due_at == at("12:00")
        promise.live(at("12:00"))
        assert promise.when(SILENT) == []

    def test_is_silent_from_the_start_if_the_receipt_has_not_gone_by_the_time_it_names(self) -> None:
        promise = case(told=False)
        promise.pass_time(at("12:00"))
        assert promise.when(SILENT) == [at("08:00")]
        assert promise.promise.silent_since == at("08:00")

    def test_is_silent_from_the_start_if_the_receipt_bounces(self) -> None:
        promise = case(told=False)
        promise.mails_go()
        promise.lose(at("08:00"), known_at=at("09:00"))
        assert promise.promise.silent_since == at("08:00")

    def test_has_its_first_persons_word_whenever_one_is_given(self) -> None:
        promise = case(told=False)
        promise.say(at("09:30"))
        promise.pass_time(at("12:30"))
        assert promise.promise.last_person_word_at == at("09:30")
        assert promise.when(SILENT) == []


class TestAsking:
    def test_comes_shortly_before_the_word_clock(self) -> None:
        promise = case()
        promise.live(at("11:40"))
        assert promise.when(ASKED) == [at("11:30")]
        assert promise.of(ASKED)[0].facts == {"next_word_due_at": at("12:00")}

    def test_comes_once_for_each_deadline(self) -> None:
        promise = case()
        promise.pass_time(at("11:30"))
        assert promise.pass_time(at("11:45")) == []

    def test_comes_again_for_the_next_one(self) -> None:
        promise = case()
        promise.live(at("15:45"))  # the holding mail of 11:50 names 15:50
        assert promise.when(ASKED) == [at("11:30"), at("15:20")]

    def test_is_left_out_where_it_would_come_before_the_last_word(self) -> None:
        promise = case(with_rules=rules(cadence="20min"))
        promise.live(at("08:15"))
        assert promise.when(ASKED) == []

    def test_is_left_out_where_it_would_come_on_the_very_word(self) -> None:
        promise = case(with_rules=rules(cadence="30min"))
        promise.say(at("08:10"))
        promise.live(at("08:20"))
        assert promise.when(ASKED) == []

    def test_is_left_out_once_word_was_given(self) -> None:
        promise = case()
        promise.say(at("11:00"))
        promise.live(at("14:00"))
        assert promise.when(ASKED) == []

    def test_is_left_out_in_a_silence(self) -> None:
        promise = case(around=surroundings(mailable=False))
        promise.live(at("22:00"))
        assert promise.when(ASKED) == [at("11:30")]

    def test_is_left_out_while_the_due_clock_comes_first(self) -> None:
        promise = case(due_at=at("11:00"))
        promise.live(at("11:00"))
        assert promise.when(ASKED) == []

    def test_is_not_lost_where_a_reminder_falls_on_the_same_instant(self) -> None:
        promise = case(due_at=at("15:30"), with_rules=rules(reminders=("4bh",)))
        promise.live(at("11:30"))
        assert promise.when(ASKED) == [at("11:30")]
        assert promise.when(EventKind.REMINDER_DUE) == [at("11:30")]


class TestOnTheDot:
    def test_a_word_keeps_the_case_from_being_silent(self) -> None:
        promise = case(around=surroundings(mailable=False))
        promise.say(at("12:00"))
        promise.pass_time(at("12:00"))
        assert promise.when(SILENT) == []

    def test_a_word_takes_the_holding_mails_place(self) -> None:
        promise = case()
        promise.say(at("11:50"))
        promise.pass_time(at("12:00"))
        assert promise.when(EventKind.HOLDING_MAIL_PLANNED) == []

    def test_a_word_takes_the_missed_mails_place(self) -> None:
        promise = case(due_at=at("10:00"))
        promise.say(at("10:10"))
        promise.pass_time(at("10:10"))
        assert promise.when(EventKind.MISSED_MAIL_PLANNED) == []

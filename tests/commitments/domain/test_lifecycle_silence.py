"""Silence: when it begins, what it opens, and the only things that end it."""

from commitments.domain.escalation import Trigger
from commitments.domain.timeline import EventKind
from tests.commitments.domain.factories import Case, at, case, rules, step, surroundings

SILENT = EventKind.BECAME_SILENT
ENDED = EventKind.SILENCE_ENDED
LADDERS = {Trigger.SILENT: [step(), step("4h")], Trigger.OVERDUE: [step()]}


def silent(*, due_at: str = "23:00") -> Case:
    """Make a promise that is silent from 12:00, with nobody to mail."""
    promise = case(due_at=at(due_at), with_rules=rules(ladders=LADDERS), around=surroundings(mailable=False))
    promise.live(at("13:00"))
    return promise


class TestBeginning:
    def test_is_the_deadline_itself_however_late_it_is_noticed(self) -> None:
        promise = case(around=surroundings(mailable=False))
        promise.pass_time(at("20:00"))
        assert promise.when(SILENT) == [at("12:00")]
        assert promise.promise.silent_since == at("12:00")

    def test_names_the_deadline(self) -> None:
        assert silent().of(SILENT)[0].facts == {"deadline": at("12:00")}

    def test_does_not_come_before_the_deadline(self) -> None:
        promise = case(around=surroundings(mailable=False))
        promise.pass_time(at("12:00"), inclusive=False)
        assert promise.when(SILENT) == []

    def test_opens_the_silent_escalation(self) -> None:
        promise = silent()
        assert [one.opened_at for one in promise.ladder(Trigger.SILENT)] == [at("12:00")]
        assert promise.when(EventKind.SILENT_STEP) == [at("12:00")]

    def test_comes_on_the_due_time_where_that_is_the_word_clock(self) -> None:
        promise = case(due_at=at("11:00"), around=surroundings(mailable=False))
        promise.live(at("12:00"))
        assert promise.when(SILENT) == [at("11:00")]

    def test_happens_once(self) -> None:
        promise = silent()
        promise.live(at("22:00"))
        assert promise.when(SILENT) == [at("12:00")]

    def test_does_not_keep_the_promise_from_becoming_overdue(self) -> None:
        promise = silent(due_at="14:00")
        promise.live(at("15:00"))
        assert promise.when(EventKind.BECAME_OVERDUE) == [at("14:00")]
        assert promise.promise.silent_since == at("12:00")


class TestEnd:
    def test_comes_with_a_persons_word(self) -> None:
        promise = silent()
        promise.say(at("13:00"))
        assert promise.promise.silent_since is None
        assert [(e.occurred_at, e.facts["since"]) for e in promise.of(ENDED)] == [(at("13:00"), at("12:00"))]

    def test_comes_with_a_persons_mail_from_the_act_on(self) -> None:
        promise = silent()
        promise.say(at("13:00"), by_mail=True)
        assert promise.when(ENDED) == [at("13:00")]

    def test_comes_with_the_end_of_the_promise(self) -> None:
        promise = silent()
        promise.keep(at("13:00"))
        assert promise.promise.silent_since is None
        assert promise.when(ENDED) == [at("13:00")]

    def test_ends_its_escalation(self) -> None:
        promise = silent()
        promise.say(at("13:00"))
        ended = promise.of(EventKind.ESCALATION_ENDED)
        assert [(event.occurred_at, event.facts["trigger"]) for event in ended] == [(at("13:00"), "silent")]
        assert promise.promise.escalations == ()

    def test_leaves_the_overdue_escalation_open(self) -> None:
        promise = silent(due_at="12:30")
        promise.say(at("13:00"))
        assert [one.trigger for one in promise.promise.escalations] == [Trigger.OVERDUE]

    def test_starts_the_word_clock_again(self) -> None:
        promise = silent()
        promise.say(at("13:00"))
        assert promise.promise.next_word_due_at == at("17:00")

    def test_lets_a_second_silence_begin(self) -> None:
        promise = silent()
        promise.say(at("13:00"))
        promise.live(at("18:00"))
        assert promise.when(SILENT) == [at("12:00"), at("17:00")]
        assert promise.when(EventKind.SILENT_STEP) == [at("12:00"), at("17:00")]

    def test_comes_with_a_reopening_no_sooner_than_with_the_end_before_it(self) -> None:
        promise = silent()
        promise.keep(at("13:00"))
        promise.reopen(at("14:00"), due_at=at("22:00"))
        promise.live(at("15:00"))
        assert promise.when(SILENT) == [at("12:00")]

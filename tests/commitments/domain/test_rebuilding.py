"""A row worked out again from its timeline."""

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from commitments.domain.entries import Entry
from commitments.domain.promise import Outcome, Status
from commitments.domain.rebuilding import Rebuilt, rebuild
from commitments.domain.timeline import EventKind
from tests.commitments.domain.factories import at

GRACES = {7: timedelta(minutes=10), 8: timedelta(minutes=30)}
_number = count(1)


def entry(kind: EventKind, occurred_at: datetime, *, recorded_at: datetime | None = None, **facts: Any) -> Entry:
    plain = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in facts.items()}
    return Entry(f"event-{next(_number)}", kind, occurred_at, recorded_at or occurred_at, plain)


def made(**facts: Any) -> Entry:
    """Make a promise at 08:00 for 15:00, told in a conversation that names 12:00."""
    values: dict[str, Any] = {"due_at": at("15:00"), "named_at": at("12:00"), "told": True}
    values |= {"owner": 1, "team": 2, "policy": 7}
    return entry(EventKind.MADE, at("08:00"), **values | facts)


def told(occurred_at: datetime, named_at: datetime, **facts: Any) -> Entry:
    values: dict[str, Any] = {"meaning": "news", "told": True, "named_at": named_at}
    return entry(EventKind.WORD_GIVEN, occurred_at, **values | facts)


def moved(occurred_at: datetime, *, was: datetime, to: datetime, **facts: Any) -> Entry:
    values: dict[str, Any] = {"was_due_at": was, "due_at": to, "told": True, "named_at": to}
    return entry(EventKind.RENEGOTIATED, occurred_at, **values | facts)


def rebuilt(*entries: Entry) -> Rebuilt:
    return rebuild(entries, graces=GRACES)


def sent(occurred_at: datetime, *, event: str, to: str = "customer") -> Entry:
    return entry(EventKind.MAIL_SENT, occurred_at, event=event, to=to)


def overdue(occurred_at: datetime) -> list[Entry]:
    opened = entry(EventKind.ESCALATION_OPENED, occurred_at, trigger="overdue")
    return [entry(EventKind.BECAME_OVERDUE, occurred_at, due_at=occurred_at), opened]


class TestTheMaking:
    def test_says_who_answers_for_it(self) -> None:
        row = rebuilt(made())
        assert (row.owner, row.team, row.version) == (1, 2, 1)

    def test_is_the_first_word(self) -> None:
        promise = rebuilt(made()).promise
        assert (promise.last_person_word_at, promise.next_word_due_at) == (at("08:00"), at("12:00"))

    def test_waits_for_its_receipt_where_nobody_was_told(self) -> None:
        receipt = made(told=False, meets=at("08:00"))
        waiting = rebuilt(receipt).promise
        gone = rebuilt(receipt, sent(at("08:01"), event=receipt.id)).promise
        assert (waiting.unconfirmed_meets, waiting.last_person_word_at) == (at("08:00"), None)
        assert gone.unconfirmed_meets is None

    def test_says_what_cadence_was_agreed(self) -> None:
        assert str(rebuilt(made(cadence="2bh")).promise.agreed_cadence) == "2bh"

    def test_is_needed(self) -> None:
        with pytest.raises(ValueError, match="without events"):
            rebuild([], graces=GRACES)


class TestWords:
    def test_move_the_word_clock_to_what_they_name(self) -> None:
        assert rebuilt(made(), told(at("11:00"), at("14:00"))).promise.next_word_due_at == at("14:00")

    def test_leave_it_empty_while_the_due_clock_comes_first(self) -> None:
        assert rebuilt(made(), told(at("11:00"), at("15:00"))).promise.next_word_due_at is None

    def test_count_no_more_when_they_prove_void(self) -> None:
        mail = told(at("11:00"), at("14:00"), told=False, meets=at("12:00"))
        row = rebuilt(made(), mail, entry(EventKind.WORD_VOIDED, at("11:30"), event=mail.id, reason="bounced"))
        assert row.promise.next_word_due_at == at("12:00")

    def test_have_not_gone_with_a_copy_for_somebody_else(self) -> None:
        mail = told(at("11:00"), at("14:00"), told=False, meets=at("12:00"))
        assert rebuilt(made(), mail, sent(at("11:01"), event=mail.id, to="other")).promise.unconfirmed_meets
        assert not rebuilt(made(), mail, sent(at("11:01"), event=mail.id)).promise.unconfirmed_meets

    def test_that_waited_too_long_are_void_without_being_named(self) -> None:
        mail = told(at("11:00"), at("11:30"), told=False, meets=at("12:00"))
        late = entry(EventKind.WORD_VOIDED, at("11:30"), recorded_at=at("11:31"), reason="not_gone_in_time")
        assert rebuilt(made(), mail, late).promise.last_word_at == at("08:00")

    def test_recorded_late_do_not_put_off_what_a_later_one_named(self) -> None:
        late = told(at("09:00"), at("13:00"))
        assert rebuilt(made(), told(at("10:00"), at("12:30")), late).promise.next_word_due_at == at("12:30")

    def test_of_a_person_take_the_place_of_a_holding_mail_that_waits(self) -> None:
        holding = entry(EventKind.HOLDING_MAIL_PLANNED, at("11:50"), named_at=at("14:00"), meets=at("12:00"))
        row = rebuilt(made(), holding, told(at("11:55"), at("13:00")))
        assert (row.promise.holding_mails_used, row.promise.last_word_at) == (0, at("11:55"))

    def test_bind_earlier_when_the_clocks_come_forward(self) -> None:
        retimed = entry(EventKind.CLOCKS_RETIMED, at("09:00"), hear_by=at("10:00"), was_hear_by=at("12:00"))
        assert rebuilt(made(), retimed).promise.next_word_due_at == at("10:00")


class TestTheDate:
    def test_is_the_last_that_was_told(self) -> None:
        promise = rebuilt(made(), moved(at("10:00"), was=at("15:00"), to=at("17:00"))).promise
        assert (promise.due_at, promise.due_set_at, promise.times_renegotiated) == (at("17:00"), at("10:00"), 1)

    def test_is_the_old_one_where_the_mail_did_not_arrive(self) -> None:
        mail = moved(at("10:00"), was=at("15:00"), to=at("17:00"), told=False)
        row = rebuilt(made(), mail, entry(EventKind.WORD_VOIDED, at("10:30"), event=mail.id, reason="bounced"))
        assert (row.promise.due_at, row.promise.times_renegotiated) == (at("15:00"), 0)

    def test_stands_where_a_conversation_told_of_it_too(self) -> None:
        mail = moved(at("10:00"), was=at("15:00"), to=at("17:00"), told=False)
        void = entry(EventKind.WORD_VOIDED, at("11:30"), event=mail.id, reason="bounced")
        row = rebuilt(made(), mail, told(at("11:00"), at("14:00")), void)
        assert (row.promise.due_at, row.promise.due_set_at) == (at("17:00"), at("11:00"))

    def test_is_overdue_while_its_ladder_is_open(self) -> None:
        promise = rebuilt(made(), *overdue(at("15:00"))).promise
        assert (promise.overdue_since, promise.times_broken) == (at("15:00"), 1)

    def test_stays_broken_when_the_next_is_told_after_it(self) -> None:
        ended = entry(EventKind.ESCALATION_ENDED, at("16:00"), trigger="overdue")
        promise = rebuilt(
            made(), *overdue(at("15:00")), ended, moved(at("16:00"), was=at("15:00"), to=at("17:00"))
        ).promise
        assert (promise.overdue_since, promise.times_broken, promise.times_renegotiated) == (None, 1, 0)


class TestASilence:
    def test_begins_before_a_mail_whose_place_a_word_recorded_late_has_taken(self) -> None:
        # The word is older than the silence and ends nothing; the mail that would have put it off goes no more.
        holding = entry(EventKind.HOLDING_MAIL_PLANNED, at("12:05"), named_at=at("13:00"), meets=at("12:15"))
        row = rebuilt(
            made(named_at=at("12:15")),
            holding,
            entry(EventKind.BECAME_SILENT, at("12:15"), deadline=at("12:15")),
            entry(EventKind.ESCALATION_OPENED, at("12:20"), trigger="silent"),
            told(at("10:30"), at("12:15")),
        ).promise
        assert row.silent_since == at("12:15")

    def test_that_comes_back_has_missed_the_time_that_was_named_in_it_already(self) -> None:
        missed_mail = entry(EventKind.MISSED_MAIL_PLANNED, at("15:10"), named_at=at("17:10"), meets=at("12:00"))
        mail = told(at("18:00"), at("19:00"), told=False, meets=at("12:00"))
        row = rebuilt(
            made(),
            entry(EventKind.BECAME_SILENT, at("12:00"), deadline=at("12:00")),
            entry(EventKind.ESCALATION_OPENED, at("12:00"), trigger="silent"),
            *overdue(at("15:00")),
            missed_mail,
            sent(at("15:10"), event=missed_mail.id),
            entry(EventKind.WORD_MISSED, at("17:10"), named_at=at("17:10")),
            entry(EventKind.SILENCE_ENDED, at("18:00"), since=at("12:00")),
            entry(EventKind.ESCALATION_ENDED, at("18:00"), trigger="silent"),
            mail,
            entry(EventKind.WORD_VOIDED, at("19:00"), event=mail.id, reason="bounced"),
            entry(EventKind.ESCALATION_OPENED, at("19:00"), trigger="silent"),
        ).promise
        assert (row.silent_since, row.word_missed_at) == (at("12:00"), at("17:10"))

    def test_that_comes_back_is_judged_by_the_policy_of_that_time(self) -> None:
        # Known since 14:50, ended by a mail until 14:58, and from 14:50 again as that mail bounces: its event stands
        # already. With half an hour of grace the clock would have waited for the missed mail.
        opened = entry(EventKind.ESCALATION_OPENED, at("14:50"), trigger="silent")
        mail = told(at("14:52"), at("14:58"), told=False, meets=at("14:50"))
        ended = entry(EventKind.ESCALATION_ENDED, at("14:52"), trigger="silent")
        missed = entry(EventKind.MISSED_MAIL_PLANNED, at("15:10"), named_at=at("17:10"), meets=at("14:58"))
        row = rebuilt(
            made(named_at=at("14:50")),
            *(entry(EventKind.BECAME_SILENT, at("14:50")), opened),
            *(entry(EventKind.SILENCE_ENDED, at("14:52")), ended, mail, sent(at("14:52"), event=mail.id)),
            *(entry(EventKind.BECAME_SILENT, at("14:58")), replace(opened, occurred_at=at("14:58"))),
            *(missed, sent(at("15:10"), event=missed.id)),
            entry(EventKind.WORD_VOIDED, at("15:30"), event=mail.id, reason="bounced"),
            entry(EventKind.POLICY_MOVED, at("15:40"), policy=8, was_policy=7),
        )
        assert row.promise.silent_since == at("14:50")


class TestTheEnd:
    def test_in_time_is_no_break_though_it_is_recorded_late(self) -> None:
        kept = entry(EventKind.KEPT, at("14:50"), recorded_at=at("16:00"))
        promise = rebuilt(made(), *overdue(at("15:00")), kept).promise
        assert (promise.outcome, promise.times_broken) == (Outcome.KEPT_ON_TIME, 0)

    def test_after_the_date_is_a_break(self) -> None:
        kept = entry(EventKind.KEPT, at("15:30"))
        assert rebuilt(made(), *overdue(at("15:00")), kept).promise.outcome is Outcome.KEPT_LATE

    def test_leaves_the_clocks_as_they_stood(self) -> None:
        mail = told(at("11:00"), at("14:00"), told=False, meets=at("12:00"))
        void = entry(EventKind.WORD_VOIDED, at("12:00"), event=mail.id, reason="bounced")
        promise = rebuilt(made(), mail, entry(EventKind.KEPT, at("11:30")), void).promise
        assert (promise.last_word_at, promise.next_word_due_at) == (at("11:00"), None)

    def test_is_undone_by_a_reopening_which_begins_anew(self) -> None:
        kept = entry(EventKind.KEPT, at("15:30"))
        again = entry(EventKind.REOPENED, at("16:00"), due_at=at("18:00"), named_at=at("18:00"), told=True)
        ended = entry(EventKind.ESCALATION_ENDED, at("15:30"), trigger="overdue")
        promise = rebuilt(made(), *overdue(at("15:00")), ended, kept, again).promise
        assert (promise.status, promise.due_at, promise.started_at) == (Status.OPEN, at("18:00"), at("16:00"))
        assert (promise.times_broken, promise.times_reopened) == (1, 1)


class TestWhatWaits:
    def test_is_the_earliest_message_that_nobody_answered(self) -> None:
        first, second = (entry(EventKind.CUSTOMER_MESSAGE, at(hour), needs_answer=True) for hour in ("09:00", "10:00"))
        assert rebuilt(made(), first, second).promise.customer_waiting_since == at("09:00")

    def test_is_settled_by_a_word(self) -> None:
        message = entry(EventKind.CUSTOMER_MESSAGE, at("09:00"), needs_answer=True)
        assert rebuilt(made(), message, told(at("09:30"), at("13:00"))).promise.customer_waiting_since is None

    def test_is_settled_by_thanks(self) -> None:
        message = entry(EventKind.CUSTOMER_MESSAGE, at("09:00"), needs_answer=True)
        thanked = entry(EventKind.THANKED, at("09:30"), message=message.id)
        assert rebuilt(made(), message, thanked).promise.customer_waiting_since is None

    def test_may_be_a_dispute_after_the_end(self) -> None:
        kept, disputed = entry(EventKind.KEPT, at("11:30")), entry(EventKind.DISPUTED, at("12:00"))
        promise = rebuilt(made(), kept, disputed).promise
        assert (promise.disputed_since, promise.customer_waiting_since) == (at("12:00"), at("12:00"))


def test_a_handoff_gives_it_to_another_owner() -> None:
    offered = entry(EventKind.HANDOFF_OFFERED, at("09:00"), to=5, lapses_at=at("11:00"))
    accepted = entry(EventKind.HANDOFF_ACCEPTED, at("10:00"), to=5, told=True, answers=False, named_at=at("13:00"))
    assert rebuilt(made(), offered).promise.handoff_lapses_at == at("11:00")
    row = rebuilt(made(), offered, accepted)
    assert (row.owner, row.promise.handoff_lapses_at) == (5, None)

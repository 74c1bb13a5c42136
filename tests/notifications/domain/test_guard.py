"""The last look before a mail goes …"""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from commitments.domain.waking_hours import WakingHours
from notifications.domain.guard import Decision, Drop, Facts, NameLater, Send, Wait, decide
from notifications.domain.kinds import Hold, MailKind, NotSent

NOW = datetime(2026, 11, 18, 10, 20, tzinfo=UTC)
DUE = NOW + timedelta(days=2)

HOLDING = Facts(
    kind=MailKind.HOLDING,
    to_customer=True,
    is_automatic=True,
    address="maria@example.org",
    is_open=True,
    due_at=DUE,
    next_word_due_at=NOW + timedelta(hours=5),
    silent=False,
    about=None,
    word_state="planned",
    named_at=NOW + timedelta(hours=5),
    zone="Europe/Lisbon",
    waking=WakingHours(time(8), time(20)),
    names_at_least=timedelta(hours=1),
    day_limit=5,
)
MISSED = replace(HOLDING, kind=MailKind.MISSED, due_at=NOW - timedelta(minutes=10), named_at=NOW + timedelta(hours=2))
UPDATE = replace(HOLDING, kind=MailKind.UPDATE, is_automatic=False)
PROMISED = replace(HOLDING, kind=MailKind.PROMISED, is_automatic=False, word_state="", named_at=None)
KEPT = replace(UPDATE, kind=MailKind.KEPT, is_open=False)
STAFF = replace(HOLDING, to_customer=False, address="ana@kept.example", word_state="", named_at=None, waking=None)
REMINDER = replace(STAFF, kind=MailKind.REMINDER, about=DUE)
ASKED = replace(STAFF, kind=MailKind.STILL_ON_IT, about=NOW + timedelta(hours=5))
OVERDUE = replace(STAFF, kind=MailKind.OVERDUE, due_at=NOW - timedelta(hours=1))


def look(facts: Facts, *, now: datetime = NOW, sent_today: int = 0, only_to: tuple[str, ...] = ()) -> Decision:
    return decide(facts, sent_today=sent_today, only_to=only_to, now=now)


@pytest.mark.parametrize("facts", [HOLDING, MISSED, UPDATE, PROMISED, KEPT, REMINDER, ASKED, OVERDUE])
def test_lets_go_what_still_holds(facts: Facts) -> None:
    assert look(facts) == Send()


@pytest.mark.parametrize("facts", [HOLDING, MISSED, PROMISED, REMINDER, ASKED, OVERDUE])
def test_drops_what_the_end_of_the_promise_has_overtaken(facts: Facts) -> None:
    assert look(replace(facts, is_open=False)) == Drop(NotSent.ENDED)


def test_lets_a_persons_words_go_after_the_end() -> None:
    assert look(replace(UPDATE, is_open=False)) == Send()


def test_drops_the_news_of_an_end_that_was_taken_back() -> None:
    assert look(replace(KEPT, is_open=True)) == Drop(NotSent.NO_LONGER_SO)


def test_lets_the_news_of_a_withdrawal_go() -> None:
    assert look(replace(KEPT, kind=MailKind.WITHDRAWN)) == Send()


@pytest.mark.parametrize("facts", [HOLDING, MISSED])
@pytest.mark.parametrize(("state", "reason"), [("cancelled", NotSent.OVERTAKEN), ("void", NotSent.TOO_LATE)])
def test_drops_an_automatic_word_that_counts_no_more(facts: Facts, state: str, reason: NotSent) -> None:
    assert look(replace(facts, word_state=state)) == Drop(reason)


def test_lets_a_persons_void_word_go_all_the_same() -> None:
    assert look(replace(UPDATE, word_state="void")) == Send()


@pytest.mark.parametrize("facts", [HOLDING, UPDATE, PROMISED])
def test_mails_nobody_who_may_not_be_mailed(facts: Facts) -> None:
    assert look(replace(facts, do_not_mail=True)) == Drop(NotSent.DO_NOT_MAIL)
    assert look(replace(facts, by_phone=True)) == Drop(NotSent.BY_PHONE)
    assert look(replace(facts, address="")) == Drop(NotSent.NO_ADDRESS)


@pytest.mark.parametrize("facts", [HOLDING, UPDATE, REMINDER])
def test_mails_listed_domains_only(facts: Facts) -> None:
    assert look(facts, only_to=("test.example",)) == Drop(NotSent.ONLY_LISTED)
    assert look(replace(facts, address="x@Test.Example"), only_to=("test.example",)) == Send()
    assert look(replace(facts, address="x@test.example.org"), only_to=("test.example",)) == Drop(NotSent.ONLY_LISTED)


def test_holds_automatic_customer_mail_while_it_is_stopped() -> None:
    assert look(replace(HOLDING, is_stopped=True)) == Wait(Hold.STOP_SWITCH)
    assert look(replace(MISSED, is_stopped=True)) == Wait(Hold.STOP_SWITCH)
    assert look(replace(UPDATE, is_stopped=True)) == Send()
    assert look(replace(OVERDUE, is_stopped=True)) == Send()


def test_lets_the_customer_sleep_where_nobody_waits_for_the_mail() -> None:
    night = NOW.replace(hour=22)
    morning = Wait(Hold.WAKING_HOURS, until=NOW.replace(day=19, hour=8, minute=0))
    assert look(replace(HOLDING, named_at=NOW + timedelta(days=1)), now=night) == morning
    assert look(replace(MISSED, named_at=NOW + timedelta(days=1)), now=night) == Send()
    assert look(UPDATE, now=night) == Send()


def test_stops_at_the_days_limit_of_automatic_mails() -> None:
    assert look(HOLDING, sent_today=4) == Send()
    assert look(HOLDING, sent_today=5) == Drop(NotSent.DAILY_LIMIT)
    assert look(UPDATE, sent_today=5) == Send()
    assert look(replace(HOLDING, day_limit=None), sent_today=500) == Send()


@pytest.mark.parametrize("facts", [HOLDING, MISSED])
@pytest.mark.parametrize("ahead", [timedelta(minutes=59), timedelta(0), timedelta(hours=-3)])
def test_names_no_time_that_is_past_or_too_near(facts: Facts, ahead: timedelta) -> None:
    assert look(replace(facts, named_at=NOW + ahead)) == NameLater()


def test_names_a_time_an_hour_away() -> None:
    assert look(replace(HOLDING, named_at=NOW + timedelta(hours=1))) == Send()


def test_names_the_due_time_however_near_it_is() -> None:
    near = NOW + timedelta(minutes=5)
    assert look(replace(HOLDING, due_at=near, named_at=near)) == Send()
    assert look(replace(HOLDING, due_at=NOW, named_at=NOW)) == NameLater()


def test_only_shows_what_would_go_in_shadow_mode() -> None:
    assert look(replace(HOLDING, is_shadow=True)) == Send(shadowed=True)
    assert look(replace(UPDATE, is_shadow=True), only_to=("test.example",)) == Send(shadowed=True)
    assert look(replace(OVERDUE, is_shadow=True)) == Send()


def test_reminds_nobody_of_a_date_that_has_moved_or_passed() -> None:
    assert look(replace(REMINDER, due_at=DUE + timedelta(days=1))) == Drop(NotSent.NO_LONGER_SO)
    assert look(REMINDER, now=DUE) == Drop(NotSent.NO_LONGER_SO)


def test_asks_nobody_who_has_answered() -> None:
    assert look(replace(ASKED, next_word_due_at=NOW + timedelta(days=1))) == Drop(NotSent.NO_LONGER_SO)
    assert look(replace(ASKED, next_word_due_at=None)) == Drop(NotSent.NO_LONGER_SO)
    assert look(replace(ASKED, silent=True)) == Drop(NotSent.NO_LONGER_SO)


def test_tells_nobody_of_a_ladder_that_has_ended() -> None:
    assert look(replace(OVERDUE, ladder_is_open=False)) == Drop(NotSent.NO_LONGER_SO)


def test_tells_nobody_who_has_left_or_handed_over() -> None:
    assert look(replace(REMINDER, reader_is_there=False)) == Drop(NotSent.NO_LONGER_SO)


def test_drops_what_a_supervisor_has_dropped() -> None:
    assert look(replace(HOLDING, is_dropped=True)) == Drop(NotSent.DROPPED)


@pytest.mark.parametrize("facts", [HOLDING, MISSED, replace(PROMISED, is_automatic=True)])
def test_lets_what_is_automatic_wait_while_somebody_is_calling(facts: Facts) -> None:
    until = NOW + timedelta(minutes=20)
    assert look(replace(facts, calling_until=until)) == Wait(Hold.CALLING, until=until)
    assert look(replace(facts, calling_until=NOW)) == Send()


@pytest.mark.parametrize("facts", [UPDATE, KEPT, PROMISED, REMINDER])
def test_lets_what_a_person_wrote_and_what_stays_in_the_house_pass_a_call(facts: Facts) -> None:
    assert look(replace(facts, calling_until=NOW + timedelta(minutes=20))) == Send()


@pytest.mark.parametrize("facts", [HOLDING, UPDATE, KEPT, PROMISED])
def test_sends_nothing_to_whom_the_promise_is_not_any_more(facts: Facts) -> None:
    assert look(replace(facts, is_for_reader=False)) == Drop(NotSent.NO_LONGER_SO)


def test_says_nothing_of_a_promise_that_never_was() -> None:
    for facts in (HOLDING, UPDATE, KEPT, replace(KEPT, kind=MailKind.AFTERCARE)):
        assert look(replace(facts, is_voided=True)) == Drop(NotSent.NO_LONGER_SO)


def test_lets_a_copy_follow_the_word_that_has_gone_but_no_persons_word() -> None:
    copy = replace(HOLDING, is_copy=True, word_state="gone")
    assert look(copy) == Send()
    assert look(replace(copy, word_since=True)) == Drop(NotSent.OVERTAKEN)
    assert look(replace(copy, is_copy=False)) == Drop(NotSent.TOO_LATE)


def test_mails_a_watcher_of_somebody_who_hears_by_phone() -> None:
    assert look(replace(UPDATE, by_phone=True)) == Drop(NotSent.BY_PHONE)
    assert look(replace(UPDATE, by_phone=True, is_copy=True)) == Send()


@pytest.mark.parametrize("kind", [MailKind.HANDED_OVER, MailKind.REOPENED, MailKind.RENEGOTIATED])
def test_drops_what_a_person_said_with_its_word_and_with_the_end(kind: MailKind) -> None:
    facts = replace(UPDATE, kind=kind)
    assert look(facts) == Send()
    assert look(replace(facts, word_state="")) == Send()
    assert look(replace(facts, word_state="void")) == Drop(NotSent.TOO_LATE)
    assert look(replace(facts, is_open=False)) == Drop(NotSent.ENDED)


@pytest.mark.parametrize("kind", [MailKind.GATHERED, MailKind.SHIFT_LIST])
def test_sends_no_empty_list_and_none_to_whoever_has_left(kind: MailKind) -> None:
    facts = replace(STAFF, kind=kind)
    assert look(facts) == Send()
    assert look(replace(facts, has_contents=False)) == Drop(NotSent.NO_LONGER_SO)
    assert look(replace(facts, reader_is_there=False)) == Drop(NotSent.NO_LONGER_SO)

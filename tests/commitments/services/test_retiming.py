"""Open promises timed anew because a calendar changed."""

import itertools
from collections.abc import Callable
from copy import copy
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commitments.domain.business_time import Duration
from commitments.models import BusinessCalendar, ClosedDay, Commitment, CommitmentEvent, Team, Word
from commitments.models.identifiers import time_ordered_id
from commitments.services import retiming
from commitments.services.acting import holding
from commitments.services.calendars import bring_holidays_up, calendar_changed, team_moved
from commitments.services.promising import keep
from commitments.services.sweeping import sweep
from commitments.services.word import confirm_words, void_words
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

THURSDAY = date(2026, 11, 19)
_number = itertools.count(1)
FAR = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
TOMORROW = datetime(2026, 11, 19, 10, 30, tzinfo=UTC)
"""A business day after NOW, rounded up to a quarter of an hour."""
A_DAY_LATER = TOMORROW + timedelta(days=1)


def close(team: Team, day: date = THURSDAY) -> None:
    """Close a team's calendar on a day, without telling anybody."""
    ClosedDay.objects.create(calendar=team.calendar, on=day, name="Closed")


def open_again(team: Team, day: date = THURSDAY) -> None:
    ClosedDay.objects.filter(calendar=team.calendar, on=day).delete()


def take_in(team: Team, *, now: datetime = LATER) -> int:
    """Tell the service that the team's calendar has changed; give how many promises were timed anew."""
    return calendar_changed(calendar=team.calendar, now=now).retimed


def retimed(promise: Commitment) -> list[dict[str, Any]]:
    """Give the facts of the promise's events that say that its clocks were timed anew."""
    return [event.facts for event in promise.events.filter(kind="clocks_retimed")]


@pytest.fixture
def team() -> Team:
    made = factories.team()
    close(made)
    take_in(made, now=NOW)
    return made


def test_brings_the_word_clock_forward(team: Team) -> None:
    promise = factories.promise(team=team, due_at=FAR)
    assert promise.next_word_due_at == A_DAY_LATER
    open_again(team)
    assert take_in(team) == 1
    promise.refresh_from_db()
    assert promise.next_word_due_at == TOMORROW
    assert retimed(promise) == [
        {
            "because": "calendar",
            "hear_by": TOMORROW.isoformat(),
            "was_hear_by": A_DAY_LATER.isoformat(),
            "next_steps": {},
        }
    ]


def test_never_puts_a_named_time_off() -> None:
    team = factories.team()
    promise = factories.promise(team=team, due_at=FAR)
    close(team)
    take_in(team)
    promise.refresh_from_db()
    assert promise.next_word_due_at == TOMORROW


def test_looks_again_when_the_new_times_say(team: Team) -> None:
    promise = factories.promise(team=team, due_at=FAR)
    open_again(team)
    take_in(team)
    promise.refresh_from_db()
    # Half an open hour before the word clock the owner is asked.
    assert promise.next_check_at == TOMORROW - timedelta(minutes=30)


def test_moves_a_reminder_and_says_so() -> None:
    team = factories.team()
    monday = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
    promise = factories.promise(team=team, due_at=monday)
    factories.told(promise, now=datetime(2026, 11, 20, 11, 30, tzinfo=UTC))
    before = Commitment.objects.get(pk=promise.pk)
    assert before.next_check_at == datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
    team.calendar.week = [*factories.OFFICE_HOURS[:5], [["09:00", "18:00"]], []]
    team.calendar.save()
    take_in(team, now=datetime(2026, 11, 20, 12, 0, tzinfo=UTC))
    promise.refresh_from_db()
    assert promise.next_word_due_at is not None
    assert promise.next_check_at != before.next_check_at
    assert len(retimed(promise)) == 1


def test_says_nothing_where_no_instant_moved(team: Team) -> None:
    promise = factories.promise(team=team, due_at=FAR)
    close(team, date(2027, 6, 1))
    assert take_in(team) == 0
    assert retimed(promise) == []


def test_says_nothing_twice(team: Team) -> None:
    promise = factories.promise(team=team, due_at=FAR)
    open_again(team)
    take_in(team)
    assert take_in(team, now=LATER + timedelta(minutes=1)) == 0
    assert len(retimed(promise)) == 1


def test_is_no_act_of_a_person(team: Team) -> None:
    promise = factories.promise(team=team, due_at=FAR)
    open_again(team)
    take_in(team)
    promise.refresh_from_db()
    assert promise.version == 1


def test_leaves_other_teams_alone(team: Team) -> None:
    other = factories.promise(due_at=FAR)
    before = other.next_check_at
    open_again(team)
    take_in(team)
    other.refresh_from_db()
    assert other.next_check_at == before


def test_leaves_ended_promises_alone(team: Team) -> None:
    promise = factories.promise(team=team, due_at=FAR)
    keep(actor=promise.owner, reference=promise.reference, now=NOW)
    open_again(team)
    assert take_in(team) == 0
    assert retimed(promise) == []


def test_lets_time_pass_first(team: Team) -> None:
    promise = factories.promise(team=team, due_at=FAR)
    late = A_DAY_LATER + timedelta(minutes=5)
    Commitment.objects.filter(pk=promise.pk).update(holding_barred=True)
    open_again(team)
    take_in(team, now=late)
    promise.refresh_from_db()
    assert promise.silent_since == A_DAY_LATER


def test_moves_a_ladders_next_step_either_way() -> None:
    team = factories.team()
    due_at = datetime(2026, 11, 18, 17, 30, tzinfo=UTC)
    promise = factories.promise(team=team, due_at=due_at)
    sweep(now=due_at)
    ladder = promise.escalations.get()
    assert ladder.next_step_at == datetime(2026, 11, 19, 9, 30, tzinfo=UTC)
    close(team)
    take_in(team, now=due_at + timedelta(minutes=1))
    ladder.refresh_from_db()
    assert ladder.next_step_at == datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
    assert retimed(promise)[0]["next_steps"] == {"overdue": {"position": 1, "at": ladder.next_step_at.isoformat()}}


def test_keeps_the_earlier_time_when_an_older_word_proves_lost(team: Team) -> None:
    promise = factories.promise(team=team, due_at=FAR)
    open_again(team)
    take_in(team)
    ana = promise.owner
    mail = factories.give_word(
        actor=ana,
        reference=promise.reference,
        now=LATER + timedelta(minutes=1),
        meaning=factories.WordMeaning.NEWS,
        message="There is news.",
        by_mail=True,
    )
    event = mail.events.get(kind="word_given")
    confirm_words(event_ids=[event.pk], now=LATER + timedelta(minutes=2))
    void_words(event_ids=[event.pk], reason="bounced", now=LATER + timedelta(minutes=3))
    promise.refresh_from_db()
    assert promise.next_word_due_at == TOMORROW


def test_makes_a_waiting_mail_name_the_earlier_time(team: Team) -> None:
    promise = factories.promise(team=team, due_at=FAR, channel=Commitment.Channel.API)
    assert Word.objects.get(commitment=promise).named_at == A_DAY_LATER
    open_again(team)
    take_in(team)
    assert Word.objects.get(commitment=promise).named_at == TOMORROW


def test_follows_a_week_and_a_zone(team: Team) -> None:
    promise = factories.promise(team=team, due_at=FAR)
    open_again(team)
    team.calendar.zone = "Asia/Tokyo"
    team.calendar.save()
    assert take_in(team) == 1
    promise.refresh_from_db()
    assert promise.next_word_due_at is not None
    assert promise.next_word_due_at < A_DAY_LATER


def test_follows_holidays_that_the_daily_task_adds() -> None:
    team = factories.team()
    due_at = datetime(2026, 12, 28, 15, 0, tzinfo=UTC)
    promise = factories.promise(team=team, due_at=due_at)
    factories.told(promise, now=datetime(2026, 12, 24, 15, 0, tzinfo=UTC))
    # Two business days before a date, over Christmas.
    BusinessCalendar.objects.filter(pk=team.calendar_id).update(country="PT")
    before = Commitment.objects.get(pk=promise.pk).next_check_at
    bring_holidays_up(now=datetime(2026, 12, 24, 15, 5, tzinfo=UTC))
    promise.refresh_from_db()
    assert team.calendar.closed_days.filter(on=date(2026, 12, 25)).exists()
    assert promise.next_check_at != before
    assert retimed(promise)[0]["because"] == "calendar"


def test_finds_a_change_that_nobody_told_of(team: Team) -> None:
    promise = factories.promise(team=team, due_at=FAR)
    open_again(team)
    bring_holidays_up(now=LATER)
    promise.refresh_from_db()
    assert promise.next_word_due_at == TOMORROW


def test_follows_a_team_to_another_calendar(team: Team) -> None:
    promise = factories.promise(team=team, due_at=FAR)
    team.calendar = factories.team().calendar
    team.save()
    assert team_moved(team=team, now=LATER).changed == 1
    promise.refresh_from_db()
    assert promise.next_word_due_at == TOMORROW


def test_leaves_and_logs_a_promise_that_cannot_be_worked_out(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    broken, sound = factories.promise(team=team, due_at=FAR), factories.promise(team=team, due_at=FAR)
    type(broken.customer).objects.filter(pk=broken.customer_id).update(time_zone="Europe/Nowhere")
    said: list[str] = []
    monkeypatch.setattr(retiming.log, "exception", lambda event, **facts: said.append(facts["reference"]))
    open_again(team)
    assert take_in(team) == 1
    assert said == [broken.reference]
    broken.refresh_from_db()
    sound.refresh_from_db()
    assert broken.next_word_due_at == A_DAY_LATER
    assert sound.next_word_due_at == TOMORROW


def test_times_one_promise_anew_within_an_act() -> None:
    promise = factories.promise(due_at=FAR)
    with holding(reference=promise.reference, now=LATER) as held:
        held.promise = replace(held.promise, agreed_cadence=Duration.parse("2h"))
        retiming.retime_held(held, because=retiming.CADENCE)
    promise.refresh_from_db()
    assert promise.next_word_due_at == datetime(2026, 11, 18, 12, 30, tzinfo=UTC)
    assert retimed(promise)[0]["because"] == "cadence"
    assert Word.objects.get(commitment=promise).named_at == promise.next_word_due_at


def test_stops_for_as_long_as_somebody_has_taken_note() -> None:
    team = factories.team()
    due_at = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
    promise = factories.promise(team=team, due_at=due_at)
    sweep(now=due_at)
    until = datetime(2026, 11, 18, 16, 0, tzinfo=UTC)
    promise.escalations.update(acknowledged_until=until, next_step_at=until)
    close(team)
    take_in(team, now=due_at + timedelta(minutes=5))
    assert promise.escalations.get().next_step_at == until


# -- Many at once --------------------------------------------------------------------------------------------------


def copies(promise: Commitment, *, number: int) -> None:
    """Store many more promises like this one, each with its word."""
    made = promise.events.get(kind="made")
    rows = []
    for _ in range(number):
        row = copy(promise)
        row.pk, row.reference = None, f"{next(_number):08X}"
        rows.append(row)
    rows = Commitment.objects.bulk_create(rows)
    events = CommitmentEvent.objects.bulk_create(
        CommitmentEvent(
            id=time_ordered_id(now=NOW),
            commitment=row,
            kind="made",
            occurred_at=made.occurred_at,
            recorded_at=made.recorded_at,
            sequence=1,
            facts=made.facts,
        )
        for row in rows
    )
    words = Word.objects.get(commitment=promise)
    Word.objects.bulk_create(
        Word(
            event=event,
            commitment=event.commitment,
            sort=words.sort,
            at=words.at,
            named_at=words.named_at,
            state="gone",
        )
        for event in events
    )


def counted(work: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as queries:
        work()
    return len(queries)


@pytest.mark.postgres
def test_asks_the_database_as_often_for_many_as_for_one() -> None:
    asked = set()
    for number in (1, 150):
        team = factories.team()
        close(team)
        take_in(team, now=NOW)
        copies(factories.promise(team=team, due_at=FAR), number=number)
        open_again(team)
        asked.add(counted(partial(take_in, team)))
    assert len(asked) == 1
    assert asked.pop() < 40


def test_times_a_thousand_in_one_pass(team: Team) -> None:
    copies(factories.promise(team=team, due_at=FAR), number=999)
    open_again(team)
    assert take_in(team) == 1000
    assert set(Commitment.objects.values_list("next_word_due_at", flat=True)) == {TOMORROW}
    assert set(Word.objects.values_list("named_at", flat=True)) == {TOMORROW}
    assert CommitmentEvent.objects.filter(kind="clocks_retimed").count() == 1000

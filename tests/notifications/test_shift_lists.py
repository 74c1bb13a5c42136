"""The list at the start of a working day …"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commitments.models import Absence, BusinessCalendar, ClosedDay, Commitment, Handoff, Membership, PendingEvent
from commitments.services.promising import keep
from commitments.services.sweeping import sweep
from notifications.models import Inbox, Notification
from notifications.services.shift_lists import plan_shift_lists
from tests.factories import NOW, agent, customer, promise, team, user
from tests.notifications.living import one, send
from tests.plugin.mail import MailServer

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

ANA = "ana@kept.example"
NINE = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)
"""Thursday, when the offices in Lisbon open."""


@pytest.fixture
def ana() -> Any:
    """Return an agent whose next working day begins at `NINE`."""
    made = agent(team=team(), email=ANA)
    plan_shift_lists(now=NOW)
    return made


def due(owner: Any, at: datetime, **fields: Any) -> Commitment:
    return promise(owner=owner, due_at=at, notify_customer=False, **fields)


def absent(who: Any, since: datetime, until: datetime, cover: Any = None) -> None:
    Absence.objects.create(user=who, from_at=since, until_at=until, cover=cover, noted_by=who, noted_at=since)


def listed() -> list[Any]:
    return [row.recipient for row in Notification.objects.filter(kind="shift_list").order_by("id")]


def test_goes_when_the_day_begins_and_not_before(ana: Any, smtp_server: MailServer) -> None:
    due(ana, NINE + timedelta(hours=3))
    assert plan_shift_lists(now=NINE - timedelta(minutes=1)) == 0
    assert plan_shift_lists(now=NINE) == 1
    send(NINE)
    assert [str(mail.message["Subject"]) for mail in smtp_server.to(ANA)] == ["Today: 1 due today"]


def test_goes_once_a_day(ana: Any) -> None:
    due(ana, NINE + timedelta(days=1, hours=3))
    due(ana, NINE + timedelta(hours=3))
    for minutes in (0, 1, 60, 600):
        plan_shift_lists(now=NINE + timedelta(minutes=minutes))
    assert listed() == [ana]
    plan_shift_lists(now=NINE + timedelta(days=1))
    assert listed() == [ana, ana]


def test_cannot_be_planned_twice_for_one_day(ana: Any) -> None:
    due(ana, NINE + timedelta(hours=3))
    plan_shift_lists(now=NINE)
    Inbox.objects.update(next_list_at=NINE)
    plan_shift_lists(now=NINE + timedelta(minutes=5))
    assert listed() == [ana]


def test_does_not_go_to_whoever_has_nothing_on_their_desk(ana: Any) -> None:
    due(ana, NINE + timedelta(days=4))
    Commitment.objects.update(next_word_due_at=None)
    plan_shift_lists(now=NINE)
    assert listed() == []


def test_does_not_go_to_whoever_is_away(ana: Any) -> None:
    due(ana, NINE + timedelta(hours=3))
    absent(ana, NOW, NINE + timedelta(days=1))
    plan_shift_lists(now=NINE)
    assert listed() == []


def test_holds_what_somebody_stands_in_for(ana: Any) -> None:
    rui = agent(team=ana.teams.get(), email="rui@kept.example")
    made = due(rui, NINE + timedelta(hours=3))
    absent(rui, NOW, NINE + timedelta(days=1), cover=ana)
    plan_shift_lists(now=NOW)
    plan_shift_lists(now=NINE)
    send(NINE)
    assert listed() == [ana]
    assert made.reference in one("shift_list").text


def test_does_not_go_on_a_holiday_that_was_noted_meanwhile(ana: Any) -> None:
    due(ana, NINE + timedelta(hours=3))
    ClosedDay.objects.create(calendar=BusinessCalendar.objects.get(), on=NINE.date(), name="Closed")
    plan_shift_lists(now=NINE)
    assert listed() == []
    assert Inbox.objects.get(user=ana).next_list_at == NINE + timedelta(days=1)


def test_waits_for_a_day_that_begins_later_by_now(ana: Any) -> None:
    due(ana, NINE + timedelta(hours=5))
    BusinessCalendar.objects.update(week=[[["11:00", "18:00"]]] * 7)
    plan_shift_lists(now=NINE)
    assert listed() == []
    plan_shift_lists(now=NINE + timedelta(hours=2))
    assert listed() == [ana]


def test_goes_late_rather_than_never_but_not_after_the_day(ana: Any) -> None:
    due(ana, NINE + timedelta(hours=5))
    plan_shift_lists(now=NINE + timedelta(hours=2))
    assert listed() == [ana]
    plan_shift_lists(now=NINE + timedelta(days=1, hours=12))
    assert listed() == [ana]


def test_goes_by_each_teams_own_zone() -> None:
    lisbon = agent(team=team())
    sydney = agent(team=team(zone="Australia/Sydney"))
    plan_shift_lists(now=NOW)
    assert Inbox.objects.get(user=lisbon).next_list_at == NINE
    assert Inbox.objects.get(user=sydney).next_list_at == datetime(2026, 11, 18, 22, 0, tzinfo=UTC)


def test_goes_by_their_own_hours_where_they_have_some() -> None:
    made = agent(team=team())
    Membership.objects.filter(user=made).update(week=[[["13:00", "18:00"]] for _ in range(5)] + [[], []])
    plan_shift_lists(now=NOW)
    assert Inbox.objects.get(user=made).next_list_at == NOW.replace(hour=13, minute=0)


def test_does_not_go_to_whoever_has_left_or_belongs_to_no_team(ana: Any) -> None:
    due(ana, NINE + timedelta(hours=3))
    user(email="nobody@kept.example")
    ana.is_active = False
    ana.save()
    plan_shift_lists(now=NINE)
    assert listed() == []
    assert not Inbox.objects.filter(next_list_at__isnull=False).exists()


def test_says_what_is_the_matter_with_each_promise_once(ana: Any) -> None:
    overdue = due(ana, NOW + timedelta(hours=2), promise="call you back about the refund")
    silent = due(ana, NINE + timedelta(days=3), promise="find out about the invoice")
    waiting = due(ana, NINE + timedelta(days=3), promise="repair the line", customer=customer(name="Yuki Tanaka"))
    today = due(ana, NINE + timedelta(hours=4), promise="send the form")
    offered = promise(due_at=NINE + timedelta(days=3), promise="visit the shop", notify_customer=False)
    sweep(now=NINE)
    Commitment.objects.exclude(pk__in=[overdue.pk, today.pk]).update(next_word_due_at=None, silent_since=None)
    Commitment.objects.filter(pk=today.pk).update(silent_since=None, next_word_due_at=None)
    Commitment.objects.filter(pk=silent.pk).update(silent_since=NINE - timedelta(minutes=10))
    Commitment.objects.filter(pk__in=[waiting.pk, overdue.pk]).update(customer_waiting_since=NINE - timedelta(hours=1))
    Handoff.objects.create(
        commitment=offered,
        from_user=offered.owner,
        to_user=ana,
        to_team=ana.teams.get(),
        offered_at=NOW,
        lapses_at=NINE + timedelta(hours=1),
    )
    plan_shift_lists(now=NINE)
    PendingEvent.objects.all().delete()
    send(NINE)
    mail = one("shift_list")
    assert mail.subject == "Today: 1 overdue, 1 silent, 1 waiting, 1 to take over, 1 due today"
    parts = mail.text.split("\n\n")
    order = [
        next(i for i, part in enumerate(parts) if made.reference in part)
        for made in (overdue, silent, waiting, offered, today)
    ]
    assert order == sorted(order)
    assert all(mail.text.count(f"/{made.reference}/") == 1 for made in (overdue, silent, waiting, offered, today))
    assert "due by Thursday 19 November, 13:00 (Lisbon time)" in mail.text
    assert "As of Thursday 19 November, 09:00 (Lisbon time)" in mail.text


def test_counts_a_time_by_which_the_customer_is_to_hear_as_due(ana: Any) -> None:
    made = due(ana, NINE + timedelta(days=4))
    assert made.next_word_due_at == NINE + timedelta(hours=1, minutes=30)
    plan_shift_lists(now=NINE)
    send(NINE)
    assert "to hear from us by Thursday 19 November, 10:30 (Lisbon time)" in one("shift_list").text


def test_takes_what_came_in_the_night_with_it(ana: Any, smtp_server: MailServer) -> None:
    made = due(ana, NINE)
    sweep(now=NINE)
    plan_shift_lists(now=NINE)
    send(NINE)
    (mail,) = smtp_server.to(ANA)
    assert str(mail.message["Subject"]).startswith("Today: ")
    assert made.reference in one("shift_list").text
    assert one("overdue").gathered_in == one("shift_list")


def test_is_not_sent_when_the_desk_is_empty_by_then(ana: Any, smtp_server: MailServer) -> None:
    made = due(ana, NINE + timedelta(hours=3))
    plan_shift_lists(now=NINE)
    keep(actor=ana, reference=made.reference, now=NINE, notify_customer=False)
    send(NINE)
    assert smtp_server.to(ANA) == []
    assert one("shift_list").state == "superseded"


def test_takes_as_many_statements_for_many_as_for_one(ana: Any) -> None:
    def statements(people: int, day: datetime) -> int:
        for _ in range(people):
            due(agent(team=ana.teams.get()), day + timedelta(hours=3))
        plan_shift_lists(now=day - timedelta(hours=1))
        with CaptureQueriesContext(connection) as queries:
            assert plan_shift_lists(now=day) >= people
        return len(queries)

    few = statements(1, NINE)
    assert statements(5, NINE + timedelta(days=1)) <= few


def test_reads_only_the_inboxes_whose_instant_has_come(ana: Any) -> None:
    due(ana, NINE + timedelta(hours=3))
    with CaptureQueriesContext(connection) as queries:
        plan_shift_lists(now=NINE - timedelta(minutes=1))
    assert len(queries) <= 4

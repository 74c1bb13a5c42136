"""Being away …"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commitments.domain.escalation import Target
from commitments.models import Absence, Commitment, CommitmentEvent, PendingEvent, Team
from commitments.selectors.acting_owners import acting_owners, covered_by
from commitments.selectors.desk import read_desk
from commitments.services.absences import apply_absences, change_absence, end_absence, note_absence
from commitments.services.promising import keep
from commitments.services.refusals import Refused
from commitments.services.replies import customer_message
from commitments.services.sweeping import sweep
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

HOUR = timedelta(hours=1)
TONIGHT = datetime(2026, 11, 18, 18, 0, tzinfo=UTC)
TOMORROW = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)
NEXT_WEEK = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
FAR = datetime(2026, 12, 11, 15, 0, tzinfo=UTC)


@pytest.fixture
def team(db: None) -> Team:
    return factories.team()


@pytest.fixture
def ana(team: Team) -> Any:
    return factories.agent(team=team)


@pytest.fixture
def ben(team: Team) -> Any:
    return factories.agent(team=team, first_name="Ben", last_name="Okafor")


def away(user: Any, cover: Any = None, *, now: datetime = NOW, **options: Any) -> Absence:
    values = {"actor": user, "user": user, "cover": cover, "from_at": now, "until_at": TONIGHT, "now": now}
    return note_absence(**values | options)


def refused(sentence: str, user: Any, cover: Any = None, **options: Any) -> None:
    before = Absence.objects.count()
    with pytest.raises(Refused, match=sentence):
        away(user, cover, **options)
    assert Absence.objects.count() == before


def covers_said() -> list[tuple[str, Any]]:
    kinds = ["cover_started", "cover_ended"]
    events = CommitmentEvent.objects.filter(kind__in=kinds).order_by("id")
    return [(event.kind, event.facts.get("cover")) for event in events]


class TestNotingIt:
    def test_counts_from_now_where_it_began_before(self, ana: Any) -> None:
        assert away(ana, from_at=NOW - 2 * HOUR).from_at == NOW

    def test_is_for_oneself_and_ones_supervisors(self, ana: Any, ben: Any, team: Team) -> None:
        refused("Only Ana Ruiz", ana, actor=ben)
        refused("Only Ana Ruiz", ana, actor=factories.supervisor(team=factories.team()))
        away(ana, actor=factories.supervisor(team=team))

    def test_needs_an_end_to_come_after_the_beginning(self, ana: Any) -> None:
        refused("has passed", ana, until_at=NOW)
        refused("after it begins", ana, from_at=TONIGHT + HOUR)

    def test_is_refused_twice_for_one_time(self, ana: Any) -> None:
        away(ana)
        refused("away from 18 November, 10:20 to 18 November, 18:00 already", ana, until_at=TONIGHT + HOUR)

    def test_needs_a_colleague_to_stand_in_who_is_there(self, ana: Any, ben: Any, team: Team) -> None:
        refused("somebody else", ana, ana)
        refused("has left", ana, factories.agent(team=team, is_active=False))
        refused("in no team of Ana Ruiz", ana, factories.agent(team=factories.team(), first_name="Carla"))
        away(ben)
        refused("Ben Okafor is away", ana, ben)

    def test_can_leave_open_who_stands_in(self, ana: Any) -> None:
        away(ana)
        assert acting_owners(owners=[ana.pk], now=NOW) == {}


class TestStandingIn:
    def test_begins_and_ends_with_the_absence(self, ana: Any, ben: Any) -> None:
        away(ana, ben, from_at=NOW + HOUR)
        acts = [acting_owners(owners=[ana.pk], now=at) for at in (NOW, NOW + HOUR, TONIGHT)]
        assert acts == [{}, {ana.pk: ben}, {}]

    def test_shows_the_promises_on_the_desk(self, ana: Any, ben: Any) -> None:
        promise = factories.promise(owner=ana)
        assert read_desk(actor=ben, now=NOW).total == 0
        away(ana, ben)
        assert read_desk(actor=ben, now=NOW).promises == (promise,)
        assert read_desk(actor=ben, now=TONIGHT).total == 0

    def test_passes_on_to_whoever_stands_in_for_the_one_who_stands_in(self, ana: Any, ben: Any, team: Team) -> None:
        carla = factories.agent(team=team, first_name="Carla")
        promise = factories.promise(owner=ana)
        away(ana, ben)
        away(ben, carla, now=NOW + HOUR)
        assert acting_owners(owners=[ana.pk], now=NOW + HOUR) == {ana.pk: carla}
        assert list(covered_by(actor=carla, now=NOW + HOUR)) == [ben.pk, ana.pk]
        assert read_desk(actor=carla, now=NOW + HOUR).promises == (promise,)
        assert read_desk(actor=ben, now=NOW + HOUR).total == 0

    def test_lets_whoever_it_is_see_the_promises_while_it_lasts(self, ana: Any) -> None:
        promise = factories.promise(owner=ana)
        other = factories.team()
        carla = factories.agent(team=other, first_name="Carla")
        absence = Absence(user=ana, cover=carla, from_at=NOW, until_at=TONIGHT, noted_by=ana, noted_at=NOW)
        absence.save()
        seen = Commitment.objects.visible_to(carla)
        assert not seen.exists()
        apply_absences(now=NOW)
        assert seen.get() == promise
        apply_absences(now=TONIGHT)
        assert not seen.exists()


class TestCustomers:
    def test_are_told_of_an_absence_longer_than_a_day_once(self, ana: Any, ben: Any) -> None:
        promise = factories.promise(owner=ana, due_at=FAR, notify_customer=False)
        absence = away(ana, ben, until_at=NEXT_WEEK)
        event = promise.events.get(kind="cover_started")
        assert event.facts == {
            "owner": ana.pk,
            "cover": ben.pk,
            "until": NEXT_WEEK.isoformat(),
            "absence": absence.pk,
            "notify_customer": True,
        }
        assert PendingEvent.objects.get().event == event
        apply_absences(now=NOW + HOUR)
        assert covers_said() == [("cover_started", ben.pk)]

    def test_are_not_told_of_a_day(self, ana: Any, ben: Any) -> None:
        factories.promise(owner=ana, due_at=FAR)
        away(ana, ben, until_at=TOMORROW)
        assert covers_said() == []

    def test_are_not_told_of_a_day_before_a_weekend(self, ana: Any, ben: Any) -> None:
        factories.promise(owner=ana, due_at=FAR)
        friday = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
        away(ana, ben, from_at=friday, until_at=friday + timedelta(days=3))
        apply_absences(now=friday)
        assert covers_said() == []

    def test_are_not_mailed_who_cannot_be(self, ana: Any, ben: Any) -> None:
        factories.promise(owner=ana, due_at=FAR, customer=factories.customer(email=""))
        away(ana, ben, until_at=NEXT_WEEK)
        assert covers_said() == [("cover_started", ben.pk)]
        assert not PendingEvent.objects.exists()

    def test_are_not_told_that_nobody_stands_in(self, ana: Any) -> None:
        factories.promise(owner=ana, due_at=FAR)
        away(ana, until_at=NEXT_WEEK)
        assert covers_said() == []

    def test_are_told_when_somebody_else_stands_in(self, ana: Any, ben: Any, team: Team) -> None:
        factories.promise(owner=ana, due_at=FAR)
        carla = factories.agent(team=team, first_name="Carla")
        absence = away(ana, ben, until_at=NEXT_WEEK)
        change_absence(actor=ana, absence=absence, from_at=NOW, until_at=NEXT_WEEK, cover=carla, now=NOW + HOUR)
        assert covers_said() == [("cover_started", ben.pk), ("cover_ended", None), ("cover_started", carla.pk)]

    def test_are_told_when_a_day_becomes_a_week(self, ana: Any, ben: Any) -> None:
        factories.promise(owner=ana, due_at=FAR)
        absence = away(ana, ben)
        later = NOW + HOUR
        change_absence(actor=ana, absence=absence, from_at=NOW, until_at=NEXT_WEEK, cover=ben, now=later)
        assert covers_said() == [("cover_started", ben.pk)]

    def test_have_it_on_the_timeline_that_the_owner_is_back(self, ana: Any, ben: Any) -> None:
        factories.promise(owner=ana, due_at=FAR)
        away(ana, ben, until_at=NEXT_WEEK)
        apply_absences(now=NEXT_WEEK)
        assert [kind for kind, _ in covers_said()] == ["cover_started", "cover_ended"]


class TestLater:
    def test_absences_are_carried_out_when_they_begin_and_end_and_once(self, ana: Any, ben: Any) -> None:
        factories.promise(owner=ana, due_at=FAR)
        away(ana, ben, from_at=TOMORROW, until_at=NEXT_WEEK)
        assert covers_said() == []
        passes = [apply_absences(now=at) for at in (NOW, TOMORROW, TOMORROW, NEXT_WEEK, NEXT_WEEK)]
        assert [(done.begun, done.over) for done in passes] == [(0, 0), (1, 0), (0, 0), (0, 1), (0, 0)]
        assert [kind for kind, _ in covers_said()] == ["cover_started", "cover_ended"]

    def test_an_absence_that_nobody_noticed_is_carried_out_without_a_word(self, ana: Any, ben: Any) -> None:
        factories.promise(owner=ana, due_at=FAR)
        away(ana, ben, from_at=TOMORROW, until_at=NEXT_WEEK)
        apply_absences(now=NEXT_WEEK + HOUR)
        assert covers_said() == []
        assert Absence.objects.get().over_at == NEXT_WEEK + HOUR

    def test_many_promises_take_as_many_queries_as_few(self, ana: Any, ben: Any, team: Team) -> None:
        counts = set()
        for number in (1, 12):
            owner = factories.agent(team=team)
            for _ in range(number):
                factories.promise(owner=owner, due_at=FAR)
            with CaptureQueriesContext(connection) as queries:
                away(owner, ben, until_at=NEXT_WEEK)
            counts.add(len(queries))
        assert len(counts) == 1


class TestComingBack:
    def test_early_ends_it(self, ana: Any, ben: Any) -> None:
        factories.promise(owner=ana, due_at=FAR)
        absence = away(ana, ben, until_at=NEXT_WEEK)
        end_absence(actor=ana, absence=absence, now=NOW + HOUR)
        absence.refresh_from_db()
        assert (absence.until_at, absence.over_at) == (NOW + HOUR, NOW + HOUR)
        assert [kind for kind, _ in covers_said()] == ["cover_started", "cover_ended"]

    def test_before_it_began_calls_it_off(self, ana: Any, ben: Any) -> None:
        end_absence(actor=ana, absence=away(ana, ben, from_at=TOMORROW, until_at=NEXT_WEEK), now=NOW)
        assert not Absence.objects.exists()

    def test_at_the_instant_of_noting_it_calls_it_off(self, ana: Any, ben: Any) -> None:
        end_absence(actor=ana, absence=away(ana, ben, until_at=NEXT_WEEK), now=NOW)
        assert not Absence.objects.exists()

    def test_is_not_for_colleagues_to_say(self, ana: Any, ben: Any) -> None:
        absence = away(ana)
        with pytest.raises(Refused, match="Only Ana Ruiz"):
            end_absence(actor=ben, absence=absence, now=NOW + HOUR)

    def test_changes_nothing_once_it_is_over(self, ana: Any) -> None:
        absence = away(ana)
        with pytest.raises(Refused, match="back already"):
            change_absence(actor=ana, absence=absence, from_at=NOW, until_at=NEXT_WEEK, cover=None, now=TONIGHT)


class TestLadders:
    DUE_AT = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)

    def told(self, kind: str = "overdue_step") -> list[list[int]]:
        events = CommitmentEvent.objects.filter(kind=kind).order_by("occurred_at")
        return [event.facts["recipients"] for event in events]

    def test_tell_whoever_stands_in_for_the_owner(self, ana: Any, ben: Any) -> None:
        factories.promise(owner=ana, due_at=self.DUE_AT)
        away(ana, ben)
        sweep(now=self.DUE_AT)
        assert self.told() == [[ben.pk]]

    def test_pass_over_an_owner_for_whom_nobody_stands_in(self, ana: Any, team: Team) -> None:
        sofia = factories.supervisor(team=team)
        factories.promise(owner=ana, due_at=self.DUE_AT)
        away(ana)
        sweep(now=self.DUE_AT)
        step = CommitmentEvent.objects.get(kind="overdue_step")
        assert (step.facts["target"], step.facts["passed_over"]) == ("supervisors", [0])
        assert self.told() == [[sofia.pk]]

    def test_pass_over_a_supervisor_who_is_away(self, ana: Any, team: Team) -> None:
        sofia, sam = factories.supervisor(team=team), factories.supervisor(team=team, first_name="Sam")
        factories.promise(owner=ana, due_at=self.DUE_AT)
        away(sofia)
        sweep(now=self.DUE_AT + HOUR)
        assert self.told() == [[ana.pk], [sam.pk]]

    def test_tell_a_named_person_and_everyone_of_a_named_team(self, ana: Any, team: Team) -> None:
        other = factories.team()
        chief, crew = factories.user(), {factories.agent(team=other), factories.agent(team=other)}
        policy = factories.policy(team=team, ladder=[("0min", Target.PERSON), ("1bh", Target.TEAM)])
        policy.steps.filter(target="person").update(person=chief)
        policy.steps.filter(target="team").update(target_team=other)
        factories.promise(owner=ana, due_at=self.DUE_AT)
        sweep(now=self.DUE_AT + HOUR)
        person, everyone = self.told()
        assert (person, set(everyone)) == ([chief.pk], {member.pk for member in crew})

    def test_go_by_who_is_there_at_the_instant_of_the_step(self, ana: Any, ben: Any) -> None:
        factories.promise(owner=ana, due_at=self.DUE_AT)
        away(ana, ben, until_at=self.DUE_AT + timedelta(minutes=1))
        sweep(now=self.DUE_AT + timedelta(minutes=30))
        assert self.told() == [[ben.pk]]


class TestHours:
    AFTERNOONS = [[["14:00", "18:00"]]] * 5 + [[], []]

    def of_ben(self, ben: Any, team: Team) -> None:
        ben.memberships.filter(team=team).update(week=self.AFTERNOONS)

    def test_of_the_owner_move_reminders(self, ana: Any, team: Team) -> None:
        ana.memberships.update(week=self.AFTERNOONS)
        factories.promise(owner=ana, due_at=datetime(2026, 11, 19, 15, 0, tzinfo=UTC))
        sweep(now=datetime(2026, 11, 19, 12, 0, tzinfo=UTC))
        # Four of her business hours before 15:00 are 15:00 the day before.
        assert CommitmentEvent.objects.get(kind="reminder_due").occurred_at == datetime(2026, 11, 18, 15, tzinfo=UTC)

    def test_of_whoever_stands_in_count_while_they_do(self, ana: Any, ben: Any, team: Team) -> None:
        self.of_ben(ben, team)
        promise = factories.promise(owner=ana, due_at=datetime(2026, 11, 19, 15, 0, tzinfo=UTC))
        before = promise.next_check_at
        absence = away(ana, ben, until_at=TOMORROW)
        promise.refresh_from_db()
        assert promise.next_check_at == datetime(2026, 11, 18, 15, 0, tzinfo=UTC) != before
        end_absence(actor=ana, absence=absence, now=NOW + HOUR)
        promise.refresh_from_db()
        assert promise.next_check_at == before

    def test_of_the_owner_count_again_where_it_was_a_mistake(self, ana: Any, ben: Any, team: Team) -> None:
        self.of_ben(ben, team)
        promise = factories.promise(owner=ana, due_at=datetime(2026, 11, 19, 15, 0, tzinfo=UTC))
        before = promise.next_check_at
        end_absence(actor=ana, absence=away(ana, ben, until_at=TOMORROW), now=NOW)
        promise.refresh_from_db()
        assert promise.next_check_at == before

    def test_of_whoever_stands_in_count_where_a_customer_waits_after_the_end(self, ana: Any, ben: Any) -> None:
        ana.memberships.update(week=self.AFTERNOONS)
        promise = factories.promise(owner=ana)
        keep(actor=ana, reference=promise.reference, now=NOW)
        asked = {"channel": "email", "words": "It broke.", "needs_answer": True, "now": NOW + timedelta(minutes=10)}
        customer_message(actor=ana, reference=promise.reference, **asked)
        away(ana, ben, now=NOW + timedelta(minutes=20))
        promise.refresh_from_db()
        assert promise.next_check_at == datetime(2026, 11, 18, 14, 30, tzinfo=UTC)

    @pytest.mark.parametrize("others", [1, 12])
    def test_of_many_take_as_many_queries_as_of_few(self, others: int, team: Team) -> None:
        assert self.queries_for(2 + others, team) == self.queries_for(2, team)

    def queries_for(self, number: int, team: Team) -> int:
        due_at = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)
        for _ in range(number):
            owner, cover = factories.agent(team=team), factories.agent(team=team)
            cover.memberships.update(week=self.AFTERNOONS)
            factories.promise(owner=owner, due_at=due_at)
            away(owner, cover)
        with CaptureQueriesContext(connection) as queries:
            sweep(now=due_at)
        return len([query for query in queries.captured_queries if not query["sql"].startswith("UPDATE")])

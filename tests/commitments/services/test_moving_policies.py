"""Open promises moved to the newest version of their policy."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commitments.domain.escalation import Target
from commitments.models import Commitment, Kind, Policy, Team
from commitments.selectors.policies import of_older_versions
from commitments.services.policies import move_to_current, steps_faults
from commitments.services.promising import keep
from commitments.services.refusals import Refused
from commitments.services.sweeping import sweep
from tests import factories
from tests.commitments.services.test_retiming import copies
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

FAR = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
IN_FOUR_HOURS = datetime(2026, 11, 18, 14, 30, tzinfo=UTC)


@pytest.fixture
def team() -> Team:
    return factories.team()


@pytest.fixture
def sofia(team: Team) -> Any:
    return factories.supervisor(team=team)


def move(actor: Any, *promises: Commitment, now: datetime = LATER) -> int:
    """Move promises, read them again, and give how many were moved."""
    moved = move_to_current(actor=actor, commitments=[promise.pk for promise in promises], now=now)
    for promise in promises:
        promise.refresh_from_db()
    return moved.promises


def test_take_its_numbers(team: Team, sofia: Any) -> None:
    promise = factories.promise(team=team, due_at=FAR)
    newest = factories.policy(team=team, cadence="4bh")
    assert move(sofia, promise) == 1
    assert promise.policy == newest
    assert promise.next_word_due_at == IN_FOUR_HOURS


def test_stand_on_the_timeline_as_the_act_of_whoever_moved_them(team: Team, sofia: Any) -> None:
    promise = factories.promise(team=team, due_at=FAR)
    was = promise.policy_id
    newest = factories.policy(team=team, cadence="4bh")
    move(sofia, promise)
    moved = promise.events.get(kind="policy_moved")
    assert moved.actor == sofia
    assert moved.sequence == promise.version == 2
    assert moved.facts == {"policy": newest.pk, "was_policy": was, "version": 2, "was_version": 1}
    assert promise.events.get(kind="clocks_retimed").facts["because"] == "policy"


def test_never_hear_later_than_they_were_told(team: Team, sofia: Any) -> None:
    promise = factories.promise(team=team, due_at=FAR)
    named = promise.next_word_due_at
    factories.policy(team=team, cadence="5bd")
    move(sofia, promise)
    assert promise.next_word_due_at == named
    assert not promise.events.filter(kind="clocks_retimed").exists()


def test_hear_one_new_cadence_from_now_where_the_new_time_has_passed(team: Team, sofia: Any) -> None:
    promise = factories.promise(team=team, due_at=FAR)
    factories.policy(team=team, cadence="1bh")
    move(sofia, promise, now=NOW + timedelta(hours=2))
    assert promise.next_word_due_at == datetime(2026, 11, 18, 13, 30, tzinfo=UTC)


def test_climb_the_new_ladder(team: Team, sofia: Any) -> None:
    due_at = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
    promise = factories.promise(team=team, due_at=due_at)
    sweep(now=due_at)
    factories.policy(team=team, ladder=[("0min", Target.OWNER), ("30bmin", Target.SUPERVISORS)])
    move(sofia, promise, now=due_at + timedelta(minutes=5))
    ladder = promise.escalations.get()
    assert ladder.next_step_at == due_at + timedelta(minutes=30)
    sweep(now=ladder.next_step_at)
    assert promise.events.filter(kind="overdue_step").latest("occurred_at").facts["recipients"] == [sofia.pk]


def test_let_time_pass_by_the_old_numbers_first(team: Team, sofia: Any) -> None:
    promise = factories.promise(team=team, due_at=FAR)
    Commitment.objects.filter(pk=promise.pk).update(holding_barred=True)
    factories.policy(team=team, cadence="5bd", ladder=[("1bh", Target.SUPERVISORS)])
    named = promise.next_word_due_at
    assert named is not None
    move(sofia, promise, now=named + timedelta(minutes=1))
    assert promise.silent_since == named
    assert promise.events.get(kind="silent_step").facts["target"] == "owner"


def test_stay_where_they_run_by_the_newest_already(team: Team, sofia: Any) -> None:
    promise = factories.promise(team=team, due_at=FAR)
    assert move(sofia, promise) == 0
    assert promise.version == 1


def test_are_moved_once(team: Team, sofia: Any) -> None:
    promise = factories.promise(team=team, due_at=FAR)
    factories.policy(team=team, cadence="4bh")
    move(sofia, promise)
    assert move(sofia, promise, now=LATER + timedelta(minutes=1)) == 0
    assert promise.events.filter(kind="policy_moved").count() == 1


def test_stay_when_they_have_ended(team: Team, sofia: Any) -> None:
    promise = factories.promise(team=team, due_at=FAR)
    factories.policy(team=team, cadence="4bh")
    keep(actor=promise.owner, reference=promise.reference, now=NOW)
    assert move(sofia, promise) == 0


def test_are_only_those_that_were_chosen(team: Team, sofia: Any) -> None:
    chosen, other = factories.promise(team=team, due_at=FAR), factories.promise(team=team, due_at=FAR)
    factories.policy(team=team, cadence="4bh")
    move(sofia, chosen)
    other.refresh_from_db()
    assert other.policy.version == 1


@pytest.mark.parametrize("who", ["agent", "supervisor of another team"])
def test_are_moved_by_supervisors_of_their_team_alone(team: Team, who: str) -> None:
    promise = factories.promise(team=team, due_at=FAR)
    factories.policy(team=team, cadence="4bh")
    actor = promise.owner if who == "agent" else factories.supervisor(team=factories.team())
    with pytest.raises(Refused, match="Only a supervisor"):
        move(actor, promise)
    promise.refresh_from_db()
    assert promise.policy.version == 1


def test_are_at_least_one(sofia: Any) -> None:
    with pytest.raises(Refused, match="at least one"):
        move_to_current(actor=sofia, commitments=[], now=NOW)


def test_are_listed_for_their_supervisors(team: Team, sofia: Any) -> None:
    older = factories.promise(team=team, due_at=FAR)
    factories.policy(team=team, cadence="4bh")
    factories.promise(team=team, due_at=FAR)
    foreign = factories.promise(due_at=FAR)
    factories.policy(team=foreign.team, cadence="4bh")
    assert list(of_older_versions(actor=sofia)) == [older]
    assert list(of_older_versions(actor=older.owner)) == []


def test_are_moved_a_thousand_at_a_time(team: Team, sofia: Any) -> None:
    copies(factories.promise(team=team, due_at=FAR), number=999)
    newest = factories.policy(team=team, cadence="4bh")
    every = list(Commitment.objects.values_list("pk", flat=True))
    assert move_to_current(actor=sofia, commitments=every, now=LATER).changed == 1000
    assert set(Commitment.objects.values_list("policy", "next_word_due_at", "version")) == {
        (newest.pk, IN_FOUR_HOURS, 2)
    }


@pytest.mark.postgres
def test_ask_the_database_as_often_for_many_as_for_one() -> None:
    asked = set()
    for number in (1, 150):
        team = factories.team()
        sofia = factories.supervisor(team=team)
        copies(factories.promise(team=team, due_at=FAR), number=number)
        factories.policy(team=team, cadence="4bh")
        every = list(Commitment.objects.filter(team=team).values_list("pk", flat=True))
        asked.add(counted(partial(move_to_current, actor=sofia, commitments=every, now=LATER)))
    assert len(asked) == 1
    assert asked.pop() < 40


def counted(work: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as queries:
        work()
    return len(queries)


class TestAStartingPolicy:
    @pytest.fixture
    def fix(self, team: Team) -> Policy:
        return Policy.objects.get(team=team, kind="fix")

    @pytest.mark.parametrize("kind", Kind.values)
    def test_has_no_fault(self, team: Team, kind: str) -> None:
        policy = Policy.objects.get(team=team, kind=kind)
        steps = [(step.trigger, step.to_domain()) for step in policy.steps.order_by("position")]
        policy.full_clean()
        assert steps_faults(team=team, steps=steps, now=NOW) == []

    @pytest.mark.parametrize(
        ("kind", "cadence"),
        [("callback", "4bh"), ("fix", "1bd"), ("status_update", "1bd"), ("answer", "4bh"), ("other", "1bd")],
    )
    def test_waits_as_long_for_word_as_its_kind_says(self, team: Team, kind: str, cadence: str) -> None:
        assert str(Policy.objects.get(team=team, kind=kind).cadence) == cadence

    def test_tells_supervisors_at_once_that_a_handoff_lapsed(self, fix: Policy) -> None:
        first = fix.steps.get(trigger="handoff_lapsed", position=0)
        assert (str(first.after), first.target) == ("0h", "supervisors")

    def test_gives_every_wait_a_length(self, fix: Policy) -> None:
        lengths = (fix.reply_time, fix.untold_after, fix.acceptance_time, fix.acknowledged_for)
        assert [str(length) for length in lengths] == ["4bh", "1bh", "2bh", "2bh"]
        assert fix.strain_threshold == 4

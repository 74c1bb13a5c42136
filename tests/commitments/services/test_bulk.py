"""One act over many promises …"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commitments.domain.business_time import Duration
from commitments.domain.clocks import WordMeaning
from commitments.models import Commitment, Escalation, EventText, Team
from commitments.services import bulk
from commitments.services.bulk import Acknowledge, Chosen, GiveWord, Reassign, Renegotiate, Result, act_on_each
from commitments.services.promising import keep
from commitments.services.refusals import Conflict, Ended, Refused
from commitments.services.sweeping import sweep
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

DUE_AT = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
NEWS = GiveWord(WordMeaning.NEWS, message="The courier has it.")
MOVED: dict[str, Any] = {
    "what_happened": "The courier lost it.",
    "what_next": "We send another one.",
    "choices": "Fetch one in the shop.",
}


@pytest.fixture
def team(db: None) -> Team:
    return factories.team(name="Customer care")


@pytest.fixture
def sofia(team: Team) -> Any:
    return factories.supervisor(team=team)


@pytest.fixture
def ana(team: Team) -> Any:
    return factories.agent(team=team)


@pytest.fixture
def ben(team: Team) -> Any:
    return factories.agent(team=team, first_name="Ben", last_name="Okafor")


@pytest.fixture
def three(ana: Any) -> list[Commitment]:
    return [factories.promise(owner=ana) for _ in range(3)]


def chosen(promises: list[Commitment]) -> list[Chosen]:
    return [Chosen(promise.reference, promise.version) for promise in promises]


def act(act: bulk.BulkAct, by: Any, promises: list[Commitment], *, now: datetime = LATER) -> tuple[Result, ...]:
    return act_on_each(act, actor=by, chosen=chosen(promises), now=now, since=NOW)


def said(promise: Commitment, field: str = "message") -> list[str]:
    texts = EventText.objects.filter(event__commitment=promise, field=field).exclude(event__kind="promised")
    return list(texts.order_by("event__sequence").values_list("words", flat=True))


class TestItDoes:
    def test_to_each_what_it_does_to_one(self, sofia: Any, ben: Any, three: list[Commitment]) -> None:
        results = act(Reassign(ben, note="Ana is at a fair."), sofia, three)
        assert [result.is_done for result in results] == [True] * 3
        assert {promise.owner_id for promise in Commitment.objects.all()} == {ben.pk}
        assert {event.actor for event in three[0].events.filter(kind="reassigned")} == {sofia}

    def test_what_it_can_and_says_of_the_others_why_not(self, sofia: Any, three: list[Commitment]) -> None:
        keep(actor=sofia, reference=three[0].reference, now=NOW)
        three[0].refresh_from_db()
        type(three[1].customer).objects.filter(pk=three[1].customer_id).update(email="")
        ended, unreachable, told = act(NEWS, sofia, three)
        assert isinstance(ended.refused, Ended)
        assert unreachable.refused is not None
        assert "cannot be mailed" in unreachable.refused.message
        assert told.is_done
        assert [said(promise) for promise in three] == [[], [], ["The courier has it."]]

    def test_nothing_where_somebody_else_was_quicker(self, sofia: Any, three: list[Commitment]) -> None:
        factories.told(three[1], now=NOW)
        results = act(NEWS, sofia, three)
        assert [result.is_done for result in results] == [True, False, True]
        assert isinstance(results[1].refused, Conflict)
        assert results[1].commitment is not None
        assert results[1].commitment.version == 2

    def test_nothing_to_what_another_team_has_to_do(self, sofia: Any, three: list[Commitment]) -> None:
        strange = factories.promise()
        nowhere = Chosen("ZZZZZ", 1)
        results = act_on_each(NEWS, actor=sofia, chosen=[*chosen([strange]), nowhere], now=LATER, since=NOW)
        assert [result.commitment for result in results] == [None, None]
        first, second = (result.refused.message for result in results if result.refused)
        assert first == second
        assert said(strange) == []

    def test_nothing_for_whoever_only_sees_the_promises(self, ana: Any, three: list[Commitment]) -> None:
        assert not any(result.is_done for result in act(NEWS, ana, three))

    def test_nothing_at_all_for_more_than_two_hundred(self, sofia: Any, three: list[Commitment]) -> None:
        many = [*chosen(three), *(Chosen(f"R{number}", 1) for number in range(198))]
        with pytest.raises(bulk.TooMany, match="201 promises are too many at once; choose at most 200"):
            act_on_each(NEWS, actor=sofia, chosen=many, now=LATER, since=NOW)
        assert said(three[0]) == []

    def test_it_in_a_transaction_of_its_own_for_each(
        self, sofia: Any, three: list[Commitment], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(*args: Any, **kwargs: Any) -> None:
            if kwargs["reference"] == three[1].reference:
                raise RuntimeError
            factories.told(Commitment.objects.get(reference=kwargs["reference"]), now=LATER)

        monkeypatch.setattr(bulk, "give_word", fail)
        with pytest.raises(RuntimeError):
            act(NEWS, sofia, three)
        assert [len(said(promise)) for promise in three] == [1, 0, 0]

    def test_at_the_same_cost_for_each(self, sofia: Any, ana: Any, three: list[Commitment]) -> None:
        def queries(promises: list[Commitment]) -> int:
            with CaptureQueriesContext(connection) as found:
                act(NEWS, sofia, promises)
            return len(found)

        first = queries(three[:1])
        six = queries([factories.promise(owner=ana) for _ in range(6)])
        each = (six - first) / 5
        assert each == pytest.approx(first, abs=3)
        assert each <= 25


class TestPressedTwice:
    """By the same person, from the same form."""

    @pytest.mark.parametrize(
        "wanted",
        [
            NEWS,
            GiveWord(WordMeaning.AT_RISK, **MOVED),
            GiveWord(WordMeaning.NOTHING_NEW),
            Renegotiate(**MOVED, later_by=Duration.parse("1bd")),
        ],
        ids=["news", "bad news", "nothing new", "date"],
    )
    def test_it_is_done_once_and_said_so(self, sofia: Any, three: list[Commitment], wanted: bulk.BulkAct) -> None:
        seen = chosen(three)
        first = act_on_each(wanted, actor=sofia, chosen=seen, now=LATER, since=NOW)
        again = act_on_each(wanted, actor=sofia, chosen=seen, now=LATER, since=NOW)
        assert [result.refused for result in first] == [None] * 3
        assert [(result.is_done, result.was_done_before) for result in again] == [(True, True)] * 3
        assert Commitment.objects.filter(version=2).count() == 3

    def test_giving_away_is_done_once(self, sofia: Any, ben: Any, three: list[Commitment]) -> None:
        seen = chosen(three)
        for _ in range(2):
            results = act_on_each(Reassign(ben), actor=sofia, chosen=seen, now=LATER, since=NOW)
        assert all(result.was_done_before for result in results)
        carla = factories.agent(team=three[0].team, first_name="Carla")
        other = act_on_each(Reassign(carla), actor=sofia, chosen=seen, now=LATER, since=NOW)
        assert all(isinstance(result.refused, Conflict) for result in other)

    def test_other_words_are_no_second_press(self, sofia: Any, three: list[Commitment]) -> None:
        seen = chosen(three)
        act_on_each(NEWS, actor=sofia, chosen=seen, now=LATER, since=NOW)
        other = act_on_each(
            GiveWord(WordMeaning.NEWS, message="It is lost."), actor=sofia, chosen=seen, now=LATER, since=NOW
        )
        assert all(isinstance(result.refused, Conflict) for result in other)

    def test_what_was_done_before_the_form_was_drawn_is_no_second_press(
        self, sofia: Any, three: list[Commitment]
    ) -> None:
        seen = chosen(three)
        act_on_each(NEWS, actor=sofia, chosen=seen, now=NOW, since=NOW)
        again = act_on_each(NEWS, actor=sofia, chosen=seen, now=LATER, since=LATER)
        assert all(isinstance(result.refused, Conflict) for result in again)

    def test_another_persons_act_is_a_conflict(self, sofia: Any, team: Team, three: list[Commitment]) -> None:
        seen = chosen(three)
        act_on_each(NEWS, actor=factories.supervisor(team=team), chosen=seen, now=LATER, since=NOW)
        second = act_on_each(NEWS, actor=sofia, chosen=seen, now=LATER, since=NOW)
        assert all(isinstance(result.refused, Conflict) for result in second)


class TestGivingAway:
    def test_says_to_which_teams_the_taker_does_not_belong(self, sofia: Any, ben: Any, three: list[Commitment]) -> None:
        billing = factories.team(name="Billing")
        billing.memberships.create(user=sofia, role="supervisor")
        others = [factories.promise(team=billing) for _ in range(2)]
        with pytest.raises(Refused) as refused:
            act(Reassign(ben), sofia, [*three, *others])
        assert refused.value.field == "to"
        assert "Ben Okafor is not a member of every team" in refused.value.message
        assert f"{others[0].reference}, {others[1].reference} (Billing)" in refused.value.message
        assert not Commitment.objects.filter(owner=ben).exists()

    def test_leaves_each_in_its_team(self, sofia: Any, ben: Any, three: list[Commitment]) -> None:
        billing = factories.team(name="Billing")
        billing.memberships.create(user=sofia, role="supervisor")
        billing.memberships.create(user=ben, role="agent")
        other = factories.promise(team=billing)
        act(Reassign(ben), sofia, [three[0], other])
        assert set(Commitment.objects.filter(owner=ben).values_list("team__name", flat=True)) == {
            "Customer care",
            "Billing",
        }


class TestTakingNote:
    def test_is_of_everything_that_is_wrong(self, sofia: Any, three: list[Commitment]) -> None:
        sweep(now=DUE_AT)
        late = DUE_AT + timedelta(minutes=1)
        results = act(Acknowledge("I look at it."), sofia, three, now=late)
        assert all(result.is_done for result in results)
        assert not Escalation.objects.filter(ended_at=None, acknowledged_by=None).exists()

    def test_is_refused_where_nothing_is_wrong(self, sofia: Any, three: list[Commitment]) -> None:
        (result, *_) = act(Acknowledge(), sofia, three)
        assert result.refused is not None
        assert "nothing here to take note of" in result.refused.message


class TestAWord:
    def test_is_filled_in_for_each(self, sofia: Any, three: list[Commitment]) -> None:
        type(three[0].customer).objects.filter(pk=three[0].customer_id).update(name="{promise} Inc.")
        act(GiveWord(WordMeaning.NEWS, message="{Name}: { promise } ({reference}) goes out. {"), sofia, three)
        words = "send you a replacement router"
        assert said(three[0]) == [f"{{promise}} Inc.: {words} ({three[0].reference}) goes out. {{"]
        assert said(three[1]) == [f"Maria Lopez: {words} ({three[1].reference}) goes out. {{"]

    @pytest.mark.parametrize("meaning", [WordMeaning.NEWS, WordMeaning.AT_RISK])
    def test_with_a_blank_that_nothing_fills_goes_to_nobody(
        self, sofia: Any, three: list[Commitment], meaning: WordMeaning
    ) -> None:
        with pytest.raises(Refused, match=r"“\{nmae\}” is filled in by nothing; write \{name\}, \{promise\} or"):
            act(GiveWord(meaning, message="Hello {nmae}", what_next="Ask {nmae}"), sofia, three)

    def test_answers_about_what_has_ended_where_the_customer_waits(self, sofia: Any, three: list[Commitment]) -> None:
        keep(actor=sofia, reference=three[0].reference, now=NOW)
        Commitment.objects.filter(pk=three[0].pk).update(customer_waiting_since=NOW)
        three[0].refresh_from_db()
        for _ in range(2):
            (result,) = act(NEWS, sofia, three[:1])
            assert result.is_done
        assert said(three[0]) == ["The courier has it."]


class TestMovingDates:
    def due(self, three: list[Commitment]) -> list[datetime]:
        return [Commitment.objects.get(pk=promise.pk).due_at for promise in three]

    def test_moves_all_to_one(self, sofia: Any, three: list[Commitment]) -> None:
        act(Renegotiate(**MOVED, due=datetime(2026, 11, 23, 16, 30)), sofia, three)  # noqa: DTZ001 - a wall time
        assert self.due(three) == [datetime(2026, 11, 23, 16, 30, tzinfo=UTC)] * 3
        assert said(three[0], "happened") == ["The courier lost it."]

    def test_reads_a_time_by_the_clocks_of_each_team(self, sofia: Any, three: list[Commitment]) -> None:
        tokyo = factories.team(zone="Asia/Tokyo")
        tokyo.memberships.create(user=sofia, role="supervisor")
        both = [three[0], factories.promise(team=tokyo)]
        act(Renegotiate(**MOVED, due=datetime(2026, 11, 23, 16, 30)), sofia, both)  # noqa: DTZ001 - a wall time
        assert [due.hour for due in self.due(both)] == [16, 7]

    def test_means_the_end_of_a_day_given_alone(self, sofia: Any, three: list[Commitment]) -> None:
        act(Renegotiate(**MOVED, due=date(2026, 11, 23)), sofia, three)
        assert self.due(three) == [datetime(2026, 11, 23, 18, 0, tzinfo=UTC)] * 3

    def test_says_of_each_that_its_team_is_closed_then(self, sofia: Any, three: list[Commitment]) -> None:
        results = act(Renegotiate(**MOVED, due=date(2026, 11, 22)), sofia, three)
        assert {result.refused.field for result in results if result.refused} == {"due_at"}

    def test_moves_each_by_a_length_from_its_own_date(self, sofia: Any, ana: Any) -> None:
        dates = [DUE_AT, DUE_AT + timedelta(days=3, hours=1)]
        both = [factories.promise(owner=ana, due_at=due_at) for due_at in dates]
        act(Renegotiate(**MOVED, later_by=Duration.parse("1bd"), counted_from=NOW), sofia, both)
        assert self.due(both) == [
            datetime(2026, 11, 23, 15, 0, tzinfo=UTC),
            datetime(2026, 11, 24, 16, 0, tzinfo=UTC),
        ]

    def test_counts_from_the_next_quarter_where_the_date_has_passed(self, sofia: Any, three: list[Commitment]) -> None:
        now = DUE_AT + timedelta(minutes=7, seconds=3)
        sweep(now=now)
        act(Renegotiate(**MOVED, later_by=Duration.parse("2bh"), counted_from=now), sofia, three, now=now)
        assert self.due(three) == [datetime(2026, 11, 20, 17, 15, tzinfo=UTC)] * 3

    def test_asks_for_a_date(self, sofia: Any, three: list[Commitment]) -> None:
        with pytest.raises(Refused, match="Give a date and a time"):
            act(Renegotiate(**MOVED), sofia, three)

    def test_wants_choices_for_what_is_bad_news(self, sofia: Any, three: list[Commitment]) -> None:
        results = act(Renegotiate(**MOVED | {"choices": ""}, due=date(2026, 11, 23)), sofia, three)
        assert {result.refused.field for result in results if result.refused} == {"choices"}

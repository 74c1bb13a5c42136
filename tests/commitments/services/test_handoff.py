"""Handing a promise over …"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from commitments.domain.escalation import Target
from commitments.models import Commitment, Handoff, PendingEvent, Team, Word
from commitments.services.absences import note_absence
from commitments.services.handoff import (
    accept_handoff,
    decline_handoff,
    offer_handoff,
    reassign,
    take_back_handoff,
)
from commitments.services.promising import keep
from commitments.services.refusals import Conflict, Ended, Refused
from commitments.services.sweeping import sweep
from commitments.services.word import void_words
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

HOUR = timedelta(hours=1)
LAPSES_AT = NOW + 2 * HOUR
FAR = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)


@pytest.fixture
def team(db: None) -> Team:
    return factories.team()


@pytest.fixture
def ben(team: Team) -> Any:
    return factories.agent(team=team, first_name="Ben", last_name="Okafor")


@pytest.fixture
def promise(team: Team) -> Commitment:
    return factories.promise(owner=factories.agent(team=team), notify_customer=False, due_at=FAR)


def offered(promise: Commitment, to: Any = None, *, now: datetime = NOW, **options: Any) -> Commitment:
    return offer_handoff(**{"actor": promise.owner, "reference": promise.reference, "to": to, "now": now} | options)


def accepted(promise: Commitment, by: Any, *, now: datetime = NOW + HOUR, **options: Any) -> Commitment:
    return accept_handoff(actor=by, reference=promise.reference, now=now, **options)


def refused(sentence: str, **asked: Any) -> None:
    with pytest.raises(Refused, match=sentence):
        offer_handoff(**asked)


class TestAnOffer:
    def test_leaves_the_promise_with_its_owner(self, promise: Commitment, ben: Any) -> None:
        offered(promise, ben, story="She is moving house.")
        promise.refresh_from_db()
        assert promise.owner != ben
        assert promise.handoff_lapses_at == LAPSES_AT
        waiting = Handoff.objects.get()
        assert (waiting.state, waiting.to_user, waiting.to_team) == ("offered", ben, promise.team)
        assert waiting.story == "She is moving house."

    def test_stands_on_the_timeline(self, promise: Commitment, ben: Any) -> None:
        offered(promise, ben)
        event = promise.events.get(kind="handoff_offered")
        assert event.facts == {
            "from": promise.owner_id,
            "to": ben.pk,
            "team": promise.team_id,
            "team_name": promise.team.name,
            "lapses_at": LAPSES_AT.isoformat(),
            "sort": "handoff",
        }
        assert event.sequence == 2

    def test_is_open_until_two_business_hours_of_the_team_that_was_asked_have_passed(self, promise: Commitment) -> None:
        tokyo = factories.team(zone="Asia/Tokyo")
        factories.agent(team=tokyo)
        offered(promise, team=tokyo)
        promise.refresh_from_db()
        # 19:20 in Tokyo: the two hours are the first of the next day there.
        assert promise.handoff_lapses_at == datetime(2026, 11, 19, 2, 0, tzinfo=UTC)

    def test_takes_the_place_of_one_that_waits(self, promise: Commitment, ben: Any, team: Team) -> None:
        offered(promise, ben)
        carla = factories.agent(team=team, first_name="Carla")
        offered(promise, carla, now=NOW + HOUR)
        assert list(Handoff.objects.order_by("id").values_list("state", flat=True)) == ["taken_back", "offered"]
        with pytest.raises(Refused, match="somebody else"):
            accepted(promise, ben)

    def test_is_made_by_the_owner_or_a_supervisor(self, promise: Commitment, ben: Any, team: Team) -> None:
        refused("Only Ana Ruiz", actor=ben, reference=promise.reference, to=ben, now=NOW)
        offered(promise, ben, actor=factories.supervisor(team=team))
        assert Handoff.objects.filter(state="offered").exists()

    def test_is_made_by_whoever_stands_in_for_the_owner(self, promise: Commitment, ben: Any, team: Team) -> None:
        away = {"from_at": NOW, "until_at": NOW + 3 * HOUR}
        note_absence(actor=promise.owner, user=promise.owner, cover=ben, now=NOW, **away)
        offered(promise, factories.agent(team=team), actor=ben)
        assert Handoff.objects.get().from_user == promise.owner

    def test_is_refused_to_nobody_the_owner_strangers_and_who_has_left(
        self, promise: Commitment, ben: Any, team: Team
    ) -> None:
        asked = {"actor": promise.owner, "reference": promise.reference, "now": NOW}
        refused("Choose a colleague", **asked)
        refused("answers for it already", to=promise.owner, **asked)
        refused("not a member", to=factories.agent(team=factories.team()), team=team, **asked)
        refused("belongs to no team", to=factories.user(), **asked)
        refused("has left", to=factories.agent(team=team, is_active=False), **asked)
        refused("Nobody else", team=factories.team(), **asked)
        assert not Handoff.objects.exists()

    def test_is_refused_to_somebody_who_is_away(self, promise: Commitment, ben: Any) -> None:
        note_absence(actor=ben, user=ben, from_at=NOW, until_at=NOW + HOUR, now=NOW)
        refused("is away", actor=promise.owner, reference=promise.reference, to=ben, now=NOW)

    def test_is_refused_for_an_ended_promise_and_a_version_that_has_moved_on(
        self, promise: Commitment, ben: Any
    ) -> None:
        factories.told(promise, now=NOW)
        with pytest.raises(Conflict):
            offered(promise, ben, version=1)
        keep(actor=promise.owner, reference=promise.reference, now=NOW)
        with pytest.raises(Ended):
            offered(promise, ben)


class TestAcceptance:
    def test_makes_the_new_owner_and_has_the_customer_mailed(self, promise: Commitment, ben: Any) -> None:
        offered(promise, ben)
        accepted(promise, ben)
        promise.refresh_from_db()
        assert (promise.owner, promise.handoff_lapses_at) == (ben, None)
        handoff = Handoff.objects.get()
        assert (handoff.state, handoff.answered_by, handoff.answered_at) == ("accepted", ben, NOW + HOUR)
        event = promise.events.get(kind="handoff_accepted")
        assert PendingEvent.objects.exclude(event__kind="handoff_offered").get().event == event
        word = Word.objects.get(event=event)
        assert (word.sort, word.state, word.answers) == ("update", "planned", False)
        assert promise.last_person_word_at == NOW + HOUR

    def test_in_a_conversation_mails_nobody(self, promise: Commitment, ben: Any) -> None:
        offered(promise, ben)
        accepted(promise, ben, told=True)
        assert not PendingEvent.objects.exclude(event__kind="handoff_offered").exists()
        assert Word.objects.get(at=NOW + HOUR).sort == "conversation"

    def test_is_no_word_where_the_customer_cannot_be_told(self, ben: Any, team: Team) -> None:
        promise = factories.promise(owner=factories.agent(team=team), customer=factories.customer(email=""))
        offered(promise, ben)
        accepted(promise, ben)
        promise.refresh_from_db()
        assert promise.owner == ben
        assert promise.last_word_at == NOW
        assert promise.events.get(kind="handoff_accepted").facts["notify_customer"] is False

    def test_by_a_mail_that_comes_back_is_no_word_either(self, promise: Commitment, ben: Any) -> None:
        was_due_at = promise.next_word_due_at
        offered(promise, ben)
        accepted(promise, ben)
        event = promise.events.get(kind="handoff_accepted")
        void_words(event_ids=[event.pk], reason="bounced", now=NOW + 2 * HOUR)
        promise.refresh_from_db()
        assert (promise.next_word_due_at, promise.owner) == (was_due_at, ben)

    def test_leaves_what_the_customer_asked_unanswered(self, promise: Commitment, ben: Any) -> None:
        Commitment.objects.filter(pk=promise.pk).update(customer_waiting_since=NOW)
        offered(promise, ben)
        accepted(promise, ben)
        promise.refresh_from_db()
        assert promise.customer_waiting_since == NOW

    def test_is_for_anyone_of_a_team_that_was_asked(self, promise: Commitment) -> None:
        other = factories.team()
        carla = factories.agent(team=other, first_name="Carla")
        offered(promise, team=other)
        accepted(promise, carla)
        promise.refresh_from_db()
        assert (promise.owner, promise.team) == (carla, other)

    def test_is_for_nobody_else(self, promise: Commitment, ben: Any, team: Team) -> None:
        with pytest.raises(Refused, match="not been offered"):
            accepted(promise, ben)
        offered(promise, ben)
        with pytest.raises(Refused, match="somebody else"):
            accepted(promise, factories.agent(team=team))
        other = factories.team()
        factories.agent(team=other)
        offered(promise, team=other)
        with pytest.raises(Refused, match="not a member"):
            accepted(promise, ben)

    def test_can_come_after_the_offer_has_lapsed(self, promise: Commitment, ben: Any) -> None:
        offered(promise, ben)
        sweep(now=LAPSES_AT + HOUR)
        accepted(promise, ben, now=LAPSES_AT + HOUR)
        promise.refresh_from_db()
        assert promise.owner == ben
        assert promise.escalations.get(trigger="handoff_lapsed").ended_at == LAPSES_AT + HOUR

    def test_on_the_dot_is_in_time(self, promise: Commitment, ben: Any) -> None:
        offered(promise, ben)
        accepted(promise, ben, now=LAPSES_AT)
        assert not promise.events.filter(kind="handoff_lapsed").exists()

    def test_by_another_team_never_puts_off_a_time_that_was_named(self, promise: Commitment) -> None:
        named = promise.next_word_due_at
        tokyo = factories.team(zone="Asia/Tokyo", week=[[["14:00", "15:00"]]] * 5 + [[], []])
        taro = factories.agent(team=tokyo, first_name="Taro")
        offered(promise, team=tokyo)
        accepted(promise, taro)
        promise.refresh_from_db()
        assert promise.next_word_due_at == named
        assert Word.objects.get(at=NOW + HOUR).named_at == named

    def test_by_another_team_brings_the_word_clock_forward_by_its_calendar(self) -> None:
        always = factories.team(week=factories.ALWAYS)
        carla = factories.agent(team=always, first_name="Carla")
        slow = factories.team(week=[[["09:00", "11:00"]]] * 5 + [[], []])
        customer = factories.customer(email="")
        promise = factories.promise(team=slow, kind="answer", due_at=FAR, customer=customer)
        was = promise.next_word_due_at
        offered(promise, team=always)
        accepted(promise, carla)
        promise.refresh_from_db()
        assert promise.next_word_due_at < was
        assert promise.events.get(kind="clocks_retimed").facts["because"] == "handoff"

    def test_leaves_the_overdue_ladder_open_and_its_next_step_finds_the_new_owner(self, team: Team, ben: Any) -> None:
        factories.policy(team=team, ladder=[("0min", Target.OWNER), ("3bh", Target.OWNER)])
        promise = factories.promise(owner=factories.agent(team=team), notify_customer=False, due_at=NOW + HOUR)
        sweep(now=NOW + HOUR)
        offered(promise, ben, now=NOW + HOUR)
        accepted(promise, ben, now=NOW + 2 * HOUR)
        escalation = promise.escalations.get(trigger="overdue")
        assert (escalation.opened_at, escalation.ended_at) == (NOW + HOUR, None)
        sweep(now=NOW + 4 * HOUR)
        steps = promise.events.filter(kind="overdue_step").order_by("occurred_at")
        assert [step.facts["recipients"] for step in steps] == [[promise.owner_id], [ben.pk]]


class TestDeclining:
    def test_keeps_the_reason_and_the_owner(self, promise: Commitment, ben: Any) -> None:
        offered(promise, ben)
        decline_handoff(actor=ben, reference=promise.reference, reason=" I do not know routers. ", now=NOW + HOUR)
        promise.refresh_from_db()
        handoff = Handoff.objects.get()
        assert (handoff.state, handoff.reason) == ("declined", "I do not know routers.")
        assert promise.owner != ben
        assert promise.handoff_lapses_at is None
        event = promise.events.get(kind="handoff_declined")
        assert event.texts.get(field="reason").words == "I do not know routers."

    def test_needs_a_reason(self, promise: Commitment, ben: Any) -> None:
        offered(promise, ben)
        with pytest.raises(Refused, match="Say why"):
            decline_handoff(actor=ben, reference=promise.reference, reason=" ", now=NOW)
        assert Handoff.objects.get().state == "offered"


class TestTakingBack:
    def test_keeps_the_promise(self, promise: Commitment, ben: Any) -> None:
        offered(promise, ben)
        take_back_handoff(actor=promise.owner, reference=promise.reference, now=NOW)
        assert Handoff.objects.get().state == "taken_back"
        sweep(now=LAPSES_AT + HOUR)
        assert not promise.events.filter(kind="handoff_lapsed").exists()
        with pytest.raises(Refused):
            accepted(promise, ben)

    def test_ends_the_ladder_of_one_that_was_declined_too_late(self, promise: Commitment, ben: Any) -> None:
        offer_handoff(actor=promise.owner, reference=promise.reference, to=ben, now=NOW)
        decline_handoff(actor=ben, reference=promise.reference, reason="I am busy.", now=LAPSES_AT + HOUR)
        assert promise.escalations.get(trigger="handoff_lapsed").ended_at is None
        later = LAPSES_AT + 2 * HOUR
        take_back_handoff(actor=promise.owner, reference=promise.reference, now=later)
        assert promise.escalations.get(trigger="handoff_lapsed").ended_at == later
        with pytest.raises(Refused, match="waits for nobody"):
            take_back_handoff(actor=promise.owner, reference=promise.reference, now=later)

    def test_ends_the_ladder_of_one_that_lapsed(self, promise: Commitment, ben: Any) -> None:
        offered(promise, ben)
        sweep(now=LAPSES_AT)
        take_back_handoff(actor=promise.owner, reference=promise.reference, now=LAPSES_AT + HOUR)
        assert promise.escalations.get().ended_at == LAPSES_AT + HOUR

    def test_needs_an_offer_and_the_owner(self, promise: Commitment, ben: Any) -> None:
        with pytest.raises(Refused, match="nobody"):
            take_back_handoff(actor=promise.owner, reference=promise.reference, now=NOW)
        offered(promise, ben)
        with pytest.raises(Refused, match="Only Ana Ruiz"):
            take_back_handoff(actor=ben, reference=promise.reference, now=NOW)


class TestLapsing:
    def test_marks_the_offer_and_escalates(self, promise: Commitment, ben: Any) -> None:
        sofia = factories.supervisor(team=promise.team)
        offered(promise, ben)
        sweep(now=LAPSES_AT + timedelta(minutes=1))
        assert Handoff.objects.get().state == "lapsed"
        assert promise.events.get(kind="handoff_lapsed").occurred_at == LAPSES_AT
        step = promise.events.get(kind="handoff_lapsed_step", occurred_at=LAPSES_AT)
        assert step.facts["recipients"] == [sofia.pk]

    def test_on_the_way_to_another_offer_leaves_the_new_one_waiting(self, promise: Commitment, ben: Any) -> None:
        offered(promise, ben)
        offered(promise, ben, now=LAPSES_AT + HOUR)
        promise.refresh_from_db()
        assert promise.handoff_lapses_at is not None
        assert list(Handoff.objects.order_by("id").values_list("state", flat=True)) == ["taken_back", "offered"]
        assert promise.events.filter(kind="handoff_lapsed").exists()
        assert not promise.escalations.filter(ended_at__isnull=True).exists()

    def test_does_not_happen_after_the_end(self, promise: Commitment, ben: Any) -> None:
        offered(promise, ben)
        keep(actor=promise.owner, reference=promise.reference, now=NOW + HOUR)
        assert Handoff.objects.get().state == "taken_back"
        sweep(now=LAPSES_AT + HOUR)
        assert not promise.events.filter(kind="handoff_lapsed").exists()


class TestReassigning:
    def test_gives_it_to_somebody_else_at_once(self, promise: Commitment, ben: Any, team: Team) -> None:
        sofia = factories.supervisor(team=team)
        reassign(actor=sofia, reference=promise.reference, to=ben, now=NOW + HOUR, note="She is ill.")
        promise.refresh_from_db()
        assert (promise.owner, promise.last_person_word_at) == (ben, NOW + HOUR)
        event = promise.events.get(kind="reassigned")
        assert (event.actor, event.facts["from"], event.facts["to"]) == (sofia, promise.made_by_id, ben.pk)
        assert event.texts.get(field="note").words == "She is ill."
        assert PendingEvent.objects.exclude(event__kind="handoff_offered").get().event == event

    def test_takes_a_waiting_offer_back(self, promise: Commitment, ben: Any, team: Team) -> None:
        offered(promise, ben)
        carla = factories.agent(team=team, first_name="Carla")
        reassign(actor=factories.supervisor(team=team), reference=promise.reference, to=carla, now=NOW)
        promise.refresh_from_db()
        assert (promise.handoff_lapses_at, Handoff.objects.get().state) == (None, "taken_back")

    def test_is_for_supervisors(self, promise: Commitment, ben: Any) -> None:
        with pytest.raises(Refused, match="Only a supervisor"):
            reassign(actor=promise.owner, reference=promise.reference, to=ben, now=NOW)


class TestWhoIsAsked:
    def test_sees_the_promise_of_another_team_while_the_offer_stands(self, promise: Commitment) -> None:
        other = factories.team()
        carla = factories.agent(team=other, first_name="Carla")
        seen = Commitment.objects.visible_to(carla)
        assert not seen.exists()
        offered(promise, carla)
        assert seen.get() == promise
        take_back_handoff(actor=promise.owner, reference=promise.reference, now=NOW)
        assert not seen.exists()

    def test_sees_it_for_a_team_as_well(self, promise: Commitment) -> None:
        other = factories.team()
        carla = factories.agent(team=other, first_name="Carla")
        offered(promise, team=other)
        assert Commitment.objects.visible_to(carla).get() == promise


class TestAPromiseInAnothersName:
    def test_is_its_makers_until_it_is_accepted(self, team: Team, ben: Any) -> None:
        ana = factories.agent(team=team)
        promise = factories.promise(actor=ana, owner=ben, due_at=FAR)
        assert (promise.owner, promise.made_by) == (ana, ana)
        assert (Handoff.objects.get().sort, promise.handoff_lapses_at) == ("in_name", LAPSES_AT)
        kinds = promise.events.order_by("sequence").filter(sequence__isnull=False)
        assert list(kinds.values_list("kind", flat=True)) == ["made", "handoff_offered"]
        assert promise.events.get(kind="made").facts["owner"] == ana.pk
        accepted(promise, ben)
        promise.refresh_from_db()
        assert promise.owner == ben

    def test_lapses_like_any_handoff(self, team: Team, ben: Any) -> None:
        promise = factories.promise(actor=factories.agent(team=team), owner=ben, due_at=FAR)
        sweep(now=LAPSES_AT)
        assert promise.events.filter(kind="handoff_lapsed").exists()

    def test_that_was_imported_is_theirs_at_once(self, team: Team, ben: Any) -> None:
        promise = factories.promise(actor=factories.agent(team=team), owner=ben, channel="import")
        assert promise.owner == ben
        assert not Handoff.objects.exists()

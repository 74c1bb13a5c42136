"""Making and keeping a promise."""

from datetime import UTC, date, datetime, timedelta

import pytest

from commitments.domain.references import REFERENCE_LETTERS
from commitments.models import BusinessCalendar, Commitment, EventText, PendingEvent, Word
from commitments.services.promising import due_on, keep, reopen
from commitments.services.refusals import Conflict, Ended, Refused
from commitments.services.sweeping import sweep
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

DUE_AT = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)


class TestMaking:
    def test_gives_a_reference_that_can_be_said_on_the_phone(self) -> None:
        reference = factories.promise().reference
        assert len(reference) == 5
        assert set(reference) <= set(REFERENCE_LETTERS)
        assert not set("01OIL") & set(REFERENCE_LETTERS)

    def test_on_the_phone_is_a_persons_word(self) -> None:
        promise = factories.promise()
        word = Word.objects.get(commitment=promise)
        assert (word.sort, word.state, word.at) == ("conversation", "gone", NOW)
        assert promise.next_word_due_at == datetime(2026, 11, 19, 10, 30, tzinfo=UTC)

    def test_by_another_system_is_no_word_until_the_receipt_has_gone(self) -> None:
        promise = factories.promise(channel="api")
        word = Word.objects.get(commitment=promise)
        assert (word.sort, word.state) == ("receipt", "planned")
        assert promise.unconfirmed_meets == NOW
        assert promise.last_person_word_at is None

    def test_keeps_the_words_beside_the_timeline(self) -> None:
        promise = factories.promise(promise="  call you back  ", need="rent is due")
        texts = dict(EventText.objects.filter(event__commitment=promise).values_list("field", "words"))
        assert texts == {"promise": "call you back", "need": "rent is due"}

    def test_notes_that_the_customer_has_to_be_told(self) -> None:
        promise = factories.promise()
        assert PendingEvent.objects.get().event.commitment == promise

    def test_tells_nobody_when_the_agent_has_just_said_it_all(self) -> None:
        factories.promise(notify_customer=False)
        assert not PendingEvent.objects.exists()

    def test_runs_by_the_same_clocks_with_a_receipt_or_without(self) -> None:
        owner = factories.agent(team=factories.team())
        receipt, silent = (factories.promise(owner=owner, notify_customer=notify) for notify in (True, False))
        assert silent.to_domain() == receipt.to_domain()
        assert silent.next_check_at == receipt.next_check_at
        assert silent.events.get().facts == receipt.events.get().facts | {"notify_customer": False}

    def test_tells_nobody_without_an_address(self) -> None:
        factories.promise(customer=factories.customer(email=""))
        assert not PendingEvent.objects.exists()

    @pytest.mark.parametrize(
        ("changes", "field", "sentence"),
        [
            ({"promise": " \n"}, "promise", "Write what was promised"),
            ({"promise": "x" * 5_001}, "promise", "at most 5000 characters"),
            ({"due_at": NOW}, "due_at", "That time has passed"),
            ({"due_at": NOW - timedelta(hours=1)}, "due_at", "That time has passed"),
            ({"due_at": NOW + timedelta(days=366)}, "due_at", "more than 365 days away"),
            ({"kind": "miracle"}, "kind", "no kind of promise"),
            ({"happened_at": NOW + timedelta(hours=1)}, "happened_at", "in the future"),
        ],
    )
    def test_refuses_what_cannot_be_with_a_sentence(
        self, changes: dict[str, object], field: str, sentence: str
    ) -> None:
        with pytest.raises(Refused, match=sentence) as refusal:
            factories.promise(**changes)
        assert refusal.value.field == field
        assert not Commitment.objects.exists()

    def test_refuses_what_a_broken_calendar_cannot_time(self) -> None:
        team = factories.team()
        BusinessCalendar.objects.filter(pk=team.calendar_id).update(zone="Europe/Nowhere")
        with pytest.raises(Refused, match="cannot be worked out"):
            factories.promise(team=team)
        assert not Commitment.objects.exists()

    def test_refuses_an_owner_who_is_not_in_the_team(self) -> None:
        with pytest.raises(Refused, match="is not a member"):
            factories.promise(team=factories.team(), owner=factories.agent(team=factories.team()))

    def test_refuses_an_owner_who_has_left(self) -> None:
        team = factories.team()
        with pytest.raises(Refused, match="has left"):
            factories.promise(team=team, owner=factories.agent(team=team, is_active=False))

    def test_further_back_than_four_hours_needs_a_supervisor(self) -> None:
        team = factories.team()
        ana, long_ago = factories.agent(team=team), NOW - timedelta(hours=4, minutes=1)
        with pytest.raises(Refused, match="ask a supervisor") as refused:
            factories.promise(owner=ana, happened_at=long_ago)
        assert refused.value.field == "happened_at"
        assert not Commitment.objects.exists()
        assert factories.promise(owner=ana, happened_at=NOW - timedelta(hours=4)).made_at == NOW - timedelta(hours=4)
        assert factories.promise(owner=factories.supervisor(team=team), happened_at=long_ago).made_at == long_ago


class TestADateAlone:
    def test_means_the_end_of_that_days_last_open_interval(self) -> None:
        week = [[["09:00", "12:00"], ["13:00", "17:30"]]] + [[["09:00", "12:00"]]] * 4 + [[], []]
        team = factories.team(week=week)
        assert due_on(date(2026, 11, 23), team=team) == datetime(2026, 11, 23, 17, 30, tzinfo=UTC)
        assert due_on(date(2026, 11, 24), team=team) == datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

    def test_is_asked_back_on_a_closed_day(self) -> None:
        with pytest.raises(Refused, match="21 November 2026 is closed: give a time, or another day") as refused:
            due_on(date(2026, 11, 21), team=factories.team())
        assert refused.value.field == "due_at"


class TestKeeping:
    def test_in_time_is_kept_on_time(self) -> None:
        promise = factories.promise(due_at=DUE_AT)
        kept = keep(actor=promise.owner, reference=promise.reference, now=DUE_AT)
        assert (kept.status, kept.outcome, kept.ended_at, kept.next_check_at) == (
            "kept",
            "kept_on_time",
            DUE_AT,
            None,
        )

    def test_after_the_date_is_kept_late(self) -> None:
        promise = factories.promise(due_at=DUE_AT)
        kept = keep(actor=promise.owner, reference=promise.reference, now=DUE_AT + timedelta(minutes=1))
        assert kept.outcome == "kept_late"
        assert kept.times_broken == 1
        assert promise.events.filter(kind="became_overdue", occurred_at=DUE_AT).exists()

    def test_recorded_late_takes_the_break_back_visibly(self) -> None:
        promise = factories.promise(due_at=DUE_AT)
        sweep(now=DUE_AT + timedelta(minutes=30))
        kept = keep(
            actor=promise.owner,
            reference=promise.reference,
            now=DUE_AT + timedelta(minutes=40),
            happened_at=DUE_AT - timedelta(minutes=5),
        )
        assert kept.outcome == "kept_on_time"
        assert kept.times_broken == 0
        assert promise.events.filter(kind="break_taken_back").exists()
        assert promise.events.filter(kind="became_overdue").exists()

    def test_ends_every_ladder(self) -> None:
        promise = factories.promise(due_at=DUE_AT)
        sweep(now=DUE_AT)
        keep(actor=promise.owner, reference=promise.reference, now=DUE_AT + timedelta(minutes=1))
        assert promise.escalations.get().ended_at == DUE_AT + timedelta(minutes=1)

    def test_further_back_than_four_hours_needs_a_supervisor(self) -> None:
        team = factories.team()
        promise = factories.promise(owner=factories.agent(team=team), due_at=DUE_AT)
        now = NOW + timedelta(hours=4, minutes=30)
        with pytest.raises(Refused, match="ask a supervisor"):
            keep(actor=promise.owner, reference=promise.reference, now=now, happened_at=NOW + timedelta(minutes=1))
        kept = keep(
            actor=factories.supervisor(team=team),
            reference=promise.reference,
            now=now,
            happened_at=NOW + timedelta(minutes=1),
        )
        assert kept.status == "kept"

    @pytest.mark.parametrize(
        ("happened_at", "sentence"),
        [(NOW - timedelta(minutes=1), "before the promise was made"), (NOW + timedelta(hours=3), "in the future")],
    )
    def test_at_an_impossible_time_is_refused(self, happened_at: datetime, sentence: str) -> None:
        promise = factories.promise()
        with pytest.raises(Refused, match=sentence):
            keep(
                actor=promise.owner,
                reference=promise.reference,
                now=NOW + timedelta(hours=1),
                happened_at=happened_at,
            )

    def test_twice_is_refused(self) -> None:
        promise = factories.promise()
        keep(actor=promise.owner, reference=promise.reference, now=NOW)
        with pytest.raises(Ended, match="has already ended"):
            keep(actor=promise.owner, reference=promise.reference, now=NOW)

    def test_of_a_promise_that_somebody_else_acted_on_is_a_conflict(self) -> None:
        promise = factories.promise()
        keep(actor=promise.owner, reference=promise.reference, now=NOW, version=1)
        with pytest.raises(Conflict) as conflict:
            keep(actor=promise.owner, reference=promise.reference, now=NOW, version=1)
        assert conflict.value.commitment.status == "kept"

    def test_is_no_conflict_when_only_time_has_acted(self) -> None:
        promise = factories.promise(due_at=DUE_AT)
        sweep(now=DUE_AT)
        kept = keep(actor=promise.owner, reference=promise.reference, now=DUE_AT, version=1)
        assert kept.status == "kept"

    def test_in_the_very_minute_of_making_is_no_time_before_it(self) -> None:
        made_at = NOW + timedelta(seconds=30)
        promise = factories.promise(now=made_at)
        kept = keep(
            actor=promise.owner, reference=promise.reference, now=made_at + timedelta(minutes=2), happened_at=NOW
        )
        assert kept.ended_at == made_at


class TestReopening:
    def test_gives_a_new_date_and_keeps_the_breaks(self) -> None:
        promise = factories.promise(due_at=DUE_AT)
        sweep(now=DUE_AT)
        kept_at = DUE_AT + timedelta(minutes=1)
        keep(actor=promise.owner, reference=promise.reference, now=kept_at)
        again = reopen(
            actor=promise.owner,
            reference=promise.reference,
            now=kept_at + timedelta(hours=1),
            due_at=kept_at + timedelta(days=1),
        )
        assert (again.status, again.times_broken, again.times_reopened) == ("open", 1, 1)
        assert again.due_at == kept_at + timedelta(days=1)
        assert again.outcome == "open"

    def test_of_an_open_promise_is_refused(self) -> None:
        promise = factories.promise()
        with pytest.raises(Refused, match="Only a promise that was kept"):
            reopen(actor=promise.owner, reference=promise.reference, now=NOW, due_at=NOW + timedelta(days=1))

    def test_before_it_was_kept_is_refused(self) -> None:
        promise = factories.promise()
        keep(actor=promise.owner, reference=promise.reference, now=NOW + timedelta(hours=2))
        with pytest.raises(Refused, match="before it was kept"):
            reopen(
                actor=promise.owner,
                reference=promise.reference,
                now=NOW + timedelta(hours=3),
                happened_at=NOW + timedelta(hours=1),
                due_at=NOW + timedelta(days=1),
            )

"""An act on a promise finds it as time has left it, whether or not a sweep has looked since."""

from datetime import timedelta

import pytest

from commitments.domain.business_time import Duration
from commitments.domain.clocks import WordMeaning
from commitments.domain.escalation import Target
from commitments.models import Commitment, Word
from commitments.selectors.rebuilding import differences
from commitments.services.explaining import explain_break
from commitments.services.handoff import reassign
from commitments.services.word import give_word
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def read_again(promise: Commitment) -> Commitment:
    return Commitment.objects.get(pk=promise.pk)


def test_a_conversation_recorded_late_finds_a_mail_void_that_had_not_gone_in_time() -> None:
    promise = factories.promise(agreed_cadence=Duration.parse("30min"))
    word = {"actor": promise.owner, "reference": promise.reference, "meaning": WordMeaning.NEWS, "message": "Sent."}
    mailed = give_word(**word, by_mail=True, now=NOW + 20 * MINUTE).events.get(kind="word_given").word
    late = mailed.named_at + MINUTE
    give_word(**word, by_mail=False, happened_at=NOW + 10 * MINUTE, now=late)
    promise = read_again(promise)
    assert (promise.last_person_word_at, promise.unconfirmed_meets) == (NOW + 10 * MINUTE, None)
    assert list(differences([promise])) == []


def test_a_conversation_before_the_date_finds_the_missed_mail_that_time_has_planned() -> None:
    promise = factories.promise(due_at=NOW + HOUR)
    word = {"actor": promise.owner, "reference": promise.reference, "meaning": WordMeaning.NEWS, "message": "Sent."}
    give_word(**word, by_mail=False, happened_at=NOW + 50 * MINUTE, now=NOW + 75 * MINUTE)
    promise = read_again(promise)
    assert promise.missed_mail_at == NOW + 70 * MINUTE
    assert promise.next_word_due_at == Word.objects.get(commitment=promise, sort=Word.Sort.MISSED).named_at
    assert list(differences([promise])) == []


def test_a_new_owner_is_not_told_of_what_went_wrong_before_it_was_theirs() -> None:
    team = factories.team(week=factories.ALWAYS)
    factories.policy(team=team, ladder=[("0min", Target.OWNER)])
    promise, ben = factories.promise(team=team, due_at=NOW + HOUR), factories.agent(team=team)
    reassign(actor=factories.supervisor(team=team), reference=promise.reference, to=ben, now=NOW + 2 * HOUR)
    assert promise.events.get(kind="overdue_step").facts["recipients"] == [promise.owner_id]


def test_a_reason_can_be_given_for_a_break_that_nobody_had_noticed() -> None:
    promise = factories.promise(due_at=NOW + HOUR)
    explain_break(
        actor=promise.owner, reference=promise.reference, due_at=NOW + HOUR, reason="It rained.", now=NOW + 2 * HOUR
    )
    assert promise.events.filter(kind="break_explained").exists()

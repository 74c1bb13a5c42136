"""A promise that was logged by mistake …"""

from datetime import UTC, datetime, timedelta

import pytest

from commitments.domain.timeline import EventKind
from commitments.models import Commitment, Escalation, PendingEvent, Word
from commitments.services.correcting import Right, correct, void
from commitments.services.promising import keep
from commitments.services.refusals import Refused
from commitments.services.sweeping import sweep
from commitments.services.word import MailEntry, record_mail
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

DUE_AT = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def mailed(promise: Commitment) -> Commitment:
    facts = {"mail": "promised", "notification": "1", "to": "customer"}
    record_mail(entries=[MailEntry(promise.pk, EventKind.MAIL_SENT, NOW, facts)], now=NOW)
    return promise


def test_counts_no_more() -> None:
    promise = factories.promise()
    after = void(actor=promise.owner, reference=promise.reference, now=NOW + MINUTE)
    assert (after.status, after.outcome, after.voided_at) == ("withdrawn", "withdrawn", NOW + MINUTE)
    assert after.version == 2


def test_is_left_alone_by_time() -> None:
    promise = factories.promise(due_at=DUE_AT)
    after = void(actor=promise.owner, reference=promise.reference, now=NOW)
    assert after.next_check_at is None
    assert sweep(now=DUE_AT + timedelta(days=3)).promises == 0


def test_climbs_no_ladder_any_more_and_mails_nobody_by_itself() -> None:
    promise = factories.promise(due_at=DUE_AT)
    sweep(now=DUE_AT + timedelta(minutes=11))
    boss = factories.supervisor(team=promise.team)
    void(actor=boss, reference=promise.reference, reason="Logged twice.", now=DUE_AT + timedelta(minutes=12))
    assert not Escalation.objects.filter(ended_at=None).exists()
    assert Word.objects.get(sort="missed").state == "cancelled"


def test_is_no_matter_for_a_customer_whose_receipt_has_not_gone() -> None:
    promise = factories.promise(notify_customer=False)
    void(actor=promise.owner, reference=promise.reference, now=NOW)
    assert not PendingEvent.objects.exists()


def test_is_told_to_the_customer_whose_receipt_has_gone() -> None:
    promise = mailed(factories.promise(notify_customer=False))
    void(actor=promise.owner, reference=promise.reference, now=NOW)
    assert PendingEvent.objects.get().event.kind == "voided"


def test_is_told_in_a_conversation_instead() -> None:
    promise = mailed(factories.promise(notify_customer=False))
    void(actor=promise.owner, reference=promise.reference, told=True, now=NOW)
    assert not PendingEvent.objects.exists()
    assert promise.events.get(kind="voided").facts["told"] is True


def test_has_to_be_told_on_the_phone_where_mail_does_not_arrive() -> None:
    promise = mailed(factories.promise())
    promise.customer.do_not_mail = "bounced"
    promise.customer.save()
    with pytest.raises(Refused, match="call them"):
        void(actor=promise.owner, reference=promise.reference, now=NOW)
    promise.refresh_from_db()
    assert promise.voided_at is None


def test_counts_no_more_though_it_was_kept() -> None:
    promise = factories.promise()
    ended = keep(actor=promise.owner, reference=promise.reference, now=NOW)
    after = void(actor=promise.owner, reference=promise.reference, now=NOW + MINUTE)
    assert (after.status, after.ended_at, after.voided_at) == ("withdrawn", ended.ended_at, NOW + MINUTE)


def test_is_voided_later_by_a_supervisor_with_a_reason() -> None:
    promise = factories.promise()
    boss, later = factories.supervisor(team=promise.team), NOW + timedelta(hours=1)
    with pytest.raises(Refused, match="ask a supervisor"):
        void(actor=promise.owner, reference=promise.reference, reason="Logged twice.", now=later)
    with pytest.raises(Refused, match="Write why"):
        void(actor=boss, reference=promise.reference, now=later)
    after = void(actor=boss, reference=promise.reference, reason="Logged twice.", now=later)
    assert after.voided_at == later
    assert promise.events.get(kind="voided").texts.get(field="reason").words == "Logged twice."


def test_is_neither_voided_again_nor_put_right() -> None:
    promise = factories.promise()
    void(actor=promise.owner, reference=promise.reference, now=NOW)
    with pytest.raises(Refused, match="counts no more already"):
        void(actor=promise.owner, reference=promise.reference, now=NOW)
    with pytest.raises(Refused, match="counts no more already"):
        correct(actor=promise.owner, reference=promise.reference, right=Right(promise="another"), now=NOW)

"""What is agreed with a customer about a promise …"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from commitments.domain.business_time import Duration
from commitments.models import Commitment, Word
from commitments.services.arrangements import agree_cadence, change_route
from commitments.services.promising import keep
from commitments.services.refusals import Conflict, Ended, Refused
from commitments.services.sweeping import sweep
from tests import factories
from tests.factories import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

DUE_AT = datetime(2026, 11, 25, 15, 0, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def routed(promise: Commitment, route: str, **options: Any) -> Commitment:
    return change_route(actor=promise.owner, reference=promise.reference, route=route, **{"now": NOW} | options)


def agreed(promise: Commitment, cadence: str, **options: Any) -> Commitment:
    length = Duration.parse(cadence) if cadence else None
    return agree_cadence(actor=promise.owner, reference=promise.reference, cadence=length, **{"now": NOW} | options)


class TestByPhoneOnly:
    def test_plans_no_mail_by_itself_any_more(self) -> None:
        promise = routed(factories.promise(due_at=DUE_AT), "phone")
        assert promise.version == 2
        sweep(now=promise.next_word_due_at)
        assert not Word.objects.filter(sort="holding").exists()
        promise.refresh_from_db()
        assert promise.silent_since == promise.next_word_due_at

    def test_is_told_on_the_timeline(self) -> None:
        promise = routed(factories.promise(), "phone")
        assert promise.events.get(kind="contact_route_changed").facts == {"route": "phone", "was": "mail"}

    def test_goes_back_to_mail(self) -> None:
        promise = routed(routed(factories.promise(due_at=DUE_AT), "phone"), "mail", now=NOW + MINUTE)
        sweep(now=promise.next_word_due_at - 10 * MINUTE)
        assert Word.objects.filter(sort="holding").exists()

    @pytest.mark.parametrize(
        ("fields", "sentence"), [({"email": ""}, "No mail address"), ({"do_not_mail": "bounced"}, "Mail came back")]
    )
    def test_stays_so_where_no_mail_can_go(self, fields: dict[str, str], sentence: str) -> None:
        promise = factories.promise(customer=factories.customer(**fields), contact_route="phone")
        with pytest.raises(Refused, match=sentence) as refused:
            routed(promise, "mail")
        assert refused.value.field == "route"

    @pytest.mark.parametrize(("route", "sentence"), [("mail", "already"), ("pigeon", "Choose how")])
    def test_is_refused_for_what_changes_nothing(self, route: str, sentence: str) -> None:
        with pytest.raises(Refused, match=sentence):
            routed(factories.promise(), route)

    def test_is_refused_once_it_has_ended(self) -> None:
        promise = factories.promise()
        keep(actor=promise.owner, reference=promise.reference, now=NOW)
        with pytest.raises(Ended):
            routed(promise, "phone")

    def test_is_a_conflict_over_what_somebody_else_did(self) -> None:
        promise = factories.promise()
        routed(promise, "phone", version=1)
        with pytest.raises(Conflict):
            routed(promise, "mail", version=1)


class TestHowOften:
    def test_brings_the_word_clock_forward(self) -> None:
        promise = factories.promise(due_at=DUE_AT)
        after = agreed(promise, "2h", now=NOW + 10 * MINUTE)
        assert after.next_word_due_at == datetime(2026, 11, 18, 12, 30, tzinfo=UTC)
        facts = promise.events.get(kind="cadence_agreed").facts
        assert facts["cadence"] == "2h"
        assert facts["hear_by"] == after.next_word_due_at.isoformat()
        assert facts["was_hear_by"] == promise.next_word_due_at.isoformat()

    def test_counts_from_the_agreement_where_the_last_word_is_too_long_ago(self) -> None:
        promise = factories.promise(due_at=DUE_AT)
        assert agreed(promise, "2h", now=NOW + 3 * HOUR).next_word_due_at == datetime(2026, 11, 18, 15, 30, tzinfo=UTC)

    def test_never_puts_a_named_time_off(self) -> None:
        promise = factories.promise(due_at=DUE_AT)
        assert agreed(promise, "3bd").next_word_due_at == promise.next_word_due_at

    def test_holds_from_the_next_word_on(self) -> None:
        promise = agreed(factories.promise(due_at=DUE_AT), "3bd")
        assert factories.told(promise, now=NOW + HOUR).next_word_due_at == datetime(2026, 11, 23, 11, 30, tzinfo=UTC)

    def test_ends_and_leaves_the_named_time(self) -> None:
        promise = agreed(factories.promise(due_at=DUE_AT), "2h")
        after = agreed(promise, "", now=NOW + MINUTE)
        assert (after.agreed_cadence, after.next_word_due_at) == (None, promise.next_word_due_at)
        assert promise.events.filter(kind="cadence_agreed").latest("sequence").facts["cadence"] is None

    @pytest.mark.parametrize(
        ("cadence", "sentence"),
        [("0h", "too often"), ("29min", "too often"), ("0bd", "too often"), ("31bd", "too seldom"), ("", "Nothing")],
    )
    def test_is_refused_where_it_cannot_be(self, cadence: str, sentence: str) -> None:
        with pytest.raises(Refused, match=sentence):
            agreed(factories.promise(), cadence)

    def test_is_refused_where_it_is_agreed_already(self) -> None:
        with pytest.raises(Refused, match="already"):
            agreed(agreed(factories.promise(), "2h"), "2h")
